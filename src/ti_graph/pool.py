"""Run queries in processes that can be killed, so that no query outlives its limits or takes the rest down.

A query gets a worker of its own. When it has run for a moment it counts as long, and only some of the workers
may be busy with long queries: the others stay for short ones. Over its deadline, past its memory, or when its
client has gone, the worker is killed and replaced.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ti_graph import worker
from ti_graph.errors import BusyError, DeadlineError, WorkerDiedError
from ti_graph.killable import Future, Processes, kill, outcome
from ti_graph.states import State
from ti_graph.worker import Answer, Query

#: Seconds after which a query counts as long.
LONG = 0.5
#: Seconds after which it is remembered as such, as is a long one that reaches its deadline; for how many.
REMEMBER_AFTER, REMEMBER_FOR = 1.0, 10.0
#: Seconds between two looks at a running query: has its client gone, is it over its deadline?
LOOK = 0.05
#: Workers beyond those that may be busy: they step in while a killed one is replaced.
_SPARE = 2
#: What a worker needs at its first query: it is there when one that was killed is replaced.
_PRELOADED = ("ti_graph.worker", "ti_graph.repository", "ti_graph.remote_store")
#: Seconds after which a worker that was to be killed writes no more.
_UNTIL_DEAD = 2.0
#: Queries that are remembered to have been long.
_REMEMBERED = 10_000


class ClientGoneError(Exception):
    """Nobody waits for the answer any more."""


@dataclass(frozen=True)
class Limits:
    """What a query may take, and how many run at once.

    Arguments:
        timeout: seconds that a query may run.
        memory: megabytes that it may allocate.
        result: megabytes that its answer may have.
        workers: queries that run at once; half of them, at least one, are kept for short queries.
        waiting: queries that may wait for a worker; the next one is told that the server is busy.
    """

    timeout: float = 30.0
    memory: int = 1024
    result: int = 256
    workers: int = 4
    waiting: int = 64


class Pool:
    """Workers that answer queries from snapshots.

    Arguments:
        limits: what each query may take.
    """

    def __init__(self, limits: Limits):
        self.limits = limits
        self._folder = Path(tempfile.mkdtemp(prefix="ti-graph-"))
        self._processes = Processes(limits.workers + _SPARE, limits.memory, [*_PRELOADED])
        self._places = threading.Semaphore(limits.workers)
        self._long_places = threading.Semaphore(max(1, limits.workers // 2))
        self._waiting = threading.Semaphore(limits.workers + limits.waiting)
        self._waiting_long = threading.Semaphore(limits.waiting)
        self._known_long: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()
        self._counts = {"running": 0, "waiting": 0, "killed": 0, "died": 0}

    def counts(self) -> dict[str, int]:
        """Queries running and waiting now; killed and died under so far."""
        with self._lock:
            return dict(self._counts)

    def answer(
        self,
        query: Query,
        snapshot: State,
        timeout: float | None = None,
        alive: Callable[[], bool] = lambda: True,
    ) -> Answer:
        """Answer a query.

        Arguments:
            query: the query, already looked at (``sparql.scan``).
            snapshot: the state of the dataset to ask.
            timeout: seconds, at most the server's limit.
            alive: whether the client still waits.

        Raises:
            BusyError, DeadlineError, TooCostlyError, WorkerDiedError: a limit was reached.
            RequestError: the query is wrong.
            ClientGoneError: the client went away.
        """
        deadline = time.monotonic() + min(timeout or self.limits.timeout, self.limits.timeout)
        is_long = self._is_known_long(query)
        waiting = self._waiting_long if is_long else self._waiting
        with _place(waiting, f"{self.limits.waiting} queries are waiting already"), ExitStack() as held:
            if is_long:
                held.enter_context(self._taken(self._long_places, deadline, alive))
            held.enter_context(self._taken(self._places, deadline, alive))
            if not is_long and self._is_known_long(query):  # it was found out while this one waited
                raise BusyError("all places for long queries are taken", retry_after=5)
            with self._counted("running"):
                return self._run(query, snapshot, deadline, alive, None if is_long else held)

    def close(self) -> None:
        """End every worker."""
        self._processes.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    @contextmanager
    def _taken(
        self, places: threading.Semaphore, deadline: float, alive: Callable[[], bool]
    ) -> Iterator[None]:
        with self._counted("waiting"):
            while not places.acquire(timeout=LOOK):
                if time.monotonic() > deadline:
                    raise BusyError("no worker became free before the query's deadline", retry_after=5)
                if not alive():
                    raise ClientGoneError
        try:
            yield
        finally:
            places.release()

    def _run(
        self,
        query: Query,
        snapshot: State,
        deadline: float,
        alive: Callable[[], bool],
        held: ExitStack | None,
    ) -> Answer:
        """Run a query in a worker; ``held`` takes a place for long queries when it becomes one."""
        spool = worker.spool_in(self._folder)
        future = self._processes.schedule(worker.answer, query, snapshot, spool)
        try:
            return self._watch(query, future, deadline, alive, held)
        except BaseException:
            threading.Timer(_UNTIL_DEAD, spool.unlink, kwargs={"missing_ok": True}).start()
            raise

    def _watch(
        self,
        query: Query,
        future: Future,
        deadline: float,
        alive: Callable[[], bool],
        held: ExitStack | None,
    ) -> Answer:
        """Wait for a query's answer, and end the query when it must not go on."""
        began = time.monotonic()
        while True:
            now = time.monotonic()
            if not future.running():  # a process that was killed is still being replaced
                began = now
            if held is not None and now - began > LONG:
                self._become_long(future, held)
                held = None
            if now - began > (LONG if now > deadline else REMEMBER_AFTER):
                self._remember(query)
            if now > deadline:
                self._kill(future)
                raise DeadlineError(f"the query ran for {now - began:.1f} s and reached its deadline")
            if not alive():
                self._kill(future)
                raise ClientGoneError
            try:
                return self._result(future, min(LOOK, max(0.0, deadline - now)))
            except TimeoutError:
                continue

    def _is_known_long(self, query: Query) -> bool:
        return self._known_long.get(query.fingerprint, 0.0) > time.monotonic()

    def _remember(self, query: Query) -> None:
        self._known_long[query.fingerprint] = time.monotonic() + REMEMBER_FOR
        while len(self._known_long) > _REMEMBERED:
            self._known_long.popitem(last=False)

    def _become_long(self, future: Future, held: ExitStack) -> None:
        """Take a place among the long queries, or make way."""
        if not self._long_places.acquire(blocking=False):
            self._kill(future)
            raise BusyError("all places for long queries are taken", retry_after=5)
        held.callback(self._long_places.release)

    def _result(self, future: Future, timeout: float) -> Answer:
        try:
            answer: Answer = outcome(future, timeout)
            return answer
        except WorkerDiedError:
            self._count("died", 1)
            raise

    def _kill(self, future: Future) -> None:
        kill(future)
        self._count("killed", 1)

    def _count(self, name: str, step: int) -> None:
        with self._lock:
            self._counts[name] += step

    @contextmanager
    def _counted(self, name: str) -> Iterator[None]:
        self._count(name, 1)
        try:
            yield
        finally:
            self._count(name, -1)


@contextmanager
def _place(places: threading.Semaphore, when_full: str) -> Iterator[None]:
    if not places.acquire(blocking=False):
        raise BusyError(when_full)
    try:
        yield
    finally:
        places.release()
