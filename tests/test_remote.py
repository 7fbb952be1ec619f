"""One suite for both kinds of store: a snapshot here, and a store elsewhere (Oxigraph server, Virtuoso)."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from elsewhere import Far, oxigraph_far, small_dataset, virtuoso_far
from engines import needed, oxigraph_server
from server import serving
from ti_graph.assembly.inference import INFERENCES
from ti_graph.errors import QuerySyntaxError, RequestError
from ti_graph.formats import GRAPHS, RESULTS, Format, by_name
from ti_graph.rdf import BASE
from ti_graph.serving.endpoint import Endpoint
from ti_graph.sparql.catalogue import Catalogue
from ti_graph.stores.remote_store import Address, RemoteDataset
from ti_graph.stores.repository import Repository
from ti_graph.stores.states import Queryable, States
from ti_graph.web import create_app

KINDS = ["here", "oxigraph", "virtuoso"]
REGIONS = BASE + "id/table/regions"
ANNOUNCEMENT = "/doc/document/annonce"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """The dataset on this machine."""
    return small_dataset(tmp_path_factory.mktemp("here") / "dataset")


@pytest.fixture(scope="module")
def oxigraph(here: Repository, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Far]:
    """The dataset in the Oxigraph server."""
    folder = tmp_path_factory.mktemp("oxigraph")
    with oxigraph_far(folder / "data") as far:
        far.push(here, folder)
        yield far


@pytest.fixture(scope="module")
def virtuoso(here: Repository, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Far]:
    """The dataset in Virtuoso."""
    needed("virtuoso-t", "virtuoso-opensource-7-bin")
    folder = tmp_path_factory.mktemp("virtuoso")
    with virtuoso_far(folder / "data") as far:
        far.push(here, folder)
        yield far


@pytest.fixture(scope="module", params=KINDS)
def states(request: pytest.FixtureRequest, here: Repository) -> States:
    """Each kind of store with the same dataset."""
    if request.param == "here":
        return here
    return RemoteDataset(Address.parse(request.getfixturevalue(request.param).address))


@pytest.fixture(scope="module")
def store(states: States) -> Queryable:
    """Its current state, open."""
    return states.current().open()


@pytest.fixture(scope="module")
def site(states: States, catalogue: Catalogue) -> FlaskClient:
    """The site over it."""
    return create_app(Endpoint(states), catalogue).test_client()


@pytest.fixture(scope="module")
def site_here(here: Repository, catalogue: Catalogue) -> FlaskClient:
    """The site over the dataset on this machine."""
    return create_app(Endpoint(here), catalogue).test_client()


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The named queries."""
    from ti_graph.layout import QUERIES

    return Catalogue(QUERIES)


def rows(store: Queryable, query: str, **settings: object) -> Counter[tuple[tuple[str, str], ...]]:
    """The rows of a SELECT, whatever their order; numbers by value."""
    found = store.query(query, **settings).rows()  # type: ignore[arg-type]
    return Counter(tuple(sorted((name, _text(term)) for name, term in row.items())) for row in found)


def _text(term: object) -> str:
    number = re.fullmatch(r'"([^"]*)"\^\^<\S+#(?:integer|decimal|double|float|int)>', str(term))
    if number:
        return f"{float(number[1]):.6g}"
    text, at, language = str(term).rpartition("@")
    return f"{text}@{language.lower()}" if at and text.endswith('"') else str(term)


def written(store: Queryable, query: str, form: Format) -> bytes:
    """An answer in a format."""
    output = io.BytesIO()
    store.query(query).write(form, output)
    return output.getvalue()


@pytest.mark.parametrize("query", ["key=a%26b", "key=a+b&key=%C3%A9", "key="])
def test_parameters_of_an_address_stay_what_they_are(query: str) -> None:
    given = f"http://127.0.0.1/sparql?{query}"
    assert Address.parse(f"sparql+{given}").url == given
    assert Address.parse(f"sparql+{given}&default-graph-uri={REGIONS}").url == given


def test_the_default_graph_is_the_merge_each_triple_once(store: Queryable, here: Repository) -> None:
    count = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
    assert rows(store, count) == rows(here.current().open(), count)


def test_graph_sees_the_named_graphs_and_nothing_else(store: Queryable, here: Repository) -> None:
    names = {name.value for name in here.current().open().graph_names()}
    assert {name.value for name in store.graph_names()} == names
    asked = rows(store, "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }")
    assert {row[0][1] for row in asked} == {f"<{name}>" for name in names}


def test_what_the_query_names_by_from_goes_before_the_dataset_of_the_store(store: Queryable) -> None:
    query = f"SELECT (COUNT(*) AS ?n) FROM <{REGIONS}> WHERE {{ ?s ?p ?o }}"
    inside = f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{REGIONS}> {{ ?s ?p ?o }} }}"
    assert rows(store, query) == rows(store, inside) != rows(store, query.replace("regions", "codes"))


def test_what_the_request_names_goes_before_that(store: Queryable) -> None:
    query = f"SELECT (COUNT(*) AS ?n) FROM <{BASE}id/table/codes> WHERE {{ ?s ?p ?o }}"
    named = f"SELECT (COUNT(*) AS ?n) FROM <{REGIONS}> WHERE {{ ?s ?p ?o }}"
    assert rows(store, query, default_graphs=[REGIONS]) == rows(store, named)


def test_a_dataset_of_default_graphs_has_no_named_graphs(store: Queryable) -> None:
    query = "SELECT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"
    assert not rows(store, query, default_graphs=[REGIONS])
    assert set(rows(store, query, named_graphs=[REGIONS])) == {(("g", f"<{REGIONS}>"),)}
    assert not rows(store, "SELECT ?s WHERE { ?s ?p ?o }", named_graphs=[REGIONS])


def test_what_is_entailed_is_there_when_asked_for(store: Queryable, here: Repository) -> None:
    count = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
    entailed = rows(store, count, besides=[INFERENCES.value])
    assert entailed == rows(here.current().open(), count, besides=[INFERENCES.value]) != rows(store, count)


@pytest.mark.parametrize(("pattern", "truth"), [("?s ?p ?o", b"true"), ("?s ?p <urn:none>", b"false")])
def test_ask_is_answered_with_a_truth_value(store: Queryable, pattern: str, truth: bytes) -> None:
    assert truth in written(store, f"ASK {{ {pattern} }}", by_name("json", RESULTS))


def test_relative_iris_resolve_against_the_base(store: Queryable) -> None:
    assert rows(store, "SELECT (<a> AS ?x) {}", base="http://example.org/b") == rows(
        store, "SELECT (<http://example.org/a> AS ?x) {}"
    )
    assert rows(store, "BASE <http://example.org/c/> SELECT (<a> AS ?x) {}") == rows(
        store, "SELECT (<http://example.org/c/a> AS ?x) {}"
    )


@pytest.mark.parametrize("form", [f.name for f in GRAPHS])
def test_a_graph_is_written_in_every_format_as_here(store: Queryable, here: Repository, form: str) -> None:
    query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{REGIONS}> {{ ?s ?p ?o }} }}"
    to = by_name(form, GRAPHS)
    assert written(store, query, to) == written(here.current().open(), query, to)


@pytest.mark.parametrize(
    "condition",
    [
        "CONTAINS(STR(?o), '\\u00a0')",
        "CONTAINS(STR(?o), '\\u202f')",
        "CONTAINS(STR(?o), '\"')",
        "CONTAINS(STR(?o), '’')",
        "STRLEN(STR(?o)) > 500",
        "LANG(?o) = 'en'",
        "DATATYPE(?o) = <http://www.w3.org/2001/XMLSchema#date>",
        "DATATYPE(?o) = <http://www.opengis.net/ont/geosparql#wktLiteral>",
        "DATATYPE(?o) = <http://www.w3.org/2001/XMLSchema#gYear>",
        "isIRI(?o) && CONTAINS(STR(?o), '#')",
    ],
)
def test_values_that_tend_to_break_come_back_whole(
    store: Queryable, here: Repository, condition: str
) -> None:
    query = f"SELECT ?s ?p ?o WHERE {{ ?s ?p ?o FILTER({condition}) }}"
    assert rows(store, query) == rows(here.current().open(), query)


def test_blank_nodes_come_back(store: Queryable, here: Repository) -> None:
    query = f"SELECT ?s WHERE {{ GRAPH <{BASE}shapes> {{ ?s ?p ?o FILTER(isBlank(?s)) }} }}"
    assert rows(store, query).total() == rows(here.current().open(), query).total() > 100


def test_a_mistake_is_told_with_line_and_column(store: Queryable) -> None:
    with pytest.raises(QuerySyntaxError) as told:
        store.query("SELECT *\nWHER { ?s ?p ?o }")
    assert told.value.line == 2


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (<bif:getenv>('HOME') AS ?x) {}",
        "DEFINE get:soft 'replace' SELECT * { ?s ?p ?o }",
        "CLEAR ALL",
        "INSERT DATA { <a:a> <a:b> <a:c> }",
        "SPARQL SELECT * { ?s ?p ?o }",
    ],
)
def test_what_is_no_sparql_query_never_reaches_an_engine(store: Queryable, text: str) -> None:
    with pytest.raises(RequestError):
        store.query(text)


def test_every_named_query_gives_the_same_answers(
    store: Queryable, here: Repository, catalogue: Catalogue
) -> None:
    different = []
    for query in catalogue.values():
        for example in query.examples or ("",):
            text = query.bind([tuple(pair.split("=", 1)) for pair in example.split("&") if pair])  # type: ignore[misc]
            if rows(store, text) != rows(here.current().open(), text):
                different.append((query.name, example))
    assert not different


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/announcement",
        "/queries",
        "/queries/graphs",
        "/sparql",
        "/search?q=dieppe",
        "/def",
        "/shapes",
        "/doc/territoire/2018/axe-seine",
        "/doc/epci/247600588",
        "/doc/enonce/124",
        "/doc/document/annonce.bib",
        "/doc/territoire/2018/axe-seine.ttl",
        "/catalog",
        "/catalog.ttl",
        "/robots.txt",
    ],
)
def test_every_page_is_there(site: FlaskClient, site_here: FlaskClient, path: str) -> None:
    accept = {"Accept": "text/html"}
    answer, expected = site.get(path, headers=accept), site_here.get(path, headers=accept)
    assert answer.status_code == expected.status_code == 200
    assert answer.content_type == expected.content_type
    assert _links(answer.text) >= _links(expected.text) - {"/dump/", "/validation"}


def _links(page: str) -> set[str]:
    """Where a page leads to: what is always the same, whichever state it shows."""
    return {link for link in re.findall(r'href="(/[^"?#]*)"', page) if not link.startswith("/dump/")}


def test_what_is_not_there_is_404(site: FlaskClient) -> None:
    assert site.get("/doc/commune/00000").status_code == 404
    assert site.get("/store?graph=urn:none").status_code == 404


# What a store elsewhere cannot promise, it says.


@pytest.fixture(scope="module", params=KINDS[1:])
def far(request: pytest.FixtureRequest) -> Far:
    """Each store elsewhere."""
    found: Far = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="module")
def far_site(far: Far, catalogue: Catalogue) -> FlaskClient:
    """The site before it."""
    return create_app(Endpoint(RemoteDataset(Address.parse(far.address))), catalogue).test_client()


def test_reduced_promises_stand_on_the_pages_and_in_the_service_description(far_site: FlaskClient) -> None:
    page = far_site.get("/catalog?lang=en", headers={"Accept": "text/html"}).text
    assert "What this server does not promise" in page
    description = far_site.get("/sparql", headers={"Accept": "text/turtle"}).text
    for promise in ("two states", "may go on in that store", "not change the data"):
        assert promise in page.replace("\n", " ")
        assert promise in description
    assert "Base distante" in far_site.get("/", headers={"Accept": "text/html"}).text


def test_a_store_here_has_nothing_to_say_of_that(site_here: FlaskClient) -> None:
    assert "does not promise" not in site_here.get("/catalog?lang=en", headers={"Accept": "text/html"}).text
    assert "may go on" not in site_here.get("/sparql", headers={"Accept": "text/turtle"}).text


@pytest.mark.parametrize("path", ["/dump/", "/dump/ti-graph.ttl", "/validation"])
def test_files_and_reports_are_elsewhere_too(far_site: FlaskClient, path: str) -> None:
    answer = far_site.get(path)
    assert answer.status_code == 404
    assert "where the data were made" in answer.text or "préparées" in answer.text


def test_a_catalogue_lists_no_file_that_is_not_there(far_site: FlaskClient) -> None:
    assert "downloadURL" not in far_site.get("/catalog.ttl").text


def test_tags_are_weak_and_say_when_nothing_has_changed(far_site: FlaskClient) -> None:
    first = far_site.get(ANNOUNCEMENT)
    assert first.headers["ETag"].startswith('W/"')
    again = far_site.get(ANNOUNCEMENT, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_a_store_that_names_no_release_has_no_tags(far: Far, catalogue: Catalogue) -> None:
    address = Address.parse(f"sparql+{far.query}?default-graph-uri={REGIONS}")
    as_if_unnamed = RemoteDataset(address)
    as_if_unnamed.current()
    object.__setattr__(as_if_unnamed._state, "release", "")
    site = create_app(Endpoint(as_if_unnamed), catalogue).test_client()
    answer = site.get("/sparql", query_string={"query": "ASK {}"})
    assert answer.status_code == 200
    assert "ETag" not in answer.headers


@pytest.fixture(scope="module")
def cheap(far: Far) -> Iterator[object]:
    """A real server before a store elsewhere, with little time and room, and a token."""
    with serving("--store", far.address, "--query-timeout", "10", "--max-result", "1", token="t") as server:
        yield server


def test_limits_hold_before_a_store_elsewhere(cheap) -> None:  # type: ignore[no-untyped-def]
    assert cheap.query("ASK { ?s ?p ?o }").status == 200
    large = cheap.query("SELECT * WHERE { ?s ?p ?o } LIMIT 20000")
    assert large.status == 507
    runaway = cheap.query("SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    assert runaway.status == 504


def test_nothing_is_changed_through_it_whatever_the_token(cheap) -> None:  # type: ignore[no-untyped-def]
    answer = cheap.request("/sparql", data=b"CLEAR ALL", Content_Type="application/sparql-update")
    assert answer.status == 403
    assert "ti-graph push" in answer.text


def test_a_store_that_is_gone_is_502_and_answers_again_when_it_is_back(
    here: Repository, catalogue: Catalogue, tmp_path: Path
) -> None:
    ask = {"query_string": {"query": "ASK { ?s ?p ?o }"}}
    with oxigraph_far(tmp_path / "data") as far:
        far.push(here, tmp_path)
        port = int(urlsplit(far.query).port or 0)
        site = create_app(Endpoint(RemoteDataset(Address.parse(far.address))), catalogue).test_client()
        assert site.get("/sparql", **ask).json == {"head": {}, "boolean": True}
    gone = site.get("/sparql", **ask)
    assert gone.status_code == 502
    assert "Connection refused" in gone.text
    fresh = create_app(Endpoint(RemoteDataset(Address.parse(far.address))), catalogue).test_client()
    assert fresh.get("/readyz").status_code == 503
    with oxigraph_server(tmp_path / "data", port):
        assert site.get("/sparql", **ask).json == {"head": {}, "boolean": True}
