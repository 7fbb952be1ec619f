"""The graphs of one page: what each rests on, and which passages nothing rests on.

As in the announcement's own graph each triple has one home: an énoncé that rests on passages, or a deduction.
All graphs of a page carry its name, and each is tied to the reading that made it.
"""

from __future__ import annotations

import datetime
import hashlib
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from urllib.parse import urlsplit

from ti_graph import __version__
from ti_graph.assembly.announcement import Span, sentences
from ti_graph.assembly.provenance import Provenance
from ti_graph.ingest.page import Page
from ti_graph.rdf import PROV, RDF, TI, Fact, Literal, NamedNode, Quad, in_graph, node, text, year
from ti_graph.reference.words import slugify

_UNREAD = {
    "fr": "la lecture automatique n’y a rien reconnu de sûr",
    "en": "the machine reading recognised nothing in it for sure",
}


@dataclass(frozen=True)
class Source:
    """Where a page comes from.

    Arguments:
        url: its address.
        published: the day it was published.
        publisher: who published it; empty where that is not said.
        language: that of its text.
    """

    url: str
    published: datetime.date
    publisher: str = ""
    language: str = "fr"

    @property
    def slug(self) -> str:
        """The page's name in IRIs: its host and a digest of its address."""
        host = slugify((urlsplit(self.url).hostname or "").removeprefix("www."))[:40].strip("-")
        digest = hashlib.sha256(self.url.encode()).hexdigest()[:8]
        return f"{host}-{digest}" if host else digest


class PageGraphs:
    """The graphs of a page.

    Arguments:
        page: its text.
        source: where it comes from.
    """

    def __init__(self, page: Page, source: Source):
        self._page = page
        self.source, self.slug = source, source.slug
        self.publisher = node(f"organisme/{self.slug}/editeur")
        self.provenance = Provenance(self, source, node(f"graphe/provenance/{self.slug}"))
        #: The page as a document.
        self.document = self.provenance.document
        self._graphs: dict[NamedNode, list[Fact]] = defaultdict(list)
        self._read: set[Span] = set()

    @property
    def text(self) -> str:
        """The stored text."""
        return self._page.text

    @cached_property
    def sha256(self) -> str:
        """The SHA-256 of the stored text in UTF-8."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @cached_property
    def passages(self) -> tuple[Span, ...]:
        """Its sentences and list items."""
        return tuple(
            dict.fromkeys(
                span for line in self._page.lines for span in sentences(self.text, line.start, line.end)
            )
        )

    def node(self, kind: str, name: object) -> NamedNode:
        """A resource of this page: ``id/KIND/PAGE/NAME``."""
        return node(f"{kind}/{self.slug}/{name}")

    def enonce(self, name: str, passages: Iterable[Span], said_by: Iterable[NamedNode] = ()) -> list[Fact]:
        """A graph of what each of some passages says, to add facts to."""
        graph, spans = self.node("enonce", name), list(dict.fromkeys(passages))
        self._read.update(spans)
        nodes = [self.provenance.passage(span) for span in spans]
        self.provenance.enonce(graph, nodes, (), [self.publisher, *said_by])
        return self._graphs[graph]

    def deduction(self, name: str, inputs: Iterable[NamedNode], method: Mapping[str, str]) -> list[Fact]:
        """A graph of what is inferred from inputs, to add facts to."""
        graph = self.node("deduction", name)
        self.provenance.deduction(graph, inputs, method)
        return self._graphs[graph]

    def around(self, span: Span) -> Span:
        """The sentence or list item that holds a stretch; the stretch itself where none does."""
        number = bisect_right(self._starts, span.start)
        before = self.passages[max(0, number - 1) : number]
        return next((each for each in before if span.end <= each.end), span)

    def quads(self, epci_year: int) -> list[Quad]:
        """Every fact, and the provenance of it: what was read, with which list of EPCI, what was not."""
        lecture, note = node(f"lecture/{self.slug}"), self.provenance.note
        note(lecture, RDF.type, TI.Lecture)
        note(lecture, RDF.type, PROV.Activity)
        note(lecture, PROV.used, self.document)
        note(lecture, TI.logiciel, Literal(f"ti-graph {__version__}"))
        note(lecture, TI.listeEpci, year(epci_year))
        for graph in (*self._graphs, self.provenance.graph):
            note(graph, PROV.wasGeneratedBy, lecture)
        for passage in _apart(self.passages, self._read):
            for language, reason in _UNREAD.items():
                note(self.provenance.passage(passage), TI.sansEnonce, text(reason, language))
        said = [
            quad for graph, facts in self._graphs.items() for quad in in_graph(graph, dict.fromkeys(facts))
        ]
        return [*said, *self.provenance.quads()]

    @cached_property
    def _starts(self) -> list[int]:
        return [span.start for span in self.passages]


def _apart(passages: Iterable[Span], read: Iterable[Span]) -> Iterator[Span]:
    """The passages that neither hold nor are in one that something rests on."""
    spans = sorted(read)
    starts = [span.start for span in spans]
    reaches = list(accumulate((span.end for span in spans), max))
    for passage in passages:
        number = bisect_right(starts, passage.start)
        is_inside = number and reaches[number - 1] >= passage.end
        first = bisect_left(starts, passage.start)
        after = spans[first : bisect_left(starts, passage.end)]
        if not is_inside and not any(span.end <= passage.end for span in after):
            yield passage
