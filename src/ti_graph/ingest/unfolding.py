"""An HTML page with what only its look hides made plain, before it is read (``markup``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ti_graph.ingest.markup import CELLS, HEADINGS

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LONGEST_CELL, _MOST_BLOCKS = 1_000, 3  # code points and blocks in a cell of a table that is one


def unfold(tree: HtmlElement) -> None:
    """Make plain what only the look of a page hides: buttons in headings, tables that lay the page out."""
    for heading in [*tree.iter(*HEADINGS)]:
        for button in [*heading.iter("button")]:
            button.drop_tag()
    for element in [each for code in tree.iter("pre") for each in code.iter()]:
        _break_lines(element)
    for table in [*tree.iter("table")]:
        _fill_spans(table)
        own = [part for part in table.iter("tbody", "tr", "td") if next(part.iterancestors("table")) is table]
        cells = [part for part in own if part.tag == "td"]
        if any(_lays_out(cell) for cell in cells):
            for part in (table, *own):
                part.tag = "div"
            max(cells, key=lambda cell: len(cell.text_content())).tag = "article"


def _break_lines(element: HtmlElement) -> None:
    """Put a break for each line end of preformatted text."""
    for number, child in reversed([*enumerate(element)]):
        child.tail, *others = (child.tail or "").split("\n")
        _insert_breaks(element, number + 1, others)
    element.text, *others = (element.text or "").split("\n")
    _insert_breaks(element, 0, others)


def _insert_breaks(element: HtmlElement, place: int, lines: Sequence[str]) -> None:
    for line in reversed(lines):
        element.insert(place, element.makeelement("br"))
        element[place].tail = line


def _fill_spans(table: HtmlElement) -> None:
    """Put an empty cell wherever a cell of a row above reaches down (rowspan)."""
    rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
    for number, row in enumerate(rows):
        for place, cell in enumerate([cell for cell in row if cell.tag in CELLS]):
            reach = cell.attrib.pop("rowspan", "1")
            for below in rows[number + 1 : number + int(reach)] if reach.isdecimal() else ():
                below.insert(min(place, len(below)), below.makeelement("td"))


def _lays_out(cell: HtmlElement) -> bool:
    """Whether a cell holds a part of a page: headings, a table, or a column of paragraphs."""
    if any(True for _ in cell.iter("h1", "h2", "table")):
        return True
    return len(cell.text_content()) > _LONGEST_CELL and len(cell) > _MOST_BLOCKS
