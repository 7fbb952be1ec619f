"""What the reference tables hold: the COG, the yearly lists of EPCI, who belonged where, what merged.

Years of EPCI, communes, attachments and mergers know the table that they come from, for each table is a graph
of its own. Codes and names are INSEE's.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Area:
    """A région, a département or a collectivité d'outre-mer; ``region`` only for a département."""

    code: str
    nom: str
    region: str = ""
    iri_insee: str = ""
    nuts: str = ""


@dataclass(frozen=True, slots=True)
class Epci:
    """An EPCI as the list of 2018 has it; population in inhabitants, None where the list has none."""

    siren: str
    nom: str
    nature: str
    communes: int
    departements: tuple[str, ...]
    regions: tuple[str, ...]
    region: str
    population: int | None


@dataclass(frozen=True, slots=True)
class EpciYear:
    """What the list of a year says of an EPCI; populations in inhabitants, None where it has none."""

    siren: str
    annee: int
    nom: str
    nature: str
    population: int | None
    population_municipale: int | None
    table: str


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune; years are those of the first and last lists that have it.

    Arguments:
        departement: code of the département or collectivité, empty where the lists have none.
        population: inhabitants in the list of the year ``derniere``, None where it has none.
        table: where it is first listed.
        renewed_by: where its name and population are from.
    """

    code: str
    nom: str
    departement: str
    population: int | None
    premiere: int
    derniere: int
    table: str
    renewed_by: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """That the lists of the years ``premiere`` to ``derniere``, both included, have a commune in an EPCI.

    Arguments:
        table: where it is first said.
        ended_by: the table of a later year whose list is the first without it; empty for none.
        where: file and line, for problems.
    """

    commune: str
    siren: str
    premiere: int
    derniere: int
    table: str
    ended_by: str = ""
    where: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Merger:
    """That a commune is part of another, ``nouvelle``, from the list of the year ``premiere`` on."""

    commune: str
    nouvelle: str
    premiere: int
    statut: str
    table: str


@dataclass(frozen=True, slots=True)
class EptCommune:
    """That a commune is in an établissement public territorial."""

    siren: str
    nom: str
    commune: str


@dataclass(frozen=True, slots=True)
class Event:
    """A dated change of EPCI: those that end and the one that is made."""

    date: datetime.date
    nom: str
    disparait: tuple[str, ...]
    cree: str
    source: str


@dataclass(frozen=True, slots=True)
class Excused:
    """That a thing may break a rule, and why, by language; ``thing`` is its IRI after ``id/``."""

    rule: str
    thing: str
    reasons: Mapping[str, str]


@dataclass(frozen=True)
class Reference:
    """The reference tables.

    Arguments:
        regions, departements, collectivites, epci, communes: by code.
        annees: the states of EPCI, by SIREN and year.
        attachments: spans, sorted by commune and year.
        mergers: what became of the communes that ended, by code.
        exceptions: what may break a rule.
    """

    regions: Mapping[str, Area]
    departements: Mapping[str, Area]
    collectivites: Mapping[str, Area]
    epci: Mapping[str, Epci]
    annees: Mapping[tuple[str, int], EpciYear]
    communes: Mapping[str, Commune]
    attachments: tuple[Attachment, ...]
    mergers: Mapping[str, Merger]
    ept: tuple[EptCommune, ...]
    events: tuple[Event, ...]
    exceptions: tuple[Excused, ...]

    @cached_property
    def last_year(self) -> int:
        """The year of the last list of communes."""
        return max((commune.derniere for commune in self.communes.values()), default=0)

    @cached_property
    def communes_of_ept(self) -> Mapping[str, set[str]]:
        """The communes of each EPT, by SIREN."""
        found: dict[str, set[str]] = {row.siren: set() for row in self.ept}
        for row in self.ept:
            found[row.siren].add(row.commune)
        return found
