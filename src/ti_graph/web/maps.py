"""``/map``: the territories and the EPCI of each list, drawn here and as GeoJSON."""

from __future__ import annotations

from flask import Blueprint, Response, json, render_template, request

from ti_graph.atlas import METROPOLE, Area, Atlas, around, collection, drawn
from ti_graph.errors import UnknownNameError
from ti_graph.formats import HTML
from ti_graph.web.answers import Page, chosen_format, parameters, single
from ti_graph.web.current import Current
from ti_graph.web.tables import GEOJSON

#: What is drawn, by the value of ``kind=``.
KINDS = ("territoire", "epci")
LISTS = ("2018", "2022", "2023")


def blueprint(page: Page, atlas: Current[Atlas]) -> Blueprint:
    """The routes of the map."""
    routes = Blueprint("maps", __name__)

    @routes.get("/map")
    @routes.get("/map.<suffix>")
    def show(suffix: str = "") -> Response:
        pairs = parameters(request.query_string)
        form = chosen_format((HTML, GEOJSON), suffix or single(pairs, "format"))
        kind, year = single(pairs, "kind") or KINDS[0], single(pairs, "list") or LISTS[-1]
        region = single(pairs, "region") or ""

        def body() -> str:
            areas = _areas(atlas.get(), kind, year, region)
            if form is GEOJSON:
                return json.dumps(collection(areas), ensure_ascii=False)
            drawing = drawn(areas, around(areas) if region else METROPOLE)
            return render_template(
                "map.html", drawing=drawing, areas=areas, kind=kind, list=year, region=region, lists=LISTS
            )

        return page(form, body)

    return routes


def _areas(atlas: Atlas, kind: str, year: str, region: str) -> list[Area]:
    areas = [area for area in atlas.layer(kind, year) if not region or region in area.regions]
    if kind not in KINDS or not areas:
        raise UnknownNameError(
            f"no contours of kind {kind!r}, list {year!r}, region {region!r}; kinds: {', '.join(KINDS)}; "
            f"lists: {', '.join(LISTS)}; region: an INSEE code of a région with territories"
        )
    return areas
