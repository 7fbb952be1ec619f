"""Turtle for people: read by others as it was meant, and a diff of two of them is a review."""

from __future__ import annotations

import difflib

import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from ti_graph.rdf import ID, PREFIXES, BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat
from ti_graph.rdf.syntax import parse_text, write

XSD = PREFIXES["xsd"]
IRIS = [
    "a:a",
    "a:b#",
    ID,
    f"{ID}commune/",
    f"{ID}commune/76351",
    f"{ID}commune/-1",
    f"{ID}commune/1.",
    f"{ID}commune/a.b",
    f"{ID}commune/été",
    f"{ID}territoire/2023/ti-2802",
    f"{PREFIXES['rdf']}type",
    f"{PREFIXES['rdfs']}label",
    f"{XSD}integer",
]
#: Texts that look like something else in Turtle or N-Triples.
TRAPS = [
    "",
    '"',
    '"^^<a:a>',
    '\\"^^<a:a>"',
    "\\",
    "\n",
    "\r\n",
    "\t",
    ";",
    " .",
    "<a:a>",
    "\x7f",
    "\u00a0",
    "😀",
]
TEXTS = st.sampled_from(TRAPS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
NUMBERS = st.sampled_from(
    ["1", "+01", "-0", "1.", "1.0", ".5", "1e3", "1.E-3", "NaN", "true", "false", "x", "1 "]
)
TYPED = st.builds(
    lambda text, name: Literal(text, datatype=NamedNode(name)),
    NUMBERS | TEXTS,
    st.sampled_from(
        [f"{XSD}{name}" for name in ("integer", "decimal", "double", "boolean", "gYear")] + ["a:a"]
    ),
)
NODES = st.builds(NamedNode, st.sampled_from(IRIS))
LITERALS = TYPED | st.builds(Literal, TEXTS) | st.builds(lambda text: Literal(text, language="fr"), TEXTS)
BLANK = st.builds(BlankNode, st.sampled_from(["a", "b"]))
GRAPHS = NODES | st.just(DefaultGraph())
QUADS = st.builds(Quad, NODES | BLANK, NODES, NODES | BLANK | LITERALS, GRAPHS)


def canonical(quads: list[Quad]) -> list[str]:
    return sorted(map(str, quads))


@given(st.sets(QUADS, max_size=20))
@settings(deadline=None, max_examples=300)
def test_what_is_written_is_read_again(quads: set[Quad]) -> None:
    trig = [*parse_text(write(quads, RdfFormat.TRIG), RdfFormat.TRIG)]
    assert canonical(trig) == canonical([*quads])
    merged = {Quad(*quad.triple) for quad in quads}
    turtle = [*parse_text(write(quads, RdfFormat.TURTLE), RdfFormat.TURTLE)]
    assert canonical(turtle) == canonical([*merged])


@given(st.sets(QUADS, max_size=20))
@settings(deadline=None, max_examples=100)
def test_rdflib_reads_as_many(quads: set[Quad]) -> None:
    merged = {quad.triple for quad in quads}
    graph = rdflib.Graph().parse(data=write(quads, RdfFormat.TURTLE), format="turtle")
    assert len(graph) == len(merged)


def test_a_statement_that_changes_is_one_line_of_a_diff() -> None:
    town, label = NamedNode(f"{ID}commune/76351"), NamedNode(f"{PREFIXES['rdfs']}label")
    kind = NamedNode(f"{PREFIXES['rdf']}type")
    before = [Quad(town, label, Literal("Le Havre", language="fr"))]
    after = [*before, Quad(town, label, Literal("Lé Hâvre", language="nrf")), Quad(town, kind, town)]
    old, new = (write(quads, RdfFormat.TURTLE).decode().splitlines() for quads in (before, after))
    changed = [line for line in difflib.unified_diff(old, new, n=0) if line.startswith(("+\t", "-\t"))]
    assert changed == ["+\ta commune:76351 ;", '+\trdfs:label "Lé Hâvre"@nrf ;']
    assert old[-4:] == ["", "commune:76351", '\trdfs:label "Le Havre"@fr ;', "."]
    assert old[:-4] == sorted(old[:-4])
