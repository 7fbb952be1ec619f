"""Behind a real proxy, under a path prefix; and a new dataset without a dropped request."""

from __future__ import annotations

import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engines import free_port, nginx
from server import Server, serving, until
from ti_graph.rdf import Literal, NamedNode, Quad
from ti_graph.serving.endpoint import Endpoint
from ti_graph.sparql.catalogue import Catalogue
from ti_graph.stores.repository import Repository
from ti_graph.web import create_app
from ti_graph.web.public import below

A = NamedNode("a:a")


@pytest.fixture
def proxied(tmp_path: Path) -> Iterator[tuple[str, Server]]:
    """A server with a public address under the path /ti, and nginx before it."""
    port = free_port()
    public = f"http://127.0.0.1:{port}/ti"
    with serving("--store", str(tmp_path / "data"), "--public-url", public, token="t") as server:
        http = f"""server {{ listen 127.0.0.1:{port};
          location /ti/ {{ proxy_pass {server.address}; proxy_http_version 1.1; }} }}"""
        with nginx(tmp_path / "nginx", http, port):
            yield public, Server(public, server.token, server.process)


def test_links_graphs_and_descriptions_use_the_public_address(proxied: tuple[str, Server]) -> None:
    public, server = proxied
    made = server.request("/store", b"<a:a> <a:b> 1 .", Content_Type="text/turtle")
    assert made.status == 201
    assert made.headers["location"].startswith(public + "/store/")
    put = server.request("/store/one%2Ftwo", b"<a:a> <a:b> 2 .", "PUT", Content_Type="text/turtle")
    assert put.status == 201
    assert server.count(f"GRAPH <{public}/store/one%2Ftwo> {{ ?s ?p ?o }}") == 1
    assert f"<{public}/sparql>\n\ta sd:Service" in server.request("/sparql", Accept="text/turtle").text
    page = server.request("/queries", Accept="text/html").text
    assert 'href="/ti/static/style.css"' in page
    assert 'href="/ti/queries/documents"' in page


@pytest.mark.parametrize(
    ("path", "prefix", "rest"),
    [
        ("/ti/sparql", "/ti", "/sparql"),
        ("/ti", "/ti", ""),
        ("/sparql", "/ti", "/sparql"),
        ("/sparql", "/s", "/sparql"),
        ("/sparql", "", "/sparql"),
    ],
)
def test_a_prefix_is_a_part_of_the_path_not_of_a_name(path: str, prefix: str, rest: str) -> None:
    assert below(path, prefix) == rest


def test_a_prefix_with_which_a_path_begins_too_stays_apart(endpoint: Endpoint, catalogue: Catalogue) -> None:
    client = create_app(endpoint, catalogue, "https://example.org/s").test_client()
    for path in ("/sparql", "/s/sparql"):
        assert client.get(path, query_string={"query": "ASK {}"}).status_code == 200


def test_a_reload_drops_no_request(tmp_path: Path) -> None:
    """The link that the server was given is moved to another dataset; then the server is told."""
    link, other = tmp_path / "now", tmp_path / "other"
    for name, value in (("first", 1), ("second", 2)):
        Repository.create(tmp_path / name, [Quad(A, A, Literal(value), A)])
    link.symlink_to(tmp_path / "first")
    other.symlink_to(tmp_path / "second")
    with serving("--store", str(link), token="t") as server:
        replies: list[list[str]] = [[] for _ in range(4)]
        stop = threading.Event()

        def ask(seen: list[str]) -> None:
            while not stop.is_set():
                try:
                    reply = server.query("SELECT ?o { GRAPH ?g { ?s ?p ?o } }", Accept="text/csv")
                    seen.append(f"{reply.status} {reply.text.split()[-1]}")
                except OSError as error:
                    seen.append(repr(error))

        clients = [threading.Thread(target=ask, args=(seen,)) for seen in replies]
        for client in clients:
            client.start()
        until(lambda: all(len(seen) > 6 for seen in replies))
        other.replace(link)
        assert server.update("INSERT DATA { <a:b> <a:b> <a:b> }").status == 204, "still in the first"
        server.process.send_signal(signal.SIGHUP)
        until(lambda: all(seen[-6:] == ["200 2"] * 6 for seen in replies))
        stop.set()
        for client in clients:
            client.join()
        assert all(set(seen) == {"200 1", "200 2"} for seen in replies)
        assert all(seen == sorted(seen) for seen in replies), "no client goes back to the first"
        assert sum(map(len, replies)) > 50
        assert server.update("INSERT DATA { <a:b> <a:b> <a:c> }").status == 204
    assert Repository(tmp_path / "first").current().number == 1
    assert Repository(tmp_path / "second").current().number == 1


@pytest.fixture
def links(tmp_path: Path) -> Callable[[str], Path]:
    """Two datasets, ``first`` and ``second``: gives a link that leads to one of them, from now on."""
    for name, value in (("first", 1), ("second", 2)):
        Repository.create(tmp_path / name, [Quad(A, A, Literal(value), A)])

    def lead(name: str) -> Path:
        new, link = tmp_path / "new", tmp_path / "now"
        new.symlink_to(tmp_path / name)
        return new.replace(link)

    return lead


ENDLESS = " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(30))


def test_a_reload_leads_back_when_what_was_under_way_is_answered(links: Callable[[str], Path]) -> None:
    link = links("first")
    with serving("--store", str(link), "--query-timeout", "3", token="t") as server:
        some = " ".join(f"<a:a> <a:a> {n}, {n}.5 ." for n in range(200))
        assert server.update(f"INSERT DATA {{ {some} }}").status == 204
        with ThreadPoolExecutor(1) as client:
            asked = client.submit(server.query, f"SELECT (COUNT(*) AS ?n) {{ {ENDLESS} }}")
            time.sleep(1)
            for name in ("second", "first"):
                links(name)
                server.process.send_signal(signal.SIGHUP)
                time.sleep(1)
            assert server.query("ASK { GRAPH ?g { ?s ?p 2 } }").text.endswith("true}"), "now in the second"
            assert asked.result().status == 504
        time.sleep(2)
        assert server.query("ASK { GRAPH ?g { ?s ?p 1 } }").text.endswith("true}"), "in the first again"
        assert server.update("INSERT DATA { <a:b> <a:b> <a:b> }").status == 204
    assert Repository(link.with_name("first")).current().number == 2


def test_a_server_that_reloads_is_stopped_without_a_stack_trace(links: Callable[[str], Path]) -> None:
    """A change is under way in the dataset before, and its client goes as the server is told to stop."""
    with serving("--store", str(links("first")), token="t") as server:
        some = " ".join(f"<a:a> <a:a> {n}, {n}.5 ." for n in range(200))
        assert server.update(f"INSERT DATA {{ {some} }}").status == 204
        change = f"INSERT {{ <a:a> <a:b> ?n }} WHERE {{ SELECT (COUNT(*) AS ?n) {{ {ENDLESS} }} }}"
        host, port = server.address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as client:
            head = "POST /sparql HTTP/1.1", f"Host: {host}", "Authorization: Bearer t"
            kind = "Content-Type: application/sparql-update", f"Content-Length: {len(change)}"
            client.sendall("\r\n".join([*head, *kind, "", change]).encode())
            time.sleep(1)
            links("second")
            server.process.send_signal(signal.SIGHUP)
            time.sleep(1)
        time.sleep(0.3)


def test_what_cannot_be_renewed_leaves_the_server_as_it_was(tmp_path: Path) -> None:
    Repository.create(tmp_path / "first", [Quad(A, A, Literal("1"), A)])
    (tmp_path / "none").mkdir()
    (tmp_path / "none" / "a file").touch()
    link, other = tmp_path / "link", tmp_path / "other"
    link.symlink_to(tmp_path / "first")
    other.symlink_to(tmp_path / "none")
    with serving("--store", str(link)) as server:  # which sees to it that no stack trace is written
        other.replace(link)
        for _ in range(2):
            server.process.send_signal(signal.SIGHUP)
        time.sleep(0.5)
        assert server.query("ASK { GRAPH ?g { ?s ?p '1' } }").text.endswith("true}")
