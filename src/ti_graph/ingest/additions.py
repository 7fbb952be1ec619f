"""What texts write around a name that is no part of it: markup, numbers, counts, roles, codes."""

from __future__ import annotations

import re

from ti_graph.ingest.loose import loose

_LETTERS = re.compile(
    r"(?:\[\[|\*|''|__|`|\[x?\]\s|(?:[a-z]|\d{1,2}|[ivx]{1,4})[)°]\s+|\d{9}\s*[-–:|,]?\s+)+"
)
_CLOSING = re.compile(r"(?:\]\]|\*|''|__|`|\s+[#@]\w+|\s{2,}#\s.*)+$")
_ROLE = (
    r"(?:EPCI\s+|intercommunalité\s+|territoire\s+|structure\s+)?"
    r"(?:chefs?\s+de\s+file|pilotes?|porteu(?:r|se)|coordinat(?:eur|rice)|coordonnat(?:eur|rice)|référente?|"
    r"animat(?:eur|rice)|siège|tête\s+de\s+réseau|mandataire|signataire|lauréate?)(?:\s+du\s+\w+)?"
)
_COUNT = (
    r"(?:SIREN|siren|n°)?\s*:?\s*\d[\d\s\u00a0\u202f.,]*(?:\s*(?:communes?|habitants?|hab\b\.?|EPCI|"
    r"membres?|emplois?|"
    r"intercommunalités?|collectivités?|communautés?|km²|%))?"
)
_WHAT = rf"(?:{_ROLE}|{_COUNT}(?:\s*[-–,;/]\s*{_COUNT})*)"
_ADDED = loose(
    rf"\s*(?:\(\s*{_WHAT}\s*\)|\[\s*{_WHAT}\s*\]|(?:\s[-–—:]|,|\s·)\s*{_WHAT}|\s+SIREN\s*:?\s*\d.*)\s*$",
    re.IGNORECASE,
)
_GOES_ON = loose(
    r"\s+(?:qui|dont|afin|lequel|laquelle|s['’](?:engagent?|unissent|associent))\s"
    r"|,?\s+(?:représentée?s?\s+par|dûment|ci-après|ayant\s|(?:avancent|travaillent|coopèrent|portent|"
    r"porte\s+seule?|"
    r"sont|ont|font|vont|veut|veulent|se|fait|souhaitent?|redéposent?)(?:\s|$)|pour\s+(?:sa|une|la)\s)"
)
_LONGEST = 120  # code points of what is added
_ONLY = loose(
    rf"\W*(?:{_WHAT}|(?:représentée?s?|présidée?s?)\s+par\s.*|dûment\s.*)\W*", re.IGNORECASE | re.DOTALL
)
#: What says, before a territory's name, that one follows.
_NUMBERED = loose(
    r"(?:\[\d{1,3}\]\s*|={2,}\s*|(?:fiche|carte|zone|périmètre|territoire|TI|article|art\.?|lot|annexe|"
    r"secteur|projet)"
    r"(?:\s+d\s?['’]?\s?industrie)?\s*(?:n°|no|n)\s*\d{1,3}\s*[:.–—-]*\s*"
    r"|(?:fiche|carte|zone|article|art\.?|lot|annexe|secteur)\s+\d{1,3}\s*[:.–—-]+\s*"
    r"|(?:territoire|nom|intitulé)(?:\s+d\s?['’]?\s?industrie)?\s*:\s*)+",
    re.IGNORECASE,
)


def shorn(text: str, start: int, end: int) -> tuple[int, int]:
    """A member's name without what is no part of it.

    Arguments:
        text: the whole text.
        start, end: where the name with its additions stands.
    """
    goes_on = _GOES_ON.search(text, start, end)
    end = goes_on.start() if goes_on and goes_on.start() > start else end
    while True:
        before = start, end
        opening = _LETTERS.match(text, start, end)
        start = opening.end() if opening and opening.end() < end else start
        last = max(start, end - _LONGEST)
        closing = _CLOSING.search(text[last:end])
        end = last + closing.start() if closing and last + closing.start() > start else end
        added = _ADDED.search(text[last:end])
        end = last + added.start() if added and last + added.start() > start else end
        if (start, end) == before:
            return start, end


def is_addition(words: str) -> bool:
    """Whether words are nothing but a role, a count or a code."""
    return _ONLY.fullmatch(words) is not None


def after_number(text: str, start: int, end: int) -> int:
    """Where a territory's name begins behind « Fiche n° 12 — », « Territoire : » and the like."""
    numbered = _NUMBERED.match(text, start, end)
    return numbered.end() if numbered and numbered.end() < end else start
