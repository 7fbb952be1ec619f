"""Workloads of queries: named ones, traffic, points, and one of every kind that SPARQL has."""

from __future__ import annotations

from pathlib import Path

from measured import ROWS, TURTLE, Scale, by_query, in_turn
from peers import servers

from generic import Generic
from ti_graph.build import dataset
from ti_graph.layout import QUERIES
from ti_graph.sparql.catalogue import Catalogue

#: What is asked of one thing: kind, query, format.
POINTS = (
    ("one pattern", "SELECT ?l WHERE {{ <{}> <http://www.w3.org/2000/01/rdf-schema#label> ?l }}", ROWS),
    ("describe", "DESCRIBE <{}>", TURTLE),
)
#: Servers keep answers for as many megabytes as they do by default.
DEFAULT = None


def named(folder: Path, scale: Scale) -> dict[str, object]:
    """(a) Every named query, its parameters drawn at random, no answer kept."""
    with servers(folder, cache=0) as (running, drawing):
        return by_query(running, lambda name: drawing.named(name, scale.texts), [*Catalogue(QUERIES)], scale)


def as_it_comes(folder: Path, scale: Scale) -> dict[str, object]:
    """(a) The same with answers kept: what has fewer texts than there are requests comes again."""
    with servers(folder, cache=DEFAULT) as (running, drawing):
        return by_query(running, lambda name: drawing.named(name, 35_000), [*Catalogue(QUERIES)], scale)


def traffic(folder: Path, scale: Scale) -> dict[str, object]:
    """(b) The same with repeats as Zipf's law has them, answers kept."""
    with servers(folder, cache=DEFAULT) as (running, drawing):
        texts = drawing.traffic(50_000, 2_000)
        longer = Scale(scale.rounds, 20 * scale.seconds, scale.texts)  # the first requests fill the cache
        loads = in_turn(running, lambda peer: [peer.target(text) for text in texts], longer)
        for name, each in loads.items():
            print(f"{name:12} {each['per_second']:9.0f} {each['runs']}")
        return {"texts": len(set(texts)), "loads": loads}


def points(folder: Path, scale: Scale) -> dict[str, object]:
    """(c) One thing at a time: one pattern, and DESCRIBE; answers not kept, and kept."""
    found: dict[str, object] = {}
    for kept, cache in (("not kept", 0), ("kept", DEFAULT)):
        with servers(folder, cache) as (running, drawing):
            things = drawing.things(2_000)
            for kind, text, accept in POINTS:
                asking = [text.format(thing) for thing in things]
                loads = in_turn(
                    running, lambda peer, asking=asking: [peer.target(t) for t in asking], scale, accept
                )
                found[f"{kind}, {kept}"] = loads
                print(
                    kind, kept, {name: round(each["per_second"]) for name, each in loads.items()}, flush=True
                )
    return found


def generic(folder: Path, scale: Scale) -> dict[str, object]:
    """(g) Queries of every kind, made from what the dataset holds; no answer kept."""
    with servers(folder, cache=0) as (running, _):
        texts = Generic(dataset().open().texts).queries(3)
        return by_query(running, lambda name: [texts[name]], [*texts], Scale(1, 1, 1))
