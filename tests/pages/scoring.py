"""What a reader found on a page beside the truth: precision and recall of territories, members and SIREN."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from pages.styles import Page
from ti_graph.ingest.reader import Reading

_Thing = TypeVar("_Thing")
_QUOTES = "«»\"“”„'’‘ "
# In a sentence a mention may begin at its article, or at the plural that several share.
_LEAD = re.compile(
    r"^(?:(?:l['’]\s*(?=établissement|agglo)|l[ae]s?\s+(?=cc\b|ca\b|cu\b|c\.|com|cdc\b|métro|metro|agglo))|"
    r"les (?:communautés de communes|communautés d['’]agglomération|communautés urbaines)\s+(?:d[ue]s?\s+)?)",
    re.IGNORECASE,
)
_MARK = re.compile(r"\s*(?:\*|\(\d\)|[¹²³])$")


@dataclass(frozen=True)
class Row:
    """A row of members.csv."""

    territory: str
    mention: str
    siren: str
    start: int
    end: int


@dataclass(frozen=True)
class Rate:
    """How many there are, how many were found, how many of these are right."""

    wanted: int = 0
    found: int = 0
    right: int = 0

    def __add__(self, other: Rate) -> Rate:
        return Rate(self.wanted + other.wanted, self.found + other.found, self.right + other.right)

    @property
    def precision(self) -> float:
        """The share of what was found that is right; 1 when nothing was found."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """The share of what there is that was found; 1 when there is nothing."""
        return self.right / self.wanted if self.wanted else 1.0


@dataclass(frozen=True)
class Score:
    """The rates of one page or of many, and every miss and error in a line of its own."""

    territories: Rate = Rate()
    members: Rate = Rate()
    sirens: Rate = Rate()
    misplaced: int = 0
    problems: Sequence[str] = field(default=())

    def __add__(self, other: Score) -> Score:
        return Score(
            self.territories + other.territories,
            self.members + other.members,
            self.sirens + other.sirens,
            self.misplaced + other.misplaced,
            [*self.problems, *other.problems],
        )


def rows_of(reading: Reading) -> list[Row]:
    """The rows of members.csv for what was read."""
    return [
        Row(entry.name.text, mention.span.text, choice.siren or "", mention.span.start, mention.span.end)
        for entry, mention, choice in reading.members()
    ]


def label_key(words: str) -> str:
    """A label without quotation marks, white space made single."""
    return _single(words).strip(_QUOTES)


def mention_key(words: str) -> str:
    """A mention, white space made single, without an article before it or a footnote's mark after it."""
    return _MARK.sub("", _LEAD.sub("", _single(words), count=1))


def _single(words: str) -> str:
    """White space made single, accents composed."""
    return " ".join(unicodedata.normalize("NFC", words).split())


def score(page: Page, rows: Iterable[Row], stored: str | None = None) -> Score:
    """Compare what was found with the truth.

    Arguments:
        stored: the stored text that offsets point into; without it they are not checked.
    """
    rows = list(rows)
    problems: list[str] = []
    labels = Counter(label_key(territory.label) for territory in page.truth)
    of = {
        (label_key(territory.label), mention_key(member.mention)): member
        for territory in page.truth
        for member in territory.members
    }
    pairs = Counter(
        (label_key(territory.label), mention_key(member.mention))
        for territory in page.truth
        for member in territory.members
    )
    found = Counter((label_key(row.territory), mention_key(row.mention)) for row in rows)
    sirens = Rate(sum(member.kind != "commune" for member in of.values()))
    for row in rows:
        pair = (label_key(row.territory), mention_key(row.mention))
        member = of.get(pair)
        right = member is not None and member.kind != "commune" and member.code == row.siren
        if row.siren:
            sirens += Rate(0, 1, int(right))
        if row.siren and not right:
            problems.append(
                f"wrong siren {row.siren} for {_shown(pair)}, {member.code if member else 'no member'}"
            )
        if not row.siren and member and member.kind != "commune":
            problems.append(f"undecided {_shown(pair)}, {member.code}")
    misplaced = [r for r in rows if stored is not None and stored[r.start : r.end] != r.mention]
    problems += [f"offsets {r.start}–{r.end} are not at {r.mention!r}" for r in misplaced]
    seen = Counter(dict.fromkeys((pair[0] for pair in found), 1))
    return Score(
        _rate(labels, seen, "territory", problems),
        _rate(pairs, found, "member", problems),
        sirens,
        len(misplaced),
        problems,
    )


def _shown(thing: object) -> str:
    return " / ".join(thing) if isinstance(thing, tuple) else str(thing)


def _rate(wanted: Counter[_Thing], found: Counter[_Thing], what: str, problems: list[str]) -> Rate:
    problems += [f"missed {what} {_shown(each)}" for each in wanted - found]
    problems += [f"invented {what} {_shown(each)}" for each in found - wanted]
    return Rate(wanted.total(), found.total(), (wanted & found).total())
