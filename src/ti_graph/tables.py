"""Read the reference tables: régions, départements, EPCI and the names EPCI have had.

Every wrong row of every table is listed, with file, line and value, before anything else happens.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ti_graph.errors import Problem, SourceError
from ti_graph.files import read_text
from ti_graph.layout import shown

Row = TypeVar("Row")

#: Legal forms of EPCI with own taxation, as the DGCL lists write them.
NATURES = ("CC", "CA", "CU", "METRO", "MET69")


@dataclass(frozen=True)
class Area:
    """A région or a département; ``region`` is empty for a région."""

    code: str
    nom: str
    region: str
    iri_insee: str
    nuts: str


@dataclass(frozen=True)
class Epci:
    """An EPCI as the list of one year has it; population in inhabitants, None where the list has none."""

    siren: str
    nom: str
    nature: str
    communes: int
    departements: tuple[str, ...]
    regions: tuple[str, ...]
    region: str
    population: int | None


@dataclass(frozen=True)
class EpciName:
    """The name an EPCI has in the list of a year."""

    siren: str
    annee: int
    nom: str
    nature: str


@dataclass(frozen=True)
class Reference:
    """The reference tables, by code."""

    regions: Mapping[str, Area]
    departements: Mapping[str, Area]
    epci: Mapping[str, Epci]
    noms: tuple[EpciName, ...]


def luhn_valid(siren: str) -> bool:
    """Whether nine digits carry the control key of a SIREN (INSEE: Luhn's algorithm)."""
    doubled = [int(d) * (1 + i % 2) for i, d in enumerate(siren)]
    return sum(d - 9 * (d > 9) for d in doubled) % 10 == 0


def read_rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a table with their line numbers.

    Arguments:
        path: a UTF-8 CSV file, comma separated, its first line the column names.
        columns: the columns it must have, in order.

    Raises:
        SourceError: unreadable, not UTF-8, other columns, or a row with too few or too many cells.
    """
    at = Path(shown(path))
    reader = csv.DictReader(io.StringIO(read_text(path), newline=""), strict=True)
    try:
        if tuple(reader.fieldnames or ()) != columns:
            found = ",".join(reader.fieldnames or ())
            raise SourceError.at(at, 1, f"columns are {found!r}, expected {','.join(columns)!r}")
        for row in reader:
            if None in row or None in row.values():
                raise SourceError.at(at, reader.line_num, f"not {len(columns)} cells: {row}")
            yield reader.line_num, row
    except csv.Error as error:
        raise SourceError.at(at, reader.line_num, f"not CSV: {error}") from None


class _Cells:
    """The cells of one row: each is read through a rule, what breaks a rule becomes a problem."""

    def __init__(self, row: dict[str, str], where: str, problems: list[Problem]):
        self.row, self.where, self.problems = row, where, problems

    def check(self, valid: bool, column: str, rule: str) -> None:
        if not valid:
            self.problems.append(Problem(self.where, f"{column} {self.row[column]!r} {rule}"))

    def code(self, column: str, pattern: str) -> str:
        self.check(bool(re.fullmatch(pattern, self.row[column])), column, f"is not of the form {pattern}")
        return self.row[column]

    def siren(self) -> str:
        siren = self.row["siren"]
        self.check(bool(re.fullmatch(r"\d{9}", siren)), "siren", "is not nine digits")
        if re.fullmatch(r"\d{9}", siren):
            self.check(luhn_valid(siren), "siren", "fails its control key (Luhn)")
        return siren

    def words(self, column: str) -> str:
        value = self.row[column]
        self.check(bool(value) and value == value.strip(), column, "is empty or has white space at an edge")
        return value

    def member(self, column: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
        self.check(self.row[column] in known, column, "is not known")
        return self.row[column]

    def members(self, column: str, known: Mapping[str, object]) -> tuple[str, ...]:
        values = tuple(self.row[column].split("|"))
        self.check(all(value in known for value in values), column, "holds an unknown code")
        return values

    def count(self, column: str) -> int:
        valid = re.fullmatch(r"[0-9]+", self.row[column])
        self.check(bool(valid), column, "is not a whole number")
        return int(self.row[column]) if valid else 0

    def count_or_none(self, column: str) -> int | None:
        return self.count(column) if self.row[column] else None


def _read(
    path: Path, columns: tuple[str, ...], problems: list[Problem], make: Callable[[_Cells], Row]
) -> list[Row]:
    try:
        return [
            make(_Cells(row, f"{shown(path)}:{line}", problems)) for line, row in read_rows(path, columns)
        ]
    except SourceError as error:
        problems.extend(error.problems)
        return []


def _area(cells: _Cells, regions: Mapping[str, Area] | None) -> Area:
    return Area(
        code=cells.code("code", r"\d{2}" if regions is None else r"\d[\dAB]\d?"),
        nom=cells.words("nom"),
        region="" if regions is None else cells.member("region", regions),
        iri_insee=cells.code("iri_insee", r"(http://id\.insee\.fr/geo/(region|departement)/\w+)?"),
        nuts=cells.code("nuts", r"(FR[A-Z0-9]{1,3})?"),
    )


def _by_key(path: Path, key: str, rows: list[Row], problems: list[Problem]) -> dict[str, Row]:
    """Rows by their key; a key that two rows have is a problem."""
    keys = [getattr(row, key) for row in rows]
    twice = [value for value, count in Counter(keys).items() if count > 1]
    if twice:
        problems.append(Problem(shown(path), f"{key} listed twice: {', '.join(twice)}"))
    return dict(zip(keys, rows, strict=True))


def read_reference(folder: Path) -> Reference:
    """Read ``regions.csv``, ``departements.csv``, ``epci-2018.csv`` and ``epci-noms.csv``.

    Raises:
        SourceError: with every problem of every table.
    """
    problems: list[Problem] = []
    area = ("code", "nom", "type_nom_clair", "iri_insee", "nuts")
    path = folder / "regions.csv"
    regions = _by_key(path, "code", _read(path, area, problems, lambda c: _area(c, None)), problems)
    path, with_region = folder / "departements.csv", (*area[:2], "region", *area[2:])
    departements = _by_key(
        path, "code", _read(path, with_region, problems, lambda c: _area(c, regions)), problems
    )

    def epci(cells: _Cells) -> Epci:
        return Epci(
            siren=cells.siren(),
            nom=cells.words("nom"),
            nature=cells.member("nature", NATURES),
            communes=cells.count("communes"),
            departements=cells.members("departements", departements),
            regions=cells.members("regions", regions),
            region=cells.member("region", regions),
            population=cells.count_or_none("population"),
        )

    def name(cells: _Cells) -> EpciName:
        return EpciName(
            siren=cells.siren(),
            annee=cells.count("annee"),
            nom=cells.words("nom"),
            nature=cells.member("nature", NATURES),
        )

    columns = (
        "siren",
        "nom",
        "nature",
        "communes",
        "departements",
        "regions",
        "region",
        "population",
        "source_nom",
    )
    path = folder / "epci-2018.csv"
    listed = _by_key(path, "siren", _read(path, columns, problems, epci), problems)
    noms = _read(folder / "epci-noms.csv", ("siren", "annee", "nom", "nature"), problems, name)
    if problems:
        raise SourceError(problems)
    return Reference(regions, departements, listed, tuple(noms))
