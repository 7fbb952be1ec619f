"""What a layout is given: the list of one page, in groups, with labels and mentions already marked."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from pages import naming
from pages.marked import STOP, label, mention
from pages.perimeters import Member, Perimeter, Place, Territory

Naming = Callable[[str, random.Random], str]
#: What stands in brackets after a member: nothing, its région when another than the page's, its département.
PLACES = ("none", "outside", "code", "departement")


@dataclass(frozen=True)
class Entry:
    """A territory as a page lists it."""

    label: str
    members: list[str]
    territory: Territory

    @property
    def stopped(self) -> list[str]:
        """The members, the last with the place where a list may end in a full stop."""
        return [*self.members[:-1], self.members[-1] + STOP]

    def joined(self, comma: str = ", ", last: str | None = None) -> str:
        """The members in a row; ``last`` stands before the last one."""
        *before, final = self.stopped
        return final if not before else comma.join(before) + (comma if last is None else last) + final


@dataclass(frozen=True)
class Group:
    """Territories under one heading, which is a région or a département."""

    heading: Place
    entries: list[Entry]


@dataclass(frozen=True)
class Sheet:
    """The list of one page, and the choices of its author."""

    groups: list[Group]
    members: list[Member]
    choose: random.Random

    @property
    def entries(self) -> list[Entry]:
        """Every territory in order."""
        return [entry for group in self.groups for entry in group.entries]


def grouped(territories: Iterable[Territory], by: str) -> Mapping[Place, list[Territory]]:
    """Territories by région or main département, the groups by name."""
    found: dict[Place, list[Territory]] = {}
    for territory in territories:
        place = territory.region if by == "region" else territory.departements[0]
        found.setdefault(place, []).append(territory)
    return dict(sorted(found.items(), key=lambda item: item[0].name))


def sheet(
    known: Perimeter,
    groups: Mapping[Place, list[Territory]],
    naming_: Naming,
    places: str,
    relabel: Callable[[str], str],
    choose: random.Random,
) -> Sheet:
    """The list with every name as this page writes it."""
    members: list[Member] = []

    def entry(territory: Territory, number: int) -> Entry:
        names = []
        for member in territory.members:
            words = _named(known, territory, member, naming_, choose)
            place = _place(known, territory, member, words, places, choose)
            names.append(mention(len(members), words) + (f" ({place})" if place else ""))
            members.append(member)
        return Entry(label(number, relabel(territory.label)), names, territory)

    made, number = [], 0
    for heading, territories in groups.items():
        entries = []
        for territory in territories:
            entries.append(entry(territory, number))
            number += 1
        made.append(Group(heading, entries))
    return Sheet(made, members, choose)


def _named(known: Perimeter, of: Territory, member: Member, how: Naming, choose: random.Random) -> str:
    if member.kind == "commune":
        return member.name
    if how in (naming.mixed, naming.bare) and any(each.kind == "commune" for each in of.members):
        return member.name  # among communes, a name without its nature would be a commune's
    return naming.checked(known, member, how(member.name, choose), of.region.code)


def _place(
    known: Perimeter, of: Territory, member: Member, words: str, places: str, choose: random.Random
) -> str:
    if places == "code":
        return member.departement.code
    if places == "departement":
        return member.departement.name
    outside = member.region != of.region
    sure = naming.decidable(words, member, known.year, of.region.code)
    if (outside and places == "outside") or not sure:
        name = member.region.name
        return choose.choice((name, name, name.replace("-", " "), f"région {name}"))
    return ""
