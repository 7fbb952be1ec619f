"""Where each commune stands in each list: in which territory, and through which of its members.

As in ``situation``, the flat facts are asked for together and joined in memory: the same joins over the whole
of France take a query many seconds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ti_graph.rdf import ID, prologue
from ti_graph.views.situation import Attachment
from ti_graph.views.terms import Rows

_PREFIXES = prologue("igeo", "rdfs", "ti")
_LISTS = "SELECT ?list ?published ?state { ?list a ti:Liste ; ti:publieeLe ?published ; ti:etatAu ?state }"
_COMPLETE = (
    "SELECT ?list ?region { ?list ti:completePour ?region . ?region a igeo:Region ; rdfs:label ?name }"
)
_REGIONS = "SELECT ?region ?name { ?region a igeo:Region ; rdfs:label ?name }"
_TERRITORIES = "SELECT ?territory ?list ?name { ?territory ti:liste ?list ; rdfs:label ?name }"
_CONCERNED = "SELECT ?territory ?region { ?territory ti:concerne ?region }"
_COVERED = "SELECT ?territory ?commune { ?territory ti:couvre|ti:couvreParSuccession ?commune }"
_UNKNOWN = """SELECT ?commune ?list {
  ?list ti:completePour ?region . ?departement igeo:subdivisionDe ?region .
  ?commune igeo:subdivisionDe ?departement ; ti:inconnueDansListe ?list }"""
_PLACES = """SELECT ?commune ?list ?place {
  ?there ti:placeDe ?commune ; ti:placeListe ?list ; ti:placeDans ?place }"""
_MEMBERS = "SELECT ?territory ?member ?name { ?territory ti:aPourMembre ?member . ?member rdfs:label ?name }"
_OF_EPT = "SELECT ?ept ?commune { ?ept ti:aPourCommune ?commune }"
_ATTACHMENTS = """SELECT ?commune ?epci ?since ?until {
  ?attachment ti:rattachementDe ?commune ; ti:rattachementA ?epci ; ti:constateDu ?since .
  OPTIONAL { ?attachment ti:constateAu ?until } }"""
_EPCI_NAMES = "SELECT ?epci ?list ?name { ?state ti:pourListe ?list ; ti:etatDe ?epci ; ti:nom ?name }"
_COMMUNES = """SELECT ?commune ?region {
  ?departement a igeo:Departement ; igeo:subdivisionDe ?region . ?commune igeo:subdivisionDe ?departement }"""
_PEOPLE = "SELECT ?commune ?people ?year { ?commune ti:population ?people ; a igeo:Commune ; ti:annee ?year }"
_MERGED = "SELECT ?commune ?next { ?merger igeo:suppression ?commune ; ti:communeNouvelle ?next }"
_SUCCESSIONS = """SELECT ?gone ?next ?kind {
  ?succession ti:predecesseur ?gone ; ti:successeur ?next ; ti:genreSuccession ?kind }"""
_CONTINUITIES = """SELECT ?before ?after ?shareBefore ?shareAfter {
  ?continuity ti:avant ?before ; ti:apres ?after ; ti:partAvant ?shareBefore ; ti:partApres ?shareAfter }"""


@dataclass(frozen=True)
class Listed:
    """A list.

    Arguments:
        code: the last part of its IRI: ``2023``.
        published: the day it was published.
        state: the day whose communes it holds.
        complete: the régions that it has whole, by code.
    """

    code: str
    published: str
    state: str
    complete: frozenset[str]


class Thing(NamedTuple):
    """A territory, a member or a région: its id (``region/28``) and name; both empty for none."""

    id: str
    name: str


#: In no territory; of no known member.
NOTHING = Thing("", "")


class Place(NamedTuple):
    """Where a commune stands in a list; ids without their common beginning, empty for none.

    Arguments:
        territory: the one that covers it.
        member: through which it does: the commune by itself, its EPT or its EPCI; outside the territories,
            the EPT or the EPCI that the commune is in.
        since: the day from which the commune is in that EPCI; empty where the member is none.
    """

    territory: str
    member: str
    since: str


class Perimeters:
    """The perimeters of the lists of a dataset.

    Arguments:
        rows: asks the dataset.
    """

    def __init__(self, rows: Rows):
        def ask(query: str) -> Iterator[tuple[str, ...]]:
            names = query.partition("{")[0].replace("?", "").split()[1:]
            for row in rows(_PREFIXES + query):
                values = (row[name]["value"] if name in row else "" for name in names)
                yield tuple(value.removeprefix(ID).removeprefix("liste/") for value in values)

        #: The names of régions, by code.
        self.regions: Mapping[str, str] = {_code(region): name for region, name in ask(_REGIONS)}
        complete = _many(ask(_COMPLETE))
        #: The lists by code, the first one first.
        self.lists: Mapping[str, Listed] = {
            code: Listed(
                code, published, state, frozenset(self.regions) & {*map(_code, complete.get(code, ()))}
            )
            for code, published, state in sorted(ask(_LISTS), key=lambda row: row[1])
        }
        #: The régions of territories as their lists give them.
        self.concerned = {thing: sorted(map(_code, found)) for thing, found in _many(ask(_CONCERNED)).items()}
        #: The région of each commune, by code.
        self.communes: Mapping[str, str] = {commune: _code(region) for commune, region in ask(_COMMUNES)}
        #: The parts of both that two territories have in common, from 0 to 1.
        self.shares: Mapping[tuple[str, str], tuple[float, float]] = {
            (before, after): (float(first), float(second))
            for before, after, first, second in ask(_CONTINUITIES)
        }
        #: How an EPCI was succeeded by another: creation, absorption, partage.
        self.successions = {(gone, following): _code(kind) for gone, following, kind in ask(_SUCCESSIONS)}
        #: The communes that a list says nothing of, though it has their région whole.
        self.unknown = frozenset(ask(_UNKNOWN))
        self._list_of, self._names = dict[str, str](), dict[tuple[str, str], str]()
        for territory, listed, name in ask(_TERRITORIES):
            self._list_of[territory], self._names[territory, listed] = listed, name
        # No commune is in two territories of a list; if one ever is, the order keeps the answer the same.
        self._covered = {
            (commune, self._list_of[territory]): territory
            for territory, commune in sorted(ask(_COVERED))
            if territory in self._list_of
        }
        self._places = {(commune, listed): place for commune, listed, place in ask(_PLACES)}
        self._members: dict[str, set[str]] = defaultdict(set)
        for territory, member, name in ask(_MEMBERS):
            self._members[territory].add(member)
            self._names[member, self._list_of.get(territory, "")] = name
        self._names |= {(epci, listed): name for epci, listed, name in ask(_EPCI_NAMES)}
        self._ept = {commune: ept for ept, commune in ask(_OF_EPT)}
        self._attached: dict[str, list[Attachment]] = defaultdict(list)
        for commune, epci, since, until in ask(_ATTACHMENTS):
            self._attached[commune].append(Attachment(commune, epci, since, until))
        counted = [*ask(_PEOPLE)]
        last = max((year for _, _, year in counted), default="")
        self._people = {commune: int(people) for commune, people, year in counted if year == last}
        self._next = {commune: following for commune, following in ask(_MERGED)}

    def thing(self, thing: str, listed: Listed) -> Thing:
        """A territory or a member as a list names it."""
        name = self._names.get((thing, listed.code), _code(thing))
        return Thing(thing, name) if thing else NOTHING

    def territories(self, listed: Listed) -> list[str]:
        """The territories of a list, by id."""
        return sorted(territory for territory, code in self._list_of.items() if code == listed.code)

    def is_there(self, commune: str, listed: Listed) -> bool:
        """Whether a commune was one on a list's day."""
        return (commune, listed.code) not in self._places

    def place(self, commune: str, listed: Listed) -> Place:
        """Where a commune stands in a list; where it was not one then, the one that it was or will be in."""
        territory = self._covered.get((commune, listed.code), "")
        there = self._places.get((commune, listed.code), commune)
        members = self._members.get(territory, set())
        if there in members:
            return Place(territory, there, "")
        if there in self._ept:
            return Place(territory, self._ept[there], "")
        for each in self._attached.get(there, ()):
            if each.holds_on(listed.state):
                return Place(territory, each.epci, each.since)
        return Place(territory, "", "")

    def people(self, communes: Iterable[str]) -> int:
        """How many live in communes: each is followed to the one that replaced it, which counts once."""
        return sum(self._people.get(commune, 0) for commune in {self._followed(each) for each in communes})

    def _followed(self, commune: str) -> str:
        seen = set[str]()
        while commune in self._next and commune not in seen:
            seen.add(commune)
            commune = self._next[commune]
        return commune


def _many(pairs: Iterable[tuple[str, ...]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found


def _code(thing: str) -> str:
    """What is after the last slash of an id."""
    return thing.rpartition("/")[2]
