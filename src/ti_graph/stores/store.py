"""The store: named graphs and a default graph, asked and changed through the engine.

A query without GRAPH sees the default graph. In the built-in dataset this is the merge of the data graphs,
written when the store is made, so that each triple counts once (why: ``ontology/README.md``).
"""

from __future__ import annotations

import gzip
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, cast

import pyoxigraph

from ti_graph.errors import RdfSyntaxError, StoreError
from ti_graph.formats import Format
from ti_graph.rdf import BASE, BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, iri
from ti_graph.rdf.syntax import reading, write_ordered
from ti_graph.sparql.result import Result, engine_errors
from ti_graph.sparql.rewriting import rewritten

#: Quads that are handed to the engine at once.
_AT_ONCE = 100_000


class Store:
    """A dataset on disk or in memory.

    ``open``, ``open_to_write`` and ``in_memory`` open one; ``create`` and ``load_files`` make its directory.
    """

    def __init__(self, engine: pyoxigraph.Store):
        self._engine = engine

    @classmethod
    def create(cls, path: Path, data: Iterable[Quad], system: Iterable[Quad] = ()) -> None:
        """Make a store in a new directory.

        Arguments:
            path: the directory; it must not exist.
            data: named graphs, also merged into the default graph.
            system: named graphs that a query without GRAPH does not see.
        """
        store = cls(pyoxigraph.Store(path))
        try:
            store._fill(data, system)
            store._engine.optimize()
            store._engine.flush()
        finally:
            del store._engine  # closed, also when ``data`` failed: nothing writes to the directory any more

    @classmethod
    def load_files(cls, path: Path, files: Iterable[Path], graph: NamedNode | None) -> None:
        """Make a store in a new directory of the RDF files of others, by the engine's own bulk loader.

        Arguments:
            path: the directory; it must not exist.
            files: their formats are told by their suffixes; packed ones end in ``.gz``.
            graph: where triples without a graph go; None for the default graph.

        Raises:
            SourceError: a file cannot be read, or does not parse; with the line.
        """
        to = graph or DefaultGraph()
        store = cls(pyoxigraph.Store(path))
        try:
            for file in files:
                base = file.absolute().as_uri()
                with reading(file) as form, ExitStack() as opened:
                    if file.suffix == ".gz":
                        content = cast(IO[bytes], opened.enter_context(gzip.open(file)))
                        store._engine.bulk_load(content, form, base_iri=base, to_graph=to)
                    else:
                        store._engine.bulk_load(path=file, format=form, base_iri=base, to_graph=to)
            store._engine.flush()
        finally:
            del store._engine

    @classmethod
    def open(cls, path: Path) -> Store:
        """Open a store for reading.

        Raises:
            StoreError: there is no usable store in that directory.
        """
        try:
            return cls(pyoxigraph.Store.read_only(str(path)))
        except (OSError, RuntimeError) as error:
            raise StoreError(f"no usable store in {path}: {error}") from None

    @classmethod
    def in_memory(cls, data: Iterable[Quad], system: Iterable[Quad] = ()) -> Store:
        """A store that lives as long as the process."""
        store = cls(pyoxigraph.Store())
        store._fill(data, system)
        return store

    def _fill(self, data: Iterable[Quad], system: Iterable[Quad]) -> None:
        given = iter(data)
        while named := list(islice(given, _AT_ONCE)):
            self._engine.bulk_extend(named)
            self._engine.bulk_extend(Quad(q.subject, q.predicate, q.object) for q in named)
        self._engine.bulk_extend(system)

    def query(
        self,
        text: str,
        default_graphs: Iterable[str] = (),
        named_graphs: Iterable[str] = (),
        base: str = BASE,
        besides: Iterable[str] = (),
    ) -> Result:
        """Run a query, as it is rewritten for the engine.

        Arguments:
            text: SPARQL 1.1 Query.
            default_graphs, named_graphs: IRIs of the protocol's RDF dataset; empty means the store's own.
            base: the IRI that relative IRIs resolve against.
            besides: IRIs of graphs that the default graph, whichever it is, has besides.

        Raises:
            QuerySyntaxError: with line and column.
            RequestError: a graph name is not an IRI.
        """
        default: list[NamedNode | BlankNode | DefaultGraph] = [iri(name) for name in default_graphs]
        named: list[NamedNode | BlankNode] = [iri(name) for name in named_graphs]
        own_named = named or ([] if default else None)
        added = [iri(name) for name in besides]
        if added:
            default = [*(default or ([] if named else [DefaultGraph()])), *added]
        graphs = {"default_graph": default or ([] if named else None), "named_graphs": own_named}
        with engine_errors():
            answer = self._evaluated(text, base, graphs)
        return Result.of_engine(answer)

    def _evaluated(
        self, text: str, base: str, graphs: Mapping[str, Any]
    ) -> pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean | pyoxigraph.QueryTriples:
        faster = rewritten(text)
        try:
            return self._engine.query(faster, base_iri=base, **graphs)
        except SyntaxError:
            if faster == text:
                raise
        return self._engine.query(text, base_iri=base, **graphs)  # the error is where the caller wrote it

    def texts(self, text: str) -> Iterator[dict[str, str]]:
        """The rows of a SELECT, terms as text."""
        return self.query(text).texts()

    @classmethod
    def open_to_write(cls, path: Path) -> Store:
        """Open a store that nobody else has open, for reading and writing."""
        return cls(pyoxigraph.Store(str(path)))

    def update(self, text: str, base_iri: str | None = None) -> None:
        """Run an update; whole or not at all.

        Raises:
            QuerySyntaxError: with line and column.
        """
        with engine_errors():
            self._engine.update(text, base_iri=base_iri)

    def load(self, content: bytes, form: Format, graph: NamedNode | None, base_iri: str) -> None:
        """Add the triples of an RDF text to a graph (the default graph without a name).

        Raises:
            RdfSyntaxError: it does not parse; with line and column.
        """
        to = graph or DefaultGraph()
        try:
            self._engine.load(content, format=form.rdf, base_iri=base_iri, to_graph=to)
        except SyntaxError as error:
            raise RdfSyntaxError(str(error.msg), error.lineno, error.offset) from None

    @staticmethod
    def expand(names: Iterable[str], prologue: str, base_iri: str) -> list[NamedNode]:
        """The IRIs of names as SPARQL has them, in brackets or with a prefix.

        Raises:
            QuerySyntaxError: a name is none, or its prefix is not in the prologue.
        """
        text = f"{prologue} SELECT ?name {{ VALUES ?name {{ {' '.join(names)} }} }}"
        rows = Store.in_memory(()).query(text, base=base_iri).rows()
        return [name for row in rows if isinstance(name := row["name"], NamedNode)]

    def remove_graph(self, graph: NamedNode | None) -> None:
        """Remove a graph with all its triples; the default graph is emptied."""
        self._engine.remove_graph(graph or DefaultGraph())

    def add_graph(self, graph: NamedNode | None) -> None:
        """Make a named graph exist, empty if nothing is added to it."""
        if graph is not None:
            self._engine.add_graph(graph)

    def has_graph(self, graph: NamedNode | None) -> bool:
        """Whether a graph exists; the default graph always does."""
        return graph is None or self._engine.contains_named_graph(graph)

    def change(self, add: Iterable[Quad], remove: Iterable[Quad]) -> None:
        """Remove quads, and add some."""
        for quad in remove:
            self._engine.remove(quad)
        self._engine.extend(add)

    def holds(self, quad: Quad, besides: Collection[NamedNode] = ()) -> bool:
        """Whether a named graph, other than some, has the triple of a quad."""
        found = self._engine.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
        return any(isinstance(q.graph_name, NamedNode) and q.graph_name not in besides for q in found)

    def dump(self, output: IO[bytes]) -> None:
        """Write every quad as N-Quads, those of the default graph without a graph, in the engine's order."""
        self._engine.dump(output, RdfFormat.N_QUADS)

    def lines(self, graphs: Iterable[NamedNode | None]) -> set[bytes]:
        """Every quad of some graphs as a line of N-Quads; None is the default graph."""
        found: set[bytes] = set()
        for graph in graphs:
            found.update(write_ordered(self.triples(graph), RdfFormat.N_QUADS).splitlines())
        return found

    def merge(self, predicates: Iterable[NamedNode] | None = None) -> bytes:
        """The default graph as N-Triples, in the engine's order; with predicates, their triples alone."""
        wanted: Iterable[NamedNode | None] = [None] if predicates is None else predicates
        of_each = (self.triples_of(predicate=predicate) for predicate in wanted)
        return write_ordered(chain.from_iterable(of_each), RdfFormat.N_TRIPLES)

    def close(self) -> None:
        """Write everything to disk and let go of it; the store is not used after that."""
        self._engine.flush()
        del self._engine

    def graph_names(self) -> list[NamedNode]:
        """The names of the named graphs, sorted."""
        names = (name for name in self._engine.named_graphs() if isinstance(name, NamedNode))
        return sorted(names, key=str)

    def triples(self, graph: NamedNode | None = None) -> Iterator[Quad]:
        """The triples of a named graph, of the default graph without a name."""
        return self._engine.quads_for_pattern(None, None, None, graph or DefaultGraph())

    def triples_of(
        self,
        subject: NamedNode | BlankNode | None = None,
        predicate: NamedNode | None = None,
        value: NamedNode | BlankNode | Literal | Triple | None = None,
    ) -> Iterator[Quad]:
        """The triples of the default graph with a subject, a predicate, a value as object."""
        return self._engine.quads_for_pattern(subject, predicate, value, DefaultGraph())

    def __len__(self) -> int:
        """The number of triples that a query without GRAPH sees."""
        row = next(self.query("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }").rows())
        return int(row["n"].value)
