"""What the endpoint says of itself: the SPARQL 1.1 Service Description, with VoID and DCAT.

https://www.w3.org/TR/sparql11-service-description/
"""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, request

from ti_graph.endpoint import Endpoint
from ti_graph.formats import GRAPHS, RESULTS
from ti_graph.rdf import DCAT, DCTERMS, RDF, SD, VOID, Fact, Literal, NamedNode, Quad, text, write
from ti_graph.web.answers import chosen_format, compress, open_to_all

_FORMATS = "http://www.w3.org/ns/formats/"
_W3C_FORMATS = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "ttl": "Turtle",
    "nt": "N-Triples",
    "rdf": "RDF_XML",
    "jsonld": "JSON-LD",
    "trig": "TriG",
    "nq": "N-Quads",
}


def blueprint(endpoint: Endpoint) -> Blueprint:
    """The same description at the address where VoID is looked for."""
    routes = Blueprint("metadata", __name__)

    @routes.get("/.well-known/void")
    def void() -> Response:
        return describe_service(endpoint, None)

    return routes


def describe_service(endpoint: Endpoint, asked: str | None) -> Response:
    """The service description, in the RDF format that the caller wants.

    Arguments:
        endpoint: the dataset.
        asked: a format by name, None to negotiate.
    """
    form = chosen_format(GRAPHS, asked)
    assert form.rdf
    body = write((Quad(*fact) for fact in _service(endpoint, request.url_root + "sparql")), form.rdf)
    response = Response(body, content_type=form.content_type)
    response.vary.add("Accept")
    return compress(open_to_all(response))


def _service(endpoint: Endpoint, address: str) -> Iterator[Fact]:
    service, dataset = NamedNode(address), NamedNode(address + "#dataset")
    default = NamedNode(address + "#default-graph")
    yield service, RDF.type, SD.Service
    yield service, SD.endpoint, service
    yield service, SD.supportedLanguage, SD.SPARQL11Query
    if endpoint.changer is not None:
        yield service, SD.supportedLanguage, SD.SPARQL11Update
    for form in (*RESULTS, *GRAPHS):
        yield service, SD.resultFormat, NamedNode(_FORMATS + _W3C_FORMATS[form.name])
    yield service, SD.defaultDataset, dataset
    yield dataset, RDF.type, SD.Dataset
    yield dataset, RDF.type, VOID.Dataset
    yield dataset, RDF.type, DCAT.Dataset
    yield dataset, DCTERMS.title, text("Territoires d’industrie" if endpoint.merged else "Jeu de données")
    yield dataset, VOID.sparqlEndpoint, service
    yield dataset, SD.defaultGraph, default
    yield default, RDF.type, SD.Graph
    snapshot = endpoint.repository.current()
    yield dataset, DCTERMS.identifier, Literal(endpoint.version(snapshot))
