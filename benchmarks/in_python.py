"""The server that needs nothing but Python: rdflib-endpoint, the merge in memory, as far as it gets.

It answers one query after another and none can be ended, so each named query has a server of its own, forked
from the process that has read the data.
"""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyoxigraph
import uvicorn
from asking import POINTS
from measured import ROWS, Scale, asked, size
from peers import Peer, drawn, ours
from rdflib import Dataset
from rdflib_endpoint import SparqlEndpoint

from engines import free_port
from ti_graph.bench.wrk import load
from ti_graph.build import dataset
from ti_graph.layout import QUERIES
from ti_graph.sparql.catalogue import Catalogue

#: Seconds that it has for a named query.
PATIENCE = 5.0


def rdflib_endpoint(folder: Path, scale: Scale) -> dict[str, object]:
    """Loading, memory, small queries, and which of the named queries it answers in time."""
    file = folder / "merge.nt"
    store = pyoxigraph.Store.read_only(str(dataset().repository.current().path))
    store.dump(file, pyoxigraph.RdfFormat.N_TRIPLES, from_graph=pyoxigraph.DefaultGraph())
    before, began = _megabytes(), time.perf_counter()
    graph = Dataset(default_union=True)
    graph.parse(file)
    found: dict[str, Any] = {"load": time.perf_counter() - began, "megabytes": _megabytes() - before}
    found["named"] = {}
    with drawn() as drawing, ours(cache=0) as here:
        things = drawing.things(2_000)
        for kind, text, accept in POINTS:
            texts = [text.format(thing) for thing in things]
            with _serving(graph) as peer:
                found[kind] = {
                    each.name: load(
                        each.address, [each.target(t) for t in texts], scale.seconds, accept
                    ).per_second
                    for each in (here, peer)
                }
        for name in Catalogue(QUERIES):
            text = drawing.named(name, 1)[0]
            seconds, expected = asked(here, here.target(text))
            with _serving(graph) as peer:
                theirs, content = asked(peer, peer.target(text), patience=PATIENCE)
            given = (
                "late"
                if not content
                else "same"
                if size(content, ROWS) == size(expected, ROWS)
                else "other rows"
            )
            found["named"][name] = {"answer": given, "seconds": theirs, "ours": seconds}
            print(f"{name:42} {given} {theirs:.2f} s, ours {seconds:.3f} s", flush=True)
    return found


@contextmanager
def _serving(graph: Dataset) -> Iterator[Peer]:
    """A server over a graph that this process has read."""
    port = free_port()
    process = multiprocessing.get_context("fork").Process(target=_serve, args=(graph, port), daemon=True)
    process.start()
    peer = Peer("rdflib-endpoint", f"http://127.0.0.1:{port}", "/sparql", process.pid or 0)
    try:
        while not asked(peer, peer.target("ASK {}"))[1]:
            time.sleep(0.1)
        yield peer
    finally:
        process.kill()
        process.join()


def _serve(graph: Dataset, port: int) -> None:
    application = SparqlEndpoint(graph=graph, path="/sparql")
    uvicorn.run(application, host="127.0.0.1", port=port, log_level="error")


def _megabytes() -> float:
    """What this process has now; the most that it ever had is that of the parts measured before."""
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])
    return pages * resource.getpagesize() / 1e6
