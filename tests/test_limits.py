"""No query brings the server down: each limit has its own clear answer, and the others are still served."""

from __future__ import annotations

import gzip
import json
import os
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from server import Server, form, serving, until
from ti_graph.build import dataset
from ti_graph.serving.job import Job, Limits
from ti_graph.serving.pool import Pool
from ti_graph.web.server import CONNECTIONS

CARTESIAN = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
FORM = "application/x-www-form-urlencoded"
LABEL = (
    "SELECT ?l WHERE { <https://w3id.org/territoires-industrie/id/region/28> "
    "<http://www.w3.org/2000/01/rdf-schema#label> ?l }"
)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """The built dataset under tight limits: 1 s, 1,000 MB, answers of 1 MB."""
    dataset()
    limits = ("--query-timeout", "1", "--max-memory", "1000", "--max-result", "1")
    with serving(*limits, "--allow-service", "127.0.0.1:1") as running:
        yield running


RUNAWAYS = {
    "cartesian product": CARTESIAN,
    "path closure": "SELECT (COUNT(*) AS ?n) WHERE { ?a (<a:b>|!<a:b>)* ?c . ?x (<a:b>|!<a:b>)+ ?y }",
    "distinct": "SELECT (COUNT(DISTINCT ?c) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f }",
    "regex": 'SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f FILTER(REGEX(CONCAT(?c, ?f), "x.*y$")) }',
    "aggregate": "SELECT ?b (COUNT(?f) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f } GROUP BY ?b",
}


@pytest.mark.parametrize("text", RUNAWAYS.values(), ids=RUNAWAYS)
def test_a_runaway_query_is_504(server: Server, text: str) -> None:
    reply = server.query(text)
    assert reply.status == 504, reply.text
    assert reply.json()["type"].endswith("/problem/deadline")


def test_a_caller_can_ask_for_less_time(server: Server) -> None:
    reply = server.request("/sparql", form(query=CARTESIAN, timeout="0.1"))
    assert (reply.status, "reached its deadline" in reply.text) == (504, True)
    assert server.request("/sparql", form(query=CARTESIAN, timeout="soon")).status == 400


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f",
        "SELECT (GROUP_CONCAT(?f) AS ?x) WHERE { ?a ?b ?c . ?d ?e ?f }",
    ],
    ids=["huge sort", "huge string"],
)
def test_a_query_that_needs_too_much_memory_is_507_or_504(server: Server, text: str) -> None:
    """Which of the two it meets first depends on the machine; it is never anything else."""
    assert server.query(text).status in (504, 507)


def test_a_result_that_is_too_large_is_507_and_never_a_truncated_200(server: Server) -> None:
    reply = server.query("SELECT * WHERE { ?a ?b ?c }", Accept="text/csv")
    assert reply.status == 507
    assert reply.json()["type"].endswith("/problem/too-costly")


def files() -> set[Path]:
    """What large answers are written to."""
    return set(Path("/tmp").glob("ti-graph-*/*"))


def test_a_killed_query_leaves_no_file(server: Server) -> None:
    """It is killed while it writes a large answer."""
    before = files()
    text = "SELECT ?a ?c ?d WHERE { ?a ?b ?c . ?d ?e ?f }"
    assert server.request("/sparql", form(query=text, timeout="0.05")).status in (504, 507)
    assert until(lambda: files() <= before), "the file of the killed query is still there"


def test_a_text_that_is_too_long_is_413(server: Server) -> None:
    assert server.query("ASK {} #" + "x" * 1_000_000).status == 413


def test_a_nesting_bomb_is_400_before_it_gets_a_worker(server: Server) -> None:
    died = server.metric("ti_graph_queries_died_total")
    for bomb in ("(" * 10_000 + ")" * 10_000, "{" * 50_000, "'" * 100_001):
        reply = server.query(f"SELECT * WHERE {{ FILTER({bomb}) }}")
        assert reply.status == 400
        assert reply.json()["line"] == 1
    assert server.metric("ti_graph_queries_died_total") == died


def test_a_query_that_kills_its_worker_costs_one_clear_500(server: Server) -> None:
    """A chain of a hundred thousand additions overflows the engine's stack without any nesting."""
    reply = server.query("SELECT * WHERE { FILTER(1" + "+1" * 100_000 + ") }")
    assert reply.status == 500
    assert reply.json()["type"].endswith("/problem/worker-died")
    assert server.query(LABEL).status == 200


def processes_below(pid: int) -> list[int]:
    """The processes that a process has started, and those that they have, parents first."""
    started = "".join(path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children"))
    children = [int(child) for child in started.split()]
    return [below for child in children for below in (child, *processes_below(child))]


def command_of(pid: int) -> str:
    """The command line of a process."""
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


def test_a_killed_worker_costs_its_request_and_is_replaced(server: Server) -> None:
    """Workers are the processes without any of their own."""
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(server.query, CARTESIAN)
        assert until(lambda: server.metric("ti_graph_queries_running") >= 1)
        for pid in processes_below(server.process.pid):
            if not processes_below(pid) and "resource_tracker" not in command_of(pid):
                os.kill(pid, signal.SIGKILL)
        assert running.result().status == 500
    assert server.query(LABEL).status == 200


def test_the_death_of_the_process_that_forks_workers_is_survived(server: Server) -> None:
    for pid in processes_below(server.process.pid):
        if "forkserver" in command_of(pid):
            os.kill(pid, signal.SIGKILL)
            break
    statuses = []
    for _ in range(50):
        statuses.append(server.query(LABEL).status)
        time.sleep(0.1)
    assert set(statuses) <= {200, 500}
    assert set(statuses[-20:]) == {200}


def test_short_queries_are_answered_while_runaways_fill_the_rest(server: Server) -> None:
    """Sixty-four clients send runaways without pause; another keeps asking for a label."""
    end = time.monotonic() + 4

    def insist(text: str) -> Counter[int]:
        seen: Counter[int] = Counter()
        while time.monotonic() < end:
            seen[server.query(text).status] += 1
        return seen

    with ThreadPoolExecutor(65) as pool:
        runaways = [pool.submit(insist, CARTESIAN) for _ in range(64)]
        short = pool.submit(insist, LABEL).result()
    assert set().union(*(r.result() for r in runaways)) <= {503, 504}
    assert short[200] > 10 * (short.total() - short[200]), short


def test_a_client_that_goes_away_ends_its_query(server: Server) -> None:
    """It has a second; it is ended before."""
    killed, began = server.metric("ti_graph_queries_killed_total"), time.monotonic()
    host, port = server.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as client:
        body = form(query=CARTESIAN)
        lines = ("POST /sparql HTTP/1.1", "Host: x", f"Content-Type: {FORM}", f"Content-Length: {len(body)}")
        client.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        assert until(lambda: server.metric("ti_graph_queries_running") >= 1)
    assert until(lambda: server.metric("ti_graph_queries_killed_total") == killed + 1)
    assert time.monotonic() < began + 1
    assert server.metric("ti_graph_queries_running") == 0


def connect(server: Server) -> socket.socket:
    host, port = server.address.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=10)


def test_broken_and_slow_clients_hold_up_nobody(server: Server) -> None:
    """More of them than there are threads; each sends a byte now and then."""
    clients = [connect(server) for _ in range(400)]
    beginnings = [b"GET /", b"\x00\xff\x00", b"POST /sparql HTTP/1.1\r\nContent-Length: 99\r\n\r\nq"]
    try:
        for number, client in enumerate(clients):
            client.sendall(beginnings[number % 3])
        for _ in range(5):
            for client in clients:
                client.sendall(b"x")
            assert server.query(LABEL).status == 200
    finally:
        for client in clients:
            client.close()


def test_past_the_most_connections_the_oldest_that_waits_for_nothing_ends(server: Server) -> None:
    with ExitStack() as held:
        idle = [held.enter_context(connect(server)) for _ in range(CONNECTIONS)]
        for _ in range(20):
            assert server.query(LABEL).status == 200
        assert idle[0].recv(1) == b"", "the oldest connection has been ended"
        idle[-1].sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert idle[-1].recv(12) == b"HTTP/1.1 200"


def test_slow_readers_hold_up_nobody(server: Server) -> None:
    """They ask for much and read nothing."""
    query = form(query="SELECT ?a ?b ?c WHERE { ?a ?b ?c } LIMIT 3000").decode()
    request = f"GET /sparql?{query} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    with ExitStack() as held:
        for _ in range(200):
            held.enter_context(connect(server)).sendall(request)
        time.sleep(2)
        assert server.query(LABEL).status == 200


@pytest.mark.parametrize(
    "sent, status",
    [
        (b"\x16\x03\x01 / what\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nNo-Colon\r\n\r\n", 400),
        (b"GET /sparql?query=" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n", 431),
        (b"POST /sparql HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", 413),
    ],
    ids=["no method", "no header", "a long address", "a large body"],
)
def test_what_is_no_http_request_is_told_so(server: Server, sent: bytes, status: int) -> None:
    with connect(server) as client:
        client.sendall(sent)
        head, body = b"".join(iter(lambda: client.recv(65536), b"")).split(b"\r\n\r\n", 1)
    assert int(head.split()[1]) == status
    assert b"Content-Type: application/problem+json" in head
    problem = json.loads(body)
    assert (problem["status"], bool(problem["title"]), bool(problem["detail"])) == (status, True, True)


def test_an_address_too_long_for_a_page_is_told_on_a_page(server: Server) -> None:
    with connect(server) as client:
        client.sendall(b"GET /search?q=" + b"x" * 70_000 + b" HTTP/1.1\r\nAccept: text/html\r\n\r\n")
        head, body = b"".join(iter(lambda: client.recv(65536), b"")).split(b"\r\n\r\n", 1)
    assert int(head.split()[1]) == 431
    assert b"Content-Type: text/html" in head
    assert "Cette adresse est trop longue" in body.decode()


def test_the_same_process_is_still_alive(server: Server) -> None:
    assert server.process.poll() is None
    assert server.request("/readyz").status == 200


# ── No way out ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def listener() -> Iterator[tuple[str, list[object]]]:
    """A port that must see no connection, and the connections that it saw."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.1)
        seen: list[object] = []
        stop = threading.Event()

        def watch() -> None:
            while not stop.is_set():
                try:
                    connection, peer = listening.accept()
                    connection.close()
                    seen.append(peer)
                except TimeoutError:
                    continue

        thread = threading.Thread(target=watch)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/", seen
        stop.set()
        thread.join()


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * WHERE { SERVICE <URL> { ?s ?p ?o } }",
        "SELECT * WHERE { ?s ?p trueSERVICE<URL>{ ?a ?b ?c } }",
        "SELECT * WHERE { serviceSILENT<URL>{ ?a ?b ?c } }",
        "PREFIX : <URL> SELECT * WHERE { SERVICE:x { ?a ?b ?c } }",
        "SELECT * WHERE { BIND(<URL> AS ?u) SERVICE ?u { ?a ?b ?c } }",
        "SELECT * WHERE { \\u0053ERVICE <URL> { ?a ?b ?c } }",
        "SELECT * FROM <URL> WHERE { ?s ?p ?o }",
    ],
)
def test_no_query_reaches_another_server(
    server: Server, listener: tuple[str, list[object]], text: str
) -> None:
    url, seen = listener
    reply = server.query(text.replace("URL", url))
    assert reply.status in (400, 403) or (reply.status == 200 and "FROM" in text)
    time.sleep(0.15)
    assert seen == []


def test_an_allowed_host_that_does_not_answer_is_502(server: Server) -> None:
    reply = server.query("SELECT * WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }")
    assert reply.status in (400, 502)
    assert "127.0.0.1" in reply.text or "port" in reply.text


# ── Caching and compression ──────────────────────────────────────────────────────────────────────────────


def test_an_answer_that_has_not_changed_is_304(server: Server) -> None:
    first = server.request("/queries/documents?format=csv")
    again = server.request("/queries/documents?format=csv", If_None_Match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    other = server.request("/queries/documents?format=tsv", If_None_Match=first.headers["etag"])
    assert other.status == 200
    assert other.headers["etag"] != first.headers["etag"]


def test_what_cannot_be_repeated_is_not_cached(server: Server) -> None:
    reply = server.query("SELECT (NOW() AS ?now) WHERE {}")
    assert "etag" not in reply.headers
    assert reply.headers["cache-control"] == "no-store"


def test_gzip_where_the_client_takes_it(server: Server) -> None:
    plain = server.request("/queries/members-of-territory?format=csv")
    packed = server.request("/queries/members-of-territory?format=csv", Accept_Encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["etag"] != plain.headers["etag"]
    assert "Accept-Encoding" in plain.headers["vary"]


def test_a_page_of_another_site_may_ask(server: Server) -> None:
    preflight = server.request("/sparql", method="OPTIONS", Origin="https://example.org")
    assert preflight.status == 200
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert "access-control-allow-credentials" not in preflight.headers


def test_long_queries_make_way_for_a_short_one_and_are_all_answered() -> None:
    """Where one of two workers is for short queries, the long one that began last begins again later."""
    text = "SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?p) AS ?m) WHERE { GRAPH ?g { ?s ?p ?o } }"
    with serving("--workers", "2", "--cache", "0") as server, ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(server.query, text) for _ in range(4)]
        assert until(lambda: server.metric("ti_graph_queries_running") == 2)
        assert server.query(LABEL).status == 200
        assert {each.result().status for each in asked} == {200}


def test_of_a_query_that_began_again_no_file_is_left() -> None:
    """Four large answers on two workers, one of them for short queries: who makes way wrote a part."""
    text = "SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 150000"
    before = files()
    with serving("--workers", "2", "--cache", "0") as server, ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(server.query, text, Accept="text/csv") for _ in range(4)]
        assert {each.result().status for each in asked} == {200}
        assert until(lambda: files() <= before), "a part of an answer is still there"


def test_an_error_of_any_kind_is_told_to_who_waits() -> None:
    """A task that fails as no query should; the loop goes on."""
    pool, told = Pool(Limits(workers=2)), []

    def is_told() -> bool:
        pool.turn()
        return bool(told)

    try:
        pool.start(Job(int, ("no number",), told.append))
        assert until(is_told)
    finally:
        pool.close()
    assert [type(error) for error in told] == [TypeError]
