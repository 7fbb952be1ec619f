"""The full build and its parts: time, peak memory, size, cold start; each part in a process of its own.

    .venv/bin/python benchmarks/build.py [--reference]

``--reference`` also runs pySHACL on the core constraints, for the ratio; it takes a minute.
"""

from __future__ import annotations

import argparse
import multiprocessing
import multiprocessing.connection
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import rdflib
from rdflib.namespace import SH

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from server import serving
from ti_graph import build
from ti_graph.check import Rules
from ti_graph.graph import Sources, assemble, with_inferences
from ti_graph.layout import CHECKS, ONTOLOGY
from ti_graph.repository import Repository
from ti_graph.shacl import Shapes

SHAPES = ONTOLOGY / "shapes.ttl"
STARTS = 5


def tables_read() -> None:
    """Read and check every table, the announcement and the resolution of its members."""
    Sources()


def graph_assembled() -> None:
    """That, and every quad made."""
    for _ in assemble():
        pass


def graph_stored() -> None:
    """That, and stored with its inferences."""
    with tempfile.TemporaryDirectory() as folder:
        Repository.create(Path(folder) / "dataset", *with_inferences(assemble()))


def core_shapes(folder: str) -> Shapes:
    """The shapes without their SPARQL constraints."""
    graph = rdflib.Graph().parse(SHAPES)
    graph.remove((None, SH.sparql, None))
    path = Path(folder) / "core.ttl"
    graph.serialize(path)
    return Shapes(path)


def core_checked() -> None:
    """The core constraints on the whole merge."""
    with tempfile.TemporaryDirectory() as folder:
        sum(1 for _ in core_shapes(folder).findings(build.dataset().open()))


def checked() -> None:
    """Core constraints, SPARQL constraints and graph checks on the whole."""
    assert Rules(SHAPES, CHECKS).check(build.dataset().open()).conforms


def core_by_pyshacl() -> None:
    """The core constraints by the reference engine."""
    with tempfile.TemporaryDirectory() as folder:
        sum(1 for _ in core_shapes(folder).reference_findings(build.dataset().open()))


def built() -> None:
    """The whole: from tables to a checked store."""
    with tempfile.TemporaryDirectory() as folder:
        build.BUILD = Path(folder)
        build.dataset()


def measured(part: Callable[[], None]) -> tuple[float, float]:
    """Seconds and peak megabytes of a part."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(target=_run, args=(part, sender))
    process.start()
    sender.close()
    found: tuple[float, float] = receiver.recv()
    process.join()
    return found


def _run(part: Callable[[], None], sender: multiprocessing.connection.Connection) -> None:
    began = time.perf_counter()
    part()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sender.send((time.perf_counter() - began, peak))


def cold_start() -> float:
    """Seconds from the command to the first answer, the dataset being built."""
    began = time.perf_counter()
    with serving() as server:
        assert server.request("/readyz").status == 200
        return time.perf_counter() - began


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--reference", action="store_true")
    parts = [tables_read, graph_assembled, graph_stored, core_checked, checked, built]
    parts += [core_by_pyshacl] if parser.parse_args().reference else []
    store = build.dataset()
    size = sum(path.stat().st_size for path in store.path.rglob("*") if path.is_file())
    print(f"{len(store.open()):,} triples, {size / 1e6:,.0f} MB on disk")
    for part in parts:
        seconds, peak = measured(part)
        print(f"{part.__name__:20} {seconds:6.1f} s  {peak:6,.0f} MB", flush=True)
    print(f"cold start, median of {STARTS}: {statistics.median(cold_start() for _ in range(STARTS)):.2f} s")


if __name__ == "__main__":
    main()
