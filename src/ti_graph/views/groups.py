"""Territories of two lists that go on as one another, in groups, and the communes that any of them covers.

A territory goes on as another where they have at least half of the communes of one of them in common, by the
graph's continuities; territories so linked make one group.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ti_graph.views.perimeters import Listed, Perimeters, Thing

#: The least part of the communes of one of two territories that makes one go on as the other.
LINKED = 0.5
#: What can have become of the territories of a group, in the order in which it is told.
KINDS = ("unchanged", "grown", "shrunk", "reshaped", "split", "merged", "recomposed", "left", "entered")


@dataclass(frozen=True)
class Flow:
    """Communes that went the same way.

    Arguments:
        change: ``stayed``, ``moved`` to a territory that does not continue theirs, ``entered``, ``left``, or
            ``entered or unknown before`` where the earlier list says nothing of them.
        before, after: the territory that covers them in each list; ``NOTHING`` for none.
        member_before, member_after: the EPCI, the EPT or the commune by itself through which it does; outside
            the territories, the EPCI or EPT that they are in.
        member_change: ``renamed``; how the member was succeeded (``creation``, ``absorption``, ``partage``);
            ``other`` where it is another one for another reason; empty where it is the same.
        since: the day from which they are in the later EPCI, where it is another one.
        communes: how many.
        people: how many live there; a commune that has ended counts through the one that replaced it.
    """

    change: str
    before: Thing
    after: Thing
    member_before: Thing
    member_after: Thing
    member_change: str
    since: str
    communes: int
    people: int


@dataclass(frozen=True)
class Group:
    """Territories of two lists that go on as one another; one alone where it entered or left.

    Arguments:
        kind: one of ``KINDS``; the first four of one territory that goes on as one.
        region: the code of the région that it is shown under.
        before, after: its territories.
        elsewhere: those of them that cover no commune of the régions compared.
        flows: the communes that any of its territories covers; those that moved are in two groups.
    """

    kind: str
    region: str
    before: tuple[Thing, ...]
    after: tuple[Thing, ...]
    elsewhere: frozenset[Thing]
    flows: tuple[Flow, ...]

    @property
    def won(self) -> Mapping[Thing, int]:
        """The members, by name, with how many communes, that no territory of the group had before."""
        return _communes((flow.member_after, flow) for flow in self.flows if flow.before not in self.before)

    @property
    def lost(self) -> Mapping[Thing, int]:
        """The members, by name, with how many communes, that no territory of the group has any more."""
        return _communes((flow.member_before, flow) for flow in self.flows if flow.after not in self.after)

    @property
    def is_changed(self) -> bool:
        """Whether anything but names changed: the territory's perimeter or one of its members."""
        return self.kind != "unchanged" or any(is_changed(flow) for flow in self.flows)


def is_changed(flow: Flow) -> bool:
    """Whether communes changed their territory or their member; names alone do not count."""
    return flow.change != "stayed" or flow.member_change not in ("", "renamed")


def is_linked(perimeters: Perimeters, before: str, after: str) -> bool:
    """Whether a territory of an earlier list goes on as one of a later list."""
    return max(perimeters.shares.get((before, after), (0.0, 0.0))) >= LINKED


class Grouping:
    """The territories of two lists that are seen in some régions, in groups.

    Arguments:
        perimeters: the lists.
        earlier, later: the two.
        regions: what is compared, by code.
        flows: the communes of these régions, by how they went.
    """

    def __init__(
        self,
        perimeters: Perimeters,
        earlier: Listed,
        later: Listed,
        regions: frozenset[str],
        flows: Iterable[Flow],
    ):
        self._known, self._lists, self._regions = perimeters, (earlier, later), regions
        self._territories = [frozenset(perimeters.territories(listed)) for listed in self._lists]
        self._covered: dict[str, list[Flow]] = defaultdict(list)
        for flow in flows:
            for territory in {flow.before.id, flow.after.id} - {""}:
                self._covered[territory].append(flow)

    def groups(self) -> Iterator[Group]:
        """The groups with a territory that covers a commune of the régions."""
        links: dict[str, set[str]] = {t: set() for territories in self._territories for t in territories}
        for before, after in self._known.shares:
            if before in links and after in links and is_linked(self._known, before, after):
                links[before].add(after)
                links[after].add(before)
        for together in components(links):
            if together & self._covered.keys():
                yield self._group(together)

    def _group(self, together: frozenset[str]) -> Group:
        before, after = (
            tuple(sorted((self._known.thing(t, listed) for t in together & territories), key=by_name))
            for listed, territories in zip(self._lists, self._territories, strict=True)
        )
        concerned = [code for thing in (*after, *before) for code in self._known.concerned.get(thing.id, ())]
        region = next((code for code in concerned if code in self._regions), min(self._regions))
        flows = {flow: None for territory in sorted(together) for flow in self._covered.get(territory, ())}
        elsewhere = frozenset(thing for thing in (*before, *after) if thing.id not in self._covered)
        kind = self._kind(before, after)
        return Group(kind, region, before, after, elsewhere, tuple(sorted(flows, key=_by_territory)))

    def _kind(self, before: tuple[Thing, ...], after: tuple[Thing, ...]) -> str:
        if not before or not after:
            return "left" if before else "entered"
        if len(before) > 1:
            return "recomposed" if len(after) > 1 else "merged"
        if len(after) > 1:
            return "split"
        kept, taken = self._known.shares[before[0].id, after[0].id]
        if kept == 1:
            return "unchanged" if taken == 1 else "grown"
        return "shrunk" if taken == 1 else "reshaped"


def components(links: Mapping[str, Iterable[str]]) -> Iterator[frozenset[str]]:
    """The sets of things that are linked with one another, directly or not; links go both ways."""
    seen = set[str]()
    for start in links:
        if start not in seen:
            together, ahead = set[str](), [start]
            while ahead:
                thing = ahead.pop()
                if thing not in together:
                    together.add(thing)
                    ahead += links[thing]
            seen |= together
            yield frozenset(together)


def _communes(flows: Iterable[tuple[Thing, Flow]]) -> dict[Thing, int]:
    counts: dict[Thing, int] = defaultdict(int)
    for member, flow in flows:
        counts[member] += flow.communes
    return {member: counts[member] for member in sorted(counts, key=by_name)}


def by_name(thing: Thing) -> tuple[str, str]:
    """The order of names."""
    return thing.name, thing.id


def _by_territory(flow: Flow) -> tuple[str, ...]:
    # What is in no territory comes last.
    return (
        flow.before.name or "\U0010ffff",
        flow.before.id,
        flow.after.name or "\U0010ffff",
        flow.after.id,
        flow.member_before.name,
        flow.member_before.id,
        flow.member_after.id,
        flow.since,
    )
