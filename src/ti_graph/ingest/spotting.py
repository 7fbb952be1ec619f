"""Intercommunalités named in running text: « … tient à ce que la communauté de communes du Pays de Lure … ».

A mention begins with a legal form and is as long as is most like a listed name; bare names count only where
they stand in an enumeration with such a mention, and are listed exactly so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ti_graph.announcement import Span
from ti_graph.ingest.loose import loose
from ti_graph.ingest.matching import Place
from ti_graph.ingest.members import Cutter, Mention

_FORM = loose(
    r"(?<!\w)(?:com(?:m(?:unautés?|\.)?|\.)?\s*(?:de\s+com(?:m(?:unes?|\.)?|\.)?|d['’]\s*agglo(?:mération|\.)?|urbaines?)"
    r"|com\.?\s?com\.?|CC|CdC|CA|CU|C\.\s?C\.|C\.\s?A\.|C\.\s?U\.|EPT|établissements?\s+publics?\s+territoria(?:l|ux)"
    r"|agglomérations?|agglo|métropole)(?=\s)",
    re.IGNORECASE,
)
#: Who speaks for an intercommunalité, or where something is: neither makes it a member.
_SPOKEN_FOR = loose(
    r"(?:président(?:e|es|s)?|vice-président(?:e|es|s)?|maires?|directeurs?|directrices?|siège|locaux|services?|"
    r"élu(?:e|es|s)?|conseillers?|conseillères?|délégué(?:e|es|s)?)\s+(?:\([^()]*\)\s+)?(?:de|à|des|du)\s*(?:la\s+|l['’]\s*)?$",
    re.IGNORECASE,
)
_WORD_END = re.compile(r"(?<=\w)(?=[\s,.;:!?()«»“”\"]|$)|(?<=\))")
_STOP = re.compile(r"[;:!?«»“”\"]|\.\s|\n\s*\n")
_MOST_WORDS, _LONGEST = 16, 120
_LISTED, _ALIKE = 0.97, 0.8  # how like a listed name a mention must be, bare or behind a legal form
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
        stop = _STOP.search(text, start, end)
        end = stop.start() if stop else end
        pieces = self._cutter.cut(text, start, end)
        for number, piece in enumerate(pieces):
            is_first = number == 0
            mention = piece if piece.quality >= _LISTED else self._shortened(text, piece, is_first)
            if mention is None or (not is_first and mention.quality < _LISTED):
                return
            yield mention
            if mention is not piece:
                return

    def _shortened(self, text: str, piece: Mention, is_first: bool) -> Mention | None:
        """A mention without the words of the sentence that goes on behind it."""
        start, end = piece.span.start, min(piece.span.end, piece.span.start + _LONGEST)
        ends = [match.start() for match in _WORD_END.finditer(text, start, end)][:_MOST_WORDS]
        best, most = start, 0.0
        for last in ends:
            quality = self._cutter.quality(text[start:last])
            if quality >= most:
                best, most = last, quality
        if most < (_ALIKE if is_first else _LISTED):
            return None
        return Mention(Span(start, best, text[start:best]), None, Place(), piece.nature, most)

    def _bare_before(self, text: str, start: int, end: int) -> list[Mention]:
        """The listed names of an enumeration that stand before its first legal form."""
        stops = [match.end() for match in _STOP.finditer(text, start, end)]
        pieces = self._cutter.cut(text, stops[-1] if stops else start, end)
        kept: list[Mention] = []
        at = end
        for piece in reversed(pieces):
            if piece.quality < _LISTED or at - piece.span.end > _GAP:
                break
            kept.insert(0, piece)
            at = piece.span.start
        return kept


def overlaps(mention: Mention, names: Sequence[Span]) -> bool:
    """Whether a mention stands within one of some names, or over it."""
    return any(mention.span.start < name.end and name.start < mention.span.end for name in names)
