"""``/sparql``: the SPARQL 1.1 Protocol, query and update (https://www.w3.org/TR/sparql11-protocol/)."""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, g, render_template, request

from ti_graph.errors import MediaTypeError, MethodError, RequestError, UnauthorizedError
from ti_graph.formats import GRAPHS, HTML
from ti_graph.serving.asked import Pairs, every, parameters, single, yes_or_no
from ti_graph.serving.current import Current
from ti_graph.serving.endpoint import Endpoint
from ti_graph.sparql.catalogue import Catalogue
from ti_graph.sparql.fulltext import with_found
from ti_graph.views.search import MOST, Search
from ti_graph.web.answers import Page, open_to_all, prefers_html, respond
from ti_graph.web.metadata import Description

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"


def blueprint(
    endpoint: Endpoint, page: Page, catalogue: Catalogue, description: Description, search: Current[Search]
) -> Blueprint:
    """The endpoint over a dataset.

    Arguments:
        endpoint: the dataset.
        page: sends the page of who sends no query.
        catalogue: gives the examples of the page.
        description: what a program gets that sends no query.
        search: answers ``search:matches`` in queries.
    """
    routes = Blueprint("protocol", __name__)

    @routes.get("/sparql")
    def query_by_get() -> Response:
        pairs = parameters(request.query_string)
        if single(pairs, "update") is not None:
            raise MethodError("an update is sent by POST", ["POST"])
        text = single(pairs, "query")
        if text is not None:
            return answer(text, pairs)
        if prefers_html(GRAPHS):
            return page(HTML, lambda _: render_template("sparql.html", queries=catalogue, query=""))
        return description.response()

    @routes.post("/sparql")
    def by_post() -> Response:
        pairs = parameters(request.query_string)
        media_type = request.mimetype
        if media_type == QUERY:
            return answer(body_text(), pairs)
        if media_type == UPDATE:
            return update(body_text(), pairs)
        if media_type == FORM:
            pairs += parameters(body_text())
            text, change = single(pairs, "query"), single(pairs, "update")
            if text is not None and change is not None:
                raise RequestError("there is a query and an update; send one of them")
            if change is not None:
                return update(change, pairs)
            if text is not None:
                return answer(text, pairs)
            raise RequestError("there is no query: send it as the parameter 'query' or as the body")
        raise MediaTypeError(f"{media_type or 'no Content-Type'!r} is not {FORM}, {QUERY} or {UPDATE}")

    def answer(text: str, pairs: Pairs) -> Response:
        if every(pairs, "using-graph-uri") or every(pairs, "using-named-graph-uri"):
            raise RequestError("using-graph-uri and using-named-graph-uri are for updates")
        graphs = (every(pairs, "default-graph-uri"), every(pairs, "named-graph-uri"))
        context = {"query": text, "queries": catalogue, "inference": yes_or_no(pairs, "inference")}
        return respond(endpoint, with_found(text, find), pairs, "sparql.html", context, graphs)

    def find(text: str) -> list[str]:
        return [hit.id for hit in search.get().find(text, MOST)]

    def update(text: str, pairs: Pairs) -> Response:
        demand_token(endpoint)
        if every(pairs, "default-graph-uri") or every(pairs, "named-graph-uri"):
            raise RequestError("default-graph-uri and named-graph-uri are for queries")
        g.asked = text
        graphs = (every(pairs, "using-graph-uri"), every(pairs, "using-named-graph-uri"))
        endpoint.update(text, *graphs, base=request.base_url)
        return open_to_all(Response(status=204))

    return routes


def demand_token(endpoint: Endpoint) -> None:
    """Let only those change the dataset who know the token.

    Raises:
        NotAllowedError: this server only reads.
        UnauthorizedError: the token is missing or wrong.
    """
    endpoint.writing()
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(token.strip().encode(), endpoint.token.encode()):
        raise UnauthorizedError("writing needs the header 'Authorization: Bearer' with the server's token")


def body_text() -> str:
    """The request's body as text: UTF-8, as the protocol demands.

    Raises:
        MediaTypeError: it states another charset.
        RequestError: it is not UTF-8.
    """
    charset = request.mimetype_params.get("charset", "utf-8")
    if charset.lower() not in ("utf-8", "utf8", "us-ascii"):
        raise MediaTypeError(f"charset {charset!r}: SPARQL is sent in UTF-8")
    try:
        return request.get_data().decode("utf-8")
    except UnicodeDecodeError as error:
        raise RequestError(f"the body is not UTF-8: {error}") from None
