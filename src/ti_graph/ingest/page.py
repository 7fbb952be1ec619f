"""The text of a page: a text as it is, or what an HTML page says without its menus and notices.

What is stored, and what offsets count in, is this text. Of a text file nothing is changed but a byte order
mark and the ``>`` before the lines of a quoted e-mail, which are left out, form feeds, which become line
ends, and tables whose cells are wrapped (``columns``). HTML becomes lines (``markup``).
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ti_graph.errors import RequestError, TooLargeError
from ti_graph.ingest.columns import reflowed
from ti_graph.ingest.lines import Line, lines_of
from ti_graph.ingest.markup import content_of, marked_off, styled_as, whole_of
from ti_graph.ingest.unfolding import unfold

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
#: Three lines of a quoted e-mail or more (https://www.rfc-editor.org/rfc/rfc3676#section-4.5).
_QUOTED = re.compile(r"(?:^>+(?: ?[^\n]*)(?:\n|\Z)){3,}", re.MULTILINE)
_WAYS = 2  # to see an HTML page
_BREAKS = str.maketrans({"\f": "\n", "\v": "\n"})
#: Characters that XML 1.0 cannot hold (https://www.w3.org/TR/xml/#charsets), so that no format loses any.
_NEVER = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST_REFERENCE = 20  # digits
_REFERENCE = re.compile(r"&#(?:x(?P<hex>[0-9a-f]+)|(?P<decimal>\d+));?", re.IGNORECASE)


@dataclass(frozen=True)
class Page:
    """A page's text as it is stored.

    Arguments:
        text: the text.
        styles: for each line, how the HTML page that it was extracted from shows it; empty for a text.
        emphasised: where words in it are in bold type, in italics and the like.
    """

    text: str
    styles: Sequence[str] = ()
    emphasised: Sequence[tuple[int, int]] = ()

    @cached_property
    def lines(self) -> Sequence[Line]:
        """Its lines as a reader sees them."""
        return lines_of(self.text, self.styles)


def read_page(content: bytes) -> tuple[Page, ...]:
    """The text of a page; for HTML two ways to see it: its content alone, and all of it but its menus.

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
    if _is_json(content):
        raise RequestError("the page is no text: it is JSON; save what it says as text")
    is_html = _HTML.match(content.lstrip(b"\xef\xbb\xbf")) is not None
    decoded = _decoded(content, is_html)
    decoded = decoded.translate(_BREAKS)
    if is_html:
        _refuse_unprintable(decoded)
    pages = _extracted(decoded) if is_html else [Page(reflowed(_unquoted(decoded)))]
    for page in pages:
        _refuse_unreadable(page.text)
    return tuple(pages)


def _is_json(content: bytes) -> bool:
    if content.lstrip()[:1] not in (b"{", b"["):
        return False
    try:
        json.loads(content)
    except ValueError:
        return False
    except RecursionError:  # brackets within brackets, tens of thousands of them
        return True
    return True


def _printable(reference: re.Match[str]) -> str:
    """A character reference; the replacement character for one that XML cannot hold."""
    digits, base = (reference["hex"], 16) if reference["hex"] else (reference["decimal"], 10)
    code = int(digits, base) if len(digits) < _LONGEST_REFERENCE else sys.maxunicode + 1
    is_held = code <= sys.maxunicode and not _NEVER.match(chr(code))
    return reference[0] if is_held else "\ufffd"


def _unquoted(text: str) -> str:
    """A text without the marks of what an e-mail quotes."""
    return _QUOTED.sub(lambda quoted: re.sub(r"^>[> ]*", "", quoted[0], flags=re.MULTILINE), text)


def _extracted(html: str) -> list[Page]:
    from lxml.etree import ParserError
    from lxml.html import HTMLParser, document_fromstring

    try:
        plain = _REFERENCE.sub(_printable, html).encode()
        trees = [document_fromstring(plain, parser=HTMLParser(encoding="utf-8")) for _ in range(_WAYS)]
    except ParserError:
        trees = []
    for tree in trees:
        unfold(tree)
    ways = [extract(tree) for extract, tree in zip((content_of, whole_of), trees, strict=False)]
    if len(ways) == _WAYS:
        ways[0] = styled_as(*ways)
    pages = []
    for way in ways:
        text, emphasised = marked_off(way)
        pages.append(Page(text, [style for _, style in way], emphasised))
    found = [page for page in pages if any(map(str.isalnum, page.text))]
    if not found:
        raise RequestError("the HTML page has no content that could be found: save its text and give that")
    return found


def _decoded(content: bytes, is_html: bool) -> str:
    mark = next((mark for mark in _MARKS if content.startswith(mark)), b"")
    declared = _CHARSET.search(content[:4096]) if is_html and not mark else None
    encoding = _MARKS[mark] if mark else declared[1].decode("ascii").lower() if declared else "utf-8"
    if encoding in ("iso-8859-1", "latin-1", "latin1"):
        encoding = "windows-1252"  # as browsers do: https://encoding.spec.whatwg.org/#names-and-labels
    try:
        return content[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        byte = f"0x{content[len(mark) + error.start]:02x} at byte offset {len(mark) + error.start}"
        raise RequestError(
            f"the page is not {encoding.upper()}: byte {byte}; save it as UTF-8 "
            "(for example with iconv -f WINDOWS-1252 -t UTF-8)"
        ) from None
    except (LookupError, UnicodeError):  # "undefined" and some others say no more than that they failed
        raise RequestError(f"the page says that its encoding is {encoding!r}, which is not known") from None


def _refuse_unprintable(text: str) -> None:
    bad = _NEVER.search(text)
    if bad:
        raise RequestError(
            f"the page is no plain text: character U+{ord(bad[0]):04X} at offset {bad.start()}"
        )


def _refuse_unreadable(text: str) -> None:
    _refuse_unprintable(text)
    if not any(map(str.isalnum, text)):
        raise RequestError("the page has no words")
    broken = _BROKEN.findall(text)
    if len(broken) >= 3:
        raise RequestError(
            f"the page's encoding was mistaken when it was saved: it says « {broken[0]} » for an accent; "
            "save it again as UTF-8"
        )
