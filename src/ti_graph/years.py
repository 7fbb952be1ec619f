"""Add the list of one more year to the reference tables: a table and a row in the manifest, no code.

A commune and the EPCI that it was in go on; what the new list no longer has ends with the list before; what
it has for the first time begins with it. Names and populations are those of the newest list.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ti_graph.errors import Problem, SourceError
from ti_graph.reference import Attachment, Commune, Reference
from ti_graph.sources import Manifest, TableSource
from ti_graph.tables import Cells, by_key, read

_COLUMNS = ("code", "nom", "departement", "population", "siren")


@dataclass(frozen=True, slots=True)
class _Listed:
    """A commune in the list of a year; ``siren`` is empty for the few that are in no EPCI."""

    code: str
    nom: str
    departement: str
    population: int | None
    siren: str


def with_years(reference: Reference, manifest: Manifest) -> Reference:
    """The reference tables with every yearly table of the manifest added, in order.

    Raises:
        SourceError: a year does not follow the last list, or with every wrong row.
    """
    for table in manifest.of_kind("annee"):
        reference = _with_year(reference, table)
    return reference


def _with_year(reference: Reference, table: TableSource) -> Reference:
    year, problems = int(table.about["year"]), list[Problem]()
    last = max(commune.derniere for commune in reference.communes.values())
    if year != last + 1:
        problems.append(Problem(table.name, f"the year {year} does not follow {last}, the last list"))
    rows = read(table.file, _COLUMNS, problems, lambda cells: _listed(cells, reference, year))
    listed = by_key(table.file, "code", rows, problems)
    if problems:
        raise SourceError(problems)
    attachments = sorted(
        _attachments(reference, listed, year, table.name), key=lambda a: (a.commune, a.premiere)
    )
    communes = dict(reference.communes) | {
        row.code: _renewed(reference.communes.get(row.code), row, year, table.name) for row in rows
    }
    return replace(reference, communes=communes, attachments=tuple(attachments))


def _listed(cells: Cells, reference: Reference, year: int) -> _Listed:
    siren = cells.row["siren"]
    cells.check(
        not siren or (siren, year) in reference.annees, "siren", f"is not in the list of EPCI of {year}"
    )
    subdivisions = {"", *reference.departements, *reference.collectivites}
    return _Listed(
        code=cells.commune("code"),
        nom=cells.words("nom"),
        departement=cells.member("departement", subdivisions),
        population=cells.count_or_none("population"),
        siren=siren,
    )


def _renewed(known: Commune | None, row: _Listed, year: int, table: str) -> Commune:
    if known is None:
        return Commune(row.code, row.nom, row.departement, row.population, year, year, table, table)
    return replace(known, nom=row.nom, population=row.population, derniere=year, renewed_by=table)


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
