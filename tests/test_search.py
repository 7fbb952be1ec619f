"""The search: everything that has a name is found as a person types it."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient

from ti_graph.sparql.fulltext import with_found
from ti_graph.sparql.text import MAX_QUERY


def ids(client: FlaskClient, text: str, **more: str) -> list[str]:
    reply = client.get("/search", query_string={"q": text, "format": "json", **more})
    assert reply.status_code == 200
    return [hit["id"] for hit in json.loads(reply.data)["hits"]]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("le havre", "commune/76351"),
        ("LE HÂVRE", "commune/76351"),
        ("lehavre", "commune/76351"),
        ("76351", "commune/76351"),
        ("200 084 952", "epci/200084952"),
        ("codah", "epci/247600596"),
        ("communaute urbaine caen", "epci/200065597"),
        ("st-etienne du rouvray", "commune/76575"),
        ("saint étienne rouvray", "commune/76575"),
        ("evreux portes", "epci/200071454"),
        ("saint etienne du rouvrai", "commune/76575"),
        ("grandvile", "commune/50218"),
        ("axe seine", "territoire/2018/axe-seine"),
        ("cote albatre", "territoire/2018/cote-d-albatre"),
        ("buccio", "personne/fabienne-buccio"),
        ("territoires industriels", "programme/territoires-industrie"),
        ("normandie", "region/28"),
    ],
)
def test_the_first_hit_is_what_was_meant(client: FlaskClient, text: str, first: str) -> None:
    assert first in ids(client, text)[:3]


def test_communes_that_were_merged_are_found(client: FlaskClient) -> None:
    assert "commune/76191" in ids(client, "cressy")


def test_an_unfinished_word_suggests(client: FlaskClient) -> None:
    assert "epci/200084952" in ids(client, "le havre sei", limit="8")


def test_a_kind_narrows_the_search(client: FlaskClient) -> None:
    assert {each.split("/")[0] for each in ids(client, "seine", kind="territoire")} == {"territoire"}


def test_the_name_that_was_matched_is_shown(client: FlaskClient) -> None:
    hit = json.loads(client.get("/search?q=codah&format=json").data)["hits"][0]
    assert (hit["name"], hit["matched"]) == ("CA Havraise (Co.D.A.H.)", "CODAH")
    assert hit["page"].endswith("/doc/epci/247600596")


@pytest.mark.parametrize(
    "text", ["", "   ", "zzzzzzzz", "***", "a" * 5_000, "'); XQZJ --", "\u202e\u0000", "🏭"]
)
def test_what_names_nothing_finds_nothing(client: FlaskClient, text: str) -> None:
    assert ids(client, text) == []


@pytest.mark.parametrize("limit", ["0", "-1", "101", "00600", "x", "9" * 30, "²"])
def test_a_limit_that_is_none_is_refused(client: FlaskClient, limit: str) -> None:
    reply = client.get("/search", query_string={"q": "seine", "limit": limit})
    assert reply.status_code == 400
    assert "limit" in reply.json["detail"]  # type: ignore[index]


def test_a_page_for_people_has_links_to_things(client: FlaskClient) -> None:
    reply = client.get("/search?q=louviers", headers={"Accept": "text/html"})
    assert '<a href="/doc/commune/27375">Louviers</a>' in reply.text
    assert "<script>" not in client.get("/search?q=<script>", headers={"Accept": "text/html"}).text


PREFIXES = """PREFIX search: <https://w3id.org/territoires-industrie/search#>
PREFIX ti: <https://w3id.org/territoires-industrie/def#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""


def asked(client: FlaskClient, query: str, status: int = 200) -> str:
    response = client.get("/sparql", query_string={"query": PREFIXES + query, "format": "csv"})
    assert response.status_code == status, response.text
    return response.text


def test_the_search_can_be_asked_from_sparql(client: FlaskClient) -> None:
    query = """SELECT ?rank ?name WHERE {
      (?thing ?rank) search:matches "cote albatre" . ?thing a ti:Territoire ; rdfs:label ?name
    } ORDER BY ?rank"""
    ranks_and_names = [row.split(",") for row in asked(client, query).splitlines()[1:]]
    assert ranks_and_names[0][1] == "Côte d’Albâtre"
    assert [int(rank) for rank, _ in ranks_and_names] == sorted(int(rank) for rank, _ in ranks_and_names)


@pytest.mark.parametrize(
    "pattern",
    [
        '?t search:matches "axe seine"',
        "?t search:matches 'axe seine' .",
        '?t search:matches """axe seine""" . ?t rdfs:label ?l',
        '?t <https://w3id.org/territoires-industrie/search#matches> "axe seine" # "not this"',
        '?t a ti:Territoire . ?t search:matches "axe\\u0020seine" .',
        '{ ?t search:matches "axe seine" } UNION { ?t search:matches "nothing of that name" }',
        'FILTER(true) ?t search:matches "axe seine"',
    ],
)
def test_a_search_pattern_stands_where_a_pattern_can(client: FlaskClient, pattern: str) -> None:
    found = asked(client, f"SELECT DISTINCT ?t {{ {pattern}\n }}")
    assert "https://w3id.org/territoires-industrie/id/territoire/2018/axe-seine" in found


@pytest.mark.parametrize(
    "pattern",
    [
        "?t search:matches ?text",
        '?t search:matches "axe"@fr',
        '?t search:matches "axe" ; rdfs:label ?l',
        '?t rdfs:label ?l ; search:matches "axe"',
        '<a:a> search:matches "axe"',
        '?t search:matches "axe", "seine"',
        "?t search:matches/rdfs:label ?x",
        '?t search:matches "\\q" .',
    ],
)
def test_a_search_pattern_elsewhere_is_refused_with_its_place(client: FlaskClient, pattern: str) -> None:
    query = f"SELECT * {{\n  {pattern} }}"
    response = client.get("/sparql", query_string={"query": PREFIXES + query})
    assert response.status_code == 400
    assert response.json["line"] == 5
    assert "search:matches" in response.json["detail"] or "is no string" in response.json["detail"]


def test_what_is_searched_for_cannot_leave_its_string(client: FlaskClient) -> None:
    found = asked(client, 'SELECT * { ?t search:matches "} UNION { ?s ?p ?o" }')
    assert found.splitlines()[0] == "t"
    assert len(found.splitlines()) < 62


def test_the_prefix_decides_not_its_name(client: FlaskClient) -> None:
    query = 'PREFIX other: <a:b#> SELECT * { ?t other:matches "axe seine" }'
    assert asked(client, query).splitlines() == ["t"]


def test_a_query_has_a_bounded_number_of_search_patterns(client: FlaskClient) -> None:
    patterns = [f'{{ ?t search:matches "axe seine {n}" }}' for n in range(21)]
    refused = asked(client, f"SELECT * {{ {' UNION '.join(patterns)} }}", 400)
    assert "21 search patterns; at most 20" in refused
    assert asked(client, f"SELECT * {{ {' UNION '.join(patterns[:20])} }}").splitlines()[0] == "t"


def test_what_is_too_long_for_a_query_is_not_searched_through() -> None:
    text = f'{PREFIXES}SELECT * {{ ?t search:matches "axe" }} #{"x" * MAX_QUERY}'
    assert with_found(text, lambda words: ["territoire/2018/axe-seine"]) is text
