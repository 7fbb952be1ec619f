"""SHACL-SPARQL constraints as sets: one query over all the focus nodes of a shape, where that means the same.

SHACL binds ``$this`` before a query starts (https://www.w3.org/TR/shacl/#pre-binding). A set binds it by a
pattern that the shape's targets become, at the head of the query; where the query looks at ``$this`` in a
group that does not see that pattern, the two would differ, and the constraint is no set.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import rdflib
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from ti_graph.sparql.text import Token, tokens_of

_WHERE = re.compile(r"\bWHERE\s*\{", re.IGNORECASE)
_DOLLAR = re.compile(r"\$(?=[A-Za-z_])")  # a variable, not the $1 of a replacement
_TARGETS = {
    SH.targetClass: "?this a {}",
    SH.targetSubjectsOf: "?this {} ?targetObject",
    SH.targetObjectsOf: "?targetSubject {} ?this",
    SH.targetNode: "BIND({} AS ?this)",
}
_THIS = frozenset({"?this", "$this"})
#: Other variables that SHACL binds before.
_PRE_BOUND = frozenset(mark + name for mark in "?$" for name in ("PATH", "shapesGraph", "currentShape"))
#: What a set would answer otherwise, or what SHACL forbids beside pre-bound variables.
_BEYOND_SETS = frozenset({"limit", "offset", "minus", "values", "service"})


@dataclass(frozen=True)
class SparqlConstraint:
    """A SHACL-SPARQL constraint as one query over all the focus nodes of its shape."""

    rule: str
    severity: str
    messages: Mapping[str, str]
    query: str
    shape: str


def as_set(shapes: rdflib.Graph, shape: Node, constraint: Node) -> SparqlConstraint | None:
    """A constraint as a set; None where it is none.

    Arguments:
        shapes: the graph of shapes.
        shape: the shape that has the constraint.
        constraint: its ``sh:sparql``.
    """
    value = shapes.value
    select = str(value(constraint, SH.select) or "")
    targets = [
        f"{{ {pattern.format(target.n3())} }}"
        for kind, pattern in _TARGETS.items()
        for target in shapes.objects(shape, kind)
        if isinstance(target, rdflib.URIRef)
    ]
    on_nodes = (shape, RDF.type, SH.NodeShape) in shapes and not shapes.value(shape, SH.path)
    if not on_nodes or not targets or not _means_the_same(select):
        return None
    focus = f"WHERE {{ {{ SELECT DISTINCT ?this WHERE {{ {' UNION '.join(targets)} }} }}"
    messages = [*shapes.objects(constraint, SH.message)] or [*shapes.objects(shape, SH.message)]
    return SparqlConstraint(
        rule=rule_id(shape),
        severity=severity_of(value(shape, SH.severity)),
        messages=by_language(messages, SH.SPARQLConstraintComponent),
        query=_WHERE.sub(lambda _: focus, _DOLLAR.sub("?", query_of(shapes, constraint)), count=1),
        shape=name_of(shape),
    )


def query_of(shapes: rdflib.Graph, constraint: Node) -> str:
    """The query of a constraint under its prefixes (https://www.w3.org/TR/shacl/#sparql-prefixes)."""
    prefixes = "".join(
        f"PREFIX {shapes.value(declared, SH.prefix)}: <{shapes.value(declared, SH.namespace)}>\n"
        for source in shapes.objects(constraint, SH.prefixes)
        for declared in shapes.objects(source, SH.declare)
    )
    return prefixes + str(shapes.value(constraint, SH.select) or "")


def _means_the_same(select: str) -> bool:
    """Whether a query over a set of focus nodes finds what the query finds of each one."""
    tokens = tokens_of(select)
    words = [token.text.lower() for token in tokens if token.kind == "word"]
    renamed = any(token.text in _THIS and before.text.lower() == "as" for before, token in pairwise(tokens))
    pre_bound = any(token.text in _PRE_BOUND for token in tokens)
    if renamed or pre_bound or words.count("select") > 1 or not _BEYOND_SETS.isdisjoint(words):
        return False
    return _WHERE.search(select) is not None and all(_sees_this(*group) for group in _groups(tokens))


def _groups(tokens: list[Token]) -> Iterable[tuple[list[str], list[Token]]]:
    """Each group in braces but the outermost: the words before it and those around it, and its tokens."""
    opened: list[tuple[int, str]] = []
    for position, token in enumerate(tokens):
        if token.text == "{" and token.kind == "open":
            opened.append((position, tokens[position - 1].text.lower()))
        elif token.text == "}" and token.kind == "close" and opened:
            start, _ = opened[-1]
            words = [word for _, word in opened[1:]]
            opened.pop()
            if words:
                yield words, tokens[start:position]


def _sees_this(words: list[str], group: list[Token]) -> bool:
    """Whether a group sees what binds ``$this``, or does not look at it."""
    texts = {token.text.lower() for token in group if token.kind in ("variable", "word", "open")}
    if not texts & _THIS or words[0] == "exists":  # it stands in for the values of the group around
        return True
    inner = sum(token.text == "{" and token.kind == "open" for token in group) - 1
    return words == ["optional"] and "bind" not in texts and not inner


def by_language(messages: Iterable[Node], component: Node | None) -> Mapping[str, str]:
    """Messages by language: one that is alone is said in both; where there is none, the component's name."""
    found = {getattr(m, "language", None) or "en": str(m) for m in messages}
    only = next(iter(found.values()), "") or rule_id(component)
    return {"en": found.get("en", only), "fr": found.get("fr", only)}


def severity_of(node: Node | None) -> str:
    """SHACL's default severity is sh:Violation (https://www.w3.org/TR/shacl/#severity)."""
    return "violation" if node in (None, SH.Violation) else "warning"


def rule_id(shape: Node | None) -> str:
    """The local name of a shape's IRI, or of a component's."""
    return re.split(r"[#/]", str(shape))[-1]


def name_of(shape: Node | None) -> str:
    """The IRI of a shape; empty for one without a name."""
    return str(shape) if isinstance(shape, rdflib.URIRef) else ""
