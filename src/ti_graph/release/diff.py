"""What differs between two states of the dataset, graph by graph: to review before it is published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ti_graph.assembly.system import SYSTEM_GRAPHS
from ti_graph.rdf import ID, PREFIXES, RDF, RDFS, BlankNode, Literal, NamedNode, Quad, RdfFormat
from ti_graph.rdf.blanks import named_by_content
from ti_graph.rdf.syntax import parse_file, parse_text
from ti_graph.stores.repository import Repository
from ti_graph.stores.store import Store

#: The file of a release that is compared.
_RELEASED = "ti-graph.nq.gz"
#: How many labels of things that came, went or changed are shown for a graph.
_NAMED = 10


@dataclass(frozen=True)
class Difference:
    """What differs in a graph.

    Arguments:
        graph: its name; None is the default graph.
        added, removed: its quads that only the later and only the earlier state has, sorted.
    """

    graph: NamedNode | None
    added: tuple[Quad, ...]
    removed: tuple[Quad, ...]


def opened(path: Path) -> Store:
    """A state of the dataset: a dataset's folder, a release's, or an RDF file, also packed (``.gz``).

    Raises:
        SourceError, StoreError: there is none.
    """
    if (released := path / _RELEASED).exists():
        path = released
    if path.is_dir():
        return Repository(path).current().open()
    return Store.in_memory(parse_file(path))


def differences(before: Store, after: Store) -> Iterator[Difference]:
    """The graphs in which two states differ, one at a time.

    Where one has no named graphs (Turtle, N-Triples), the default graphs are compared. The ontology and what
    else comes with a release is compared only where both have it: dumps do not. Blank nodes are compared by
    what is said of them, and named so (``rdf.blanks``).
    """
    names = [{*store.graph_names()} for store in (before, after)]
    missing = {graph for graph in SYSTEM_GRAPHS if not all(graph in some for some in names)}
    graphs = sorted((names[0] | names[1]) - missing, key=str) if all(names) else [None]
    for graph in graphs:
        old, new = _lines(before, graph), _lines(after, graph)
        difference = Difference(graph, _quads(new - old), _quads(old - new))
        if difference.added or difference.removed:
            yield difference


def summary(difference: Difference) -> Iterator[str]:
    """A difference in words: how many triples, which kinds of things, which properties, some names."""
    name = "the default graph" if difference.graph is None else _short(difference.graph)
    yield f"{name}: {len(difference.added):,} added, {len(difference.removed):,} removed"
    for sign, quads in (("+", difference.added), ("-", difference.removed)):
        kinds = Counter(_short(quad.object) for quad in quads if quad.predicate == RDF.type)
        yield from (f"  {sign} {count:,} {kind}" for kind, count in kinds.most_common())
        labels = [
            q.object.value for q in quads if q.predicate == RDFS.label and isinstance(q.object, Literal)
        ]
        if labels:
            more = f" … and {len(labels) - _NAMED:,} more" if len(labels) > _NAMED else ""
            yield f"  {sign} {'; '.join(labels[:_NAMED])}{more}"
        blank = [quad.subject for quad in quads if isinstance(quad.subject, BlankNode)]
        if blank:
            yield f"  {sign} {len(blank):,} triples about {len({*blank}):,} blank nodes"
    both = [quad for quad in (*difference.added, *difference.removed) if isinstance(quad.subject, NamedNode)]
    typed = {quad.subject for quad in both if quad.predicate == RDF.type}
    changed = Counter(_short(quad.predicate) for quad in both if quad.subject not in typed)
    yield from (f"  ~ {count:,} {name} of what was there already" for name, count in changed.most_common())


def patch(difference: Difference) -> Iterator[str]:
    """A difference as rows of an RDF Patch (https://afs.github.io/rdf-patch/): D for deleted, A for added."""
    for letter, quads in (("D", difference.removed), ("A", difference.added)):
        for quad in quads:
            yield f"{letter} {' '.join(map(str, quad.triple))}{_graph(quad)} ."


def _graph(quad: Quad) -> str:
    return f" {quad.graph_name}" if isinstance(quad.graph_name, NamedNode) else ""


def _lines(store: Store, graph: NamedNode | None) -> set[bytes]:
    """The quads of a graph as lines that last: with blank nodes named by what is said of them."""
    lines = store.lines([graph])
    unnamed = {line for line in lines if b"_:" in line}
    return (lines - unnamed) | {f"{quad} .".encode() for quad in named_by_content(_quads(unnamed))}


def _quads(lines: set[bytes]) -> tuple[Quad, ...]:
    return tuple(parse_text(b"\n".join(sorted(lines)), RdfFormat.N_QUADS))


def _short(term: object) -> str:
    """An IRI as people write it."""
    iri = term.value if isinstance(term, NamedNode) else str(term)
    if iri.startswith(ID):
        return "id/" + iri.removeprefix(ID)
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri
