"""A name apart: the legal form that it states, and its telling words.

Telling words are without accents, case, hyphens and apostrophes, without articles and what brackets hold;
« St » is saint, « quatre » is 4.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ti_graph.reference.words import LITTLE, words

EPCI, EPT = "epci", "ept"

_ARTICLES = frozenset(["de", "du", "des", "d", "la", "le", "les", "l"])
#: How texts write the legal forms, longest first; an empty nature says only that it is an intercommunalité.
_FORMS = tuple(
    (tuple(form.split()), nature)
    for nature, forms in {
        "CC": "communaute de communes|communautes de communes|communaute communes|communaute des communes|"
        "com de communes|comm de communes|com de com|comm de comm|com com|comm comm|comcom|cdc|c d c|cc|c c",
        "CA": "communaute d agglomeration|communautes d agglomeration|communaute d agglo|"
        "communaute agglomeration|com d agglomeration|comm d agglomeration|com d agglo|comm d agglo|"
        "com agglo|comm agglo|ca|c a",
        "AGGLO": "agglomeration|agglo",
        "CU": "communaute urbaine|communautes urbaines|com urbaine|comm urbaine|cu|c u",
        "METRO": "metropole",
        EPT: "etablissement public territorial|ept",
        "": "intercommunalite|interco",
    }.items()
    for form in forms.split("|")
)
_HEADS = tuple(sorted(_FORMS, key=lambda form: -len(form[0])))
_SPELT = {
    "agglo": "agglomeration",
    "st": "saint",
    "ste": "sainte",
    "sts": "saints",
    "deux": "2",
    "trois": "3",
    "quatre": "4",
    "cinq": "5",
    "six": "6",
    "sept": "7",
    "huit": "8",
    "neuf": "9",
    "cent": "100",
}


def nature_of(parts: tuple[str, ...]) -> tuple[str | None, tuple[str, ...]]:
    """The legal form that the words of a text state (None if none), and its other words."""
    for form, nature in _HEADS:
        if parts[: len(form)] == form and len(parts) > len(form):
            return nature, parts[len(form) :]
    return None, parts


def form_alone(text: str) -> str | None:
    """The legal form that a text is with nothing but articles (« CC du »); None where it is more, or none."""
    parts = tuple(word for word in words(text) if word not in _ARTICLES)
    return next((nature for form, nature in _HEADS if form == parts), None)


@lru_cache(maxsize=100_000)
def telling(name: str) -> tuple[str | None, tuple[str, ...]]:
    """The legal form that a text states and its telling words, brackets left out."""
    parts = words(re.sub(r"\([^()]*\)|\[[^\[\]]*\]", " ", name)) or words(name)
    nature, rest = nature_of(parts)
    if nature is None:  # « Perche (communauté de communes du) », as an index has it
        bracket = re.search(r"\(([^()]*)\)", name)
        nature = form_alone(bracket[1]) if bracket else None
    if nature is not None:  # « CA Agglomération d'Agen », « CC Communauté de communes du Pays »
        again, rest_again = nature_of(rest)
        rest = rest_again if again is not None and rest_again else rest
    return nature, tuple(_SPELT.get(word, word) for word in rest if word not in LITTLE) or rest
