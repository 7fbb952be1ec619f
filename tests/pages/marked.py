"""Rendered text with invisible marks at each label and mention, so that noise can be applied to the whole."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass

# Characters of private use: they have no case, no accent and no width, so noise leaves them alone.
LABEL, MENTION, CLOSE, STOP = "\ue000", "\ue001", "\ue002", "\ue003"
_NUMBERS = 0xF0000
MARKS = re.compile("[\ue000-\ue003\U000f0000-\U000fffff]")
SPAN = re.compile("(?P<mark>[\ue000\ue001])(?P<number>[\U000f0000-\U000fffff])(?P<words>[^\ue002]*)\ue002")


@dataclass(frozen=True)
class TrueMember:
    """A member as the page names it: the mention without the place in brackets, and who it is."""

    mention: str
    kind: str
    code: str


@dataclass(frozen=True)
class TrueTerritory:
    """A territory as the page names it."""

    label: str
    members: tuple[TrueMember, ...]


def label(number: int, words: str) -> str:
    """The name of the territory of that number, marked."""
    return f"{LABEL}{chr(_NUMBERS + number)}{words}{CLOSE}"


def mention(number: int, words: str) -> str:
    """The name of the member of that number, marked."""
    return f"{MENTION}{chr(_NUMBERS + number)}{words}{CLOSE}"


def unmarked(text: str) -> str:
    """The text as it is published."""
    return MARKS.sub("", text)


def words_of(text: str, is_html: bool) -> dict[tuple[str, int], str]:
    """What each mark encloses as a reader sees it, by the kind of mark and number (the first time)."""
    found: dict[tuple[str, int], str] = {}
    for match in SPAN.finditer(text):
        words = match["words"]
        if is_html:
            words = " ".join(html.unescape(re.sub("<[^>]*>", "", words)).split())
        found.setdefault((match["mark"], ord(match["number"]) - _NUMBERS), words)
    return found


def in_mentions(text: str, change: Callable[[int, str], str]) -> str:
    """The text with each mention replaced by what ``change`` makes of its number and words."""

    def replaced(match: re.Match[str]) -> str:
        if match["mark"] == LABEL:
            return match.group()
        number = ord(match["number"]) - _NUMBERS
        return mention(number, change(number, match["words"]))

    return SPAN.sub(replaced, text)


_MARKUP = re.compile(r"(<!--.*?-->|<(script|style)\b.*?</\2>|<[^>]*>|&#?\w+;)", re.DOTALL)


def in_runs(text: str, is_html: bool, change: Callable[[str], str]) -> str:
    """The text with what a reader sees replaced by ``change``: tags and entities stay."""
    if not is_html:
        return change(text)
    pieces, start = [], 0
    for match in _MARKUP.finditer(text):
        pieces += [change(text[start : match.start()]), match.group()]
        start = match.end()
    return "".join([*pieces, change(text[start:])])
