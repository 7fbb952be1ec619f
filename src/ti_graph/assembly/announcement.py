"""Read an announcement: its text, its passages (sentences and list items), its list of territories.

Offsets are Unicode code points from 0, end exclusive, into the stored text.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ti_graph.errors import Problem, SourceError
from ti_graph.files import read_text, sha256


@dataclass(frozen=True, order=True)
class Span:
    """A stretch of the text, with its words."""

    start: int
    end: int
    text: str

    @classmethod
    def of(cls, text: str, start: int, end: int) -> Span:
        """The stretch of a text between two offsets."""
        return cls(start, end, text[start:end])

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

    Raises:
        SourceError: the file cannot be read or is not UTF-8; a list item is not of the form
            ``• « Name » : member, member (région)``; there is no list.
    """

    def __init__(self, path: Path):
        self.path = path
        self.sha256 = sha256(path)
        self.text = read_text(path)
        if not self.text.strip():
            raise SourceError.at(path, None, "the text is empty")
        self.passages = tuple(_passages(self.text))
        self.territories = tuple(self._territories())

    def span(self, start: int, end: int) -> Span:
        """The stretch from start to end."""
        return Span.of(self.text, start, end)

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
                self.path, None, f"« {quotation} » stands there {count} times: quote more of it"
            )
        nearest = max(self.passages, key=lambda passage: _shared(quotation, passage.text))
        raise SourceError.at(
            self.path,
            self.line_of(nearest.start),
            f"the quotation « {quotation} » is not in the text; nearest is {nearest}",
        )

    def line_of(self, offset: int) -> int:
        """The line of an offset, from 1."""
        return self.text.count("\n", 0, offset) + 1

    def _territories(self) -> list[ListedTerritory]:
        items: list[ListedTerritory] = []
        problems: list[Problem] = []
        lead_in: Span | None = None
        for passage in self.passages:
            if not _BULLET.fullmatch(self._before_on_line(passage)):
                lead_in = passage
                continue
            try:
                items.append(self._item(passage, lead_in))
            except ValueError as error:
                problems.append(self._problem(passage, f"{error}: « {passage.text} »"))
        by_name: dict[str, ListedTerritory] = {}
        for item in items:
            first = by_name.setdefault(item.name.text.casefold(), item)
            if first is not item:
                line = self.line_of(first.passage.start)
                problems.append(
                    self._problem(item.passage, f"« {item.name.text} » is listed on line {line} too")
                )
        if not items and not problems:
            problems.append(self._problem(None, "no list of territories: no line with a bullet"))
        if problems:
            raise SourceError(problems)
        return items

    def _before_on_line(self, passage: Span) -> str:
        return self.text[self.text.rfind("\n", 0, passage.start) + 1 : passage.start]

    def _problem(self, passage: Span | None, message: str) -> Problem:
        line = self.line_of(passage.start) if passage else None
        return Problem.at(self.path, line, message)

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
        for part in _split_outside_brackets(listed):
            words = part.group().strip()
            start = offset + part.start() + part.group().find(words)
            bracket = _BRACKET.search(words)
            mention = words[: bracket.start()] if bracket else words
            if not mention or mention.count("(") != mention.count(")"):
                raise ValueError(f"a member without a name or with an open bracket ({words!r})")
            region = bracket and self.span(start + bracket.start("region"), start + bracket.end("region"))
            yield Member(self.span(start, start + len(mention)), region)


def _split_outside_brackets(listed: str) -> Iterator[re.Match[str]]:
    """The parts between commas, those inside brackets aside; an empty part is a part too."""
    start = 0
    for comma in [*(m.start() for m in re.finditer(r",(?![^(]*\))", listed)), len(listed)]:
        part = re.compile(r".*", re.DOTALL).fullmatch(listed, start, comma)
        assert part
        yield part
        start = comma + 1


def _shared(one: str, other: str) -> int:
    """The length of the longest run of characters that two texts share."""
    return difflib.SequenceMatcher(None, one, other, autojunk=False).find_longest_match().size


def _passages(text: str) -> Iterator[Span]:
    """Every sentence and list item, in order: a line is a block, a block is cut into sentences."""
    for line in re.finditer(r"[^\n]+", text):
        bullet = _BULLET.match(line.group())
        if bullet:
            yield from _span(text, line.start() + bullet.end(), line.end())
        else:
            yield from sentences(text, line.start(), line.end())


def sentences(text: str, start: int, end: int) -> Iterator[Span]:
    """The sentences of a stretch of a text, in order."""
    first = start
    for cut in _cuts(text[start:end]):
        yield from _span(text, first, start + cut)
        first = start + cut


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
