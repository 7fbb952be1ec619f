"""What writes graphs into a store elsewhere, and what counts them there.

https://www.w3.org/TR/sparql11-http-rdf-update/, https://www.w3.org/TR/sparql11-update/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from ti_graph.errors import MissingError, UpstreamError
from ti_graph.formats import GRAPHS, by_name
from ti_graph.rdf import NamedNode, Quad
from ti_graph.rdf.syntax import parse_open
from ti_graph.sparql.result import answer_errors
from ti_graph.stores.publication import LOADED, PUBLICATION, Loaded, loaded
from ti_graph.stores.remote import Remote
from ti_graph.stores.store import Store

#: Triples that are sent at once, by the Graph Store Protocol and by an update.
_BY_GRAPH_STORE, _BY_UPDATE = 50_000, 1_000
_TURTLE, _LINES = by_name("ttl", GRAPHS), by_name("nt", GRAPHS)
_COUNT = "SELECT (COUNT(*) AS ?count) WHERE {{ {} }}"


class Service(Protocol):
    """What writes graphs at the far end. None is its default graph."""

    #: Triples that it takes at once.
    at_once: int

    def replace(self, graph: NamedNode | None, triples: bytes) -> None:
        """Make a graph consist of these triples (N-Triples)."""
        ...

    def add(self, graph: NamedNode | None, triples: bytes) -> None:
        """Add triples (N-Triples) to a graph."""
        ...

    def remove(self, graph: NamedNode) -> None:
        """Remove a graph, if it is there."""
        ...


class GraphStore:
    """Writes by the SPARQL 1.1 Graph Store HTTP Protocol.

    Arguments:
        remote: the graph store.
    """

    at_once = _BY_GRAPH_STORE

    def __init__(self, remote: Remote):
        self._remote = remote

    def replace(self, graph: NamedNode | None, triples: bytes) -> None:
        """PUT."""
        self._send("PUT", graph, triples)

    def add(self, graph: NamedNode | None, triples: bytes) -> None:
        """POST."""
        self._send("POST", graph, triples)

    def remove(self, graph: NamedNode) -> None:
        """DELETE."""
        try:
            self._remote.send("DELETE", _named(graph)).close()
        except MissingError:
            return

    def triples(self, graph: NamedNode | None) -> Iterator[Quad]:
        """GET: the triples of a graph; none where it is not there."""
        try:
            reply = self._remote.send("GET", _named(graph), headers={"Accept": _LINES.media_type})
        except MissingError:
            return
        with reply, answer_errors():
            form = reply.format().rdf
            if form is None:
                raise UpstreamError(f"{self._remote.url} answers with no graph")
            yield from parse_open(reply.content(), form)

    def _send(self, method: str, graph: NamedNode | None, triples: bytes) -> None:
        kind = {"Content-Type": _TURTLE.media_type}  # N-Triples is Turtle, which every store reads
        self._remote.send(method, _named(graph), triples, kind).close()


class Updates:
    """Writes by SPARQL 1.1 Update.

    Arguments:
        remote: the update service.
    """

    at_once = _BY_UPDATE

    def __init__(self, remote: Remote):
        self._remote = remote

    def replace(self, graph: NamedNode | None, triples: bytes) -> None:
        """CLEAR, and then INSERT DATA."""
        self._send(f"CLEAR SILENT {f'GRAPH {graph}' if graph else 'DEFAULT'}")
        self.add(graph, triples)

    def add(self, graph: NamedNode | None, triples: bytes) -> None:
        """INSERT DATA; with blank nodes, which Virtuoso takes only in a template, INSERT."""
        if triples:
            data = triples.decode()
            data = f"{{ {f'GRAPH {graph} {{ {data} }}' if graph else data} }}"
            self._send(f"INSERT {data} WHERE {{}}" if _has_blank_nodes(triples) else f"INSERT DATA {data}")

    def remove(self, graph: NamedNode) -> None:
        """DROP."""
        self._send(f"DROP SILENT GRAPH {graph}")

    def _send(self, update: str) -> None:
        kind = {"Content-Type": "application/sparql-update; charset=utf-8"}
        self._remote.send("POST", data=update.encode(), headers=kind).close()


class Counter(Protocol):
    """What tells what is at the far end."""

    def count(self, graph: NamedNode | None) -> int:
        """How many triples a graph has there."""
        ...

    def loaded(self) -> dict[str, Loaded]:
        """What the record says."""
        ...


class Asking:
    """Counts by SPARQL.

    Arguments:
        remote: the query service.
    """

    def __init__(self, remote: Remote):
        self._remote = remote
        self._empty = Store.in_memory(())

    def count(self, graph: NamedNode | None) -> int:
        """How many triples a graph has."""
        rows = self.rows(_COUNT.format(pattern(graph)))
        if len(rows) != 1 or not rows[0].get("count", "").isdecimal():
            raise UpstreamError(f"{self._remote.url} gives no number of triples, but {rows!s:.200}")
        return int(rows[0]["count"])

    def loaded(self) -> dict[str, Loaded]:
        """What the record says."""
        return loaded(self.rows(LOADED))

    def rows(self, query: str) -> list[dict[str, str]]:
        """The rows of a SELECT, terms as text."""
        return [*self._remote.ask(query, self._empty.query(query)).texts()]


class Fetching:
    """Counts what the graph store gives back: for stores without a query service.

    Arguments:
        store: the graph store.
    """

    def __init__(self, store: GraphStore):
        self._store = store

    def count(self, graph: NamedNode | None) -> int:
        """How many triples a graph has."""
        return sum(1 for _ in self._store.triples(graph))

    def loaded(self) -> dict[str, Loaded]:
        """What the record says."""
        there = Store.in_memory(
            Quad(q.subject, q.predicate, q.object, PUBLICATION) for q in self._store.triples(PUBLICATION)
        )
        return loaded(there.texts(LOADED))


def pattern(graph: NamedNode | None) -> str:
    """What matches the triples of a graph; None is the default graph."""
    return f"GRAPH {graph} {{ ?s ?p ?o }}" if graph else "?s ?p ?o"


def _has_blank_nodes(triples: bytes) -> bool:
    """Whether N-Triples may have some; a literal that looks like it counts, which does no harm."""
    return triples.startswith(b"_:") or b" _:" in triples or b"\n_:" in triples


def _named(graph: NamedNode | None) -> list[tuple[str, str]]:
    return [("graph", graph.value)] if graph else [("default", "")]
