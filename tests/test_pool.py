"""The pool by itself, turned by hand."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest

from ti_graph.errors import DeadlineError
from ti_graph.serving.job import Job, Limits
from ti_graph.serving.pool import Pool

#: As a task, looks in the name of its file for what is not there, in more ways than there is time for.
ENDLESS = re.sub, ("(.|.|.)*\n", "")


@pytest.fixture
def pool() -> Iterator[Pool]:
    """Two workers, and two seconds for each query."""
    made = Pool(Limits(timeout=2, workers=2))
    yield made
    made.close()


def test_the_text_of_a_slow_query_is_looked_at_once(pool: Pool) -> None:
    told: list[object] = []
    read: list[str] = []

    def text() -> str:
        read.append("SELECT")
        return read[-1]

    pool.start(Job(*ENDLESS, told.append, text=text))
    while not told:
        pool.turn()
        time.sleep(0.01)
    assert [type(error) for error in told] == [DeadlineError]
    assert read == ["SELECT"]


def test_what_was_ended_at_its_deadline_is_slow_when_it_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where it shared too few processors with others, and had little of their time."""
    monkeypatch.setattr("ti_graph.serving.pool.SLOW_PART", 10.0)
    monkeypatch.setattr("ti_graph.serving.pool.SLOW", 10.0)
    pool = Pool(Limits(timeout=1, workers=2))
    told: list[object] = []
    try:
        jobs = [Job(*ENDLESS, told.append, text=lambda: "SELECT") for _ in range(2)]
        for number, job in enumerate(jobs):
            pool.start(job)
            while len(told) == number:
                pool.turn()
                time.sleep(0.01)
    finally:
        pool.close()
    assert [job.is_slow for job in jobs] == [False, True]
