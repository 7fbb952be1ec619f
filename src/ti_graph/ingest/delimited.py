"""Tables whose cells are parted by a tab, a semicolon or a comma, as spreadsheets export them (RFC 4180)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from ti_graph.ingest.lines import Line

Cell = tuple[int, int]
#: Each delimiter with the cells that a row has at least, and the rows that a table has.
_DELIMITERS = {"\t": (2, 3), ";": (2, 3), ",": (3, 5)}
_CELLS = {
    mark: re.compile(rf'\s*"(?P<quoted>(?:[^"]|"")*)"\s*(?={mark}|$)|(?P<bare>[^{mark}\n]*)')
    for mark in _DELIMITERS
}
_REGULAR = 0.8  # the share of rows that have as many cells as most


def tables(text: str, lines: Sequence[Line]) -> Iterator[list[tuple[list[Cell], Line]]]:
    """The tables among some lines: for each row the stretches of its cells, quotation marks left out."""
    for mark, (fewest, rows) in _DELIMITERS.items():
        cut = [(_cells(text, line, mark), line) for line in lines]
        for is_row, run in groupby(cut, lambda row, fewest=fewest: len(row[0]) >= fewest):  # type: ignore[misc]
            found = list(run)
            count = Counter(len(cells) for cells, _ in found).most_common(1)
            if is_row and len(found) >= rows and count[0][1] >= _REGULAR * len(found):
                yield found


def _cells(text: str, line: Line, mark: str) -> list[Cell]:
    start, end = text.rfind("\n", 0, line.start) + 1, text.find("\n", line.end)
    end = line.end if end < 0 else end
    found: list[Cell] = []
    while start <= end:
        match = _CELLS[mark].match(text, start, end)
        if match is None:
            break
        found.append(_trimmed(text, *match.span(match.lastgroup or 0)))
        start = match.end() + len(mark)
    return found


def _trimmed(text: str, start: int, end: int) -> Cell:
    words = text[start:end]
    return start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())
