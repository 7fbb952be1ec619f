"""Read the reference tables: every cell by its rule, and what rows must not say together."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, TypeVar

from ti_graph.errors import Problem, SourceError
from ti_graph.reference.rows import (
    Area,
    Attachment,
    Commune,
    Epci,
    EpciYear,
    EptCommune,
    Event,
    Excused,
    Merger,
    Reference,
)
from ti_graph.reference.sources import Manifest, TableSource
from ti_graph.reference.tables import Cells, by_key, read
from ti_graph.reference.years import commune_in, with_years

Row = TypeVar("Row")

#: Legal forms of EPCI with own taxation, as the DGCL lists write them.
NATURES = ("CC", "CA", "CU", "METRO", "MET69")
#: Rules that the table of exceptions may name.
EXCUSABLE = ("rattachement-pendant-la-commune",)
#: What a commune became in the commune nouvelle that has it (CGCT, article L2113-10).
STATUTS = ("deleguee", "associee")


@dataclass
class Tables:
    """The tables of a manifest as they are read, with what is wrong in them."""

    manifest: Manifest
    problems: list[Problem] = field(default_factory=list)

    def rows(
        self, kind: str, columns: tuple[str, ...], make: Callable[[Cells, TableSource], Row]
    ) -> list[Row]:
        """The rows of every table of a kind, in the manifest's order."""
        return [
            row
            for table in self.manifest.of_kind(kind)
            for row in read(table.file, columns, self.problems, lambda cells, t=table: make(cells, t))  # type: ignore[misc]
        ]

    def keyed(
        self, kind: str, columns: tuple[str, ...], key: str, make: Callable[[Cells, TableSource], Row]
    ) -> dict[Any, Row]:
        """Likewise by a field, or by several (``siren,annee``), that no two rows share."""
        rows = self.rows(kind, columns, make)
        of_kind = self.manifest.of_kind(kind)
        return by_key(of_kind[0].file, key, rows, self.problems) if of_kind else {}


def read_reference(manifest: Manifest) -> Reference:
    """Read every reference table of a manifest, its yearly lists included.

    Raises:
        SourceError: with every problem of every table; of the yearly lists, once the others are sound.
    """
    tables = Tables(manifest)
    reference = _read(tables)
    if tables.problems:
        raise SourceError(tables.problems)
    return with_years(reference, manifest)


def _read(tables: Tables) -> Reference:
    area = ("code", "nom", "type_nom_clair", "iri_insee", "nuts")
    regions = tables.keyed("regions", area, "code", lambda c, _: _area(c, None))
    with_region = (*area[:2], "region", *area[2:])
    departements = tables.keyed("departements", with_region, "code", lambda c, _: _area(c, regions))
    collectivites = tables.keyed("collectivites", ("code", "nom"), "code", _collectivite)
    of_2018 = (
        *("siren", "nom", "nature", "communes", "departements"),
        *("regions", "region", "population", "source_nom"),
    )
    epci = tables.keyed("epci-2018", of_2018, "siren", lambda c, _: _epci(c, regions, departements))
    yearly = ("siren", "annee", "nom", "nature", "population_totale", "population_municipale")
    annees = tables.keyed("epci-annees", yearly, "siren,annee", _epci_year)
    listed = ("code", "nom", "departement", "population", "premiere_liste", "derniere_liste")
    subdivisions = {"", *departements, *collectivites}
    communes = tables.keyed("communes", listed, "code", lambda c, t: _commune(c, t, subdivisions))
    excused = _Exceptions(tables)
    spans = ("commune", "siren", "premiere_liste", "derniere_liste")
    attachments = tables.rows(
        "rattachements", spans, lambda c, t: _attachment(c, t, communes, annees, excused)
    )
    merged = ("commune", "nom", "derniere_liste", "commune_nouvelle", "premiere_liste", "statut")
    mergers = tables.keyed("communes-nouvelles", merged, "commune", lambda c, t: _merger(c, t, communes))
    ept = tables.rows("ept", ("siren", "nom", "commune"), lambda c, _: _ept(c, communes))
    sirens = {siren for siren, _ in annees}
    dated = ("date", "nom", "disparait", "cree", "source")
    events = tables.rows("evenements", dated, lambda c, _: _event(c, sirens))
    attachments.sort(key=lambda a: (a.commune, a.premiere, a.siren))
    _refuse_overlaps(attachments, tables.problems)
    excused.refuse_unused()
    return Reference(
        regions,
        departements,
        collectivites,
        epci,
        annees,
        communes,
        tuple(attachments),
        mergers,
        tuple(ept),
        tuple(events),
        tuple(excused.rows),
    )


class _Exceptions:
    """The exceptions of the manifest's tables; one that excuses nothing is a problem itself."""

    def __init__(self, tables: Tables):
        columns = ("regle", "objet", "explication_fr", "explication_en")
        self._problems = tables.problems
        self._unused: dict[tuple[str, str], str] = {}
        self.rows = tables.rows("exceptions", columns, self._read)

    def has(self, rule: str, thing: str) -> bool:
        """Whether a thing may break a rule."""
        self._unused.pop((rule, thing), None)
        return any((row.rule, row.thing) == (rule, thing) for row in self.rows)

    def refuse_unused(self) -> None:
        """Note the exceptions that nothing needs."""
        for (rule, thing), where in self._unused.items():
            self._problems.append(Problem(where, f"{thing} does not break the rule {rule!r}"))

    def _read(self, cells: Cells, table: TableSource) -> Excused:
        reasons = {"fr": cells.words("explication_fr"), "en": cells.words("explication_en")}
        row = Excused(cells.member("regle", EXCUSABLE), cells.words("objet"), reasons)
        self._unused[row.rule, row.thing] = cells.where
        return row


def _area(cells: Cells, regions: Mapping[str, Area] | None) -> Area:
    return Area(
        code=cells.code("code", r"\d{2}" if regions is None else r"\d[\dAB]\d?"),
        nom=cells.words("nom"),
        region="" if regions is None else cells.member("region", regions),
        iri_insee=cells.code("iri_insee", r"(http://id\.insee\.fr/geo/(region|departement)/\w+)?"),
        nuts=cells.code("nuts", r"(FR[A-Z0-9]{1,3})?"),
    )


def _collectivite(cells: Cells, table: TableSource) -> Area:
    return Area(cells.code("code", r"9[78]\d"), cells.words("nom"))


def _epci(cells: Cells, regions: Mapping[str, Area], departements: Mapping[str, Area]) -> Epci:
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


def _epci_year(cells: Cells, table: TableSource) -> EpciYear:
    return EpciYear(
        siren=cells.siren(),
        annee=cells.year("annee"),
        nom=cells.words("nom"),
        nature=cells.member("nature", NATURES),
        population=cells.count_or_none("population_totale"),
        population_municipale=cells.count_or_none("population_municipale"),
        table=table.name,
    )


def _years(cells: Cells) -> tuple[int, int]:
    first, last = cells.year("premiere_liste"), cells.year("derniere_liste")
    cells.check(first <= last, "derniere_liste", f"is before premiere_liste {first}")
    return first, last


def _commune(cells: Cells, table: TableSource, subdivisions: Collection[str]) -> Commune:
    return commune_in(cells, subdivisions, *_years(cells), table.name)


def _attachment(
    cells: Cells,
    table: TableSource,
    communes: Mapping[str, Commune],
    annees: Mapping[tuple[str, int], EpciYear],
    excused: _Exceptions,
) -> Attachment:
    commune, siren = cells.member("commune", communes), cells.siren()
    first, last = _years(cells)
    unlisted = [str(year) for year in range(first, last + 1) if (siren, year) not in annees]
    cells.check(not unlisted, "siren", f"is not in the list of EPCI of {', '.join(unlisted)}")
    known = communes.get(commune)
    if known:
        inside = known.premiere <= first and last <= known.derniere
        inside = inside or excused.has("rattachement-pendant-la-commune", f"commune/{commune}")
        cells.check(inside, "commune", f"is listed only from {known.premiere} to {known.derniere}")
    return Attachment(commune, siren, first, last, table.name, where=cells.where)


def _merger(cells: Cells, table: TableSource, communes: Mapping[str, Commune]) -> Merger:
    cells.words("nom")
    cells.year("derniere_liste")
    return Merger(
        commune=cells.member("commune", communes),
        nouvelle=cells.member("commune_nouvelle", communes),
        premiere=cells.year("premiere_liste"),
        statut=cells.member("statut", STATUTS),
        table=table.name,
    )


def _ept(cells: Cells, communes: Mapping[str, Commune]) -> EptCommune:
    return EptCommune(cells.siren(), cells.words("nom"), cells.member("commune", communes))


def _event(cells: Cells, sirens: Collection[str]) -> Event:
    return Event(
        date=_day(cells, "date"),
        nom=cells.words("nom"),
        disparait=cells.members("disparait", sirens),
        cree=cells.member("cree", sirens),
        source=cells.code("source", r"https?://\S+"),
    )


def _day(cells: Cells, column: str) -> datetime.date:
    written = cells.row[column]
    try:
        day = datetime.date.fromisoformat(written)
    except ValueError:
        day = datetime.date.min
    cells.check(day.isoformat() == written, column, "is no day written YYYY-MM-DD")
    return day


def _refuse_overlaps(attachments: list[Attachment], problems: list[Problem]) -> None:
    """A commune is in one EPCI at a time (CGCT, article L5210-2)."""
    for before, after in pairwise(attachments):
        if before.commune == after.commune and after.premiere <= before.derniere:
            problems.append(
                Problem(
                    after.where,
                    f"commune {after.commune!r} is in {before.siren} until {before.derniere} "
                    f"and in {after.siren} from {after.premiere}",
                )
            )
