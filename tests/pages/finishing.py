"""What sets the lines of a page once its words are settled: columns, boxes, quoted lines, hyphenation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby, zip_longest

from pages.marked import CLOSE, LABEL, MARKS, MENTION, SPAN

#: Between the cells of a row, one row a line.
CELL = "\x1f"
_KEPT = "\x1e"


def width_of(text: str) -> int:
    """How wide a text is without its marks."""
    return len(MARKS.sub("", text))


def _kept(text: str) -> str:
    """The text with the spaces of names and mentions protected."""
    return SPAN.sub(lambda match: match.group().replace(" ", _KEPT), text)


def _words(text: str, whole: bool) -> list[str]:
    """The words of a text; ``whole``: names and mentions are one word each."""
    return [word.replace(_KEPT, " ") for word in (_kept(text) if whole else text).split(" ") if word]


def broken(text: str, width: int, whole: bool = True) -> list[str]:
    """The text in lines of at most a width where its words allow it."""
    lines: list[str] = []
    for word in _words(text, whole):
        if lines and width_of(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines or [""]


def _tables(text: str, render: Callable[[list[list[str]]], Iterable[str]]) -> str:
    lines: list[str] = []
    for is_table, block in groupby(text.split("\n"), lambda line: CELL in line):
        some = list(block)
        lines += render([line.split(CELL) for line in some]) if is_table else some
    return "\n".join(lines)


def _wrapped_row(row: Sequence[str], widths: Sequence[int], whole: Sequence[bool]) -> list[list[str]]:
    cells = [broken(cell, width, kept) for cell, width, kept in zip(row, widths, whole, strict=True)]
    return [list(line) for line in zip_longest(*cells, fillvalue="")]


def _fitting(rows: list[list[str]], widths: Sequence[int], whole: Sequence[bool]) -> list[int]:
    """The widths; 0 is as wide as the widest cell, and no column is narrower than its longest word."""
    fitting = []
    for column, (width, kept) in enumerate(zip(widths, whole, strict=True)):
        cells = [row[column] for row in rows]
        pieces = [word for cell in cells for word in _words(cell, kept)] if width else cells
        fitting.append(max([width, *map(width_of, pieces)]))
    return fitting


def columns(widths: Sequence[int], whole: Sequence[bool], rows_a_page: int = 0) -> Callable[[str], str]:
    """Cells in columns of text, long ones on several lines; perhaps in pages with a running head."""

    def render(rows: list[list[str]]) -> Iterable[str]:
        fit = _fitting(rows, widths, whole)
        for number, row in enumerate(rows):
            if rows_a_page and number and not number % rows_a_page:
                page = number // rows_a_page
                yield from ("", f"{page}".rjust(40), "", "Territoires d'industrie – dossier de presse", "")
                yield _set(rows[0], fit)
            for line in _wrapped_row(row, fit, whole):
                yield _set(line, fit)

    return lambda text: _tables(text, render)


def _set(line: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (width - width_of(cell) + 3) for cell, width in zip(line, widths, strict=True))
    return "".join(padded).rstrip()


def boxes(widths: Sequence[int]) -> Callable[[str], str]:
    """Cells in a box drawn with signs."""
    whole = [True] * len(widths)

    def render(rows: list[list[str]]) -> Iterable[str]:
        fit = _fitting(rows, widths, whole)
        rule = "+" + "+".join("-" * (width + 2) for width in fit) + "+"
        yield rule
        for row in rows:
            for line in _wrapped_row(row, fit, whole):
                cells = (f" {c}{' ' * (w - width_of(c))} " for c, w in zip(line, fit, strict=True))
                yield f"|{'|'.join(cells)}|"
            yield rule

    return lambda text: _tables(text, render)


def quoted(text: str) -> str:
    """Lines of a mail at 72 characters, those of the quoted one with « > » before each."""
    lines: list[str] = []
    for line in text.split("\n"):
        start = "> " if line.startswith(">") else ""
        lines += [(start + each).rstrip() for each in broken(line.removeprefix(start.strip()).strip(), 72)]
    return "\n".join(lines)


def hyphenated(text: str) -> str:
    """A text as a PDF gives it: narrow lines, long words parted at their ends, page numbers in between."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines += _parted(paragraph, 64)
    pages: list[list[str]] = [[]]
    for line in lines:
        if len(pages[-1]) >= 36 and not _within("\n".join(pages[-1])):
            pages.append([])
        pages[-1].append(line)
    made = [
        "\n".join(page) + "\n\n" + f"– {number} –".center(64).rstrip() for number, page in enumerate(pages, 1)
    ]
    return "\n\x0cTERRITOIRES D'INDUSTRIE\n\n".join(made) + "\n"


_PLACE = re.compile("(?<=[aeiouyé])(?=[bcdfglmnprstv][aeiouyé])")


def _within(text: str) -> bool:
    """Whether a text ends within a name or a mention."""
    return text.count(LABEL) + text.count(MENTION) > text.count(CLOSE)


def _parted(paragraph: str, width: int) -> list[str]:
    lines = [""]
    for word in _words(paragraph, False):
        line = f"{lines[-1]} {word}".strip()
        if width_of(line) <= width:
            lines[-1] = line
            continue
        if re.fullmatch("[a-zéèêîô]{8,}[,.]?", word) and not _within("\n".join(lines)):
            room = width - width_of(lines[-1]) - 2
            places = [m.start() for m in _PLACE.finditer(word) if 3 <= m.start() <= min(room, len(word) - 4)]
            if places:
                lines[-1] += f" {word[: places[-1]]}-"
                word = word[places[-1] :]
        lines.append(word)
    return lines
