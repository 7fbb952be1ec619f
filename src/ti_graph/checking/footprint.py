"""What a change touched, and which triples a rule looks at: where they do not meet, the rule is not asked."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import rdflib
from rdflib.namespace import RDF
from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Node

from ti_graph.rdf import Quad


@dataclass(frozen=True)
class Part:
    """The part of a dataset that a change can have put at odds with the rules.

    Arguments:
        changed: the quads added and removed.
        around: the triples that core constraints need.
        focus: the nodes that they are checked of, as IRIs.
        graphs: the graphs that were touched, or that something was said of, as IRIs.
    """

    changed: Collection[Quad]
    around: Collection[Quad]
    focus: Collection[str]
    graphs: Collection[str]


@dataclass(frozen=True)
class Footprint:
    """The triples that the patterns of a query can match.

    A query finds what it found before when none of the triples added and removed is among them.

    Arguments:
        predicates: IRIs of properties.
        classes: IRIs of classes, looked at by ``rdf:type``.
        everything: a pattern's predicate, or the class of an ``rdf:type``, is a variable.
    """

    predicates: frozenset[str]
    classes: frozenset[str]
    everything: bool

    @classmethod
    @cache
    def of(cls, query: str) -> Footprint:
        """What a SELECT looks at; known from then on."""
        triples = list(_patterns(prepareQuery(query).algebra))
        steps = [step for triple in triples for step in _steps(*triple)]
        return cls(
            predicates=frozenset(str(p) for p, _ in steps if isinstance(p, rdflib.URIRef) and p != RDF.type),
            classes=frozenset(str(o) for p, o in steps if p == RDF.type),
            everything=any(
                not isinstance(p, rdflib.URIRef) or (p == RDF.type and not isinstance(o, rdflib.URIRef))
                for p, o in steps
            ),
        )

    def meets(self, part: Part | None) -> bool:
        """Whether a triple among them was changed; without a part, the whole dataset may have been."""
        return part is None or self.everything or any(map(self._has, part.changed))

    def _has(self, quad: Quad) -> bool:
        if quad.predicate.value == str(RDF.type):
            return getattr(quad.object, "value", "") in self.classes
        return quad.predicate.value in self.predicates


def _patterns(part: Any) -> Iterator[tuple[Node, Any, Node]]:
    """The triple patterns of an algebra expression, those inside its filters too.

    The parser leaves those of a filter's EXISTS as it read them, several in one list.
    """
    if isinstance(part, CompValue):
        for found in dict.get(part, "triples", ()):  # CompValue.get answers with a missing name itself
            yield from zip(found[::3], found[1::3], found[2::3], strict=True)
        part = [value for name, value in part.items() if name != "triples"]
    if isinstance(part, list | tuple):
        for each in part:
            yield from _patterns(each)


def _steps(subject: Node | None, predicate: Any, value: Node | None) -> Iterator[tuple[Any, Node | None]]:
    """The predicates of a pattern with their objects, None where a path has a node between.

    A path that may have no step at all is told by its other patterns: they bind one of its ends.
    """
    match predicate:
        case SequencePath():
            for step in predicate.args[:-1]:
                yield from _steps(subject, step, None)
            yield from _steps(subject, predicate.args[-1], value)
        case AlternativePath():
            for step in predicate.args:
                yield from _steps(subject, step, value)
        case InvPath():
            yield from _steps(value, predicate.arg, subject)
        case MulPath():
            yield from _steps(subject, predicate.path, None)
        case _:
            yield predicate, value
