"""Territories whose name stands beside their members in a table."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from ti_graph.announcement import Span
from ti_graph.ingest.entry import ENOUGH, Entry, name_in, quality
from ti_graph.ingest.lines import Line
from ti_graph.ingest.matching import Place
from ti_graph.ingest.members import Cutter, Mention
from ti_graph.ingest.places import Places

_CELL = re.compile(r"\s*\|\s*|\t+|\s{3,}")
_SEMICOLON = re.compile(r"\s*;\s*")
_LONGEST_HEAD = 130
_IS_SENTENCE = re.compile(r"[.!?]$|\.\s+[A-ZÀ-Þ]")
_OVER = 0.6  # how like listed names lines must be that stand under a name without any mark


class Tables:
    """Finds the territories of tables.

    Arguments:
        cutter: cuts enumerations.
        places: régions and départements.
    """

    def __init__(self, cutter: Cutter, places: Places):
        self._cutter, self._places = cutter, places

    def entries(self, text: str, lines: Sequence[Line]) -> Iterator[tuple[Entry, list[Line]]]:
        """The territories of the tables among some lines."""
        for pattern in (_CELL, _SEMICOLON):
            for is_row, run in groupby(lines, partial(_has_cells, text, pattern)):
                rows = list(run)
                if is_row and len(rows) >= 2:
                    yield from self._table(text, rows, pattern)

    def _table(
        self, text: str, lines: list[Line], pattern: re.Pattern[str]
    ) -> Iterator[tuple[Entry, list[Line]]]:
        rows = [_cells(text, line, pattern) for line in lines]
        width = Counter(len(row) for row in rows).most_common(1)[0][0]
        kept = [(row, line) for row, line in zip(rows, lines, strict=True) if 2 <= len(row) <= width + 1]
        if pattern is _SEMICOLON and (len(kept) < len(rows) or len(kept) < 3):
            return
        columns = self._columns(text, [row for row, _ in kept], width)
        if not columns:
            return
        named, members, place = columns
        yield from self._rows(text, kept, named, members, place)

    def _columns(
        self, text: str, rows: list[list[tuple[int, int]]], width: int
    ) -> tuple[int, list[int], int | None] | None:
        """The columns of the names, of the members, and of the places if there is one."""
        qualities: dict[int, list[float]] = defaultdict(list)
        places: Counter[int] = Counter()
        numbers: Counter[int] = Counter()
        for row in rows:
            for number, (start, end) in enumerate(row):
                words = text[start:end]
                if not words:
                    continue
                is_place = bool(self._places.exactly(words))
                places[number] += is_place
                numbers[number] += not any(map(str.isalpha, words))
                found = self._cutter.cut(text, start, end)
                qualities[number].append(quality(found) if not is_place else 0.0)
        average = {number: sum(values) / len(values) for number, values in qualities.items()}
        place = next((n for n in average if places[n] > 0.6 * len(qualities[n])), None)
        free = [n for n in sorted(average) if n != place and numbers[n] < 0.5 * len(qualities[n])]
        best = max(free, key=lambda n: average[n], default=None)
        if best is None or average[best] < ENOUGH or len(free) < 2:
            return None
        beside = [n for n in free if n != best]
        named = max(beside, key=lambda n: (n < best, -average[n] if average[n] >= ENOUGH else 0.0, -n))
        others = [n for n in free if n > named and average[n] >= _OVER]
        return named, sorted({best, *others}), place

    def _rows(
        self,
        text: str,
        rows: list[tuple[list[tuple[int, int]], Line]],
        named: int,
        columns: list[int],
        place: int | None,
    ) -> Iterator[tuple[Entry, list[Line]]]:
        """One territory for each name; a row without a name, or with the same, goes on with the last."""
        groups: list[_Row] = []
        for row, line in rows:
            cells = [row[number] for number in columns if number < len(row)]
            found = [each for cell in cells for each in self._cutter.cut(text, *cell)]
            name = name_in(text, *row[named]) if named < len(row) else None
            where = (
                self._places.exactly(text[slice(*row[place])])
                if place is not None and place < len(row)
                else Place()
            )
            goes_on = groups and (name is None or name.text == groups[-1].name.text)
            if goes_on:
                groups[-1].members += found
                groups[-1].lines.append(line)
            elif name and (found and (quality(found) >= 0.3 or groups)):
                groups.append(_Row(name, where, found, [line]))
        for each in groups:
            yield (
                _entry(text, each.name, each.place, each.members, each.lines[0].start, each.lines[-1].end),
                each.lines,
            )


@dataclass
class _Row:
    name: Span
    place: Place
    members: list[Mention]
    lines: list[Line]


def _entry(text: str, name: Span, place: Place, members: Sequence[Mention], start: int, end: int) -> Entry:
    return Entry(name, place, tuple(members), Span(start, end, text[start:end]))


def _has_cells(text: str, pattern: re.Pattern[str], line: Line) -> bool:
    return pattern.search(text, text.rfind("\n", 0, line.start) + 1, line.end) is not None


def _cells(text: str, line: Line, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
    """The cells of a row; one whose line begins with a separator has an empty first cell."""
    start = text.rfind("\n", 0, line.start) + 1
    if pattern is _CELL and "|" not in text[start : line.end] and "\t" not in text[start : line.end]:
        start = start if text[start : line.start].strip() == "" and line.start - start >= 3 else line.start
    found, first = [], start
    end = line.end
    for match in pattern.finditer(text, start, end):
        found.append((first, match.start()))
        first = match.end()
    found.append((first, end))
    if len(found) > 2 and found[0][0] == found[0][1] and text[start : line.end].lstrip().endswith("|"):
        found = found[:-1]
    return found
