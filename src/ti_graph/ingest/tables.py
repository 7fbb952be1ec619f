"""Territories whose name stands beside their members in a table."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from ti_graph.announcement import Span
from ti_graph.ingest.entry import ENOUGH, MEMBERS_OF, Entry, name_in, quality
from ti_graph.ingest.lines import Line
from ti_graph.ingest.matching import Place
from ti_graph.ingest.members import Cutter, Mention
from ti_graph.ingest.places import Places

_CELL = re.compile(r"\s*\|\s*|\t+|\s{3,}")
_SEMICOLON = re.compile(r"\s*;\s*")
#: What parts a member from the territory after it, in lists by member.
_MEMBER_FIRST = (
    re.compile(r"\s*\.{3,}\s*|\s*…{2,}\s*"),
    re.compile(r"\s*(?:→|⇒|=>|->|►)\s*"),
    re.compile(r"\s*:\s+"),
)
_FEWEST = 3  # rows that a list by member, or one parted by semicolons, has at least
_OF_NAMES = re.compile(r"\bterritoires?\b|\bnom\b|\bTI\b|lib_?ti", re.IGNORECASE)
_OF_MEMBERS = re.compile(
    r"EPCI|membre|intercommunal|collectivit|communauté|périmètre|composition|compos", re.IGNORECASE
)
_RULE = re.compile(r"[\s|+=_*:-]{3,}")
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
        """The territories of the tables among some lines; those of lists « member : territory » too."""
        kept = [
            line
            for line in lines
            if not _RULE.fullmatch(text, line.start, line.end)
            and not MEMBERS_OF.match(text, line.start, line.end)
        ]
        for pattern in (_CELL, _SEMICOLON, *_MEMBER_FIRST):
            for is_row, run in groupby(kept, partial(_has_cells, text, pattern)):
                rows = list(run)
                if is_row and len(rows) >= 2:
                    yield from self._table(text, rows, pattern)

    def _table(
        self, text: str, lines: list[Line], pattern: re.Pattern[str]
    ) -> Iterator[tuple[Entry, list[Line]]]:
        rows = [_cells(text, line, pattern) for line in lines]
        width = Counter(len(row) for row in rows).most_common(1)[0][0]
        kept = [(row, line) for row, line in zip(rows, lines, strict=True) if 2 <= len(row) <= width + 1]
        if pattern is not _CELL and (len(kept) < len(rows) or len(kept) < _FEWEST):
            return
        columns = self._columns(text, [row for row, _ in kept]) if kept else None
        if not columns:
            return
        named, members, place = columns
        if pattern in _MEMBER_FIRST and named < min(members):
            return
        yield from self._rows(text, kept, named, members, place)

    def _columns(
        self, text: str, rows: list[list[tuple[int, int]]]
    ) -> tuple[int, list[int], int | None] | None:
        """The columns of the names, of the members, and of the places if there is one."""
        columns = [self._column(text, rows, number) for number in range(max(map(len, rows)))]
        place = next((n for n, each in enumerate(columns) if each.places > 0.6), None)
        free = [n for n, each in enumerate(columns) if n != place and each.words > 0.5]
        likely = [n for n in free if columns[n].quality >= ENOUGH]
        if not likely or len(free) < 2:
            return None
        best = max(likely, key=lambda n: columns[n].as_members)
        named = max(
            (n for n in free if n != best), key=lambda n: (columns[n].as_names + 0.2 * (n < best), -n)
        )
        others = [n for n in likely if n > named and columns[n].quality >= _OVER]
        return named, sorted({best, *others}), place

    def _column(self, text: str, rows: list[list[tuple[int, int]]], number: int) -> _Column:
        cells = [text[slice(*row[number])] for row in rows if number < len(row)]
        filled = [cell for cell in cells if cell.strip()]
        if not filled:
            return _Column()
        count = len(filled)
        spans = [row[number] for row in rows if number < len(row) and text[slice(*row[number])].strip()]
        cut = [self._cutter.cut(text, *span) for span in spans]
        head = filled[0]
        return _Column(
            quality=sum(map(quality, cut)) / count,
            formal=sum(map(self._cutter.is_formal, filled)) / count,
            places=sum(bool(self._places.exactly(cell)) for cell in filled) / count,
            words=sum(any(map(str.isalpha, cell)) for cell in filled) / count,
            repeats=1 - len(set(filled)) / len(cells),
            is_of_names=_OF_NAMES.search(head) is not None and not MEMBERS_OF.match(head),
            is_of_members=_OF_MEMBERS.search(head) is not None,
        )

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
        known: dict[str, _Row] = {}
        for row, line in rows:
            cells = [row[number] for number in columns if number < len(row)]
            found = [each for cell in cells for each in self._cutter.cut(text, *cell)]
            name = name_in(text, *row[named]) if named < len(row) else None
            is_place = place is not None and place < len(row)
            where = (
                self._places.exactly(text[slice(*row[place])]) if is_place and place is not None else Place()
            )
            before = known.get(name.text) if name else groups[-1] if groups else None
            if before:
                before.members += found
                before.lines.append(line)
            elif name and found and (quality(found) >= 0.3 or groups):
                groups.append(_Row(name, where, found, [line]))
                known[name.text] = groups[-1]
        for each in groups:
            yield (
                _entry(text, each.name, each.place, each.members, each.lines[0].start, each.lines[-1].end),
                each.lines,
            )


@dataclass(frozen=True)
class _Column:
    """What a column is like: shares from 0 to 1, and what its first cell says of it."""

    quality: float = 0.0
    formal: float = 0.0
    places: float = 0.0
    words: float = 0.0
    repeats: float = 0.0
    is_of_names: bool = False
    is_of_members: bool = False

    @property
    def as_members(self) -> float:
        """How much it looks like the column of the members."""
        return self.quality + 0.5 * self.formal - self.repeats + self.is_of_members - self.is_of_names

    @property
    def as_names(self) -> float:
        """How much it looks like the column of the territories' names."""
        return self.repeats - 0.3 * self.quality - self.formal + self.is_of_names - self.is_of_members


@dataclass
class _Row:
    name: Span
    place: Place
    members: list[Mention]
    lines: list[Line]


def _entry(text: str, name: Span, place: Place, members: Sequence[Mention], start: int, end: int) -> Entry:
    return Entry(name, place, tuple(members), Span(start, end, text[start:end]))


def _has_cells(text: str, pattern: re.Pattern[str], line: Line) -> bool:
    start = line.start if pattern in _MEMBER_FIRST else text.rfind("\n", 0, line.start) + 1
    return pattern.search(text, start, line.end) is not None


def _cells(text: str, line: Line, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
    """The cells of a row; one whose line begins with a separator has an empty first cell."""
    start = line.start if pattern in _MEMBER_FIRST else text.rfind("\n", 0, line.start) + 1
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
