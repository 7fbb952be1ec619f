"""What the dataset costs besides queries: loading, building, checking, dumping, memory, and growth."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pyoxigraph
import rdflib
from measured import ROWS, Scale, asked
from peers import in_virtuoso, ours, oxigraph, servers
from rdflib.namespace import SH

from engines import OXIGRAPH
from ti_graph import build
from ti_graph.assembly.graph import Sources, assemble
from ti_graph.assembly.system import with_inferences
from ti_graph.bench.wrk import load
from ti_graph.build import dataset
from ti_graph.checking.check import Rules
from ti_graph.checking.shacl import Shapes
from ti_graph.formats import GRAPHS, by_name
from ti_graph.layout import CHECKS, ONTOLOGY, QUERIES
from ti_graph.rdf import ID
from ti_graph.release.dump import dump
from ti_graph.sparql.catalogue import Catalogue
from ti_graph.stores.repository import Repository
from ti_graph.stores.store import Store

SHAPES = ONTOLOGY / "shapes.ttl"
STARTS = 5
#: How many times as large the dataset is made.
TIMES = (1, 3, 10, 30)
#: Times as large as which it is still checked (six gigabytes) and loaded into Virtuoso.
MOST = 10
#: Queries of one thing and of all.
GROWING = {
    "a label": f"SELECT ?o WHERE {{ <{ID}commune/76351> <http://www.w3.org/2000/01/rdf-schema#label> ?o }}",
    "population of a territory": Catalogue(QUERIES)["population-covered"].bind(
        [("territory", "territoire/2018/axe-seine")]
    ),
    "communes of a territory": Catalogue(QUERIES)["communes-of-territory"].bind(
        [("territory", "territoire/2023/ti-2802")]
    ),
    "count of all": "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }",
    "group by class": "SELECT ?c (COUNT(*) AS ?n) WHERE { ?s a ?c } GROUP BY ?c",
}


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


def built() -> None:
    """The whole: from tables to a checked store."""
    with tempfile.TemporaryDirectory() as folder:
        build.BUILD = Path(folder)
        build.dataset()


def checked() -> None:
    """Core constraints, SPARQL constraints and graph checks on the whole."""
    assert Rules(SHAPES, CHECKS).check(dataset().open()).conforms


def core_checked(snapshot: Path) -> None:
    """The core constraints on the whole merge."""
    with tempfile.TemporaryDirectory() as folder:
        sum(1 for _ in _core_shapes(folder).findings(Store.open(snapshot)))


def core_by_pyshacl() -> None:
    """The core constraints by the reference engine."""
    with tempfile.TemporaryDirectory() as folder:
        sum(1 for _ in _core_shapes(folder).reference_findings(dataset().open()))


def dumped(snapshot: Path, suffix: str) -> None:
    """A dump, sorted, to a file."""
    with tempfile.TemporaryFile() as output:
        dump(Store.open(snapshot), output, by_name(suffix, GRAPHS))


def parts(folder: Path, scale: Scale) -> dict[str, object]:
    """Seconds and peak memory of each part of the work, in a process of its own."""
    here = dataset().repository.current().path
    todo: dict[str, Callable[[], None]] = {
        "tables read": tables_read,
        "graph assembled": graph_assembled,
        "graph stored": graph_stored,
        "whole build": built,
        "whole check": checked,
        "core SHACL": partial(core_checked, here),
        "dump ttl": partial(dumped, here, "ttl"),
        "dump nq": partial(dumped, here, "nq"),
    }
    found = {name: _median([_measured(part) for _ in range(scale.rounds)]) for name, part in todo.items()}
    found["core SHACL by pySHACL"] = _median([_measured(core_by_pyshacl)])
    for name, told in found.items():
        print(f"{name:24} {told['seconds']:7.1f} s {told['megabytes']:7.0f} MB", flush=True)
    starts = [_cold_start() for _ in range(STARTS)]
    print(f"cold start {statistics.median(starts):.2f} s")
    return {"parts": found, "cold start": statistics.median(starts)}


def bulk_load(folder: Path, scale: Scale) -> dict[str, object]:
    """Load the whole dataset, as N-Quads and as Turtle, with ``ti-graph load`` and ``oxigraph load``."""
    snapshot = dataset().repository.current().path
    store = pyoxigraph.Store.read_only(str(snapshot))
    store.dump(folder / "all.nq", pyoxigraph.RdfFormat.N_QUADS)
    store.dump(folder / "merge.ttl", pyoxigraph.RdfFormat.TURTLE, from_graph=pyoxigraph.DefaultGraph())
    found: dict[str, object] = {}
    for name in ("all.nq", "merge.ttl"):
        taken: dict[str, list[float]] = {"ti-graph": [], "oxigraph": []}
        for number in range(2 * scale.rounds + 1):
            place = folder / f"{name}-{number}"
            commands = {
                "ti-graph": [sys.executable, "-m", "ti_graph", "load", "--store", f"{place}-ours", name],
                "oxigraph": [OXIGRAPH, "load", "--location", f"{place}-theirs", "--file", name],
            }
            for who, command in commands.items():
                began = time.perf_counter()
                subprocess.run(command, cwd=folder, check=True, capture_output=True)
                taken[who].append(time.perf_counter() - began)
        found[name] = {who: {"seconds": statistics.median(each), "runs": each} for who, each in taken.items()}
        print(name, {who: round(statistics.median(each), 2) for who, each in taken.items()}, flush=True)
    return found


def memory(folder: Path, scale: Scale) -> dict[str, object]:
    """Megabytes of each server at rest, and after traffic."""
    found: dict[str, object] = {}
    with servers(folder, cache=None) as (running, drawing):
        texts = drawing.traffic(20_000, 500)
        time.sleep(10)
        for peer in running:
            rest = peer.memory()
            load(peer.address, [peer.target(text) for text in texts], 5 * scale.seconds, ROWS)
            found[peer.name] = {"at rest": rest, "after traffic": peer.memory()}
    print(found)
    return found


def growth(folder: Path, scale: Scale) -> dict[str, object]:
    """The dataset several times as large, under other IRIs: loaded, asked, dumped, checked."""
    once = folder / "once.nt"
    with once.open("wb") as output:
        dump(dataset().open(), output, by_name("nt", GRAPHS))
    found: dict[str, object] = {}
    for times in TIMES:
        place = folder / f"times-{times}"
        triples = multiplied(once, folder / "all.nt", times)
        began = time.perf_counter()
        Repository.load(place / "dataset", [folder / "all.nt"])
        loaded = time.perf_counter() - began
        snapshot = Repository(place / "dataset").current().path
        size = sum(path.stat().st_size for path in snapshot.iterdir())
        row: dict[str, object] = {"triples": triples, "load": loaded, "megabytes on disk": size / 1e6}
        row["dump"] = _measured(partial(dumped, snapshot, "nt"))
        row["core SHACL"] = _measured(partial(core_checked, snapshot)) if times <= MOST else None
        with ExitStack() as started:
            peers = [
                started.enter_context(ours(0, "--store", str(place / "dataset"))),
                started.enter_context(oxigraph(snapshot)),
            ]
            if times <= MOST:
                peers.append(started.enter_context(in_virtuoso(snapshot, place / "virtuoso")))
            for name, text in GROWING.items():
                row[name] = {
                    peer.name: statistics.median(asked(peer, peer.target(text))[0] for _ in range(11))
                    for peer in peers
                }
            row["memory"] = {peer.name: peer.memory() for peer in peers}
        found[str(times)] = row
        print(times, row, flush=True)
        shutil.rmtree(place)
    return found


def multiplied(source: Path, target: Path, times: int) -> int:
    """Write a dataset several times, under other IRIs (``id/`` becomes ``id/copy-N/``); how many triples."""
    lines = source.read_bytes()
    with target.open("wb") as output:
        for number in range(times):
            copy = f"<{ID}copy-{number}/".encode()
            output.write(lines.replace(f"<{ID}".encode(), copy) if number else lines)
    return times * lines.count(b"\n")


def _core_shapes(folder: str) -> Shapes:
    """The shapes without their SPARQL constraints."""
    graph = rdflib.Graph().parse(SHAPES)
    graph.remove((None, SH.sparql, None))
    path = Path(folder) / "core.ttl"
    graph.serialize(path)
    return Shapes(path)


def _measured(part: Callable[[], None]) -> dict[str, float]:
    """Seconds and peak megabytes of a part, in a process of its own."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(target=_run, args=(part, sender))
    process.start()
    sender.close()
    found: dict[str, float] = receiver.recv()
    process.join()
    return found


def _run(part: Callable[[], None], sender: multiprocessing.connection.Connection) -> None:
    began = time.perf_counter()
    part()
    seconds = time.perf_counter() - began
    sender.send({"seconds": seconds, "megabytes": _peak()})


def _peak() -> float:
    """Megabytes that this process has had at most; ``ru_maxrss`` would count those of its parent, too."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def _median(told: Sequence[dict[str, float]]) -> dict[str, float]:
    return sorted(told, key=lambda each: each["seconds"])[len(told) // 2]


def _cold_start() -> float:
    """Seconds from the command to the first answer, the dataset being built."""
    began = time.perf_counter()
    with ours(None) as server:
        asked(server, "/readyz")
        return time.perf_counter() - began
