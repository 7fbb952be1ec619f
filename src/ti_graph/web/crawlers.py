"""What search engines read: ``/robots.txt`` and the sitemap of every thing that has a name."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, render_template, url_for

from ti_graph.errors import UnknownNameError
from ti_graph.rdf import ID, prologue
from ti_graph.serving.current import Current
from ti_graph.serving.endpoint import Endpoint
from ti_graph.views.terms import Rows
from ti_graph.web.answers import compress
from ti_graph.web.release import is_here

#: The most addresses in one file (https://www.sitemaps.org/protocol.html#index).
_MOST = 50_000
_NAMED = prologue("rdfs") + "SELECT DISTINCT ?thing WHERE { ?thing rdfs:label ?name }"
#: The pages that are not about one thing: of every dataset; of one of this graph; of one that is here, too.
_PAGES = (
    "pages.home",
    "announcement.show",
    "maps.show",
    "comparing.show",
    "pages.queries",
    "joins.page",
)
_OF_THE_GRAPH, _OF_FILES = ("dataset.catalog",), ("release.dump", "validation.show")


def blueprint(endpoint: Endpoint) -> Blueprint:
    """The routes for search engines."""
    routes = Blueprint("crawlers", __name__)
    things = Current(endpoint, _read_things)
    offered = [*_PAGES, *(_OF_THE_GRAPH if endpoint.merged else ())]
    offered += _OF_FILES if endpoint.merged and is_here(endpoint) else ()

    @routes.get("/robots.txt")
    def robots() -> Response:
        return Response(render_template("robots.txt"), content_type="text/plain; charset=utf-8")

    @routes.get("/sitemap.xml")
    def index() -> Response:
        parts = range(1, len(_parts(things.get())) + 1)
        addresses = [url_for(".part", number=number, _external=True) for number in parts]
        return _xml("sitemap-index.xml", addresses)

    @routes.get("/sitemap-<int:number>.xml")
    def part(number: int) -> Response:
        parts = _parts(things.get())
        if not 1 <= number <= len(parts):
            raise UnknownNameError(f"there is no sitemap {number}; there are 1 to {len(parts)}")
        pages = [url_for(page, _external=True) for page in offered] if number == 1 else []
        named = [url_for("resources.document", name=name, _external=True) for name in parts[number - 1]]
        return _xml("sitemap.xml", [*pages, *named])

    return routes


def _parts(things: Sequence[str]) -> list[Sequence[str]]:
    """Things in parts that leave room for the other pages."""
    size = _MOST - len((*_PAGES, *_OF_THE_GRAPH, *_OF_FILES))
    return [things[start : start + size] for start in range(0, max(1, len(things)), size)]


def _read_things(rows: Rows) -> list[str]:
    """The paths of everything that has a name, in order."""
    found = (row["thing"]["value"] for row in rows(_NAMED))
    return sorted(iri.removeprefix(ID) for iri in found if iri.startswith(ID))


def _xml(template: str, addresses: Sequence[str]) -> Response:
    return compress(Response(render_template(template, addresses=addresses), content_type="application/xml"))
