"""``/sparql``: the query operation of the SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/)."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from ti_graph.catalogue import Catalogue
from ti_graph.errors import MediaTypeError, NotAllowedError, RequestError
from ti_graph.store import Store
from ti_graph.web.answers import parameters, respond, single
from ti_graph.web.problems import wants_html

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"


def blueprint(store: Store, catalogue: Catalogue) -> Blueprint:
    """The endpoint over a store; the catalogue gives the examples of its page."""
    routes = Blueprint("protocol", __name__)

    @routes.get("/sparql")
    def query_by_get() -> Response | str:
        pairs = parameters(request.query_string)
        if single(pairs, "update") is not None:
            raise NotAllowedError("an update is sent by POST, and this server only reads")
        text = single(pairs, "query")
        if text is None and wants_html():
            return render_template("sparql.html", queries=catalogue, query="")
        return _answer(text, pairs)

    @routes.post("/sparql")
    def query_by_post() -> Response:
        pairs = parameters(request.query_string)
        media_type = request.mimetype
        if media_type == UPDATE:
            raise NotAllowedError("this server only reads: it has no token for writing")
        if media_type == QUERY:
            return _answer(_body(), pairs)
        if media_type == FORM:
            pairs += parameters(_body())
            if single(pairs, "update") is not None:
                raise NotAllowedError("this server only reads: it has no token for writing")
            return _answer(single(pairs, "query"), pairs)
        raise MediaTypeError(f"{media_type or 'no Content-Type'!r} is not {FORM}, {QUERY} or {UPDATE}")

    def _answer(text: str | None, pairs: list[tuple[str, str]]) -> Response:
        if text is None:
            raise RequestError("there is no query: send it as the parameter 'query' or as the body")
        default = [value for key, value in pairs if key == "default-graph-uri"]
        named = [value for key, value in pairs if key == "named-graph-uri"]
        result = store.query(text, default, named)
        return respond(result, single(pairs, "format"), "sparql.html", {"query": text, "queries": catalogue})

    return routes


def _body() -> str:
    try:
        return request.get_data().decode(request.mimetype_params.get("charset", "utf-8"))
    except (UnicodeDecodeError, LookupError) as error:
        raise RequestError(f"the body cannot be read as text: {error}") from None
