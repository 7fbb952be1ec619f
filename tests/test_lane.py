"""Requests answered where they arrive: once for all who ask the same, and again from what is kept."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest

from server import Server, form
from ti_graph.build import dataset
from ti_graph.errors import DeadlineError
from ti_graph.layout import QUERIES
from ti_graph.serving.express import House
from ti_graph.serving.job import Job
from ti_graph.serving.kept import Kept
from ti_graph.serving.lane import ERROR, Lane
from ti_graph.serving.pool import Pool

LARGE = "SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 3000"
SLOW = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o FILTER(REGEX(STR(?o), 'havre$', 'i')) }"


@dataclass
class Recorder:
    """A client that notes what it gets."""

    is_there: bool = True
    got: list[bytes] = field(default_factory=list)
    told: list[Mapping[str, object]] = field(default_factory=list)

    def hold(self) -> None:
        pass

    def release(self) -> None:
        pass

    def answer(self, content: bytes, file: Path | None = None) -> None:
        self.got.append(content + (file.read_bytes() if file else b""))

    def pass_on(self, data: bytes, told: Mapping[str, object]) -> None:
        self.told.append(told)

    def give_up(self, data: bytes, told: Mapping[str, object]) -> None:
        self.told.append(told)

    def waits(self) -> bool:
        return self.is_there


class Later:
    """A pool that runs tasks when it is told to, in this process."""

    def __init__(self, folder: Path):
        self.jobs: list[Job] = []
        self.started = 0
        self._folder = folder

    def start(self, job: Job) -> None:
        self.jobs.append(job)
        self.started += 1

    def run(self) -> None:
        while self.jobs:
            job = self.jobs.pop()
            job.done(job.task(*job.arguments, str(self._folder / f"{self.started}-{len(self.jobs)}")))

    def fail(self, error: Exception) -> None:
        while self.jobs:
            self.jobs.pop().done(error)


@pytest.fixture
def pool(tmp_path: Path) -> Later:
    return Later(tmp_path)


@pytest.fixture
def lane(pool: Later) -> Lane:
    """One that keeps answers of up to a megabyte."""
    house = House(True, 1 << 30, QUERIES)
    return Lane(dataset().repository, cast(Pool, pool), house, Kept(8 << 20), lambda *told: None)


def sent(text: str) -> bytes:
    return f"GET /sparql?{form(query=text).decode()} HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n".encode()


def test_who_asks_what_is_being_answered_gets_that_answer(lane: Lane, pool: Later) -> None:
    clients = [Recorder() for _ in range(5)]
    for client in clients:
        lane.take(client, sent(LARGE))
    assert pool.started == 1
    pool.run()
    assert len({client.got[0] for client in clients}) == 1
    assert all(client.got[0].count(b"\r\n") > 3000 for client in clients)


def test_another_question_is_answered_by_itself(lane: Lane, pool: Later) -> None:
    for text in (LARGE, LARGE + "\n"):
        lane.take(Recorder(), sent(text))
    assert pool.started == 2


def test_a_large_answer_is_kept_and_its_file_removed(lane: Lane, pool: Later, tmp_path: Path) -> None:
    first, second = Recorder(), Recorder()
    lane.take(first, sent(LARGE))
    pool.run()
    lane.take(second, sent(LARGE))
    assert pool.started == 1
    assert first.got == second.got
    assert not [*tmp_path.iterdir()]


def test_one_that_is_too_large_to_keep_is_sent_to_all_who_wait(
    lane: Lane, pool: Later, tmp_path: Path
) -> None:
    text = LARGE.replace("3000", "30000")
    clients = [Recorder(), Recorder()]
    for client in clients:
        lane.take(client, sent(text))
    pool.run()
    assert all(len(client.got[0]) > 1 << 20 for client in clients)
    assert not [*tmp_path.iterdir()]
    lane.take(Recorder(), sent(text))
    assert pool.started == 2


def test_an_answer_goes_on_while_one_of_those_who_wait_is_there(lane: Lane, pool: Later) -> None:
    clients = [Recorder(), Recorder()]
    for client in clients:
        lane.take(client, sent(LARGE))
    (job,) = pool.jobs
    clients[0].is_there = False
    assert job.alive()
    clients[1].is_there = False
    assert not job.alive()


def test_an_error_is_told_to_all_and_not_kept(lane: Lane, pool: Later) -> None:
    clients = [Recorder(), Recorder()]
    for client in clients:
        lane.take(client, sent(LARGE))
    pool.fail(DeadlineError("late"))
    assert [str(client.told[0][ERROR]) for client in clients] == ["late", "late"]
    lane.take(Recorder(), sent(LARGE))
    assert pool.started == 2


def ask(server: Server, text: str) -> bytes:
    """An answer to GET over a connection that may be kept, as CSV."""
    connection = http.client.HTTPConnection(server.address.removeprefix("http://"), timeout=30)
    with closing(connection):
        connection.request("GET", f"/sparql?{form(query=text).decode()}", headers={"Accept": "text/csv"})
        return connection.getresponse().read()


def test_a_slow_question_asked_by_many_at_once_runs_once(server: Server) -> None:
    running: list[float] = []
    with ThreadPoolExecutor(8) as clients:
        answers = [clients.submit(ask, server, SLOW) for _ in range(8)]
        while not all(answer.done() for answer in answers):
            running.append(server.metric("ti_graph_queries_running"))
    assert len({answer.result() for answer in answers}) == 1
    assert max(running) <= 2, "the query, and what asks for the metric"


def test_each_who_asks_at_once_for_what_nobody_can_repeat_has_an_own_answer(server: Server) -> None:
    begin = threading.Barrier(4)

    def asked() -> bytes:
        begin.wait()
        time.sleep(0.01)
        return ask(server, "SELECT (UUID() AS ?u) WHERE { }")

    with ThreadPoolExecutor(4) as clients:
        assert len({answer.result() for answer in [clients.submit(asked) for _ in range(4)]}) == 4
