"""The text of the announcement with what is marked in it: passages, mentions, and what they state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from ti_graph.rdf import ID, prologue
from ti_graph.views.terms import Rows, Term, TermNames, Value, value_of

_PREFIXES = prologue("oa", "prov", "rdfs", "schema", "ti")
_TEXT = "SELECT ?text WHERE {{ <{document}> schema:text ?text }}"
_PASSAGES = """SELECT ?passage ?start ?end ?reason WHERE {{
  ?passage a ti:Passage ; oa:hasSource <{document}> ; oa:hasSelector ?selector .
  ?selector oa:start ?start ; oa:end ?end .
  OPTIONAL {{ ?passage ti:sansEnonce ?reason }}
}}"""
_MENTIONS = """SELECT ?thing ?member ?start ?end WHERE {{
  ?mention ti:designe ?thing ; oa:hasSource <{document}> ; oa:hasSelector ?selector .
  ?selector oa:start ?start ; oa:end ?end .
  OPTIONAL {{ ?thing ti:membre ?member }}
}}"""
_STATEMENTS = """SELECT ?passage ?graph ?subject ?subjectLabel ?property ?value ?valueLabel ?method WHERE {{
  ?passage a ti:Passage ; oa:hasSource <{document}> .
  {{ ?graph ti:enoncePar ?passage }} UNION {{ ?graph prov:wasDerivedFrom ?passage ; ti:methode ?method }}
  GRAPH ?graph {{ ?subject ?property ?value }}
  OPTIONAL {{ ?subject rdfs:label ?subjectLabel }}
  OPTIONAL {{ ?value rdfs:label ?valueLabel }}
}}"""


@dataclass(frozen=True)
class Statement:
    """A triple that a passage says, or that is inferred from it.

    Arguments:
        subject, property, value: as a reader sees them.
        method: how it was inferred; empty for what is said.
    """

    subject: Value
    property: Value
    value: Value
    method: str = ""


@dataclass
class Passage:
    """A sentence or another stretch of the text.

    Arguments:
        iri: the passage.
        start, end: Unicode code points from 0, the end exclusive.
        reason: why it makes no statement; empty where it makes some.
        statements: what it says, then what is inferred from it.
    """

    iri: str
    start: int
    end: int
    reason: str = ""
    statements: list[Statement] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        """A name for it on a page."""
        return f"{self.start}-{self.end}"


@dataclass(frozen=True)
class Piece:
    """A stretch of text between two marks.

    Arguments:
        text: word for word.
        passage: the shortest passage that it lies in, None for none.
        thing: the IRI of what the words mean, of a membership the member; empty for nothing.
        starts, ends: the passages that start and end with it.
    """

    text: str
    passage: Passage | None
    thing: str
    starts: tuple[Passage, ...]
    ends: tuple[Passage, ...]


class Marked:
    """A document's text with its passages and mentions, in a reader's language.

    Arguments:
        rows: asks the dataset.
        terms: the names of properties and classes.
        document: the path of the document's IRI: ``document/annonce``.
        language: ``fr`` or ``en``.
    """

    def __init__(self, rows: Rows, terms: TermNames, document: str, language: str):
        iri = ID + document
        found = rows(_PREFIXES + _TEXT.format(document=iri))
        #: Empty where the dataset has no such document.
        self.text = found[0]["text"]["value"] if found else ""
        self.passages = _passages(rows, iri, language)
        self._mentions = {
            (int(row["start"]["value"]), int(row["end"]["value"])): row.get("member", row["thing"])["value"]
            for row in rows(_PREFIXES + _MENTIONS.format(document=iri))
        }
        self._state(rows(_PREFIXES + _STATEMENTS.format(document=iri)), terms, language)

    def pieces(self) -> Iterator[Piece]:
        """The whole text, cut at every mark."""
        spans = [(p.start, p.end) for p in self.passages] + [*self._mentions]
        cuts = sorted({0, len(self.text), *(at for span in spans for at in span)})
        for start, end in pairwise(cuts):
            around = [p for p in self.passages if p.start <= start and end <= p.end]
            yield Piece(
                self.text[start:end],
                min(around, key=lambda p: p.end - p.start, default=None),
                next((thing for (s, e), thing in self._mentions.items() if s <= start and end <= e), ""),
                tuple(p for p in around if p.start == start),
                tuple(p for p in around if p.end == end),
            )

    def _state(self, found: Iterable[Mapping[str, Term]], terms: TermNames, language: str) -> None:
        """Give the passages their statements, each once, though there are several labels and wordings."""
        labels: dict[str, list[Term]] = defaultdict(list)
        stated: dict[tuple[str, ...], Mapping[str, Term]] = {}
        for row in found:
            for part in ("subject", "value"):
                labels[row[part]["value"]] += [row[f"{part}Label"]] if f"{part}Label" in row else []
            if row.get("method", {}).get("xml:lang", language) == language:
                parts = (row[name]["value"] for name in ("passage", "graph", "subject", "property", "value"))
                stated[*parts, row["value"].get("xml:lang", "")] = row
        passages = {passage.iri: passage for passage in self.passages}
        for row in stated.values():
            subject = value_of(row["subject"], labels[row["subject"]["value"]], terms, language)
            value = value_of(row["value"], labels[row["value"]["value"]], terms, language)
            named, method = (
                terms.of(row["property"]["value"], language),
                row.get("method", {}).get("value", ""),
            )
            passages[row["passage"]["value"]].statements.append(Statement(subject, named, value, method))
        for passage in self.passages:
            passage.statements.sort(key=lambda s: (s.method, s.subject.text, s.property.text, s.value.text))


def _passages(rows: Rows, document: str, language: str) -> list[Passage]:
    found: dict[str, Passage] = {}
    for row in rows(_PREFIXES + _PASSAGES.format(document=document)):
        reason = row.get("reason", {})
        if row["passage"]["value"] not in found or reason.get("xml:lang") == language:
            found[row["passage"]["value"]] = Passage(
                row["passage"]["value"],
                int(row["start"]["value"]),
                int(row["end"]["value"]),
                reason.get("value", ""),
            )
    return sorted(found.values(), key=lambda passage: (passage.start, -passage.end))
