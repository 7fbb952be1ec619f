"""What the endpoint says of itself: the SPARQL 1.1 Service Description.

https://www.w3.org/TR/sparql11-service-description/
"""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from ti_graph.formats import GRAPHS, RESULTS
from ti_graph.rdf import DCAT, DCTERMS, RDF, RDFS, SD, VOID, Fact, Literal, NamedNode, Quad, text
from ti_graph.rdf.syntax import write
from ti_graph.serving.current import Current, StateRows
from ti_graph.serving.endpoint import Endpoint
from ti_graph.views.terms import Rows
from ti_graph.web.answers import Page, chosen_format

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


class Description:
    """What a service says of its dataset.

    Arguments:
        endpoint: the dataset.
        page: sends it.
    """

    def __init__(self, endpoint: Endpoint, page: Page):
        self._endpoint, self._page = endpoint, page
        self._triples = Current(endpoint, _read_triples)
        #: Whether a catalogue says more.
        self.in_catalogue = endpoint.merged

    def response(self) -> Response:
        """The description in the RDF format that the caller wants."""
        form = chosen_format(GRAPHS)

        def body(state: StateRows) -> bytes:
            assert form.rdf
            facts = _service(self._endpoint, state.version, self._triples.get(), request.url_root + "sparql")
            return write((Quad(*fact) for fact in facts), form.rdf)

        return self._page(form, body)


def blueprint(description: Description) -> Blueprint:
    """The address where VoID is looked for (https://www.w3.org/TR/void/#well-known)."""
    routes = Blueprint("metadata", __name__)

    @routes.get("/.well-known/void")
    def void() -> BaseResponse:
        if description.in_catalogue:
            return redirect(url_for("dataset.catalog"), 303)
        return description.response()

    return routes


def _service(endpoint: Endpoint, version: str, triples: int, address: str) -> Iterator[Fact]:
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
    yield dataset, DCTERMS.title, text(endpoint.title)
    yield dataset, VOID.sparqlEndpoint, service
    yield dataset, SD.defaultGraph, default
    yield default, RDF.type, SD.Graph
    if version:
        yield dataset, DCTERMS.identifier, Literal(version)
    for french, english in endpoint.repository.reductions:
        yield service, RDFS.comment, text(french)
        yield service, RDFS.comment, text(english, "en")
    yield dataset, VOID.triples, Literal(triples)


def _read_triples(rows: Rows) -> int:
    """How many there are in the default graph."""
    [counted] = rows("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
    return int(counted["n"]["value"])
