"""Which column of a table names territories, which their members, and which the places."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ti_graph.ingest.entry import ENOUGH, MEMBERS_OF, OTHER_OF, quality
from ti_graph.ingest.members import Cutter
from ti_graph.ingest.places import Places

_OF_NAMES = re.compile(r"(?<![a-zé])territoires?(?![a-zé])|\bnom\b|\bTI\b|lib_?ti", re.IGNORECASE)
_OF_MEMBERS = re.compile(
    r"EPCI|membre|intercommunal|collectivit|communauté|périmètre|composition|compos", re.IGNORECASE
)
_LONGEST_HEAD = 40  # code points of what says what a column is
_MOSTLY_FORMAL = 0.4  # the share of a column with legal forms that shows that it names no territories
LIKELY = (
    0.6  # how like listed names members must be that stand under a name, or beside others, without any mark
)

Row = Sequence[tuple[int, int]]


class Heads:
    """Tells the columns of tables apart, by what is in them and by what their heads say.

    Arguments:
        cutter: cuts enumerations.
        places: régions and départements.
    """

    def __init__(self, cutter: Cutter, places: Places):
        self._cutter, self._places = cutter, places

    def columns(self, text: str, rows: Sequence[Row]) -> tuple[int, list[int], int | None] | None:
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
        if columns[named].formal > _MOSTLY_FORMAL and not columns[named].is_of_names:
            return None
        others = [n for n in likely if n > named and columns[n].quality >= LIKELY]
        return named, sorted({best, *others}), place

    def _column(self, text: str, rows: Sequence[Row], number: int) -> _Column:
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
            is_of_others=OTHER_OF.fullmatch(head) is not None and not _OF_NAMES.search(head),
        )


def has_head(text: str, row: Row) -> bool:
    """Whether the first row of a table says what its columns are."""
    is_short = all(end - start <= _LONGEST_HEAD for start, end in row)
    return is_short and any(_OF_NAMES.search(text, *cell) or _OF_MEMBERS.search(text, *cell) for cell in row)


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
    is_of_others: bool = False

    @property
    def as_members(self) -> float:
        """How much it looks like the column of the members."""
        return self.quality + 0.5 * self.formal - self.repeats + self.is_of_members - self.is_of_names

    @property
    def as_names(self) -> float:
        """How much it looks like the column of the territories' names."""
        return (
            self.repeats
            - 0.3 * self.quality
            - self.formal
            + self.is_of_names
            - self.is_of_members
            - self.is_of_others
        )
