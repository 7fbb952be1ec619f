"""RDF terms, and the names that this project uses. The terms are those of the engine."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from urllib.parse import SplitResult, urlsplit

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    RdfFormat,
    Triple,
)

from ti_graph.errors import RequestError

__all__ = [
    "BASE",
    "DCAT",
    "DCTERMS",
    "FOAF",
    "GEO",
    "ID",
    "IGEO",
    "OA",
    "ORG",
    "OWL",
    "PREFIXES",
    "PROV",
    "RDF",
    "RDFS",
    "SCHEMA",
    "SD",
    "SH",
    "SKOS",
    "SPDX",
    "TI",
    "VCARD",
    "VOID",
    "XSD",
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
    "prologue",
    "text",
    "web_address",
    "web_iri",
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
    "owl": OWL.iri,
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


def web_address(value: str) -> SplitResult:
    """The parts of an address on the web, http or https.

    Raises:
        RequestError: it is none.
    """
    try:
        parts = urlsplit(value)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        raise RequestError(f"{value!r} is no web address: {error}") from None
    if not is_web:
        raise RequestError(f"{value!r} is no web address: http://… or https://…")
    return parts


def web_iri(value: str) -> NamedNode:
    """The resource at an address on the web.

    Raises:
        RequestError: it is no such address, or no IRI.
    """
    web_address(value)
    return iri(value)


def in_graph(graph: NamedNode, facts: Iterable[Fact]) -> Iterator[Quad]:
    """Facts with their home graph."""
    return (Quad(*fact, graph) for fact in facts)


def node(path: str) -> NamedNode:
    """The resource at ``id/PATH`` under the base."""
    return NamedNode(ID + path)
