"""The territories of 2022 and 2023 and their members, as the project's own tables have them."""

from __future__ import annotations

import csv
import datetime
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from ti_graph.layout import TABLES

YEARS = (2022, 2023)
PUBLISHED = {2022: datetime.date(2022, 12, 31), 2023: datetime.date(2023, 11, 9)}


@dataclass(frozen=True)
class Place:
    """A région or a département."""

    code: str
    name: str


@dataclass(frozen=True)
class Member:
    """A member of a territory; ``kind`` is epci, ept or commune, ``code`` a SIREN or INSEE's."""

    code: str
    kind: str
    name: str
    region: Place
    departement: Place


@dataclass(frozen=True)
class Territory:
    """A territory of one list; it belongs to the région that most of its members are in."""

    slug: str
    label: str
    region: Place
    members: tuple[Member, ...]

    @property
    def departements(self) -> list[Place]:
        """Those of its members, the most frequent first."""
        return [place for place, _ in Counter(member.departement for member in self.members).most_common()]


@dataclass(frozen=True)
class Perimeter:
    """One list, and the names of all EPCI of its year (by SIREN) with the régions they are in."""

    year: int
    territories: tuple[Territory, ...]
    names: dict[str, str]
    regions: dict[str, frozenset[str]]

    @property
    def published(self) -> datetime.date:
        """The day the list was made public."""
        return PUBLISHED[self.year]

    def by_region(self) -> dict[Place, list[Territory]]:
        """The territories of each région, the régions in the order of their names."""
        found: dict[Place, list[Territory]] = defaultdict(list)
        for territory in self.territories:
            found[territory.region].append(territory)
        return dict(sorted(found.items(), key=lambda item: item[0].name))


def rows(table: str) -> Iterator[dict[str, str]]:
    """The rows of one of the project's tables."""
    with (TABLES / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@cache
def _departements() -> dict[str, tuple[Place, str]]:
    """By code: the département and the code of its région."""
    return {row["code"]: (Place(row["code"], row["nom"]), row["region"]) for row in rows("departements")}


@cache
def _departement_of() -> dict[str, str]:
    """The code of a commune's département, by the commune's."""
    return {row["code"]: row["departement"] for row in rows("communes")}


def _seats(year: int) -> dict[str, Counter[str]]:
    """How many communes of each EPCI are in each département that year."""
    seats: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows("rattachements"):
        if int(row["premiere_liste"]) <= year <= int(row["derniere_liste"]):
            seats[row["siren"]][_departement_of()[row["commune"]]] += 1
    for row in rows("ept"):
        seats[row["siren"]][_departement_of()[row["commune"]]] += 1
    return seats


@cache
def perimeter(year: int) -> Perimeter:
    """The list of 2022 or of 2023."""
    regions = {row["code"]: Place(row["code"], row["nom"]) for row in rows("regions")}
    seats, members = _seats(year), defaultdict(list)
    labels: dict[str, str] = {}
    for row in rows(f"liste-{year}"):
        code, kind = row["membre"], row["genre"]
        of = _departement_of()[code] if kind == "commune" else seats[code].most_common(1)[0][0]
        departement, region = _departements()[of]
        labels[row["territoire"]] = row["libelle"].strip()
        members[row["territoire"]].append(
            Member(code, kind, row["libelle_membre"], regions[region], departement)
        )
    return Perimeter(
        year,
        tuple(Territory(slug, labels[slug], _main(of), tuple(of)) for slug, of in members.items()),
        {row["siren"]: row["nom"] for row in rows("epci-annees") if row["annee"] == str(year)}
        | {row["siren"]: f"EPT {row['nom']}" for row in rows("ept")},
        {
            siren: frozenset(_departements()[code][1] for code in found if code in _departements())
            for siren, found in seats.items()
        },
    )


def _main(members: list[Member]) -> Place:
    return Counter(member.region for member in members).most_common(1)[0][0]
