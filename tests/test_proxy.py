"""Behind a real proxy, under a path prefix; and a new dataset without a dropped request."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engines import free_port, nginx
from server import Server, serving, until
from ti_graph.rdf import Literal, NamedNode, Quad
from ti_graph.stores.repository import Repository

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
