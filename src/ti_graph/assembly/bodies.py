"""EPCI and EPT as RDF: what they are, their states year by year, where they are.

Each fact stands in the graph of the table that says it, what is computed in the graph of a deduction.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from ti_graph.assembly.provenance import deduction
from ti_graph.rdf import IGEO, RDF, RDFS, TI, Fact, Literal, Quad, in_graph, node, text, year
from ti_graph.reference.rows import Epci, EpciYear
from ti_graph.reference.sources import table_node
from ti_graph.reference.timeline import Timeline


class Bodies:
    """The EPCI and EPT of the reference tables as quads.

    Arguments:
        timeline: the tables.
    """

    def __init__(self, timeline: Timeline):
        self._timeline, self._reference = timeline, timeline.reference

    def of_2018(self) -> Iterator[Quad]:
        """The EPCI that the list of 2018 has, as it has them."""
        for epci in self._reference.epci.values():
            yield from in_graph(table_node("epci-2018"), _epci_facts(epci))

    def years(self) -> Iterator[Quad]:
        """The states of every year but 2018, which has a table of its own; and EPCI not listed in 2018."""
        introduced = set(self._reference.epci)
        for row in sorted(self._reference.annees.values(), key=lambda row: row.annee):
            if row.siren not in introduced:
                introduced.add(row.siren)
                yield from in_graph(table_node(row.table), _identity_facts(row.siren, row.nom))
            if not self._is_in_2018(row.siren, row.annee):
                yield from in_graph(table_node(row.table), _year_facts(row))

    def regions(self) -> Iterator[Quad]:
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

    def counts(self) -> Iterator[Quad]:
        """How many communes EPCI have, year by year, where no table says it."""
        counted: Counter[tuple[str, int]] = Counter()
        for span in self._timeline.spans:
            for listed in range(span.row.premiere, span.row.derniere + 1):
                counted[span.row.siren, listed] += 1
        for (siren, listed), count in counted.items():
            if not self._is_in_2018(siren, listed):
                state = node(f"etat/{siren}/{listed}")
                yield Quad(state, TI.nombreDeCommunes, Literal(count), deduction("communes-par-epci"))

    def ept(self) -> Iterator[Quad]:
        """The EPT with their communes."""
        return in_graph(table_node("ept"), self._ept_facts())

    def _is_in_2018(self, siren: str, listed: int) -> bool:
        """Whether the table of 2018 says the state of an EPCI in a year."""
        return listed == 2018 and siren in self._reference.epci

    def _ept_facts(self) -> Iterator[Fact]:
        names = {row.siren: row.nom for row in self._reference.ept}
        for siren, name in names.items():
            thing = node(f"ept/{siren}")
            yield thing, RDF.type, TI.EtablissementPublicTerritorial
            yield thing, RDFS.label, text(name)
            yield thing, IGEO.codeINSEE, Literal(siren)
        for row in self._reference.ept:
            yield node(f"ept/{row.siren}"), TI.aPourCommune, node(f"commune/{row.commune}")


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
