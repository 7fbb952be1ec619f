"""The lists of Territoires d'industrie: their territories, the members of these, the communes they cover."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ti_graph.assembly.provenance import deduction
from ti_graph.errors import Problem, SourceError
from ti_graph.rdf import NamedNode, node
from ti_graph.reference.rows import Reference
from ti_graph.reference.sources import TableSource
from ti_graph.reference.tables import Cells, read
from ti_graph.reference.timeline import Timeline

#: What a member can be: an intercommunalité, a territory of Greater Paris, or a commune by itself.
KINDS = ("epci", "ept", "commune")

_COLUMNS = ("territoire", "libelle", "region", "genre", "membre", "libelle_membre")


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a territory: its kind, its SIREN or INSEE code, and its name as the list has it."""

    kind: str
    code: str
    mention: str

    @property
    def node(self) -> NamedNode:
        """The member as a resource."""
        return node(f"{self.kind}/{self.code}")


@dataclass(frozen=True)
class Territory:
    """An entry of a list; ``regions`` are the codes that the list gives."""

    slug: str
    label: str
    regions: tuple[str, ...]
    members: tuple[Member, ...]


@dataclass(frozen=True)
class TerritoryList:
    """A list.

    Arguments:
        code: part of its IRI.
        year: part of the IRIs of its territories.
        state: the day that it speaks of.
        complete: the régions whose territories it has all, by code.
        territories: its entries, in order.
    """

    code: str
    year: int
    state: datetime.date
    complete: frozenset[str]
    territories: tuple[Territory, ...]

    @property
    def node(self) -> NamedNode:
        """The list as a resource."""
        return node(f"liste/{self.code}")

    def territory(self, slug: str) -> NamedNode:
        """One of its territories as a resource."""
        return node(f"territoire/{self.year}/{slug}")

    def membership(self, slug: str, rank: int) -> NamedNode:
        """A member's row in the list, its ranks in a territory from 1, as a resource."""
        return node(f"appartenance/{self.year}/{slug}/{rank}")

    def resolving(self, slug: str) -> NamedNode:
        """The deduction that resolves the members of a territory, where the list names them in words."""
        return deduction(f"membres-{self.year}-{slug}")


def read_list(table: TableSource, reference: Reference) -> TerritoryList:
    """Read a list from its table; lists published as tables are of the whole of France.

    Raises:
        SourceError: with every wrong row, an unknown member among them.
    """
    year, problems = table.about["year"], list[Problem]()
    rows = read(table.file, _COLUMNS, problems, lambda cells: _entry(cells, reference, year))
    entries: dict[str, list[tuple[Territory, str]]] = defaultdict(list)
    for entry, where in rows:
        first = entries[entry.slug][0][0] if entries[entry.slug] else entry
        if entry.label != first.label:
            problems.append(Problem(where, f"territoire {entry.slug!r} is {first.label!r} in a row before"))
        entries[entry.slug].append((entry, where))
    if problems:
        raise SourceError(problems)
    territories = tuple(_joined([entry for entry, _ in found]) for found in entries.values())
    code, state = table.about["list"], table.about["state"]
    return TerritoryList(code, year, state, frozenset(reference.regions), territories)


def _joined(entries: Sequence[Territory]) -> Territory:
    """The territory whose rows these are."""
    regions = tuple(sorted({region for entry in entries for region in entry.regions}))
    members = tuple(member for entry in entries for member in entry.members)
    return Territory(entries[0].slug, entries[0].label, regions, members)


def _entry(cells: Cells, reference: Reference, year: int) -> tuple[Territory, str]:
    kind = cells.member("genre", KINDS)
    code = cells.commune("membre") if kind == "commune" else cells.siren("membre")
    is_known = {
        "epci": (code, year) in reference.annees,
        "ept": code in reference.communes_of_ept,
        "commune": code in reference.communes,
    }
    cells.check(is_known.get(kind, True), "membre", f"is no {kind} in the lists of {year}")
    member = Member(kind, code, cells.words("libelle_membre"))
    slug, label = cells.code("territoire", r"[a-z0-9-]+"), cells.words("libelle")
    return Territory(slug, label, (cells.member("region", reference.regions),), (member,)), cells.where


class Coverage:
    """Which communes the territories of a list cover.

    Arguments:
        listed: the list.
        timeline: who was where.
    """

    def __init__(self, listed: TerritoryList, timeline: Timeline):
        self.listed = listed
        of_kind: Mapping[str, Mapping[str, set[str]]] = {
            "epci": timeline.members(listed.state),
            "ept": timeline.reference.communes_of_ept,
        }
        #: The communes of each territory, by slug, as they were on the list's day.
        self.communes: dict[str, set[str]] = {
            territory.slug: {
                commune
                for member in territory.members
                for commune in (
                    {member.code} if member.kind == "commune" else of_kind[member.kind].get(member.code, ())
                )
            }
            for territory in listed.territories
        }
        self._territories: dict[str, list[str]] = defaultdict(list)
        for slug, communes in self.communes.items():
            for commune in communes:
                self._territories[commune].append(slug)
        #: Where the communes are that were not there on that day (``Timeline.place``).
        self.places: dict[str, set[str]] = {
            commune: timeline.place(commune, listed.state)
            for commune in timeline.reference.communes
            if not timeline.exists(commune, listed.state)
        }
        #: Those of them that a territory covers by where they are, by slug.
        self.by_succession: dict[str, set[str]] = defaultdict(set)
        for commune, places in self.places.items():
            for slug in self.territories_of(places):
                self.by_succession[slug].add(commune)

    def is_covered(self, commune: str) -> bool:
        """Whether a territory of the list covers a commune, by where it is on the list's day."""
        return bool(self.territories_of(self.places.get(commune, {commune})))

    def territories_of(self, communes: Iterable[str]) -> set[str]:
        """The territories that cover one of some communes, by slug."""
        return {slug for commune in communes for slug in self._territories.get(commune, ())}
