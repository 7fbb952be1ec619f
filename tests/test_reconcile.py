"""The reconciliation service keeps to the API's version 0.2 and to the draft of 1.0."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

DRAFT = "/reconcile/draft"


def ask(client: FlaskClient, **values: Any) -> TestResponse:
    return client.post("/reconcile", data={name: json.dumps(value) for name, value in values.items()})


def test_the_manifest_leads_to_the_service(client: FlaskClient) -> None:
    answer = client.get("/reconcile")
    manifest = json.loads(answer.text)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert manifest["versions"] == ["0.1", "0.2"]
    assert [each["id"] for each in manifest["defaultTypes"]] == ["commune", "epci", "territoire"]
    suggest = manifest["suggest"]["entity"]
    assert client.get(suggest["service_url"] + suggest["service_path"] + "?prefix=Lisi").status_code == 200
    view = manifest["view"]["url"].replace("{{id}}", "commune/76351")
    assert "Le Havre" in client.get(view, headers={"Accept": "text/turtle"}).text


def test_a_batch_is_answered_by_its_keys(client: FlaskClient) -> None:
    batch = {
        "q0": {"query": "Le Havre", "type": "commune", "type_strict": "should"},
        "q1": {"query": "Saint-Denis", "properties": [{"pid": "departement", "v": "93"}]},
        "q2": {"query": "Saint-Denis", "limit": 2},
        "q3": {"query": "Lisieu", "type": ["commune"]},
        "q4": {"query": "Le Havre", "type": "DifferentiatedPerson"},
        "q5": {"query": "Saint-Denis", "limit": 1},
    }
    found = json.loads(ask(client, queries=batch).text)
    seen = {key: [(c["id"], c["match"]) for c in value["result"]] for key, value in found.items()}
    assert seen["q0"] == [("commune/76351", True)]
    assert seen["q1"] == [("commune/93066", True)]
    assert seen["q2"] == [("commune/11339", False), ("commune/30247", False)]
    assert seen["q3"][0] == ("commune/14366", False)
    assert seen["q4"] == []
    assert seen["q5"] == [("commune/11339", False)]
    candidate = found["q3"]["result"][0]
    assert 70 <= candidate["score"] < 100
    assert candidate["type"] == [{"id": "commune", "name": "Commune"}]
    by_get = client.get("/reconcile", query_string={"queries": json.dumps(batch)})
    assert json.loads(by_get.text) == found


@pytest.mark.parametrize(
    "batch, says",
    [
        ([], "the batch of queries is not a JSON object"),
        ({"q0": {}}, "'query' is missing"),
        ({"q0": {"query": ""}}, "'query' is missing, or is no text"),
        ({"q0": {"query": "x", "props": []}}, "has 'props'"),
        ({"q0": {"query": "x", "limit": 0}}, "limit 0"),
        ({"q0": {"query": "x", "properties": [{"p": "y"}]}}, "'pid' is missing"),
    ],
)
def test_a_wrong_batch_is_refused(client: FlaskClient, batch: Any, says: str) -> None:
    answer = ask(client, queries=batch)
    assert answer.status_code == 400
    assert says in answer.text


def test_what_is_no_json_is_refused_with_its_place(client: FlaskClient) -> None:
    for content, says in (
        ('{"q0": ', "not JSON: Expecting value: line 1 column 8"),
        ("[" * 100_000, "brackets are nested too deeply"),
        ('{"q0": ' + "9" * 5_000 + "}", "not JSON: Exceeds the limit"),
    ):
        answer = client.post("/reconcile", data={"queries": content})
        assert answer.status_code == 400
        assert says in answer.text


def test_more_than_two_hundred_are_too_many(client: FlaskClient) -> None:
    assert ask(client, queries={f"q{n}": {"query": "x"} for n in range(201)}).status_code == 413


def test_a_table_is_extended_by_territory_and_status(client: FlaskClient) -> None:
    wanted = ["code", "departement", "statut-2018", "territoire-2023", "epci-2018"]
    ids = ["commune/76351", "epci/200070944", "territoire/2022/ti-2801", "commune/none"]
    request = {"ids": ids, "properties": [{"id": name} for name in wanted]}
    found = json.loads(ask(client, extend=request).text)
    assert [each["id"] for each in found["meta"]] == wanted
    assert found["rows"]["commune/76351"] == {
        "code": [{"str": "76351"}],
        "departement": [{"str": "76"}],
        "statut-2018": [{"str": "covered"}],
        "territoire-2023": [{"id": "territoire/2023/ti-2802", "name": "Axe Seine"}],
        "epci-2018": [{"id": "epci/247600596", "name": "CA Havraise (Co.D.A.H.)"}],
    }
    assert found["rows"]["commune/none"] == {name: [] for name in wanted}
    draft = json.loads(client.post(DRAFT + "/extend", json=request).text)
    assert draft["meta"] == found["meta"]
    assert {row["id"]: {p["id"]: p["values"] for p in row["properties"]} for row in draft["rows"]} == found[
        "rows"
    ]


def test_an_unknown_property_is_refused_with_those_there_are(client: FlaskClient) -> None:
    answer = ask(client, extend={"ids": [], "properties": [{"id": "variantName"}]})
    assert answer.status_code == 400
    assert "no property 'variantName'; there are code, departement" in answer.text


def test_names_types_and_properties_are_suggested(client: FlaskClient) -> None:
    def suggest(what: str, prefix: str) -> list[str]:
        answer = client.get(f"/reconcile/suggest/{what}", query_string={"prefix": prefix})
        same = client.get(f"{DRAFT}/suggest/{what}", query_string={"prefix": prefix})
        assert answer.text == same.text
        return [each["id"] for each in json.loads(answer.text)["result"]]

    assert suggest("entity", "lisi")[0] == "commune/14366"
    assert suggest("entity", "76351") == ["commune/76351"]
    assert suggest("type", "terr") == ["territoire"]
    assert suggest("property", "statut") == ["statut-2018", "statut-2022", "statut-2023"]
    assert client.get("/reconcile/suggest/entity").status_code == 400
    proposed = json.loads(client.get("/reconcile/properties?type=commune").text)["properties"]
    assert proposed == json.loads(client.get(DRAFT + "/extend/propose?type=commune").text)["properties"]


def test_the_draft_is_spoken_too(client: FlaskClient) -> None:
    assert json.loads(client.get(DRAFT).text)["versions"] == ["1.0-draft"]
    name = {"matchType": "name", "propertyValue": "Saint-Denis"}
    place = {"matchType": "property", "propertyId": "departement", "propertyValue": "93", "required": True}
    batch = {"queries": [{"type": "commune", "conditions": [name, place]}, {"conditions": [place]}]}
    found = json.loads(client.post(DRAFT + "/match", json=batch).text)["results"]
    assert [[(c["id"], c["match"]) for c in each["candidates"]] for each in found] == [
        [("commune/93066", True)],
        [],
    ]


@pytest.mark.parametrize(
    "batch",
    [
        [],
        {"q0": {"query": "x"}},
        {"queries": [{}]},
        {"queries": [{"conditions": []}]},
        {"queries": [{"conditions": [{"propertyValue": "x"}]}]},
        {"queries": [{"conditions": [{"matchType": "nick", "propertyValue": "x"}]}]},
        {"queries": [{"type": ["commune"], "conditions": [{"matchType": "name", "propertyValue": "x"}]}]},
    ],
)
def test_a_wrong_batch_of_the_draft_is_refused(client: FlaskClient, batch: Any) -> None:
    answer = client.post(DRAFT + "/match", json=batch)
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
