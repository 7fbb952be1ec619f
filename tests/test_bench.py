"""Requests are drawn from the data, the same for a seed, and wrk sends them to a real server."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

import pytest
from click.testing import CliRunner

from engines import needed
from generic import Generic
from server import Server, serving
from ti_graph.bench.drawn import Drawing
from ti_graph.bench.wrk import load
from ti_graph.cli import main
from ti_graph.errors import UpstreamError
from ti_graph.layout import QUERIES
from ti_graph.sparql.catalogue import Catalogue
from ti_graph.stores.store import Store


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """The built dataset; wrk is there, too."""
    needed("wrk", "wrk")
    with serving() as running:
        yield running


def drawing(store: Store, seed: int = 1) -> Drawing:
    return Drawing(store.texts, Catalogue(QUERIES), seed)


@pytest.mark.parametrize("name", Catalogue(QUERIES))
def test_every_named_query_is_drawn_with_different_parameters(store: Store, name: str) -> None:
    query, texts = Catalogue(QUERIES)[name], drawing(store).named(name, 12)
    assert 1 <= len(set(texts)) == len(texts) <= 12
    assert all(text != query.text for text in texts) == bool(query.examples)
    for text in texts[:3]:
        store.query(text)


def test_a_seed_gives_the_same_requests(store: Store) -> None:
    assert drawing(store, 7).traffic(50, 5) == drawing(store, 7).traffic(50, 5)
    assert drawing(store, 7).traffic(50, 5) != drawing(store, 8).traffic(50, 5)


def test_in_traffic_some_come_more_often(store: Store) -> None:
    """Each query about as often as another; of the texts of one, the first more often than the twentieth."""
    found = Counter(drawing(store).traffic(6_600, 20))
    of_communes = sorted(
        (n for text, n in found.items() if "?communeName ?list ?listDate" in text), reverse=True
    )
    assert len(of_communes) == 20
    assert 100 < sum(of_communes) < 400
    assert of_communes[0] > 3 * of_communes[-1]


def test_generic_queries_are_of_every_kind_and_can_be_evaluated(store: Store) -> None:
    texts = Generic(store.texts).queries(1)
    assert len(texts) > 30
    for word in (
        "OPTIONAL",
        "MINUS",
        "NOT EXISTS",
        "UNION",
        "GROUP BY",
        "HAVING",
        "REGEX",
        "GRAPH",
        "geof:",
        ")+",
    ):
        assert any(word in text for text in texts.values()), word
    for text in texts.values():
        store.query(text)
    assert Generic(store.texts).queries(1) == texts


def test_a_load_tells_what_was_answered_and_how_fast(server: Server) -> None:
    found = load(server.address, ["/sparql?query=ASK+%7B%7D", "/sparql?query=ASK+%7B"], 1, "text/csv", 2)
    assert 0 < found.refused < found.answered
    assert (found.failed, found.size > 0) == (0, True)
    assert found.median <= found.p95 <= found.p99 <= found.longest
    assert found.per_second == (found.answered - found.refused) / found.seconds


def test_a_single_text_is_asked_over_every_connection() -> None:
    """Nobody answers; what each connection has sent is still there when the load is over."""
    needed("wrk", "wrk")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        load(f"http://127.0.0.1:{listening.getsockname()[1]}", ["/"], 1, "*/*", connections=4)
        listening.setblocking(False)
        sent = []
        with suppress(BlockingIOError):
            while True:
                with listening.accept()[0] as client:
                    sent.append(client.recv(3))
    assert sent.count(b"GET") == 4


def test_a_server_that_is_not_there_is_one_sentence() -> None:
    needed("wrk", "wrk")
    with pytest.raises(UpstreamError, match="wrk cannot load"):
        load("http://127.0.0.1:9", ["/"], 1, "*/*")


def test_the_command_prints_a_row_for_each_query(server: Server) -> None:
    told = [
        "bench",
        f"{server.address}/sparql",
        "--query",
        "documents",
        "--query",
        "projects",
        "--seconds",
        "1",
    ]
    result = CliRunner().invoke(main, told)
    assert result.exit_code == 0, result.stderr
    rows = result.stdout.splitlines()
    assert [row.split()[0] for row in rows[2:]] == ["documents", "projects"]
    assert all("/s" in row and "failed" not in row for row in rows[2:])


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (["no-address"], "is no web address"),
        (["--query", "nothing"], "no query 'nothing'"),
    ],
)
def test_a_mistake_is_one_sentence(told: list[str], says: str) -> None:
    result = CliRunner().invoke(main, ["bench", *told])
    assert (result.exit_code, says in result.stderr) == (2, True)


def test_without_wrk_it_says_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    result = CliRunner().invoke(main, ["bench", "--query", "documents"])
    assert (result.exit_code, "wrk is not on the PATH" in result.stderr) == (2, True)
