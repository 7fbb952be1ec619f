"""Blank nodes by what is said of them, so that two states can be compared: their own names do not last.

Blank nodes that meet in a triple are named together, by the canonical form of all that is said of them
(RDFC-1.0, https://www.w3.org/TR/rdf-canon/): what a change does not touch keeps its name in both states.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

from ti_graph.rdf import BlankNode, Quad
from ti_graph.rdf.syntax import canonical

#: Digits of the hash in a name.
_DIGITS = 16


def named_by_content(quads: Iterable[Quad]) -> Iterator[Quad]:
    """Quads of one graph with blank nodes named by what is said of them; where two say the same, numbered."""
    seen: Counter[str] = Counter()
    for together in linked(quads):
        found = canonical(together)
        digest = hashlib.sha256("\n".join(sorted(map(str, found))).encode()).hexdigest()[:_DIGITS]
        seen[digest] += 1
        prefix = f"{digest}-{seen[digest]}-"
        yield from (_renamed(quad, prefix) for quad in found)


def linked(quads: Iterable[Quad]) -> Iterable[list[Quad]]:
    """Quads by the blank nodes that are linked with each other; those without any are each by themselves."""
    leaders: dict[BlankNode, BlankNode] = {}

    def leader(node: BlankNode) -> BlankNode:
        while leaders.setdefault(node, node) != node:
            leaders[node] = leaders[leaders[node]]
            node = leaders[node]
        return node

    kept = [*quads]
    for quad in kept:
        for one, other in pairwise(_blanks(quad)):
            leaders[leader(other)] = leader(one)
    components: dict[object, list[Quad]] = defaultdict(list)
    for quad in kept:
        blanks = _blanks(quad)
        components[leader(blanks[0]) if blanks else quad].append(quad)
    return components.values()


def _blanks(quad: Quad) -> list[BlankNode]:
    return [term for term in (quad.subject, quad.object) if isinstance(term, BlankNode)]


def _renamed(quad: Quad, prefix: str) -> Quad:
    subject, value = quad.subject, quad.object
    if isinstance(subject, BlankNode):
        subject = BlankNode(prefix + subject.value)
    if isinstance(value, BlankNode):
        value = BlankNode(prefix + value.value)
    return Quad(subject, quad.predicate, value, quad.graph_name)
