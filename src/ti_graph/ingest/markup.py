"""An HTML page as lines of text: its content alone, or all of it but menus, notices and forms.

List items are lines with a bullet, two spaces further in for each level; the cells of a table row are set
apart by « | »; a paragraph, a heading, a division is a line of its own, and broken lines stay lines. Empty
lines part blocks. The same is done with the page itself and with what trafilatura makes of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element
    from lxml.html import HtmlElement

_LISTS = frozenset(["ul", "ol", "dl", "list"])
_ITEMS = frozenset(["li", "dd", "item"])
_ROWS, _CELLS = frozenset(["tr", "row"]), frozenset(["td", "th", "cell"])
_BREAKS = frozenset(["br", "lb"])
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6", "dt", "summary", "head"])
_BLOCKS = frozenset(
    [
        *("p", "div", "section", "article", "main", "body", "header", "figure", "figcaption", "blockquote"),
        *("pre", "address", "details", "fieldset", "caption", "table", "tbody", "thead", "tfoot", "doc"),
        *("quote", "ab", "code", "hr", "center", "form", *_LISTS, *_ITEMS, *_ROWS, *_CELLS, *_HEADINGS),
    ]
)
_LEFT_OUT = frozenset(
    [
        *("script", "style", "noscript", "template", "nav", "footer", "aside", "svg", "select", "textarea"),
        *("iframe", "title", "button", "object", "video", "audio", "comments"),
    ]
)
_LONGEST_CELL, _MOST_BLOCKS = 1_000, 3  # code points and blocks in a cell of a table that is one
_BLANK_LINES = re.compile(r"\n{3,}")


def content_of(tree: HtmlElement) -> str:
    """What a page says without what surrounds it; empty where no content is found."""
    from trafilatura import bare_extraction  # it takes 0.3 s to load
    from trafilatura.settings import Document

    document = bare_extraction(tree, favor_recall=True, include_comments=False, include_tables=True)
    body = document.body if isinstance(document, Document) else None
    return "" if body is None else rendered(body)


def whole_of(tree: HtmlElement) -> str:
    """All that a page says but for menus, notices and what is no text."""
    for panel in [*tree.iter()]:
        label = panel.get("aria-labelledby") if isinstance(panel.tag, str) else None
        named = tree.get_element_by_id(label, None) if label else None
        if named is not None and named not in [*panel.iter()]:
            heading = panel.makeelement("h6")
            heading.text = named.text_content()
            panel.insert(0, heading)
            heading.tail, panel.text = panel.text, ""
    return rendered(tree)


def unfold(tree: HtmlElement) -> None:
    """Make plain what only the look of a page hides: buttons in headings, tables that lay the page out."""
    for heading in [*tree.iter(*_HEADINGS)]:
        for button in [*heading.iter("button")]:
            button.drop_tag()
    for table in [*tree.iter("table")]:
        _fill_spans(table)
        own = [part for part in table.iter("tbody", "tr", "td") if next(part.iterancestors("table")) is table]
        cells = [part for part in own if part.tag == "td"]
        if any(_lays_out(cell) for cell in cells):
            for part in (table, *own):
                part.tag = "div"
            max(cells, key=lambda cell: len(cell.text_content())).tag = "article"


def _fill_spans(table: HtmlElement) -> None:
    """Put an empty cell wherever a cell of a row above reaches down (rowspan)."""
    rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
    for number, row in enumerate(rows):
        for place, cell in enumerate([cell for cell in row if cell.tag in _CELLS]):
            reach = cell.attrib.pop("rowspan", "1")
            for below in rows[number + 1 : number + int(reach)] if reach.isdecimal() else ():
                below.insert(min(place, len(below)), below.makeelement("td"))


def _lays_out(cell: HtmlElement) -> bool:
    """Whether a cell holds a part of a page: headings, a table, or a column of paragraphs."""
    if any(True for _ in cell.iter("h1", "h2", "table")):
        return True
    return len(cell.text_content()) > _LONGEST_CELL and len(cell) > _MOST_BLOCKS


def rendered(element: _Element) -> str:
    """An element as lines."""
    lines = "\n".join(line.rstrip(" ") for line in _block(element, 0))
    return _BLANK_LINES.sub("\n\n", lines).strip("\n")


def _block(element: _Element, level: int) -> Iterator[str]:
    """The lines of a block, an empty one before and after each block in it."""
    line = [_in_line(element.text)]
    apart = _are_apart(element)
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag in _BREAKS or (apart and line != [""]):
            yield from _line(line) if "".join(line).strip() else ("",)
            line = []
        if tag in _BLOCKS or (tag and tag not in _LEFT_OUT and _holds_block(child)):
            yield from _line(line)
            line = []
            yield from _nested(child, tag, level)
        elif tag and tag not in _LEFT_OUT and tag not in _BREAKS:
            line.append(_words(child))
        line.append(_in_line(child.tail))
    yield from _line(line)


def _nested(child: _Element, tag: str, level: int) -> Iterator[str]:
    if tag in _ROWS:
        yield _row(child)
    elif tag in _LISTS:
        yield from () if level else ("",)
        yield from _list(child, level)
        yield from () if level else ("",)
    else:
        yield ""
        yield from _block(child, level)
        yield ""


def _list(element: _Element, level: int) -> Iterator[str]:
    for item in element:
        tag = item.tag if isinstance(item.tag, str) else ""
        if tag in _LISTS:
            yield from _list(item, level + 1)
        elif tag:
            is_term = tag == "dt" or (item.get("rend") or "").startswith("dt")
            lines = [line for line in _block(item, level + 1) if line.strip()]
            if is_term:
                yield ""
            for number, line in enumerate(lines):
                is_nested = line.startswith("  " * (level + 1) + "• ")
                mark = "• " if number == 0 and not is_term else "  "
                yield line if is_nested else "  " * level + ("" if is_term else mark) + line


def _row(row: _Element) -> str:
    cells = (cell for cell in row if cell.tag in _CELLS)
    return " | ".join(" ; ".join(line.strip() for line in _block(cell, 0) if line.strip()) for cell in cells)


def _line(parts: list[str]) -> Iterator[str]:
    words = re.sub(r" {2,}", " ", "".join(parts)).strip(" ")
    if words.strip():
        yield words


def _words(element: _Element) -> str:
    """The text of an element that has no block in it; its line breaks are line ends."""
    parts = [_in_line(element.text)]
    for child in element:
        if child.tag in _BREAKS:
            parts.append("\n")
        elif isinstance(child.tag, str) and child.tag not in _LEFT_OUT:
            parts.append(_words(child))
        parts.append(_in_line(child.tail))
    return "".join(parts)


def _holds_block(element: _Element) -> bool:
    return any(isinstance(each.tag, str) and each.tag in _BLOCKS for each in element.iterdescendants())


def _are_apart(element: _Element) -> bool:
    """Whether an element's parts follow each other without a space, so that only their look parts them."""
    inside = [child for child in element if child.tag == "span"]
    if len(inside) < 2 or len(inside) < len(element) or (element.text or "").strip():
        return False
    classes = {child.get("class") for child in inside}
    tails = [child.tail or "" for child in inside[:-1]]
    return len(classes) == 1 and not any(map(str.strip, tails)) and (None not in classes or not any(tails))


def _in_line(text: str | None) -> str:
    return re.sub(r"[ \t\r\n]+", " ", text or "")
