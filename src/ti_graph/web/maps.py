"""``/map``: the territories and the EPCI of each list, drawn here and as GeoJSON."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request

from ti_graph.errors import RequestError, UnknownNameError
from ti_graph.formats import GEOJSON, HTML
from ti_graph.rdf import web_address
from ti_graph.serving.asked import parameters, single
from ti_graph.serving.current import Current
from ti_graph.views.atlas import METROPOLE, Area, Atlas, Tile, around, drawn, geojson
from ti_graph.views.terms import Rows
from ti_graph.web.answers import Page, chosen_format


@dataclass(frozen=True)
class Tiles:
    """A background that a server's operator has chosen for its maps.

    Arguments:
        template: the address of a tile, with ``{z}``, ``{x}`` and ``{y}``.
        credit: whose map it is, as they want to be named.

    Raises:
        RequestError: the address cannot be that of tiles.
    """

    template: str
    credit: str

    def __post_init__(self) -> None:
        places = {"{z}", "{x}", "{y}"}
        if not re.fullmatch(r"[\w.:-]+", web_address(self.template).netloc):
            raise RequestError(f"tiles {self.template!r}: not the web address of tiles")
        if set(re.findall(r"\{.*?\}", self.template)) != places:
            raise RequestError(
                f"tiles {self.template!r}: the address has {{z}}, {{x}} and {{y}}, nothing else in braces"
            )

    @property
    def origin(self) -> str:
        """Scheme and host, as a Content-Security-Policy names them."""
        url = web_address(self.template)
        return f"{url.scheme}://{url.netloc}"

    def address(self, tile: Tile) -> str:
        """Where a tile is."""
        return self.template.format(z=tile.zoom, x=tile.column, y=tile.row)


#: What is drawn, by the value of ``kind=``.
KINDS = ("territoire", "epci")


def blueprint(page: Page, atlas: Current[Atlas], tiles: Tiles | None) -> Blueprint:
    """The routes of the map; ``tiles`` in templates is the background of every map."""
    routes = Blueprint("maps", __name__)

    @routes.app_context_processor
    def words() -> dict[str, Tiles | None]:
        return {"tiles": tiles}

    @routes.get("/map")
    @routes.get("/map.<suffix>")
    def show(suffix: str = "") -> Response:
        pairs = parameters(request.query_string)
        form = chosen_format((HTML, GEOJSON), suffix)
        kind, region = single(pairs, "kind") or KINDS[0], single(pairs, "region") or ""

        def body(_: Rows) -> str:
            lists = atlas.get().years(KINDS[0])
            year = single(pairs, "list") or (lists or [""])[-1]
            areas = _areas(atlas.get(), kind, year, region)
            if form is GEOJSON:
                return "".join(geojson(areas))
            drawing = drawn(areas, around(areas) if region else METROPOLE)
            return render_template(
                "map.html", drawing=drawing, areas=areas, kind=kind, list=year, region=region, lists=lists
            )

        return page(form, body)

    return routes


def _areas(atlas: Atlas, kind: str, year: str, region: str) -> list[Area]:
    areas = [area for area in atlas.layer(kind, year) if not region or region in area.regions]
    if kind not in KINDS or not areas:
        raise UnknownNameError(
            f"no contours of kind {kind!r}, list {year!r}, region {region!r}; kinds: {', '.join(KINDS)}; "
            f"lists: {', '.join(atlas.years(KINDS[0]))}; region: an INSEE code of a région with territories"
        )
    return areas
