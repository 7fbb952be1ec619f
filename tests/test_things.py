"""A page and data for each thing, in the reader's language, and the pages of what describes the data."""

from __future__ import annotations

import json
import re

import pytest
from flask.testing import FlaskClient

from ti_graph.rdf import BASE, ID, RdfFormat
from ti_graph.rdf.syntax import parse_text

PAGE = {"Accept": "text/html"}


def page(client: FlaskClient, path: str) -> str:
    reply = client.get(path, headers=PAGE)
    assert reply.status_code == 200, reply.text
    return reply.text


def test_an_id_leads_to_its_document(client: FlaskClient) -> None:
    reply = client.get("/id/commune/76351?lang=en")
    assert (reply.status_code, reply.headers["Location"]) == (303, "/doc/commune/76351?lang=en")


@pytest.mark.parametrize(
    "path",
    [
        "commune/76351",
        "departement/76",
        "region/28",
        "epci/200084952",
        "ept/200058097",
        "territoire/2018/axe-seine",
        "territoire/2023/ti-2802",
        "liste/2022",
        "personne/fabienne-buccio",
        "fonction/prefet-region-28",
        "organisme/prefecture-76",
        "programme/territoires-industrie",
        "passage/annonce/538-665",
        "enonce/territoire-cote-d-albatre",
        "deduction/contours-2018",
        "table/liste-2023",
        "code/nature/CA",
        "evenement/commune/17344/2019",
        "rattachement/24461/200034197/2018",
    ],
)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_kind_of_thing_has_a_page(client: FlaskClient, path: str, language: str) -> None:
    html = page(client, f"/doc/{path}?lang={language}")
    assert f'<html lang="{language}">' in html
    assert f'<code class="iri">{ID}{path}</code>' in html
    structured = json.loads(re.search(r'ld\+json">(.*?)</script>', html)[1])  # type: ignore[index]
    assert structured["@id"] == ID + path


def test_a_fact_leads_to_the_sentence_that_says_it(client: FlaskClient) -> None:
    html = page(client, "/doc/personne/fabienne-buccio")
    assert 'href="#source-1"' in html
    assert 'L’annonce le dit : <q lang="fr">Pour Fabienne Buccio, préfète de la région Normandie' in html


def test_what_is_inferred_is_told_from_what_is_said(client: FlaskClient) -> None:
    html = page(client, "/doc/territoire/2018/axe-seine")
    assert "L’annonce le dit :" in html
    assert 'Déduit : <span lang="fr">contour du territoire : union des contours de ses membres' in html


def test_what_has_ended_says_what_came_after(client: FlaskClient) -> None:
    html = page(client, "/doc/epci/247600596")
    assert "N’existe plus depuis le 2019-01-01" in html
    assert '<a href="/doc/epci/200084952">' in html
    assert 'href="/doc/commune/17344"' in page(client, "/doc/commune/17169")


def test_the_questions_about_a_commune_are_answered_on_its_page(client: FlaskClient) -> None:
    html = page(client, "/doc/commune/76351")
    assert html.count("couverte</td>") == 3
    assert page(client, "/doc/commune/76351?date=2020-01-01").count("couverte</td>") == 1


def test_a_page_shows_names_not_addresses(client: FlaskClient) -> None:
    tables = re.findall(r"<table>.*?</table>", page(client, "/doc/territoire/2023/ti-2802"), re.DOTALL)
    assert tables
    assert not re.findall(r">(?:https?://|liste/)[^<]*<", "".join(tables))


@pytest.mark.parametrize(("suffix", "form"), [("ttl", RdfFormat.TURTLE), ("nt", RdfFormat.N_TRIPLES)])
def test_data_about_a_thing(client: FlaskClient, suffix: str, form: RdfFormat) -> None:
    triples = {quad.triple for quad in parse_text(client.get(f"/doc/commune/76351.{suffix}").data, form)}
    same = client.get("/doc/commune/76351", headers={"Accept": form.media_type})
    assert {quad.triple for quad in parse_text(same.data, form)} == triples
    assert {str(t.subject) for t in triples} > {f"<{ID}commune/76351>"}
    assert any(t.object.value == ID + "commune/76351" for t in triples)


def test_graphs_are_kept_where_the_format_has_them(client: FlaskClient) -> None:
    quads = list(parse_text(client.get("/doc/commune/76351.trig").data, RdfFormat.TRIG))
    assert {quad.graph_name.value for quad in quads} >= {ID + "table/communes", ID + "table/rattachements"}


@pytest.mark.parametrize(
    "name", ["nothing/here", "commune/99999", "commune/76351/x", "<script>", "a b", "%00"]
)
def test_what_is_not_there_is_404(client: FlaskClient, name: str) -> None:
    for accept in ("text/html", "text/turtle"):
        reply = client.get(f"/doc/{name}", headers={"Accept": accept})
        assert reply.status_code == 404
        assert accept == "text/turtle" or "<script>" not in reply.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/doc/commune/76351?date=yesterday", 400),
        ("/doc/commune/76351?date=2019-02-30", 400),
        ("/doc/commune/76351?lang=de", 400),
        ("/doc/commune/76351?format=pdf", 400),
    ],
)
def test_wrong_parameters_are_told(client: FlaskClient, path: str, status: int) -> None:
    reply = client.get(path, headers=PAGE)
    assert reply.status_code == status
    assert "<h1>" in reply.text


def test_a_format_that_is_not_there_is_406_with_the_list(client: FlaskClient) -> None:
    reply = client.get("/doc/commune/76351", headers={"Accept": "application/pdf"})
    assert reply.status_code == 406
    assert "text/turtle" in reply.json["offered"]  # type: ignore[index]


def test_a_page_that_has_not_changed_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/doc/commune/76351", headers=PAGE)
    assert {"Accept", "Accept-Encoding", "Accept-Language"} <= set(first.vary)
    again = client.get("/doc/commune/76351", headers={**PAGE, "If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    english = {**PAGE, "If-None-Match": first.headers["ETag"], "Accept-Language": "en"}
    assert client.get("/doc/commune/76351", headers=english).status_code == 200


@pytest.mark.parametrize("name", ["def", "alignments", "shapes", "terms"])
def test_what_describes_the_data_has_a_page_and_is_data(client: FlaskClient, name: str) -> None:
    html = page(client, f"/{name}")
    assert f"{BASE}{name}" in html
    turtle = client.get(f"/{name}", headers={"Accept": "text/turtle"}, buffered=True)
    assert turtle.data == client.get(f"/{name}.ttl", buffered=True).data
    assert len(list(parse_text(turtle.data, RdfFormat.TURTLE))) > 50


def test_a_term_has_its_place_on_the_page(client: FlaskClient) -> None:
    assert '<section class="term" id="couvre">' in page(client, "/def")
    assert 'href="/def#couvre"' in page(client, "/doc/territoire/2018/axe-seine")


def test_the_chosen_language_goes_along(client: FlaskClient) -> None:
    html = page(client, "/doc/commune/76351?lang=en")
    assert "On the date of" in html
    links = re.findall(r'href="(/(?:doc|queries|search|join)[^"]*)"', html)
    assert links
    assert all("lang=en" in link for link in links)


def test_what_is_not_there_leads_to_what_was_perhaps_meant(client: FlaskClient) -> None:
    problem = client.get("/doc/territoire/2018/axe-sein", headers={"Accept": "application/json"}).json
    assert problem["near"][0] == {
        "id": "territoire/2018/axe-seine",
        "name": "Axe Seine",
        "page": "http://localhost/doc/territoire/2018/axe-seine",
    }
    page = client.get("/doc/territoire/2018/axe-sein", headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert ">Le Havre</a>" in client.get("/doc/le-havre", headers=PAGE).text
    near = client.get("/doc/commune/le-havr", headers={"Accept": "application/json"}).json["near"]
    assert near[0]["id"] == "commune/76351"
    assert {each["id"].partition("/")[0] for each in near} == {"commune"}
    assert '<a href="http://localhost/doc/territoire/2018/axe-seine">Axe Seine</a>' in page.text
    assert "<h1>Introuvable</h1>" in page.text
    assert "<h1>Not found</h1>" in client.get("/doc/x?lang=en", headers={"Accept": "text/html"}).text
