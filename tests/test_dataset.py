"""The dataset as a whole: DCAT-AP 3 metadata, files with checksums, the last check in words, the notices."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

import pyshacl
import pytest
import rdflib
from flask.testing import FlaskClient
from rdflib.namespace import DCAT, DCTERMS, RDF, SH, VOID

from conftest import ROOT
from ti_graph.errors import RequestError
from ti_graph.formats import GRAPHS
from ti_graph.rdf import ID, RDFS, Literal, NamedNode, Quad
from ti_graph.rdf.syntax import parse_text
from ti_graph.release.dcat import Operator
from ti_graph.serving.endpoint import Endpoint
from ti_graph.sparql.catalogue import Catalogue
from ti_graph.stores.repository import Repository
from ti_graph.stores.store import Store
from ti_graph.web import create_app

DCAT_AP = ROOT.parent / "shared" / "dcat-ap"
DATASET = rdflib.URIRef("https://w3id.org/territoires-industrie/catalog#dataset")
EPT = f"{ID}table/ept"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
VCARD = rdflib.Namespace("http://www.w3.org/2006/vcard/ns#")
OPERATOR = Operator("Un observatoire", "erreurs@example.org", "Un hébergeur, 1 rue de l’Exemple")


@pytest.fixture(scope="module")
def operated(endpoint: Endpoint, catalogue: Catalogue) -> FlaskClient:
    """A server whose operator is known, at a public address."""
    return create_app(endpoint, catalogue, "https://example.org/ti", OPERATOR).test_client()


@pytest.fixture(scope="module")
def official() -> rdflib.Graph:
    """The shapes of DCAT-AP: each of the two files has a part of some, and neither has a part of a few."""
    if not DCAT_AP.exists():
        pytest.skip("needs the official shapes in ../shared/dcat-ap")
    rules = rdflib.Graph()
    for name in ("dcat-ap-SHACL.ttl", "ranges.ttl"):
        rules.parse(DCAT_AP / name)
    for shape, part in list(rules.subject_objects(SH.property)):
        if (part, SH.path, None) not in rules:
            rules.remove((shape, SH.property, part))
    return rules


def described(client: FlaskClient) -> rdflib.Graph:
    graph = rdflib.Graph()
    return graph.parse(data=client.get("/catalog.ttl").data, format="turtle")


def test_the_catalogue_conforms_to_the_official_shapes(operated: FlaskClient, official: rdflib.Graph) -> None:
    conforms, _, told = pyshacl.validate(described(operated), shacl_graph=official)
    assert conforms, told


def test_the_official_shapes_see_what_is_missing(operated: FlaskClient, official: rdflib.Graph) -> None:
    graph = described(operated)
    graph.remove((DATASET, DCTERMS.title, None))
    conforms, _, told = pyshacl.validate(graph, shacl_graph=official)
    assert not conforms
    assert "title" in told


def test_a_harvester_finds_one_dataset_with_files_contact_time_and_area(operated: FlaskClient) -> None:
    graph = described(operated)
    assert list(graph.subjects(RDF.type, DCAT.Dataset)) == [DATASET]
    files = {str(url) for url in graph.objects(DATASET, DCAT.distribution / DCAT.downloadURL)}
    assert "https://example.org/ti/dump/ti-graph.ttl.gz" in files
    assert "https://example.org/ti/dump/tables/communes.csv" in files
    assert "https://example.org/ti/dump/territoires.geojson" in files
    assert len(files) == 6 + 22 + 4
    contact = graph.value(DATASET, DCAT.contactPoint)
    assert str(graph.value(contact, VCARD.hasEmail)) == "mailto:erreurs@example.org"
    period = graph.value(DATASET, DCTERMS.temporal)
    days = [str(graph.value(period, p)) for p in (DCAT.startDate, DCAT.endDate)]
    assert days == ["2017-01-01", "2026-01-01"]
    boxes = [str(box) for box in graph.objects(DATASET, DCTERMS.spatial / DCAT.bbox)]
    assert len(boxes) == 6
    assert all(box.startswith("POLYGON") for box in boxes)


def test_the_counts_are_those_of_the_endpoint(client: FlaskClient) -> None:
    graph = described(client)
    select = "SELECT (COUNT(*) AS ?n) { ?s a <http://rdf.insee.fr/def/geo#Commune> }"
    asked = client.get("/sparql", query_string={"query": select, "format": "csv"}).text.split()[1]
    commune = rdflib.URIRef("http://rdf.insee.fr/def/geo#Commune")
    part = graph.value(predicate=VOID["class"], object=commune)
    assert str(graph.value(part, VOID.entities)) == asked == "35463"


def test_without_a_contact_none_is_made_up(client: FlaskClient) -> None:
    assert not list(described(client).objects(DATASET, DCAT.contactPoint))
    page = client.get("/", headers={"Accept": "text/html"}).text
    assert "Signaler une erreur" not in page


def test_an_error_is_reported_with_the_page_that_has_it(operated: FlaskClient) -> None:
    page = operated.get("/doc/commune/76351", headers={"Accept": "text/html"}).text
    assert "mailto:erreurs@example.org?subject=Erreur%20dans%20ti-graph&amp;body=https%3A//" in page
    assert "%3A//example.org/ti/doc/commune/76351" in page


@pytest.mark.parametrize("contact", ["nobody", "http://[", "a b@example.org"])
def test_a_contact_that_is_no_address_is_refused(contact: str) -> None:
    with pytest.raises(RequestError):
        Operator(contact=contact)


def test_the_dataset_has_a_page_with_its_tables(client: FlaskClient) -> None:
    page = client.get("/catalog?lang=en", headers={"Accept": "text/html"}).text
    assert "ANCT" in page
    assert "677" in page
    assert "Territoires d’industrie: the announcement of 2018" in page


def test_a_dump_has_its_checksum_beside_it(client: FlaskClient) -> None:
    with client.get("/dump/ti-graph.ttl.gz") as response:
        content = response.data
    with client.get("/dump/ti-graph.ttl.gz.sha256") as beside:
        stated = beside.text
    assert stated == f"{hashlib.sha256(content).hexdigest()}  ti-graph.ttl.gz\n"
    assert response.content_type == "application/gzip"
    assert b"commune:76351" in gzip.decompress(content)
    with client.get("/dump/ti-graph.ttl.gz", headers={"Range": "bytes=0-9"}) as part:
        assert (part.status_code, part.data) == (206, content[:10])
    with client.get("/dump/ti-graph.ttl.gz", headers={"If-None-Match": response.headers["ETag"]}) as again:
        assert again.status_code == 304


def test_a_graph_comes_by_itself_in_every_format(client: FlaskClient) -> None:
    for form in GRAPHS:
        path = f"/dump/ti-graph.{form.name}?graph={EPT}"
        with client.get(path) as response:
            content = response.data
        assert form.rdf and len([*parse_text(content, form.rdf)]) == 163
        assert response.content_type == form.content_type
        with client.get(path.replace("?", ".sha256?")) as beside:
            digest, name = beside.text.split()
        assert (digest, name) == (hashlib.sha256(content).hexdigest(), f"ti-graph.{form.name}")
        assert response.headers["ETag"] == f'"{digest}"'
        with client.get(path, headers={"If-None-Match": response.headers["ETag"]}) as again:
            assert (again.status_code, again.data) == (304, b"")
    with client.get(f"/dump/ti-graph.nq.gz?graph={EPT}") as packed:
        lines = gzip.decompress(packed.data).splitlines()
    assert len(lines) == 163 and all(line.endswith(f"<{EPT}> .".encode()) for line in lines)


def test_a_graph_that_there_is_not_is_404_with_those_like_it(client: FlaskClient) -> None:
    response = client.get(f"/dump/ti-graph.ttl?graph={EPT[:-1]}")
    assert response.status_code == 404
    assert f"<{EPT}>" in response.json["detail"]
    assert "table/ept" in [near["id"] for near in response.json["near"]]
    assert client.get("/dump/ti-graph.ttl?graph=ept").status_code == 400


def test_every_graph_is_among_the_files_by_its_name(client: FlaskClient, store: Store) -> None:
    page = client.get("/dump/?lang=en", headers={"Accept": "text/html"}).text
    for name in store.graph_names():
        assert f"/dump/ti-graph.ttl?graph={quote(name.value, safe=':/')}" in page
    assert ">Ontology of the Territoires d’industrie<" in page
    assert ">Ontologie des Territoires d’industrie<" in client.get("/dump/").text


@pytest.mark.parametrize("name", ["nothing.ttl", "ti-graph.exe", "..", "ti-graph.ttl.gz.sha256.sha256"])
def test_a_dump_that_there_is_not_is_404_with_those_there_are(client: FlaskClient, name: str) -> None:
    response = client.get(f"/dump/{name}")
    assert response.status_code == 404
    assert "ti-graph.ttl.gz" in response.json["detail"]


def test_the_last_check_is_told_in_words_and_as_data(client: FlaskClient) -> None:
    page = client.get("/validation", headers={"Accept": "text/html"}).text
    assert "Oui : aucune obligation n’est enfreinte." in page
    report = client.get("/validation?format=json").json
    assert report["conforms"] is True
    rules = {finding["rule"] for finding in report["findings"]}
    assert rules == {"state-population-given"}
    assert page.count("n&#39;est pas donnée pour cette année") == len(report["findings"])
    graph = rdflib.Graph().parse(data=client.get("/validation.ttl").data, format="turtle")
    assert len(list(graph.subjects(RDF.type, SH.ValidationResult))) == len(report["findings"])


def test_every_rule_is_on_the_page_of_the_check(client: FlaskClient) -> None:
    page = client.get("/validation?lang=en", headers={"Accept": "text/html"}).text
    report = client.get("/validation?format=json").json
    assert f"{report['shapes'] + report['checks']} rules" in page


def test_a_plain_dataset_has_no_catalogue(tmp_path: Path, catalogue: Catalogue) -> None:
    plain = Endpoint(Repository.create(tmp_path / "plain"), merged=False)
    client = create_app(plain, catalogue).test_client()
    for path in ("/catalog", "/dump/", "/dump/ti-graph.ttl", "/validation"):
        response = client.get(path)
        assert response.status_code == 404
        assert "plain dataset" in json.loads(response.data)["detail"]


def test_a_plain_dataset_leads_to_no_page_that_it_does_not_have(tmp_path: Path, catalogue: Catalogue) -> None:
    plain = Endpoint(Repository.create(tmp_path / "plain"), merged=False)
    client = create_app(plain, catalogue).test_client()
    pages = {path: client.get(path, headers={"Accept": "text/html"}).text for path in ("/", "/legal")}
    pages["/sitemap-1.xml"] = client.get("/sitemap-1.xml").text
    for path, page in pages.items():
        assert "/map" in page, path
        assert not [lost for lost in ("/catalog", "/dump/", "/validation") if lost in page], path


def test_a_file_that_goes_as_it_is_asked_for_is_503(tmp_path: Path, catalogue: Catalogue) -> None:
    """As when a file of the next state is made between the look at one of this state and its opening."""
    named = Quad(NamedNode(f"{ID}x"), RDFS.label, Literal("x"), NamedNode(f"{ID}table/x"))
    endpoint = Endpoint(Repository.create(tmp_path / "small", [named]))
    client = create_app(endpoint, catalogue).test_client()
    with client.get("/dump/ti-graph.nq") as made:
        assert made.status_code == 200
    (tmp_path / "small" / "dumps" / "0" / "ti-graph.nq").unlink()
    gone = client.get("/dump/ti-graph.nq")
    assert (gone.status_code, gone.headers["Retry-After"]) == (503, "1")
    assert "has just changed" in gone.json["detail"]


def test_the_notices_say_who_answers_and_what_is_logged(operated: FlaskClient, client: FlaskClient) -> None:
    legal = operated.get("/legal").text
    for words in (
        "Un observatoire",
        "Un hébergeur, 1 rue de l’Exemple",
        "erreurs@example.org",
        "Ni adresse IP",
    ):
        assert words in legal
    assert "n’a pas dit son nom" in client.get("/legal").text
    assert "non conforme" in operated.get("/accessibility").text


def test_search_engines_find_every_thing_that_has_a_name(operated: FlaskClient) -> None:
    robots = operated.get("/robots.txt").text
    assert "Sitemap: https://example.org/ti/sitemap.xml" in robots
    assert "Disallow: /ti/sparql?" in robots
    index = ElementTree.fromstring(operated.get("/sitemap.xml").data)
    parts = [element.text or "" for element in index.iter(f"{SITEMAP}loc")]
    found = []
    for address in parts:
        part = ElementTree.fromstring(operated.get(address.removeprefix("https://example.org/ti")).data)
        addresses = [element.text for element in part.iter(f"{SITEMAP}loc")]
        assert len(addresses) <= 50_000
        found += addresses
    assert len(found) == len(set(found))
    communes = [address for address in found if address and "/doc/commune/" in address]
    assert len(communes) == 35_463
    assert "https://example.org/ti/doc/personne/fabienne-buccio" in found
    assert "https://example.org/ti/catalog" in found
    assert operated.get("/sitemap-99.xml").status_code == 404


def test_the_dataset_has_a_citation_with_its_version(client: FlaskClient) -> None:
    bibtex = client.get("/catalog.bib").text
    assert bibtex.startswith("@dataset{ti-graph:")
    [item] = client.get("/catalog", headers={"Accept": "application/vnd.citationstyles.csl+json"}).json
    assert item["URL"] == str(DATASET)
    assert item["version"] in bibtex
    assert item["version"] in client.get("/catalog", headers={"Accept": "text/html"}).text


@pytest.mark.parametrize(
    ("path", "canonical"),
    [
        ("/doc/commune/76351?date=2019-06-01&lang=en", "/doc/commune/76351"),
        ("/map?list=2022&lang=en", "/map?list=2022"),
        ("/catalog?lang=fr", "/catalog"),
        ("/", "/"),
    ],
)
def test_each_page_names_its_canonical_address(operated: FlaskClient, path: str, canonical: str) -> None:
    page = operated.get(path, headers={"Accept": "text/html"}).text
    assert page.count('rel="canonical"') == 1
    assert f'<link rel="canonical" href="https://example.org/ti{canonical}">' in page
