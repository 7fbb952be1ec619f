"""Two lists side by side: which territories went on, entered or left, and which members went where.

What is compared is what both lists have whole: the communes, as of the later list's day, of the régions that
both are complete for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ti_graph.errors import RequestError, UnknownNameError
from ti_graph.views.groups import KINDS, Flow, Group, Grouping, by_name, is_linked
from ti_graph.views.perimeters import Listed, Perimeters, Place, Thing


@dataclass(frozen=True)
class Side:
    """One of the two lists in what is compared.

    Arguments:
        listed: the list.
        territories: how many cover a commune there.
        kinds: these by the kind of their group.
        communes: how many communes they cover, of those of the later list's day.
        people: how many live there, in the last yearly list.
    """

    listed: Listed
    territories: int
    kinds: Mapping[str, int]
    communes: int
    people: int


@dataclass(frozen=True)
class Comparison:
    """Two lists side by side.

    Arguments:
        before, after: the earlier and the later list.
        regions: what is compared.
        left_out: régions that one of them has whole and the other not.
        groups: the territories, by région and name.
        flows: the communes of the régions compared that are or were in a territory, by how they went, in the
            order of the groups.
    """

    before: Side
    after: Side
    regions: tuple[Thing, ...]
    left_out: tuple[Thing, ...]
    groups: tuple[Group, ...]
    flows: tuple[Flow, ...]


def compare(perimeters: Perimeters, before: str, after: str, region: str = "") -> Comparison:
    """Compare two lists.

    Arguments:
        perimeters: the lists.
        before, after: their codes, the earlier one first.
        region: the INSEE code of a région; empty for all that both lists have whole.

    Raises:
        UnknownNameError: there is no such list, or no région of that code that both have whole.
        RequestError: the lists are the same, or the first one is the later one.
    """
    earlier, later = (_list(perimeters, code) for code in (before, after))
    if earlier.published >= later.published:
        same = f"list {before!r} is compared with itself: choose two lists"
        turned = f"list {before!r} is not earlier than {after!r}: from= is the earlier one"
        raise RequestError(same if before == after else turned)
    both = earlier.complete & later.complete
    names = {
        code: Thing(f"region/{code}", perimeters.regions[code]) for code in earlier.complete | later.complete
    }
    if (region and region not in both) or not both:
        there = ", ".join(f"{code} ({names[code].name})" for code in sorted(both)) or "none"
        raise UnknownNameError(
            f"no territories to compare in région {region!r}; régions that the lists {before} and {after} "
            f"both have whole: {there}"
        )
    compared = frozenset({region}) if region else both
    return _Comparing(perimeters, earlier, later, compared).outcome(
        tuple(sorted((names[code] for code in compared), key=by_name)),
        () if region else tuple(sorted((names[code] for code in names.keys() - both), key=by_name)),
    )


def _list(perimeters: Perimeters, code: str) -> Listed:
    if code not in perimeters.lists:
        raise UnknownNameError(f"no list {code!r}; there are: {', '.join(perimeters.lists)}")
    return perimeters.lists[code]


class _Comparing:
    """A comparison in the making: two lists in some régions, given by code."""

    def __init__(self, perimeters: Perimeters, earlier: Listed, later: Listed, regions: frozenset[str]):
        self._known, self._earlier, self._later, self._regions = perimeters, earlier, later, regions
        self._ways: dict[tuple[str, Place, Place], list[str]] = defaultdict(list)
        for commune, region in perimeters.communes.items():
            if region in regions and perimeters.is_there(commune, later):
                before, after = perimeters.place(commune, earlier), perimeters.place(commune, later)
                change = self._change(commune, before, after)
                if change:
                    self._ways[change, before, after].append(commune)

    def outcome(self, regions: tuple[Thing, ...], left_out: tuple[Thing, ...]) -> Comparison:
        """The comparison, with the régions by name."""
        grouping = Grouping(self._known, self._earlier, self._later, self._regions, self._flows())
        groups = tuple(sorted(grouping.groups(), key=self._by_region))
        flows = tuple(dict.fromkeys(flow for group in groups for flow in group.flows))
        before, after = (self._side(groups, first=first) for first in (True, False))
        return Comparison(before, after, regions, left_out, groups, flows)

    def _change(self, commune: str, before: Place, after: Place) -> str:
        """How a commune went; empty where it is in no territory, or the later list says nothing of it."""
        if before.territory and after.territory:
            return "stayed" if is_linked(self._known, before.territory, after.territory) else "moved"
        if after.territory:
            unknown = (commune, self._earlier.code) in self._known.unknown
            return "entered or unknown before" if unknown else "entered"
        is_known = (commune, self._later.code) not in self._known.unknown
        return "left" if before.territory and is_known else ""

    def _flows(self) -> Iterator[Flow]:
        together: dict[tuple[str, Place, Place, str, str], list[str]] = defaultdict(list)
        for (change, before, after), communes in self._ways.items():
            how = self._member_change(before.member, after.member)
            since = after.since if how not in ("", "renamed") else ""
            plain = before._replace(since=""), after._replace(since="")
            together[change, *plain, how, since] += communes
        thing, earlier, later = self._known.thing, self._earlier, self._later
        for (change, before, after, how, since), communes in together.items():
            yield Flow(
                change,
                thing(before.territory, earlier),
                thing(after.territory, later),
                thing(before.member, earlier),
                thing(after.member, later),
                how,
                since,
                len(communes),
                self._known.people(communes),
            )

    def _member_change(self, before: str, after: str) -> str:
        if not before or not after:
            return ""
        if before != after:
            return self._known.successions.get((before, after), "other")
        names = (self._known.thing(before, listed).name for listed in (self._earlier, self._later))
        return "renamed" if len(set(map(_letters, names))) > 1 else ""

    def _side(self, groups: Iterable[Group], *, first: bool) -> Side:
        kinds = dict.fromkeys(KINDS, 0)
        for group in groups:
            kinds[group.kind] += len({*(group.before if first else group.after)} - group.elsewhere)
        communes = [
            commune
            for (_, before, after), found in self._ways.items()
            if (before if first else after).territory
            for commune in found
        ]
        listed = self._earlier if first else self._later
        return Side(listed, sum(kinds.values()), kinds, len(communes), self._known.people(communes))

    def _by_region(self, group: Group) -> tuple[str, str]:
        return self._known.regions[group.region], (group.after or group.before)[0].name


def _letters(name: str) -> str:
    """A name without what lists write one way or another: case, spaces, hyphens, apostrophes."""
    return "".join(filter(str.isalnum, name.casefold()))
