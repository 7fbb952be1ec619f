"""Territories whose name stands over their members: which lines are names, which are members.

Each line is taken for a name, for members or for neither, so that the whole is most likely (Viterbi's
algorithm): members are like listed names and follow a name, names are not. Then the same once more, with what
the first time has shown of how names and members look on this page, and how they follow each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise, zip_longest
from math import log

from ti_graph.assembly.announcement import Span
from ti_graph.ingest.entry import ENOUGH, Entry, quality
from ti_graph.ingest.lines import Line
from ti_graph.ingest.members import Cutter, Mention
from ti_graph.ingest.places import Places
from ti_graph.ingest.seen import Seen, Seer, look_of

NAME, ASIDE, MEMBERS, NEITHER = "name", "aside", "members", "neither"
#: What may stand before a line of a kind.
_BEFORE = {
    NAME: (MEMBERS, NEITHER),
    ASIDE: (NAME, ASIDE),
    MEMBERS: (NAME, ASIDE, MEMBERS),
    NEITHER: (MEMBERS, NEITHER),
}
#: What a name counts, and what it loses by beginning with a legal form, or being just a listed name.
_NAME, _FORMAL_COSTS, _EXACT_COSTS, _EXACT = 0.45, 0.4, 0.15, 0.97
#: How much it counts how names and members look on the page, and how they follow each other.
#: mark and indentation; empty lines around; a colon at the end; a comma; a dash; capitals; a legal form;
#: cells of a table; style; what key stands above.
_LOOKS_COUNT, _ORDER_COUNTS, _MOST = (0.4, 0.3, 0.2, 0.15, 0.1, 0.2, 0.25, 0.4, 0.4, 0.4), 0.2, 1.0
_MARK_AND_INDENT, _STYLE, _KEY = 0, 8, 9
#: How many looks are supposed to be that of names, how much that counts, and by how much it must fit better.
_MOST_LOOKS, _SUPPOSED, _CLEARLY = 3, 1.0, 0.5
_CONSISTENT = 0.15  # what it counts beside what the lines say that looks and labels go together
_NAMED, _OTHER_COSTS = 0.5, 0.35  # what a name counts that a key calls so, and loses that one calls otherwise
_NAMED_LIKE_MEMBER = 0.3  # what a name counts that is that of the member after it
_UNLIKELY = 0.4  # members less like listed names than this are none
_TIMES = 3
_FEWEST, _MOSTLY = 2, 0.7  # the names of one look that show how names look
_ASIDE_COUNTS = 0.02  # what it counts that a line says something else of a territory
_BETWEEN_COSTS = 0.3  # what it costs that a line stands between a name and its members


class Headed:
    """Finds the territories whose name stands over their members.

    Arguments:
        cutter: cuts enumerations.
        places: régions and départements.
    """

    def __init__(self, cutter: Cutter, places: Places):
        self._cutter, self._places, self._seer = cutter, places, Seer(cutter, places)

    def entries(
        self,
        text: str,
        lines: Sequence[Line],
        keys: Mapping[Line, tuple[str, int]],
        besides: Collection[Line],
    ) -> Iterator[tuple[list[Entry], list[Line]]]:
        """The territories of some lines, each with the lines that it is made of.

        Arguments:
            keys: the lines that begin with a key (``keys_of``).
            besides: lines that list territories by themselves.
        """
        seen = list(self._seer.seen(text, lines, keys, besides, frozenset()))
        labels = self._settled(seen)
        looks = _looks_of_names(seen, labels)
        if any(self._places.exactly(text[line.start : line.end]) for line in lines if look_of(line) in looks):
            seen = list(self._seer.seen(text, lines, keys, besides, looks))
            labels = self._settled(seen)
        yield from self._grouped(text, seen, labels)

    def _settled(self, seen: Sequence[Seen]) -> list[str]:
        """The labels that fit best together: first by what the lines say, or with the names in one look."""
        best, most = [], float("-inf")
        for supposed in ({}, *_suppositions(seen)):
            labels, value = self._labelled(seen, supposed)
            for _ in range(_TIMES):
                labels, value = self._labelled(seen, _learnt(seen, labels))
            bare = sum(worth[label] for worth, label in zip(self._worths(seen), labels, strict=True))
            value = bare + _CONSISTENT * (value - bare)
            if value > most + _CLEARLY:
                best, most = labels, value
        return best

    def _labelled(self, seen: Sequence[Seen], learnt: Mapping[object, float]) -> tuple[list[str], float]:
        """The most likely label of each line, and how likely all are together."""
        best: list[dict[str, tuple[float, str]]] = []
        worths = self._worths(seen)
        for number, each in enumerate(seen):
            worth = worths[number]
            row = {}
            for label, value in worth.items():
                value += sum(learnt.get((sort, look, label), 0.0) for sort, look in enumerate(each.look))
                options = [
                    (best[-1][before][0] + value + learnt.get((before, label), 0.0), before)
                    for before in (_BEFORE[label] if number else ())
                    if before in best[-1]
                ]
                if options:
                    row[label] = max(options)
                elif label in (NAME, NEITHER):
                    row[label] = (value, NEITHER)
            best.append(row)
        labels, label, value = [], NEITHER, 0.0
        if best:
            value, label = max((best[-1][each][0], each) for each in best[-1] if each not in (NAME, ASIDE))
        for row in reversed(best):
            labels.append(label)
            label = row[label][1]
        return labels[::-1], value

    def _worths(self, seen: Sequence[Seen]) -> list[dict[str, float]]:
        return [self._worth(each, after) for each, after in zip_longest(seen, seen[1:])]

    def _worth(self, seen: Seen, after: Seen | None) -> dict[str, float]:
        worth = {NEITHER: 0.0}
        worth[ASIDE] = _ASIDE_COUNTS if seen.is_aside else -_BETWEEN_COSTS
        if seen.members:
            likely = quality(seen.members)
            if likely >= _UNLIKELY and not seen.is_aside:
                worth[MEMBERS] = likely - 0.5
        if seen.name:
            formal = _FORMAL_COSTS * self._cutter.is_formal(seen.name.text)
            exact = _EXACT_COSTS * (self._cutter.quality(seen.name.text) >= _EXACT)
            worth[NAME] = _NAME - formal - exact + _NAMED * seen.is_named - _OTHER_COSTS * seen.is_other
            if after and after.members and self._is_same(seen.name, after.members[0]):
                worth[NAME] += _NAMED_LIKE_MEMBER
        return worth

    def _is_same(self, name: Span, member: Mention) -> bool:
        """Whether a name and the member after it are one intercommunalité: « X », « CA du X »."""
        body = self._cutter.body(name.text)
        return body is not None and body == self._cutter.body(member.span.text)

    def _grouped(
        self, text: str, seen: Sequence[Seen], labels: Sequence[str]
    ) -> Iterator[tuple[list[Entry], list[Line]]]:
        head: Seen | None = None
        under: list[Seen] = []
        for each, label in [*zip(seen, labels, strict=True), (None, NEITHER)]:
            if label == MEMBERS and each:
                under.append(each)
            if label in (MEMBERS, ASIDE):
                continue
            if head and head.name and under:
                members = tuple(member for line in under for member in line.members)
                start, end = head.line.start, under[-1].line.end
                if quality(members) >= ENOUGH:
                    passage = Span.of(text, start, end)
                    in_doubt = bool(self._places.exactly(head.name.text))
                    entry = Entry(head.name, head.place, members, passage, not in_doubt)
                    yield [entry], [head.line, *(line.line for line in under)]
            head, under = (each if label == NAME else None), []


def _looks_of_names(seen: Sequence[Seen], labels: Sequence[str]) -> frozenset[object]:
    """The look of most names, where no members look so."""
    of = {
        label: Counter(look_of(s.line) for s, each in zip(seen, labels, strict=True) if each == label)
        for label in (NAME, MEMBERS)
    }
    if not of[NAME]:
        return frozenset()
    look, count = of[NAME].most_common(1)[0]
    is_clear = count >= max(_FEWEST, _MOSTLY * of[NAME].total()) and not of[MEMBERS][look]
    return frozenset([look] if is_clear else ())


def _suppositions(seen: Sequence[Seen]) -> Iterator[Mapping[object, float]]:
    """That the names are what has one mark and indentation, or one style, for each that many lines have."""
    for sort in (_MARK_AND_INDENT, _STYLE, _KEY):
        looks = Counter(each.look[sort] for each in seen)
        for look, count in looks.most_common(_MOST_LOOKS):
            if _FEWEST <= count < len(seen):
                yield {(sort, look, NAME): _SUPPOSED, (sort, look, MEMBERS): -_SUPPOSED}


def _learnt(seen: Sequence[Seen], labels: Sequence[str]) -> Mapping[object, float]:
    """What a first labelling says of how names and members look, and of what follows what."""
    order, count = Counter(pairwise(labels)), Counter(labels)
    found: dict[object, float] = {}
    for sort, weight in enumerate(_LOOKS_COUNT):
        looks = Counter((each.look[sort], label) for each, label in zip(seen, labels, strict=True))
        for look in {look for look, _ in looks}:
            named, members = looks[look, NAME] + 0.5, looks[look, MEMBERS] + 0.5
            ratio = log(named / (1 + count[NAME])) - log(members / (1 + count[MEMBERS]))
            found[sort, look, NAME] = max(-_MOST, min(_MOST, weight * ratio))
            found[sort, look, MEMBERS] = -found[sort, look, NAME]
    more, fewer = order[MEMBERS, MEMBERS] + 0.5, order[MEMBERS, NAME] + 0.5
    found[MEMBERS, MEMBERS] = _ORDER_COUNTS * log(more / fewer)
    return found
