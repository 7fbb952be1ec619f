"""Tables that a text lays out in columns, as ``pdftotext -layout`` does, their wrapped cells put together.

A name that goes on in the next line of its column has the other columns between its parts. Such tables become
one line for each row, its cells set apart by « | », as those of HTML pages do.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

_GAP = re.compile(r"\S {2,}\S")
_INDENT = 3  # columns by which a line is set in that goes on in a cell
_FEWEST_LINES, _FEWEST_ROWS = 6, 3
_LONGEST_REST = 40  # code points of what goes on in the first column alone
_BLANKS = 2  # empty lines that a table may have in it
_STRAY = 0.04  # the share of lines that may stand across what parts two columns: feet of pages
_NUMBER = re.compile(r"\d{1,3}[.)°]?")
#: How a cell ends that goes on in the next line, and how one begins that goes on with the line above.
_GOES_ON = re.compile(r"(?:[,–-]|\b(?:de|du|des|d['’]|la|le|les|l['’]|et|en|sur|CC|CA|CU))$")
_IS_REST = re.compile(r"[a-zà-ÿ–(-]")
_STACKED = 0.6  # the share of lines that had room, where each says something of its own
_MOSTLY, _WRAPPED = 0.7, 0.3  # of rows: those that have several cells; those that have one of several lines


def reflowed(text: str) -> str:
    """A text with its tables one line for each row."""
    lines = text.split("\n")
    found: list[str] = []
    at = 0
    for start, end in _blocks(lines):
        rows = _rows(lines[start:end])
        if rows:
            found += [*lines[at:start], *rows]
            at = end
    return "\n".join([*found, *lines[at:]])


def _blocks(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The stretches of lines that may be a table."""
    start, last = None, -1
    set_out = [
        _GAP.search(line) is not None or len(line) - len(line.lstrip(" ")) >= _INDENT for line in lines
    ]
    for number, line in enumerate([*lines, "."]):
        is_between = set_out[number - 1 : number + 2 : 2] == [True, True] and len(line) <= _LONGEST_REST
        is_part = (
            "\t" not in line and "|" not in line and (is_between or (set_out[number : number + 1] == [True]))
        )
        if line.strip() and is_part:
            start = number if start is None else start
            last = number
        elif start is not None and (line.strip() or number - last > _BLANKS):
            if last + 1 - start >= _FEWEST_LINES:
                yield start, last + 1
            start = None


def _rows(block: Sequence[str]) -> list[str]:
    """The rows of a block, each a line; none where it is no table, or none of its cells is wrapped."""
    edges = _edges([line for line in block if line.strip()])
    if len(edges) < 2:
        return []
    rows: list[list[list[str]]] = []
    groups = [[_cells(line, edges) for line in group] for group in _groups(block)]
    widths = [
        max(map(len, column)) for column in zip(*(cells for group in groups for cells in group), strict=True)
    ]
    for group in groups:
        rows += _split(group, widths)
    several = [row for row in rows if sum(any(cell) for cell in zip(*row, strict=True)) > 1]
    wrapped = [row for row in several if any(sum(map(bool, cell)) > 1 for cell in zip(*row, strict=True))]
    if (
        len(rows) < _FEWEST_ROWS
        or len(several) < _MOSTLY * len(rows)
        or len(wrapped) < _WRAPPED * len(several)
    ):
        return []
    columns = zip(*([[*cell] for cell in zip(*row, strict=True)] for row in rows), strict=True)
    joints = [_joint(column, width) for column, width in zip(columns, widths, strict=True)]
    return [
        " | ".join(_joined(cell, joint) for cell, joint in zip(zip(*row, strict=True), joints, strict=True))
        for row in rows
    ]


def _joint(column: Sequence[Sequence[str]], width: int) -> str:
    """What is put between the lines of a column's cells: each names something more where it had room."""
    pairs = [pair for cell in column for pair in pairwise(filter(None, cell))]
    had_room = sum(_had_room(a, b, width) for a, b in pairs)
    return " ; " if pairs and had_room >= _STACKED * len(pairs) else " "


def _joined(cell: Sequence[str], joint: str) -> str:
    """The lines of a cell as one."""
    parts = [part for part in cell if part]
    found = parts[0] if parts else ""
    for before, part in pairwise(parts):
        goes_on = joint == " " or _GOES_ON.search(before) or _IS_REST.match(part)
        found += (" " if goes_on else joint) + part
    return found


def _had_room(before: str, after: str, width: int) -> bool:
    """Whether the first word of a line would have fitted into the one before it."""
    return len(before) + 1 + len(after.split()[0]) <= width and not _GOES_ON.search(before)


def _edges(lines: Sequence[str]) -> list[int]:
    """Where the columns of a table begin; what stands on each page says nothing of them."""
    alike = Counter(re.sub(r"\d+", "0", line) for line in lines)
    lines = [line for line in lines if alike[re.sub(r"\d+", "0", line)] == 1] or lines
    width = max(map(len, lines))
    filled = [sum(len(line) > at and line[at] != " " for line in lines) for at in range(width)]
    empty = [count <= _STRAY * len(lines) for count in filled]
    begins = [at for at in range(2, width) if not empty[at] and empty[at - 1] and empty[at - 2]]
    return begins if not begins or all(empty[: begins[0]]) else [0, *begins]


def _groups(block: Sequence[str]) -> Iterator[list[str]]:
    """The lines between empty ones."""
    group: list[str] = []
    for line in [*block, ""]:
        if line.strip():
            group.append(line)
        elif group:
            yield group
            group = []


def _cells(line: str, edges: Sequence[int]) -> list[str]:
    """The cells of a line; what stands across an edge is whole in the column that it begins in."""
    found: list[str] = []
    begun = 0
    for start, end in zip(edges, [*edges[1:], max(len(line), edges[-1])], strict=True):
        if found and found[-1] and line[start - 1 : start].strip():
            found[-1] = line[begun:end].strip()
            found.append("")
        else:
            begun = start
            found.append(line[start:end].strip())
    return found


def _split(lines: Sequence[list[str]], widths: Sequence[int]) -> list[list[list[str]]]:
    """The rows of some lines: a new one where the first column does not go on with what it has above.

    Arguments:
        widths: of the columns.
    """
    rows: list[list[list[str]]] = []
    stretches = sum(bool(b[0]) and not a[0] for a, b in pairwise([[""], *lines]))
    for cells in lines:
        above = rows[-1][-1] if rows else []
        is_new = not above or (above[0] and cells[0] and _is_apart(above, cells, widths))
        if is_new or (cells[0] and not above[0] and stretches > 1):
            rows.append([])
        rows[-1].append(cells)
    return rows


def _is_apart(above: Sequence[str], cells: Sequence[str], widths: Sequence[int]) -> bool:
    """Whether a line that has something in the first column begins a row, and the one above ends one."""
    if _NUMBER.fullmatch(cells[0]):
        return True
    if _GOES_ON.search(above[0]) or _IS_REST.match(cells[0]):
        return False
    pairs = [(a, b, width) for a, b, width in zip(above, cells, widths, strict=True) if a and b]
    return any(_had_room(a, b, width) for a, b, width in pairs)
