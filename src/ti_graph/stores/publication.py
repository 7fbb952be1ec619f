"""The record of what was loaded into a store elsewhere: it stands in a graph of that store.

It makes loading resumable, and tells a server that stands before the store which release that is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ti_graph.rdf import BASE, DCAT, DCTERMS, ID, VOID, Literal, NamedNode, Quad, prologue

#: The graph of the record; it names the release, once that is there as a whole, and each graph that is.
PUBLICATION = NamedNode(ID + "graphe/publication")
#: What the default graph is called in the record, and where a store has no default graph of its own.
MERGE = BASE + "merge"
VERSION = (
    prologue("dcat")
    + f"SELECT ?version WHERE {{ GRAPH {PUBLICATION} {{ {PUBLICATION} dcat:version ?version }} }}"
)
LOADED = (
    prologue("dcterms", "void")
    + f"""SELECT ?graph ?triples ?sum WHERE {{
  GRAPH {PUBLICATION} {{ ?graph void:triples ?triples ; dcterms:identifier ?sum }}
}} ORDER BY ?graph"""
)
_SUM = "sha256:"


@dataclass(frozen=True)
class Loaded:
    """A graph as it should be.

    Arguments:
        graph: its IRI.
        triples: how many it has.
        sha256: of its canonical N-Triples.
    """

    graph: str
    triples: int
    sha256: str

    def facts(self) -> Iterator[Quad]:
        """What the record says of it."""
        graph = NamedNode(self.graph)
        yield Quad(graph, VOID.triples, Literal(self.triples))
        yield Quad(graph, DCTERMS.identifier, Literal(_SUM + self.sha256))


def loaded(rows: Iterable[dict[str, str]]) -> dict[str, Loaded]:
    """What the rows of ``LOADED`` say, by graph; what makes no sense is as if it were not there."""
    found = {}
    for row in rows:
        if row["triples"].isdecimal() and row["sum"].startswith(_SUM):
            graph = Loaded(row["graph"], int(row["triples"]), row["sum"].removeprefix(_SUM))
            found[graph.graph] = graph
    return found


def release(graphs: Iterable[Loaded]) -> str:
    """The name of a release: a digest over its graphs."""
    lines = sorted(f"{each.sha256} {each.graph}\n" for each in graphs)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def record(graphs: Iterable[Loaded], version: str = "") -> Iterator[Quad]:
    """The whole record.

    Arguments:
        graphs: those that are there.
        version: the release, once it is there as a whole; empty before.
    """
    for each in graphs:
        yield from each.facts()
    if version:
        yield Quad(PUBLICATION, DCAT.version, Literal(version))
