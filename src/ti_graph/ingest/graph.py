"""What was read of a page as RDF: its list, what each member stands for, what is left undecided."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from ti_graph.ingest.entry import Entry
from ti_graph.ingest.home import PageGraphs, Source
from ti_graph.ingest.matching import Choice
from ti_graph.ingest.members import Mention
from ti_graph.ingest.places import Place
from ti_graph.ingest.reader import Reading
from ti_graph.ingest.review import Decision, Decisions, key
from ti_graph.ingest.said import Said
from ti_graph.ingest.words import evidence, tidy
from ti_graph.rdf import DCTERMS, FOAF, RDF, RDFS, TI, XSD, Fact, Literal, NamedNode, Quad, date, node, text
from ti_graph.reference.sources import table_node
from ti_graph.reference.words import slugify

_MATCHING = {
    "fr": "chaque nom lu est rapproché de la liste des EPCI de {year} : ressemblance des noms, nature, lieu, "
    "autres membres du territoire ; sous le seuil ou trop près du suivant, il reste sans membre, avec ses "
    "candidats",
    "en": "each name as read is matched with the list of EPCI of {year}: likeness of names, legal form, "
    "place, the territory's other members; below the threshold or too close to the next it has no member "
    "but candidates",
}
_GIVEN = {
    "fr": "date de publication et éditeur donnés avec la page par la personne qui l’a fait lire",
    "en": "date of publication and publisher given with the page by the person who had it read",
}
_BY_ADDRESS = {
    "fr": "date de publication donnée avec la page par la personne qui l’a fait lire ; éditeur désigné par "
    "le nom de domaine de l’adresse",
    "en": "date of publication given with the page by the person who had it read; publisher named by the "
    "domain name of the address",
}
_LISTED = {
    "fr": "les territoires que la page énumère forment sa liste",
    "en": "the territories that the page enumerates make up its list",
}


def page_quads(reading: Reading, source: Source, decisions: Decisions) -> list[Quad]:
    """A reading as quads: every fact that was read, and the provenance of it.

    Arguments:
        reading: what was read.
        source: where the page comes from.
        decisions: what a person has decided about members.
    """
    home = PageGraphs(reading.page, source)
    ListGraph(home, reading, decisions).add()
    Said(home).add(reading.facts)
    return home.quads(reading.year)


class ListGraph:
    """Adds a page's description and its list to its graphs.

    Arguments:
        home: the page's graphs.
        reading: what was read.
        decisions: what a person has decided about members.
    """

    def __init__(self, home: PageGraphs, reading: Reading, decisions: Decisions):
        self._home, self._reading, self._decisions = home, reading, decisions
        self._list = node(f"liste/{home.slug}")

    def add(self) -> None:
        """Add the page, and each territory with its members."""
        self._describe_page()
        read = zip(self._reading.entries, self._reading.choices, self._slugs(), strict=True)
        for entry, choices, slug in read:
            self._territory(entry, list(choices), slug)

    def _describe_page(self) -> None:
        first = next(iter(self._home.passages))
        title = self._home.enonce("titre", [first])
        title.append((self._home.document, DCTERMS.title, text(tidy(first.text))))
        host = urlsplit(self._home.source.url).hostname or self._home.source.url
        given = self._home.deduction(
            "edition", [self._home.document], _GIVEN if self._home.source.publisher else _BY_ADDRESS
        )
        given.append((self._home.document, DCTERMS.issued, date(self._home.source.published)))
        given.append((self._home.document, DCTERMS.publisher, self._home.publisher))
        given.append((self._home.publisher, RDF.type, FOAF.Agent))
        given.append((self._home.publisher, RDFS.label, text(tidy(self._home.source.publisher or host))))
        found = self._home.deduction("liste", [self._home.document], _LISTED)
        found.append((self._list, RDF.type, TI.ListeLue))
        found.append((self._list, RDFS.label, text(f"Liste lue dans « {tidy(first.text)} »")))
        found.append((self._list, TI.luDans, self._home.document))

    def _slugs(self) -> Iterator[str]:
        """A name in IRIs for each territory."""
        taken: set[str] = set()
        for number, entry in enumerate(self._reading.entries, 1):
            slug = slugify(entry.name.text)[:60].strip("-") or f"territoire-{number}"
            slug = slug if slug not in taken else f"{slug}-{number}"
            taken.add(slug)
            yield slug

    def _territory(self, entry: Entry, choices: list[Choice], slug: str) -> None:
        territory = self._home.node("territoire", slug)
        said = self._home.enonce(f"territoire-{slug}", [entry.passage])
        tables = [table_node(name) for name in ("epci-2018", "epci-annees", "ept")]
        method = {
            language: sentence.format(year=self._reading.year) for language, sentence in _MATCHING.items()
        }
        matched = self._home.deduction(
            f"membres-{slug}", [self._home.provenance.passage(entry.passage), *tables], method
        )
        self._home.provenance.mention(entry.name, territory)
        said.append((territory, RDF.type, TI.TerritoireLu))
        said.append((territory, RDFS.label, text(tidy(entry.name.text))))
        said.append((territory, TI.liste, self._list))
        matched += ((territory, TI.lieuIndique, place) for place in _places(entry.place))
        for rank, (member, choice) in enumerate(zip(entry.members, choices, strict=True), 1):
            membership = self._home.node("appartenance", f"{slug}/{rank}")
            said += self._membership(territory, membership, member, rank)
            matched += ((membership, TI.lieuIndique, place) for place in _places(member.place))
            decision = self._decisions.get(key(entry.name.text, member.span.text))
            if decision:
                matched += _decided(territory, membership, decision)
            else:
                matched += self._matched(territory, membership, choice)

    def _membership(
        self, territory: NamedNode, membership: NamedNode, member: Mention, rank: int
    ) -> Iterator[Fact]:
        self._home.provenance.mention(member.span, membership)
        yield membership, RDF.type, TI.AppartenanceLue
        yield membership, TI.territoire, territory
        yield membership, TI.rang, Literal(rank)
        yield membership, TI.mention, Literal(tidy(member.span.text))
        if member.bracket:
            yield membership, TI.lieuTextuel, text(tidy(member.bracket.text))

    def _matched(self, territory: NamedNode, membership: NamedNode, choice: Choice) -> Iterator[Fact]:
        best = choice.best
        if choice.siren and best:
            body = best.name.body
            yield territory, TI.aPourMembre, node(f"{body.kind}/{body.siren}")
            yield membership, TI.membre, node(f"{body.kind}/{body.siren}")
            yield membership, TI.methodeRapprochement, _method(choice.method)
            yield membership, TI.scoreRapprochement, _decimal(min(choice.score, 1.0))
            for language, sentence in evidence(choice, self._reading.year).items():
                yield membership, TI.indice, text(sentence, language)
            return
        for each in choice.candidates:
            body = each.name.body
            path = membership.value.partition("/appartenance/")[2]
            candidate = node(f"candidat/{path}/{body.siren}")
            yield membership, TI.candidat, candidate
            yield candidate, RDF.type, TI.Candidat
            yield candidate, TI.membrePossible, node(f"{body.kind}/{body.siren}")
            yield candidate, TI.methodeRapprochement, _method(each.method)
            yield candidate, TI.scoreRapprochement, _decimal(min(each.score, 1.0))


def _places(place: Place) -> Iterator[NamedNode]:
    yield from (node(f"region/{code}") for code in sorted(place.regions))
    yield from (node(f"departement/{code}") for code in sorted(place.departements))


def _decided(territory: NamedNode, membership: NamedNode, decision: Decision) -> Iterator[Fact]:
    """What a person has decided; that a name is no member leaves it without one."""
    if decision.code:
        member = node(f"{decision.kind}/{decision.code}")
        yield territory, TI.aPourMembre, member
        yield membership, TI.membre, member
    yield membership, TI.methodeRapprochement, _method("decision")
    yield membership, TI.indice, text(tidy(decision.evidence))


def _method(code: str) -> NamedNode:
    return node(f"code/rapprochement/{code}")


def _decimal(value: float) -> Literal:
    return Literal(f"{value:.2f}", datatype=XSD.decimal)
