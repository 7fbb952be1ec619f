"""Read an announcement: its text, its passages (sentences and list items), its list of territories.

Offsets are Unicode code points from 0, end exclusive, into the stored text.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ti_graph.errors import Problem, SourceError
from ti_graph.layout import shown


@dataclass(frozen=True, order=True)
class Span:
    """A stretch of the text, with its words."""

    start: int
    end: int
    text: str

    def __str__(self) -> str:
        words = self.text if len(self.text) <= 60 else self.text[:59] + "…"
        return f"passage {self.start}–{self.end} « {words} »"


@dataclass(frozen=True)
class Member:
    """An intercommunalité as a list item names it; ``region`` is what its bracket says."""

    mention: Span
    region: Span | None


@dataclass(frozen=True)
class ListedTerritory:
    """One item of the list: the territory's name and its members in order."""

    name: Span
    members: tuple[Member, ...]
    passage: Span
    lead_in: Span


# A full stop ends a sentence when a capital, a digit or an opening quotation mark follows, unless it
# stands after the one-letter abbreviation of a civility ("M. Édouard").
_SENTENCE_END = re.compile(r"(?<!\bM)[.!?]+(?:\s?»|\")?(?=\s+[\"«\dA-ZÀ-ÖØ-ÞŒ])")
_BULLET = re.compile(r"\s*[•‣▪]\s*")
_ITEM = re.compile(r"«\s*(?P<name>[^«»]*?)\s*»\s*:\s*(?P<members>.*)$")
_BRACKET = re.compile(r"\s*\((?P<region>[^()]*)\)$")
_SPOKEN = re.compile(r"«\s")


class Announcement:
    """The stored text and what can be pointed at in it.

    Arguments:
        path: the UTF-8 text file, kept byte for byte.
        slug: its name in IRIs (``annonce``).

    Raises:
        SourceError: the file cannot be read or is not UTF-8; a list item is not of the form
            ``• « Name » : member, member (région)``; there is no list.
    """

    def __init__(self, path: Path, slug: str):
        self.path, self.slug = path, slug
        content = _read(path)
        self.sha256 = hashlib.sha256(content).hexdigest()
        self.text = _decode(content, path)
        self.passages = tuple(_passages(self.text))
        self.territories = tuple(self._territories())

    def span(self, start: int, end: int) -> Span:
        """The stretch from start to end."""
        return Span(start, end, self.text[start:end])

    def locate(self, quotation: str) -> Span:
        """Where the text says exactly this, once.

        Raises:
            SourceError: it is not there, or there more than once; names the passage that comes nearest.
        """
        count = self.text.count(quotation) if quotation else 0
        if count == 1:
            start = self.text.index(quotation)
            return self.span(start, start + len(quotation))
        if count > 1:
            raise SourceError.at(
                Path(shown(self.path)), None, f"« {quotation} » stands there {count} times: quote more of it"
            )
        nearest = max(self.passages, key=lambda passage: _shared(quotation, passage.text))
        raise SourceError.at(
            Path(shown(self.path)),
            self.line_of(nearest.start),
            f"the quotation « {quotation} » is not in the text; nearest is {nearest}",
        )

    def line_of(self, offset: int) -> int:
        """The line of an offset, from 1."""
        return self.text.count("\n", 0, offset) + 1

    def holding(self, span: Span) -> Span | None:
        """The sentence or list item that holds a stretch, if one does."""
        return next((p for p in self.passages if p.start <= span.start and span.end <= p.end), None)

    def _territories(self) -> Iterator[ListedTerritory]:
        problems: list[Problem] = []
        found = 0
        lead_in: Span | None = None
        for passage in self.passages:
            before = self.text[self.text.rfind("\n", 0, passage.start) + 1 : passage.start]
            if not _BULLET.fullmatch(before):
                lead_in = passage
                continue
            found += 1
            try:
                yield self._item(passage, lead_in)
            except ValueError as error:
                at = Path(shown(self.path))
                problems.append(Problem.at(at, self.line_of(passage.start), f"{error}: « {passage.text} »"))
        if not found:
            problems.append(
                Problem.at(Path(shown(self.path)), None, "no list of territories: no line with a bullet")
            )
        if problems:
            raise SourceError(problems)

    def _item(self, passage: Span, lead_in: Span | None) -> ListedTerritory:
        match = _ITEM.match(passage.text)
        if match is None or not match["name"]:
            raise ValueError("a list item is not of the form « Name » : member, member")
        if lead_in is None or not lead_in.text.endswith(":"):
            raise ValueError("no sentence ending in a colon introduces this list item")
        base = passage.start
        members = tuple(self._members(base + match.start("members"), match["members"]))
        name = self.span(base + match.start("name"), base + match.end("name"))
        return ListedTerritory(name, members, passage, lead_in)

    def _members(self, offset: int, listed: str) -> Iterator[Member]:
        for part in re.finditer(r"(?:[^,(]|\([^)]*\)?)+|(?<=,)(?=,)|^$", listed):
            words = part.group().strip()
            start = offset + part.start() + part.group().find(words)
            bracket = _BRACKET.search(words)
            mention = words[: bracket.start()] if bracket else words
            if not mention or mention.count("(") != mention.count(")"):
                raise ValueError(f"a member without a name or with an open bracket ({words!r})")
            region = bracket and self.span(start + bracket.start("region"), start + bracket.end("region"))
            yield Member(self.span(start, start + len(mention)), region)


def _shared(one: str, other: str) -> int:
    """The length of the longest run of characters that two texts share."""
    return difflib.SequenceMatcher(None, one, other, autojunk=False).find_longest_match().size


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError.at(Path(shown(path)), None, f"cannot be read: {error.strerror}") from None


def _decode(content: bytes, path: Path) -> str:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = content[error.start]
        raise SourceError.at(
            Path(shown(path)), line, f"not UTF-8: byte 0x{byte:02x} at byte offset {error.start}"
        ) from None
    if not text.strip():
        raise SourceError.at(Path(shown(path)), None, "the text is empty")
    return text


def _passages(text: str) -> Iterator[Span]:
    """Every sentence and list item, in order: a line is a block, a block is cut into sentences."""
    for line in re.finditer(r"[^\n]+", text):
        bullet = _BULLET.match(line.group())
        start = line.start() + (bullet.end() if bullet else 0)
        if bullet:
            yield from _span(text, start, line.end())
            continue
        for end in _cuts(line.group()):
            yield from _span(text, start, line.start() + end)
            start = line.start() + end


def _cuts(line: str) -> Iterator[int]:
    """Where the sentences of a line end, the head of a quotation of several sentences cut off."""
    ends = [match.end() for match in _SENTENCE_END.finditer(line)]
    opening = _SPOKEN.search(line)
    closing = line.find("»", opening.end()) if opening else -1
    if opening and any(opening.end() < end < closing for end in ends):
        ends.append(opening.start() + 1)
    yield from sorted(ends)
    yield len(line)


def _span(text: str, start: int, end: int) -> Iterator[Span]:
    """The stretch without the white space at its edges or a quotation mark that only closes."""
    words = text[start:end].strip()
    if "«" not in words:
        words = words.removesuffix("»").strip()
    if words:
        start += text[start:end].index(words)
        yield Span(start, start + len(words), words)
