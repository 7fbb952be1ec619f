"""What the ontology and its alignments entail of the data, in a graph that is looked at when asked for.

The rules are those of RDFS for hierarchies, rdfs5, 7, 9 and 11 (https://www.w3.org/TR/rdf11-mt/#rdfs-entailment),
and OWL's for symmetric properties (https://www.w3.org/TR/owl2-profiles/, prp-symp). Domains and ranges entail
nothing more: what they demand is stated, which a test proves with a reasoner.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from ti_graph.rdf import BASE, OWL, RDF, RDFS, NamedNode, Quad

#: The graphs that the rules are applied by: the ontology and its alignments.
AXIOMS = (NamedNode(BASE + "def"), NamedNode(BASE + "alignments"))
#: The graph of what is entailed.
INFERENCES = NamedNode(BASE + "inferences")


def asked_for(inference: bool) -> list[str]:
    """The graphs that the default graph has besides, where a query asks for what is entailed or not."""
    return [INFERENCES.value] if inference else []


class Entailment:
    """The rules, ready to be applied to one triple after another.

    Arguments:
        axioms: the ontology and its alignments.
    """

    def __init__(self, axioms: Iterable[Quad]):
        above: dict[NamedNode, dict[NamedNode, list[NamedNode]]] = {
            RDFS.subClassOf: defaultdict(list),
            RDFS.subPropertyOf: defaultdict(list),
        }
        #: Properties that hold both ways.
        self.symmetric: set[NamedNode] = set()
        for axiom in axioms:
            term, value = axiom.subject, axiom.object
            if isinstance(term, NamedNode) and isinstance(value, NamedNode):
                if axiom.predicate in above:
                    above[axiom.predicate][term].append(value)
                elif axiom.predicate == RDF.type and value == OWL.SymmetricProperty:
                    self.symmetric.add(term)
        self._classes = _closed(above[RDFS.subClassOf])
        self._properties = _closed(above[RDFS.subPropertyOf])

    def of(self, quad: Quad) -> Iterator[Quad]:
        """What a triple entails, itself apart; in the graph of inferences."""
        subject, predicate, value = quad.triple
        for broader in self._properties.get(predicate, ()):
            yield Quad(subject, broader, value, INFERENCES)
        if predicate == RDF.type and isinstance(value, NamedNode):
            for kind in self._classes.get(value, ()):
                yield Quad(subject, RDF.type, kind, INFERENCES)
        if predicate in self.symmetric and isinstance(value, NamedNode):
            yield Quad(value, predicate, subject, INFERENCES)

    def watch(self, quads: Iterable[Quad], entailed: dict[Quad, None]) -> Iterator[Quad]:
        """Pass quads on, and gather what they entail.

        Arguments:
            quads: the data.
            entailed: where to; whole when the last quad has passed.
        """
        for quad in quads:
            entailed.update(dict.fromkeys(self.of(quad)))
            yield quad


def _closed(above: dict[NamedNode, list[NamedNode]]) -> dict[NamedNode, list[NamedNode]]:
    """All that is above each term, however far."""
    closed = {}
    for term in above:
        found: dict[NamedNode, None] = {}
        waiting = list(above[term])
        while waiting:
            broader = waiting.pop()
            if broader not in found and broader != term:
                found[broader] = None
                waiting += above.get(broader, ())
        closed[term] = list(found)
    return closed
