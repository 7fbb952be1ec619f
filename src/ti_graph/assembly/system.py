"""What comes with the data without being data: what describes it, and what that entails of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ti_graph.assembly.inference import AXIOMS, INFERENCES, Entailment
from ti_graph.assembly.provenance import deduction_facts
from ti_graph.layout import ONTOLOGY
from ti_graph.rdf import BASE, NamedNode, Quad
from ti_graph.rdf.syntax import parse_file

#: What describes the data without being data, and the files that it is read from.
DESCRIPTIONS = {
    NamedNode(BASE + "def"): "ontology.ttl",
    NamedNode(BASE + "alignments"): "alignments.ttl",
    NamedNode(BASE + "shapes"): "shapes.ttl",
    NamedNode(BASE + "terms"): "terms.ttl",
}

#: Graphs that come with the data: a query without GRAPH does not see them.
SYSTEM_GRAPHS = (*DESCRIPTIONS, INFERENCES)

_INFERRING = {
    "fr": "hiérarchies de classes et de propriétés, et propriétés symétriques, appliquées aux données "
    "(RDFS, règles 5, 7, 9 et 11 ; OWL 2 RL, prp-symp)",
    "en": "the hierarchies of classes and properties, and symmetric properties, applied to the data "
    "(RDFS, rules 5, 7, 9 and 11; OWL 2 RL, prp-symp)",
}


def system_quads() -> Iterator[Quad]:
    """The ontology, its alignments, the shapes and the names of terms, each in a graph of its own.

    Raises:
        SourceError: one cannot be read or parsed.
    """
    for graph, name in DESCRIPTIONS.items():
        for quad in parse_file(ONTOLOGY / name):
            yield Quad(quad.subject, quad.predicate, quad.object, graph)


def with_inferences(data: Iterable[Quad]) -> tuple[Iterator[Quad], Iterator[Quad]]:
    """Data graphs, and the system graphs that go with them.

    Arguments:
        data: the data graphs.

    Returns:
        The data graphs, to be read first; the system graphs, inferences among them.
    """
    described = list(system_quads())
    entailed: dict[Quad, None] = {}

    def system() -> Iterator[Quad]:
        yield from described
        for fact in deduction_facts(INFERENCES, AXIOMS, _INFERRING):
            yield Quad(*fact, INFERENCES)
        yield from entailed

    axioms = (quad for quad in described if quad.graph_name in AXIOMS)
    return Entailment(axioms).watch(data, entailed), system()
