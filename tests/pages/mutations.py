"""Damaged texts without end: whatever they are, a reader must answer or refuse, and not fail."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

_SIGNS = (
    "\x00", "\x07", "\x0b", "\x0c", "\r", "\r\n", "\t", "\x1b[31m", "\x85", "\u200b", "\u2028", "\u00ad",
    "\ufeff", "\u202e", "\u0301", "\ud7ff", "\ue000", "\U0010ffff", "(", ")", "((", "))", "[", "]", "«",
    "»", "« ", " »", '"', "“", "”", "'", "’", "•", "-", "–", "—", "*", "1.", "1)", "◦", ":", " : ", "::",
    ";", ",", ",,", "/", "|", "\n", "\n\n\n", " et ", "(76)", "<", ">", "</", "<li>", "</ul>",
    "<td rowspan=9999>", "<!--", "-->", "&", "&#0;", "&#x110000;", "<script>", "CC ", "CA ", "�", "🏭",
)  # fmt: skip
#: No mutated text is longer.
LONGEST = 200_000


def _stretch(text: str, choose: random.Random, longest: int = 400) -> tuple[int, int]:
    start = choose.randint(0, len(text))
    return start, min(len(text), start + choose.randint(0, longest))


def _cut(text: str, choose: random.Random) -> str:
    start, end = _stretch(text, choose)
    return text[:start] + text[end:]


def _double(text: str, choose: random.Random) -> str:
    start, end = _stretch(text, choose)
    return text[:end] + text[start:end] * choose.randint(1, 5) + text[end:]


def _move(text: str, choose: random.Random) -> str:
    start, end = _stretch(text, choose)
    rest = text[:start] + text[end:]
    at = choose.randint(0, len(rest))
    return rest[:at] + text[start:end] + rest[at:]


def _flip(text: str, choose: random.Random) -> str:
    letters = list(text)
    for _ in range(choose.randint(1, 1 + len(letters) // 50)):
        at = choose.randrange(len(letters))
        letters[at] = chr(
            choose.choice((ord(letters[at]) ^ 1 << choose.randrange(5), choose.randrange(0xD800)))
        )
    return "".join(letters)


def _insert(text: str, choose: random.Random) -> str:
    for _ in range(choose.randint(1, 12)):
        at = choose.randint(0, len(text))
        text = text[:at] + choose.choice(_SIGNS) * choose.choice((1, 1, 1, 2, 40)) + text[at:]
    return text


def _replace(text: str, choose: random.Random) -> str:
    """Every occurrence of one character by a sign."""
    return text.replace(choose.choice(text), choose.choice(_SIGNS))


def _truncate(text: str, choose: random.Random) -> str:
    at = choose.randint(0, len(text))
    return choose.choice((text[:at], text[at:]))


def _lines(text: str, choose: random.Random) -> str:
    """Lines shuffled, repeated or run together."""
    lines = text.split("\n")
    start, end = _stretch(text[: len(lines)], choose, 30)
    part = lines[start:end]
    kind = choose.randrange(3)
    if kind == 0:
        choose.shuffle(part)
    elif kind == 1:
        part = part * choose.randint(2, 6)
    else:
        part = [" ".join(part)]
    return "\n".join([*lines[:start], *part, *lines[end:]])


def _unquoted(text: str, choose: random.Random) -> str:
    """Every bracket or quotation mark of one kind lost."""
    return text.replace(choose.choice('()«»"“”:;,•'), "")


_CHANGES: tuple[Callable[[str, random.Random], str], ...] = (
    _cut, _double, _move, _flip, _insert, _insert, _replace, _truncate, _lines, _unquoted,
)  # fmt: skip


def mutations(text: str, seed: int = 0) -> Iterator[str]:
    """Texts made of this one by one to six changes each; the same seed gives the same texts."""
    choose = random.Random(seed)
    while True:
        mutated = text
        for _ in range(choose.randint(1, 6)):
            mutated = choose.choice(_CHANGES)(mutated or "«", choose)[:LONGEST]
        yield mutated
