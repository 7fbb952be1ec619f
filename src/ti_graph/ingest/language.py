"""Refuse a page in another language, by the small words of each."""

from __future__ import annotations

from collections import Counter

from ti_graph.errors import RequestError
from ti_graph.reference.words import words

_FRENCH = frozenset(
    [
        "les",
        "des",
        "du",
        "et",
        "est",
        "sont",
        "dans",
        "pour",
        "une",
        "au",
        "aux",
        "qui",
        "par",
        "sur",
        "avec",
        "ce",
    ]
)
#: Small words that French has not.
_OTHERS = {
    "English": frozenset(
        ["the", "of", "and", "to", "is", "are", "for", "with", "by", "from", "that", "this"]
    ),
    "German": frozenset(["der", "die", "und", "das", "ist", "von", "zu", "mit", "den", "im", "wird", "auf"]),
    "Spanish": frozenset(["el", "los", "las", "y", "por", "con", "para", "del", "una", "que", "como"]),
    "Italian": frozenset(["il", "di", "per", "con", "che", "della", "dei", "una", "gli", "nel"]),
}
_FEWEST, _TIMES = 10, 2


def refuse_other_languages(text: str) -> None:
    """Refuse a text whose small words are mostly those of another language.

    Raises:
        RequestError: it is in another language; only French is read.
    """
    counted = Counter(words(text))
    french = sum(counted[word] for word in _FRENCH)
    for language, small in _OTHERS.items():
        count = sum(counted[word] for word in small)
        if count >= _FEWEST and count > _TIMES * french:
            raise RequestError(f"the page seems to be in {language}; only French is read")
