"""Territories whose name stands over their members: which lines are names, which are members.

Each line is taken for a name, for members or for neither, so that the whole is most likely (Viterbi's
algorithm): members are like listed names and follow a name, names are not. Then the same once more, with what
the first time has shown of how names and members look on this page, and how they follow each other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from math import log

from ti_graph.announcement import Span
from ti_graph.ingest.entry import CONTACT, DATE, ENOUGH, MEMBERS_OF, Entry, name_in, quality, without_count
from ti_graph.ingest.lines import Line, cells_of
from ti_graph.ingest.loose import loose
from ti_graph.ingest.matching import Place
from ti_graph.ingest.members import Cutter, Mention
from ti_graph.ingest.places import Places

NAME, ASIDE, MEMBERS, NEITHER = "name", "aside", "members", "neither"
#: What may stand before a line of a kind.
_BEFORE = {
    NAME: (MEMBERS, NEITHER),
    ASIDE: (NAME, ASIDE),
    MEMBERS: (NAME, ASIDE, MEMBERS),
    NEITHER: (MEMBERS, NEITHER),
}
_LONGEST_NAME = 130
_WITHOUT_DOUBT = 0.9  # how like a listed name a line must be to be no key, though it stands there often
_IS_SENTENCE = re.compile(r"[.!?]$|\.\s+[A-ZÀ-Þ]")
#: What a name counts, and what it loses by beginning with a legal form, or being just a listed name.
_NAME, _FORMAL_COSTS, _EXACT_COSTS, _EXACT = 0.45, 0.4, 0.15, 0.97
#: How much it counts how names and members look on the page, and how they follow each other.
#: mark and indentation; empty lines around; a colon at the end; a comma; a dash; capitals; a legal form;
#: cells of a table; style; what key stands above.
_LOOKS_COUNT, _ORDER_COUNTS, _MOST = (0.4, 0.3, 0.2, 0.15, 0.1, 0.2, 0.25, 0.4, 0.4, 0.4), 0.2, 1.0
_MARK_AND_INDENT, _STYLE = 0, 8
#: How many looks are supposed to be that of names, how much that counts, and by how much it must fit better.
_MOST_LOOKS, _SUPPOSED, _CLEARLY = 3, 1.0, 0.5
_CONSISTENT = 0.15  # what it counts beside what the lines say that looks and labels go together
_NAMED_LIKE_MEMBER = 0.3  # what a name counts that is that of the member after it
_UNLIKELY = 0.4  # members less like listed names than this are none
_DASH = re.compile(r"\s[-–—]\s")
_TIMES = 3
_FEWEST, _MOSTLY = 2, 0.7  # the places under names that show that places stand under names
#: Lines that stand between a name and its members without being either.
_ASIDE = loose(
    r"\W*(?:\d+\W*(?:EPCI|intercommunalités?|membres?|communes?)|\d{1,3}|[-=_*+~.#|\s]{3,}|"
    r"(?:région|département|binôme|pilote|référents?|contact|priorités?|date|statut|animation|depuis)s?"
    r"(?:\(s\))?\s*:.*|(?:qui|quoi|où|quand|combien|comment|pourquoi)\s*\?|en\s+savoir\s+plus|lire\s+(?:la\s+suite|plus)|plus\s+d['’]infos?|publicité|voir\s.{0,40}|"
    r"république(?:\s+française)?|française|liberté|égalité|fraternité)\W*",
    re.IGNORECASE | re.DOTALL,
)
#: What says, before a colon, what follows: « Filières : bois, chimie ».
_KEY = re.compile(r"[^\W\d][^:,;|«»()]{2,30}\s?:\s+(?=\S)")
#: What stands above a territory's name in a record.
_NAME_OF = loose(
    r"(?:nom\s+)?(?:du\s+)?territoires?(?:\s+d\s?['’]?\s?industrie)?\W*|nom\W*|intitulé\W*", re.IGNORECASE
)
_ASIDE_COSTS = -0.1
_ANSWER = re.compile(r"(?:(?:R|Réponse)\s*[:.]|Qui\s*\?)\s*")
_LEADING = loose(
    r"(?:.{0,40}?\b)?(?:le|du|au|ce)\s+(?:territoire\s+d\s?['’]?\s?industrie|territoire|TI)\s+"
    r"(?P<name>[^:;?«»]{2,110}?)\s*,?\s+(?:qui\s+)?(?:est|regroupe|comprend|réunit|rassemble|associe|couvre|se\s+compose|compte)\b"
    r"[^:]{0,80}:\s*",
    re.IGNORECASE | re.DOTALL,
)
_LEADING_QUOTED = re.compile(
    r"[^«»“”\":]{3,90}(?P<name>(?:«|“|\").{2,110}?(?:»|”|\"))[^«»“”\":]{0,80}[?:]\s*", re.DOTALL
)


@dataclass(frozen=True)
class _Seen:
    """A line, what it would be as a name and as members, and how it looks."""

    line: Line
    name: Span | None
    place: Place
    members: tuple[Mention, ...]
    look: tuple[object, ...]
    key: str = ""
    is_of_members: bool = False


class Headed:
    """Finds the territories whose name stands over their members.

    Arguments:
        cutter: cuts enumerations.
        places: régions and départements.
    """

    def __init__(self, cutter: Cutter, places: Places):
        self._cutter, self._places = cutter, places

    def entries(
        self, text: str, lines: Sequence[Line], besides: Collection[Line]
    ) -> Iterator[tuple[list[Entry], list[Line]]]:
        """The territories of some lines, each with the lines that it is made of.

        Arguments:
            besides: lines that list territories by themselves.
        """
        seen = list(self._seen(text, lines, besides, frozenset()))
        labels = self._settled(seen)
        looks = _looks_of_names(seen, labels)
        if any(
            self._places.exactly(text[line.start : line.end]) for line in lines if _look_of(line) in looks
        ):
            seen = list(self._seen(text, lines, besides, looks))
            labels = self._settled(seen)
        yield from self._grouped(text, seen, labels)

    def _settled(self, seen: Sequence[_Seen]) -> list[str]:
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

    def _seen(
        self, text: str, lines: Sequence[Line], besides: Collection[Line], looks: Collection[object]
    ) -> Iterator[_Seen]:
        beneath = self._are_beneath_names(text, lines)
        all_words = Counter(text[line.start : line.end] for line in lines)
        count = Counter(_without_figures(text[line.start : line.end]) for line in lines)
        above = ""
        for number, line in enumerate(lines):
            words, heading, above = text[line.start : line.end], above, ""
            is_at_page_end = words[-1].isdecimal() and count[_without_figures(words)] >= _TIMES
            is_key = (
                _NAME_OF.fullmatch(words)
                or (all_words[words] >= _TIMES
                and self._cutter.quality(words) < _WITHOUT_DOUBT)
            )
            is_aside = (
                is_key or _ASIDE.fullmatch(words) or (CONTACT.search(words) and len(words) < _LONGEST_NAME)
            )
            if is_aside or MEMBERS_OF.fullmatch(words) or is_at_page_end:
                above = words
                continue
            after = lines[number + 1 : number + 2]
            is_over = not beneath and all_words[words] == 1 and self._is_over_members(text, after)
            is_like_names = _look_of(line) in looks and not any(_look_of(each) in looks for each in after)
            if self._places.exactly(words) and not is_over and not is_like_names:
                continue
            follows = lines[number + 1].after_blank if number + 1 < len(lines) else True
            look = (*self._look(line, words, follows, cells_of(text, line)), heading)
            is_of_members = bool(MEMBERS_OF.fullmatch(heading))
            key = _ANSWER.match(text, line.start, line.end) or MEMBERS_OF.match(text, line.start, line.end)
            members = tuple(self._cutter.cut(text, key.end() if key else line.start, line.end))
            is_long = len(words) > _LONGEST_NAME and _IS_SENTENCE.search(words)
            is_prose = is_long and not key and quality(members) < ENOUGH
            if line in besides or is_prose or DATE.search(words):
                yield _Seen(line, None, Place(), (), look)
                continue
            name, place = (None, Place()) if key or is_of_members else self._name(text, line)
            other = _KEY.match(text, line.start, line.end)
            members = () if _NAME_OF.fullmatch(heading) else members
            yield _Seen(
                line, name, place, members, look, other[0] if other else "", is_of_members or key is not None
            )

    def _are_beneath_names(self, text: str, lines: Sequence[Line]) -> bool:
        """Whether the lines that are a place mostly stand under a territory's name, and are not one."""
        known = [bool(self._places.exactly(text[line.start : line.end])) for line in lines]
        above = [
            is_place and not before and self._is_bare_name(text, line)
            for is_place, before, line in zip(known[1:], known, lines, strict=False)
        ]
        return sum(above) >= max(_FEWEST, _MOSTLY * sum(known))

    def _is_bare_name(self, text: str, line: Line) -> bool:
        words = text[line.start : line.end]
        is_short = not re.search(r"[,;:|]", words) and not self._cutter.is_formal(words)
        return is_short and self._name(text, line)[0] is not None

    def _look(self, line: Line, words: str, follows: bool, cells: int) -> tuple[object, ...]:
        """How a line looks, sort by sort (``_LOOKS_COUNT``)."""
        comma, dash = "," in words or ";" in words, bool(_DASH.search(words))
        blank, formal = (line.after_blank, follows), self._cutter.is_formal(words)
        return line.look, blank, words.endswith(":"), comma, dash, words.isupper(), formal, cells, line.style

    def _is_over_members(self, text: str, after: Sequence[Line]) -> bool:
        """Whether the line after one is members without doubt, so that it names a territory, not a place."""
        return any(
            self._cutter.is_formal(text[line.start : line.end])
            or "," in text[line.start : line.end]
            or MEMBERS_OF.match(text, line.start, line.end)
            for line in after
        )

    def _name(self, text: str, line: Line) -> tuple[Span | None, Place]:
        """The name that a line is, or that it asks or leads into (« Le territoire X regroupe : »)."""
        start, end = line.start, without_count(text, line.start, line.end)
        leading = _LEADING.fullmatch(text, start, end) or _LEADING_QUOTED.fullmatch(text, start, end)
        if leading:
            start, end = leading.span("name")
        bracket = re.compile(r"\s*[(\[]([^()\[\]]{1,60})[)\]]\s*:?\s*$").search(text[start:end])
        place = self._places.exactly(bracket[1]) if bracket and bracket.start() else Place()
        if bracket and place:
            end = start + bracket.start()
        is_one = end - start <= _LONGEST_NAME and not _IS_SENTENCE.search(text[start:end])
        return (name_in(text, start, end) if is_one else None), place

    def _labelled(self, seen: Sequence[_Seen], learnt: Mapping[object, float]) -> tuple[list[str], float]:
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

    def _worths(self, seen: Sequence[_Seen]) -> list[dict[str, float]]:
        return [self._worth(each, after) for each, after in zip_longest(seen, seen[1:])]

    def _worth(self, seen: _Seen, after: _Seen | None) -> dict[str, float]:
        worth = {NEITHER: 0.0}
        if seen.key and not seen.is_of_members:
            worth[ASIDE] = _ASIDE_COSTS
        if seen.members:
            likely = quality(seen.members)
            worth[MEMBERS] = likely - 0.5 if likely >= _UNLIKELY else -1.0
            if ASIDE in worth:
                del worth[MEMBERS]
        if seen.name:
            formal = _FORMAL_COSTS * self._cutter.is_formal(seen.name.text)
            exact = _EXACT_COSTS * (self._cutter.quality(seen.name.text) >= _EXACT)
            worth[NAME] = _NAME - formal - exact
            if after and after.members and self._is_same(seen.name, after.members[0]):
                worth[NAME] += _NAMED_LIKE_MEMBER
        return worth

    def _is_same(self, name: Span, member: Mention) -> bool:
        """Whether a name and the member after it are one intercommunalité: « X », « CA du X »."""
        body = self._cutter.body(name.text)
        return body is not None and body == self._cutter.body(member.span.text)

    def _grouped(
        self, text: str, seen: Sequence[_Seen], labels: Sequence[str]
    ) -> Iterator[tuple[list[Entry], list[Line]]]:
        head: _Seen | None = None
        under: list[_Seen] = []
        for each, label in [*zip(seen, labels, strict=True), (None, NEITHER)]:
            if label == MEMBERS and each:
                under.append(each)
            if label in (MEMBERS, ASIDE):
                continue
            if head and head.name and under:
                members = tuple(member for line in under for member in line.members)
                start, end = head.line.start, under[-1].line.end
                if quality(members) >= ENOUGH:
                    passage = Span(start, end, text[start:end])
                    in_doubt = bool(self._places.exactly(head.name.text))
                    entry = Entry(head.name, head.place, members, passage, not in_doubt)
                    yield [entry], [head.line, *(line.line for line in under)]
            head, under = (each if label == NAME else None), []


def _look_of(line: Line) -> object:
    """The mark, the indentation and the style of a line."""
    return line.look, line.style


def _looks_of_names(seen: Sequence[_Seen], labels: Sequence[str]) -> frozenset[object]:
    """The look of most names, where no members look so."""
    of = {
        label: Counter(_look_of(s.line) for s, each in zip(seen, labels, strict=True) if each == label)
        for label in (NAME, MEMBERS)
    }
    if not of[NAME]:
        return frozenset()
    look, count = of[NAME].most_common(1)[0]
    is_clear = count >= max(_FEWEST, _MOSTLY * of[NAME].total()) and not of[MEMBERS][look]
    return frozenset([look] if is_clear else ())


def _suppositions(seen: Sequence[_Seen]) -> Iterator[Mapping[object, float]]:
    """That the names are what has one mark and indentation, or one style, for each that many lines have."""
    for sort in (_MARK_AND_INDENT, _STYLE):
        looks = Counter(each.look[sort] for each in seen)
        for look, count in looks.most_common(_MOST_LOOKS):
            if _FEWEST <= count < len(seen):
                yield {(sort, look, NAME): _SUPPOSED, (sort, look, MEMBERS): -_SUPPOSED}


def _without_figures(words: str) -> str:
    return re.sub(r"\d+", "0", words)


def _learnt(seen: Sequence[_Seen], labels: Sequence[str]) -> Mapping[object, float]:
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
