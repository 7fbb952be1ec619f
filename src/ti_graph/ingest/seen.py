"""What the lines of a page would be: the name of a territory, its members, or what stands beside them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ti_graph.assembly.announcement import Span
from ti_graph.ingest.entry import (
    CONTACT,
    DATE,
    ENOUGH,
    LONGEST_NAME,
    MEMBERS_OF,
    NAME_OF,
    OTHER_OF,
    name_in,
    quality,
    without_count,
)
from ti_graph.ingest.keys import DAY, NUMBER
from ti_graph.ingest.lines import Line, cells_of
from ti_graph.ingest.loose import loose
from ti_graph.ingest.members import Cutter, Mention
from ti_graph.ingest.phrases import REFUSED
from ti_graph.ingest.places import NOWHERE, Place, Places
from ti_graph.ingest.spotting import Spotter

_WITHOUT_DOUBT = 0.9  # how like a listed name a line must be to be no key, though it stands there often
_IS_SENTENCE = re.compile(r"[.!?]$|\.\s+[A-ZÀ-Þ]")
_DASH = re.compile(r"\s[-–—]\s")
_TIMES = 3
_FEWEST, _MOSTLY = 2, 0.7  # the places under names that show that places stand under names
#: Lines that stand between a name and its members without being either.
_ASIDE = loose(
    r"\W*(?:\d+\W*(?:EPCI|intercommunalités?|membres?|communes?)|\d{1,3}|[-=_*+~.#|\s]{3,}|"
    r"(?:région|département|binôme|pilote|référents?|contact|priorités?|date|statut|animation|depuis)s?"
    r"(?:\(s\))?\s*:.*|(?:qui|quoi|où|quand|combien|comment|pourquoi)\s*\?|en\s+savoir\s+plus|"
    r"lire\s+(?:la\s+suite|plus)|plus\s+d['’]infos?|publicité|voir\s.{0,40}|"
    r"république(?:\s+française)?|française|liberté|égalité|fraternité)\W*",
    re.IGNORECASE | re.DOTALL,
)
#: What says, before a colon, what follows: « Filières : bois, chimie ».
_KEY = re.compile(r"[^\W\d][^:,;|«»()]{2,30}\s?:\s+(?=\S)")
#: What may be a key of what stands under it.
_IS_KEY = re.compile(r"[^\d.!?:;]{2,45}\s*[:?]?")
_OF_TERRITORY = loose(rf"(?:^|\W)(?:{NAME_OF.pattern})$", re.IGNORECASE)
_ANSWER = re.compile(r"(?:(?:R|Réponse)\s*[:.]|Qui\s*\?)\s*")
_LEADING = loose(
    r"(?:.{0,40}?\b)?(?:le|du|au|ce)\s+(?:territoire\s+d\s?['’]?\s?industrie|territoire|TI)\s+"
    r"(?P<name>[^:;?«»]{2,110}?)\s*,?\s+(?:qui\s+)?"
    r"(?:est|regroupe|comprend|réunit|rassemble|associe|couvre|se\s+compose|compte)\b[^:]{0,80}:\s*",
    re.IGNORECASE | re.DOTALL,
)
_LEADING_QUOTED = re.compile(
    r"[^«»“”\":]{0,90}(?P<name>(?:«|“|\").{2,110}?(?:»|”|\"))[^«»“”\":]{0,80}[?:]\s*", re.DOTALL
)
_ONE_QUOTED = re.compile(r"[^«»“”\"]*(?P<name>[«“\"][^«»“”\"]{2,110}[»”\"])[^«»“”\"]*")
_TAGS = re.compile(r"(?:\s+[#@]\w+)+$")


@dataclass(frozen=True)
class Seen:
    """A line, what it would be as a name and as members, and how it looks.

    Arguments:
        line: the line.
        name, place: the territory's name that it would be, with the place beside it.
        members: the members that it would name.
        look: how it looks, sort by sort.
        is_aside: whether it says something else of a territory (« Filières : bois, chimie »).
        is_named, is_other: whether what stands before it, or over it, says that it is a name, or something
            else.
    """

    line: Line
    name: Span | None
    place: Place
    members: tuple[Mention, ...]
    look: tuple[object, ...]
    is_aside: bool = False
    is_named: bool = False
    is_other: bool = False


class Seer:
    """Sees what lines would be.

    Arguments:
        cutter: cuts enumerations.
        places: régions and départements.
    """

    def __init__(self, cutter: Cutter, places: Places):
        self._cutter, self._places, self._spotter = cutter, places, Spotter(cutter)

    def seen(
        self,
        text: str,
        lines: Sequence[Line],
        keys: Mapping[Line, tuple[str, int]],
        besides: Collection[Line],
        looks: Collection[object],
    ) -> Iterator[Seen]:
        """Each line that may count, in order.

        Arguments:
            keys: the lines that begin with a key (``keys_of``).
            besides: lines that list territories by themselves.
            looks: those of the names, where they are known: a place that looks so is a name.
        """
        aside = self._aside(text, lines, keys)
        places = self._places_only(text, lines, looks)
        above = ""
        for line, after in zip(lines, [*lines[1:], None], strict=True):
            words = text[line.start : line.end]
            if line in aside or line in places:
                is_close = after is None or line.after_blank or not after.after_blank
                above = aside.get(line, "") if not above and is_close else ""  # under a key is its value
                continue
            key, start = keys.get(line, (above, line.start))
            above = ""
            look = (*self._look(text, line, start, after), key)
            if (
                line in besides
                or REFUSED.search(words)
                or REFUSED.search(key)
                or DATE.search(text, start, line.end)
            ):
                yield Seen(line, None, NOWHERE, (), look)
            else:
                yield self._one(text, line, key, start, look)

    def _one(self, text: str, line: Line, key: str, start: int, look: tuple[object, ...]) -> Seen:
        """What a line would be whose value begins at an offset, behind or under a key."""
        leading = _ANSWER.match(text, start, line.end) or MEMBERS_OF.match(text, start, line.end)
        is_of_members = leading is not None or MEMBERS_OF.fullmatch(key) is not None
        is_named = not is_of_members and _OF_TERRITORY.search(key) is not None
        members = tuple(
            self._cutter.cut(text, *self._unbracketed(text, leading.end() if leading else start, line.end))
        )
        words = text[start : line.end]
        if _IS_SENTENCE.search(words) and members and members[0].quality < _WITHOUT_DOUBT:
            members = self._spotter.mentions(text, start, line.end) or members
        is_prose = len(words) > LONGEST_NAME and _IS_SENTENCE.search(words) and not is_of_members
        if is_prose and quality(members) < ENOUGH:
            return Seen(line, None, NOWHERE, (), look)
        is_no_name = is_of_members or (key and not is_named and OTHER_OF.fullmatch(key))
        name, place = (None, NOWHERE) if is_no_name else self._name(text, start, line.end)
        quoted = _ONE_QUOTED.fullmatch(text, start, line.end) if key == DAY and name is None else None
        name = name_in(text, *quoted.span("name")) if quoted else name
        is_beside = _KEY.match(text, line.start, line.end) is not None or start > line.start
        is_aside = not is_named and (not members if is_of_members else is_beside)
        is_known = start > line.start and quality(members) >= ENOUGH and not OTHER_OF.fullmatch(key)
        is_other = key not in ("", DAY) and NUMBER not in key and not is_named and not is_of_members
        members = () if is_named else members
        return Seen(line, name, place, members, look, is_aside and not is_known, is_named, is_other)

    def _unbracketed(self, text: str, start: int, end: int) -> tuple[int, int]:
        """A stretch without the bracket that all of it stands in."""
        whole = re.compile(r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)[.;,]?").fullmatch(text, start, end)
        return whole.span(1) if whole and not self._places.exactly(whole[1]) else (start, end)

    def _aside(
        self, text: str, lines: Sequence[Line], keys: Mapping[Line, tuple[str, int]]
    ) -> Mapping[Line, str]:
        """Lines that are no part of any list, or say only what stands below them, each with what it says."""
        times = Counter(text[line.start : line.end] for line in lines)
        alike = Counter(re.sub(r"\d+", "0", text[line.start : line.end]) for line in lines)
        found = {}
        for line in lines:
            words = text[line.start : line.end]
            is_at_page_end = words[-1].isdecimal() and alike[re.sub(r"\d+", "0", words)] >= _TIMES
            is_repeated = times[words] >= _TIMES and self._cutter.quality(words) < _WITHOUT_DOUBT
            is_contact = CONTACT.search(words) and len(words) < LONGEST_NAME
            of = keys[line][0] if line in keys else ""
            is_over_members = MEMBERS_OF.fullmatch(words) and not MEMBERS_OF.fullmatch(of)
            is_key = is_repeated and _IS_KEY.fullmatch(words) and not self._places.exactly(words)
            is_over = is_key or is_over_members or NAME_OF.fullmatch(words)
            if is_over or is_repeated or is_at_page_end or is_contact or _ASIDE.fullmatch(words):
                found[line] = words if is_over and not line.mark else ""
        return found

    def _places_only(self, text: str, lines: Sequence[Line], looks: Collection[object]) -> set[Line]:
        """Lines that are a région or a département, and no territory of that name."""
        beneath = self._are_beneath_names(text, lines)
        times = Counter(text[line.start : line.end] for line in lines)
        found = set()
        for number, line in enumerate(lines):
            words, after = text[line.start : line.end], lines[number + 1 : number + 2]
            if self._places.exactly(words):
                is_over = not beneath and times[words] == 1 and self._is_over_members(text, after)
                is_like_names = look_of(line) in looks and not any(look_of(each) in looks for each in after)
                if not is_over and not is_like_names:
                    found.add(line)
        return found

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
        return is_short and self._name(text, line.start, line.end)[0] is not None

    def _look(self, text: str, line: Line, start: int, after: Line | None) -> tuple[object, ...]:
        """How a line looks, sort by sort.

        Mark and indentation; empty lines around; a colon at the end; a comma; a dash; capitals; a legal
        form; cells of a table; style.
        """
        words = text[start : line.end]
        comma, dash = "," in words or ";" in words, bool(_DASH.search(words))
        blank = (line.after_blank, after.after_blank if after else True)
        formal, cells = self._cutter.is_formal(words), cells_of(text, line)
        return line.look, blank, words.endswith(":"), comma, dash, words.isupper(), formal, cells, line.style

    def _is_over_members(self, text: str, after: Sequence[Line]) -> bool:
        """Whether the line after one is members without doubt, so that it names a territory, not a place."""
        return any(
            self._cutter.is_formal(text[line.start : line.end])
            or "," in text[line.start : line.end]
            or MEMBERS_OF.match(text, line.start, line.end)
            for line in after
        )

    def _name(self, text: str, start: int, end: int) -> tuple[Span | None, Place]:
        """The name that a line is, or that it asks or leads into (« Le territoire X regroupe : »)."""
        tags = _TAGS.search(text[start:end])
        end = without_count(text, start, start + tags.start() if tags else end)
        leading = _LEADING.fullmatch(text, start, end) or _LEADING_QUOTED.fullmatch(text, start, end)
        if leading:
            start, end = leading.span("name")
        bracket = re.compile(r"\s*[(\[]([^()\[\]]{1,60})[)\]]\s*:?\s*$").search(text[start:end])
        place = self._places.exactly(bracket[1]) if bracket and bracket.start() else NOWHERE
        if bracket and place:
            end = start + bracket.start()
        is_one = end - start <= LONGEST_NAME and not _IS_SENTENCE.search(text[start:end])
        return (name_in(text, start, end) if is_one else None), place


def look_of(line: Line) -> object:
    """The mark, the indentation and the style of a line."""
    return line.look, line.style
