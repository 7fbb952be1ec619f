"""The servers that are compared, over one dataset, each from a context that gives how to ask it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import pyoxigraph

from engines import OXIGRAPH, free_port, running, virtuoso
from server import ROOT, serving
from ti_graph.bench.drawn import Drawing
from ti_graph.build import dataset
from ti_graph.layout import QUERIES
from ti_graph.sparql.catalogue import Catalogue
from ti_graph.stores.store import Store

#: The graph that has the merge where an engine has no default graph of its own.
MERGE = "https://w3id.org/territoires-industrie/merge"


@dataclass(frozen=True)
class Peer:
    """A server that answers SPARQL queries.

    Arguments:
        name: what it is called in the report.
        address: ``http://host:port``.
        path: where queries go.
        process: the number of its process; others may be below it.
        dataset: pairs of the protocol that name the merge, and those for the named graphs besides.
    """

    name: str
    address: str
    path: str
    process: int
    dataset: tuple[list[tuple[str, str]], list[tuple[str, str]]] = ([], [])

    def target(self, query: str, **more: str) -> str:
        """The path, with query string, by which a query is asked."""
        merge, named = self.dataset
        graphs = [*merge, *(named if "GRAPH" in query else ())]
        return f"{self.path}?{urlencode([('query', query), *graphs, *more.items()])}"

    def processor_time(self) -> float:
        """Seconds of the processor that it, and the processes below it, have had so far."""
        return sum(_had(number) for number in [self.process, *_below(self.process)])

    def memory(self) -> float:
        """Megabytes that it holds by itself, with the processes below it (shared pages counted once)."""
        return sum(_proportional(number) for number in [self.process, *_below(self.process)]) / 1024


@contextmanager
def ours(cache: int | None, *arguments: str, token: str = "", home: Path | None = None) -> Iterator[Peer]:
    """This program.

    Arguments:
        cache: megabytes that it keeps answers in; None for as many as by default.
        arguments: of ``serve``.
        token: with which it may be changed.
        home: the copy of the project to run.
    """
    chosen = [] if cache is None else ["--cache", str(cache)]
    with serving(*chosen, *arguments, token=token, home=home) as server:
        yield Peer("ti-graph", server.address, "/sparql", server.process.pid)


@contextmanager
def oxigraph(snapshot: Path, *arguments: str) -> Iterator[Peer]:
    """The Oxigraph server over a snapshot, which it only reads."""
    port = free_port()
    where = ["--location", str(snapshot), "--bind", f"127.0.0.1:{port}"]
    with running([OXIGRAPH, "serve-read-only", *where, *arguments], port) as process:
        yield Peer("oxigraph", f"http://127.0.0.1:{port}", "/query", process.pid)


@contextmanager
def in_virtuoso(snapshot: Path, folder: Path) -> Iterator[Peer]:
    """Virtuoso, with what a snapshot holds: its default graph is a graph of its own there."""
    with virtuoso(folder) as server:
        pyoxigraph.Store.read_only(str(snapshot)).dump(folder / "all.nq", pyoxigraph.RdfFormat.N_QUADS)
        server.execute(f"ld_dir('{folder}', 'all.nq', '{MERGE}');")
        server.execute("rdf_loader_run();")
        server.execute("checkpoint;")
        names = Store.open(snapshot).graph_names()
        yield Peer(
            "virtuoso",
            server.address,
            "/sparql",
            server.process,
            ([("default-graph-uri", MERGE)], [("named-graph-uri", name.value) for name in names]),
        )


@contextmanager
def servers(
    folder: Path, cache: int | None, timeout: int | None = None
) -> Iterator[tuple[list[Peer], Drawing]]:
    """The servers that are compared, ours first, and what draws requests.

    Arguments:
        folder: where Virtuoso's database goes.
        cache: megabytes that ours keeps answers in; None for as many as by default.
        timeout: seconds that a query may take in ours. The Oxigraph server has --timeout-s, which makes a
            thread for each query: with it, it ends (abort) after seconds of small queries.
    """
    snapshot = dataset().repository.current().path
    ours_told = [] if timeout is None else ["--query-timeout", str(timeout)]
    with ExitStack() as running, drawn() as drawing:
        started = [
            running.enter_context(ours(cache, *ours_told)),
            running.enter_context(oxigraph(snapshot)),
            running.enter_context(in_virtuoso(snapshot, folder / f"virtuoso-{cache}")),
        ]
        yield started, drawing


@contextmanager
def drawn() -> Iterator[Drawing]:
    """What draws requests from the built dataset."""
    yield Drawing(dataset().open().texts, Catalogue(QUERIES))


def project(folder: Path) -> Path:
    """A copy of this project with its built dataset, for a server that may change it."""
    folder.mkdir()
    for name in ("src", "data", "ontology", "queries", "pyproject.toml"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    built = dataset()
    shutil.copytree(built.path, folder / "build" / built.path.name)
    return folder


def _below(process: int) -> list[int]:
    """The processes that a process has started, and those that these have."""
    children: list[int] = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        if int(fields[1]) == process:
            children.append(int(path.parent.name))
    return [*children, *(grandchild for child in children for grandchild in _below(child))]


def _had(process: int) -> float:
    """Seconds of the processor that a process has had."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _proportional(process: int) -> int:
    """Kilobytes of a process, pages that several share in equal parts."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
