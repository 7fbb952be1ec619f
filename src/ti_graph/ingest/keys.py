"""What stands before one thing and another again and again: « Contrat : A », « Membres : x, y », « 1 A »."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from ti_graph.ingest.lines import Line
from ti_graph.ingest.loose import plain

_KEY = re.compile(r"[^\W\d_][^:;,|=«»\n]{1,60}?\s*(?:[:=|]|\.{3,}|…+)\s+(?=[^\s|][^|\n]*$)")
_DAY = re.compile(
    r"(?:(?:le\s+)?(?:(?:lun|mar|mercre|jeu|vendre|same)di\s+|dimanche\s+)?\d{1,2}(?:er)?"
    r"(?:[./-]\d{1,2}[./-]\d{2,4}|\s+(?:janv|f[ée]vr|mars|avr|mai|juin|juil|ao[uû]t|sept|oct|nov|d[ée]c)[a-z]*\.?"
    r"(?:\s+\d{4})?)(?:,?\s+(?:à\s+)?\d{1,2}\s?[h:]\s?\d{0,2})?|\d{1,2}\s?[h:]\s?\d{2})"
    r"(?:\s*[:–—|-]\s+|\s+(?=[A-ZÀ-Þ«]))(?=\S)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?:n°\s*|\[)?(?P<number>\d{1,3})(?:/\d{1,3})?\]?[^\w«“\"(,;:]{1,4}(?=[A-ZÀ-ÖØ-Þ«“\"])")
#: The key of numbered lines, and what stands for figures in others.
NUMBER = "0"
#: The key of lines that begin with a day.
DAY = "jour"
_TIMES = 2
_IN_ORDER = 0.6  # the share of numbers that follow the one before


def keys_of(text: str, lines: Sequence[Line]) -> Mapping[Line, tuple[str, int]]:
    """The lines that begin with a key, each with the key in small letters and where its value begins.

    A key stands before several values, or is the number of a line among others numbered in order.
    """
    found = dict(_numbers(text, lines))
    of_keys: dict[str, list[tuple[Line, int]]] = defaultdict(list)
    for line in lines:
        match = _DAY.match(text, line.start, line.end) or _KEY.match(text, line.start, line.end)
        if line not in found and match and match.end() < line.end:
            of_keys[DAY if match.re is _DAY else normal(match[0])].append((line, match.end()))
    for key, places in of_keys.items():
        values = {text[start : line.end] for line, start in places}
        if len(places) >= _TIMES and len(values) >= _TIMES:
            found |= {line: (key, start) for line, start in places}
    return found


def _numbers(text: str, lines: Sequence[Line]) -> Iterator[tuple[Line, tuple[str, int]]]:
    matches = [(line, match) for line in lines if (match := _NUMBER.match(text, line.start, line.end))]
    steps = Counter(int(b["number"]) - int(a["number"]) for (_, a), (_, b) in pairwise(matches))
    if steps[1] >= max(1, _IN_ORDER * steps.total()):
        for line, match in matches:
            yield line, (NUMBER, match.end())


def normal(key: str) -> str:
    """A key in small letters, without accents, figures and what closes it."""
    return re.sub(r"\d+", NUMBER, plain(key)).replace("_", " ").rstrip(" \xa0\u202f\t:=.…|")
