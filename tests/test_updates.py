"""What an update may write to is told from its text, so that a change is compared there and nowhere else."""

from __future__ import annotations

import itertools

import pytest

from ti_graph.rdf import Literal, NamedNode, Quad
from ti_graph.serving.change import Change, touched_graphs
from ti_graph.stores.store import Store

G, H = NamedNode("http://x.org/g"), NamedNode("http://x.org/h")

TOLD = {
    "INSERT DATA { <a:a> <a:b> 1 }": {None},
    "INSERT DATA { GRAPH <http://x.org/g> { <a:a> <a:b> 1 } }": {G},
    "PREFIX x: <http://x.org/> DELETE DATA { GRAPH x:g { <a:a> <a:b> 1 } . <a:a> <a:b> 1 }": {G, None},
    "BASE <http://x.org/> WITH <g> DELETE { ?s ?p ?o } INSERT { GRAPH <h> { ?s ?p 3 } } WHERE { ?s ?p ?o }": {
        G,
        H,
    },
    "DELETE WHERE { GRAPH <http://x.org/g> { ?s ?p ?o } }": {G},
    "INSERT { GRAPH <http://x.org/g> { ?s ?p 2 } } USING <http://x.org/h> WHERE { ?s ?p ?o }": {G},
    "INSERT { GRAPH <http://x.org/g> { ?s ?p 2 } } WHERE { GRAPH ?g { ?s ?p ?o } }": {G},
    "WITH <http://x.org/g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o } ; INSERT DATA { <a:a> <a:b> 3 }": {G, None},
    "PREFIX x: <http://x.org/> INSERT DATA { GRAPH x:g { <a:a> <a:b> 'GRAPH <a:no> {' } }": {G},
    "INSERT DATA {}": set(),
    "DROP GRAPH <http://x.org/g>": {G},
    "PREFIX x: <http://x.org/> CLEAR SILENT GRAPH x:g ; CREATE GRAPH <http://x.org/new>": {
        G,
        NamedNode("http://x.org/new"),
    },
    "CLEAR DEFAULT; DROP GRAPH <http://x.org/h>; INSERT DATA { GRAPH <http://x.org/g> { <a:a> <a:b> 9 } }": {
        None,
        H,
        G,
    },
    "INSERT { GRAPH ?g { ?s ?p 2 } } WHERE { GRAPH ?g { ?s ?p 1 } }": {G, H},
    "DELETE WHERE { GRAPH $g { ?s <a:c> ?o } }": {H},
    "BASE <http://x.org/> INSERT { GRAPH ?g { ?s ?p 2 } . <a:a> <a:b> 1 } WHERE { ?s ?p 1 VALUES ?g{<g>} }": {
        G,
        None,
    },
    "INSERT { GRAPH ?g { <a:a> <a:b> 2 } } WHERE { VALUES ?g { <http://x.org/g> 'no graph' UNDEF } }": {G},
    "DELETE { GRAPH ?g { ?s ?p ?o } } INSERT { GRAPH ?h { ?s ?p ?o } } WHERE {"
    " GRAPH ?g { ?s <a:c> ?o } BIND(<http://x.org/new> AS ?h) }": {H, NamedNode("http://x.org/new")},
    "INSERT { GRAPH ?g { ?s ?p 7 } } WHERE { GRAPH ?g { ?s <a:c> ?o } } ; INSERT DATA { <a:a> <a:b> 3 }": {
        H,
        None,
    },
}
NOT_TOLD = [
    "INSERT DATA { GRAPH <http://x.org/h> { <a:a> <a:b> 9 } } ;"
    " INSERT { GRAPH ?g { ?s ?p 2 } } WHERE { GRAPH ?g { ?s ?p 9 } }",
    "WITH <http://x.org/g> INSERT { GRAPH ?g { ?s ?p 2 } } WHERE { ?s ?p ?o . GRAPH ?g { ?s ?p 1 } }",
    "INSERT { GRAPH ?g { ?s ?p 2 } } USING NAMED <http://x.org/g> WHERE { GRAPH ?g { ?s ?p ?o } }",
    "CLEAR ALL",
    "CLEAR NAMED",
    "MOVE <http://x.org/g> TO <http://x.org/h>",
    "COPY DEFAULT TO <http://x.org/g>",
    "PREFIX graph: <http://x.org/> INSERT DATA { graph:a <a:b> 1 }",
    "CLEAR GRAPH <http://x.org/h> ; INSERT { GRAPH ?g { ?s ?p 2 } } WHERE { GRAPH ?g { ?s ?p ?o } }",
    "DELETEDATA{GRAPH<http://x.org/g>{<a:a><a:b>1}}",
    "PREFIX : <http://x.org/> WITH:g DELETE{?s ?p ?o}WHERE{?s ?p ?o}",
    "PREFIX : <http://x.org/> INSERT DATA{GRAPH:g{<a:a><a:b>1}}",
    "DELETE {} WHERE { FILTER(1<'> DELETE') } ; INSERT DATA { GRAPH <http://x.org/g> { <a:a> <a:b> 'y>' } }",
]


def store() -> Store:
    named = [Quad(G, NamedNode("a:b"), Literal(n), graph) for graph in (G, H) for n in (1, 2)]
    return Store.in_memory([*named, Quad(G, NamedNode("a:c"), Literal(3), H)])


@pytest.mark.parametrize("text, graphs", TOLD.items(), ids=itertools.count())
def test_the_graphs_are_told(text: str, graphs: set[NamedNode | None]) -> None:
    assert touched_graphs(Change("update", text), store()) == graphs


@pytest.mark.parametrize("text", NOT_TOLD)
def test_what_cannot_be_told_is_said_to_be_any(text: str) -> None:
    assert touched_graphs(Change("update", text), store()) is None


@pytest.mark.parametrize("text", [*TOLD, *NOT_TOLD])
def test_an_update_that_the_engine_takes_changes_nothing_else(text: str) -> None:
    """The engine is the judge: the whole is compared before and after."""
    changed = store()
    told = touched_graphs(Change("update", text), changed)
    graphs = [None, G, H, NamedNode("a:no"), NamedNode("http://x.org/new")]
    before = [changed.lines([graph]) for graph in graphs]
    changed.update(text)
    differ = {graph for graph, lines in zip(graphs, before, strict=True) if changed.lines([graph]) != lines}
    assert told is None or differ <= told


def test_a_change_of_a_graph_touches_that_graph() -> None:
    assert touched_graphs(Change("put", graph=G.value), store()) == {G}
    assert touched_graphs(Change("delete"), store()) == {None}
