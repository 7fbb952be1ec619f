"""A task for a worker of the pool, and what a query may take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ti_graph.sparql.text import fingerprint


class ClientGoneError(Exception):
    """Nobody waits for the answer any more."""


@dataclass(frozen=True)
class Limits:
    """What a query may take, and how many run at once.

    Arguments:
        timeout: seconds that a query may run.
        memory: megabytes that it may allocate.
        workers: queries that run at once; half of them, at least one, make way for short queries.
        waiting: queries that may wait for a worker; the next one is told that the server is busy.
    """

    timeout: float = 30.0
    memory: int = 1024
    workers: int = 8
    waiting: int = 64


@dataclass(eq=False)
class Job:
    """A task for a worker, and who waits for it.

    Arguments:
        task: a function of the arguments and, last, of the file that a large answer goes to.
        arguments: of the task.
        done: called with what it gave, or with the error.
        timeout: seconds, at most the server's limit.
        alive: whether somebody still waits.
        text: of the query, by which it is known again; asked for when that matters.
    """

    task: Callable[..., Any]
    arguments: tuple[Any, ...]
    done: Callable[[Any], None]
    timeout: float | None = None
    alive: Callable[[], bool] = lambda: True
    text: Callable[[], str] = lambda: ""
    is_long: bool = field(default=False, init=False)
    is_slow: bool = field(default=False, init=False)
    deadline: float = field(default=0.0, init=False)
    started: float = field(default=0.0, init=False)
    began: float = field(default=0.0, init=False)
    spool: str = field(default="", init=False)

    @cached_property
    def shape(self) -> str:
        """What tells its query from others (``sparql.text.fingerprint``), found when first asked for."""
        return fingerprint(self.text())
