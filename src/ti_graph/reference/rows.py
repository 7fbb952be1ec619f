"""What the reference tables hold: the COG, the yearly lists of EPCI, who belonged where, what merged.

Each row knows the table it comes from, for each table is a graph of its own. Codes and names are INSEE's.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
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
    """That a commune, last listed in the year ``derniere``, is part of another from ``premiere`` on."""

    commune: str
    nom: str
    derniere: int
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
        exceptions: what may break a rule.
        last_year: the year of the last list.
    """

    regions: Mapping[str, Area]
    departements: Mapping[str, Area]
    collectivites: Mapping[str, Area]
    epci: Mapping[str, Epci]
    annees: Mapping[tuple[str, int], EpciYear]
    communes: Mapping[str, Commune]
    attachments: tuple[Attachment, ...]
    mergers: tuple[Merger, ...]
    ept: tuple[EptCommune, ...]
    events: tuple[Event, ...]
    exceptions: tuple[Excused, ...]
    last_year: int

    @property
    def noms(self) -> Collection[EpciYear]:
        """The names EPCI have had, list by list."""
        return self.annees.values()

    @cached_property
    def communes_of_ept(self) -> Mapping[str, set[str]]:
        """The communes of each EPT, by SIREN."""
        found: dict[str, set[str]] = {row.siren: set() for row in self.ept}
        for row in self.ept:
            found[row.siren].add(row.commune)
        return found

    @property
    def merged_into(self) -> Mapping[str, Merger]:
        """What became of the communes that ended, by code."""
        return {merger.commune: merger for merger in self.mergers}
