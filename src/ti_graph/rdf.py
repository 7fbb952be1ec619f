"""RDF terms, the names this project uses, and reading and writing RDF text.

This module, ``result`` and ``store`` are the only ones that import pyoxigraph: this one its terms and
parsers, those its answers and its store.
"""

from __future__ import annotations

import datetime
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    RdfFormat,
    Triple,
    parse,
    serialize,
)

from ti_graph.errors import RequestError, SourceError
from ti_graph.files import read_unpacked
from ti_graph.turtle import Statement, turtle

__all__ = [
    "BASE",
    "ID",
    "KEEPS_GRAPHS",
    "PREFIXES",
    "BlankNode",
    "DefaultGraph",
    "Fact",
    "Literal",
    "NamedNode",
    "Namespace",
    "Quad",
    "QueryResultsFormat",
    "RdfFormat",
    "Term",
    "Triple",
    "date",
    "in_graph",
    "iri",
    "node",
    "parse_facts",
    "parse_file",
    "parse_text",
    "reading",
    "text",
    "write",
    "write_as_found",
    "year",
]

BASE = "https://w3id.org/territoires-industrie/"
ID = BASE + "id/"

#: What the data are made of: blank nodes and triple terms have no place in them.
Term = NamedNode | Literal
Fact = tuple[NamedNode, NamedNode, Term]


class Namespace:
    """A closed list of names under one IRI: ``PROV.wasDerivedFrom``; a mistyped name is an error.

    Arguments:
        iri: the part that all names share.
        names: the local names, separated by white space.
    """

    def __init__(self, iri: str, names: str):
        self.iri = iri
        self.names = frozenset(names.split())
        self._nodes = {name: NamedNode(iri + name) for name in self.names}

    def __getattr__(self, name: str) -> NamedNode:
        try:
            return self._nodes[name]
        except KeyError:
            raise AttributeError(f"no term {name!r} in <{self.iri}>") from None


TI = Namespace(
    BASE + "def#",
    """
    Passage Mention Enonce Deduction Table Territoire Appartenance EtatAnnuel
    enoncePar contexte methode sansEnonce designe dansPassage
    liste concerne territoire rang mention membre aPourMembre indice
    methodeRapprochement regionTextuelle regionIndiquee
    critere dateTextuelle finalite formatTextuel objectif tailleTextuelle valeurTextuelle
    etatDe annee nom nature population populationMunicipale nombreDeCommunes
    region regionPrincipale departement
    Rattachement rattachementDe rattachementA constateDu constateAu premiereListe derniereListe
    EtablissementPublicTerritorial aPourCommune remplaceePar statut communeNouvelle
    Exception regle objet
    Liste LigneDeListe nomDansLaListe etatAu publieeLe phase completePour identifiant
    couvre couvreParSuccession
    PopulationCouverte populationDe populationDans communesComptees communesSansPopulation jamaisCouvert
    horsListe inconnueDansListe sansEpci pourListe Place placeDe placeListe placeDans
    pointRepresentatif voisinDe
    Succession predecesseur successeur depuis genreSuccession communesTransferees
    Continuite avant apres communesCommunes partAvant partApres membresCommuns
    Lecture ListeLue TerritoireLu AppartenanceLue Candidat JourLu ChiffreLu DocumentLu
    logiciel listeEpci luDans lieuTextuel lieuIndique candidat membrePossible scoreRapprochement
    jour motsLus nombre uniteTextuelle ressort
    """,
)
RDF = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "type")
OWL = Namespace("http://www.w3.org/2002/07/owl#", "SymmetricProperty")
RDFS = Namespace("http://www.w3.org/2000/01/rdf-schema#", "Resource label comment subClassOf subPropertyOf")
XSD = Namespace(
    "http://www.w3.org/2001/XMLSchema#", "anyURI boolean date decimal double gYear hexBinary integer"
)
OA = Namespace(
    "http://www.w3.org/ns/oa#",
    "SpecificResource hasSource hasSelector TextPositionSelector TextQuoteSelector start end exact",
)
PROV = Namespace(
    "http://www.w3.org/ns/prov#",
    "Activity wasDerivedFrom wasAttributedTo wasQuotedFrom wasGeneratedBy used",
)
ORG = Namespace("http://www.w3.org/ns/org#", "Post holds")
DCTERMS = Namespace(
    "http://purl.org/dc/terms/",
    """
    identifier title description source license publisher language isPartOf isReferencedBy provenance
    issued modified
    format temporal spatial Location PeriodOfTime LicenseDocument MediaType MediaTypeOrExtent
    """,
)
DCAT = Namespace(
    "http://www.w3.org/ns/dcat#",
    """
    Dataset Distribution DataService dataset distribution service accessService accessURL downloadURL
    mediaType compressFormat endpointURL endpointDescription servesDataset landingPage contactPoint
    version startDate endDate bbox
    """,
)
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#", "Kind fn hasEmail hasURL")
FOAF = Namespace("http://xmlns.com/foaf/0.1/", "Document Agent Person homepage name")
IGEO = Namespace(
    "http://rdf.insee.fr/def/geo#",
    """
    Region Departement CollectiviteDOutreMer Intercommunalite Commune codeINSEE subdivisionDe
    EvenementGeographique creation suppression date
    """,
)
GEO = Namespace("http://www.opengis.net/ont/geosparql#", "Geometry hasGeometry asWKT wktLiteral")
SCHEMA = Namespace("https://schema.org/", "Quotation text url spokenByCharacter")
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#", "exactMatch")
SH = Namespace(
    "http://www.w3.org/ns/shacl#",
    """
    ValidationReport ValidationResult Violation Warning conforms result sourceShape resultSeverity
    focusNode resultPath value resultMessage sourceConstraintComponent SPARQLConstraintComponent
    """,
)
SD = Namespace(
    "http://www.w3.org/ns/sparql-service-description#",
    """
    Service Dataset Graph endpoint supportedLanguage SPARQL11Query SPARQL11Update resultFormat
    defaultDataset defaultGraph
    """,
)
VOID = Namespace(
    "http://rdfs.org/ns/void#",
    """
    Dataset sparqlEndpoint triples entities classPartition propertyPartition class property dataDump
    """,
)
SPDX = Namespace(
    "http://spdx.org/rdf/terms#",
    "Checksum checksum algorithm checksumValue checksumAlgorithm_sha256",
)

#: Prefixes of the dumps and of the named queries. Those under ``id/`` are the kinds whose local names need
#: no escape: not every Turtle reader knows ``\\/``.
PREFIXES = {
    "ti": TI.iri,
    "deduction": ID + "deduction/",
    "departement": ID + "departement/",
    "commune": ID + "commune/",
    "enonce": ID + "enonce/",
    "epci": ID + "epci/",
    "mention": ID + "mention/annonce/",
    "passage": ID + "passage/annonce/",
    "personne": ID + "personne/",
    "region": ID + "region/",
    "selecteur": ID + "selecteur/annonce/",
    "territoire2018": ID + "territoire/2018/",
    "territoire2022": ID + "territoire/2022/",
    "territoire2023": ID + "territoire/2023/",
    "cv": "http://data.europa.eu/m8g/",
    "dcat": DCAT.iri,
    "dcterms": DCTERMS.iri,
    "foaf": FOAF.iri,
    "geo": GEO.iri,
    "igeo": IGEO.iri,
    "oa": OA.iri,
    "org": ORG.iri,
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": PROV.iri,
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": RDF.iri,
    "rdfs": RDFS.iri,
    "schema": SCHEMA.iri,
    "sd": SD.iri,
    "sh": SH.iri,
    "skos": SKOS.iri,
    "spdx": SPDX.iri,
    "vcard": VCARD.iri,
    "void": VOID.iri,
    "xsd": XSD.iri,
}


def prologue(*names: str) -> str:
    """The prefix declarations of SPARQL for some of ``PREFIXES``."""
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in names)


#: Formats that are written with graph names; in the others graphs are merged.
KEEPS_GRAPHS = frozenset({RdfFormat.TRIG, RdfFormat.N_QUADS})

_PREDICATES_FIRST = {RDF.type.value: 0, RDFS.label.value: 1}


def text(value: str, language: str = "fr") -> Literal:
    """A language-tagged literal, French unless said otherwise."""
    return Literal(value, language=language)


def year(value: int) -> Literal:
    """A year."""
    return Literal(str(value), datatype=XSD.gYear)


def date(value: datetime.date) -> Literal:
    """A day."""
    return Literal(value.isoformat(), datatype=XSD.date)


def iri(value: str) -> NamedNode:
    """The resource that a caller names.

    Raises:
        RequestError: the text is not an absolute IRI.
    """
    try:
        return NamedNode(value)
    except ValueError as error:
        raise RequestError(f"{value!r} is not an absolute IRI: {error}") from None


def in_graph(graph: NamedNode, facts: Iterable[Fact]) -> Iterator[Quad]:
    """Facts with their home graph."""
    return (Quad(*fact, graph) for fact in facts)


def node(path: str) -> NamedNode:
    """The resource at ``id/PATH`` under the base."""
    return NamedNode(ID + path)


@contextmanager
def reading(path: Path, shown: str) -> Iterator[RdfFormat]:
    """Say what is wrong with an RDF file that is read in the block; gives its format, told by its suffix.

    Arguments:
        path: the file, also packed (``.gz``).
        shown: the path as messages name it.

    Raises:
        SourceError: it cannot be read or parsed; with the line.
    """
    suffix = Path(path.name.removesuffix(".gz")).suffix
    rdf_format = RdfFormat.from_extension(suffix.lstrip("."))
    if rdf_format is None:
        raise SourceError.at(Path(shown), None, f"{suffix or 'no suffix'!r} tells no RDF format")
    try:
        yield rdf_format
    except SyntaxError as error:
        raise SourceError.at(Path(shown), error.lineno, f"not valid RDF: {error.msg}") from None
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError.at(Path(shown), None, f"cannot be read: {error}") from None


def parse_file(path: Path, shown: str) -> Iterator[Quad]:
    """Read the quads of an RDF file.

    Arguments:
        path: the file, also packed (``.gz``); relative IRIs resolve against ``id/`` under the base.
        shown: the path as messages name it.

    Raises:
        SourceError: the file cannot be read or parsed; with the line.
    """
    with reading(path, shown) as rdf_format:
        yield from parse(read_unpacked(path), format=rdf_format, base_iri=ID)


def parse_text(content: bytes, rdf_format: RdfFormat) -> Iterator[Quad]:
    """Read the quads of an RDF text that is known to be valid."""
    return parse(content, format=rdf_format)


def parse_open(file: IO[bytes], rdf_format: RdfFormat) -> Iterator[Quad]:
    """Read the quads of an open file that is known to be valid, as they are asked for."""
    return parse(file, format=rdf_format)


def parse_facts(path: Path, shown: str) -> Iterator[tuple[Fact, NamedNode | None]]:
    """Read the triples of a data file, each with its graph (None for the default graph).

    Raises:
        SourceError: as ``parse_file``, and for a blank node or a triple term: dumps must stay diffable.
    """
    for quad in parse_file(path, shown):
        subject, value, graph = quad.subject, quad.object, quad.graph_name
        if isinstance(subject, NamedNode) and isinstance(value, NamedNode | Literal):
            if isinstance(graph, DefaultGraph):
                yield (subject, quad.predicate, value), None
                continue
            if isinstance(graph, NamedNode):
                yield (subject, quad.predicate, value), graph
                continue
        raise SourceError.at(Path(shown), None, f"a blank node or triple term in the data: {quad}")


def sort_key(quad: Quad) -> tuple[str, str, int, str, str]:
    """The order of dumps: graph, subject, then type and label before the other predicates."""
    predicate = quad.predicate.value
    return (
        str(quad.graph_name),
        str(quad.subject),
        _PREDICATES_FIRST.get(predicate, 2),
        predicate,
        str(quad.object),
    )


def canonical(quads: Iterable[Quad]) -> list[Quad]:
    """Quads with their blank nodes named canonically (RDFC-1.0, https://www.w3.org/TR/rdf-canon/)."""
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return [*dataset]


def write(quads: Iterable[Quad], rdf_format: RdfFormat, output: IO[bytes] | None = None) -> bytes:
    """Write quads in one stable order with the project's prefixes.

    Arguments:
        quads: what to write; graph names are kept by the formats that can, else merged.
        rdf_format: the format.
        output: a binary file to write to; without it the bytes are returned.
    """
    if rdf_format not in KEEPS_GRAPHS:
        quads = {quad.triple: Quad(*quad.triple) for quad in quads}.values()
    return write_ordered(sorted(quads, key=sort_key), rdf_format, output)


def write_ordered(quads: Iterable[Quad], rdf_format: RdfFormat, output: IO[bytes] | None = None) -> bytes:
    """Write quads as they come, with the project's prefixes; arguments as for ``write``."""
    if rdf_format in (RdfFormat.TURTLE, RdfFormat.TRIG):
        text = turtle(_statements(quads, rdf_format in KEEPS_GRAPHS), PREFIXES)
        if output is None:
            return "".join(text).encode()
        for piece in text:
            output.write(piece.encode())
        return b""
    found = quads if rdf_format in KEEPS_GRAPHS else (quad.triple for quad in quads)
    return serialize(found, output, rdf_format, prefixes=PREFIXES) or b""


def write_as_found(triples: Iterable[Triple], rdf_format: RdfFormat, output: IO[bytes]) -> None:
    """Write triples as they come, with the project's prefixes, by the engine's own writer."""
    serialize(triples, output, rdf_format, prefixes=PREFIXES)


def _statements(quads: Iterable[Quad], with_graphs: bool) -> Iterator[Statement]:
    for quad in quads:
        graph = quad.graph_name
        named = with_graphs and not isinstance(graph, DefaultGraph)
        yield str(graph) if named else "", str(quad.subject), str(quad.predicate), str(quad.object)
