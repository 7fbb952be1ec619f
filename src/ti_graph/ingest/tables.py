"""Territories whose name stands beside their members in a table."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from ti_graph.assembly.announcement import Span
from ti_graph.ingest.delimited import tables
from ti_graph.ingest.entry import MEMBERS_OF, NAME_OF, Entry, name_in, quality
from ti_graph.ingest.heads import LIKELY, Heads, has_head
from ti_graph.ingest.lines import Line, has_bars
from ti_graph.ingest.members import Cutter, Mention
from ti_graph.ingest.places import NOWHERE, Place, Places

_CELL = re.compile(r"\s*\|\s*|\t+|[^\S\n]{3,}")
_SEMICOLON = re.compile(r"\s*;\s*")
#: What parts a member from the territory after it, in lists by member.
_MEMBER_FIRST = (
    re.compile(r"\s*\.{3,}\s*|\s*…{2,}\s*"),
    re.compile(r"\s*(?:→|⇒|=>|->|►)\s*"),
    re.compile(r"\s*:\s+"),
)
_INDEXED = _MEMBER_FIRST[:2]
_FEWEST = 3  # rows that a list by member, or one parted by semicolons, has at least
_FEWEST_HEADS = 2  # names that stand at the heads of columns
_RULE = re.compile(r"[\s|+=_*:-]{2,}")
_EXACT = 0.9  # how like listed names the members of a column must be that have no legal forms


_Cells = tuple[list[tuple[int, int]], Line]


class Tables:
    """Finds the territories of tables.

    Arguments:
        cutter: cuts enumerations.
        places: régions and départements.
    """

    def __init__(self, cutter: Cutter, places: Places):
        self._cutter, self._places, self._heads = cutter, places, Heads(cutter, places)

    def entries(self, text: str, lines: Sequence[Line]) -> Iterator[tuple[list[Entry], list[Line], bool]]:
        """The territories of the tables among some lines; those of lists « member : territory » too.

        Each comes with the lines that it is made of, and whether these are a table without doubt.
        """
        kept = [
            line
            for line in lines
            if not _RULE.fullmatch(text, line.start, line.end)
            and not MEMBERS_OF.match(text, line.start, line.end)
        ]
        for table in tables(text, lines):
            found = list(self._upright(text, table, _CELL)) if has_head(text, table[0][0]) else []
            yield from ((read, made_of, True) for read, made_of in found)
            taken = {line for _, line in table} if found else set()
            kept = [line for line in kept if line not in taken]
        for pattern in (_CELL, _SEMICOLON, *_MEMBER_FIRST):
            for rows in _runs(text, kept, pattern):
                found = list(self._table(text, rows, pattern))
                if pattern in _MEMBER_FIRST:
                    yield [entry for read, _ in found for entry in read], rows, False
                else:
                    for read, made_of in found:
                        yield read, made_of, all(has_bars(text, line) for line in made_of)

    def _table(
        self, text: str, lines: list[Line], pattern: re.Pattern[str]
    ) -> Iterator[tuple[list[Entry], list[Line]]]:
        rows = [_cells(text, line, pattern) for line in lines]
        width = Counter(len(row) for row in rows).most_common(1)[0][0]
        kept = [(row, line) for row, line in zip(rows, lines, strict=True) if 2 <= len(row) <= width + 1]
        while kept and len(kept[0][0]) < width:
            kept.pop(0)
        if pattern is not _CELL and (len(kept) < len(rows) or len(kept) < _FEWEST):
            return
        if not kept or _is_record(text, [row for row, _ in kept]):
            return
        found = list(self._upright(text, kept, pattern))
        if pattern is _CELL:
            found = max(found, list(self._turned(text, kept)), key=_worth)
        yield from found

    def _upright(
        self, text: str, rows: list[_Cells], pattern: re.Pattern[str]
    ) -> Iterator[tuple[list[Entry], list[Line]]]:
        """A name and its members in each row."""
        columns = self._heads.columns(text, [row for row, _ in rows])
        if not columns:
            return
        named, members, place = columns
        if pattern in _MEMBER_FIRST and named < min(members):
            return
        records = [self._record(text, row, line, named, members, place) for row, line in rows]
        if pattern in _MEMBER_FIRST and any(row.name and row.name.text[0].islower() for row in records):
            return
        yield from _grouped(text, _with_names_first(records))

    def _turned(self, text: str, rows: list[_Cells]) -> Iterator[tuple[list[Entry], list[Line]]]:
        """Names in a row, the members of each in the rows below."""
        heads: list[tuple[Span | None, list[Mention]]] = []
        lines: list[Line] = []
        for row, line in rows:
            cut = [self._cutter.cut(text, *cell) for cell in row]
            formal = any(self._cutter.is_formal(text[slice(*cell)]) for cell in row)
            is_below = heads and len(row) <= len(heads)
            is_next = line.after_blank
            if (
                is_below
                and not NAME_OF.fullmatch(text, *row[0])
                and (formal or (not is_next and all(quality(found) >= LIKELY for found in cut if found)))
            ):
                for (_, members), found in zip(heads, cut, strict=False):
                    members += found
                lines.append(line)
                continue
            yield self._columns_of(text, heads, lines), lines
            heads, lines = [(self._head(text, cell), []) for cell in row], [line]
            if sum(name is not None for name, _ in heads) < min(len(heads), _FEWEST_HEADS):
                heads = []
        yield self._columns_of(text, heads, lines), lines

    def _head(self, text: str, cell: tuple[int, int]) -> Span | None:
        """The name that a cell at the head of a column is; a place is none."""
        return None if self._places.exactly(text[slice(*cell)]) else name_in(text, *cell)

    def _columns_of(
        self, text: str, heads: list[tuple[Span | None, list[Mention]]], lines: list[Line]
    ) -> list[Entry]:
        """The territories of columns whose members mostly have a legal form, or are like listed names."""
        return [
            _entry(text, name, NOWHERE, members, lines[0].start, lines[-1].end)
            for name, members in heads
            if name and members and self._are_members(members)
        ]

    def _are_members(self, members: Sequence[Mention]) -> bool:
        formal = sum(self._cutter.is_formal(member.span.text) for member in members)
        return formal >= len(members) / 2 or quality(members) >= _EXACT

    def _record(
        self,
        text: str,
        row: list[tuple[int, int]],
        line: Line,
        named: int,
        columns: list[int],
        place: int | None,
    ) -> _Row:
        cells = [row[number] for number in columns if number < len(row)]
        found = [each for cell in cells for each in self._cutter.cut(text, *cell)]
        name = name_in(text, *row[named]) if named < len(row) else None
        where = row[place] if place is not None and place < len(row) else (0, 0)
        return _Row(name, self._places.exactly(text[slice(*where)]), found, [line])


def _runs(text: str, lines: Sequence[Line], pattern: re.Pattern[str]) -> Iterator[list[Line]]:
    """The lines that follow each other and have cells; all those of an index, whose letters part them."""
    runs = [list(run) for is_row, run in groupby(lines, partial(_has_cells, text, pattern)) if is_row]
    if pattern in _INDEXED:
        runs = [[line for run in runs for line in run]]
    return (run for run in runs if len(run) >= 2)


def _is_record(text: str, rows: Sequence[list[tuple[int, int]]]) -> bool:
    """Whether the first cells say what the second ones are: the name in one row, the members in another."""
    keys = [text[slice(*row[0])] for row in rows if len(row) == 2]
    return any(map(NAME_OF.fullmatch, keys)) and any(map(MEMBERS_OF.fullmatch, keys))


def _with_names_first(records: list[_Row]) -> list[_Row]:
    """Records in which a name in the middle of its rows, parted by empty lines, is in the first of them."""
    blocks: list[list[_Row]] = []
    for record in records:
        if record.lines[0].after_blank or not blocks:
            blocks.append([])
        blocks[-1].append(record)
    named = [[record for record in block if record.name] for block in blocks]
    if (
        len(blocks) < _FEWEST
        or any(len(each) > 1 for each in named)
        or sum(map(len, named)) < 0.8 * len(named)
    ):
        return records
    for block, names in zip(blocks, named, strict=True):
        if names and block[0].name is None:
            block[0].name, block[0].place, names[0].name = names[0].name, names[0].place, None
    return records


def _worth(found: Iterable[tuple[list[Entry], list[Line]]]) -> float:
    return sum(entry.worth for entries, _ in found for entry in entries)


def _grouped(text: str, records: Iterable[_Row]) -> Iterator[tuple[list[Entry], list[Line]]]:
    """One territory for each name; a row without a name, or with the same, goes on with the last."""
    groups: list[_Row] = []
    known: dict[str, _Row] = {}
    for record in records:
        before = known.get(record.name.text) if record.name else groups[-1] if groups else None
        if before:
            before.members += record.members
            before.lines += record.lines
        elif record.name and record.members and (quality(record.members) >= 0.3 or groups):
            groups.append(record)
            known[record.name.text] = record
    for each in groups:
        if each.name:
            start, end = each.lines[0].start, max(each.lines[-1].end, each.name.end)
            entry = _entry(text, each.name, each.place, each.members, min(start, each.name.start), end)
            yield [entry], each.lines


@dataclass
class _Row:
    name: Span | None
    place: Place
    members: list[Mention]
    lines: list[Line]


def _entry(text: str, name: Span, place: Place, members: Sequence[Mention], start: int, end: int) -> Entry:
    return Entry(name, place, tuple(members), Span.of(text, start, end))


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
