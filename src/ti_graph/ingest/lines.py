"""The lines of a text as a reader sees them: bullets and numbers set apart, wrapped lines joined again."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

_MARK = re.compile(
    r"(?P<bullet>[·∙*§o».+]+(?=\s)|[-–—](?=\s)|"
    r"[•‣⁃\u2190-\u21ff\u25a0-\u25ff\u2600-\u27bf\u2b00-\u2bff\U0001f300-\U0001faff]\ufe0f?)\s*"
    r"|(?P<number>\[\d{1,3}\]|\(?(?:\d{1,3}(?:\.\d{1,3})*|[a-zA-Z]|[ivxIVX]{1,5})[.)°](?:[-–](?=\s))?|"
    r"\d{1,3}(?:\.\d{1,3})+"
    r"|\d{1,3}\s?[-–—/](?=\s)|n°\s?\d{1,3}\s?[:.)-]?)(?=\s)\s*"
)
_HEADING = re.compile(r"(?:#{1,6}|>+(?:\s*>)*)\s+")
#: Marks that may also stand inside a line.
_WEAK = frozenset("-–—».+o*·")
#: What parts lines as an empty one does.
_RULE = re.compile(r"([-=_*~#─━═])\1{2,}|(?:[-=_*~#]\s){3,}[-=_*~#]?")
_IN_COLUMNS = re.compile(r"\||\t|\.{4,}\s|\S {3,}\S|^\s*\+-|^ {8,}\S", re.MULTILINE)
#: How a line ends that is not finished.
_GOES_ON = re.compile(r"(?:,|\s(?:et|de|du|des|la|le|les|à|en|aux|au|sur)|[dl]['’])$")
_WITHIN = re.compile(r"(?:\s(?:et|de|du|des|la|le|les|à|en|aux|au|sur)|[dl]['’]|\b[Cc]ommunautés?)$")
_WIDTHS = range(40, 121)
#: Of the lines of a wrapped text, the share that ends where the next word would not have fitted: of those
#: that surely go on, and of the long ones.
_SURELY, _WRAPPED = 0.9, 0.8
_FEWEST = 3
_WIDER = 0.1  # the share of lines that may be wider: titles, and what cannot be broken


@dataclass(frozen=True, slots=True)
class Line:
    """A line, with those that it was wrapped into.

    Arguments:
        start, end: where its words begin, after its mark, and end; white space left out.
        indent: columns before its mark or first word; a tab counts four.
        mark: ``""``, the bullet itself, or the sort of number: ``"1."``, ``"1.1"``, ``"a)"``, ``"I."``.
        after_blank: whether it is the first, or an empty line stands before it.
        style: how an HTML page shows it.
    """

    start: int
    end: int
    indent: int
    mark: str
    after_blank: bool
    style: str = ""

    @property
    def look(self) -> tuple[str, int]:
        """What lines of one kind have in common."""
        return self.mark, self.indent


def lines_of(text: str, styles: Sequence[str] = ()) -> list[Line]:
    """The lines of a text.

    Arguments:
        text: the whole text.
        styles: how an HTML page shows each; without any, lines may be parts of longer ones,
            as in a text file.
    """
    found = list(_physical(text))
    if styles:
        starts = [0, *(match.end() for match in re.finditer("\n", text))]
        return [replace(line, style=styles[bisect_right(starts, line.start) - 1]) for line in found]
    return list(_joined(text, found, _width(text, found)))


def _physical(text: str) -> Iterator[Line]:
    after_blank = True
    for each in re.finditer(r"[^\n]+", text):
        words = each.group().strip()
        after_blank = after_blank or text.endswith("\n\n", 0, each.start())
        if not words or _RULE.fullmatch(words):
            after_blank = True
            continue
        start = each.start() + each.group().index(words)
        end = start + len(words)
        indent = len(text[each.start() : start].expandtabs(4))
        heading = _HEADING.match(text, start, end)
        if heading:
            start = heading.end()
        mark = _MARK.match(text, start, end)
        if mark and mark.end() < end:
            start, kind = mark.end(), mark["bullet"] or _kind(mark["number"])
        else:
            kind = "#" if heading else ""
        if start < end:
            yield Line(start, end, indent, kind, after_blank)
            after_blank = False


def _kind(number: str) -> str:
    """What sort of number a line begins with."""
    if re.fullmatch(r"[IVX]+\W*", number):
        return "I" + number[-1]
    return re.sub(r"[A-Z]", "A", re.sub(r"[a-z]", "a", re.sub(r"\d+", "1", number)))


def _width(text: str, lines: Sequence[Line]) -> int | None:
    """The width that a text is wrapped to, if it is: lines end where no further word fits.

    Those that surely go on in the next tell it best, since others may be the last of their paragraph.
    """
    pairs = [
        (before, after)
        for before, after in pairwise(lines)
        if not after.mark and not after.after_blank and not _in_columns(text, after)
    ]
    sure = [(before, after) for before, after in pairs if _surely_goes_on(text, before, after)]
    longest = max((_columns(text, before) for before, _ in pairs), default=0)
    long = [(before, after) for before, after in pairs if _columns(text, before) >= 0.75 * longest]
    for some, share in ((sure, _SURELY), (long, _WRAPPED)):
        width = max((_columns(text, before) for before, _ in some), default=0)
        full = [_columns(text, before) + 1 + _first_word(text, after) > width for before, after in some]
        wider = sum(_columns(text, line) > width for line in lines)
        is_wrapped = sum(full) >= max(_FEWEST, share * len(full)) and wider <= _WIDER * len(lines)
        if width in _WIDTHS and is_wrapped:
            return width
    return None


def _surely_goes_on(text: str, line: Line, after: Line) -> bool:
    """Whether a line ends within a phrase."""
    return text[after.start].islower() or _WITHIN.search(text, line.start, line.end) is not None


def _joined(text: str, lines: Sequence[Line], width: int | None) -> Iterator[Line]:
    """The lines of a wrapped text, what follows a full line joined to it."""
    ends = [_columns(text, line) for line in lines]
    count = Counter(text[line.start : line.end] for line in lines)
    full = [True]  # whether the line before goes on in it
    for end, line, after in zip(ends, lines, lines[1:], strict=False):
        no_room = width is not None and end + 1 + _first_word(text, after) > width
        is_last = text[line.end - 1] in ".!?" and not text[after.start].islower()
        goes_on = (no_room and not is_last) or _GOES_ON.search(text, line.start, line.end) is not None
        is_key = count[text[after.start : after.end]] >= _FEWEST
        full.append(goes_on and not after.after_blank and not is_key)
    real = _real_marks(lines, full)
    current: Line | None = None
    for line, before_is_full in zip(lines, full, strict=True):
        is_mark = line.look in real.get(line.mark, ())
        goes_on = before_is_full and not is_mark and not line.after_blank and not _in_columns(text, line)
        if goes_on and current is not None:
            current = replace(current, end=line.end)
        else:
            if current is not None:
                yield current
            current = line
    if current is not None:
        yield current


def _real_marks(lines: Sequence[Line], full: Sequence[bool]) -> Mapping[str, set[tuple[str, int]]]:
    """The marks that begin items, with their indentation: they mostly do not follow a full line.

    A line of a wrapped text may begin with a dash or a quotation mark that is part of the line before.
    """
    found: dict[str, Counter[bool]] = defaultdict(Counter)
    looks: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for line, before_is_full in zip(lines, full, strict=True):
        if line.mark:
            found[line.mark][before_is_full] += 1
            if not before_is_full or line.after_blank:
                looks[line.mark].add(line.look)
    return {
        mark: looks[mark] for mark, count in found.items() if mark not in _WEAK or count[False] >= count[True]
    }


def _in_columns(text: str, line: Line) -> bool:
    """Whether a line is a row of a table, or stands in a column."""
    start = text.rfind("\n", 0, line.start) + 1
    return _IN_COLUMNS.search(text[start : line.end]) is not None


def has_bars(text: str, line: Line) -> bool:
    """Whether a line is a row of a table without doubt."""
    start = text.rfind("\n", 0, line.start) + 1
    return "|" in text[start : line.end] or "\t" in text[start : line.end]


def cells_of(text: str, line: Line) -> int:
    """How many cells a row of a table has that are not empty; 1 for other lines."""
    start = text.rfind("\n", 0, line.start) + 1
    return sum(bool(cell.strip()) for cell in re.split(r"[|\t]", text[start : line.end]))


def _columns(text: str, line: Line) -> int:
    """The columns up to a line's end."""
    return line.end - (text.rfind("\n", 0, line.start) + 1)


def _first_word(text: str, line: Line) -> int:
    match = re.compile(r"\S+").match(text, line.start, line.end)
    return len(match.group()) if match else 0
