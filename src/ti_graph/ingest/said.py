"""What a page says besides its list, as RDF: days, officials, speech, figures, documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from ti_graph.assembly.announcement import Span
from ti_graph.formats import IANA
from ti_graph.ingest.facts import Day, Document, Facts, Figure, Official, Speech
from ti_graph.ingest.home import PageGraphs
from ti_graph.ingest.words import tidy
from ti_graph.rdf import (
    DCAT,
    DCTERMS,
    FOAF,
    ORG,
    PROV,
    RDF,
    RDFS,
    SCHEMA,
    TI,
    XSD,
    Literal,
    NamedNode,
    date,
    text,
)
from ti_graph.reference.words import slugify

_FORMATS = {
    "fr": "type IANA du format que la page écrit",
    "en": "IANA type of the format that the page writes",
}


class Said:
    """Adds what a page says to its graphs.

    Arguments:
        home: the page's graphs.
    """

    def __init__(self, home: PageGraphs):
        self._home = home

    def add(self, facts: Facts) -> None:
        """Add facts, each with its passage."""
        self._days(facts.days)
        self._officials(facts.officials)
        for speech in facts.speeches:
            self._speech(speech)
        for figure in facts.figures:
            self._figure(figure)
        for number, document in enumerate(facts.documents, 1):
            self._file(document, number)

    def _days(self, days: Iterable[Day]) -> None:
        for day in days:
            said = self._home.enonce(f"jour-{day.words.start}", [self._home.around(day.words)])
            thing = self._home.node("jour", day.words.start)
            self._home.provenance.mention(day.words, thing)
            said.append((thing, RDF.type, TI.JourLu))
            said.append((thing, TI.jour, date(day.day)))
            said.append((thing, TI.motsLus, text(tidy(day.words.text))))
            said.append((thing, TI.luDans, self._home.document))
        changed = {day.day: day for day in days if day.modified}
        if len(changed) == 1:
            day = changed.popitem()[1]
            said = self._home.enonce("mise-a-jour", [self._home.around(day.words)])
            said.append((self._home.document, DCTERMS.modified, date(day.day)))

    def _officials(self, officials: Iterable[Official]) -> None:
        """Each person with a post once, resting on every passage that gives them that post."""
        known: set[NamedNode] = set()
        found: dict[tuple[NamedNode, NamedNode], list[Official]] = defaultdict(list)
        for official in officials:
            found[self._person(official), self._post(official)].append(official)
        for (person, post), said_in in found.items():
            first = said_in[0]
            said = self._home.enonce(
                f"fonction-{first.name.start}",
                [
                    self._home.around(Span.of(self._home.text, each.name.start, each.post.end))
                    for each in said_in
                ],
            )
            for each in said_in:
                self._home.provenance.mention(each.name, person)
                self._home.provenance.mention(each.post, post)
            said.append((person, ORG.holds, post))
            if person not in known:
                name = tidy(first.name.text)
                said.append((person, RDF.type, FOAF.Person))
                said.append((person, FOAF.name, Literal(name)))
                said.append((person, RDFS.label, text(name)))
            if post not in known:
                said.append((post, RDF.type, ORG.Post))
                said.append((post, RDFS.label, text(tidy(first.post.text))))
            known |= {person, post}

    def _person(self, official: Official) -> NamedNode:
        return self._home.node("personne", slugify(official.name.text) or official.name.start)

    def _post(self, official: Official) -> NamedNode:
        return self._home.node("fonction", slugify(official.post.text)[:80].strip("-"))

    def _speech(self, speech: Speech) -> None:
        quotation = self._home.node("citation", speech.words.start)
        person = self._person(speech.speaker)
        graph = f"citation-{speech.words.start}"
        said = self._home.enonce(graph, [speech.said], [person])
        said.append((quotation, RDF.type, SCHEMA.Quotation))
        said.append((quotation, SCHEMA.text, text(speech.words.text)))
        said.append((quotation, SCHEMA.spokenByCharacter, person))
        said.append((quotation, PROV.wasQuotedFrom, self._home.provenance.passage(speech.words)))

    def _figure(self, figure: Figure) -> None:
        said = self._home.enonce(f"chiffre-{figure.words.start}", [self._home.around(figure.words)])
        thing = self._home.node("chiffre", figure.words.start)
        self._home.provenance.mention(figure.words, thing)
        said.append((thing, RDF.type, TI.ChiffreLu))
        said.append((thing, TI.nombre, _number(figure.number)))
        said.append((thing, TI.uniteTextuelle, text(tidy(figure.unit.text))))
        said.append((thing, TI.motsLus, text(tidy(figure.words.text))))
        said.append((thing, TI.luDans, self._home.document))

    def _file(self, document: Document, number: int) -> None:
        said = self._home.enonce(f"document-{number}", [document.words])
        thing = self._home.node("document", number)
        self._home.provenance.mention(document.title, thing)
        said.append((thing, RDF.type, TI.DocumentLu))
        said.append((thing, DCTERMS.title, text(tidy(document.title.text))))
        said.append((thing, TI.formatTextuel, text(tidy(document.format.text))))
        said.append((thing, TI.tailleTextuelle, text(tidy(document.size.text))))
        said.append((thing, TI.luDans, self._home.document))
        if document.day:
            said.append((thing, DCTERMS.issued, date(document.day.day)))
            said.append((thing, DCTERMS.isReferencedBy, self._home.document))
        passage = self._home.provenance.passage(document.words)
        typed = self._home.deduction(f"format-{number}", [passage], _FORMATS)
        typed.append((thing, DCAT.mediaType, NamedNode(IANA + document.media_type)))


def _number(value: Decimal) -> Literal:
    return Literal(int(value)) if value == int(value) else Literal(f"{value:f}", datatype=XSD.decimal)
