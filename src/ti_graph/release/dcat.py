"""The dataset as catalogues describe it: DCAT-AP 3 with VoID, so that portals can harvest it.

https://semiceu.github.io/DCAT-AP/releases/3.0.1/, https://www.w3.org/TR/void/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import quote

import shapely

from ti_graph.assembly.provenance import checksum_facts
from ti_graph.errors import RequestError
from ti_graph.formats import GRAPHS, IANA
from ti_graph.rdf import (
    DCAT,
    DCTERMS,
    FOAF,
    GEO,
    RDF,
    RDFS,
    VCARD,
    VOID,
    XSD,
    Fact,
    Literal,
    NamedNode,
    iri,
    prologue,
    text,
    web_iri,
)
from ti_graph.release.files import File
from ti_graph.release.stated import CATALOG, DATASET, LICENCE, stated
from ti_graph.views.atlas import METROPOLE, OVERSEAS
from ti_graph.views.terms import Rows

_CONTACT, _PERIOD = NamedNode(CATALOG.value + "#contact"), NamedNode(CATALOG.value + "#period")
_GZIP = NamedNode(IANA + "application/gzip")
_FILE_TYPES = "http://publications.europa.eu/resource/authority/file-type/"
#: The formats of files by their names in the EU's authority table of file types.
_FILE_TYPE = {
    "ttl": "RDF_TURTLE",
    "nt": "RDF_N_TRIPLES",
    "rdf": "RDF_XML",
    "jsonld": "JSON_LD",
    "trig": "RDF_TRIG",
    "nq": "RDF_N_QUADS",
    "csv": "CSV",
    "geojson": "GEOJSON",
}
_CLASSES = "SELECT ?term (COUNT(?thing) AS ?count) WHERE { ?thing a ?term } GROUP BY ?term"
_PROPERTIES = "SELECT ?term (COUNT(*) AS ?count) WHERE { ?thing ?term ?value } GROUP BY ?term"
_YEARS = (
    prologue("ti") + "SELECT (MIN(?year) AS ?first) (MAX(?year) AS ?last) WHERE { ?state ti:annee ?year }"
)


@dataclass(frozen=True)
class Operator:
    """Who runs a server and answers for it.

    Arguments:
        name: of the person or body; empty where none is given.
        contact: where errors are reported: an e-mail address or a web address; empty where none is given.
        hosting: who hosts the server, with their address; empty where none is given.

    Raises:
        RequestError: the contact is neither.
    """

    name: str = ""
    contact: str = ""
    hosting: str = ""

    def __post_init__(self) -> None:
        if self.contact:
            iri(self.contact_address)

    @property
    def contact_address(self) -> str:
        """The contact as an IRI: ``mailto:`` for an e-mail address."""
        if self.contact.startswith(("http://", "https://")):
            return web_iri(self.contact).value
        if self.contact.startswith("mailto:"):
            return self.contact
        if "@" in self.contact:
            return "mailto:" + self.contact
        raise RequestError(f"contact {self.contact!r} is neither an e-mail address nor a web address")


#: Who runs a server that says nothing of it.
NOBODY = Operator()


@dataclass(frozen=True)
class Extent:
    """How much a dataset holds, and which time it spans.

    Arguments:
        classes: how many things are of each class, by IRI.
        properties: how many triples have each property, by IRI.
        first, last: the first and the last year that it has yearly lists of; empty where it has none.
    """

    classes: Mapping[str, int]
    properties: Mapping[str, int]
    first: str
    last: str

    @property
    def triples(self) -> int:
        """How many triples there are."""
        return sum(self.properties.values())


@dataclass(frozen=True)
class Place:
    """The address under which a server has the dataset, with its last slash.

    Raises:
        RequestError: it is no web address.
    """

    base: str

    def __post_init__(self) -> None:
        web_iri(self.base)

    @property
    def page(self) -> str:
        """The page of the dataset."""
        return self.base + "catalog"

    @property
    def endpoint(self) -> str:
        """The SPARQL endpoint."""
        return self.base + "sparql"

    @property
    def dumps(self) -> str:
        """The folder of the files."""
        return self.base + "dump/"


def read_extent(rows: Rows) -> Extent:
    """Count what is in a dataset."""
    years = next(iter(rows(_YEARS)), {})
    return Extent(
        _counts(rows, _CLASSES),
        _counts(rows, _PROPERTIES),
        years["first"]["value"] if "first" in years else "",
        years["last"]["value"] if "last" in years else "",
    )


def description(
    place: Place,
    extent: Extent,
    operator: Operator,
    version: str,
    files: Iterable[File],
    sums: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Fact]:
    """The catalogue of a server: one dataset, its files, its endpoint.

    Arguments:
        place: where the server has it.
        extent: how much there is.
        operator: who answers for it.
        version: the name of its state.
        files: those of a release; one that is there compressed too is listed as that.
        sums: the SHA-256 of files that are made, by name.
    """
    yield from stated()
    page, service = NamedNode(place.page), NamedNode(place.endpoint)
    yield CATALOG, FOAF.homepage, page
    yield page, RDF.type, FOAF.Document
    yield DATASET, DCAT.landingPage, page
    yield DATASET, DCAT.version, Literal(version)
    yield DATASET, VOID.sparqlEndpoint, service
    yield from _service(service)
    yield from _period(extent)
    yield from _areas()
    yield from _contact(operator, service)
    found = {file.name: file for file in files}
    for file in found.values():
        if file.form.name in _FILE_TYPE and f"{file.name}.gz" not in found:
            yield from _distribution(file, place, sums.get(file.name, ""))
    yield from _counted(extent)


def _service(service: NamedNode) -> Iterator[Fact]:
    yield CATALOG, DCAT.service, service
    yield service, RDF.type, DCAT.DataService
    yield service, RDF.type, RDFS.Resource  # DCAT-AP's shapes ask for it at an endpoint's address
    yield service, DCTERMS.title, text("Point d’accès SPARQL 1.1")
    yield service, DCTERMS.title, text("SPARQL 1.1 endpoint", "en")
    yield service, DCAT.endpointURL, service
    yield service, DCAT.endpointDescription, service
    yield service, DCAT.servesDataset, DATASET
    yield service, DCTERMS.license, LICENCE
    by_query = NamedNode(CATALOG.value + "#sparql")
    yield DATASET, DCAT.distribution, by_query
    yield by_query, RDF.type, DCAT.Distribution
    yield by_query, DCTERMS.title, text("Par SPARQL")
    yield by_query, DCTERMS.title, text("By SPARQL", "en")
    yield by_query, DCAT.accessURL, service
    yield by_query, DCAT.accessService, service
    yield by_query, DCTERMS.license, LICENCE


def _period(extent: Extent) -> Iterator[Fact]:
    """From the day of the first yearly list to the day of the last: lists are of 1 January."""
    if extent.first:
        yield DATASET, DCTERMS.temporal, _PERIOD
        yield _PERIOD, RDF.type, DCTERMS.PeriodOfTime
        yield _PERIOD, DCAT.startDate, Literal(f"{extent.first}-01-01", datatype=XSD.date)
        yield _PERIOD, DCAT.endDate, Literal(f"{extent.last}-01-01", datatype=XSD.date)


def _areas() -> Iterator[Fact]:
    """Where the things of the dataset are, box by box: portals draw them."""
    for index, box in enumerate((METROPOLE, *OVERSEAS.values()), start=1):
        area = NamedNode(f"{CATALOG.value}#area-{index}")
        yield DATASET, DCTERMS.spatial, area
        yield area, RDF.type, DCTERMS.Location
        yield area, DCAT.bbox, Literal(shapely.to_wkt(shapely.box(*box), trim=True), datatype=GEO.wktLiteral)


def _contact(operator: Operator, service: NamedNode) -> Iterator[Fact]:
    if not operator.contact:
        return
    for thing in (DATASET, service):
        yield thing, DCAT.contactPoint, _CONTACT
    address = NamedNode(operator.contact_address)
    yield _CONTACT, RDF.type, VCARD.Kind
    yield _CONTACT, VCARD.fn, Literal(operator.name or operator.contact)
    yield _CONTACT, VCARD.hasEmail if address.value.startswith("mailto:") else VCARD.hasURL, address


def _distribution(file: File, place: Place, digest: str) -> Iterator[Fact]:
    address = NamedNode(place.dumps + quote(file.name))
    distribution = NamedNode(f"{CATALOG.value}#{file.name.removesuffix('.gz').replace('/', '-')}")
    kind = NamedNode(_FILE_TYPES + _FILE_TYPE[file.form.name])
    type_ = NamedNode(IANA + file.form.media_type)
    yield DATASET, DCAT.distribution, distribution
    yield distribution, RDF.type, DCAT.Distribution
    for language, words in file.title.items():
        yield distribution, DCTERMS.title, text(f"{words} ({file.form.label})", language)
    yield distribution, DCAT.accessURL, NamedNode(place.dumps)
    yield distribution, DCAT.downloadURL, address
    yield distribution, DCAT.mediaType, type_
    yield distribution, DCTERMS.format, kind
    yield distribution, DCTERMS.license, LICENCE
    yield type_, RDF.type, DCTERMS.MediaType
    yield kind, RDF.type, DCTERMS.MediaTypeOrExtent
    if file.form in GRAPHS:
        yield DATASET, VOID.dataDump, address
    if file.compressed:
        yield distribution, DCAT.compressFormat, _GZIP
        yield _GZIP, RDF.type, DCTERMS.MediaType
    if digest:
        yield from checksum_facts(distribution, NamedNode(distribution.value + "-sha256"), digest)


def _counted(extent: Extent) -> Iterator[Fact]:
    yield DATASET, VOID.triples, Literal(extent.triples)
    for number, (term, count) in enumerate(sorted(extent.classes.items()), start=1):
        part = NamedNode(f"{CATALOG.value}#class-{number}")
        yield DATASET, VOID.classPartition, part
        yield part, getattr(VOID, "class"), NamedNode(term)
        yield part, VOID.entities, Literal(count)
    for number, (term, count) in enumerate(sorted(extent.properties.items()), start=1):
        part = NamedNode(f"{CATALOG.value}#property-{number}")
        yield DATASET, VOID.propertyPartition, part
        yield part, VOID.property, NamedNode(term)
        yield part, VOID.triples, Literal(count)


def _counts(rows: Rows, query: str) -> dict[str, int]:
    return {row["term"]["value"]: int(row["count"]["value"]) for row in rows(query)}
