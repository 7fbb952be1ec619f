"""Maps: contours as GeoJSON, and drawn here as SVG that links to pages."""

from __future__ import annotations

import json
import math
import re

import pytest
import shapely
from flask.testing import FlaskClient

from ti_graph.errors import RequestError
from ti_graph.serving.endpoint import Endpoint
from ti_graph.sparql.catalogue import Catalogue
from ti_graph.views.atlas import Area, drawn
from ti_graph.web import create_app
from ti_graph.web.maps import Tiles

PAGE = {"Accept": "text/html"}


def features(client: FlaskClient, address: str) -> list[dict[str, dict[str, object]]]:
    reply = client.get(address)
    assert (reply.status_code, reply.mimetype) == (200, "application/geo+json"), reply.text
    found = json.loads(reply.data)
    assert found["type"] == "FeatureCollection"
    return found["features"]  # type: ignore[no-any-return]


@pytest.mark.parametrize(("year", "count"), [("2018", 10), ("2022", 149), ("2023", 183)])
def test_each_list_has_a_map(client: FlaskClient, year: str, count: int) -> None:
    found = features(client, f"/map.geojson?list={year}")
    assert len(found) == count
    assert all(shapely.geometry.shape(each["geometry"]).is_valid for each in found)
    html = client.get(f"/map?list={year}", headers=PAGE).text
    assert html.count("<path") == count
    assert set(re.findall(r'href="/doc/(territoire/[^"]+)"', html)) == {
        each["properties"]["id"] for each in found
    }


def test_the_map_of_one_region(client: FlaskClient) -> None:
    found = features(client, "/map.geojson?list=2023&region=28")
    assert found
    assert all("28" in each["properties"]["regions"] for each in found)  # type: ignore[operator]
    assert client.get("/map?list=2023&region=28", headers=PAGE).text.count("<path") == len(found)


def test_overseas_regions_have_frames(client: FlaskClient) -> None:
    html = client.get("/map?list=2023", headers=PAGE).text
    assert re.findall(r"<text[^>]*>([^<]+)</text>", html) == [
        "Guadeloupe", "Martinique", "Guyane", "La Réunion", "Mayotte",
    ]  # fmt: skip


def test_a_thing_with_a_contour_is_a_feature(client: FlaskClient) -> None:
    feature = json.loads(client.get("/doc/territoire/2018/axe-seine.geojson").data)
    assert feature["properties"]["name"] == "Axe Seine"
    le_havre = shapely.Point(0.1077, 49.4938)
    assert shapely.geometry.shape(feature["geometry"]).contains(le_havre)


def test_a_thing_without_a_contour_is_no_feature(client: FlaskClient) -> None:
    assert client.get("/doc/personne/fabienne-buccio.geojson").status_code == 404


@pytest.mark.parametrize(
    "query", ["list=1999", "kind=commune", "region=99", "list=2018&region=84", "kind=<x>"]
)
def test_what_has_no_contours_is_told(client: FlaskClient, query: str) -> None:
    reply = client.get(f"/map?{query}", headers=PAGE)
    assert reply.status_code == 404
    assert "<x>" not in reply.text


TILES = Tiles("https://tiles.example.org/{z}/{x}/{y}.png", "© ceux qui l’ont faite")


def test_no_tile_server_is_asked_unless_one_is_chosen(client: FlaskClient) -> None:
    reply = client.get("/map", headers=PAGE)
    assert "<image" not in reply.text
    assert "img-src 'self' data:" in reply.headers["Content-Security-Policy"]


def test_chosen_tiles_lie_under_the_map_where_they_belong(endpoint: Endpoint, catalogue: Catalogue) -> None:
    client = create_app(endpoint, catalogue, tiles=TILES).test_client()
    reply = client.get("/map?list=2018&region=28", headers=PAGE)
    assert "img-src 'self' https://tiles.example.org data:" in reply.headers["Content-Security-Policy"]
    assert TILES.credit in reply.text
    drawing = drawn([area_at(0.1077, 49.4938)], (-2.0, 48.0, 2.0, 50.5))  # Le Havre
    [path] = drawing.paths
    x, y = (float(number) for number in re.findall(r"[\d.]+", path.d)[:2])
    [tile] = [t for t in drawing.tiles if t.x <= x < t.x + t.size and t.y <= y < t.y + t.size]
    # As https://wiki.openstreetmap.org/wiki/Slippy_map_tilenames counts them.
    latitude = math.radians(49.4938)
    row = (1 - math.log(math.tan(latitude) + 1 / math.cos(latitude)) / math.pi) / 2 * 2**tile.zoom
    assert (tile.column, tile.row) == (int((0.1077 + 180) / 360 * 2**tile.zoom), int(row))


def area_at(longitude: float, latitude: float) -> Area:
    """An area of a few metres."""
    return Area("x", "x", "2018", frozenset(), shapely.Point(longitude, latitude).buffer(0.02))


@pytest.mark.parametrize(
    "template",
    [
        "https://tiles.example.org/{z}/{x}.png",
        "https://tiles.example.org/{z}/{x}/{y}/{s}",
        "javascript:alert(1)//{z}{x}{y}",
        "https://a b/{z}/{x}/{y}",
        "https://x;script-src *;/{z}/{x}/{y}",
    ],
)
def test_an_address_that_is_not_of_tiles_is_refused(template: str) -> None:
    with pytest.raises(RequestError):
        Tiles(template, "")
