"""The short way from socket to engine gives what the long way gives, and declines what it should."""

from __future__ import annotations

import http.client
import re
import socket
import tempfile
import time
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from server import Server, serving
from ti_graph.build import dataset
from ti_graph.layout import QUERIES
from ti_graph.serving import express
from ti_graph.serving.kept import Kept, Sendable
from ti_graph.sparql.text import is_plain

LABEL = (
    "SELECT ?l WHERE { <https://w3id.org/territoires-industrie/id/region/28> "
    "<http://www.w3.org/2000/01/rdf-schema#label> ?l }"
)
MANY = "SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 2000"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """The built dataset."""
    dataset()
    with serving("--max-result", "1") as running:
        yield running


@pytest.fixture(scope="module")
def written() -> Iterator[Server]:
    """A plain dataset that may be changed."""
    with tempfile.TemporaryDirectory() as folder, serving("--store", f"{folder}/data", token="t") as running:
        yield running


def ask(server: Server, target: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """An answer over a connection of its own; its headers without Date and Connection."""
    host, port = server.address.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=30)
    try:
        connection.request("GET", target, headers=headers)
        reply = connection.getresponse()
        kept = {name.lower(): value for name, value in reply.getheaders()}
        kept.pop("date", None)
        kept.pop("connection", None)
        return reply.status, kept, reply.read()
    finally:
        connection.close()


def sparql(text: str, **more: str) -> str:
    return "/sparql?" + urlencode({"query": text, **more})


TARGETS = {
    "rows": (sparql(LABEL), {}),
    "a base": (sparql("SELECT ?x WHERE { BIND(<x> AS ?x) }"), {}),
    "truth": (sparql("ASK { ?s ?p ?o }"), {}),
    "by name": (sparql(LABEL, format="csv"), {}),
    "by header": (sparql(LABEL), {"Accept": "text/tab-separated-values, */*;q=0.1"}),
    "a graph": (sparql("DESCRIBE <https://w3id.org/territoires-industrie/id/region/28>"), {}),
    "a graph as JSON-LD": (sparql("CONSTRUCT WHERE { ?s a ?c } LIMIT 3"), {"Accept": "application/ld+json"}),
    "a large answer": (sparql(MANY), {}),
    "packed": (sparql(MANY.replace("2000", "100")), {"Accept-Encoding": "gzip, deflate"}),
    "what is entailed": (sparql(LABEL, inference="true"), {}),
    "a named graph": (
        sparql(LABEL, **{"default-graph-uri": "https://w3id.org/territoires-industrie/def"}),
        {},
    ),
    "a named query": ("/queries/territory-of-commune?commune=76351&format=json", {}),
    "a named query, escaped": ("/queries/members%2Dof-territory?label=Axe+Seine", {"Accept": "text/csv"}),
    "what changes": (sparql("SELECT (1 AS ?x) WHERE { FILTER(NOW() > 0) }"), {}),
    "a syntax error": (sparql("SELECT * WHERE { ?s ?p"), {}),
    "no query": ("/sparql?query=", {}),
    "two queries": ("/sparql?query=ASK+%7B%7D&query=ASK+%7B%7D", {}),
    "no UTF-8": ("/sparql?query=ASK+%7B%7D%FF", {}),
    "an unknown format": (sparql(LABEL, format="pdf"), {}),
    "a format that rows do not have": (sparql(LABEL, format="ttl"), {}),
    "nothing acceptable": (sparql(LABEL), {"Accept": "image/png"}),
    "an update": ("/sparql?update=CLEAR+ALL", {}),
    "a graph name that is none": (sparql(LABEL, **{"default-graph-uri": "no iri"}), {}),
    "no such query": ("/queries/nothing?format=csv", {}),
    "no such parameter": ("/queries/documents?x=1&format=csv", {}),
    "a value of another type": ("/queries/composition-at-date?date=soon&format=csv", {}),
    "another language": (sparql(LABEL, lang="de"), {}),
    "another server": (sparql("SELECT * WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"), {}),
    "too large": (sparql("SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 50000"), {}),
    "a page": (sparql(LABEL), {"Accept": "text/html"}),
    "a page of a query": ("/queries/documents", {"Accept": "text/html,*/*;q=0.8"}),
    "a citation": ("/queries/documents?format=bib", {}),
}


@pytest.mark.parametrize("target, headers", TARGETS.values(), ids=TARGETS)
def test_an_answer_is_the_same_either_way(server: Server, target: str, headers: dict[str, str]) -> None:
    """A connection that is to be closed takes the long way; the second answer is one that was kept."""
    long_way = ask(server, target, Connection="close", **headers)
    for _ in range(2):
        assert ask(server, target, **headers) == long_way


def test_what_has_not_changed_is_304_whichever_way_it_came(server: Server) -> None:
    _, headers, _ = ask(server, sparql(LABEL))
    status, _, body = ask(server, sparql(LABEL), **{"If-None-Match": headers["etag"]})
    assert (status, body) == (304, b"")


def test_requests_sent_at_once_are_answered_in_order(server: Server) -> None:
    """Pipelined: the short way, the long way, a page, and again."""
    targets = [sparql(LABEL), sparql("ASK {}"), "/healthz", sparql(LABEL), "/doc/region/28.nt", sparql(LABEL)]
    alone = [ask(server, target)[2] for target in targets]
    host, port = server.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as client:
        lines = [f"GET {target} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode() for target in targets]
        client.sendall(b"".join(lines))
        stream = client.makefile("rb")
        for expected in alone:
            head = b"".join(iter(stream.readline, b"\r\n"))
            length = re.search(rb"Content-Length: (\d+)", head)
            assert length
            assert stream.read(int(length[1])) == expected


def test_what_goes_the_long_way_is_answered_before_what_comes_next(server: Server) -> None:
    """The first of two requests is declined by a worker when the second is there."""
    targets = [
        sparql("SELECT * WHERE { ?s ?p"),
        sparql(LABEL),
        sparql("ASK { FILTER(NOW() > 0) }"),
        "/readyz",
    ]
    alone = [ask(server, target)[0] for target in targets]
    host, port = server.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as client:
        for target in targets:
            client.sendall(f"GET {target} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
            time.sleep(0.0005)
        stream = client.makefile("rb")
        for expected in alone:
            head = b"".join(iter(stream.readline, b"\r\n"))
            assert int(head.split()[1]) == expected
            length = re.search(rb"Content-Length: (\d+)", head)
            assert length
            stream.read(int(length[1]))


def test_what_is_kept_is_forgotten_when_the_dataset_changes(written: Server) -> None:
    reader = Server(written.address, "", written.process)
    target = sparql("SELECT ?o WHERE { GRAPH <a:g> { <a:a> <a:b> ?o } }", format="csv")
    for value in ("1", "2", "3"):
        change = f"CLEAR SILENT GRAPH <a:g> ; INSERT DATA {{ GRAPH <a:g> {{ <a:a> <a:b> {value} }} }}"
        assert written.update(change).status == 204
        for _ in range(3):
            assert reader.request(target).text.split() == ["o", value]


def test_each_answer_is_counted_and_logged(server: Server) -> None:
    name = 'ti_graph_requests_total{route="/sparql",status="200"}'
    before = server.metric(name)
    for _ in range(3):
        ask(server, sparql("SELECT (3 AS ?three) WHERE {}"))
    assert server.metric(name) == before + 3


HEAD = b"GET /sparql?query=x HTTP/1.1\r\nHost: a.example:80\r\nAccept: text/csv\r\nX-Other: 1\r\n\r\n"


def test_a_plain_request_is_read() -> None:
    assert express.read(HEAD) == express.Request("/sparql?query=x", "a.example:80", "text/csv", "", "")
    assert express.read(HEAD.replace(b"X-Other: 1", b"Connection: Keep-Alive")) == express.read(HEAD)


@pytest.mark.parametrize(
    "sent",
    [
        HEAD[:-2],
        HEAD + b"GET / HTTP/1.1\r\n\r\n",
        HEAD.replace(b"GET", b"HEAD"),
        HEAD.replace(b"HTTP/1.1", b"HTTP/1.0"),
        HEAD.replace(b"x HTTP", b"x y HTTP"),
        HEAD.replace(b"X-Other", b"X Other"),
        HEAD.replace(b"X-Other: 1", b" folded"),
        HEAD.replace(b"X-Other: 1", b"No-Colon"),
        HEAD.replace(b"X-Other: 1", b"Host: b.example"),
        HEAD.replace(b"X-Other: 1", b"Connection: close"),
        HEAD.replace(b"X-Other: 1", b"Content-Length: 3"),
        HEAD.replace(b"X-Other: 1", b"Transfer-Encoding: chunked"),
        HEAD.replace(b"X-Other: 1", b"Expect: 100-continue"),
        HEAD.replace(b"X-Other: 1", b'If-None-Match: "x"'),
        HEAD.replace(b"X-Other: 1", b"X-Other: \xe9"),
        HEAD.replace(b"a.example:80", b"a/example"),
        HEAD.replace(b"Host: a.example:80\r\n", b""),
        HEAD.replace(b"\r\n", b"\n"),
    ],
    ids=lambda sent: sent.decode("latin-1")[-40:].replace("\r\n", " "),
)
def test_any_other_is_left_to_the_web_server(sent: bytes) -> None:
    assert express.read(sent) is None


@pytest.mark.parametrize(
    "text, plain",
    [
        ("SELECT * WHERE { ?known ?p 'now that' }", False),
        ("SELECT * WHERE { ?unknown ?random ?nowhere }", True),
        ("SELECT (NOW() AS ?x) WHERE {}", False),
        ("SELECT (trueNOW() AS ?x) WHERE {}", False),
        ("SELECT (struuid() AS ?x) WHERE {}", False),
        ("SELECT * WHERE { serviceSILENT<a:a>{} }", False),
        ("SELECT * WHERE { \\u0053ERVICE <a:a> {} }", False),
        ("SELECT * WHERE { \\U00000053ERVICE <a:a> {} }", False),
        ("SELECT * WHERE { ?s ?p 'a\\tb' }", True),
        ("SELECT * WHERE { FILTER(" + "(" * 150 + "1" + ")" * 150 + ") }", True),
        ("SELECT * WHERE { FILTER(" + "(" * 250 + "1" + ")" * 250 + ") }", False),
    ],
)
def test_a_text_is_plain_where_a_scan_would_find_nothing(text: str, plain: bool) -> None:
    assert is_plain(text) is plain


def test_the_query_of_a_request_is_found_again() -> None:
    assert express.text_of("/sparql?query=ASK+%7B%7D", QUERIES) == "ASK {}"
    assert "76351" in express.text_of("/queries/territory-of-commune?commune=76351", QUERIES)


def kept(body: bytes) -> Sendable:
    return Sendable(b"Content-Type: text/csv\r\n", body, "/sparql", "0123456789ab")


def test_of_the_answers_those_asked_for_longest_ago_go_first() -> None:
    answers = Kept(10_000)
    for name in "abcdefghijkl":
        answers.get(("a",), 1)
        answers.put((name,), 1, kept(bytes(600)))
    assert [name for name in "abcdefghijkl" if answers.get((name,), 1)] == [*"afghijkl"]


def test_an_answer_is_kept_for_its_state_and_if_it_is_not_too_large() -> None:
    answers = Kept(10_000)
    assert answers.get(("a",), 1) is None
    answers.put(("a",), 1, kept(b"one"))
    answers.put(("b",), 0, kept(b"of the state before"))
    answers.put(("c",), 1, kept(bytes(2_000)))
    assert answers.get(("a",), 1) == kept(b"one")
    assert (answers.get(("b",), 1), answers.get(("c",), 1)) == (None, None)
    assert answers.get(("a",), 2) is None
    assert answers.get(("a",), 1) is None


def test_nothing_is_kept_where_there_is_no_room() -> None:
    answers = Kept(0)
    assert answers.get(("a",), 1) is None
    answers.put(("a",), 1, kept(b""))
    assert answers.get(("a",), 1) is None
