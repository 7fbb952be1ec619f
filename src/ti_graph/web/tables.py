"""Rows as a page shows them: names instead of IRIs, links to the pages of this site."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from ti_graph.assembly.system import DESCRIPTIONS
from ti_graph.rdf import BASE, ID
from ti_graph.sparql.wording import Wording
from ti_graph.views.terms import Term, Value
from ti_graph.web.language import language

_DESCRIPTIONS = frozenset(name.value for name in DESCRIPTIONS)
#: What names the thing of a column: ``territoryLabel`` is the name of ``territory``.
_NAMING = ("Label", "Name")


@dataclass(frozen=True)
class Cell:
    """A term as a page shows it.

    Arguments:
        text: a literal's, or the name of a thing.
        href: where the thing is; empty for a literal.
        language: of the text; may be empty.
        note: what is shown small beside it; may be empty.
    """

    text: str
    href: str = ""
    language: str = ""
    note: str = ""

    @property
    def is_day(self) -> bool:
        """Whether it is a day, which is not broken over lines."""
        return re.fullmatch(r"\d{4}-\d\d-\d\d", self.text) is not None


@dataclass(frozen=True)
class Table:
    """Rows of cells under headings."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def address(iri: str) -> str:
    """Where a browser finds a thing: its page here if the IRI is of this graph; empty for no web address."""
    if iri.startswith(ID):
        return url_for("resources.document", name=iri.removeprefix(ID))
    described, _, term = iri.partition("#")
    if described in _DESCRIPTIONS:
        return url_for("ontology.show", name=described.removeprefix(BASE), _anchor=term or None)
    return iri if iri.startswith(("http:", "https:")) else ""


def table_of(
    variables: Sequence[str],
    rows: Sequence[Mapping[str, Term]],
    wording: Wording | None = None,
    names: Mapping[str, Value] | None = None,
) -> Table:
    """Rows as a table.

    Arguments:
        variables: the columns.
        rows: terms by variable.
        wording: how columns and values are said; a column with the names of another one's things is then
            shown in that one's place. None leaves columns and values as they are; things are then shown by
            name, with their ids.
        names: of things that no column names, by IRI.
    """
    if wording is None:
        return Table(variables, [[_plain(row.get(name), names or {}) for name in variables] for row in rows])
    naming = {named_by(name): name for name in variables if named_by(name)}
    kept = [name for name in variables if named_by(name) not in variables]
    tongue = language()

    def cell(row: Mapping[str, Term], column: str) -> Cell:
        term, label = row.get(column), row.get(naming.get(column, ""))
        if term and term["type"] == "uri" and not label and names and term["value"] in names:
            named = names[term["value"]]
            label = {"value": named.text, "xml:lang": named.language}
        said = wording.values.get(term["value"], {}).get(tongue) if term and term["type"] != "uri" else None
        return Cell(said) if said else _cell(term, label)

    headings = [wording.columns.get(name, {}).get(tongue, name) for name in kept]
    return Table(headings, [[cell(row, column) for column in kept] for row in rows])


def unnamed(variables: Sequence[str], rows: Sequence[Mapping[str, Term]]) -> set[str]:
    """The IRIs of this graph in columns whose things no other column names."""
    naming = {named_by(name) for name in variables}
    return {
        term["value"]
        for row in rows
        for name, term in row.items()
        if name not in naming and term["type"] == "uri" and term["value"].startswith(ID)
    }


def number(value: int | str) -> str:
    """A whole number with its thousands apart, as the reader's language writes it."""
    written = f"{int(value):,}"
    return written.replace(",", "\u202f") if language() == "fr" else written


def named_by(column: str) -> str:
    """The column whose things a column names: ``territory`` for ``territoryLabel``; empty for none."""
    return next((column.removesuffix(end) for end in _NAMING if column.endswith(end)), "")


def _plain(term: Term | None, names: Mapping[str, Value]) -> Cell:
    if term is None or term["type"] != "uri" or term["value"] not in names:
        return _cell(term)
    named = names[term["value"]]
    return Cell(named.text, address(named.iri), named.language, term["value"].removeprefix(ID))


def _cell(term: Term | None, label: Term | None = None) -> Cell:
    if term is None:
        return Cell("")
    if term["type"] == "uri":
        text = label["value"] if label else term["value"].removeprefix(ID)
        return Cell(text, address(term["value"]), (label or {}).get("xml:lang", ""))
    if term.get("datatype", "").endswith("#integer"):
        return Cell(number(term["value"]))
    if term.get("datatype", "").endswith("#anyURI"):
        return Cell(term["value"], address(term["value"]))
    return Cell(term["value"], language=term.get("xml:lang", ""))
