"""Guard a dataset against a change: what the change touched is held to the rules, and nothing else.

A core constraint looks at a node and its neighbours, so it is enough to check the nodes that a change touches
and those beside them, on the part of the graph around them. SPARQL constraints and graph checks are fast
enough to be run whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ti_graph.check import Part, Rules
from ti_graph.rdf import RDF, Literal, NamedNode, Quad
from ti_graph.report import Report
from ti_graph.store import Store

#: Touched nodes past which the whole graph is checked instead.
MANY = 5_000


def report_on_change(store: Store, rules: Rules, changed: Sequence[Quad]) -> Report:
    """Check a dataset as a change has left it.

    Arguments:
        store: the dataset after the change; it conformed before.
        rules: what it is held to.
        changed: the quads added and removed.
    """
    touched = {quad.subject for quad in changed} | {q.object for q in changed if q.predicate != RDF.type}
    focus = _with_neighbours(store, {node for node in touched if isinstance(node, NamedNode)})
    if len(focus) > MANY:
        return rules.check(store)
    graphs = {q.graph_name for q in changed} | touched
    part = Part(
        around=list(dict.fromkeys(_around(store, focus))),
        focus={node.value for node in focus}
        | {q.object.value for q in changed if isinstance(q.object, Literal)},
        graphs={graph.value for graph in graphs if isinstance(graph, NamedNode)},
    )
    return rules.check(store, part)


def _with_neighbours(store: Store, nodes: set[NamedNode]) -> set[NamedNode]:
    found = set(nodes)
    for node in nodes:
        found |= {q.subject for q in store.triples_of(value=node) if isinstance(q.subject, NamedNode)}
        outgoing = (q for q in store.triples_of(subject=node) if q.predicate != RDF.type)
        found |= {q.object for q in outgoing if isinstance(q.object, NamedNode)}
        if len(found) > MANY:
            break
    return found


def _around(store: Store, focus: set[NamedNode]) -> Iterator[Quad]:
    """What is said of the nodes, of what refers to them, and of what they refer to."""
    for node in focus:
        for quad in store.triples_of(subject=node):
            yield quad
            if isinstance(quad.object, NamedNode):
                yield from store.triples_of(subject=quad.object)
        for quad in store.triples_of(value=node):
            yield quad
            if isinstance(quad.subject, NamedNode):
                yield from store.triples_of(subject=quad.subject)
