"""How what was read is put in words."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ti_graph.ingest.matching import Choice

#: White space of every kind (the rules on names look for the same, ``ontology/shapes.ttl``).
_WHITE = (
    " \t\n\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b"
    "\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
)
_SPACES = re.compile(f"[{_WHITE}]+")

_EVIDENCE = {
    "meme-nom": (
        "même nom après normalisation dans la liste de {year} : {name}",
        "same name after normalisation in the list of {year}: {name}",
    ),
    "ancien-nom": (
        "nom porté dans la liste de {listed} : {name}",
        "name in the list of {listed}: {name}",
    ),
    "sigle-porte": ("sigle porté par le nom : {name}", "acronym that the name carries: {name}"),
    "initiales": ("initiales de « {name} », compte tenu du lieu", "initials of “{name}”, place considered"),
    "forme-courte": (
        "forme courte de « {name} », liste de {year}, score {score}{next_fr}",
        "short form of “{name}”, list of {year}, score {score}{next_en}",
    ),
    "ressemblance": (
        "ressemble à « {name} », liste de {year}, score {score}{next_fr}",
        "is like “{name}”, list of {year}, score {score}{next_en}",
    ),
}


def tidy(words: str) -> str:
    """Words with each run of white space as one space, and none at the edges; lone no-break spaces stay."""
    single = _SPACES.sub(lambda run: run[0] if len(run[0]) == 1 and run[0] not in "\t\n\r" else " ", words)
    return single.strip(_WHITE)


def evidence(choice: Choice, year: int) -> Mapping[str, str]:
    """Why a name is held for a body, by language.

    Arguments:
        choice: what was decided.
        year: that of the list of EPCI.
    """
    best, following = choice.candidates[0], choice.candidates[1:2]
    french, english = _EVIDENCE[choice.method]
    values = {
        "year": year,
        "listed": best.name.year,
        "name": best.name.nom,
        "score": f"{min(choice.score, 1.0):.2f}",
        "next_fr": "".join(f" ; ensuite {each.name.nom}, {each.score:.2f}" for each in following),
        "next_en": "".join(f"; next {each.name.nom}, {each.score:.2f}" for each in following),
    }
    return {"fr": french.format(**values), "en": english.format(**values)}
