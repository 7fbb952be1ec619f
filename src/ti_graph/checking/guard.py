"""Guard a dataset against a change: what the change touched is held to the rules, and nothing else.

A core constraint looks a few triples far from a node, so it is enough to check the nodes from which a changed
triple is in its reach, on the part of the graph around them. A SPARQL constraint or a graph check is asked
when a triple that it looks at was changed: of the touched graphs where it is a rule about graphs, else whole.
"""

from __future__ import annotations

from collections.abc import Sequence

from ti_graph.checking.check import Rules
from ti_graph.checking.footprint import Part
from ti_graph.checking.report import Report
from ti_graph.rdf import RDF, BlankNode, NamedNode, Quad, Triple
from ti_graph.stores.store import Store

#: Affected nodes past which the whole graph is checked instead.
MANY = 5_000


def report_on_change(store: Store, rules: Rules, changed: Sequence[Quad]) -> Report:
    """Check a dataset as a change has left it.

    Arguments:
        store: the dataset after the change; it conformed before.
        rules: what it is held to.
        changed: the quads added and removed.
    """
    reach = rules.shapes.reach
    if not reach.has_end(changed):
        return rules.check(store)
    focus = set()
    for node in reach.affected(store, changed):
        focus.add(node)
        if len(focus) > MANY or isinstance(node, BlankNode):  # whose name the engine does not keep
            return rules.check(store)
    said_of = {quad.subject for quad in changed} | {q.object for q in changed if q.predicate != RDF.type}
    graphs = {q.graph_name for q in changed} | said_of
    part = Part(
        changed=changed,
        around=list(reach.around(store, focus)),
        focus={node.value for node in focus if not isinstance(node, Triple)},
        graphs={graph.value for graph in graphs if isinstance(graph, NamedNode)},
    )
    return rules.check(store, part)
