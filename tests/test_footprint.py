"""Which triples a rule's query looks at is told from its patterns."""

from __future__ import annotations

import pytest

from ti_graph import layout
from ti_graph.checking.check import Rules
from ti_graph.checking.footprint import Footprint, Part
from ti_graph.rdf import RDF, Literal, NamedNode, Quad

TYPE = RDF.type.value
P = "PREFIX : <u:> "
LOOKS = {
    "SELECT * { ?s :p ?o ; a :C }": ({"u:p"}, {"u:C"}),
    "SELECT * { ?s :p/^:q ?o . ?o (:r|:t)* ?x }": ({"u:p", "u:q", "u:r", "u:t"}, set()),
    "SELECT * { ?s a/:up* :C }": None,
    "SELECT * { ?s :p ?o FILTER NOT EXISTS { ?o :q 1 . ?o :r 2 . MINUS { ?o a :C } } }": (
        {"u:p", "u:q", "u:r"},
        {"u:C"},
    ),
    "SELECT * { GRAPH ?g { ?s :p ?o } OPTIONAL { ?o :q ?x } { SELECT ?x { ?x :r 1 } } UNION { ?x :t 1 } }": (
        {"u:p", "u:q", "u:r", "u:t"},
        set(),
    ),
    "SELECT (COUNT(?s) AS ?n) { ?s :p ?o } GROUP BY ?o HAVING(EXISTS { ?o :q 1 })": None,
    "SELECT * { ?s ?p ?o }": None,
    "SELECT * { ?s :p ?o FILTER EXISTS { ?s a ?class } }": None,
    "SELECT * { ?s !:p ?o }": None,
}


@pytest.mark.parametrize("query", LOOKS)
def test_the_patterns_of_a_query(query: str) -> None:
    found = Footprint.of(P + query)
    expected = LOOKS[query]
    assert found.everything == (expected is None)
    if expected:
        assert (found.predicates, found.classes) == expected


@pytest.mark.parametrize(
    "predicate, value, meets",
    [
        ("u:p", "u:x", True),
        ("u:q", "u:x", False),
        (RDF.type.value, "u:C", True),
        (RDF.type.value, "u:D", False),
    ],
)
def test_a_change_meets_what_it_matches(predicate: str, value: str, meets: bool) -> None:
    quad = Quad(NamedNode("u:s"), NamedNode(predicate), NamedNode(value))
    part = Part(changed=[quad], around=(), focus=(), graphs=())
    assert Footprint.of(P + "SELECT * { ?s :p ?o ; a :C }").meets(part) == meets
    assert Footprint.of(P + "SELECT * { ?s ?any ?o }").meets(part)
    assert Footprint.of(P + "SELECT * { ?s :p ?o ; a :C }").meets(None)


def test_no_rule_on_named_properties_is_asked_after_a_change_of_another() -> None:
    rules = Rules(layout.ONTOLOGY / "shapes.ttl", layout.CHECKS)
    quad = Quad(NamedNode("u:s"), NamedNode("u:not-in-any-rule"), Literal("x"))
    part = Part(changed=[quad], around=(), focus=(), graphs=())
    asked = {check.name for check in rules.checks.values() if Footprint.of(check.text).meets(part)}
    assert asked == {
        "described-graph-not-empty", "graph-described", "inferred-not-stated", "one-home-graph",
        "stated-not-inferred", "term-declared",
    }  # fmt: skip
