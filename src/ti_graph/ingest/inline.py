"""Territories whose name and members stand in one line, sentence or paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice

from ti_graph.assembly.announcement import Span
from ti_graph.ingest.entry import ENOUGH, Entry, name_in, trimmed
from ti_graph.ingest.members import Cutter, Mention, outside_brackets
from ti_graph.ingest.phrases import (
    ANAPHORIC,
    BRACKETED,
    BY_VERB,
    COLON,
    CONNECTING,
    DASH,
    EXCEPT,
    FORMING,
    LEADS,
    NEGATED,
    PART_END,
    PLACE_FIRST,
    QUOTED_NAME,
    REFUSED,
    SAID_OF,
    SENTENCE_END,
    STARTING,
    VERB,
)
from ti_graph.ingest.places import NOWHERE, Places

_LONGEST_CONNECTION = 60
#: Of a form that prose has too, how like listed names the members must be.
_IN_PROSE = 0.62
_OF_A_PLACE = 0.75  # how like listed names members must be where the name is that of a région
_SURE = 0.9  # how like a listed name a member in small letters must be
_EXACT = 0.97
_MANY = 3  # names after a dash that are members even if they are only like communes
#: Code points of a name with its members, and of what may stand before the members.
_LONGEST_PART, _LONGEST_BEFORE = 10_000, 400
#: No more signs of a part are tried as the one that divides name and members.
_MOST_DIVISIONS = 12
_WHOLE = 0.85  # a line this like a listed name is a member, not a territory with members


class Inline:
    """Finds the territories of a line.

    Arguments:
        cutter: cuts enumerations.
        places: régions and départements.
    """

    def __init__(self, cutter: Cutter, places: Places):
        self._cutter, self._places = cutter, places

    def entries(self, text: str, start: int, end: int) -> list[Entry]:
        """The territories that a line lists with their members, first by the form that finds most of them."""
        start = self._after_place(text, start, end)
        if ANAPHORIC.match(text, start, end):
            return []
        found = [
            self._quoted(text, start, end),
            self._parts(text, start, end),
            self._brackets(text, start, end),
            self._sentences(text, start, end),
        ]
        found.sort(key=lambda entries: -sum(entry.worth for entry in entries))
        kept: list[Entry] = []
        for entry in (entry for entries in found for entry in entries):
            if all(
                entry.passage.end <= e.passage.start or e.passage.end <= entry.passage.start for e in kept
            ):
                kept.append(entry)
        return kept

    def _after_place(self, text: str, start: int, end: int) -> int:
        """Where a line goes on after the place that it begins with (« ORNE. — A (x, y) »)."""
        place = PLACE_FIRST.match(text, start, end)
        return place.end() if place and self._places.exactly(place["place"]) else start

    def _entry(
        self, text: str, name: Span | None, place: str | None, members: tuple[int, int], least: float
    ) -> Entry | None:
        """An entry, if it has a name and its members are enough like listed names."""
        if name is None or members[0] >= members[1]:
            return None
        found = self._without_clause(self._cutter.cut(text, *members))
        where = self._places.exactly(place.strip(" ()[]")) if place else NOWHERE
        if place and not where:
            return None
        if NEGATED.search(text, name.start, members[0]) or text[members[0] : members[1]].rstrip().endswith(
            "?"
        ):
            return None
        if REFUSED.search(text, min(name.start, members[0]), max(name.end, members[1])):
            return None
        start, end = min(name.start, members[0]), max(name.end, members[1])
        entry = Entry(name, where, found, Span.of(text, start, end))
        least = _OF_A_PLACE if self._places.exactly(name.text) else least
        return entry if found and entry.quality >= least else None

    def _without_clause(self, members: Sequence[Mention]) -> tuple[Mention, ...]:
        """Members up to where the sentence goes on (« , mise sur ses atouts ») or makes an exception."""
        for number, member in enumerate(members):
            name = member.span.text
            goes_on = name[0].islower() and member.quality < _SURE and not self._cutter.is_formal(name)
            if EXCEPT.match(name) or (number and goes_on):
                return tuple(members[:number])
        return tuple(members)

    def _quoted(self, text: str, start: int, end: int) -> list[Entry]:
        """« A » : x, y ; « B » (z) …"""
        names = list(QUOTED_NAME.finditer(text, start, end))
        found = []
        for number, match in enumerate(names):
            limit = names[number + 1].start() if number + 1 < len(names) else end
            members = self._members_after(text, match.end(), limit, end)
            name = name_in(text, *match.span("name"))
            is_verb = len(match["separator"]) > 3
            entry = self._entry(text, name, match["place"], members, _IN_PROSE if is_verb else 0.4)
            if entry:
                found.append(entry)
        return found

    def _members_after(self, text: str, start: int, limit: int, end: int) -> tuple[int, int]:
        """The stretch of the members that follow a name: a bracket, else up to the next name or sentence."""
        bracket = re.compile(r"\s*\(").match(text, start, end)
        if bracket:
            closed = closing(text, bracket.end() - 1, end)
            if self._places.exactly(text[bracket.end() : closed]):
                return self._members_after(text, closed + 1, limit, end)
            return bracket.end(), closed
        stop = SENTENCE_END.search(text, start, limit)
        limit = stop.start() if stop else limit
        if limit < end:
            limit = _before_connection(text, start, limit)
        return start, limit

    def _parts(self, text: str, start: int, end: int) -> list[Entry]:
        """A : x, y ; B : z. A part without a name of its own goes on with the members of the one before."""
        edges = [start]
        for match in outside_brackets(text, start, PART_END.finditer(text, start, end)):
            edges += [match.start(), match.end()]
        edges.append(end)
        found: list[Entry] = []
        for first, last in zip(edges[::2], edges[1::2], strict=True):
            entry = self._single(text, first, last)
            if entry:
                found.append(entry)
            elif found and text[found[-1].passage.end : first].strip() == ";":
                found[-1] = self._longer(text, found[-1], last)
        return found

    def _longer(self, text: str, entry: Entry, end: int) -> Entry:
        first = entry.members[0].span.start
        members = tuple(self._cutter.cut(text, first, end))
        passage = Span.of(text, entry.passage.start, end)
        return Entry(entry.name, entry.place, members, passage)

    def _single(self, text: str, start: int, end: int) -> Entry | None:
        """Name : members; Name – members."""
        if end - start > _LONGEST_PART:
            return None
        options = []
        for pattern, least in ((COLON, ENOUGH - 0.1), (DASH, ENOUGH)):
            first = min(end, start + _LONGEST_BEFORE)
            divisions = outside_brackets(text, start, pattern.finditer(text, start, first))
            for match in islice(divisions, _MOST_DIVISIONS):
                options.append(self._divided(text, (start, match.start()), (match.end(), end), least))
            found = [entry for entry in options if entry]
            if pattern is DASH:
                is_name = self._cutter.quality(text[start:end]) >= _WHOLE
                found = [e for e in found if not VERB.search(text, e.name.end, e.members[-1].span.end)]
                found = [self._with_doubt(text, e) for e in found if self._is_told_apart(e, is_name)]
            if found:
                return max(found, key=partial(self._clarity, text))
        return None

    def _clarity(self, text: str, entry: Entry) -> tuple[float, float, int]:
        """How clearly the first member begins after the name, and how like listed names the members are."""
        begins = 0.2 * self._cutter.is_formal(entry.members[0].span.text)
        after = text[entry.name.end : entry.members[0].span.start]
        typeset = 0.1 * bool(re.search("[–—]", after) and " - " in entry.name.text)
        return round(entry.quality + begins + typeset, 1), entry.worth, -entry.name.end

    def _is_told_apart(self, entry: Entry, is_name: bool) -> bool:
        """Whether what stands before a dash is no member, and what stands after it surely is."""
        formal = [self._cutter.is_formal(member.span.text) for member in entry.members]
        if self._cutter.is_formal(entry.name.text) or formal[0]:
            return formal[0] and not self._cutter.is_formal(entry.name.text)
        exact = len(formal) > 1 and any(member.quality >= _EXACT for member in entry.members)
        exact = exact or len(formal) >= _MANY
        return not is_name and (any(formal) or exact)

    def _with_doubt(self, text: str, entry: Entry) -> Entry:
        """An entry by a dash, sure only where a legal form or a comma shows that members follow."""
        first = self._cutter.is_formal(entry.members[0].span.text)
        after = text[entry.members[0].span.start : entry.members[-1].span.end]
        return replace(entry, is_sure=first or "," in after or ";" in after)

    def _divided(
        self, text: str, before: tuple[int, int], after: tuple[int, int], least: float
    ) -> Entry | None:
        bracket = re.compile(r"(?P<place>\s*[(\[][^()\[\]]{1,60}[)\]])\s*$").search(
            text[before[0] : before[1]]
        )
        place = None
        if bracket and self._places.exactly(bracket["place"].strip(" ()[]")):
            place, before = bracket["place"], (before[0], before[0] + bracket.start())
        stop = SENTENCE_END.search(text, *after)
        members = after[0], stop.start() if stop else after[1]
        return self._entry(text, name_in(text, *before), place, members, least)

    def _brackets(self, text: str, start: int, end: int) -> list[Entry]:
        """A (x, y), B (z) et C (w)."""
        colon = next(iter(outside_brackets(text, start, re.compile(r":\s").finditer(text, start, end))), None)
        at = colon.end() if colon and colon.end() - start > 12 else start
        found = []
        for match in outside_brackets(text, at, BRACKETED.finditer(text, at, end)):
            closed = closing(text, match.start(), end)
            inside = text[match.end() : closed]
            if self._places.exactly(inside) or re.fullmatch(r"\W*[\dA-Z.]{2,8}\W*|\d+", inside):
                continue
            parts = [each.end() for each in PART_END.finditer(text, at, match.start())]
            name = name_in(text, *_after_connection(text, parts[-1] if parts else at, match.start()))
            place = None
            if name:
                bracket = re.search(r"\s*\([^()]*\)\s*$", name.text)
                if bracket and self._places.exactly(bracket[0].strip(" ()")):
                    place = bracket[0]
                    name = name_in(text, name.start, name.start + bracket.start())
            if name and self._cutter.is_formal(name.text) and self._cutter.quality(text[start:end]) >= _WHOLE:
                continue
            verb = BY_VERB.match(text, match.end(), closed)
            entry = self._entry(text, name, place, (verb.end() if verb else match.end(), closed), ENOUGH)
            if entry:
                is_listed = self._cutter.quality(text[entry.name.start : closed + 1]) >= _EXACT
                is_listed &= entry.quality < _EXACT
                found.append(replace(entry, is_sure=not is_listed))
                at = closed + 1
        return found

    def _sentences(self, text: str, start: int, end: int) -> list[Entry]:
        """Le territoire A, qui regroupe x et y. B réunit z et w. Les x et y forment le territoire C."""
        found = []
        for first, last in _sentences(text, start, end):
            entry = self._said(text, first, last)
            if entry:
                found.append(entry)
        return found

    def _said(self, text: str, start: int, end: int) -> Entry | None:
        options = []
        for pattern in (SAID_OF, STARTING):
            match = (
                pattern.search(text, start, end) if pattern is SAID_OF else pattern.match(text, start, end)
            )
            if match:
                name = name_in(text, *_after_connection(text, *match.span("name")))
                options.append(self._entry(text, name, match["place"], (match.end(), end), _IN_PROSE))
        forming = FORMING.match(text, start, end)
        if forming:
            name = name_in(text, *forming.span("name" if forming["name"] else "after"))
            options.append(self._entry(text, name, None, forming.span("members"), _IN_PROSE))
        found = [entry for entry in options if entry]
        return max(found, key=lambda entry: entry.worth) if found else None


def _before_connection(text: str, start: int, end: int) -> int:
    """Where a stretch ends without the words that tie it to what comes next."""
    for first in range(max(start, end - _LONGEST_CONNECTION), end):
        if CONNECTING.fullmatch(text, first, end) and (first == start or not text[first - 1].isalnum()):
            return first
    return end


def closing(text: str, opened: int, end: int) -> int:
    """Where the bracket that opens at an offset is closed; the end where it never is."""
    depth = 0
    for at in range(opened, end):
        if text[at] in "([":
            depth += 1
        elif text[at] in ")]":
            depth -= 1
            if depth == 0:
                return at
    return end


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in outside_brackets(text, start, PART_END.finditer(text, start, end)):
        yield start, match.start()
        start = match.end()
    yield trimmed(text, start, end)[0], end


def _after_connection(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch without what ties it to what stands before (« , et », « ainsi que le »)."""
    match = LEADS.match(text, start, end)
    return (match.end() if match else start), end
