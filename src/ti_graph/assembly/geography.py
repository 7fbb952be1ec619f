"""The reference tables as RDF: communes, EPCI year by year, who belonged where, what merged.

Each fact stands in the graph of the table that says it, what is computed in the graph of a deduction.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from itertools import chain

from ti_graph.assembly.provenance import deduction, deduction_quads
from ti_graph.rdf import (
    DCTERMS,
    IGEO,
    RDF,
    RDFS,
    SKOS,
    TI,
    XSD,
    Fact,
    Literal,
    NamedNode,
    Quad,
    date,
    in_graph,
    node,
    text,
    year,
)
from ti_graph.reference.rows import Area, Commune, Epci, EpciYear, Event, Merger
from ti_graph.reference.sources import Manifest, table_node, table_quads
from ti_graph.reference.timeline import Span, Timeline

NUTS = "http://data.europa.eu/nuts/code/"
INSEE_COMMUNE = "http://id.insee.fr/geo/commune/"

#: Deductions from the tables: their names, and how each comes about.
METHODS = {
    "departements-par-code": {
        "fr": "département déduit du début du code INSEE de la commune, quand la liste ne le donne pas",
        "en": "département inferred from the start of the commune's INSEE code, where the list has none",
    },
    "communes-insee": {
        "fr": "adresse de l’INSEE formée avec le code de la commune, pour celles de la dernière liste",
        "en": "INSEE's address made of the commune's code, for those of the last list",
    },
    "bornes-datees": {
        "fr": "un événement daté l’emporte sur les listes annuelles : le rattachement change ce jour-là",
        "en": "a dated event beats the yearly lists: the membership starts or ends on its day",
    },
    "regions-des-epci": {
        "fr": "régions et départements des communes de l’EPCI ; la principale est celle du plus grand nombre",
        "en": "régions and départements of the EPCI's communes; the main one is that of most of them",
    },
    "communes-par-epci": {
        "fr": "nombre de communes que la liste de l’année rattache à l’EPCI",
        "en": "number of communes that the list of the year has in the EPCI",
    },
}


class Geography:
    """The reference tables as quads.

    Arguments:
        manifest: the tables' sources.
        timeline: the tables.
    """

    def __init__(self, manifest: Manifest, timeline: Timeline):
        self._manifest, self._timeline = manifest, timeline
        self._reference = timeline.reference

    def quads(self) -> Iterator[Quad]:
        """Every fact of the tables, and what is inferred from them alone."""
        reference = self._reference
        yield from self.of_the_announcement()
        for area in reference.collectivites.values():
            facts = _area_facts(area, "departement", IGEO.CollectiviteDOutreMer)
            yield from in_graph(table_node("collectivites"), facts)
        for commune in reference.communes.values():
            yield from self._commune(commune)
        yield from self._epci_years()
        for span in self._timeline.spans:
            yield from self._span(span)
        for merger in reference.mergers.values():
            yield from in_graph(table_node(merger.table), _merger_facts(merger))
        unions = {(each.nouvelle, each.premiere): each.table for each in reference.mergers.values()}
        for (nouvelle, first), said_by in unions.items():
            yield from in_graph(table_node(said_by), _union_facts(nouvelle, first))
        yield from in_graph(table_node("ept"), self._ept())
        for event in reference.events:
            yield from in_graph(table_node("evenements"), _event_facts(event))
        yield from in_graph(table_node("exceptions"), self._exceptions())
        yield from self._regions_of_epci()
        yield from self._counts()
        yield from self._deductions()

    def of_the_announcement(self) -> Iterator[Quad]:
        """What the announcement is read with: régions, départements, EPCI of 2018."""
        for area in self._reference.regions.values():
            yield from in_graph(table_node("regions"), _area_facts(area, "region", IGEO.Region))
        for area in self._reference.departements.values():
            yield from in_graph(
                table_node("departements"), _area_facts(area, "departement", IGEO.Departement)
            )
        for epci in self._reference.epci.values():
            yield from in_graph(table_node("epci-2018"), _epci_facts(epci))

    def extract(self, bodies: Collection[str], communes: Collection[str], year: int) -> list[Quad]:
        """What the tables say of some EPCI, EPT and communes, with the sources of it.

        Arguments:
            bodies: SIREN.
            communes: INSEE codes.
            year: that of the yearly states.
        """
        wanted = {node(f"{kind}/{siren}") for siren in bodies for kind in ("epci", "ept")}
        wanted |= {node(f"etat/{siren}/{year}") for siren in bodies}
        areas = ("region", "departement")
        rows = [
            quad
            for quad in chain(
                self.of_the_announcement(),
                self._epci_years(),
                self._regions_of_epci(),
                in_graph(table_node("ept"), self._ept()),
            )
            if (quad.subject in wanted and quad.predicate != TI.aPourCommune)
            or str(quad.subject).startswith(tuple(f"<{node(area).value}/" for area in areas))
        ]
        for code in communes:
            rows += self._commune(self._reference.communes[code])
        graphs = {quad.graph_name for quad in rows}
        rows += [quad for quad in self._deductions() if quad.subject in graphs]
        for table in self._manifest.tables.values():
            rows += table_quads(table) if table.node in graphs else ()
        return rows

    def _deductions(self) -> Iterator[Quad]:
        spans = self._manifest.nodes("rattachements", "annee")
        communes = self._manifest.nodes("communes", "annee")
        inputs = {
            "departements-par-code": [table_node("communes"), table_node("departements")],
            "communes-insee": communes,
            "bornes-datees": [*spans, table_node("evenements")],
            "regions-des-epci": [*spans, table_node("communes"), table_node("departements")],
            "communes-par-epci": spans,
        }
        for name, method in METHODS.items():
            yield from deduction_quads(deduction(name), inputs[name], method)

    def _commune(self, row: Commune) -> Iterator[Quad]:
        thing = node(f"commune/{row.code}")
        code = self._timeline.departement_of(row)
        part_of = thing, IGEO.subdivisionDe, node(f"departement/{code}")
        first: list[Fact] = [
            (thing, RDF.type, IGEO.Commune),
            (thing, IGEO.codeINSEE, Literal(row.code)),
            (thing, TI.premiereListe, year(row.premiere)),
        ]
        newest: list[Fact] = [(thing, RDFS.label, text(row.nom))]
        if row.population is not None:
            newest += [(thing, TI.population, Literal(row.population)), (thing, TI.annee, year(row.derniere))]
        if row.derniere < self._reference.last_year:
            newest.append((thing, TI.derniereListe, year(row.derniere)))
        else:
            insee = NamedNode(INSEE_COMMUNE + row.code)
            yield Quad(thing, SKOS.exactMatch, insee, deduction("communes-insee"))
        yield from in_graph(table_node(row.table), first)
        yield from in_graph(table_node(row.renewed_by), newest)
        home = table_node(row.table) if row.departement else deduction("departements-par-code")
        yield Quad(*part_of, home)

    def _epci_years(self) -> Iterator[Quad]:
        """The states of every year but 2018, which has a table of its own; and EPCI not listed in 2018."""
        introduced = set(self._reference.epci)
        for row in sorted(self._reference.annees.values(), key=lambda row: row.annee):
            if row.siren not in introduced:
                introduced.add(row.siren)
                yield from in_graph(table_node(row.table), _identity_facts(row.siren, row.nom))
            if not self._is_in_2018(row.siren, row.annee):
                yield from in_graph(table_node(row.table), _year_facts(row))

    def _is_in_2018(self, siren: str, listed: int) -> bool:
        """Whether the table of 2018 says the state of an EPCI in a year."""
        return listed == 2018 and siren in self._reference.epci

    def _span(self, span: Span) -> Iterator[Quad]:
        row = span.row
        thing = node(f"rattachement/{row.commune}/{row.siren}/{row.premiere}")
        home, dated = table_node(row.table), deduction("bornes-datees")
        yield Quad(thing, RDF.type, TI.Rattachement, home)
        yield Quad(thing, TI.rattachementDe, node(f"commune/{row.commune}"), home)
        yield Quad(thing, TI.rattachementA, node(f"epci/{row.siren}"), home)
        yield Quad(thing, TI.constateDu, date(span.since), dated if span.since_by else home)
        if span.until is not None:
            ended = table_node(row.ended_by) if row.ended_by else home
            yield Quad(thing, TI.constateAu, date(span.until), dated if span.until_by else ended)

    def _ept(self) -> Iterator[Fact]:
        names = {row.siren: row.nom for row in self._reference.ept}
        for siren, name in names.items():
            thing = node(f"ept/{siren}")
            yield thing, RDF.type, TI.EtablissementPublicTerritorial
            yield thing, RDFS.label, text(name)
            yield thing, IGEO.codeINSEE, Literal(siren)
        for row in self._reference.ept:
            yield node(f"ept/{row.siren}"), TI.aPourCommune, node(f"commune/{row.commune}")

    def _exceptions(self) -> Iterator[Fact]:
        for row in self._reference.exceptions:
            thing = node(f"exception/{row.rule}/{row.thing}")
            yield thing, RDF.type, TI.Exception
            yield thing, TI.regle, Literal(row.rule)
            yield thing, TI.objet, node(row.thing)
            for language, reason in row.reasons.items():
                yield thing, RDFS.comment, text(reason, language)

    def _regions_of_epci(self) -> Iterator[Quad]:
        """Where the EPCI are that the list of 2018, which says it, does not have."""
        regions: dict[str, Counter[str]] = defaultdict(Counter)
        departements: dict[str, set[str]] = defaultdict(set)
        for span in self._timeline.spans:
            if span.row.siren not in self._reference.epci:
                commune = self._reference.communes[span.row.commune]
                departements[span.row.siren].add(self._timeline.departement_of(commune))
                regions[span.row.siren][self._timeline.region_of(commune.code)] += 1
        for siren, counted in regions.items():
            thing, home = node(f"epci/{siren}"), deduction("regions-des-epci")
            main = min(counted, key=lambda code: (-counted[code], code))
            yield Quad(thing, TI.regionPrincipale, node(f"region/{main}"), home)
            yield from (Quad(thing, TI.region, node(f"region/{code}"), home) for code in counted)
            for code in departements[siren]:
                yield Quad(thing, TI.departement, node(f"departement/{code}"), home)

    def _counts(self) -> Iterator[Quad]:
        counted: Counter[tuple[str, int]] = Counter()
        for span in self._timeline.spans:
            for listed in range(span.row.premiere, span.row.derniere + 1):
                counted[span.row.siren, listed] += 1
        for (siren, listed), count in counted.items():
            if not self._is_in_2018(siren, listed):
                state = node(f"etat/{siren}/{listed}")
                yield Quad(state, TI.nombreDeCommunes, Literal(count), deduction("communes-par-epci"))


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


def _epci_facts(epci: Epci) -> Iterator[Fact]:
    """An EPCI of 2018, and its state then: what changes from year to year is on the state."""
    thing = node(f"epci/{epci.siren}")
    yield from _identity_facts(epci.siren, epci.nom)
    yield thing, TI.regionPrincipale, node(f"region/{epci.region}")
    yield from ((thing, TI.region, node(f"region/{code}")) for code in epci.regions)
    yield from ((thing, TI.departement, node(f"departement/{code}")) for code in epci.departements)
    yield from _state_facts(epci, 2018)
    yield node(f"etat/{epci.siren}/2018"), TI.nombreDeCommunes, Literal(epci.communes)


def _identity_facts(siren: str, name: str) -> Iterator[Fact]:
    thing = node(f"epci/{siren}")
    yield thing, RDF.type, IGEO.Intercommunalite
    yield thing, RDFS.label, text(name)
    yield thing, IGEO.codeINSEE, Literal(siren)


def _year_facts(row: EpciYear) -> Iterator[Fact]:
    yield from _state_facts(row, row.annee)
    if row.population_municipale is not None:
        state = node(f"etat/{row.siren}/{row.annee}")
        yield state, TI.populationMunicipale, Literal(row.population_municipale)


def _state_facts(row: Epci | EpciYear, listed: int) -> Iterator[Fact]:
    """What the list of a year says of an EPCI."""
    state = node(f"etat/{row.siren}/{listed}")
    yield state, RDF.type, TI.EtatAnnuel
    yield state, TI.etatDe, node(f"epci/{row.siren}")
    yield state, TI.annee, year(listed)
    yield state, TI.nom, text(row.nom)
    yield state, TI.nature, node(f"code/nature/{row.nature}")
    if row.population is not None:
        yield state, TI.population, Literal(row.population)


def _union(nouvelle: str, first: int) -> NamedNode:
    return node(f"evenement/commune/{nouvelle}/{first}")


def _merger_facts(merger: Merger) -> Iterator[Fact]:
    """What became of a commune that ended."""
    old = node(f"commune/{merger.commune}")
    yield old, TI.remplaceePar, node(f"commune/{merger.nouvelle}")
    yield old, TI.statut, node(f"code/statut/{merger.statut}")
    yield _union(merger.nouvelle, merger.premiere), IGEO.suppression, old


def _union_facts(nouvelle: str, first: int) -> Iterator[Fact]:
    """The event by which a commune nouvelle unites others, dated by the first list that shows it."""
    event = _union(nouvelle, first)
    yield event, RDF.type, IGEO.EvenementGeographique
    yield event, TI.communeNouvelle, node(f"commune/{nouvelle}")
    yield event, TI.premiereListe, year(first)


def _event_facts(event: Event) -> Iterator[Fact]:
    thing = node(f"evenement/epci/{event.cree}/{event.date}")
    yield thing, RDF.type, IGEO.EvenementGeographique
    yield thing, RDFS.label, text(event.nom)
    yield thing, IGEO.date, date(event.date)
    yield thing, IGEO.creation, node(f"epci/{event.cree}")
    yield thing, DCTERMS.source, Literal(event.source, datatype=XSD.anyURI)
    yield from ((thing, IGEO.suppression, node(f"epci/{siren}")) for siren in event.disparait)
