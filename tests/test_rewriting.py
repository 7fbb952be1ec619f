"""What is rewritten for the engine has the same answers, and what might not have is left alone."""

from __future__ import annotations

from collections import Counter

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generic import Generic
from ti_graph.build import dataset
from ti_graph.layout import QUERIES
from ti_graph.sparql.catalogue import Catalogue
from ti_graph.sparql.rewriting import rewritten

PATTERNS = "?s <a:p> ?x . ?x <a:q> ?y"


def answers(store: pyoxigraph.Store, text: str) -> Counter[str]:
    """The rows of an answer, however often each."""
    return Counter(str(row) for row in store.query(text))  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT * WHERE {{ ?s a <a:C> OPTIONAL {{ {PATTERNS} }} }}",
        f"SELECT * {{ ?s a <a:C> optional {{ {PATTERNS} }} OPTIONAL {{ ?s <a:r> ?z ; <a:s> 1.5 }} }}",
        f"SELECT * {{ ?s a <a:C> OPTIONAL {{ {PATTERNS} FILTER(?y > 1 && ?x = '}}') }} FILTER(?s != ?y) }}",
        f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o OPTIONAL {{ {PATTERNS} }} }}",
        "SELECT * { ?s a <a:C> # one { two\n OPTIONAL { ?s <a:p>/^<a:q> ?x } }",
        "PREFIX a: <a:> SELECT * { ?s a a:C OPTIONAL { ?s a:p 'x'@fr , 12 } }",
    ],
)
def test_an_optional_of_several_patterns_is_looked_up(text: str) -> None:
    assert "LATERAL {" in rewritten(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s a <a:C> OPTIONAL { ?s <a:p> ?x } }",
        f"SELECT * {{ OPTIONAL {{ {PATTERNS} }} ?s a <a:C> }}",
        f"SELECT * {{ ?z a <a:C> OPTIONAL {{ {PATTERNS} }} }}",
        f"SELECT * {{ VALUES ?s {{ <a:1> UNDEF }} OPTIONAL {{ {PATTERNS} }} }}",
        f"SELECT * {{ BIND(<a:1> AS ?s) OPTIONAL {{ {PATTERNS} }} }}",
        f"SELECT * {{ {{ ?s a <a:C> OPTIONAL {{ {PATTERNS} }} }} UNION {{ ?s a <a:D> }} }}",
        f"SELECT * {{ ?s a <a:C> OPTIONAL {{ ?s <a:r> ?z OPTIONAL {{ {PATTERNS} }} }} }}",
        f"SELECT * {{ GRAPH ?g {{ ?s a <a:C> OPTIONAL {{ {PATTERNS} }} }} }}",
        f"SELECT * {{ ?s a <a:C> MINUS {{ ?s ?p ?o OPTIONAL {{ {PATTERNS} }} }} }}",
        f"SELECT * {{ ?s a <a:C> OPTIONAL {{ {PATTERNS} BIND(?y AS ?z) }} }}",
        f"SELECT * {{ ?s a <a:C> OPTIONAL {{ {PATTERNS} VALUES ?y {{ 1 }} }} }}",
        f"SELECT * {{ ?s a <a:C> OPTIONAL {{ {PATTERNS} FILTER EXISTS {{ ?y ?a ?s }} }} }}",
        f"SELECT * {{ ?s a <a:C> OPTIONAL {{ {PATTERNS} FILTER(NOT EXISTS {{ ?y ?a ?s }}) }} }}",
        "SELECT * { ?s a <a:C> OPTIONAL { ?s <a:p>* ?x . ?x <a:q> ?y } }",
        "SELECT * { ?s a <a:C> OPTIONAL { ?s <a:p>? ?x . ?x <a:q> ?y } }",
        "SELECT * { ?s a <a:C> OPTIONAL { ?s <a:p> [ <a:q> ?y ] } }",
        "SELECT * { ?s a <a:C> OPTIONAL { ?s <a:p> _:b . _:b <a:q> ?y } }",
        "SELECT * { ?s a <a:C> OPTIONAL { { ?s <a:p> ?x } { ?x <a:q> ?y } } }",
        f"SELECT * {{ ?s a <a:C> FILTER(?s<?z&&?z>?y) OPTIONAL {{ {PATTERNS} }} }}",
        f"SELECT * {{ ?s a <a:C> OPTIONAL {{ {PATTERNS}",
        "SELECT * { } } OPTIONAL { ?s <a:p> ?x . ?x <a:q> ?y }",
        f"SELECT * {{ ?s a <a:C> FILTER(?x = '''}}''') OPTIONAL {{ {PATTERNS} }} }}",
        f"SELECT * {{ ?s a <a:C> LATERAL {{ ?s <a:z> ?z }} OPTIONAL {{ {PATTERNS} }} }}",
    ],
)
def test_what_might_differ_is_left_alone(text: str) -> None:
    assert rewritten(text) == text


_THINGS = [f"<a:{number}>" for number in range(4)]
_VARIABLES = ["?a", "?b", "?c", "?d"]
_TERMS = st.sampled_from([*_VARIABLES, *_VARIABLES, *_THINGS, "1", "2"])
_PREDICATES = st.sampled_from(["<a:p>", "<a:q>", "^<a:q>", "<a:p>/<a:q>", "<a:p>+", "?p"])
_PATTERN = st.tuples(st.sampled_from([*_VARIABLES, *_THINGS]), _PREDICATES, _TERMS).map(" ".join)
_FILTER = st.sampled_from(
    ["?a != ?b", "?c > 1", "BOUND(?d)", "!BOUND(?a) || ?a = ?d", "ISIRI(?b)", "COALESCE(?d, 1) = 1"]
)


@st.composite
def _patterns(draw: st.DrawFn) -> str:
    written = " . ".join(draw(st.lists(_PATTERN, min_size=1, max_size=3)))
    return written + (f" FILTER({draw(_FILTER)})" if draw(st.booleans()) else "")


@st.composite
def _groups(draw: st.DrawFn) -> str:
    parts = [" . ".join(draw(st.lists(_PATTERN, min_size=1, max_size=2)))]
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(["OPTIONAL", "OPTIONAL", "OPTIONAL", "MINUS", "", "pattern"]))
        parts.append(draw(_PATTERN) if kind == "pattern" else f"{kind} {{ {draw(_patterns())} }}")
    if draw(st.booleans()):
        parts.append(f"FILTER({draw(_FILTER)})")
    return " . ".join(parts)


_TRIPLES = st.lists(
    st.tuples(
        st.sampled_from(_THINGS),
        st.sampled_from(["<a:p>", "<a:q>"]),
        st.sampled_from([*_THINGS, "1", "2"]),
    ),
    max_size=14,
)


@settings(max_examples=400, deadline=None)
@given(_TRIPLES, _groups())
def test_answers_are_those_of_the_query_as_it_was(triples: list[tuple[str, str, str]], group: str) -> None:
    """On any data, for any group of patterns: every row as often as before."""
    store = pyoxigraph.Store()
    store.update("INSERT DATA { " + " ".join(" ".join(triple) + " ." for triple in triples) + " }")
    text = f"SELECT ?a ?b ?c ?d ?p WHERE {{ {group} }}"
    assert answers(store, rewritten(text)) == answers(store, text)


def test_the_answers_of_the_named_queries_and_of_generic_ones_are_the_same() -> None:
    built = dataset().open()
    store = built._engine
    named = [query.bind(()) for query in Catalogue(QUERIES).values() if "OPTIONAL" in query.text]
    made = [
        text.partition("LIMIT")[0] for text in Generic(built.texts).queries(1).values() if "OPTIONAL" in text
    ]
    changed = [text for text in [*named, *made] if rewritten(text) != text]
    assert len(changed) >= 2
    for text in changed:
        assert answers(store, rewritten(text)) == answers(store, text)


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "part", ["{}", "OPTIONAL {", "FILTER(", "1", "a:", "?x . ", "OPTIONAL { 1 . ", "construct {"]
)
def test_no_text_holds_it_up(part: str) -> None:
    """A short one that is almost a pattern, and a long one, which is not even looked at."""
    for text in (f"optional {part * 3000}!", f"optional {part * 300_000}"):
        assert rewritten(text) == text
