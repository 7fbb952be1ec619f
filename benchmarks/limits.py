"""Limits under load: how late deadlines are, and what short queries wait while runaways fill the rest.

.venv/bin/python benchmarks/limits.py [--clients 64] [--seconds 60]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import threading
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from server import Server, form, serving
from test_limits import LABEL, RUNAWAYS

TIMEOUTS = (0.5, 2.0)
ROUNDS = 3


def lateness(server: Server) -> list[tuple[float, float]]:
    """Each runaway alone: its deadline and how many seconds after it the answer came."""
    found = []
    for timeout in TIMEOUTS:
        for _ in range(ROUNDS):
            for text in RUNAWAYS.values():
                began = time.perf_counter()
                reply = server.request("/sparql", form(query=text, timeout=str(timeout)))
                took = time.perf_counter() - began
                if reply.status == 504:
                    found.append((timeout, took - timeout))
    return found


def waits(server: Server, clients: int, seconds: float) -> tuple[list[float], Counter[int], Counter[int]]:
    """Short queries one after another while clients send runaways: seconds, statuses of both."""
    until = time.monotonic() + seconds
    runaway: Counter[int] = Counter()

    def insist(number: int) -> None:
        texts = list(RUNAWAYS.values())
        while time.monotonic() < until:
            runaway[server.request("/sparql", form(query=texts[number % len(texts)])).status] += 1
            number += 1

    threads = [threading.Thread(target=insist, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    short, took = Counter[int](), []
    while time.monotonic() < until:
        began = time.perf_counter()
        short[server.query(LABEL).status] += 1
        took.append(time.perf_counter() - began)
        time.sleep(0.02)
    for thread in threads:
        thread.join()
    return took, short, runaway


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=60)
    chosen = parser.parse_args()
    with serving("--query-timeout", "5", "--max-memory", "1000") as server:
        late = lateness(server)
        over = max(late, key=lambda pair: pair[1] - 0.1 * pair[0])
        print(
            f"deadlines: {len(late)} reached, "
            f"median {statistics.median(e for _, e in late) * 1000:.0f} ms late"
        )
        print(f"the worst: {over[1] * 1000:.0f} ms after {over[0]} s (allowed: 10 % + 0.2 s)")
        took, short, runaway = waits(server, chosen.clients, chosen.seconds)
        cuts = statistics.quantiles(took, n=100)
        print(f"{chosen.clients} clients sent {runaway.total()} runaways: {dict(runaway)}")
        print(f"{short.total()} short queries meanwhile: {dict(short)}")
        print(
            f"seconds: median {statistics.median(took):.3f}, 90 % {cuts[89]:.3f}, "
            f"99 % {cuts[98]:.3f}, longest {max(took):.3f}"
        )


if __name__ == "__main__":
    main()
