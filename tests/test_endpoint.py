"""The endpoint and the pages, through the real application over the built dataset."""

from __future__ import annotations

import csv
import gzip
import io
import json

import pytest
from flask.testing import FlaskClient

from ti_graph.formats import GRAPHS, RESULTS
from ti_graph.release.dcat import Operator
from ti_graph.serving.endpoint import Endpoint
from ti_graph.sparql.catalogue import Catalogue
from ti_graph.web import create_app

ASK = "ASK { ?s ?p ?o }"
SELECT = """PREFIX ti: <https://w3id.org/territoires-industrie/def#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?label WHERE {
  ?t ti:liste <https://w3id.org/territoires-industrie/id/liste/2018> ; rdfs:label ?label
} ORDER BY ?label"""
CONSTRUCT = "CONSTRUCT { ?t a ?c } WHERE { ?t a ?c } LIMIT 3"
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def labels(body: str) -> list[str]:
    return [row["label"]["value"] for row in json.loads(body)["results"]["bindings"]]


def test_query_by_get(client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": SELECT})
    assert response.status_code == 200
    assert response.content_type == "application/sparql-results+json"
    assert len(labels(response.text)) == 10


def test_query_by_post_form(client: FlaskClient) -> None:
    response = client.post("/sparql", data={"query": SELECT})
    assert len(labels(response.text)) == 10


def test_query_by_post_direct(client: FlaskClient) -> None:
    response = client.post("/sparql", data=SELECT, content_type="application/sparql-query")
    assert len(labels(response.text)) == 10


def test_head_has_the_headers_of_get_and_no_body(client: FlaskClient) -> None:
    response = client.head("/sparql", query_string={"query": SELECT})
    assert (response.status_code, response.data) == (200, b"")
    assert response.content_type == "application/sparql-results+json"


@pytest.mark.parametrize("form", RESULTS, ids=lambda form: form.name)
@pytest.mark.parametrize("query", [SELECT, ASK])
def test_results_in_every_format_by_accept_and_by_name(client: FlaskClient, form, query: str) -> None:  # type: ignore[no-untyped-def]
    by_accept = client.get("/sparql", query_string={"query": query}, headers={"Accept": form.media_type})
    by_name = client.get("/sparql", query_string={"query": query, "format": form.name})
    assert by_accept.content_type == by_name.content_type == form.content_type
    assert by_accept.data == by_name.data != b""
    assert by_accept.vary.as_set() == {"accept", "accept-encoding"}


@pytest.mark.parametrize("form", GRAPHS, ids=lambda form: form.name)
def test_graphs_in_every_format(client: FlaskClient, form) -> None:  # type: ignore[no-untyped-def]
    response = client.get("/sparql", query_string={"query": CONSTRUCT}, headers={"Accept": form.media_type})
    assert response.content_type == form.content_type
    assert b"w3id.org/territoires-industrie" in response.data


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (None, "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("text/*", "text/csv; charset=utf-8"),
        ("text/csv; charset=utf-8", "text/csv; charset=utf-8"),
        ("application/json", "application/sparql-results+json"),
        ("application/xml;q=0.5, text/csv;q=0.9", "text/csv; charset=utf-8"),
        ("text/csv;q=0, */*;q=0.1", "application/sparql-results+json"),
        (BROWSER["Accept"], "text/html; charset=utf-8"),
    ],
)
def test_negotiation(client: FlaskClient, accept: str | None, content_type: str) -> None:
    headers = {"Accept": accept} if accept else {}
    assert client.get("/sparql", query_string={"query": SELECT}, headers=headers).content_type == content_type


def test_a_browser_without_a_query_gets_the_editor(client: FlaskClient) -> None:
    response = client.get("/sparql", headers=BROWSER)
    assert response.status_code == 200
    assert "<textarea" in response.text


def problem(response) -> dict:  # type: ignore[no-untyped-def, type-arg]
    assert response.content_type == "application/problem+json"
    content: dict = json.loads(response.text)  # type: ignore[type-arg]
    assert content["status"] == response.status_code
    return content


def test_a_syntax_error_is_400_with_line_and_column(client: FlaskClient) -> None:
    answer = problem(client.get("/sparql", query_string={"query": "SELECT *\nWHERE { ?s ?p }"}))
    assert (answer["status"], answer["line"], answer["column"]) == (400, 2, 16)
    assert "line 2, column 16" in answer["detail"]


@pytest.mark.parametrize(
    ("send", "status", "says"),
    [
        (lambda c: c.post("/sparql", data={"format": "csv"}), 400, "there is no query"),
        (lambda c: c.get("/sparql?query=ASK{}&query=ASK{}"), 400, "'query' is given 2 times"),
        (lambda c: c.get("/sparql?query=%FF"), 400, "cannot be read"),
        (lambda c: c.get("/sparql?query=ASK{}&default-graph-uri=nope"), 400, "'nope' is not an absolute IRI"),
        (lambda c: c.get("/sparql?query=ASK{}&format=pdf"), 400, "no format 'pdf'"),
        (lambda c: c.get("/sparql?query=ASK{}", headers={"Accept": "image/png"}), 406, "'image/png'"),
        (lambda c: c.get("/sparql?update=CLEAR+ALL"), 405, "by POST"),
        (lambda c: c.post("/sparql", data={"update": "CLEAR ALL"}), 403, "only reads"),
        (
            lambda c: c.post("/sparql", data="CLEAR ALL", content_type="application/sparql-update"),
            403,
            "only reads",
        ),
        (lambda c: c.get("/sparql", query_string={"query": "CLEAR ALL"}), 400, "line 1, column 1"),
        (lambda c: c.post("/sparql", data="ASK {}", content_type="text/plain"), 415, "'text/plain'"),
        (
            lambda c: c.post("/sparql", data=b"\xff", content_type="application/sparql-query"),
            400,
            "not UTF-8",
        ),
        (lambda c: c.put("/sparql"), 405, ""),
        (lambda c: c.get("/nowhere"), 404, ""),
        (lambda c: c.get("/queries/nope"), 404, "no query 'nope'; there are: claims"),
        (lambda c: c.get("/queries/documents?colour=1"), 400, "no parameter 'colour'"),
        (lambda c: c.get("/queries/dates-and-events?from=tomorrow"), 400, "'tomorrow' is not a date"),
        (
            lambda c: c.post("/sparql", data=b"x" * 50_000_001, content_type="application/sparql-query"),
            413,
            "",
        ),
    ],
)
def test_mistakes_are_problems_that_say_what_to_do(client: FlaskClient, send, status: int, says: str) -> None:  # type: ignore[no-untyped-def]
    answer = problem(send(client))
    assert answer["status"] == status
    assert says in answer["detail"]


def test_406_offers_what_would_work(client: FlaskClient) -> None:
    answer = problem(
        client.get("/sparql", query_string={"query": CONSTRUCT}, headers={"Accept": "image/png"})
    )
    assert "text/turtle" in answer["offered"]


def test_405_names_the_methods_there_are(client: FlaskClient) -> None:
    response = client.delete("/sparql")
    assert {"GET", "POST", "HEAD"} <= set(response.headers["Allow"].split(", "))


def test_a_browser_s_mistake_is_a_page(client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": "SELECT <script>"}, headers=BROWSER)
    assert response.status_code == 400
    assert "<h1>Erreur de syntaxe SPARQL" in response.text
    assert "<script>" not in response.text


def test_default_graph_uri_chooses_the_graph(client: FlaskClient) -> None:
    count = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
    graph = "https://w3id.org/territoires-industrie/id/enonce/titre"
    response = client.get(
        "/sparql", query_string={"query": count, "default-graph-uri": graph, "format": "csv"}
    )
    assert response.text.split() == ["n", "1"]


def test_a_query_without_graph_sees_the_merge_and_not_the_ontology(client: FlaskClient) -> None:
    ontology = "ASK { <https://w3id.org/territoires-industrie/def#Territoire> a ?class }"
    named = "ASK { GRAPH ?g { <https://w3id.org/territoires-industrie/def#Territoire> a ?class } }"
    assert not client.get("/sparql", query_string={"query": ontology}).get_json(force=True)["boolean"]
    assert client.get("/sparql", query_string={"query": named}).get_json(force=True)["boolean"]


def test_each_triple_counts_once(client: FlaskClient) -> None:
    count = "SELECT (COUNT(*) AS ?all) (COUNT(DISTINCT *) AS ?distinct) WHERE { ?s ?p ?o }"
    row = client.get("/sparql", query_string={"query": count}).get_json(force=True)["results"]["bindings"][0]
    assert row["all"] == row["distinct"]


def test_a_named_query_runs_at_its_address(client: FlaskClient) -> None:
    response = client.get("/queries/members-of-territory?label=Axe+Seine", headers={"Accept": "text/csv"})
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert len(rows) == 9
    assert rows[0]["mention"] == "CODAH"


def test_an_empty_parameter_is_unbound(client: FlaskClient) -> None:
    response = client.get("/queries/members-of-territory?label=&siren=&format=csv")
    assert len(response.text.splitlines()) == 30


def test_the_catalogue_is_listed_for_people_and_programs(client: FlaskClient) -> None:
    listed = json.loads(client.get("/queries").text)
    assert "territories-announced" in [query["name"] for query in listed]
    page = client.get("/queries", headers=BROWSER).text
    assert "Quels territoires la page annonce-t-elle" in page


def test_the_home_page_shows_the_territories(client: FlaskClient) -> None:
    page = client.get("/", headers=BROWSER).text
    for words in ("Axe Seine", "Vallée de l’Huisne", "CC des Villes Sœurs"):
        assert words in page


def test_a_query_page_shows_its_answer_and_other_formats(client: FlaskClient) -> None:
    page = client.get("/queries/quotations", headers=BROWSER).text
    assert "un des piliers de l’économie de la Normandie" in page
    assert "format=csv" in page


def test_the_description_counts_the_triples_and_is_304_when_it_has_not_changed(client: FlaskClient) -> None:
    headers = {"Accept": "application/n-triples"}
    response = client.get("/.well-known/void", follow_redirects=True, headers=headers)
    counted = client.get("/sparql?format=csv&query=SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").text.split()[1]
    assert f'<http://rdfs.org/ns/void#triples> "{counted}"' in response.text
    headers["If-None-Match"] = response.headers["ETag"]
    assert client.get("/.well-known/void", follow_redirects=True, headers=headers).status_code == 304
    headers["Accept"] = "text/turtle"
    assert client.get("/.well-known/void", follow_redirects=True, headers=headers).status_code == 200


def test_static_files_are_compressed_for_who_takes_it(client: FlaskClient) -> None:
    with client.get("/static/style.css") as plain:
        assert "Content-Encoding" not in plain.headers
        content = plain.data
    with client.get("/static/style.css", headers={"Accept-Encoding": "gzip"}) as packed:
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == content


@pytest.mark.parametrize(
    "path", ["/sparql", "/queries", "/join", "/legal", "/accessibility", "/search?q=havre", "/def"]
)
def test_every_page_is_sent_alike(client: FlaskClient, path: str) -> None:
    sent = {**BROWSER, "Accept-Encoding": "gzip"}
    page = client.get(path, headers=sent)
    assert (page.status_code, page.content_type) == (200, "text/html; charset=utf-8")
    assert page.headers["Content-Encoding"] == "gzip"
    assert page.vary.as_set() == {"accept", "accept-encoding", "accept-language"}
    again = client.get(path, headers={**sent, "If-None-Match": page.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.vary.as_set() == page.vary.as_set()


def test_a_page_of_another_operator_is_another(endpoint: Endpoint, catalogue: Catalogue) -> None:
    tags = set()
    for name in ("Un observatoire", "Un autre"):
        client = create_app(endpoint, catalogue, operator=Operator(name, "", "")).test_client()
        tags.add(client.get("/legal", headers=BROWSER).headers["ETag"])
    assert len(tags) == 2


@pytest.mark.parametrize("name", ["def", "shapes"])
def test_what_describes_the_data_leads_to_every_format(client: FlaskClient, name: str) -> None:
    page = client.get(f"/{name}", headers=BROWSER).text
    for form in GRAPHS:
        assert f'<a href="/{name}.{form.name}">' in page
        with client.get(f"/{name}.{form.name}") as data:
            assert data.content_type == form.content_type
