"""An HTML page as lines of text: its content alone, or all of it but menus, notices and forms.

List items are lines with a bullet, two spaces further in for each level; the cells of a table row are set
apart by « | »; a paragraph, a heading, a division is a line of its own, and broken lines stay lines. Empty
lines part blocks. The same is done with the page itself and with what trafilatura makes of it. Each line has
its style: the element that it stands in, with its class, and whether it is set in bold type.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from lxml.etree import _Element
    from lxml.html import HtmlElement

_LISTS = frozenset(["ul", "ol", "dl", "list"])
_ITEMS = frozenset(["li", "dd", "item"])
_ROWS = frozenset(["tr", "row"])
#: Elements that are cells of a table.
CELLS = frozenset(["td", "th", "cell"])
_BREAKS = frozenset(["br", "lb"])
#: Elements that are headings.
HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6", "dt", "summary", "head"])
_BLOCKS = frozenset(
    [
        *("p", "div", "section", "article", "main", "body", "header", "figure", "figcaption", "blockquote"),
        *("pre", "address", "details", "fieldset", "caption", "table", "tbody", "thead", "tfoot", "doc"),
        *("quote", "ab", "code", "hr", "center", "form", *_LISTS, *_ITEMS, *_ROWS, *CELLS, *HEADINGS),
    ]
)
_LEFT_OUT = frozenset(
    [
        *("script", "style", "noscript", "template", "nav", "footer", "aside", "svg", "select", "textarea"),
        *("iframe", "title", "button", "object", "video", "audio", "comments"),
    ]
)
_BOLD = frozenset(["b", "strong", "hi"])
_EMPHASISED = frozenset(["b", "strong", "em", "i", "u", "mark", "cite", "hi"])
#: Where emphasised words begin and end, while lines are put together: characters that no text has.
_ON, _OFF = "\ufdd0", "\ufdd1"


class Styled(NamedTuple):
    """A line and its style."""

    line: str
    style: str


_BLANK = Styled("", "")


def content_of(tree: HtmlElement) -> list[Styled]:
    """What a page says without what surrounds it; nothing where no content is found."""
    from trafilatura import bare_extraction  # it takes 0.3 s to load
    from trafilatura.settings import Document

    document = bare_extraction(tree, favor_recall=True, include_comments=False, include_tables=True)
    body = document.body if isinstance(document, Document) else None
    return [] if body is None else rendered(body)


def whole_of(tree: HtmlElement) -> list[Styled]:
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


def marked_off(lines: Sequence[Styled]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Lines as a text, and where its emphasised words are."""
    parts = re.split(f"([{_ON}{_OFF}])", "\n".join(line for line, _ in lines))
    kept: list[str] = []
    spans, begun, at = [], 0, 0
    for part in parts:
        if part == _ON:
            begun = at
        elif part == _OFF:
            spans.append((begun, at))
        else:
            kept.append(part)
            at += len(part)
    return "".join(kept), tuple(spans)


def styled_as(lines: Sequence[Styled], others: Sequence[Styled]) -> list[Styled]:
    """Lines with the style and emphasis that the same ones have among others, in order.

    Trafilatura leaves both out.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for number, (line, _) in enumerate(others):
        places[_plain(line).strip()].append(number)
    found, last = [], -1
    for line, style in lines:
        known = places.get(_plain(line).strip(), ())
        at = next((number for number in known if number > last), None)
        last = last if at is None or not line else at
        indent = line[: len(line) - len(line.lstrip())]
        found.append(
            Styled(line, style) if at is None else Styled(indent + others[at].line.lstrip(), others[at].style)
        )
    return found


def _plain(line: str) -> str:
    """A line without the marks of emphasis."""
    return line.replace(_ON, "").replace(_OFF, "")


def rendered(element: _Element) -> list[Styled]:
    """An element as lines, never two empty ones together."""
    found: list[Styled] = []
    for line, style in _block(element, 0):
        for part in line.split("\n"):
            words = part.rstrip(" ")
            if words or (found and found[-1].line):
                found.append(Styled(words, style))
    while found and not found[-1].line:
        found.pop()
    return found


def _block(element: _Element, level: int) -> Iterator[Styled]:
    """The lines of a block, an empty one before and after each block in it."""
    line = _Line(element)
    apart = _are_apart(element)
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag in _BREAKS or (apart and line.parts != [""]):
            yield from line.ended() if line.has_words() else (_BLANK,)
            line = _Line(element, "")
        if tag in _BLOCKS or (tag and tag not in _LEFT_OUT and _holds_block(child)):
            yield from line.ended()
            line = _Line(element, "")
            yield from _nested(child, tag, level)
        elif tag and tag not in _LEFT_OUT and tag not in _BREAKS:
            line.add(_words(child), child)
        line.add(_in_line(child.tail))
    yield from line.ended()


class _Line:
    """A line that is being put together."""

    def __init__(self, element: _Element, text: str | None = None):
        self._element = element
        self.parts = [_in_line(element.text) if text is None else text]
        self._inside: list[_Element] = []
        self._is_plain = bool(self.parts[0].strip())

    def add(self, words: str, element: _Element | None = None) -> None:
        """Add words, all of them in an element or in none."""
        self.parts.append(words)
        if words.strip() and element is not None:
            self._inside.append(element)
        elif words.strip(" :.,–-"):
            self._is_plain = True

    def has_words(self) -> bool:
        return bool(_plain("".join(self.parts)).strip())

    def ended(self) -> Iterator[Styled]:
        """The line with its style, if it has words."""
        words = re.sub(r" {2,}", " ", "".join(self.parts)).strip(" ")
        if _plain(words).strip():
            alone = self._inside[0] if len(self._inside) == 1 and not self._is_plain else None
            bold = not self._is_plain and all(_is_bold(each) for each in self._inside)
            within = f" {_name(alone)}" if alone is not None else ""
            yield Styled(words, f"{_name(self._element)}{within}{' bold' if bold else ''}")


def _is_bold(element: _Element) -> bool:
    return element.tag in _BOLD or any(child.tag in _BOLD for child in element)


def _name(element: _Element) -> str:
    """The name of an element with its class and style, or what trafilatura has of them."""
    look = " ".join(element.get(each) or "" for each in ("class", "style", "rend"))
    return f"{element.tag!s}.{look.strip()}"


def _nested(child: _Element, tag: str, level: int) -> Iterator[Styled]:
    if tag in _ROWS:
        yield Styled(_row(child), _name(child))
    elif tag in _LISTS:
        yield from () if level else (_BLANK,)
        yield from _list(child, level)
        yield from () if level else (_BLANK,)
    else:
        yield _BLANK
        yield from _block(child, level)
        yield _BLANK


def _list(element: _Element, level: int) -> Iterator[Styled]:
    for item in element:
        tag = item.tag if isinstance(item.tag, str) else ""
        if tag in _LISTS:
            yield from _list(item, level + 1)
        elif tag:
            is_term = tag == "dt" or (item.get("rend") or "").startswith("dt")
            lines = [each for each in _block(item, level + 1) if each.line.strip()]
            if is_term:
                yield _BLANK
            for number, (line, style) in enumerate(lines):
                is_nested = line.startswith("  " * (level + 1) + "• ")
                mark = "• " if number == 0 and not is_term else "  "
                shown = line if is_nested else "  " * level + ("" if is_term else mark) + line
                yield Styled(shown, style)


def _row(row: _Element) -> str:
    cells = (cell for cell in row if cell.tag in CELLS)
    return " | ".join(
        " ; ".join(each.line.strip() for each in _block(cell, 0) if each.line.strip()) for cell in cells
    )


def _words(element: _Element) -> str:
    """The text of an element that has no block in it; its line breaks are line ends."""
    parts = [_in_line(element.text)]
    for child in element:
        if child.tag in _BREAKS:
            parts.append("\n")
        elif isinstance(child.tag, str) and child.tag not in _LEFT_OUT:
            parts.append(_words(child))
        parts.append(_in_line(child.tail))
    words = "".join(parts)
    bare = words.strip()
    if element.tag not in _EMPHASISED or not bare or _ON in bare:
        return words
    return words.replace(bare, f"{_ON}{bare}{_OFF}")


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
    return re.sub(r"[ \t\r\n]+", " ", _plain(text or ""))
