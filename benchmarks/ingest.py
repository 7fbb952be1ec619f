"""How well pages that announce territories are read, by style: clean pages, then the same with noise.

    .venv/bin/python benchmarks/ingest.py [--style NAME …] [--share 0.1] [--seed 0] [--verbose]

The pages are generated from the lists of 2022 and 2023 (tests/pages), so that what a reader must find is
known. P is precision, R recall; a SIREN counts as found when it is decided. With --verbose each miss and
error is told.
"""

from __future__ import annotations

import argparse
import csv
import random
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from pages import noises
from pages.scoring import Rate, Score, score
from pages.styles import STYLES, Page, pages


@dataclass(frozen=True)
class Found:
    """A row of members.csv."""

    territory: str
    mention: str
    siren: str
    start: int
    end: int


def found(page: Page) -> Sequence[Found]:
    """What the command reads on the page; nothing when it refuses it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("page.html" if page.is_html else "page.txt")
        path.write_text(page.text, encoding="utf-8")
        command = [sys.executable, "-m", "ti_graph", "ingest", str(path), "--url", page.url]
        command += ["--published", page.published.isoformat(), "--output", f"{folder}/read"]
        subprocess.run(command, capture_output=True, check=False)
        rows = Path(folder) / "read" / "members.csv"
        if not rows.is_file():
            return []
        with rows.open(encoding="utf-8", newline="") as file:
            return [
                Found(row["territory"], row["mention"], row["siren"], int(row["start"]), int(row["end"]))
                for row in csv.DictReader(file)
            ]


def shown(rate: Rate) -> str:
    """Precision and recall in per cent, and how many there are."""
    return f"{100 * rate.precision:>7.1f}{100 * rate.recall:>7.1f}{rate.wanted:>7}"


def line(name: str, count: int, of: Score) -> str:
    """A line of the table."""
    return f"{name:<28}{count:>6}  {shown(of.territories)}  {shown(of.members)}  {shown(of.sirens)}"


def measure(kind: str, names: Sequence[str], share: float, seed: int, verbose: bool) -> None:
    """Print the table of clean or of noisy pages."""
    head = "      P      R      n"
    print(f"{kind:<28} pages  {'territories':>21}  {'members':>21}  {'SIREN':>21}")
    print(f"{'':<34}  {head}  {head}  {head}")
    total, count = Score(), 0
    for name in names:
        choose, of_style, read = random.Random(seed), Score(), 0
        for page in pages(name, noises.any_of if kind == "noisy" else None, seed):
            if choose.random() >= share:
                continue
            scored = score(page, found(page))
            of_style, read = of_style + scored, read + 1
            if verbose:
                for problem in scored.problems:
                    print(f"  {page}: {problem}")
        print(line(name, read, of_style), flush=True)
        total, count = total + of_style, count + read
    print(line("all", count, total), end="\n\n")


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--style", action="append", choices=list(STYLES), help="only this; repeatable")
    parser.add_argument("--share", type=float, default=1.0, help="of the pages, at random")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--verbose", action="store_true")
    given = parser.parse_args()
    for kind in ("clean", "noisy"):
        measure(kind, given.style or list(STYLES), given.share, given.seed, given.verbose)


if __name__ == "__main__":
    main()
