"""The announcement's list of territories as RDF: an énoncé for each item, a deduction for its members."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ti_graph.assembly.announcement import Announcement, ListedTerritory, Span
from ti_graph.assembly.lists import Member, Territory, TerritoryList
from ti_graph.assembly.provenance import Provenance
from ti_graph.errors import Problem, SourceError
from ti_graph.rdf import RDF, RDFS, TI, Fact, Literal, NamedNode, Quad, in_graph, node, text
from ti_graph.reference.resolve import Resolution, Resolver
from ti_graph.reference.rows import Reference
from ti_graph.reference.sources import Manifest
from ti_graph.reference.words import slugify, words

_MATCHING = {
    "fr": "chaque nom de membre est rapproché de la liste des EPCI de l'année, dans la région entre "
    "parenthèses ou celle que nomme la phrase d'introduction ; la méthode et la preuve sont sur chacun",
    "en": "each member's name is matched with the year's list of EPCI, in the région in brackets or the one "
    "that the introducing sentence names; method and evidence are on each membership",
}


class AnnouncedList:
    """The list of territories of an announcement, its members resolved.

    Arguments:
        provenance: the announcement; told of every passage, mention, énoncé and deduction.
        resolver: what members are found with.
        reference: the tables.
        manifest: their sources, and what the list is called.

    Raises:
        SourceError: with every member that is ambiguous or unknown, and its candidates.
    """

    def __init__(
        self,
        provenance: Provenance[Announcement],
        resolver: Resolver,
        reference: Reference,
        manifest: Manifest,
    ):
        source = manifest.announcement
        self._provenance = provenance
        self._resolver = resolver
        self._tables = [manifest.tables[name].node for name in ("epci-2018", "epci-annees")]
        self._regions = {words(region.nom): region.code for region in reference.regions.values()}
        self._head = TerritoryList(source.list, source.year, source.published, frozenset(), ())
        self._territories: list[Territory] = []
        self._problems: list[Problem] = []
        #: What the list says, and what is inferred from it alone.
        self.quads = [quad for item in provenance.announcement.territories for quad in self._item(item)]
        if self._problems:
            raise SourceError(self._problems)
        complete = frozenset(code for territory in self._territories for code in territory.regions)
        #: The list with its resolved members.
        self.listed = replace(self._head, complete=complete, territories=tuple(self._territories))

    def _item(self, item: ListedTerritory) -> Iterator[Quad]:
        slug = slugify(item.name.text)
        enonce = node(f"enonce/territoire-{slug}")
        territory, matching = self._head.territory(slug), self._head.resolving(slug)
        passage, lead_in = self._provenance.passage(item.passage), self._provenance.passage(item.lead_in)
        self._provenance.enonce(enonce, [passage], [lead_in])
        self._provenance.deduction(matching, [lead_in, passage, *self._tables], _MATCHING)
        self._provenance.mention(item.name, territory)
        home = self._named_region(item.lead_in)
        said: list[Fact] = [
            (territory, RDF.type, TI.Territoire),
            (territory, RDFS.label, text(item.name.text)),
            (territory, TI.liste, self._head.node),
        ]
        if home:
            said.append((territory, TI.concerne, node(f"region/{home}")))
        members: list[Member] = []
        for rank, member in enumerate(item.members, start=1):
            membership = self._head.membership(slug, rank)
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
                yield from in_graph(matching, _matched(territory, membership, resolution, bracket))
            else:
                self._problem(member.mention, self._resolver.why_undecided(resolution))
        self._territories.append(Territory(slug, item.name.text, (home,) if home else (), tuple(members)))
        yield from in_graph(enonce, said)

    def _named_region(self, passage: Span) -> str | None:
        """The only région that a passage names, if it names just one."""
        spoken = f" {' '.join(words(passage.text))} "
        named = {code for name, code in self._regions.items() if f" {' '.join(name)} " in spoken}
        return named.pop() if len(named) == 1 else None

    def _problem(self, span: Span, message: str) -> None:
        announcement = self._provenance.announcement
        line = announcement.line_of(span.start)
        self._problems.append(Problem.at(announcement.path, line, f"« {span.text} » {message}"))


def _matched(
    territory: NamedNode, membership: NamedNode, resolution: Resolution, bracket: str | None
) -> Iterator[Fact]:
    epci = node(f"epci/{resolution.siren}")
    yield territory, TI.aPourMembre, epci
    yield membership, TI.membre, epci
    yield membership, TI.methodeRapprochement, node(f"code/rapprochement/{resolution.method}")
    for language, sentence in resolution.evidence.items():
        yield membership, TI.indice, text(sentence, language)
    if bracket:
        yield membership, TI.regionIndiquee, node(f"region/{bracket}")
