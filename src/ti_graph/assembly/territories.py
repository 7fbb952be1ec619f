"""The lists of territories as RDF: entries as listed; coverage, population, continuity as inferred."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations

from ti_graph.assembly.lists import Coverage, TerritoryList, read_list
from ti_graph.assembly.outlines import Outlines
from ti_graph.assembly.provenance import deduction, deduction_quads
from ti_graph.assembly.succession import Continuity, Succession, continuities, successions
from ti_graph.rdf import RDF, RDFS, TI, XSD, Fact, Literal, NamedNode, Quad, date, in_graph, node, text, year
from ti_graph.reference.sources import Manifest, TableSource, table_node
from ti_graph.reference.timeline import Timeline, start_of

#: How what is inferred about a list comes about, by the kind of its deduction.
METHODS = {
    "couverture": {
        "fr": "communes des membres au jour de la liste ; pour une commune qui n’existait pas ce jour-là, "
        "celle qui l’a remplacée ou celles qu’elle a réunies",
        "en": "the members' communes on the list's day; for a commune that was not there on that day, the "
        "one that replaced it or those that it united",
    },
    "population": {
        "fr": "somme des populations, dans la dernière liste, des communes couvertes d’une région, chacune "
        "suivie jusqu’à "
        "celle qui l’a remplacée et comptée une fois",
        "en": "sum of the populations, in the last list, of the communes covered in a région, each "
        "followed to the one that replaced it and counted once",
    },
    "epci-jamais-couverts": {
        "fr": "EPCI de la dernière liste dont aucun territoire d’aucune liste ne couvre une commune",
        "en": "EPCI of the last list none of whose communes a territory of any list covers",
    },
    "successions": {
        "fr": "EPCI où sont les communes d’un EPCI disparu, dans la liste qui suit sa dernière ; partage si "
        "elles sont dans plusieurs, sinon création si l’EPCI est nouveau, absorption s’il ne l’est pas ; "
        "un événement daté donne le jour",
        "en": "EPCI that have the communes of an EPCI that ended, in the list after its last; partage if "
        "several have them, else creation if that EPCI is new, absorption if not; a dated event gives the "
        "day",
    },
    "continuite": {
        "fr": "territoires de deux listes qui couvrent les mêmes communes, celles de la première suivies "
        "jusqu’au jour de la seconde ; membres communs, successeurs compris",
        "en": "territories of two lists that cover the same communes, those of the first followed to the day "
        "of the second; common members, successors included",
    },
}
_SHARE = Decimal("0.0001")


class Territories:
    """The lists as quads.

    Arguments:
        manifest: the sources.
        timeline: the reference tables.
        announced: the list of the announcement, as resolved.
    """

    def __init__(self, manifest: Manifest, timeline: Timeline, announced: TerritoryList):
        self._manifest, self._timeline = manifest, timeline
        self._tables = manifest.of_kind("liste")
        self._spans = manifest.nodes("rattachements", "annee")
        self._all_successions = list(successions(timeline))
        listed = [read_list(source, timeline.reference) for source in self._tables]
        self._coverages = [Coverage(each, timeline) for each in (announced, *listed)]
        resolving = [announced.resolving(territory.slug) for territory in announced.territories]
        self._sources: dict[str, list[NamedNode]] = {announced.code: resolving}
        self._sources |= {each.code: [source.node] for each, source in zip(listed, self._tables, strict=True)}

    def quads(self) -> Iterator[Quad]:
        """Every fact of the lists, and what is inferred from them."""
        for source, coverage in zip(self._tables, self._coverages[1:], strict=True):
            yield from _list_quads(source, coverage.listed)
        for coverage in self._coverages:
            yield from self._coverage(coverage)
            yield from self._population(coverage)
        yield from self._never_covered()
        outlines = Outlines(self._manifest.of_kind("contours"), self._timeline.reference)
        for coverage in self._coverages:
            yield from outlines.quads(coverage.listed, self._sources[coverage.listed.code])
        yield from self._successions()
        for earlier, later in combinations(self._coverages, 2):
            yield from self._continuities(earlier, later)

    def _coverage(self, coverage: Coverage) -> Iterator[Quad]:
        listed = coverage.listed
        graph = deduction(f"couverture-{listed.code}")
        inputs = [
            *self._sources[listed.code],
            *self._spans,
            table_node("ept"),
            table_node("communes-nouvelles"),
        ]
        yield from deduction_quads(graph, inputs, METHODS["couverture"])
        for predicate, covered in (
            (TI.couvre, coverage.communes),
            (TI.couvreParSuccession, coverage.by_succession),
        ):
            for slug, communes in covered.items():
                for commune in communes:
                    yield Quad(listed.territory(slug), predicate, node(f"commune/{commune}"), graph)
        for siren, listed_in in self._timeline.reference.annees:
            if listed_in == listed.state.year:
                yield Quad(node(f"etat/{siren}/{listed_in}"), TI.pourListe, listed.node, graph)
        for code in self._timeline.reference.communes:
            yield from in_graph(graph, self._situation(coverage, code))

    def _situation(self, coverage: Coverage, code: str) -> Iterator[Fact]:
        """What a list has of a commune that it does not cover; where a commune is that was not there then."""
        listed, commune = coverage.listed, node(f"commune/{code}")
        places = coverage.places.get(code, {code})
        if not coverage.is_covered(code):
            is_known = places and self._timeline.region_of(code) in listed.complete
            yield commune, TI.horsListe if is_known else TI.inconnueDansListe, listed.node
        if not any(self._timeline.epci_of(place, listed.state) for place in places):
            yield commune, TI.sansEpci, listed.node
        for there in places - {code}:
            place = node(f"place/{listed.year}/{code}/{there}")
            yield place, RDF.type, TI.Place
            yield place, TI.placeDe, commune
            yield place, TI.placeListe, listed.node
            yield place, TI.placeDans, node(f"commune/{there}")

    def _population(self, coverage: Coverage) -> Iterator[Quad]:
        reference, listed = self._timeline.reference, coverage.listed
        last, graph = reference.last_year, deduction(f"population-{listed.code}")
        communes = self._manifest.nodes("communes", "annee")
        inputs = [deduction(f"couverture-{listed.code}"), *communes, table_node("communes-nouvelles")]
        yield from deduction_quads(graph, inputs, METHODS["population"])
        for slug, covered in coverage.communes.items():
            for region, codes in self._by_region(covered).items():
                followed = [self._timeline.follow(code, start_of(last)) for code in codes]
                counted = {code for code in followed if code}
                people = {code: reference.communes[code].population for code in counted}
                without = sum(code is None or people[code] is None for code in followed)
                figure = node(f"population/{listed.year}/{slug}/{region}")
                facts: list[Fact] = [
                    (figure, RDF.type, TI.PopulationCouverte),
                    (figure, TI.populationDe, listed.territory(slug)),
                    (figure, TI.populationDans, node(f"region/{region}")),
                    (figure, TI.communesComptees, Literal(len(counted))),
                    (figure, TI.population, Literal(sum(p or 0 for p in people.values()))),
                    (figure, TI.annee, year(last)),
                    (figure, TI.communesSansPopulation, Literal(without)),
                ]
                yield from in_graph(graph, facts)

    def _by_region(self, communes: set[str]) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for code in sorted(communes):
            found[self._timeline.region_of(code)].append(code)
        return found

    def _never_covered(self) -> Iterator[Quad]:
        last = self._timeline.reference.last_year
        graph = deduction("epci-jamais-couverts")
        inputs = [deduction(f"couverture-{coverage.listed.code}") for coverage in self._coverages]
        yield from deduction_quads(graph, [*inputs, *self._spans], METHODS["epci-jamais-couverts"])
        for siren, communes in self._timeline.members(start_of(last)).items():
            if not any(coverage.is_covered(code) for coverage in self._coverages for code in communes):
                yield Quad(node(f"epci/{siren}"), TI.jamaisCouvert, year(last), graph)

    def _successions(self) -> Iterator[Quad]:
        graph = deduction("successions-epci")
        inputs = [
            *self._spans,
            table_node("epci-annees"),
            table_node("communes-nouvelles"),
            table_node("evenements"),
        ]
        yield from deduction_quads(graph, inputs, METHODS["successions"])
        for succession in self._all_successions:
            yield from in_graph(graph, _succession_facts(succession))

    def _continuities(self, earlier: Coverage, later: Coverage) -> Iterator[Quad]:
        codes = earlier.listed.code, later.listed.code
        graph = deduction(f"continuite-{codes[0]}-{codes[1]}")
        inputs = [deduction(f"couverture-{code}") for code in codes]
        yield from deduction_quads(graph, [*inputs, deduction("successions-epci")], METHODS["continuite"])
        for found in continuities(self._timeline, self._all_successions, earlier, later):
            yield from in_graph(graph, _continuity_facts(found, earlier.listed, later.listed))


def _list_quads(source: TableSource, listed: TerritoryList) -> Iterator[Quad]:
    """What the table of a list says."""
    about, graph = source.about, source.node
    dates = graph
    if about["dates_fr"]:
        dates = deduction(f"dates-liste-{listed.code}")
        methods = {"fr": about["dates_fr"], "en": about["dates_en"]}
        yield from deduction_quads(dates, [graph], methods)
    yield Quad(listed.node, TI.etatAu, date(about["state"]), dates)
    yield Quad(listed.node, TI.publieeLe, date(about["published"]), dates)
    facts: list[Fact] = [
        (listed.node, RDF.type, TI.Liste),
        (listed.node, RDFS.label, text(source.title_fr)),
        (listed.node, TI.phase, Literal(about["phase"])),
        *((listed.node, TI.completePour, node(f"region/{code}")) for code in sorted(listed.complete)),
    ]
    yield from in_graph(graph, facts)
    for territory in listed.territories:
        thing = listed.territory(territory.slug)
        yield Quad(thing, RDF.type, TI.Territoire, graph)
        yield Quad(thing, RDFS.label, text(territory.label), graph)
        yield Quad(thing, TI.identifiant, Literal(territory.slug), graph)
        yield Quad(thing, TI.liste, listed.node, graph)
        for region in territory.regions:
            yield Quad(thing, TI.concerne, node(f"region/{region}"), graph)
        for rank, member in enumerate(territory.members, 1):
            row = listed.membership(territory.slug, rank)
            yield Quad(thing, TI.aPourMembre, member.node, graph)
            yield Quad(row, RDF.type, TI.LigneDeListe, graph)
            yield Quad(row, TI.territoire, thing, graph)
            yield Quad(row, TI.rang, Literal(rank), graph)
            yield Quad(row, TI.nomDansLaListe, Literal(member.mention), graph)
            yield Quad(row, TI.membre, member.node, graph)


def _succession_facts(found: Succession) -> Iterator[Fact]:
    thing = node(f"succession/{found.gone}/{found.following}")
    yield thing, RDF.type, TI.Succession
    yield thing, TI.predecesseur, node(f"epci/{found.gone}")
    yield thing, TI.successeur, node(f"epci/{found.following}")
    yield thing, TI.depuis, date(found.date)
    yield thing, TI.genreSuccession, node(f"code/succession/{found.kind}")
    yield thing, TI.communesTransferees, Literal(found.communes)
    yield thing, TI.derniereListe, year(found.last_year)
    yield thing, TI.premiereListe, year(found.last_year + 1)


def _continuity_facts(found: Continuity, earlier: TerritoryList, later: TerritoryList) -> Iterator[Fact]:
    before, after = found.before.slug, found.after.slug
    thing = node(f"continuite/{earlier.year}/{before}/{later.year}/{after}")
    yield thing, RDF.type, TI.Continuite
    yield thing, TI.avant, earlier.territory(before)
    yield thing, TI.apres, later.territory(after)
    yield thing, TI.communesCommunes, Literal(found.communes)
    yield thing, TI.partAvant, _share(found.share_before)
    yield thing, TI.partApres, _share(found.share_after)
    yield thing, TI.membresCommuns, Literal(found.members)


def _share(value: float) -> Literal:
    rounded = Decimal(value).quantize(_SHARE, ROUND_HALF_UP).normalize()
    return Literal(f"{rounded:f}", datatype=XSD.decimal)
