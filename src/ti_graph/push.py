"""Load the dataset into a store elsewhere, graph by graph; what is there already is not sent again.

A record in a graph of that store (``publication``) says which graphs are there and with which content. It is
rewritten without a graph before the graph is touched, and with it once the graph has been counted there: so
whatever stops the work, the next run goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Protocol, cast

from ti_graph.errors import BusyError, DeadlineError, MissingError, RequestError, UpstreamError
from ti_graph.files import saving
from ti_graph.formats import GRAPHS, by_name
from ti_graph.publication import LOADED, MERGE, PUBLICATION, Loaded, loaded, record, release
from ti_graph.rdf import NamedNode, Quad, RdfFormat, parse_open, write
from ti_graph.remote import Remote, Reply
from ti_graph.result import Result, answer_errors
from ti_graph.sorting import lines_in_order
from ti_graph.store import Store

#: Triples that are sent at once, by the Graph Store Protocol and by an update.
_BY_GRAPH_STORE, _BY_UPDATE = 50_000, 2_000
_TURTLE = by_name("ttl", GRAPHS)
_COUNT = "SELECT (COUNT(*) AS ?count) WHERE {{ {} }}"

#: Told of triples that have been sent.
Tell = Callable[[int], None]


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
            reply = self._remote.send("GET", _named(graph), headers={"Accept": "application/n-triples"})
        except MissingError:
            return
        with reply, answer_errors():
            form = reply.format().rdf
            if form is None:
                raise UpstreamError(f"{self._remote.url} answers with no graph")
            yield from parse_open(_stream(reply), form)

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
        """INSERT DATA."""
        if triples:
            data = triples.decode()
            self._send(f"INSERT DATA {{ {f'GRAPH {graph} {{ {data} }}' if graph else data} }}")

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
        pattern = f"GRAPH {graph} {{ ?s ?p ?o }}" if graph else "?s ?p ?o"
        rows = self._rows(_COUNT.format(pattern))
        if len(rows) != 1 or not rows[0].get("count", "").isdecimal():
            raise UpstreamError(f"{self._remote.url} gives no number of triples, but {rows!s:.200}")
        return int(rows[0]["count"])

    def loaded(self) -> dict[str, Loaded]:
        """What the record says."""
        return loaded(self._rows(LOADED))

    def _rows(self, query: str) -> list[dict[str, str]]:
        reply = self._remote.send(
            "POST", data=[("query", query)], headers={"Accept": "application/sparql-results+json"}
        )
        with reply:
            result = Result.received(_stream(reply), reply.format(), self._empty.query(query))
            return [{name: term.value for name, term in row.items()} for row in result.rows()]


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


@dataclass(frozen=True)
class Plan:
    """What is to be done.

    Arguments:
        send: graphs that are not there, or not as they should be.
        there: graphs that are there as they should be.
        stale: graphs of an earlier release that this one has no more.
    """

    send: tuple[Loaded, ...]
    there: tuple[Loaded, ...]
    stale: tuple[str, ...]

    @property
    def triples(self) -> int:
        """How many triples are to be sent."""
        return sum(each.triples for each in self.send)


class Push:
    """Loads a dataset into a store elsewhere.

    Arguments:
        store: the dataset: its named graphs, and its default graph.
        service: what writes at the far end.
        counter: what tells what is there.
        default_graph: the named graph that the default graph goes to; None for the far end's default graph.
        folder: for what is sent, which is written there first.
    """

    def __init__(
        self,
        store: Store,
        service: Service,
        counter: Counter,
        default_graph: NamedNode | None,
        folder: Path,
    ):
        self._store, self._service, self._counter = store, service, counter
        self._default, self._folder = default_graph, folder
        merge = default_graph.value if default_graph else MERGE
        named = {name.value: name for name in store.graph_names()}
        if merge in named:
            raise RequestError(f"<{merge}> is a graph of the dataset: the default graph cannot go there")
        #: The graphs here, by the names that the record has for them.
        self._sources: dict[str, NamedNode | None] = {**named, merge: None}

    def plan(self, tell: Callable[[str], None] = lambda step: None) -> Plan:
        """Compare what is there with what should be.

        Arguments:
            tell: told of each step.

        Raises:
            UpstreamError: the far end does not answer.
        """
        tell("asking what is there")
        there = self._counter.loaded()
        send: list[Loaded] = []
        kept: list[Loaded] = []
        for name, source in self._sources.items():
            tell(f"reading {name}")
            wanted = self._written(name, source)
            is_there = there.get(name) == wanted and self._counter.count(self._target(name)) == wanted.triples
            (kept if is_there else send).append(wanted)
        stale = sorted(set(there) - set(self._sources))
        return Plan(tuple(send), tuple(kept), tuple(stale))

    def run(self, plan: Plan, tell: Tell = lambda triples: None) -> str:
        """Do it.

        Arguments:
            plan: what ``plan`` gave.
            tell: told of triples that have been sent.

        Returns:
            The name of the release that is there now.

        Raises:
            UpstreamError: the far end failed; says how far this came.
        """
        done = [*plan.there]
        with _progress_told(done, len(plan.send) + len(plan.there)):
            if plan.send or plan.stale:
                self._record(done)
            for each in plan.send:
                self._send(each, tell)
                done.append(each)
                self._service.add(PUBLICATION, _triples(each.facts()))
            for name in plan.stale:
                self._service.remove(NamedNode(name))
            self._record(done, release(done))
        return release(done)

    def _send(self, wanted: Loaded, tell: Tell) -> None:
        """Replace a graph, part by part, and count it there."""
        target = self._target(wanted.graph)
        with self._file(wanted.graph).open("rb") as lines:
            parts = _parts(lines, self._service.at_once)
            write = self._service.replace
            for part in parts:
                write(target, b"".join(part))
                tell(len(part))
                write = self._service.add
        found = self._counter.count(target)
        if found != wanted.triples:
            raise UpstreamError(
                f"<{wanted.graph}> was sent, but the far end counts {found:,} of its {wanted.triples:,} "
                "triples; are these the addresses of one and the same store?"
            )

    def _record(self, graphs: list[Loaded], version: str = "") -> None:
        self._service.replace(PUBLICATION, _triples(record(graphs, version)))

    def _target(self, name: str) -> NamedNode | None:
        return self._default if self._sources[name] is None else NamedNode(name)

    def _written(self, name: str, source: NamedNode | None) -> Loaded:
        """Write a graph to a file, in order, and describe it."""
        digest, count = hashlib.sha256(), 0
        quads = (Quad(q.subject, q.predicate, q.object) for q in self._store.triples(source))
        with saving(self._file(name)) as output:
            for line in lines_in_order(quads, RdfFormat.N_TRIPLES):
                output.write(line)
                digest.update(line)
                count += 1
        return Loaded(name, count, digest.hexdigest())

    def _file(self, name: str) -> Path:
        return self._folder / hashlib.sha256(name.encode()).hexdigest()


@contextmanager
def _progress_told(done: list[Loaded], total: int) -> Iterator[None]:
    """Say with a failure how far the work came."""
    try:
        yield
    except (UpstreamError, RequestError, BusyError, DeadlineError) as error:
        raise UpstreamError(
            f"{error}\n{len(done)} of {total} graphs are there; run the same command again to go on"
        ) from None


def _parts(lines: IO[bytes], size: int) -> Iterator[list[bytes]]:
    """The lines of a graph in parts; one part where it has blank nodes, that mean nothing across requests."""
    whole = any(line.startswith(b"_:") or b" _:" in line for line in lines)
    lines.seek(0)
    yield [*lines] if whole else [*islice(lines, size)]
    while part := [*islice(lines, size)]:
        yield part


def _triples(quads: Iterator[Quad]) -> bytes:
    return write([*quads], RdfFormat.N_TRIPLES)


def _named(graph: NamedNode | None) -> list[tuple[str, str]]:
    return [("graph", graph.value)] if graph else [("default", "")]


def _stream(reply: Reply) -> IO[bytes]:
    return cast(IO[bytes], io.BufferedReader(cast(io.RawIOBase, reply)))
