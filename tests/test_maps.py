"""Maps: contours as GeoJSON, and drawn here as SVG that links to pages."""

from __future__ import annotations

import json
import re

import pytest
import shapely
from flask.testing import FlaskClient

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
