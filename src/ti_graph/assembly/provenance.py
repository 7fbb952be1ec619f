"""Say where each statement stands: passages and mentions with their offsets, énoncés, deductions, tables.

Everything here goes into one graph: ``id/graphe/provenance``, for another page one of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Generic, Protocol, TypeVar

from ti_graph.assembly.announcement import Span
from ti_graph.files import sha256
from ti_graph.rdf import (
    DCAT,
    DCTERMS,
    FOAF,
    ID,
    OA,
    PROV,
    RDF,
    SCHEMA,
    SPDX,
    TI,
    XSD,
    Fact,
    Literal,
    NamedNode,
    Quad,
    Term,
    in_graph,
    node,
    text,
)
from ti_graph.reference.sources import TableSource

PROVENANCE = node("graphe/provenance")

METHOD = {
    "fr": "texte découpé en phrases et en éléments de liste ; citations et mentions retrouvées mot à mot",
    "en": "the text cut into sentences and list items; quotations and mentions found word for word",
}


class SourceText(Protocol):
    """A stored text: its words, the SHA-256 of its bytes, its sentences and list items."""

    @property
    def text(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def passages(self) -> Sequence[Span]: ...


class Origin(Protocol):
    """Where a text comes from: its name in IRIs, its address, its language."""

    @property
    def slug(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def language(self) -> str: ...


_Text = TypeVar("_Text", bound=SourceText)


class Provenance(Generic[_Text]):
    """Collects the passages and mentions of one announcement as statements point at them.

    Arguments:
        announcement: the text.
        source: where it comes from.
        graph: the graph that says all this.
    """

    def __init__(self, announcement: _Text, source: Origin, graph: NamedNode = PROVENANCE):
        self.announcement = announcement
        self.source = source
        self.graph = graph
        self.document = node(f"document/{source.slug}")
        self._passages: dict[Span, NamedNode] = {}
        self._mentions: dict[Span, NamedNode] = {}
        self._facts: list[Fact] = []
        for passage in announcement.passages:
            self.passage(passage)

    def passage(self, span: Span) -> NamedNode:
        """The passage at a stretch of the text."""
        self._passages.setdefault(span, node(f"passage/{self.source.slug}/{span.start}-{span.end}"))
        return self._passages[span]

    def mention(self, span: Span, thing: NamedNode) -> None:
        """Record that these words stand for a thing."""
        mention = node(f"mention/{self.source.slug}/{span.start}-{span.end}")
        self._mentions[span] = mention
        self.note(mention, RDF.type, TI.Mention)
        self.note(mention, TI.designe, thing)
        self._fragment(mention, span)

    def enonce(
        self,
        graph: NamedNode,
        passages: Iterable[NamedNode],
        contexts: Iterable[NamedNode] = (),
        said_by: Iterable[Term] = (),
    ) -> None:
        """Describe a graph as what passages say, each alone, read in contexts."""
        self.note(graph, RDF.type, TI.Enonce)
        for predicate, values in (
            (TI.enoncePar, passages),
            (TI.contexte, contexts),
            (PROV.wasAttributedTo, said_by),
        ):
            for value in values:
                self.note(graph, predicate, value)

    def unattributed(self) -> list[NamedNode]:
        """The énoncés that nobody in the text is said to say: they are the page's own."""
        attributed = {s for s, p, _ in self._facts if p == PROV.wasAttributedTo}
        return [s for s, p, o in self._facts if p == RDF.type and o == TI.Enonce and s not in attributed]

    def deduction(self, graph: NamedNode, inputs: Iterable[Term], method: Mapping[str, str]) -> None:
        """Describe a graph as inferred from inputs by a method, in words by language."""
        self._facts += deduction_facts(graph, inputs, method)

    def note(self, thing: NamedNode, predicate: NamedNode, value: Term) -> None:
        """Record a fact of the provenance."""
        self._facts.append((thing, predicate, value))

    def quads(self) -> Iterator[Quad]:
        """The provenance graph."""
        self.deduction(self.graph, [self.document], METHOD)
        self._describe_document()
        containers = _smallest_around(self._passages, [*self._passages, *self._mentions])
        for span, passage in self._passages.items():
            self.note(passage, RDF.type, TI.Passage)
            self._fragment(passage, span)
            for container in containers[span] - {span}:
                self.note(passage, DCTERMS.isPartOf, self._passages[container])
        for span, mention in self._mentions.items():
            around = {span} if span in self._passages else containers[span]
            for container in around:
                self.note(mention, TI.dansPassage, self._passages[container])
        checksum = checksum_facts(self.document, _checksum(self.document), self.announcement.sha256)
        yield from in_graph(self.graph, dict.fromkeys([*self._facts, *checksum]))

    def _fragment(self, thing: NamedNode, span: Span) -> None:
        """The Web Annotation way to point into a text (https://www.w3.org/TR/annotation-model/#selectors)."""
        selector = node(f"selecteur/{self.source.slug}/{span.start}-{span.end}")
        self.note(thing, RDF.type, OA.SpecificResource)
        self.note(thing, OA.hasSource, self.document)
        self.note(thing, OA.hasSelector, selector)
        self.note(selector, RDF.type, OA.TextPositionSelector)
        self.note(selector, RDF.type, OA.TextQuoteSelector)
        self.note(selector, OA.start, Literal(span.start))
        self.note(selector, OA.end, Literal(span.end))
        self.note(selector, OA.exact, Literal(span.text))

    def _describe_document(self) -> None:
        self.note(self.document, RDF.type, FOAF.Document)
        self.note(self.document, SCHEMA.url, Literal(self.source.url, datatype=XSD.anyURI))
        self.note(self.document, DCTERMS.language, Literal(self.source.language))
        self.note(self.document, SCHEMA.text, Literal(self.announcement.text))


def _smallest_around(passages: Iterable[Span], spans: Iterable[Span]) -> Mapping[Span, set[Span]]:
    """For each of some spans the smallest passage around it, itself aside: a set of one, or empty."""
    known, found = set(passages), dict[Span, set[Span]]()
    opened: list[Span] = []
    for span in sorted({*known, *spans}, key=lambda span: (span.start, -span.end)):
        opened = [each for each in opened if each.end > span.start]
        around = [each for each in opened if each.end >= span.end]
        found[span] = {min(around, key=lambda each: each.end - each.start)} if around else set()
        if span in known:
            opened.append(span)
    return found


def deduction(name: str) -> NamedNode:
    """A deduction, which is also the name of its graph."""
    return node(f"deduction/{name}")


def deduction_quads(
    graph: NamedNode, inputs: Iterable[NamedNode], method: Mapping[str, str]
) -> Iterator[Quad]:
    """Describe a graph as inferred from inputs by a method, in words by language."""
    return in_graph(PROVENANCE, deduction_facts(graph, inputs, method))


def deduction_facts(graph: NamedNode, inputs: Iterable[Term], method: Mapping[str, str]) -> Iterator[Fact]:
    """What describes a graph as inferred from inputs by a method, in words by language."""
    yield graph, RDF.type, TI.Deduction
    for value in inputs:
        yield graph, PROV.wasDerivedFrom, value
    for language, sentence in method.items():
        yield graph, TI.methode, text(sentence, language)


def table_quads(table: TableSource) -> Iterator[Quad]:
    """What describes a table: its title, origin, licence and checksum.

    Raises:
        SourceError: its file cannot be read.
    """
    thing = table.node
    facts: list[Fact] = [
        (thing, RDF.type, TI.Table),
        (thing, RDF.type, DCAT.Dataset),
        (thing, DCTERMS.title, text(table.title_fr)),
        (thing, DCTERMS.title, text(table.title_en, "en")),
        (thing, DCTERMS.provenance, text(table.creator)),
        (thing, DCTERMS.source, Literal(table.source, datatype=XSD.anyURI)),
        (thing, DCTERMS.license, NamedNode(table.license)),
        *checksum_facts(thing, _checksum(thing), sha256(table.file)),
    ]
    return in_graph(PROVENANCE, facts)


def checksum_facts(thing: NamedNode, checksum: NamedNode, digest: str) -> Iterator[Fact]:
    """What says the SHA-256 of a file (https://spdx.github.io/spdx-spec/v2.3/).

    Arguments:
        thing: the file.
        checksum: what its checksum is called.
        digest: in hexadecimal digits.
    """
    yield thing, SPDX.checksum, checksum
    yield checksum, RDF.type, SPDX.Checksum
    yield checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256
    yield checksum, SPDX.checksumValue, Literal(digest, datatype=XSD.hexBinary)


def _checksum(thing: NamedNode) -> NamedNode:
    return NamedNode(thing.value + "/sha256")


def path_of(thing: NamedNode) -> str:
    """The part of an IRI after ``id/``, as messages show it."""
    return thing.value.removeprefix(ID)
