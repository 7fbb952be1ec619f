"""Assemble the graph: the list as read, the prose as curated, the members as resolved, the tables.

Every triple has one home graph; a triple that would stand in two stops the build.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from ti_graph.announcement import Announcement, ListedTerritory, Span
from ti_graph.errors import Problem, SourceError
from ti_graph.layout import ANNOUNCEMENT, FILES, ONTOLOGY, TABLES, shown
from ti_graph.provenance import Provenance
from ti_graph.rdf import (
    BASE,
    IGEO,
    PROV,
    RDF,
    RDFS,
    SKOS,
    TI,
    XSD,
    Fact,
    Literal,
    NamedNode,
    Quad,
    Triple,
    node,
    parse_facts,
    parse_file,
    text,
)
from ti_graph.resolve import Resolution, Resolver, read_decisions, words
from ti_graph.sources import Manifest, read_manifest, table_quads
from ti_graph.statements import Statements
from ti_graph.tables import Area, Epci, Reference, read_reference

#: The code lists: data like the tables, but kept whole where an extract takes only some rows of those.
CODES = node("table/codes")
NUTS = "http://data.europa.eu/nuts/code/"

#: Graphs that describe the data without being data: a query without GRAPH does not see them.
SYSTEM_GRAPHS = {
    NamedNode(BASE + "def"): "ontology.ttl",
    NamedNode(BASE + "alignments"): "alignments.ttl",
    NamedNode(BASE + "shapes"): "shapes.ttl",
}

_MATCHING = {
    "fr": "chaque nom de membre est rapproché de la liste des EPCI de l'année, dans la région entre "
    "parenthèses ou celle que nomme la phrase d'introduction ; la méthode et la preuve sont sur chacun",
    "en": "each member's name is matched with the year's list of EPCI, in the région in brackets or the one "
    "that the introducing sentence names; method and evidence are on each membership",
}


def assemble() -> list[Quad]:
    """The data graphs, from the files in ``data/`` and the code lists in ``ontology/``.

    Raises:
        SourceError: an input is wrong, a member is not resolved, or a triple would have two homes.
    """
    manifest = read_manifest(FILES)
    announcement = Announcement(manifest.announcement.file, manifest.announcement.slug)
    provenance = Provenance(announcement, manifest.announcement)
    reference = read_reference(TABLES)
    decisions = read_decisions(ANNOUNCEMENT / "decisions.csv", reference.epci)
    resolver = Resolver(reference, manifest.announcement.year, decisions)

    statements = Statements(ANNOUNCEMENT / "statements.trig", provenance)
    quads = list(statements.quads)
    quads += ListGraph(provenance, resolver, reference, manifest).quads()
    quads += _reference_quads(manifest, reference)
    for enonce in provenance.unattributed():
        for publisher in statements.publishers():
            provenance.note(enonce, PROV.wasAttributedTo, publisher)
    quads += provenance.quads()
    _refuse_second_homes(quads)
    return quads


def system_quads() -> Iterator[Quad]:
    """The ontology, its alignments and the shapes, each in a graph of its own."""
    for graph, name in SYSTEM_GRAPHS.items():
        for quad in parse_file(ONTOLOGY / name, f"ontology/{name}"):
            yield Quad(quad.subject, quad.predicate, quad.object, graph)


class ListGraph:
    """The list of territories as RDF: for each item an énoncé, and a deduction for its resolved members."""

    def __init__(self, provenance: Provenance, resolver: Resolver, reference: Reference, manifest: Manifest):
        self._provenance = provenance
        self._resolver = resolver
        self._tables = [manifest.tables["epci-2018"].node, manifest.tables["epci-noms"].node]
        self._source = manifest.announcement
        self._problems: list[Problem] = []
        self._regions = {words(region.nom): region.code for region in reference.regions.values()}

    def quads(self) -> list[Quad]:
        """The quads of every item.

        Raises:
            SourceError: with every member that is ambiguous or unknown, and its candidates.
        """
        items = self._provenance.announcement.territories
        quads = [quad for item in items for quad in self._item(item)]
        if self._problems:
            raise SourceError(self._problems)
        return quads

    def _item(self, item: ListedTerritory) -> Iterator[Quad]:
        slug = slugify(item.name.text)
        enonce = node(f"enonce/territoire-{slug}")
        territory = node(f"territoire/{self._source.year}/{slug}")
        matching = node(f"deduction/membres-{self._source.year}-{slug}")
        passage, lead_in = self._provenance.passage(item.passage), self._provenance.passage(item.lead_in)
        self._provenance.enonce(enonce, [passage], [lead_in])
        self._provenance.deduction(matching, [lead_in, passage, *self._tables], _MATCHING)
        self._provenance.mention(item.name, territory)
        home = self._named_region(item.lead_in)
        said: list[Fact] = [
            (territory, RDF.type, TI.Territoire),
            (territory, RDFS.label, text(item.name.text)),
            (territory, TI.liste, node(f"liste/{self._source.list}")),
        ]
        if home:
            said.append((territory, TI.concerne, node(f"region/{home}")))
        for rank, member in enumerate(item.members, start=1):
            membership = node(f"appartenance/{self._source.year}/{slug}/{rank}")
            self._provenance.mention(member.mention, membership)
            said += [
                (membership, RDF.type, TI.Appartenance),
                (membership, TI.territoire, territory),
                (membership, TI.rang, Literal(rank)),
                (membership, TI.mention, Literal(member.mention.text)),
            ]
            region = home
            if member.region:
                said.append((membership, TI.regionTextuelle, text(member.region.text)))
                region = self._regions.get(words(member.region.text))
                if region:
                    self._provenance.mention(member.region, node(f"region/{region}"))
                else:
                    self._problem(member.region, "is not the name of a région")
            resolution = self._resolver.resolve(member.mention.text, [region] if region else [])
            if resolution.siren:
                bracket = region if member.region else None
                facts = self._matched(territory, membership, resolution, bracket)
                yield from (Quad(*fact, matching) for fact in facts)
            else:
                self._undecided(member.mention, resolution)
        yield from (Quad(*fact, enonce) for fact in said)

    def _matched(
        self, territory: NamedNode, membership: NamedNode, resolution: Resolution, bracket: str | None
    ) -> Iterator[Fact]:
        epci = node(f"epci/{resolution.siren}")
        yield territory, TI.aPourMembre, epci
        yield membership, TI.membre, epci
        yield membership, TI.methodeRapprochement, node(f"code/rapprochement/{resolution.method}")
        for language, sentence in resolution.evidence.items():
            yield membership, TI.indice, text(sentence, language)
        if bracket:
            yield membership, TI.regionIndiquee, node(f"region/{bracket}")

    def _named_region(self, passage: Span) -> str | None:
        """The only région that a passage names, if it names just one."""
        spoken = f" {' '.join(words(passage.text))} "
        named = {code for name, code in self._regions.items() if f" {' '.join(name)} " in spoken}
        return named.pop() if len(named) == 1 else None

    def _undecided(self, mention: Span, resolution: Resolution) -> None:
        self._problem(mention, self._resolver.why_undecided(resolution))

    def _problem(self, span: Span, message: str) -> None:
        announcement = self._provenance.announcement
        at = Path(shown(announcement.path))
        self._problems.append(Problem.at(at, announcement.line_of(span.start), f"« {span.text} » {message}"))


def slugify(name: str) -> str:
    """A readable IRI part: ``Pays de l’Aigle`` gives ``pays-de-l-aigle``."""
    return re.sub(r"-+", "-", "-".join(words(name)))


def _reference_quads(manifest: Manifest, reference: Reference) -> Iterator[Quad]:
    rows: dict[str, Iterable[Fact]] = {
        "regions": (f for r in reference.regions.values() for f in _area_facts(r, "region", IGEO.Region)),
        "departements": (
            f
            for d in reference.departements.values()
            for f in _area_facts(d, "departement", IGEO.Departement)
        ),
        "codes": (fact for fact, _ in parse_facts(ONTOLOGY / "codes.ttl", "ontology/codes.ttl")),
        "epci-2018": (f for e in reference.epci.values() for f in _epci_facts(e, manifest.announcement.year)),
    }
    for table in manifest.tables.values():
        yield from table_quads(table)
        if table.graph:
            yield from (Quad(*fact, table.node) for fact in rows[table.name])


def _area_facts(area: Area, kind: str, type_: NamedNode) -> Iterator[Fact]:
    thing = node(f"{kind}/{area.code}")
    yield thing, RDF.type, type_
    yield thing, RDFS.label, text(area.nom)
    yield thing, IGEO.codeINSEE, Literal(area.code)
    if area.region:
        yield thing, IGEO.subdivisionDe, node(f"region/{area.region}")
    if area.iri_insee:
        yield thing, SKOS.exactMatch, NamedNode(area.iri_insee)
    if area.nuts:
        yield thing, SKOS.exactMatch, NamedNode(NUTS + area.nuts)


def _epci_facts(epci: Epci, year: int) -> Iterator[Fact]:
    """An EPCI, and its state in the year of the list: what changes from year to year is on the state."""
    thing, state = node(f"epci/{epci.siren}"), node(f"etat/{epci.siren}/{year}")
    yield thing, RDF.type, IGEO.Intercommunalite
    yield thing, RDFS.label, text(epci.nom)
    yield thing, IGEO.codeINSEE, Literal(epci.siren)
    yield thing, TI.regionPrincipale, node(f"region/{epci.region}")
    yield from ((thing, TI.region, node(f"region/{code}")) for code in epci.regions)
    yield from ((thing, TI.departement, node(f"departement/{code}")) for code in epci.departements)
    yield state, RDF.type, TI.EtatAnnuel
    yield state, TI.etatDe, thing
    yield state, TI.annee, Literal(str(year), datatype=XSD.gYear)
    yield state, TI.nom, text(epci.nom)
    yield state, TI.nature, node(f"code/nature/{epci.nature}")
    yield state, TI.nombreDeCommunes, Literal(epci.communes)
    if epci.population is not None:
        yield state, TI.population, Literal(epci.population)


def _refuse_second_homes(quads: Iterable[Quad]) -> None:
    homes: dict[Triple, str] = {}
    problems = []
    for quad in quads:
        home = str(quad.graph_name)
        first = homes.setdefault(quad.triple, home)
        if first != home:
            problems.append(Problem("graph", f"the triple {quad.triple} has two homes: {first} and {home}"))
    if problems:
        raise SourceError(problems)
