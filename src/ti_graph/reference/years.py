"""Add the list of one more year to the reference tables: a table and a row in the manifest, no code.

A commune and the EPCI that it was in go on; what the new list no longer has ends with the list before; what
it has for the first time begins with it. Names and populations are those of the newest list.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import NamedTuple

from ti_graph.errors import Problem, SourceError
from ti_graph.reference.rows import Attachment, Commune, Reference
from ti_graph.reference.sources import Manifest, TableSource
from ti_graph.reference.tables import Cells, by_key, read

_COLUMNS = ("code", "nom", "departement", "population", "siren")


class _Listed(NamedTuple):
    """A commune in the list of a year; ``siren`` is empty for the few that are in no EPCI."""

    commune: Commune
    siren: str

    @property
    def code(self) -> str:
        """The commune's."""
        return self.commune.code


def commune_in(cells: Cells, subdivisions: Collection[str], first: int, last: int, table: str) -> Commune:
    """A commune as a row has it.

    Arguments:
        cells: the row, with the columns code, nom, departement and population.
        subdivisions: the codes that ``departement`` may have.
        first, last: the years of the lists that have it.
        table: the name of the row's table.
    """
    return Commune(
        code=cells.commune("code"),
        nom=cells.words("nom"),
        departement=cells.member("departement", subdivisions),
        population=cells.count_or_none("population"),
        premiere=first,
        derniere=last,
        table=table,
        renewed_by=table,
    )


def with_years(reference: Reference, manifest: Manifest) -> Reference:
    """The reference tables with every yearly table of the manifest added, in order.

    Raises:
        SourceError: a year does not follow the last list, or with every wrong row.
    """
    for table in manifest.of_kind("annee"):
        reference = _with_year(reference, table)
    return reference


def _with_year(reference: Reference, table: TableSource) -> Reference:
    year, problems = table.about["year"], list[Problem]()
    if year != reference.last_year + 1:
        message = f"the year {year} does not follow {reference.last_year}, the last list"
        problems.append(Problem.at(table.file, None, message))
    rows = read(table.file, _COLUMNS, problems, lambda cells: _listed(cells, reference, year, table.name))
    listed = by_key(table.file, "code", rows, problems)
    if problems:
        raise SourceError(problems)
    attachments = sorted(
        _attachments(reference, listed, year, table.name), key=lambda a: (a.commune, a.premiere)
    )
    communes = dict(reference.communes) | {
        row.code: _renewed(reference.communes.get(row.code), row.commune) for row in rows
    }
    return replace(reference, communes=communes, attachments=tuple(attachments))


def _listed(cells: Cells, reference: Reference, year: int, table: str) -> _Listed:
    siren = cells.row["siren"]
    cells.check(
        not siren or (siren, year) in reference.annees, "siren", f"is not in the list of EPCI of {year}"
    )
    subdivisions = {"", *reference.departements, *reference.collectivites}
    return _Listed(commune_in(cells, subdivisions, year, year, table), siren)


def _renewed(known: Commune | None, listed: Commune) -> Commune:
    """A commune with the name and population of the newest list."""
    if known is None:
        return listed
    return replace(listed, departement=known.departement, premiere=known.premiere, table=known.table)


def _attachments(
    reference: Reference, listed: dict[str, _Listed], year: int, table: str
) -> Iterator[Attachment]:
    going_on = set()
    for span in reference.attachments:
        row = listed.get(span.commune)
        if span.derniere != year - 1:
            yield span
        elif row is not None and row.siren == span.siren:
            going_on.add(span.commune)
            yield replace(span, derniere=year)
        else:
            yield replace(span, ended_by=table)
    for row in listed.values():
        if row.siren and row.code not in going_on:
            yield Attachment(row.code, row.siren, year, year, table)
