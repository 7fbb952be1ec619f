"""What a query without GRAPH should see: the merge as default graph, the union switch, or a list of graphs.

Prints the median time of every named query under each, and the ratios to the first. Run from the project:

    .venv/bin/python benchmarks/default_graph.py
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import pyoxigraph

from ti_graph import layout
from ti_graph.assembly.graph import assemble
from ti_graph.rdf import Quad
from ti_graph.sparql.catalogue import Catalogue

RUNS = 15


def median_ms(run: Callable[[], object]) -> float:
    """The median of several runs after one warm-up, in milliseconds."""
    run()
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        run()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def main() -> None:
    """Measure and print."""
    quads = assemble()
    named = pyoxigraph.Store()
    named.bulk_extend(quads)
    merged = pyoxigraph.Store()
    merged.bulk_extend(quads)
    merged.bulk_extend(Quad(q.subject, q.predicate, q.object) for q in quads)
    graphs = list(named.named_graphs())

    ratios: dict[str, list[float]] = {"union": [], "list": []}
    print(f"{len(quads)} quads, {len(graphs)} graphs, median of {RUNS}, ms")
    print(f"{'query':28} {'merge':>8} {'union':>8} {'list':>8}")
    for name, query in Catalogue(layout.QUERIES).items():

        def answer(store: pyoxigraph.Store, text: str = query.text, **options: object) -> object:
            return store.query(text, **options).serialize(format=pyoxigraph.QueryResultsFormat.CSV)

        merge = median_ms(lambda: answer(merged))
        union = median_ms(lambda: answer(named, use_default_graph_as_union=True))
        listed = median_ms(lambda: answer(named, default_graph=graphs, named_graphs=graphs))
        ratios["union"].append(union / merge)
        ratios["list"].append(listed / merge)
        print(f"{name:28} {merge:8.2f} {union:8.2f} {listed:8.2f}")
    for way, found in ratios.items():
        print(f"{way} / merge: geometric mean {statistics.geometric_mean(found):.2f}, worst {max(found):.1f}")


if __name__ == "__main__":
    main()
