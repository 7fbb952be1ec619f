"""Intercommunalités named in running text: « … tient à ce que la communauté de communes du Pays de Lure … ».

A mention begins with a legal form and is as long as is most like a listed name; bare names count only where
they stand in an enumeration with such a mention, and are listed exactly so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from ti_graph.assembly.announcement import Span
from ti_graph.ingest.forms import telling
from ti_graph.ingest.loose import loose
from ti_graph.ingest.members import Cutter, Mention

_FORM = loose(
    r"(?<!\w)(?:com(?:m(?:unautés?|\.)?|\.)?\s*(?:de\s+com(?:m(?:unes?|\.)?|\.)?|d['’]\s*agglo(?:mération|"
    r"\.)?|urbaines?)"
    r"|com\.?\s?com\.?|CC|CdC|CA|CU|C\.\s?C\.|C\.\s?A\.|C\.\s?U\.|EPT|"
    r"établissements?\s+publics?\s+territoria(?:l|ux)"
    r"|agglomérations?|agglo|métropole)(?=\s)",
    re.IGNORECASE,
)
#: Who speaks for an intercommunalité, or where something is: neither makes it a member.
_SPOKEN_FOR = loose(
    r"(?:président(?:e|es|s)?|vice-président(?:e|es|s)?|maires?|directeurs?|directrices?|siège|locaux|"
    r"services?|"
    r"élu(?:e|es|s)?|conseillers?|conseillères?|délégué(?:e|es|s)?)\s+(?:\([^()]*\)\s+)?(?:de|à|des|"
    r"du)\s*(?:la\s+|l['’]\s*)?$",
    re.IGNORECASE,
)
_WORD_END = re.compile(r"(?<=\w)(?=[\s,.;:!?()«»“”\"]|$)|(?<=\))")
_WORD_START = re.compile(r"\s+(?:(?:la|le|les|de|du|des|au|aux)\s+|[ld]['’]\s*)?(?=\w)")
#: What ties an enumeration to the legal form that it goes on with: « , et la ».
_TIED = re.compile(r"(?:[\s,;]|\b(?:et|ainsi\s+que|avec|de|du|des|la|le|les)\b|\b[ld]['’])+$")
_STOP = re.compile(r"[;:!?«»“”\"]|\.\s|\n\s*\n")
_ACRONYM = re.compile(r"\s*\([A-Z][\w.-]{1,11}\)")
_MOST_WORDS, _LONGEST = 16, 120
_LISTED, _ALIKE = 0.97, 0.8  # how like a listed name a mention must be, bare or behind a legal form
_ACRONYMS = 0.9  # how like one an acronym is
_GAP = 14  # code points between the mentions of an enumeration


class Spotter:
    """Finds intercommunalités in running text.

    Arguments:
        cutter: cuts enumerations, and knows how like a listed name a text is.
    """

    def __init__(self, cutter: Cutter):
        self._cutter = cutter

    def mentions(self, text: str, start: int, end: int) -> tuple[Mention, ...]:
        """The intercommunalités that a stretch of a text names, in order."""
        forms = [match.start() for match in _FORM.finditer(text, start, end)]
        forms = [at for at in forms if not self._is_within_name(text, at, start)]
        found: list[Mention] = []
        if forms:
            found += self._bare_before(text, start, forms[0])
        for at, following in pairwise([*forms, end]):
            if at < (found[-1].span.end if found else start):
                continue
            if _SPOKEN_FOR.search(text, max(start, at - 60), at):
                continue
            found += self._from_form(text, at, following)
        return tuple(found)

    def _is_within_name(self, text: str, at: int, start: int) -> bool:
        """Whether a form closes a name (« Grand Longwy Agglomération ») instead of opening one."""
        before = re.compile(r"\b[A-ZÀ-Þ][\w’'-]*\s$").search(text, max(start, at - 30), at)
        return before is not None and not _FORM.fullmatch(before[0].strip()) and text[at].isupper()

    def _from_form(self, text: str, start: int, end: int) -> Iterator[Mention]:
        """What an enumeration names that begins with a legal form, up to where it names nothing listed."""
        stop = _STOP.search(text, start, end)
        pieces = self._cutter.cut(text, start, stop.start() if stop else end)
        for number, piece in enumerate(pieces):
            mention = self._shortened(text, piece)
            if mention.quality < (_LISTED if number else _ALIKE):
                return
            yield mention

    def _shortened(self, text: str, piece: Mention) -> Mention:
        """A mention without the words of the sentence that goes on behind it."""
        start, end = piece.span.start, min(piece.span.end, piece.span.start + _LONGEST)
        best, most, known = piece.span.end, 0.0, telling("")[1]
        for last in [match.start() for match in _WORD_END.finditer(text, start, end)][:_MOST_WORDS]:
            quality, told = self._cutter.quality(text[start:last]), telling(text[start:last])[1]
            if quality > most or (quality >= max(most, _LISTED) and told != known):
                best, most, known = last, quality, told
        acronym = _ACRONYM.match(text, best, piece.span.end)
        best = acronym.end() if acronym else best
        return replace(piece, span=Span.of(text, start, best), quality=most)

    def _bare_before(self, text: str, start: int, end: int) -> list[Mention]:
        """The listed names of an enumeration that stand before its first legal form."""
        stops = [match.end() for match in _STOP.finditer(text, start, end)]
        begin = stops[-1] if stops else start
        tied = _TIED.search(text[begin:end])
        pieces = self._cutter.cut(text, begin, begin + tied.start() if tied else end)
        kept: list[Mention] = []
        at = end
        for piece in reversed(pieces):
            mention = self._after_sentence(text, piece)
            if mention is None or at - mention.span.end > _GAP:
                break
            kept.insert(0, self._shortened(text, mention))
            at = mention.span.start
            if mention is not piece:
                break
        return kept

    def _after_sentence(self, text: str, piece: Mention) -> Mention | None:
        """A listed name without the words of the sentence that lead to it; None where there is none."""
        for start in (piece.span.start, *(m.end() for m in _WORD_START.finditer(text, *_ends(piece)))):
            name = text[start : piece.span.end]
            quality = self._cutter.quality(name)
            if quality >= (_ACRONYMS if name.isupper() else _LISTED):
                return replace(piece, span=Span(start, piece.span.end, name), quality=quality)
        return None


def _ends(piece: Mention) -> tuple[int, int]:
    return piece.span.start, piece.span.end
