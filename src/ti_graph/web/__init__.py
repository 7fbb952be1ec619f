"""The web application: a SPARQL endpoint, a graph store, the named queries and the pages, over one dataset.

``create_app`` receives what it serves; there is no global graph and no module-level application.
"""

from __future__ import annotations

from flask import Flask, Response, request

from ti_graph import __version__
from ti_graph.release.dcat import NOBODY, Operator
from ti_graph.serving.endpoint import Endpoint
from ti_graph.serving.lane import KEEP
from ti_graph.sparql.catalogue import Catalogue
from ti_graph.web import (
    announcement,
    comparing,
    crawlers,
    dataset,
    editing,
    graphs,
    joins,
    language,
    maps,
    metadata,
    notices,
    ontology,
    operations,
    pages,
    problems,
    protocol,
    reconciliation,
    release,
    resources,
    searching,
    validation,
)
from ti_graph.web.answers import Page, compress, open_to_all
from ti_graph.web.public import PublicAddress
from ti_graph.web.readings import Readings

#: The largest request body, in bytes; more is refused with 413.
MAX_BODY = 50_000_000
#: What a page may load, and from where (https://www.w3.org/TR/CSP3/).
_ONLY_FROM_HERE = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def create_app(
    endpoint: Endpoint,
    catalogue: Catalogue,
    public_url: str = "",
    operator: Operator = NOBODY,
    tiles: maps.Tiles | None = None,
    prepare: bool = False,
    journal: operations.Journal | None = None,
) -> Flask:
    """Wire the application.

    Arguments:
        endpoint: the dataset to serve, and what answers and changes it.
        catalogue: the named queries to offer.
        public_url: the address that users know it by, when a proxy stands before it; decides links,
            Location and the names of graphs. Without it, the request's own host.
        operator: who answers for this server.
        tiles: what lies under every map; None for nothing, so that pages ask no other server.
        prepare: have now what pages need of the dataset (``Readings.prepare``), not when one is asked for.
        journal: notes every answer; None for one of its own.

    Raises:
        RequestError: the public address is none.
    """
    app = _Application(__name__)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    page = Page(endpoint, __version__, operator, tiles)
    description = metadata.Description(endpoint, page)
    app.register_blueprint(operations.blueprint(endpoint, journal or operations.Journal()))
    app.register_blueprint(graphs.blueprint(endpoint))
    app.register_blueprint(metadata.blueprint(description))
    read = Readings(endpoint, catalogue)
    app.register_blueprint(protocol.blueprint(endpoint, page, catalogue, description, read.search))
    app.register_blueprint(resources.blueprint(page, catalogue, read.terms, read.search, read.atlas))
    app.register_blueprint(ontology.blueprint(endpoint, page, read.terms))
    app.register_blueprint(pages.blueprint(endpoint, page, catalogue, read.overview, read.atlas))
    app.register_blueprint(announcement.blueprint(page, read.terms))
    app.register_blueprint(maps.blueprint(page, read.atlas, tiles))
    app.register_blueprint(comparing.blueprint(page, catalogue, read.perimeters))
    app.register_blueprint(searching.blueprint(page, read.search))
    app.register_blueprint(editing.blueprint(page, read.extent, read.terms))
    about = dataset.blueprint(endpoint, page, catalogue, read.terms, read.extent, read.files, operator)
    app.register_blueprint(about)
    app.register_blueprint(release.blueprint(endpoint, page, catalogue, read.files))
    app.register_blueprint(validation.blueprint(endpoint, page))
    app.register_blueprint(notices.blueprint(page, operator))
    app.register_blueprint(crawlers.blueprint(endpoint))
    app.register_blueprint(joins.blueprint(page, read.join, catalogue.wording))
    app.register_blueprint(reconciliation.blueprint(read.join))
    language.register(app)
    problems.register(app)

    @app.after_request
    def no_content_has_no_type(response: Response) -> Response:
        if response.status_code in (201, 204, 304):
            response.headers.pop("Content-Type", None)
        return response

    @app.context_processor
    def promises() -> dict[str, object]:
        return {"merged": endpoint.merged, "reductions": endpoint.repository.reductions}

    policy = _ONLY_FROM_HERE.replace(
        "img-src 'self'", f"img-src 'self' {tiles.origin}" if tiles else "img-src 'self'"
    )

    @app.after_request
    def keep_to_this_host(response: Response) -> Response:
        if response.mimetype == "text/html":
            response.headers["Content-Security-Policy"] = policy
            response.headers["X-Content-Type-Options"] = "nosniff"
            response.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
        return response

    @app.after_request
    def compress_static(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code == 200 and request.method == "GET":
            response.direct_passthrough = False
            compress(response)
        return response

    @app.after_request
    def answer_preflight(response: Response) -> Response:
        if request.method == "OPTIONS":
            open_to_all(response)
            response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "GET")
            response.headers["Access-Control-Allow-Headers"] = "Accept, Authorization, Content-Type"
        return response

    if prepare:
        read.prepare()
    if public_url:
        app.wsgi_app = PublicAddress(app.wsgi_app, public_url)  # type: ignore[method-assign]
    return app


class _Application(Flask):
    """Offers each answer, when it is as it will be sent, to who keeps answers."""

    def process_response(self, response: Response) -> Response:
        response = super().process_response(response)
        keep = request.environ.get(KEEP)
        is_whole = response.is_sequence and not response.direct_passthrough
        if keep and response.status_code == 200 and response.get_etag()[0] and is_whole:
            headers = response.get_wsgi_headers(request.environ)
            keep(headers.to_wsgi_list(), response.get_data(), *operations.route_and_digest())
        return response
