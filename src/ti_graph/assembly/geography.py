"""The reference tables as RDF: areas, communes, who belonged where, what merged; EPCI and EPT by ``bodies``.

Each fact stands in the graph of the table that says it, what is computed in the graph of a deduction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import chain

from ti_graph.assembly.bodies import Bodies
from ti_graph.assembly.provenance import deduction, deduction_quads, table_quads
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
from ti_graph.reference.rows import Area, Commune, Event, Merger
from ti_graph.reference.sources import Manifest, table_node
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
        self._reference, self._bodies = timeline.reference, Bodies(timeline)

    def quads(self) -> Iterator[Quad]:
        """Every fact of the tables, and what is inferred from them alone."""
        reference = self._reference
        yield from self.of_the_announcement()
        for area in reference.collectivites.values():
            facts = _area_facts(area, "departement", IGEO.CollectiviteDOutreMer)
            yield from in_graph(table_node("collectivites"), facts)
        for commune in reference.communes.values():
            yield from self._commune(commune)
        yield from self._bodies.years()
        for span in self._timeline.spans:
            yield from _span_quads(span)
        for merger in reference.mergers.values():
            yield from in_graph(table_node(merger.table), _merger_facts(merger))
        unions = {(each.nouvelle, each.premiere): each.table for each in reference.mergers.values()}
        for (nouvelle, first), said_by in unions.items():
            yield from in_graph(table_node(said_by), _union_facts(nouvelle, first))
        yield from self._bodies.ept()
        for event in reference.events:
            yield from in_graph(table_node("evenements"), _event_facts(event))
        yield from in_graph(table_node("exceptions"), self._exceptions())
        yield from self._bodies.regions()
        yield from self._bodies.counts()
        yield from self._deductions()

    def of_the_announcement(self) -> Iterator[Quad]:
        """What the announcement is read with: régions, départements, EPCI of 2018."""
        for area in self._reference.regions.values():
            yield from in_graph(table_node("regions"), _area_facts(area, "region", IGEO.Region))
        for area in self._reference.departements.values():
            yield from in_graph(
                table_node("departements"), _area_facts(area, "departement", IGEO.Departement)
            )
        yield from self._bodies.of_2018()

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
                self._bodies.years(),
                self._bodies.regions(),
                self._bodies.ept(),
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

    def _exceptions(self) -> Iterator[Fact]:
        for row in self._reference.exceptions:
            thing = node(f"exception/{row.rule}/{row.thing}")
            yield thing, RDF.type, TI.Exception
            yield thing, TI.regle, Literal(row.rule)
            yield thing, TI.objet, node(row.thing)
            for language, reason in row.reasons.items():
                yield thing, RDFS.comment, text(reason, language)


def _span_quads(span: Span) -> Iterator[Quad]:
    """That a commune is in an EPCI; a bound that a dated event moves stands in a deduction."""
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
