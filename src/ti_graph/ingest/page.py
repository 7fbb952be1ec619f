"""The text of a page: a text as it is, or what an HTML page says without its menus and notices.

What is stored, and what offsets count in, is this text. Of a text file nothing is changed but a byte order
mark, which is left out, and form feeds, which become line ends. An HTML page is reduced to its content by
trafilatura; its list items are then lines with a bullet, two spaces further in for each level, the cells of
a table row are set apart by « | », and lines that a cell or a paragraph breaks stay lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ti_graph.errors import RequestError, TooLargeError

if TYPE_CHECKING:
    from lxml.etree import _Element
    from lxml.html import HtmlElement, HTMLParser

#: The largest page that is read, in bytes.
LARGEST = 10_000_000

_KINDS = {
    b"%PDF": "a PDF document: save its text (for example with pdftotext -layout)",
    b"PK\x03\x04": "a ZIP archive or an office document: save its text",
    b"\xd0\xcf\x11\xe0": "an old office document: save its text",
    b"\x1f\x8b": "packed with gzip: unpack it",
    b"{\\rtf": "an RTF document: save its text",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
}
_MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.I)
_BROKEN = re.compile(r"Ã[©¨ªàâ´®§‰]|â€[™œ\x9d“”]|Â[«»°\xa0]")
_BREAKS = str.maketrans({"\f": "\n", "\v": "\n"})
#: Characters that XML 1.0 cannot hold (https://www.w3.org/TR/xml/#charsets), so that no format loses any.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1f\ufffe\uffff]")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6", "dt", "summary")
_LONGEST_CELL, _MOST_BLOCKS = 1_000, 3  # code points and blocks in a cell of a table that is one
_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class Page:
    """A page's text as it is stored; ``is_html`` when it was extracted from an HTML page."""

    text: str
    is_html: bool


def read_page(content: bytes) -> Page:
    """The text of a page.

    Arguments:
        content: a text in UTF-8 (or UTF-16 with its mark), or an HTML page, whose own charset counts.

    Raises:
        RequestError: empty, binary, in another encoding, or an HTML page without content.
        TooLargeError: more than ``LARGEST`` bytes.
    """
    if len(content) > LARGEST:
        raise TooLargeError(f"the page has {len(content):,} bytes; at most {LARGEST:,} are read")
    if not content.strip():
        raise RequestError("the page is empty")
    for magic, kind in _KINDS.items():
        if content.startswith(magic):
            raise RequestError(f"the page is no text: it is {kind}")
    is_html = _HTML.match(content.lstrip(b"\xef\xbb\xbf")) is not None
    text = _decoded(content, is_html)
    text = _content(text) if is_html else text.translate(_BREAKS)
    _refuse_unreadable(text)
    return Page(text, is_html)


def _decoded(content: bytes, is_html: bool) -> str:
    mark = next((mark for mark in _MARKS if content.startswith(mark)), b"")
    declared = _CHARSET.search(content[:4096]) if is_html and not mark else None
    encoding = _MARKS[mark] if mark else declared[1].decode("ascii").lower() if declared else "utf-8"
    if encoding in ("iso-8859-1", "latin-1", "latin1"):
        encoding = "windows-1252"  # as browsers do: https://encoding.spec.whatwg.org/#names-and-labels
    try:
        return content[len(mark) :].decode(encoding)
    except LookupError:
        raise RequestError(f"the page says that its encoding is {encoding!r}, which is not known") from None
    except UnicodeDecodeError as error:
        byte = f"0x{content[len(mark) + error.start]:02x} at byte offset {len(mark) + error.start}"
        raise RequestError(
            f"the page is not {encoding.upper()}: byte {byte}; save it as UTF-8 "
            "(for example with iconv -f WINDOWS-1252 -t UTF-8)"
        ) from None


def _refuse_unreadable(text: str) -> None:
    bad = _UNPRINTABLE.search(text)
    if bad:
        raise RequestError(
            f"the page is no plain text: character U+{ord(bad[0]):04X} at offset {bad.start()}"
        )
    if not any(map(str.isalnum, text)):
        raise RequestError("the page has no words")
    broken = _BROKEN.findall(text)
    if len(broken) >= 3:
        raise RequestError(
            f"the page's encoding was mistaken when it was saved: it says « {broken[0]} » for an accent; "
            "save it again as UTF-8"
        )


def _content(html: str) -> str:
    """What an HTML page says, without what surrounds it."""
    from lxml.html import document_fromstring
    from trafilatura import bare_extraction  # it takes 0.3 s to load
    from trafilatura.settings import Document

    tree = document_fromstring(html.encode(), parser=_parser())
    _unfold(tree)
    document = bare_extraction(tree, favor_recall=True, include_comments=False, include_tables=True)
    body = document.body if isinstance(document, Document) else None
    if body is None or not any(text.strip() for text in body.itertext()):
        raise RequestError("the HTML page has no content that could be found: save its text and give that")
    return _BLANK_LINES.sub("\n\n", "\n".join(_blocks(body))).strip("\n")


def _parser() -> HTMLParser:
    from lxml.html import HTMLParser

    return HTMLParser(encoding="utf-8")


def _unfold(tree: HtmlElement) -> None:
    """Make plain what only the look of a page hides: buttons in headings, tables that lay the page out."""
    for tag in _HEADINGS:
        for heading in tree.iter(tag):
            for button in [*heading.iter("button")]:
                button.drop_tag()
    for table in [*tree.iter("table")]:
        own = [part for part in table.iter("tbody", "tr", "td") if next(part.iterancestors("table")) is table]
        cells = [part for part in own if part.tag == "td"]
        if any(_lays_out(cell) for cell in cells):
            for part in (table, *own):
                part.tag = "div"
            max(cells, key=lambda cell: len(cell.text_content())).tag = "article"


def _lays_out(cell: HtmlElement) -> bool:
    """Whether a cell holds a part of a page: headings, a table, or a column of paragraphs."""
    if any(True for _ in cell.iter("h1", "h2", "table")):
        return True
    return len(cell.text_content()) > _LONGEST_CELL and len(cell) > _MOST_BLOCKS


def _blocks(element: _Element) -> Iterator[str]:
    """The lines of an element's blocks."""
    yield from _own(element.text)
    for child in element:
        if child.tag == "list":
            yield ""
            yield from _list(child, 0)
            yield ""
        elif child.tag == "table":
            yield ""
            yield from (_row(row) for row in child.iter("row"))
            yield ""
        elif child.tag in ("p", "head", "quote", "ab", "code"):
            yield ""
            yield from _paragraph(child)
            yield ""
        elif child.tag == "lb":
            yield ""
        else:
            yield from _blocks(child)
        yield from _own(child.tail)


def _own(text: str | None) -> Iterator[str]:
    if text and text.strip():
        yield text.strip()


def _paragraph(element: _Element) -> Iterator[str]:
    nested = [child for child in element if child.tag in ("list", "table", "p")]
    if nested:
        yield from _blocks(element)
    else:
        yield from (line.strip() for line in _words(element).split("\n"))


def _list(element: _Element, level: int) -> Iterator[str]:
    for item in element:
        is_term = (item.get("rend") or "").startswith("dt")
        inner = [child for child in item.iter("list") if child is not item]
        lines = [line.strip() for line in _words(item, besides="list").split("\n") if line.strip()]
        bullet = "" if is_term else "  " * level + "• "
        yield from (bullet + lines[0], *("  " * level + "  " + line for line in lines[1:])) if lines else ()
        for each in inner:
            if next(each.iterancestors("list")) is element:
                yield from _list(each, level + 1)


def _row(row: _Element) -> str:
    cells = (" ; ".join(_cell(cell)) for cell in row.iter("cell"))
    return " | ".join(cells).rstrip()


def _cell(cell: _Element) -> list[str]:
    """The lines that a cell has, whether paragraphs, list items or broken lines."""
    for inner in [*cell.iter("p", "item")]:
        inner.addprevious(inner.makeelement("lb"))
    return [line.strip() for line in _words(cell).split("\n") if line.strip()]


def _words(element: _Element, besides: str = "") -> str:
    """The text of an element; only its line breaks are line ends."""
    parts = [_in_line(element.text)]
    for child in element:
        if child.tag == "lb":
            parts.append("\n")
        elif child.tag != besides:
            parts.append(_words(child, besides))
        parts.append(_in_line(child.tail))
    return "".join(parts)


def _in_line(text: str | None) -> str:
    return re.sub(r"[ \t\r\n]+", " ", text or "")
