"""Assemble the graph: the list as read, the prose as curated, the members as resolved, the tables.

Every triple has one home graph; a triple that would stand in two stops the build.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ti_graph.assembly.announcement import Announcement, ListedTerritory, Span
from ti_graph.assembly.geography import Geography
from ti_graph.assembly.inference import AXIOMS, INFERENCES, Entailment
from ti_graph.assembly.lists import Member, Territory, TerritoryList
from ti_graph.assembly.provenance import Provenance, deduction, deduction_facts
from ti_graph.assembly.statements import Statements
from ti_graph.assembly.territories import Territories
from ti_graph.errors import Problem, SourceError
from ti_graph.layout import ANNOUNCEMENT, FILES, ONTOLOGY, shown
from ti_graph.rdf import BASE, PROV, RDF, RDFS, TI, Fact, Literal, NamedNode, Quad, in_graph, node, text
from ti_graph.rdf.syntax import parse_facts, parse_file
from ti_graph.reference.reading import read_reference
from ti_graph.reference.resolve import Resolution, Resolver, read_decisions
from ti_graph.reference.rows import Reference
from ti_graph.reference.sources import Manifest, read_manifest, table_node, table_quads
from ti_graph.reference.timeline import Timeline
from ti_graph.reference.words import slugify, words

#: The code lists: data like the tables, but kept whole where an extract takes only some rows of those.
CODES = table_node("codes")

#: What describes the data without being data, and the files that it is read from.
DESCRIPTIONS = {
    NamedNode(BASE + "def"): "ontology.ttl",
    NamedNode(BASE + "alignments"): "alignments.ttl",
    NamedNode(BASE + "shapes"): "shapes.ttl",
    NamedNode(BASE + "terms"): "terms.ttl",
}

#: Graphs that come with the data: a query without GRAPH does not see them.
SYSTEM_GRAPHS = (*DESCRIPTIONS, INFERENCES)

#: The tables that the announcement alone is read with.
_READ_WITH = ("regions", "departements", "epci-2018", "epci-annees", "codes")

_INFERRING = {
    "fr": "hiérarchies de classes et de propriétés, et propriétés symétriques, appliquées aux données "
    "(RDFS, règles 5, 7, 9 et 11 ; OWL 2 RL, prp-symp)",
    "en": "the hierarchies of classes and properties, and symmetric properties, applied to the data "
    "(RDFS, rules 5, 7, 9 and 11; OWL 2 RL, prp-symp)",
}

_MATCHING = {
    "fr": "chaque nom de membre est rapproché de la liste des EPCI de l'année, dans la région entre "
    "parenthèses ou celle que nomme la phrase d'introduction ; la méthode et la preuve sont sur chacun",
    "en": "each member's name is matched with the year's list of EPCI, in the région in brackets or the one "
    "that the introducing sentence names; method and evidence are on each membership",
}


def assemble() -> Iterator[Quad]:
    """The data graphs: the announcement, the reference tables, the lists, and what is inferred from them.

    Raises:
        SourceError: an input is wrong, or a member is not resolved.
    """
    sources = Sources()
    yield from sources.said
    for table in sources.manifest.tables.values():
        yield from table_quads(table)
    yield from code_quads()
    yield from Geography(sources.manifest, sources.timeline).quads()
    yield from Territories(sources.manifest, sources.timeline, sources.announced).quads()


def assemble_announcement() -> list[Quad]:
    """The announcement, and the tables that it is read with: régions, départements, EPCI of its year, codes.

    Raises:
        SourceError: an input is wrong, or a member is not resolved.
    """
    sources = Sources()
    tables = (sources.manifest.tables[name] for name in _READ_WITH)
    described = (quad for table in tables for quad in table_quads(table))
    rows = Geography(sources.manifest, sources.timeline).of_the_announcement()
    return [*sources.said, *described, *code_quads(), *rows]


class Sources:
    """What the graph is built from, read whole.

    Raises:
        SourceError: an input is wrong, or a member is not resolved.
    """

    def __init__(self) -> None:
        self.manifest = read_manifest(FILES)
        reference = read_reference(self.manifest)
        self.timeline = Timeline(reference)
        announcement = Announcement(self.manifest.announcement.file, self.manifest.announcement.slug)
        provenance = Provenance(announcement, self.manifest.announcement)
        decisions = read_decisions(ANNOUNCEMENT / "decisions.csv", reference.epci)
        resolver = Resolver(reference, self.manifest.announcement.year, decisions)
        statements = Statements(ANNOUNCEMENT / "statements.trig", provenance)
        listed = ListGraph(provenance, resolver, reference, self.manifest)
        #: What the announcement says and what is inferred from it alone, with its provenance.
        self.said = [*statements.quads, *listed.quads()]
        for enonce in provenance.unattributed():
            for publisher in statements.publishers():
                provenance.note(enonce, PROV.wasAttributedTo, publisher)
        self.said += provenance.quads()
        #: The announcement's list with its resolved members.
        self.announced = listed.resolved()


def system_quads() -> Iterator[Quad]:
    """The ontology, its alignments and the shapes, each in a graph of its own."""
    for graph, name in DESCRIPTIONS.items():
        for quad in parse_file(ONTOLOGY / name):
            yield Quad(quad.subject, quad.predicate, quad.object, graph)


def with_inferences(data: Iterable[Quad]) -> tuple[Iterator[Quad], Iterator[Quad]]:
    """Data graphs, and the system graphs that go with them.

    Arguments:
        data: the data graphs.

    Returns:
        The data graphs, to be read first; the system graphs, inferences among them.
    """
    described = list(system_quads())
    entailed: dict[Quad, None] = {}

    def system() -> Iterator[Quad]:
        yield from described
        for fact in deduction_facts(INFERENCES, AXIOMS, _INFERRING):
            yield Quad(*fact, INFERENCES)
        yield from entailed

    axioms = (quad for quad in described if quad.graph_name in AXIOMS)
    return Entailment(axioms).watch(data, entailed), system()


class ListGraph:
    """The list of territories as RDF: for each item an énoncé, and a deduction for its resolved members."""

    def __init__(
        self,
        provenance: Provenance[Announcement],
        resolver: Resolver,
        reference: Reference,
        manifest: Manifest,
    ):
        self._provenance = provenance
        self._resolver = resolver
        self._tables = [manifest.tables[name].node for name in ("epci-2018", "epci-annees")]
        self._resolved: list[Territory] = []
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

    def resolved(self) -> TerritoryList:
        """The list with the members that were found; after ``quads``."""
        source = self._source
        complete = frozenset(code for territory in self._resolved for code in territory.regions)
        return TerritoryList(source.list, source.year, source.published, complete, tuple(self._resolved))

    def _item(self, item: ListedTerritory) -> Iterator[Quad]:
        slug = slugify(item.name.text)
        enonce = node(f"enonce/territoire-{slug}")
        territory = node(f"territoire/{self._source.year}/{slug}")
        matching = deduction(f"membres-{self._source.year}-{slug}")
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
        members: list[Member] = []
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
                members.append(Member("epci", resolution.siren, member.mention.text))
                bracket = region if member.region else None
                facts = self._matched(territory, membership, resolution, bracket)
                yield from in_graph(matching, facts)
            else:
                self._undecided(member.mention, resolution)
        self._resolved.append(Territory(slug, item.name.text, (home,) if home else (), tuple(members)))
        yield from in_graph(enonce, said)

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
        at = shown(announcement.path)
        self._problems.append(Problem.at(at, announcement.line_of(span.start), f"« {span.text} » {message}"))


def code_quads() -> Iterator[Quad]:
    """The code lists, in their graph."""
    return in_graph(CODES, (fact for fact, _ in parse_facts(ONTOLOGY / "codes.ttl")))
