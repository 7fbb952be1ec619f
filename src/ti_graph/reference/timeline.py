"""Communes and EPCI in time: who was where on a date, and what became of a commune.

Lists are of 1 January of their year; that of 2018 is the first, so what it has may be older. A dated event
beats the yearly lists: it moves the bound between two of them to its day.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from ti_graph.reference.rows import Attachment, Commune, Event, Reference


def start_of(year: int) -> datetime.date:
    """The day that a yearly list speaks of."""
    return datetime.date(year, 1, 1)


@dataclass(frozen=True, slots=True)
class Span:
    """That a commune is in an EPCI from ``since`` on, and from ``until`` on no more (None: in the last list).

    Arguments:
        row: the table's row.
        since_by, until_by: dated events that moved the bounds.
    """

    row: Attachment
    since: datetime.date
    until: datetime.date | None
    since_by: Event | None = None
    until_by: Event | None = None

    def holds_on(self, date: datetime.date) -> bool:
        """Whether it is so on a date."""
        return self.since <= date and (self.until is None or date < self.until)


class Timeline:
    """The reference tables, asked for a date.

    Arguments:
        reference: the tables.
    """

    def __init__(self, reference: Reference):
        self.reference = reference
        self.spans = tuple(_spans(reference))
        self._parts: dict[str, list[str]] = defaultdict(list)
        for merger in reference.mergers.values():
            self._parts[merger.nouvelle].append(merger.commune)

    @cached_property
    def _by_commune(self) -> Mapping[str, list[Span]]:
        spans = defaultdict(list)
        for span in self.spans:
            spans[span.row.commune].append(span)
        return spans

    def members(self, date: datetime.date) -> Mapping[str, set[str]]:
        """The communes of each EPCI on a date, by SIREN."""
        found = defaultdict(set)
        for span in self.spans:
            if span.holds_on(date):
                found[span.row.siren].add(span.row.commune)
        return found

    def epci_of(self, commune: str, date: datetime.date) -> str | None:
        """The SIREN of the EPCI that a commune is in on a date."""
        return next((s.row.siren for s in self._by_commune.get(commune, ()) if s.holds_on(date)), None)

    def exists(self, commune: str, date: datetime.date) -> bool:
        """Whether the list of the date's year has a commune."""
        known = self.reference.communes[commune]
        return known.premiere <= date.year <= known.derniere

    def follow(self, commune: str, date: datetime.date) -> str | None:
        """The commune itself if it is there on a date, else the one that has become of it by then."""
        seen = set()
        while not self.exists(commune, date):
            seen.add(commune)
            merger = self.reference.mergers.get(commune)
            if merger is None or merger.nouvelle in seen:
                return None
            commune = merger.nouvelle
        return commune

    def place(self, commune: str, date: datetime.date) -> set[str]:
        """Where a commune is on a date: itself, the one that has it by then, or those that it will absorb."""
        if self.exists(commune, date):
            return {commune}
        if self.reference.communes[commune].derniere < date.year:
            followed = self.follow(commune, date)
            return set() if followed is None else {followed}
        return {part for part in self._parts[commune] if self.exists(part, date)}

    def departement_of(self, commune: Commune) -> str:
        """The code of its département or collectivité: as listed, else by the first signs of its own code."""
        if commune.departement:
            return commune.departement
        return commune.code[:3] if commune.code.startswith(("97", "98")) else commune.code[:2]

    def region_of(self, commune: str) -> str:
        """The code of its région; empty for a collectivité d'outre-mer."""
        departement = self.reference.departements.get(self.departement_of(self.reference.communes[commune]))
        return departement.region if departement else ""


def _spans(reference: Reference) -> Iterator[Span]:
    since_by, until_by = _moved_bounds(reference)
    for row in reference.attachments:
        is_open = row.derniere == reference.last_year
        began, ended = since_by.get(row), until_by.get(row)
        since = began.date if began else start_of(row.premiere)
        until = None if is_open else ended.date if ended else start_of(row.derniere + 1)
        yield Span(row, since, until, began, ended)


def _moved_bounds(reference: Reference) -> tuple[dict[Attachment, Event], dict[Attachment, Event]]:
    """The spans whose start, and those whose end, a dated event moves away from the turn of a year."""
    moving = {
        (old, event.cree): event
        for event in reference.events
        for old in event.disparait
        if event.date != start_of(event.date.year)
    }
    since_by, until_by = {}, {}
    for before, after in pairwise(reference.attachments):
        event = moving.get((before.siren, after.siren))
        is_one_step = before.commune == after.commune and after.premiere == before.derniere + 1
        if event and is_one_step and event.date.year == before.derniere:
            until_by[before], since_by[after] = event, event
    return since_by, until_by
