"""What is in an answer in words: ``columns.csv`` and ``values.csv`` beside the named queries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ti_graph.errors import Problem, SourceError
from ti_graph.reference.tables import Cells, read

Row = TypeVar("Row")


@dataclass(frozen=True)
class Column:
    """What the cells of a column are, wherever it is in an answer (``queries/columns.csv``).

    Arguments:
        name: the variable.
        title: what it is called, by language.
        datatype: ``iri`` of things, ``text`` for words in French, else a datatype of XML Schema; empty where
            it is in no table of a release.
        property: a prefixed name: what a cell says of the thing in the column that it names or has the code
            of; may be empty.
    """

    name: str
    title: Mapping[str, str]
    datatype: str
    property: str


@dataclass(frozen=True)
class Wording:
    """How a page says what is in an answer: columns and values by language."""

    columns: Mapping[str, Mapping[str, str]]
    values: Mapping[str, Mapping[str, str]]


def read_columns(folder: Path) -> dict[str, Column]:
    """What columns are, by name; a folder need not say it.

    Raises:
        SourceError: with every wrong row.
    """
    columns = ("column", "fr", "en", "datatype", "property")
    return {column.name: column for column in _read(folder / "columns.csv", columns, _column)}


def read_values(folder: Path) -> dict[str, Mapping[str, str]]:
    """How values are said, by language; a folder need not say it.

    Raises:
        SourceError: with every wrong row.
    """
    return dict(_read(folder / "values.csv", ("value", "fr", "en"), lambda c: (c.words("value"), _said(c))))


def _read(path: Path, columns: tuple[str, ...], make: Callable[[Cells], Row]) -> list[Row]:
    problems: list[Problem] = []
    rows = read(path, columns, problems, make) if path.exists() else []
    if problems:
        raise SourceError(problems)
    return rows


def _column(cells: Cells) -> Column:
    return Column(cells.words("column"), _said(cells), cells.row["datatype"], cells.row["property"])


def _said(cells: Cells) -> Mapping[str, str]:
    return {language: cells.words(language) for language in ("fr", "en")}
