"""Throughput of small queries: this server and the bare Oxigraph server on the same data, in turn.

Needs wrk (``apt-get install wrk``) and the Oxigraph server (``pip install oxigraph``) on the PATH.

    .venv/bin/python benchmarks/small_queries.py
"""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from server import serving
from ti_graph.build import dataset
from ti_graph.dump import dump
from ti_graph.formats import GRAPHS, by_name

ROUNDS, SECONDS, CONNECTIONS = 5, 4, 8
PORT = 8399
QUERY = (
    "SELECT ?l WHERE { <https://w3id.org/territoires-industrie/id/region/28> "
    "<http://www.w3.org/2000/01/rdf-schema#label> ?l }"
)


def per_second(address: str) -> float:
    """Requests per second, by wrk."""
    url = f"{address}?{urllib.parse.urlencode({'query': QUERY})}"
    command = [
        "wrk",
        "-t2",
        f"-c{CONNECTIONS}",
        f"-d{SECONDS}s",
        "-H",
        "Accept: application/sparql-results+json",
        url,
    ]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in printed, printed
    match = re.search(r"Requests/sec:\s+([\d.]+)", printed)
    assert match, printed
    return float(match[1])


def main() -> None:
    """Measure in turn and print medians and the ratio."""
    with ExitStack() as running, tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data.nt"
        with data.open("wb") as output:
            dump(dataset().open(), output, by_name("nt", GRAPHS))
        store = f"{folder}/store"
        subprocess.run(
            ["oxigraph", "load", "--location", store, "--file", data], check=True, capture_output=True
        )
        command = ["oxigraph", "serve-read-only", "--location", store, "--bind", f"127.0.0.1:{PORT}"]
        peer = running.enter_context(subprocess.Popen(command, stderr=subprocess.DEVNULL))
        running.callback(peer.terminate)
        ours = running.enter_context(serving())
        time.sleep(1)
        targets = {"ti-graph": ours.address + "/sparql", "oxigraph": f"http://127.0.0.1:{PORT}/query"}
        found: dict[str, list[float]] = {name: [] for name in targets}
        for _ in range(ROUNDS):
            for name, address in targets.items():
                found[name].append(per_second(address))
    medians = {name: statistics.median(values) for name, values in found.items()}
    for name, values in found.items():
        print(f"{name:10} {medians[name]:9.0f} per second  (of {', '.join(f'{v:.0f}' for v in values)})")
    print(f"ratio {medians['ti-graph'] / medians['oxigraph']:.3f}")


if __name__ == "__main__":
    main()
