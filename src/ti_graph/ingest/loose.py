"""Patterns that find words with their accents, without them, and with accents as characters of their own."""

from __future__ import annotations

import re
import unicodedata


def loose(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """A pattern whose accented letters may have lost their accent or be decomposed.

    Arguments:
        pattern: a regular expression; letters in character classes are taken as they are.
        flags: those of ``re``.
    """
    found, in_class = [], False
    for character in pattern:
        in_class = character == "[" or (in_class and character != "]")
        apart = unicodedata.normalize("NFD", character)
        if len(apart) == 2 and apart[0].isalpha() and not in_class:
            found.append(f"(?:{character}|{apart}|{apart[0]})")
        else:
            found.append(character)
    return re.compile("".join(found), flags)


def plain(words: str) -> str:
    """Words in small letters without accents."""
    apart = unicodedata.normalize("NFKD", words)
    return "".join(character for character in apart if not unicodedata.combining(character)).lower()
