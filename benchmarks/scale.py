"""How stores take a dataset that is several times as large: time to load, room on disk, time to answer.

    .venv/bin/python benchmarks/scale.py [--times 1 --times 10 …] [--only oxigraph --only virtuoso]

The dataset is repeated under other IRIs (`id/` becomes `id/copy-N/`); the literals stay. Loaded in bulk as
N-Triples, then asked over HTTP, one query after another; the median of 20.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from engines import OXIGRAPH, oxigraph_server, virtuoso
from ti_graph.build import dataset
from ti_graph.catalogue import Catalogue
from ti_graph.dump import dump
from ti_graph.far_end import Asking
from ti_graph.formats import GRAPHS, by_name
from ti_graph.layout import QUERIES
from ti_graph.rdf import ID
from ti_graph.remote import Remote

REPEAT = 20
LABEL = f"SELECT ?o WHERE {{ <{ID}commune/76351> <http://www.w3.org/2000/01/rdf-schema#label> ?o }}"
QUESTIONS = {
    "a label": LABEL,
    "population of a territory": "population-covered?territory=territoire/2018/axe-seine",
    "communes of a territory": "communes-of-territory?territory=territoire/2023/ti-2802",
    "count of all": "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }",
}


def multiplied(source: Path, target: Path, times: int) -> int:
    """Write a dataset several times, each under other IRIs; the number of triples."""
    lines = source.read_bytes()
    with target.open("wb") as output:
        for number in range(times):
            copy = f"<{ID}copy-{number}/".encode()
            output.write(lines.replace(f"<{ID}".encode(), copy) if number else lines)
    return times * lines.count(b"\n")


@contextmanager
def in_oxigraph(file: Path, folder: Path) -> Iterator[tuple[float, str]]:
    """The Oxigraph server: seconds to load, and the address to ask."""
    began = time.perf_counter()
    command = [OXIGRAPH, "load", "--location", str(folder), "--file", str(file)]
    subprocess.run(command, check=True, capture_output=True)
    took = time.perf_counter() - began
    with oxigraph_server(folder) as address:
        yield took, f"{address}/query"


@contextmanager
def in_virtuoso(file: Path, folder: Path) -> Iterator[tuple[float, str]]:
    """Virtuoso: the same."""
    with virtuoso(folder) as server:
        target = folder / file.name
        target.hardlink_to(file)
        began = time.perf_counter()
        server.execute(f"ld_dir('{folder}', '{file.name}', 'urn:scale');")
        server.execute("rdf_loader_run();")
        server.execute("checkpoint;")
        took = time.perf_counter() - began
        target.unlink()
        yield took, f"{server.address}/sparql?default-graph-uri=urn:scale"


def median(ask: Callable[[], object]) -> float:
    """Milliseconds that a question takes: the median."""
    taken = []
    for _ in range(REPEAT):
        began = time.perf_counter()
        ask()
        taken.append(1000 * (time.perf_counter() - began))
    return statistics.median(taken)


def question(text: str) -> str:
    """A query, or a named one with its parameters."""
    if text.startswith("SELECT"):
        return text
    name, _, pair = text.partition("?")
    parameter, _, value = pair.partition("=")
    return Catalogue(QUERIES).find(name).bind([(parameter, value)])


STORES = {"oxigraph": in_oxigraph, "virtuoso": in_virtuoso}


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", action="append", type=int, help="how many times as large; repeatable")
    parser.add_argument("--only", action="append", choices=STORES, help="this store; repeatable")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ti-graph-scale-") as name:
        folder = Path(name)
        with (folder / "once.nt").open("wb") as output:
            dump(dataset().open(), output, by_name("nt", GRAPHS))
        for times in arguments.times or [1, 10]:
            triples = multiplied(folder / "once.nt", folder / "all.nt", times)
            for store in arguments.only or STORES:
                place = folder / f"{store}-{times}"
                with STORES[store](folder / "all.nt", place) as (took, address):
                    asking = Asking(Remote(address))
                    asked = {name: median(partial(asking.rows, question(q))) for name, q in QUESTIONS.items()}
                size = sum(path.stat().st_size for path in place.rglob("*") if path.is_file())
                said = "; ".join(f"{name} {ms:.1f} ms" for name, ms in asked.items())
                print(f"{store}, {times} times: {triples:,} triples, {took:.0f} s, {size / 1e6:.0f} MB")
                print(f"    {said}", flush=True)


if __name__ == "__main__":
    main()
