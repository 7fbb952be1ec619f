"""What became of EPCI and of territories: inferred from where their communes went."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ti_graph.assembly.lists import Coverage, Territory
from ti_graph.reference.timeline import Timeline, start_of


@dataclass(frozen=True, slots=True)
class Succession:
    """That communes of an EPCI which ended are in another.

    Arguments:
        gone, following: SIREN.
        date: from when on; the day of a dated event, else that of the first list without the EPCI.
        kind: ``partage`` where the communes went to several EPCI; else ``creation`` where the following one
            is new, ``absorption`` where it was there before.
        communes: how many went there.
        last_year: that of the last list with the EPCI that ended.
    """

    gone: str
    following: str
    date: datetime.date
    kind: str
    communes: int
    last_year: int


def successions(timeline: Timeline) -> Iterator[Succession]:
    """The successions of the EPCI that leave the lists, by SIREN."""
    last_listed: dict[str, int] = {}
    for span in timeline.spans:
        last_listed[span.row.siren] = max(last_listed.get(span.row.siren, 0), span.row.derniere)
    dated = {(old, event.cree): event.date for event in timeline.reference.events for old in event.disparait}
    first_listed: dict[str, int] = {}
    for siren, year in timeline.reference.annees:
        first_listed[siren] = min(first_listed.get(siren, year), year)
    communes: dict[str, set[str]] = defaultdict(set)
    for span in timeline.spans:
        if span.row.derniere == last_listed[span.row.siren] < timeline.reference.last_year:
            communes[span.row.siren].add(span.row.commune)
    for gone in sorted(communes):
        turn = start_of(last_listed[gone] + 1)
        went = Counter(_next_epci(timeline, commune, turn) for commune in communes[gone])
        went.pop(None, None)
        for following, count in sorted(went.items(), key=lambda item: str(item[0])):
            assert following
            is_new = first_listed[following] == turn.year
            kind = "partage" if len(went) > 1 else "creation" if is_new else "absorption"
            yield Succession(gone, following, dated.get((gone, following), turn), kind, count, turn.year - 1)


def _next_epci(timeline: Timeline, commune: str, date: datetime.date) -> str | None:
    followed = timeline.follow(commune, date)
    return timeline.epci_of(followed, date) if followed else None


@dataclass(frozen=True, slots=True)
class Continuity:
    """What two territories of two lists have in common.

    Arguments:
        before, after: the territories.
        communes: how many communes both cover, those of the earlier one followed to the later one's day.
        share_before, share_after: these as a part of the communes of each, from 0 to 1.
        members: members of the earlier one that are, or are succeeded by, members of the later one.
    """

    before: Territory
    after: Territory
    communes: int
    share_before: float
    share_after: float
    members: int


def continuities(
    timeline: Timeline, known: Iterable[Succession], earlier: Coverage, later: Coverage
) -> Iterator[Continuity]:
    """The pairs of territories of two lists that cover a common commune.

    Arguments:
        timeline: who was where.
        known: the successions of EPCI.
        earlier, later: what the lists cover.
    """
    day = later.listed.state
    followed: dict[str, set[str]] = {
        slug: {new for commune in communes if (new := timeline.follow(commune, day))}
        for slug, communes in earlier.communes.items()
    }
    after = {territory.slug: territory for territory in later.listed.territories}
    following = _following(known, day)
    for before in earlier.listed.territories:
        communes = followed[before.slug]
        for slug in sorted(later.territories_of(communes)):
            common = len(communes & later.communes[slug])
            codes = {member.code for member in after[slug].members}
            yield Continuity(
                before,
                after[slug],
                common,
                common / len(communes),
                common / len(later.communes[slug]),
                sum(bool(_heirs(m.code, following) & codes) for m in before.members),
            )


def _following(known: Iterable[Succession], until: datetime.date) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for succession in known:
        if succession.date <= until:
            found[succession.gone].add(succession.following)
    return found


def _heirs(code: str, following: dict[str, set[str]]) -> set[str]:
    """A member with all that succeeded it."""
    heirs, new = {code}, {code}
    while new:
        new = {heir for old in new for heir in following.get(old, ())} - heirs
        heirs |= new
    return heirs
