"""``/store``: the SPARQL 1.1 Graph Store HTTP Protocol (https://www.w3.org/TR/sparql11-http-rdf-update/)."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, request

from ti_graph.errors import MediaTypeError, RequestError
from ti_graph.formats import GRAPHS, Format, of_media_type
from ti_graph.rdf import ID, iri
from ti_graph.rdf.syntax import KEEPS_GRAPHS
from ti_graph.serving.asked import Pairs, parameters, single
from ti_graph.serving.change import Change
from ti_graph.serving.endpoint import Endpoint
from ti_graph.stores.states import existing_graph
from ti_graph.web.answers import open_to_all, respond
from ti_graph.web.protocol import demand_token
from ti_graph.web.public import below

_READ_DEFAULT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_READ_NAMED = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH %s { ?s ?p ?o } }"


def blueprint(endpoint: Endpoint) -> Blueprint:
    """The graph store over a dataset."""
    routes = Blueprint("graphs", __name__)

    @routes.get("/store", strict_slashes=False)
    @routes.get("/store/<path:_>")
    def read(_: str = "") -> Response:
        pairs = parameters(request.query_string)
        graph = _named(pairs)
        text = _READ_DEFAULT if graph is None else _READ_NAMED % existing_graph(graph, endpoint.graph_names())
        return respond(endpoint, text, pairs, "sparql.html", {"query": text, "queries": {}})

    @routes.put("/store", strict_slashes=False)
    @routes.put("/store/<path:_>")
    def replace(_: str = "") -> Response:
        demand_token(endpoint)
        graph = _named(parameters(request.query_string))
        created = endpoint.write(Change("put", graph=graph, parts=_parts())).created
        return open_to_all(Response(status=201 if created else 204))

    @routes.post("/store", strict_slashes=False)
    @routes.post("/store/<path:_>")
    def merge(_: str = "") -> Response:
        demand_token(endpoint)
        pairs = parameters(request.query_string)
        makes_graph = request.path.rstrip("/").endswith("/store") and not pairs
        graph = f"{request.base_url.rstrip('/')}/{uuid.uuid4()}" if makes_graph else _named(pairs)
        created = endpoint.write(Change("post", graph=graph, parts=_parts())).created
        response = Response(status=201 if created else 204)
        if makes_graph and graph:
            response.headers["Location"] = graph
        return open_to_all(response)

    @routes.delete("/store", strict_slashes=False)
    @routes.delete("/store/<path:_>")
    def remove(_: str = "") -> Response:
        demand_token(endpoint)
        endpoint.write(Change("delete", graph=_named(parameters(request.query_string))))
        return open_to_all(Response(status=204))

    return routes


def _named(pairs: Pairs) -> str | None:
    """The graph that a request is about, None for the default graph.

    Raises:
        RequestError: none is named, or more than one, or by what is no IRI.
    """
    default, graph = single(pairs, "default"), single(pairs, "graph")
    is_direct = not request.path.rstrip("/").endswith("/store")
    if (default is not None) + (graph is not None) + is_direct != 1:
        raise RequestError("name one graph: ?default, ?graph=IRI, or the address of a graph below /store/")
    if is_direct:
        return iri(_address()).value
    if graph is None:
        return None
    return iri(graph if ":" in graph else ID + graph).value


def _address() -> str:
    """The request's own address as it was sent: an escaped slash in it stays escaped."""
    raw = str(request.environ.get("REQUEST_URI", "")).split("?")[0]
    if not raw.startswith("/"):
        return request.base_url
    return request.root_url.rstrip("/") + below(raw, request.script_root)


def _parts() -> tuple[tuple[bytes, Format], ...]:
    """The RDF texts of the request's body: one, or the files of a multipart form."""
    if request.mimetype == "multipart/form-data":
        files = [file for _, file in request.files.items(multi=True)]
        if not files:
            raise RequestError("the multipart form holds no file")
        return tuple((file.read(), _graph_format(file.mimetype)) for file in files)
    content = request.get_data()
    if request.mimetype_params.get("charset", "utf-8").lower() not in ("utf-8", "us-ascii"):
        raise MediaTypeError("RDF is read as UTF-8; send it in that charset")
    return ((content, _graph_format(request.mimetype)),)


def _graph_format(media_type: str) -> Format:
    of_one_graph = [form for form in GRAPHS if form.rdf not in KEEPS_GRAPHS]
    if form := of_media_type(media_type, of_one_graph):
        return form
    offered = ", ".join(form.media_type for form in of_one_graph)
    raise MediaTypeError(
        f"{media_type or 'no Content-Type'!r} is not a format of one graph; there are: {offered}"
    )
