"""Read tables: CSV files whose every cell is held to a rule, and whose every wrong row is told at once."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Collection
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeVar

from ti_graph.errors import Problem, SourceError
from ti_graph.files import read_text
from ti_graph.layout import shown

Row = TypeVar("Row")

#: The years of lists that a table may speak of.
_YEARS = range(2017, 2100)


def luhn_valid(siren: str) -> bool:
    """Whether nine digits carry the control key of a SIREN (INSEE: Luhn's algorithm)."""
    doubled = [int(d) * (1 + i % 2) for i, d in enumerate(siren)]
    return sum(d - 9 * (d > 9) for d in doubled) % 10 == 0


class Cells:
    """The cells of one row: each is read through a rule, what breaks a rule becomes a problem.

    Arguments:
        row: the cells by column.
        where: the file and line, for problems.
        problems: where they are collected.
    """

    def __init__(self, row: dict[str, str], where: str, problems: list[Problem]):
        self.row, self.where, self.problems = row, where, problems

    def check(self, valid: bool, column: str, rule: str) -> None:
        """Note a problem with a cell unless it is valid; ``rule`` ends the sentence "COLUMN 'VALUE' …"."""
        if not valid:
            self.problems.append(Problem(self.where, f"{column} {self.row[column]!r} {rule}"))

    def code(self, column: str, pattern: str) -> str:
        """A cell of a form."""
        self.check(bool(re.fullmatch(pattern, self.row[column])), column, f"is not of the form {pattern}")
        return self.row[column]

    def siren(self, column: str = "siren") -> str:
        """A SIREN, with its control key."""
        siren = self.row[column]
        is_number = re.fullmatch(r"\d{9}", siren) is not None
        self.check(is_number, column, "is not nine digits")
        if is_number:
            self.check(luhn_valid(siren), column, "fails its control key (Luhn)")
        return siren

    def commune(self, column: str) -> str:
        """The INSEE code of a commune."""
        return self.code(column, r"\d[\dAB]\d{3}")

    def words(self, column: str) -> str:
        """A text, with no white space at its edges."""
        value = self.row[column]
        self.check(bool(value) and value == value.strip(), column, "is empty or has white space at an edge")
        return value

    def member(self, column: str, known: Collection[str]) -> str:
        """One of the known values."""
        self.check(self.row[column] in known, column, "is not known")
        return self.row[column]

    def members(self, column: str, known: Collection[str]) -> tuple[str, ...]:
        """Known values with ``|`` between them."""
        values = tuple(self.row[column].split("|"))
        self.check(all(value in known for value in values), column, "holds an unknown code")
        return values

    def count(self, column: str) -> int:
        """A whole number."""
        valid = re.fullmatch(r"[0-9]+", self.row[column])
        self.check(bool(valid), column, "is not a whole number")
        return int(self.row[column]) if valid else 0

    def count_or_none(self, column: str) -> int | None:
        """A whole number, None for an empty cell."""
        return self.count(column) if self.row[column] else None

    def year(self, column: str) -> int:
        """The year of a list."""
        year = self.count(column)
        self.check(year in _YEARS, column, f"is not a year from {_YEARS.start} on")
        return year


def read(
    path: Path, columns: tuple[str, ...], problems: list[Problem], make: Callable[[Cells], Row]
) -> list[Row]:
    """The rows of a table; those that cannot be read become problems, as does a file that cannot.

    Arguments:
        path: a UTF-8 CSV file, comma separated, its first line the column names.
        columns: the columns it must have, in order.
        problems: where problems are collected.
        make: reads a row.
    """
    rows: list[Row] = []
    try:
        reader = csv.DictReader(io.StringIO(read_text(path), newline=""), strict=True)
        if tuple(reader.fieldnames or ()) != columns:
            found = ",".join(reader.fieldnames or ())
            raise SourceError.at(path, 1, f"columns are {found!r}, expected {','.join(columns)!r}")
        for row in reader:
            where = f"{shown(path)}:{reader.line_num}"
            if None in row or None in row.values():
                problems.append(Problem(where, f"not {len(columns)} cells: {row}"))
            else:
                rows.append(make(Cells(row, where, problems)))
    except SourceError as error:
        problems.extend(error.problems)
    except csv.Error as error:
        problems.append(Problem.at(path, reader.line_num, f"not CSV: {error}"))
    return rows


def by_key(path: Path, key: str, rows: list[Row], problems: list[Problem]) -> dict[Any, Row]:
    """Rows by their key, a field or several with commas between; a key that two rows have is a problem."""
    keys = [*map(attrgetter(*key.split(",")), rows)]
    twice = [str(value) for value, count in Counter(keys).items() if count > 1]
    if twice:
        problems.append(Problem.at(path, None, f"{key} listed twice: {', '.join(twice)}"))
    return dict(zip(keys, rows, strict=True))
