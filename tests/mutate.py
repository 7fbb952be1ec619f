"""Read thousands of mutated pages: each is read or refused, none brings the reader down or holds it up.

    .venv/bin/python tests/mutate.py --texts 10000 [--seed 1]

Run by ``make mutations``; the suite does a hundred (tests/test_ingest.py).
"""

from __future__ import annotations

import argparse
import datetime
import itertools
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from pages.mutations import mutations
from pages.styles import STYLES, pages
from ti_graph.errors import TiGraphError
from ti_graph.ingest.outcome import Tables
from ti_graph.ingest.reader import Reader

#: Where the text that ended the drill is kept.
KEPT = Path(__file__).parents[1] / "build" / "mutated.txt"


def main() -> None:
    """Read them; exit code 1 when one took more than ten seconds. Any other error ends it, its text kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    reader = Reader(Tables().timeline, datetime.date(2022, 12, 31))
    each = -(-given.texts // len(STYLES))
    outcomes: Counter[str] = Counter()
    longest = 0.0
    for style in STYLES:
        text = next(iter(pages(style))).text
        for mutated in itertools.islice(mutations(text, given.seed), each):
            began = time.perf_counter()
            try:
                reader.read(mutated.encode(), "https://page.example")
                outcomes["read"] += 1
            except TiGraphError:
                outcomes["refused"] += 1
            except Exception:
                KEPT.parent.mkdir(exist_ok=True)
                KEPT.write_text(mutated, encoding="utf-8")
                raise
            longest = max(longest, time.perf_counter() - began)
    print(f"{outcomes['read']} read, {outcomes['refused']} refused; the longest took {longest:.1f} s")
    sys.exit(longest > 10)


if __name__ == "__main__":
    main()
