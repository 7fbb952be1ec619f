"""How far from a node the core constraints of SHACL shapes look, so that a change is checked of few nodes.

A constraint looks from its focus node along its path, then, by ``sh:class``, at the types of what it finds,
and by nested shapes along their paths (https://www.w3.org/TR/shacl/#property-paths, #core-components).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

import rdflib
from rdflib.collection import Collection as RdfList
from rdflib.namespace import RDF, RDFS, SH
from rdflib.term import Node as Term

from ti_graph.rdf import BlankNode, Literal, NamedNode, Quad, Triple
from ti_graph.stores.store import Store

Node = NamedNode | BlankNode | Literal | Triple

_SUBCLASS = NamedNode(str(RDFS.subClassOf))
_NESTED = (SH.node, SH.property, SH.qualifiedValueShape, SH["not"])
_NESTED_LISTS = (SH["and"], SH["or"], SH.xone)
_WITHOUT_END = (SH.zeroOrMorePath, SH.oneOrMorePath)


class _Look(NamedTuple):
    """A property that a constraint looks at, after how many steps, and whether from object to subject."""

    property: Term
    after: int
    is_inverse: bool


class _NoEndError(Exception):
    """A path that repeats, or a shape that refers to itself."""


@dataclass(frozen=True)
class Reach:
    """What the core constraints of shapes look at.

    Arguments:
        steps: the number of triples, end to end, that the farthest looks along, the hierarchy of classes
            apart; None without end.
        onward: properties looked at after the first step.
        inverse: properties followed from the object to the subject.
        targets: properties whose objects are focus nodes.
    """

    steps: int | None
    onward: tuple[NamedNode, ...]
    inverse: tuple[NamedNode, ...]
    targets: tuple[NamedNode, ...]

    @classmethod
    def of(cls, shapes: rdflib.Graph) -> Reach:
        """The reach of the shapes of a graph."""
        roots = {*shapes.subjects(RDF.type, SH.NodeShape), *shapes.subjects(SH.path)}
        try:
            looks = {look for shape in roots for look in _Walk(shapes).shape(shape, 0, ())}
        except _NoEndError:
            return cls(None, (), (), ())
        return cls(
            steps=1 + max((look.after for look in looks), default=0),
            onward=_names(look.property for look in looks if look.after),
            inverse=_names(look.property for look in looks if look.is_inverse),
            targets=_names(shapes.objects(None, SH.targetObjectsOf)),
        )

    def has_end(self, changed: Iterable[Quad]) -> bool:
        """Whether it can be told of which nodes a constraint may find something else after a change."""
        return self.steps is not None and all(quad.predicate != _SUBCLASS for quad in changed)

    def affected(self, store: Store, changed: Iterable[Quad]) -> Iterator[Node]:
        """The nodes of which a constraint may find something else after a change.

        Arguments:
            store: the dataset after the change.
            changed: the quads added and removed.
        """
        for quad in changed:
            yield quad.subject
            if quad.predicate in self.inverse or quad.predicate in self.targets:
                yield quad.object
            ends: set[Node] = {quad.subject}
            for _ in range(1, (self.steps or 1) if quad.predicate in self.onward else 1):
                before = [step for end in ends for step in self._steps_to(store, end)]
                yield from (node for node, _ in before)
                ends = {node for node, by in before if by in self.onward}

    def around(self, store: Store, focus: Iterable[Node]) -> Iterator[Quad]:
        """The triples that constraints look at from some nodes.

        Arguments:
            store: the dataset.
            focus: the nodes.
        """
        yield from store.triples_of(predicate=_SUBCLASS)
        starts = set(focus)
        for node in starts:
            for name in self.targets:
                yield from islice(store.triples_of(value=node, predicate=name), 1)
        found = [quad for node in starts for quad in self._steps_from(store, node, [None])]
        for _ in range(1, self.steps or 1):
            yield from found
            starts = {node for quad in found for node in (quad.subject, quad.object)} - starts
            found = [quad for node in starts for quad in self._steps_from(store, node, self.onward)]
        yield from found

    def _steps_to(self, store: Store, end: Node) -> Iterator[tuple[Node, NamedNode]]:
        """The nodes one step before another, with the property that leads there."""
        for quad in store.triples_of(value=end):
            yield quad.subject, quad.predicate
        if isinstance(end, NamedNode | BlankNode):
            for name in self.inverse:
                for quad in store.triples_of(subject=end, predicate=name):
                    yield quad.object, name

    def _steps_from(
        self, store: Store, start: Node, properties: Collection[NamedNode | None]
    ) -> Iterator[Quad]:
        """The triples one step on, by these properties; by any, where None is among them."""
        if isinstance(start, NamedNode | BlankNode):
            for name in properties:
                yield from store.triples_of(subject=start, predicate=name)
        for name in self.inverse:
            if name in properties or None in properties:
                yield from store.triples_of(value=start, predicate=name)


class _Walk:
    """A walk through the shapes of a graph, to see what each looks at."""

    def __init__(self, shapes: rdflib.Graph):
        self._shapes = shapes

    def shape(self, shape: Term, after: int, outer: tuple[Term, ...]) -> Iterator[_Look]:
        """What a shape looks at.

        Arguments:
            shape: the shape.
            after: how many steps from the focus node its own nodes are.
            outer: the shapes that it is nested in.
        """
        if shape in outer:
            raise _NoEndError
        path = self._shapes.value(shape, SH.path)
        if path is not None:
            looks = list(self._path(path, after, is_inverse=False))
            yield from looks
            after = 1 + max(look.after for look in looks)
        if (shape, SH["class"], None) in self._shapes:
            yield _Look(RDF.type, after, False)
        for nested in self._nested(shape):
            yield from self.shape(nested, after, (*outer, shape))

    def _nested(self, shape: Term) -> Iterator[Term]:
        for kind in _NESTED:
            yield from self._shapes.objects(shape, kind)
        for kind in _NESTED_LISTS:
            for members in self._shapes.objects(shape, kind):
                yield from RdfList(self._shapes, members)

    def _path(self, path: Term, after: int, is_inverse: bool) -> Iterator[_Look]:
        """The properties of a path; the last step of a sequence comes last."""
        if isinstance(path, rdflib.URIRef):
            yield _Look(path, after, is_inverse)
            return
        if any((path, kind, None) in self._shapes for kind in _WITHOUT_END):
            raise _NoEndError
        if (path, RDF.first, None) in self._shapes:
            for step in RdfList(self._shapes, path):
                looks = list(self._path(step, after, is_inverse))
                yield from looks
                after = 1 + max(look.after for look in looks)
        for inner in self._shapes.objects(path, SH.inversePath):
            yield from self._path(inner, after, not is_inverse)
        for inner in self._shapes.objects(path, SH.zeroOrOnePath):
            yield from self._path(inner, after, is_inverse)
        for choices in self._shapes.objects(path, SH.alternativePath):
            for choice in RdfList(self._shapes, choices):
                yield from self._path(choice, after, is_inverse)


def _names(properties: Iterable[Term]) -> tuple[NamedNode, ...]:
    return tuple(sorted({NamedNode(str(name)) for name in properties}, key=str))
