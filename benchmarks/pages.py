"""Pages: how long they take beside the same thing as data, and what they weigh, against budgets.

.venv/bin/python benchmarks/pages.py [--things 100]

For each kind of thing, random things are asked for one after another: the page, and the same thing in Turtle.
Then one page of each other kind is weighed. Exit code 1 when a page is heavier than its budget.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from server import Server, serving

KINDS = ("commune", "epci", "territoire", "region", "personne", "programme", "liste")
#: Pages of no one thing, and what each may weigh, in kB as sent (gzip).
OTHERS = {
    "/": 60,
    "/announcement": 60,
    "/map?list=2023": 250,
    "/map?list=2018&region=28": 60,
    "/compare": 30,
    "/compare?from=2022&to=2023": 100,
    "/search?q=saint": 20,
    "/queries": 20,
    "/queries/territory-of-commune?commune=76351": 20,
    "/join": 20,
    "/sparql": 40,
    "/catalog": 20,
    "/dump/": 20,
    "/validation": 20,
    "/def": 60,
    "/static/style.css": 10,
    "/static/suggest.js": 5,
    "/static/editor.js": 180,
}
#: What the page of a thing may weigh, in kB as sent.
BUDGET = 60


def things(server: Server, count: int) -> dict[str, list[str]]:
    """Random things of each kind, by the sitemap."""
    found: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for part in re.findall("<loc>[^<]*(/sitemap-[^<]*)</loc>", server.request("/sitemap.xml").text):
        for path in re.findall("<loc>[^<]*/doc/([^<]*)</loc>", server.request(part).text):
            kind = path.partition("/")[0]
            if kind in found:
                found[kind].append(path)
    choose = random.Random(1)
    return {kind: choose.sample(paths, min(count, len(paths))) for kind, paths in found.items()}


def timed(server: Server, path: str) -> tuple[float, int]:
    """Milliseconds and bytes as sent of one request."""
    began = time.perf_counter()
    reply = server.request(path, Accept="text/html", Accept_Encoding="gzip")
    took = 1000 * (time.perf_counter() - began)
    if reply.status != 200:
        sys.exit(f"{path}: {reply.status}")
    return took, len(reply.body)


def high(values: list[float]) -> float:
    """The value that 95 % do not exceed."""
    return sorted(values)[int(0.95 * (len(values) - 1))]


def main() -> None:
    """Print the figures; exit 1 when a budget is exceeded."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--things", type=int, default=100)
    count = parser.parse_args().things
    heavy = []
    with serving() as server:
        chosen = things(server, count)
        for path in OTHERS:
            timed(server, path)  # what pages keep of the dataset is read now
        print("kind         things  page ms   95 %  Turtle ms   95 %     kB   most")
        for kind, paths in chosen.items():
            pages = [timed(server, f"/doc/{path}") for path in paths]
            data = [timed(server, f"/doc/{path}.ttl")[0] for path in paths]
            took, sizes = [ms for ms, _ in pages], [size / 1000 for _, size in pages]
            heavy += [f"/doc/{p}: {s:.0f} kB" for p, s in zip(paths, sizes, strict=True) if s > BUDGET]
            print(
                f"{kind:<12}{len(paths):>7}{statistics.median(took):>9.1f}{high(took):>7.1f}"
                f"{statistics.median(data):>11.1f}{high(data):>7.1f}{statistics.median(sizes):>7.1f}{max(sizes):>7.1f}"
            )
        print(f"\n{'page':<48}{'ms':>7}{'kB':>7}{'budget':>8}")
        for path, budget in OTHERS.items():
            took, size = timed(server, path)
            print(f"{path:<48}{took:>7.1f}{size / 1000:>7.1f}{budget:>8}")
            heavy += [f"{path}: {size / 1000:.0f} kB"] if size / 1000 > budget else []
    if heavy:
        sys.exit("heavier than the budget:\n" + "\n".join(heavy))


if __name__ == "__main__":
    main()
