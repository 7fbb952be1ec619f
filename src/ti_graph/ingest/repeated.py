"""What the names of a list have in common without its being part of them: « Signature du contrat de A »."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from ti_graph.assembly.announcement import Span
from ti_graph.ingest.entry import Entry
from ti_graph.ingest.loose import plain

_FEWEST, _MOSTLY = 2, 0.7  # names, and the share of all, that must have it
_MOST_WORDS = 6
_KIND = re.compile(r"(?i:territoires?(?:\s+d\s?['’]?\s?industrie)?)\s+(?!(?:de|du|des|d)\b)(?=\S)")
_TIE = re.compile(
    r"[\s:–—-]*(?:(?:de\s+la|de\s+l['’]|du|des|de|d['’]|à\s+la|à\s+l['’]|au|aux|à|pour|avec|en)(?!\w)\s*)?",
    re.IGNORECASE,
)
_PARTING = re.compile(r"\s*[,(–—:|-]\s")


def without_common(entries: Sequence[Entry], is_known: Callable[[str], bool]) -> list[Entry]:
    """Entries with their names alone.

    Arguments:
        is_known: whether a word is one of those that names of intercommunalités have.
    """
    names = [entry.name for entry in entries]
    for cut in (_without_kind, _without_beginning, _without_end, _without_last):
        names = cut(names, is_known)
    return [replace(entry, name=name) for entry, name in zip(entries, names, strict=True)]


def _most(count: int, names: Sequence[Span]) -> bool:
    return count >= max(_FEWEST, _MOSTLY * len(names))


def _without_kind(names: list[Span], is_known: Callable[[str], bool]) -> list[Span]:
    """« Territoire A » as « A »."""
    found = [_KIND.match(name.text) for name in names]
    if not _most(sum(map(bool, found)), names):
        return names
    return [_from(name, kind.end()) if kind else name for name, kind in zip(names, found, strict=True)]


def _without_beginning(names: list[Span], is_known: Callable[[str], bool]) -> list[Span]:
    """« Labellisation de A » as « A », where the first word is in no name of an intercommunalité."""
    words = [plain(name.text).split() for name in names]
    for length in range(_MOST_WORDS, 0, -1):
        counts = Counter(tuple(each[:length]) for each in words if len(each) > length)
        for common, count in counts.most_common(1):
            if _most(count, names) and not is_known(common[0]):
                begin = [tuple(each[:length]) == common and len(each) > length for each in words]
                return [
                    _after(name, length) if begins else name
                    for name, begins in zip(names, begin, strict=True)
                ]
    return names


def _without_end(names: list[Span], is_known: Callable[[str], bool]) -> list[Span]:
    """« A, nouveau territoire d'industrie » as « A »."""
    ends = [{plain(name.text[at:]): at for at in _partings(name.text)} for name in names]
    counts = Counter(end for each in ends for end in each)
    common = max(counts, key=lambda end: (counts[end], len(end)), default="")
    if not common or not _most(counts[common], names):
        return names
    return [
        Span(name.start, name.start + each[common], name.text[: each[common]]) if common in each else name
        for name, each in zip(names, ends, strict=True)
    ]


def _without_last(names: list[Span], is_known: Callable[[str], bool]) -> list[Span]:
    """« A labellisé » as « A », where no intercommunalité has that word in its name."""
    words = [plain(name.text).split() for name in names]
    for word, count in Counter(each[-1] for each in words if len(each) > 1).most_common(1):
        if _most(count, names) and not is_known(word) and not word.startswith("industr"):
            return [
                Span(name.start, name.start + at, name.text[:at])
                if len(each) > 1 and each[-1] == word and (at := len(name.text.rsplit(None, 1)[0]))
                else name
                for name, each in zip(names, words, strict=True)
            ]
    return names


def _partings(text: str) -> list[int]:
    return [match.start() for match in _PARTING.finditer(text) if match.start()]


def _after(name: Span, words: int) -> Span:
    """A name without its first words and what ties them to it."""
    start = re.match(rf"\s*(?:\S+\s+){{{words}}}", name.text)
    offset = start.end() if start else 0
    tie = _TIE.match(name.text, offset)
    return _from(name, tie.end() if tie and tie.end() < len(name.text) else offset)


def _from(span: Span, offset: int) -> Span:
    return Span(span.start + offset, span.end, span.text[offset:])
