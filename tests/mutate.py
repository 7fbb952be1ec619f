"""Read thousands of mutated pages: each is read or refused, none brings the reader down or holds it up.

    .venv/bin/python tests/mutate.py --texts 10000 [--seed 1] [--processes 2]

Run by ``make mutations``; the suite does a hundred (tests/test_ingest.py).
"""

from __future__ import annotations

import argparse
import datetime
import itertools
import os
import signal
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache
from pathlib import Path
from types import FrameType

sys.path.insert(0, str(Path(__file__).parent))

from pages.mutations import mutations
from pages.styles import STYLES, Style, pages
from ti_graph.errors import TiGraphError
from ti_graph.ingest.outcome import Ingester
from ti_graph.ingest.reader import Reader

#: Where the text that ended the drill is kept.
KEPT = Path(__file__).parents[1] / "build" / "mutated.txt"


#: No text may take more processor time than this, in seconds.
LONGEST = 10.0


@cache
def reader() -> Reader:
    """The reader of this process."""
    return Reader(Ingester().timeline, datetime.date(2022, 12, 31))


def read(style: Style, texts: int, seed: int) -> tuple[Counter[str], float]:
    """Read mutated pages of a style.

    Returns:
        How many were read and how many refused, and the processor time that the longest took, in seconds.

    Raises:
        Exception: as the reader did, or it took too long; the text is kept in `KEPT`.
    """
    signal.signal(signal.SIGPROF, _too_long)
    outcomes: Counter[str] = Counter()
    longest = 0.0
    for mutated in itertools.islice(mutations(next(iter(pages(style))).text, seed), texts):
        began = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, LONGEST)
        try:
            reader().read(mutated.encode(), "https://page.example")
            outcomes["read"] += 1
        except TiGraphError:
            outcomes["refused"] += 1
        except Exception:
            KEPT.parent.mkdir(exist_ok=True)
            KEPT.write_text(mutated, encoding="utf-8")
            raise
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        longest = max(longest, time.process_time() - began)
    return outcomes, longest


def _too_long(_signal: int, _frame: FrameType | None) -> None:
    raise TimeoutError(f"a text took more than {LONGEST:.0f} s of processor time")


def main() -> None:
    """Read them. An error of the reader ends the drill, as does a text that takes too long."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    given = parser.parse_args()
    each = -(-given.texts // len(STYLES))
    outcomes: Counter[str] = Counter()
    longest = 0.0
    pool = ProcessPoolExecutor(given.processes)
    try:
        work = [pool.submit(read, style, each, given.seed) for style in STYLES]
        for done in as_completed(work):
            some, seconds = done.result()
            outcomes += some
            longest = max(longest, seconds)
            print(
                f"{outcomes['read']} read, {outcomes['refused']} refused; the longest took {longest:.1f} s",
                flush=True,
            )
    finally:
        pool.shutdown(cancel_futures=True)


if __name__ == "__main__":
    main()
