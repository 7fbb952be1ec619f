"""What the endpoint says of itself: the SPARQL 1.1 Service Description.

https://www.w3.org/TR/sparql11-service-description/
"""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from ti_graph.formats import GRAPHS, RESULTS, Format
from ti_graph.rdf import DCAT, DCTERMS, RDF, RDFS, SD, VOID, Fact, Literal, NamedNode, Quad, text
from ti_graph.rdf.syntax import write
from ti_graph.serving.asked import entity_tag
from ti_graph.serving.endpoint import Endpoint
from ti_graph.stores.states import State
from ti_graph.web.answers import CSV, chosen_format, compress, headed, is_known, takes_gzip

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
    """What a service says of its dataset; written once for each state, address and format.

    Arguments:
        endpoint: the dataset.
    """

    def __init__(self, endpoint: Endpoint):
        self._endpoint = endpoint
        #: Whether a catalogue says more.
        self.in_catalogue = endpoint.merged
        self._written: tuple[State | None, dict[tuple[str, str], bytes]] = None, {}

    def response(self, asked: str | None) -> Response:
        """The description in the RDF format that the caller wants: ``asked`` by name, None to negotiate."""
        form = chosen_format(GRAPHS, asked)
        snapshot = self._endpoint.repository.current()
        body = self._body(snapshot, request.url_root + "sparql", form)
        tag = entity_tag(snapshot, request.url_root, form.name, takes_gzip())
        if is_known(tag):
            return headed(Response(status=304), tag)
        return compress(headed(Response(body, content_type=form.content_type), tag))

    def _body(self, snapshot: State, address: str, form: Format) -> bytes:
        of, written = self._written
        if of != snapshot:
            written = {}
            self._written = snapshot, written
        key = address, form.name
        if key not in written:
            assert form.rdf
            facts = _service(self._endpoint, snapshot, address)
            written[key] = write((Quad(*fact) for fact in facts), form.rdf)
        return written[key]


def blueprint(description: Description) -> Blueprint:
    """The address where VoID is looked for (https://www.w3.org/TR/void/#well-known)."""
    routes = Blueprint("metadata", __name__)

    @routes.get("/.well-known/void")
    def void() -> BaseResponse:
        if description.in_catalogue:
            return redirect(url_for("dataset.catalog"), 303)
        return description.response(None)

    return routes


def _service(endpoint: Endpoint, snapshot: State, address: str) -> Iterator[Fact]:
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
    if snapshot.version:
        yield dataset, DCTERMS.identifier, Literal(snapshot.version)
    for french, english in endpoint.repository.reductions:
        yield service, RDFS.comment, text(french)
        yield service, RDFS.comment, text(english, "en")
    counted = endpoint.answer("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }", snapshot, (CSV, None))
    yield dataset, VOID.triples, Literal(int(counted.body.split()[1]))
