"""Dumps: sorted with little memory, canonical where a line is a quad, the same bytes each time."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ti_graph.formats import GRAPHS, by_name
from ti_graph.rdf import ID, Literal, NamedNode, Quad, RdfFormat
from ti_graph.rdf.sorting import in_order, lines_in_order
from ti_graph.rdf.syntax import KEEPS_GRAPHS, parse_text, sort_key
from ti_graph.release.dump import dump
from ti_graph.stores.store import Store

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
NAMES = st.sampled_from(["a:a", "a:a/b", "a:ab", "a:é", "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"])
NODES = st.builds(NamedNode, NAMES)
LITERALS = st.builds(Literal, TEXTS) | st.builds(lambda text: Literal(text, language="fr"), TEXTS)
QUADS = st.builds(Quad, NODES, NODES, NODES | LITERALS, NODES)


@given(st.sets(QUADS, max_size=30), st.integers(1, 7))
@settings(deadline=None, max_examples=200)
def test_sorting_in_runs_is_sorting(quads: set[Quad], run: int) -> None:
    assert list(in_order(quads, run)) == sorted(quads, key=sort_key)
    lines = list(lines_in_order(quads, RdfFormat.N_QUADS, run))
    assert lines == sorted(lines)
    assert {*parse_text(b"".join(lines), RdfFormat.N_QUADS)} == quads


@pytest.mark.parametrize("form", [f.name for f in GRAPHS])
def test_a_dump_has_every_quad_once(form: str) -> None:
    graph, data = NamedNode("a:g"), write_some()
    store = Store.in_memory(data)
    to = by_name(form, GRAPHS)
    assert to.rdf
    first, second = io.BytesIO(), io.BytesIO()
    dump(store, first, to)
    dump(store, second, to)
    assert first.getvalue() == second.getvalue()
    read = [*parse_text(first.getvalue(), to.rdf)]
    named = [quad for quad in data if quad.graph_name == graph]
    expected = named if to.rdf in KEEPS_GRAPHS else [Quad(*quad.triple) for quad in data]
    assert sorted(map(str, read)) == sorted({str(quad) for quad in expected})


def write_some() -> list[Quad]:
    """A merge and its one named graph, with what tends to break: quotes, breaks, spaces that do not break."""
    texts = ['"', "\\", "a\nb", "\u00a0", "l’été", "\t", "\x7f", "😀", "a\rb"]
    things = [(NamedNode(f"{ID}x/{n}"), NamedNode("a:p"), Literal(text)) for n, text in enumerate(texts)]
    return [Quad(*thing) for thing in things] + [Quad(*thing, NamedNode("a:g")) for thing in things]
