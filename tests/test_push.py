"""Loading stores elsewhere: whole, counted, again without sending, and on after a failure."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from elsewhere import MERGE, Far, Wire, answering, oxigraph_far, small_dataset, virtuoso_far
from engines import free_port, needed, nginx
from server import serving
from ti_graph.cli import main
from ti_graph.errors import RequestError, TiGraphError, UpstreamError
from ti_graph.rdf import BlankNode, NamedNode, Quad
from ti_graph.stores.credentials import Credentials
from ti_graph.stores.far_end import Asking, Counter, Fetching, GraphStore, Service, Updates
from ti_graph.stores.publication import PUBLICATION, Loaded
from ti_graph.stores.push import Plan, Push
from ti_graph.stores.remote import Remote
from ti_graph.stores.repository import Repository
from ti_graph.stores.store import Store

FOREIGN = "urn:graph:of:somebody:else"


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """What is pushed."""
    return small_dataset(tmp_path_factory.mktemp("dataset") / "dataset")


@pytest.fixture
def oxigraph(tmp_path: Path) -> Iterator[Far]:
    """The Oxigraph server, empty."""
    with oxigraph_far(tmp_path / "oxigraph") as far:
        yield far


@pytest.fixture
def virtuoso(tmp_path: Path) -> Iterator[Far]:
    """Virtuoso, with nothing of ours."""
    needed("virtuoso-t", "virtuoso-opensource-7-bin")
    with virtuoso_far(tmp_path / "virtuoso") as far:
        yield far


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[Far]:
    """A ti-graph server with a plain dataset and a token."""
    with serving("--store", str(tmp_path / "ours"), token="t") as server:
        at = server.address
        yield Far(f"{at}/store", f"{at}/sparql", f"{at}/sparql", Credentials("bearer", "", "t"))


@pytest.fixture
def behind_password(oxigraph: Far, tmp_path: Path) -> Iterator[Far]:
    """The Oxigraph server behind nginx, which asks for a password as Fuseki does (basic)."""
    port, to = free_port(), urlsplit(oxigraph.store).netloc
    (tmp_path / "users").write_text("writer:{PLAIN}secret\n", encoding="utf-8")
    server = f"""client_max_body_size 50m;
        server {{ listen 127.0.0.1:{port}; auth_basic store; auth_basic_user_file {tmp_path}/users;
          location / {{ proxy_pass http://{to}; }} }}"""
    at = f"http://127.0.0.1:{port}"
    with nginx(tmp_path / "nginx", server, port):
        yield Far(f"{at}/store", f"{at}/update", f"{at}/query", Credentials("basic", "writer", "secret"))


def pushing(
    dataset: Repository,
    folder: Path,
    service: Service,
    counter: Counter,
    default_graph: str | None = None,
) -> Push:
    """A push, its files in a folder."""
    folder.mkdir(exist_ok=True)
    target = NamedNode(default_graph) if default_graph else None
    return Push(dataset.current().open(), service, counter, target, folder)


def by_graph_store(far: Far, dataset: Repository, folder: Path, default_graph: str | None = MERGE) -> Push:
    """A push by the Graph Store Protocol, counted by SPARQL."""
    service = GraphStore(Remote(far.store, far.credentials))
    return pushing(dataset, folder, service, Asking(Remote(far.query, far.credentials)), default_graph)


def sizes(dataset: Repository) -> dict[str, int]:
    """How many triples each graph has here."""
    store = dataset.current().open()
    named = {name.value: sum(1 for _ in store.triples(name)) for name in store.graph_names()}
    return named | {MERGE: len(store)}


def sizes_at(far: Far) -> dict[str, int]:
    """How many triples each of our graphs has at the far end."""
    found = Asking(Remote(far.query, far.credentials)).rows(
        "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
    )
    ours = (row for row in found if row["g"].startswith(MERGE.removesuffix("merge")))
    return {row["g"]: int(row["n"]) for row in ours if row["g"] != PUBLICATION.value}


@pytest.mark.parametrize("kind", ["oxigraph", "virtuoso", "ours", "behind_password"])
def test_every_graph_is_there_and_the_second_run_sends_nothing(
    kind: str, request: pytest.FixtureRequest, dataset: Repository, tmp_path: Path
) -> None:
    far: Far = request.getfixturevalue(kind)
    push = by_graph_store(far, dataset, tmp_path / "files")
    plan = push.plan()
    assert {each.graph: each.triples for each in plan.send} == sizes(dataset)
    release = push.run(plan)
    assert sizes_at(far) == sizes(dataset)
    again = by_graph_store(far, dataset, tmp_path / "files")
    second = again.plan()
    assert (second.send, second.stale, len(second.there)) == ((), (), len(sizes(dataset)))
    assert again.run(second) == release


@pytest.mark.parametrize("kind", ["oxigraph", "virtuoso"])
def test_updates_load_the_same(
    kind: str, request: pytest.FixtureRequest, dataset: Repository, tmp_path: Path
) -> None:
    far: Far = request.getfixturevalue(kind)
    service = Updates(Remote(far.update, far.credentials))
    push = pushing(dataset, tmp_path / "files", service, Asking(Remote(far.query)), MERGE)
    push.run(push.plan())
    assert sizes_at(far) == sizes(dataset)
    assert not by_graph_store(far, dataset, tmp_path / "files").plan().send


@pytest.mark.parametrize("kind", ["oxigraph", "virtuoso"])
def test_blank_nodes_arrive_in_several_requests_and_those_that_are_linked_in_one(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    far: Far = request.getfixturevalue(kind)
    graph, next_one = NamedNode(f"{MERGE}/lists"), NamedNode("urn:next")
    chains = ([BlankNode(f"c{n}i{k}") for k in range(5)] for n in range(1_000))
    here = Store.in_memory(
        [
            Quad(one, next_one, other, graph)
            for chain in chains
            for one, other in pairwise([NamedNode("urn:first"), *chain])
        ]
    )
    service, counter = Updates(Remote(far.update, far.credentials)), Asking(Remote(far.query))
    assert service.at_once < len(list(here.triples(graph)))
    push = Push(here, service, counter, NamedNode(MERGE), tmp_path)
    push.run(push.plan())
    path = "/".join(["<urn:next>"] * 5)
    whole = f"SELECT ?end WHERE {{ GRAPH {graph} {{ <urn:first> {path} ?end }} }}"
    assert len(counter.rows(whole)) == 1_000


def test_without_a_query_service_graphs_are_fetched_and_counted(
    oxigraph: Far, dataset: Repository, tmp_path: Path
) -> None:
    store = GraphStore(Remote(oxigraph.store))
    push = pushing(dataset, tmp_path / "files", store, Fetching(store))
    push.run(push.plan())
    assert not push.plan().send
    merge = Asking(Remote(oxigraph.query)).count(None)
    assert merge == sizes(dataset)[MERGE]  # in the store's own default graph


def test_what_others_have_there_is_left_alone_and_what_a_release_has_no_more_is_removed(
    oxigraph: Far, dataset: Repository, tmp_path: Path
) -> None:
    store = GraphStore(Remote(oxigraph.store))
    store.add(NamedNode(FOREIGN), b"<a:a> <a:b> <a:c> .\n")
    quads = [Quad(q.subject, q.predicate, q.object, NamedNode("urn:old")) for q in [_fact()]]
    earlier = Repository.create(tmp_path / "earlier", quads)
    push = by_graph_store(oxigraph, earlier, tmp_path / "files")
    push.run(push.plan())
    later = by_graph_store(oxigraph, dataset, tmp_path / "files")
    plan = later.plan()
    assert [each.graph for each in plan.stale] == ["urn:old"]
    later.run(plan)
    asking = Asking(Remote(oxigraph.query))
    assert asking.count(NamedNode("urn:old")) == 0
    assert asking.count(NamedNode(FOREIGN)) == 1


def test_what_is_to_be_removed_stays_on_record_until_it_is(
    oxigraph: Far, dataset: Repository, tmp_path: Path
) -> None:
    quads = [Quad(q.subject, q.predicate, q.object, NamedNode("urn:old")) for q in [_fact()]]
    earlier = Repository.create(tmp_path / "earlier", quads)
    push = by_graph_store(oxigraph, earlier, tmp_path / "files")
    push.run(push.plan())
    wire = Wire(int(urlsplit(oxigraph.store).port or 0))
    through = Far(*(f"http://127.0.0.1:{wire.port}/{path}" for path in ("store", "update", "query")))
    later = by_graph_store(through, dataset, tmp_path / "files")
    plan = later.plan()
    wire.allowed = 50_000
    with pytest.raises(UpstreamError):
        later.run(plan)
    wire.close()
    assert [each.graph for each in by_graph_store(oxigraph, dataset, tmp_path / "files").plan().stale] == [
        "urn:old"
    ]


def _fact() -> Quad:
    return Quad(NamedNode("a:a"), NamedNode("a:b"), NamedNode("a:c"))


def test_a_graph_that_somebody_changed_there_is_sent_again(
    oxigraph: Far, dataset: Repository, tmp_path: Path
) -> None:
    push = by_graph_store(oxigraph, dataset, tmp_path / "files")
    push.run(push.plan())
    graph = "https://w3id.org/territoires-industrie/id/table/regions"
    GraphStore(Remote(oxigraph.store)).add(NamedNode(graph), b"<a:a> <a:b> <a:c> .\n")
    assert [each.graph for each in push.plan().send] == [graph]


@pytest.mark.parametrize("allowed", [30_000, 400_000, 2_000_000])
def test_a_connection_lost_half_way_is_told_and_the_next_run_finishes(
    oxigraph: Far, dataset: Repository, tmp_path: Path, allowed: int
) -> None:
    wire = Wire(int(urlsplit(oxigraph.store).port or 0))
    try:
        through = Far(*(f"http://127.0.0.1:{wire.port}/{path}" for path in ("store", "update", "query")))
        push = by_graph_store(through, dataset, tmp_path / "files")
        plan = push.plan()
        wire.allowed = allowed
        with pytest.raises(UpstreamError, match=rf"\d+ of {len(plan.send)} graphs are there; run the same"):
            push.run(plan)
        wire.allowed = None
        rest = push.plan()
        assert 0 < len(rest.send) <= len(plan.send)
        push.run(rest)
    finally:
        wire.close()
    assert sizes_at(oxigraph) == sizes(dataset)


def test_no_release_is_named_while_something_is_missing(
    oxigraph: Far, dataset: Repository, tmp_path: Path
) -> None:
    nothing = Plan((), (), (Loaded("urn:none", 1, "0"),))
    by_graph_store(oxigraph, dataset, tmp_path / "files").run(nothing)
    push = by_graph_store(oxigraph, dataset, tmp_path / "files")
    plan = push.plan()
    (tmp_path / "files").rename(tmp_path / "gone")
    with pytest.raises(FileNotFoundError):
        push.run(plan)
    named = Asking(Remote(oxigraph.query)).rows(
        f"SELECT ?v WHERE {{ GRAPH {PUBLICATION} {{ ?x <http://www.w3.org/ns/dcat#version> ?v }} }}"
    )
    assert not named


def test_two_addresses_of_different_stores_are_found_out(
    oxigraph: Far, dataset: Repository, tmp_path: Path
) -> None:
    with oxigraph_far(tmp_path / "other") as other:
        service, counter = GraphStore(Remote(oxigraph.store)), Asking(Remote(other.query))
        push = pushing(dataset, tmp_path / "files", service, counter)
        with pytest.raises(UpstreamError, match="one and the same store"):
            push.run(push.plan())


def test_a_wrong_password_is_told(behind_password: Far, dataset: Repository, tmp_path: Path) -> None:
    wrong = Credentials("basic", "writer", "guess")
    far = Far(behind_password.store, behind_password.update, behind_password.query, wrong)
    with pytest.raises(UpstreamError, match=r"answers 401: it does not accept the credentials.*Basic"):
        by_graph_store(far, dataset, tmp_path / "files").plan()


Answering = Callable[[socket.socket], None]


def _says(status: str, body: str = "", kind: str = "text/html", length: int | None = None) -> Answering:
    def answer(client: socket.socket) -> None:
        size = len(body.encode()) if length is None else length
        head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {size}\r\n"
        client.sendall(f"{head}Location: http://elsewhere/\r\nConnection: close\r\n\r\n{body}".encode())

    return answer


def _says_nothing(client: socket.socket) -> None:
    time.sleep(3)


JSON = "application/sparql-results+json"
BAD_ANSWERS = {
    "a page": (_says("200 OK", "<html>hello"), "text/html, which is no answer to a query"),
    "no JSON": (_says("200 OK", "<html>hello", JSON), "ends early or cannot be read"),
    "half an answer": (
        _says("200 OK", '{"head": {"vars": ["count"]}, "results": {"bindings": [{"cou', JSON),
        "ends early or cannot be read",
    ),
    "less than announced": (_says("200 OK", '{"head": ', JSON, 500), "whole|lost"),
    "another kind of answer": (
        _says("200 OK", "<a:a> <a:b> <a:c> .", "text/turtle"),
        "no answer to this query",
    ),
    "another address": (_says("301 Moved"), "points to http://elsewhere/"),
    "an error": (_says("500 Error", "out of paper"), "answers 500: out of paper"),
    "too busy": (_says("503 Busy", "later"), "answers 503: later"),
    "nothing there": (_says("404 Not Found", "what?"), "answers 404: what?"),
    "closed at once": (lambda client: None, "no connection, or it was lost"),
    "silence": (_says_nothing, "sent nothing for 1 s"),
}


@pytest.mark.parametrize("name", BAD_ANSWERS)
def test_a_bad_answer_is_one_sentence(name: str) -> None:
    answer, told = BAD_ANSWERS[name]
    with answering(answer) as address, pytest.raises(TiGraphError, match=told):
        Asking(Remote(address, timeout=1)).count(None)


def test_a_far_end_that_is_down_is_one_sentence() -> None:
    with pytest.raises(UpstreamError, match="no connection, or it was lost: Connection refused"):
        Asking(Remote(f"http://127.0.0.1:{free_port()}/sparql")).count(None)


@pytest.mark.parametrize(
    "address", ["localhost/sparql", "ftp://a/b", "http://user:secret@host/sparql", "http://"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(RequestError, match="address"):
        Remote(address)


@pytest.mark.parametrize(
    ("credentials", "told"),
    [
        (("basic", "", "s"), "needs a user"),
        (("digest", "dba", ""), "needs a secret"),
        (("", "", "s"), "not how to send it"),
    ],
)
def test_credentials_are_whole_or_refused(credentials: tuple[str, str, str], told: str) -> None:
    with pytest.raises(RequestError, match=told):
        Credentials(*credentials)


def test_a_secret_is_not_shown() -> None:
    assert "hush" not in repr(Credentials("bearer", "", "hush"))


def test_the_command_says_what_is_wrong_and_exits_with_2(runner: CliRunner) -> None:
    down = runner.invoke(main, ["push", "--to", f"http://127.0.0.1:{free_port()}/store"])
    assert down.exit_code == 2
    assert "Connection refused" in down.output
    untold = runner.invoke(main, ["push", "--to", "http://127.0.0.1/update", "--protocol", "update"])
    assert untold.exit_code == 2
    assert "name the query service with --query" in untold.output
