"""Make ``docs/benchmark.md`` and its pictures of ``benchmarks/results.json``.

.venv/bin/python benchmarks/report.py
"""

from __future__ import annotations

import json
import math
import platform
import statistics
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

mpl.rcParams["svg.hashsalt"] = "ti-graph"  # the same picture for the same figures
ROOT = Path(__file__).parents[1]
OURS = "ti-graph"
Results = Mapping[str, Any]
Loads = Mapping[str, Mapping[str, float]]


def main() -> None:
    """Write the report."""
    results: Results = json.loads((ROOT / "benchmarks" / "results.json").read_text(encoding="utf-8"))
    parts = [
        part for section, write in SECTIONS.items() if section in results for part in write(results[section])
    ]
    text = (ROOT / "benchmarks" / "report.md").read_text(encoding="utf-8")
    told = text.replace("{machine}", f"{platform.machine()}, 2 cores").replace("{figures}", "\n".join(parts))
    (ROOT / "docs" / "benchmark.md").write_text(told.rstrip() + "\n", encoding="utf-8")


def ratio(loads: Loads) -> float:
    """Ours to the best of the others."""
    others = [each["per_second"] for name, each in loads.items() if name != OURS]
    return loads[OURS]["per_second"] / max(others) if others and max(others) else math.inf


def mean(ratios: Iterator[float]) -> float:
    """The geometric mean of those that are finite and more than nothing."""
    found = [value for value in ratios if 0 < value < math.inf]
    return statistics.geometric_mean(found) if found else math.nan


def by_query(title: str, picture: str) -> Callable[[Results], Iterator[str]]:
    """A table of queries, and a picture of the ratios."""

    def write(found: Results) -> Iterator[str]:
        ratios = {name: ratio(each["loads"]) for name, each in found.items()}
        yield f"## {title}\n"
        yield f"Ratios to the best other server, geometric mean: **{mean(iter(ratios.values())):.2f}**.\n"
        runs = {len(load["runs"]) for each in found.values() for load in each["loads"].values()}
        yield f"Runs of each, after one to get warm: {max(runs)}.\n"
        yield f"![ratios]({picture})\n"
        yield "| query | texts | rows | ti-graph | Oxigraph | Virtuoso | ratio |"
        yield "|---|---|---|---|---|---|---|"
        for name, each in found.items():
            cells = [_rate(each, peer) for peer in (OURS, "oxigraph", "virtuoso")]
            shown = f"{ratios[name]:.2f}" if ratios[name] < math.inf else "–"
            rows = round(statistics.mean(each["rows"]))
            yield f"| {name} | {each['texts']} | {rows} | {' | '.join(cells)} | {shown} |"
        yield ""
        _draw(ratios, ROOT / "docs" / picture)

    return write


def _rate(each: Results, peer: str) -> str:
    if peer in each["loads"]:
        return (
            f"{each['loads'][peer]['per_second']:,.0f}/s"
            if each["loads"][peer]["per_second"] >= 10
            else (f"{each['loads'][peer]['per_second']:.1f}/s")
        )
    left = each["left out"].get(peer)
    if left is None:
        return "–"
    if all(rows < 0 for rows in left["rows"]):
        return "no answer"
    return (
        f"other rows, {left['seconds']:.1f} s"
        if left["rows"] != each["rows"]
        else f"{left['seconds']:.1f} s each"
    )


def _draw(ratios: Mapping[str, float], path: Path) -> None:
    """Bars to the right where ours is faster, to the left where it is slower."""
    shown = {name: value for name, value in ratios.items() if 0 < value < math.inf}
    names = sorted(shown, key=lambda name: shown[name])
    figure = Figure(figsize=(8, 0.22 * len(names) + 1))
    axes = figure.subplots()
    values = [shown[name] for name in names]
    axes.barh(
        names,
        [value - 1 for value in values],
        left=1,
        color=["#000091" if v >= 1 else "#b34000" for v in values],
    )
    axes.set_xscale("log")
    axes.axvline(1, color="black", linewidth=0.8)
    axes.set_xlabel("answers a second, to those of the best other server")
    axes.tick_params(labelsize=7)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def traffic(found: Results) -> Iterator[str]:
    """(b)"""
    yield "## (b) Traffic, with repeats as Zipf’s law has them\n"
    told = f"ratio to the best other server: **{ratio(found['loads']):.1f}**"
    yield f"{found['texts']:,} different requests; {told}.\n"
    yield from _loads({"all named queries": found["loads"]})


def points(found: Results) -> Iterator[str]:
    """(c)"""
    yield "## (c) One thing at a time\n"
    yield "Of 2,000 things; `kept`: as the server comes, `not kept`: with `--cache 0`.\n"
    yield from _loads(found)


def _loads(found: Mapping[str, Loads]) -> Iterator[str]:
    yield "| what | server | answers a second | runs | median ms | 95 % | 99 % | ratio |"
    yield "|---|---|---|---|---|---|---|---|"
    for what, loads in found.items():
        for name, each in loads.items():
            runs = ", ".join(f"{run:,.0f}" for run in each["runs"])  # type: ignore[attr-defined]
            times = " | ".join(f"{each[key]:.1f}" for key in ("median", "p95", "p99"))
            shown = f"{ratio(loads):.2f}" if name == OURS else ""
            yield f"| {what} | {name} | {each['per_second']:,.0f} | {runs} | {times} | {shown} |"
    yield ""


def large(found: Results) -> Iterator[str]:
    """(d)"""
    yield "## (d) A hundred thousand rows\n"
    yield "Seconds to the last byte, one client; memory: what the server took more, at most.\n"
    yield "| format | server | seconds | megabytes sent | MB more | ratio |\n|---|---|---|---|---|---|"
    for form, by in found.items():
        best = min(each["seconds"] for name, each in by.items() if name != OURS)
        for name, each in by.items():
            shown = f"{best / each['seconds']:.2f}" if name == OURS else ""
            size, grown = each["bytes"] / 1e6, each["megabytes more"]
            yield f"| {form} | {name} | {each['seconds']:.2f} | {size:.1f} | {grown:.0f} | {shown} |"
    yield ""


def writes(found: Results) -> Iterator[str]:
    """(e)"""
    yield "## (e) Reads beside a guarded change every second\n"
    yield "Each change is checked against the shapes before it counts. Milliseconds.\n"
    yield "| reads | alone, a second | 95 % | beside, a second | 95 % | 99 % | longest | of 2 × 95 % alone |"
    yield "|---|---|---|---|---|---|---|---|"
    for kind, each in found.items():
        alone, beside = each["alone"], each["beside changes"]
        rates = [_given(load) for load in (alone, beside)]
        times = f"{beside['p95']:.1f} | {beside['p99']:.1f} | {beside['longest']:.1f}"
        share = beside["longest"] / (2 * alone["p95"])
        yield f"| {kind} | {rates[0]:,.0f} | {alone['p95']:.1f} | {rates[1]:,.0f} | {times} | {share:.2f} |"
    yield ""


def _given(load: Mapping[str, float]) -> float:
    """Answers a second, without those that refuse."""
    return (load["answered"] - load["refused"]) / load["seconds"]


def runaways(found: Results) -> Iterator[str]:
    """(f)"""
    yield "## (f) Short queries among runaways\n"
    yield "Eight clients send queries that never end, without pause, each waiting ten seconds at most.\n"
    yield "| server | alone | among runaways | kept | what the runaways got |\n|---|---|---|---|---|"
    for name, each in found.items():
        alone = _given(each["alone"])
        got = ", ".join(f"{count} × {what}" for what, count in sorted(each["runaways"].items()))
        if "error" in each["among"]:
            yield f"| {name} | {alone:,.0f}/s | down | 0 % | {got} |"
            continue
        among = _given(each["among"])
        yield f"| {name} | {alone:,.0f}/s | {among:,.0f}/s | {100 * among / alone:.0f} % | {got} |"
    yield ""


def bulk_load(found: Results) -> Iterator[str]:
    """Loading."""
    yield "## Bulk load\n"
    yield "| file | `ti-graph load` | `oxigraph load` | ratio |\n|---|---|---|---|"
    for name, by in found.items():
        ours, theirs = by[OURS]["seconds"], by["oxigraph"]["seconds"]
        yield f"| {name} | {ours:.2f} s | {theirs:.2f} s | {theirs / ours:.2f} |"
    yield ""


def parts(found: Results) -> Iterator[str]:
    """Building."""
    yield "## Build, check, dump, start\n"
    yield f"Cold start, to the first answer: {found['cold start']:.2f} s (median of five).\n"
    yield "| part, each in a process of its own | seconds | peak MB |\n|---|---|---|"
    for name, each in found["parts"].items():
        yield f"| {name} | {each['seconds']:.1f} | {each['megabytes']:,.0f} |"
    told = found["parts"]
    factor = told["core SHACL by pySHACL"]["seconds"] / told["core SHACL"]["seconds"]
    yield f"\nThe core constraints are checked {factor:.1f} times as fast as by pySHACL.\n"


def memory(found: Results) -> Iterator[str]:
    """At rest and after traffic."""
    yield "## Memory\n"
    yield "| server | at rest | after traffic |\n|---|---|---|"
    for name, each in found.items():
        yield f"| {name} | {each['at rest']:,.0f} MB | {each['after traffic']:,.0f} MB |"
    yield ""


def growth(found: Results) -> Iterator[str]:
    """Several times as large."""
    yield "## Growth\n"
    yield "The merge repeated under other IRIs, loaded by `ti-graph load`; in brackets, to that of one.\n"
    times = list(found)
    yield f"| what | {' | '.join(f'{each} ×' for each in times)} |\n|---{'|---' * len(times)}|"
    first = found[times[0]]
    for what, unit, value in _GROWN:
        if first.get(what) is not None:
            cells = [_grown(value(found[each][what]), value(first[what]), unit) for each in times]
            yield f"| {what} | {' | '.join(cells)} |"
    for what in (name for name, each in first.items() if isinstance(each, dict) and OURS in each):
        unit, factor = ("MB", 1) if what == "memory" else ("ms", 1000)
        for peer in first[what]:
            measured = [found[t][what].get(peer) for t in times]
            cells = [_grown(m and factor * m, factor * first[what][peer], unit) for m in measured]
            yield f"| {what}, {peer} | {' | '.join(cells)} |"
    yield ""


#: What growth is told of, its unit, and where the figure is.
_GROWN: Sequence[tuple[str, str, Callable[[Any], float | None]]] = (
    ("triples", "", lambda each: each),
    ("load", "s", lambda each: each),
    ("megabytes on disk", "MB", lambda each: each),
    ("dump", "s", lambda each: each["seconds"]),
    ("core SHACL", "s", lambda each: each and each["seconds"]),
)


def _grown(value: float | None, first: float | None, unit: str) -> str:
    if not value or not first:
        return "–"
    shown = f"{value:,.0f}" if value >= 100 else f"{value:.1f}"
    return f"{shown} {unit} ({value / first:.1f})"


def rdflib_endpoint(found: Results) -> Iterator[str]:
    """As far as it gets."""
    named = found["named"]
    count = Counter(each["answer"] for each in named.values())
    yield "## rdflib-endpoint, as far as it gets\n"
    read = f"The merge in memory: read in {found['load']:.0f} s, {found['megabytes']:,.0f} MB."
    right = f"it gives the right number of rows to {count['same']} of {len(named)} named queries"
    late = f"{count['late']} it does not answer by then, and {count['other rows']} have other rows"
    yield f"{read} Within five seconds {right}; {late} (it has no named graphs here). Nothing ends a query.\n"
    yield "| what | ti-graph, not kept | rdflib-endpoint |\n|---|---|---|"
    for kind in ("one pattern", "describe"):
        yield f"| {kind} | {found[kind][OURS]:,.0f}/s | {found[kind]['rdflib-endpoint']:,.0f}/s |"
    same = [each for each in named.values() if each["answer"] == "same"]
    ours, theirs = (
        1000 * statistics.geometric_mean(each[key] for each in same) for key in ("ours", "seconds")
    )
    yield f"| one of those {count['same']}, geometric mean | {ours:,.1f} ms | {theirs:,.1f} ms |"
    yield ""


SECTIONS: Mapping[str, Callable[[Results], Iterator[str]]] = {
    "named": by_query("(a) Every named query, no answer kept", "benchmark-named.svg"),
    "as it comes": by_query("(a) Every named query, as the server comes", "benchmark-as-it-comes.svg"),
    "traffic": traffic,
    "points": points,
    "large": large,
    "writes": writes,
    "runaways": runaways,
    "generic": by_query("(g) Queries of every kind", "benchmark-generic.svg"),
    "bulk load": bulk_load,
    "parts": parts,
    "memory": memory,
    "growth": growth,
    "rdflib-endpoint": rdflib_endpoint,
}


if __name__ == "__main__":
    main()
