"""Cut an enumeration into the members that it names.

« A, B et C » has three, « Aunis et Saintonge » may be one: commas, « et », slashes and dashes stand inside
names too. Where they may be either, the listed names decide.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from ti_graph.assembly.announcement import Span
from ti_graph.ingest.additions import is_addition, shorn
from ti_graph.ingest.forms import form_alone, nature_of, telling
from ti_graph.ingest.gazetteer import Gazetteer
from ti_graph.ingest.loose import loose
from ti_graph.ingest.matching import acronyms
from ti_graph.ingest.places import NOWHERE, Place, Places
from ti_graph.reference.words import LITTLE, words

_CUT = re.compile(
    r"(?P<strong>\s*[;•‣▪|·→]\s*|\s*\n\s*[-–—•*]\s+|\t+)"
    r"|(?P<comma>\s*,\s*(?:rejointe?s?\s+par|associée?s?\s+(?:à|avec)|aux\s+côtés\s+de|ainsi\s+qu['’])\s*"
    r"|\s*,\s*(?:(?:et|ainsi\s+que|puis|mais\s+aussi|enfin)\s+(?!de\b(?!\s+l)))?)"
    r"|(?P<et>\s+(?:et|ainsi\s+que|puis|&|\+)\s+(?:enfin\s+)?)"
    r"|(?P<slash>\s*/\s*|\s*\+\s*)"
    r"|(?P<dash>\s+[-–—]\s+)",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"(?:(?:les\s+)?(?:\d+\s+)?(?:collectivités?|intercommunalités?|EPCI|communautés|"
    r"membres?)(?:\s+suivante?s)?\s*:\s*)?"
    r"(?:(?:ainsi\s+que|dont|notamment|avec|soit|à\s+savoir|et|par|entre|à|quant\s+à\s+(?:lui|elle)|"
    r"également)\s+)?"
    r"(?:(?:de\s+la|du|des|de|la|le|les|au|aux)\s+|(?:de\s+l|d|l)['’]\s*)(?=\w)"
    r"|(?:L[ae]s?\s+|L['’]\s*)(?=(?:C[CAU]\b|[Cc]ommunaut|[Aa]gglo|[Mm]étropole|[A-Z]{3,}\b))"
)
_PLURAL = loose(
    r"\s*(?:les\s+|des\s+)?(?:deux\s+|trois\s+|quatre\s+|cinq\s+|\d+\s+)?"
    r"(?P<form>communautés\s+de\s+communes|communautes\s+de\s+communes|communautés\s+d['’]agglomération|"
    r"communautes\s+d['’]agglomeration|communautés\s+urbaines|agglomérations|métropoles|intercommunalités|"
    r"EPCI|CC(?=\s+(?:de|du|des|d['’])\s)(?=$))\s+"
    r"(?:de\s+la\s+|de\s+l['’]\s*|du\s+|des\s+|de\s+|d['’]\s*)?",
    re.IGNORECASE,
)
#: A word in small letters, with which a sentence may go on behind a name.
_GOES_ON = re.compile(r"\s+(?P<word>[a-zà-ÿ]+)(?=[\s'’])")
_LISTED = 0.97  # how like a listed name the words before it must be
_EMPTY = re.compile(r"(?:etc|…|\.+|et|\W*)\.*", re.IGNORECASE)
_OPENS = " \t\n\r\xa0\u202f:;,–—-•·"
_CLOSES = " \t\n\r\xa0\u202f.,;:!*…"
_QUOTED = re.compile(r"[«“\"]\s*(.*?)\s*[»”\"]", re.DOTALL)
_BRACKET = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]$")
_CLOSED_BEFORE = re.compile(r"[)\]»”]\s*(?:[,;/]|et\b|[-–—]\s)")
_LONGEST = 160  # code points of a member's name
_PARTS = 6  # pieces between separators that one name may have
#: What a text without any likeness counts, and one that begins with a legal form.
_UNKNOWN, _FORMAL = 0.2, 0.6
_COMMUNE_OF = (("ville",), ("commune",))
_COMMUNE = 0.65  # what the name of a commune counts
_NO_MEMBER = re.compile(
    r"^(?:(?:les|tous\s+les|ces|nos)\s+)?(?:territoires|candidats|lauréats|partenaires)$|"
    r"^(?:les\s+)?territoires\s+(?:de|du|des|d|en|dans|retenus|labellisés)\b|"
    r"^\d{1,2}(?:er)?\s+(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|"
    r"décembre)\b|"
    r"^(?:régions?|états?|départements?|communes?|préfectures?|villes?|pays|intercommunalités?|"
    r"entreprises?)$|"
    r"^(?:les\s+)?(?:\d+|deux|trois|quatre|cinq|six|sept|huit|neuf|dix)\s+(?:collectivités|"
    r"intercommunalités|EPCI|membres)\b|"
    r"(?:\d+|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|quinze|vingt)\s+territoires|"
    r"territoires\s+d\s?['’]?\s?industrie",
    re.IGNORECASE,
)
_LEGAL_FORMS = ("CC", "CA", "CU", "ept")
#: A name in which a separator stands must be this like a listed one.
_ONE_NAME, _ONE_NAME_WITH_COMMA = 0.75, 0.93
_PER_PIECE = 3  # what a piece counts besides its length


@dataclass(frozen=True, slots=True)
class Mention:
    """A member as an enumeration names it.

    Arguments:
        span: its name, without the place in brackets.
        bracket: the words of that place, if any.
        place: which it is.
        nature: the legal form that stands before several at once.
        quality: how like a listed name it is, 0 to 1.
    """

    span: Span
    bracket: Span | None
    place: Place
    nature: str | None
    quality: float


class Cutter:
    """Cuts enumerations.

    Arguments:
        gazetteer: the listed names.
        places: régions and départements.
        communes: the names of communes, as ``telling`` gives them.
    """

    def __init__(self, gazetteer: Gazetteer, places: Places, communes: Collection[tuple[str, ...]]):
        self._gazetteer, self._places, self._communes = gazetteer, places, communes
        self.quality = lru_cache(maxsize=100_000)(self._quality)

    def cut(self, text: str, start: int, end: int) -> list[Mention]:
        """The members that a stretch of a text names, in order."""
        nature: str | None = None
        found = []
        for first, last in self._pieces(text, start, end):
            plural = _PLURAL.match(text, first, last)
            if plural and plural.end() < last:
                nature, first = nature_of((*words(_singular(plural["form"])), "x"))[0], plural.end()
            mention = self._mention(text, first, last, nature)
            if mention:
                found.append(mention)
        return _without_places(found, self._places)

    def body(self, name: str) -> str | None:
        """The SIREN of the intercommunalité whose name a text is most like; None where it is like none."""
        found = self._gazetteer.alike(telling(name)[1])[:1] if len(name) <= _LONGEST else ()
        return next((each.name.body.siren for each in found if each.score >= _ONE_NAME), None)

    def knows(self, word: str) -> bool:
        """Whether a word, in small letters without accents, is one that listed names have."""
        return self._gazetteer.knows(word)

    def as_member(self, name: str) -> float:
        """How much a name that is to be a territory's looks like a member's, 0 to 1."""
        likeness = max(0.0, self.quality(name) - 0.5)
        return likeness + 0.5 if self.is_formal(name) else likeness

    def is_formal(self, name: str) -> bool:
        """Whether a name begins with a legal form (« CC »), or « Ville de »."""
        nature, rest = telling(name)
        return nature in _LEGAL_FORMS or (rest[:1] in _COMMUNE_OF and rest[1:] in self._communes)

    def _quality(self, name: str) -> float:
        """How like the name of an intercommunalité a text is, 0 to 1."""
        if len(name) > _LONGEST or _NO_MEMBER.search(name):
            return 0.0
        nature, rest = telling(name)
        likeness = max((found.score for found in self._gazetteer.alike(rest)[:1]), default=0.0)
        if likeness < 0.9 and any(self._gazetteer.named(acronym) for acronym in acronyms(name)):
            likeness = 0.9
        if rest in self._communes or (rest[:1] in _COMMUNE_OF and rest[1:] in self._communes):
            likeness = max(likeness, _COMMUNE)
        return max(likeness, _FORMAL if nature in _LEGAL_FORMS else _UNKNOWN)

    def _pieces(self, text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        cuts = outside_brackets(text, start, _CUT.finditer(text, start, end))
        certain = {"strong"}
        blocks, first = [], start
        for match in [*cuts, None]:
            if match is None or match.lastgroup in certain:
                blocks.append((first, match.start() if match else end))
                first = match.end() if match else end
        for first, last in blocks:
            inner = [m for m in cuts if first <= m.start() and m.end() <= last and m.lastgroup not in certain]
            yield from self._parted(text, first, last, inner)

    def _parted(
        self, text: str, start: int, end: int, cuts: Sequence[re.Match[str]]
    ) -> Iterator[tuple[int, int]]:
        """Cut where the pieces are then most like listed names (dynamic programming)."""
        edges = [(start, start), *((m.start(), m.end()) for m in cuts), (end, end)]
        kinds = ["", *(str(m.lastgroup) for m in cuts), ""]
        is_list = any(kind == "comma" for kind in kinds)
        best: list[tuple[float, int]] = [(0.0, 0)]
        for right in range(1, len(edges)):
            options = []
            for left in range(max(0, right - _PARTS), right):
                value = self._worth(text, edges[left][1], edges[right][0], kinds[left + 1 : right], is_list)
                options.append((best[left][0] + value, left))
            best.append(max(options))
        found, right = [], len(edges) - 1
        while right:
            left = best[right][1]
            found.append((edges[left][1], edges[right][0]))
            right = left
        yield from reversed(found)

    def _worth(self, text: str, start: int, end: int, inside: Sequence[str], is_list: bool) -> float:
        """What a piece counts: its length times how like a listed name it is."""
        start, end = _trimmed(text, start, end)
        name = _BRACKET.sub("", text[slice(*shorn(text, start, end))])
        quality = self.quality(name)
        length = len(name) + _PER_PIECE
        if not inside:
            return length * quality
        if _CLOSED_BEFORE.search(text, start, end):
            return -1.0
        usually_cut = "comma" in inside or "slash" in inside or (is_list and "et" in inside)
        if quality < (_ONE_NAME_WITH_COMMA if usually_cut else _ONE_NAME):
            if usually_cut:
                return -1.0
            quality = _UNKNOWN if quality < _FORMAL else quality - 0.1
        return length * quality

    def _mention(self, text: str, start: int, end: int, nature: str | None) -> Mention | None:
        start, end = _trimmed(text, start, end)
        bracket, place, before = None, NOWHERE, (-1, -1)
        while (start, end) != before:
            before = start, end
            found = _BRACKET.search(text[start:end])
            here = self._places.exactly(found[1]) if found and found.start() else NOWHERE
            if found and here:
                bracket = Span(start + found.start(1), start + found.end(1), found[1])
                place, end = here, start + found.start()
            else:
                start, end = shorn(text, start, end)
            start, end = _trimmed(text, start, end)
        quoted = _QUOTED.fullmatch(text[start:end])
        if quoted and quoted[1]:
            start, end = start + quoted.start(1), start + quoted.end(1)
        name = text[start:end]
        if not name or _EMPTY.fullmatch(name) or len(name) > _LONGEST:
            return None
        if not any(map(str.isalpha, name)) or is_addition(name) or form_alone(name) is not None:
            return None
        quality = 0.0 if self._places.exactly(name) else self.quality(name)
        if quality < _ONE_NAME_WITH_COMMA:
            end, quality = self._before_sentence(text, start, end, quality)
        return Mention(Span.of(text, start, end), bracket, place, nature, quality)

    def _before_sentence(self, text: str, start: int, end: int, quality: float) -> tuple[int, float]:
        """Where a listed name ends that a sentence goes on behind, and how like it is."""
        for match in reversed(list(_GOES_ON.finditer(text, start, end))):
            listed = self.quality(text[start : match.start()])
            if listed >= _LISTED and match["word"] not in LITTLE:
                return match.start(), listed
        return end, quality


def _without_places(found: list[Mention], places: Places) -> list[Mention]:
    """Members without what only says where the one before is (« CC A – Orne »)."""
    kept: list[Mention] = []
    for each in found:
        place = places.exactly(each.span.text) if kept else NOWHERE
        if place:
            kept[-1] = replace(kept[-1], bracket=each.span, place=place)
        else:
            kept.append(each)
    return kept


def _singular(form: str) -> str:
    """A legal form in the plural as the forms have it: « communautés urbaines » as ``communaute urbaine``."""
    return " ".join(words(form)).replace("urbaines", "urbaine").replace("communautes u", "communaute u")


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch without edge spaces, what leads in (« ainsi que ») and what closes (« etc. »)."""
    start += len(text[start:end]) - len(text[start:end].lstrip(_OPENS))
    leading = _LEADING.match(text, start, end)
    if leading:
        start = leading.end()
    while end > start:
        if text[end - 1] in _CLOSES:
            end -= 1
        elif text[max(start, end - 4) : end].casefold() in (" etc", ",etc"):
            end -= 3
        else:
            break
    return start, end


def outside_brackets(text: str, start: int, matches: Iterable[re.Match[str]]) -> list[re.Match[str]]:
    """Those of some matches, in order, that stand in no bracket or quotation opened after an offset."""
    found, depth, at = [], 0, start
    for match in matches:
        for character in text[at : match.start()]:
            if character in "([«“":
                depth += 1
            elif character in ")]»”":
                depth = max(0, depth - 1)
        at = match.start()
        if depth == 0:
            found.append(match)
    return found
