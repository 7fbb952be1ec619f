"""How well pages that announce territories are read, by style: clean pages, then the same with noise.

    .venv/bin/python benchmarks/ingest.py [--style NAME …] [--share 0.1] [--seed 0] [--verbose]
    .venv/bin/python benchmarks/ingest.py --held-out [--share 0.1] [--seed 0]

The pages are generated from the lists of 2022 and 2023 (tests/pages), so that what a reader must find is
known. P is precision, R recall; a SIREN counts as found when it is decided. With --verbose each miss and
error is told. With --held-out the pages are those of other authors (tests/pages/held_out*.py), on whose
styles nothing was tuned; then the styles that were held out once and have been looked at since.
"""

from __future__ import annotations

import argparse
import datetime
import random
import re
import sys
import time
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from pages import held_out, noises
from pages.scoring import Rate, Row, Score, rows_of, score
from pages.styles import STYLES, pages
from ti_graph.errors import RequestError
from ti_graph.ingest.outcome import Ingester
from ti_graph.ingest.reader import Reader

_ARTICLES = re.compile(r"^(?:(?:de la|du|des|de|la|le|les|au|aux)\s+|(?:de l|d|l)['’]\s*)+", re.IGNORECASE)


@cache
def ingester() -> Ingester:
    """What reads pages; it reads the reference tables once."""
    return Ingester()


@cache
def reader(day: datetime.date) -> Reader:
    """A reader as of a day."""
    return Reader(ingester().timeline, day)


def found(text: str, url: str, day: datetime.date) -> tuple[Sequence[Row], str | None]:
    """What is read on a page, and the stored text; nothing when it is refused."""
    try:
        reading = reader(day).read(text.encode(), url)
    except RequestError:
        return [], None
    return rows_of(reading), reading.page.text


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
        choose, of_style, read = random.Random(f"{seed} {name}"), Score(), 0
        for page in pages(name, noises.any_of if kind == "noisy" else None, seed):
            if choose.random() >= share:
                continue
            scored = score(page, *found(page.text, page.url, page.published))
            of_style, read = of_style + scored, read + 1
            if verbose:
                for problem in scored.problems:
                    print(f"  {page}: {problem}")
        print(line(name, read, of_style), flush=True)
        total, count = total + of_style, count + read
    print(line("all", count, total), end="\n\n")


def bare(words: str) -> str:
    """Words without the articles before them, white space single."""
    return _ARTICLES.sub("", " ".join(words.split()))


def held(
    noisy: bool, share: float, seed: int, styles: Sequence[held_out.Style] = held_out.HELD_OUT
) -> Iterator[tuple[str, Score]]:
    """How well each page of other authors' styles is read, with its style."""
    choose = random.Random(seed)
    for page in held_out.pages(styles):
        if page.noisy != noisy or choose.random() >= share:
            continue
        rows, _ = found(page.content, page.url, datetime.date.fromisoformat(page.published))
        truth = [
            SimpleNamespace(
                label=bare(each.territory),
                members=[SimpleNamespace(mention=bare(m), kind=k, code=c) for m, k, c in each.members],
            )
            for each in page.expected
        ]
        plain = [Row(bare(r.territory), bare(r.mention), r.siren, r.start, r.end) for r in rows]
        yield page.style, score(SimpleNamespace(truth=truth), plain)  # type: ignore[arg-type]


def measure_held_out(kind: str, share: float, seed: int) -> None:
    """Print the rates over the held-out styles, and over those that were held out once."""
    for name, styles in (("held out", held_out.HELD_OUT), ("held out once", held_out.EARLIER)):
        scored = [score for _, score in held(kind == "noisy", share, seed, styles)]
        print(line(f"{name}, {kind}", len(scored), sum(scored, Score())), flush=True)


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--style", action="append", choices=list(STYLES), help="only this; repeatable")
    parser.add_argument("--share", type=float, default=1.0, help="of the pages, at random")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--held-out", action="store_true", help="the pages of another author instead")
    given = parser.parse_args()
    began = time.perf_counter()
    for kind in ("clean", "noisy"):
        if given.held_out:
            measure_held_out(kind, given.share, given.seed)
        else:
            measure(kind, given.style or list(STYLES), given.share, given.seed, given.verbose)
    print(f"{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
