"""Run queries in processes that can be killed, so that no query outlives its limits or takes the rest down.

A query gets a worker of its own. When it has had the processor for a moment it counts as long. Half of the
workers stay for short ones: where more are busy with long queries and a short one waits, the long one that
began last makes way, and begins again later. A slow one gets no more of the processor than others leave; it
is known again when it comes again, also one that was ended before it had much.
Over its deadline, past its memory, or when its client has gone, the worker is killed and replaced.

All of it happens in one thread, whose loop calls ``turn`` when ``fileno`` is readable, and every ``LOOK``
seconds. Others post what they want and wait.
"""

from __future__ import annotations

import os
import selectors
import shutil
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, cast

from ti_graph.errors import BusyError, DeadlineError, TiGraphError, WorkerDiedError
from ti_graph.serving import answering
from ti_graph.serving.answering import Answer, Query
from ti_graph.serving.job import ClientGoneError, Job, Limits
from ti_graph.serving.killable import Worker, started
from ti_graph.serving.slow import Slow
from ti_graph.stores.states import State

#: Seconds of the processor's time after which a query counts as long.
LONG = 0.1
#: Those after which it yields to all others and is remembered as long, at most this part of the time limit.
SLOW, SLOW_PART = 0.5, 0.25
#: Seconds between two looks at running queries: has a client gone, is one over its deadline?
LOOK = 0.05
#: Workers beyond those that may be busy: they step in while a killed one is replaced.
_SPARE = 2
#: What a worker needs at its first query: it is there when one that was killed is replaced.
_PRELOADED = [
    "ti_graph.serving.express",
    "ti_graph.serving.answering",
    "ti_graph.stores.repository",
    "ti_graph.stores.remote_store",
]
#: Seconds until a worker that could not be forked is tried again.
_UNTIL_FORKED = 2.0
#: Seconds after which a worker that was to be killed writes no more.
_UNTIL_DEAD = 2.0


class Pool:
    """Workers that answer queries from snapshots.

    Arguments:
        limits: what each query may take.
    """

    def __init__(self, limits: Limits):
        self._limits = limits
        self._folder, self._numbers = tempfile.mkdtemp(prefix="ti-graph-"), count()
        self._selector = selectors.EpollSelector()
        self._woken, self._wake = os.pipe()
        os.set_blocking(self._woken, False)
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._posted: deque[Callable[[], None]] = deque()
        self._workers: set[object] = set()
        self._idle: list[Worker] = []
        self._running: dict[Worker, Job] = {}
        self._waiting: deque[Job] = deque()
        self._waiting_long: deque[Job] = deque()
        self._known_slow = Slow()
        self._killed = self._died = 0
        self._lock, self._is_closed = threading.Lock(), False
        self._slow = min(SLOW, SLOW_PART * limits.timeout)
        self._most_long = max(1, limits.workers // 2)
        for _ in range(limits.workers + _SPARE):
            self._replace()

    def counts(self) -> dict[str, int]:
        """Queries running and waiting now; killed and died under so far."""
        waiting = len(self._waiting) + len(self._waiting_long)
        running = len(self._running)
        return {"running": running, "waiting": waiting, "killed": self._killed, "died": self._died}

    def answer(
        self,
        query: Query,
        snapshot: State,
        timeout: float | None = None,
        alive: Callable[[], bool] = lambda: True,
    ) -> Answer:
        """Answer a query; the caller waits, in another thread than that of the loop.

        Arguments:
            query: the query, already looked at (``sparql.text.scan``).
            snapshot: the state of the dataset to ask.
            timeout: seconds, at most the server's limit.
            alive: whether the client still waits.

        Raises:
            BusyError, DeadlineError, TooCostlyError, WorkerDiedError: a limit was reached.
            RequestError: the query is wrong.
            ClientGoneError: the client went away.
        """
        given: list[Any] = []
        is_done = threading.Event()

        def done(outcome: Any) -> None:
            given.append(outcome)
            is_done.set()

        job = Job(answering.answer, (query, snapshot), done, timeout, alive, lambda: query.text)
        if not self.post(lambda: self.start(job)):
            raise WorkerDiedError("the server is stopping")
        is_done.wait()
        if isinstance(given[0], BaseException):
            raise given[0]
        answer: Answer = given[0]
        return answer

    def close(self) -> None:
        """End every worker, and what it was doing."""
        with self._lock:
            self._is_closed = True
        while self._posted:
            self._posted.popleft()()
        jobs = [*self._running.values(), *self._waiting, *self._waiting_long]
        for each in (*self._idle, *self._running):
            each.kill()
        self._idle.clear()
        self._running.clear()
        for job in jobs:
            job.done(WorkerDiedError("the server is stopping"))
        self._selector.close()
        os.close(self._woken)
        os.close(self._wake)
        shutil.rmtree(self._folder, ignore_errors=True)

    # ── In the thread of the loop ────────────────────────────────────────────────────────────────────────

    def fileno(self) -> int:
        """Readable when there is something to do."""
        return self._selector.fileno()

    def turn(self) -> None:
        """Do what there is to do."""
        for key, _ in self._selector.select(0):
            if key.fileobj == self._woken:
                os.read(self._woken, 65536)
            elif key.fileobj in self._workers:  # else it was discarded a moment ago
                self._ended(cast(Worker, key.fileobj))
        while self._posted:
            self._posted.popleft()()
        self._look()
        self._start_waiting()

    def start(self, job: Job) -> None:
        """Have a task done; its ``done`` may be called before this returns."""
        now = time.monotonic()
        job.deadline = now + min(job.timeout or self._limits.timeout, self._limits.timeout)
        job.is_long = job.is_slow = self._is_known_slow(job)
        waiting = self._waiting_long if job.is_long else self._waiting
        if len(waiting) >= self._limits.waiting:
            job.done(BusyError(f"{self._limits.waiting} queries are waiting already"))
            return
        waiting.append(job)
        self._start_waiting()

    def post(self, what: Callable[[], None]) -> bool:
        """Have something done in the thread of the loop; callable from any. False when the pool is closed."""
        with self._lock:
            if not self._is_closed:
                self._posted.append(what)
                os.write(self._wake, b"x")
            return not self._is_closed

    def _start_waiting(self) -> None:
        while self._waiting and (self._has_place() or self._make_way()):
            job = self._waiting.popleft()
            if self._is_known_slow(job):  # it was found out while this one waited
                job.is_long = job.is_slow = True
                self._waiting_long.append(job)
            else:
                self._run(job)
        while self._waiting_long and self._has_place() and self._has_long_place():
            self._run(self._waiting_long.popleft())

    def _has_place(self) -> bool:
        return bool(self._idle) and len(self._running) < self._limits.workers

    def _has_long_place(self) -> bool:
        return sum(job.is_long for job in self._running.values()) < self._most_long

    def _make_way(self) -> bool:
        """End the long query that began last, for a short one that waits, where too many are long."""
        long = [each for each, job in self._running.items() if job.is_long]
        if len(long) <= self._most_long or not self._idle:
            return False
        last = max(long, key=lambda each: self._running[each].started)
        self._waiting_long.appendleft(self._stop(last))
        return True

    def _run(self, job: Job) -> None:
        each = self._idle.pop()
        job.started, job.began = time.monotonic(), each.processor_time()
        job.spool = f"{self._folder}/{next(self._numbers)}"
        try:
            each.start(job.task, *job.arguments, job.spool)
        except WorkerDiedError:
            self._discard(each)
            (self._waiting_long if job.is_long else self._waiting).appendleft(job)
            return
        if job.is_slow:
            each.yield_to_others()
        self._running[each] = job

    def _ended(self, each: Worker) -> None:
        """Take what a worker's task gave; one that has died, or may not take turns again, is replaced."""
        job = self._running.pop(each, None)
        outcome: Any
        try:
            outcome = each.outcome()
        except Exception as error:  # noqa: BLE001 whoever waits for it is told
            outcome = error
        is_gone = isinstance(outcome, WorkerDiedError)
        if job is None or is_gone or not each.take_turns():
            self._discard(each)
        else:
            self._idle.append(each)
        if job is not None:
            self._died += is_gone
            self._start_waiting()
            job.done(outcome)

    def _look(self) -> None:
        """See which queries have become long; end what is over its deadline, or waited for by nobody."""
        now = time.monotonic()
        self._known_slow.forget(now)
        for each, job in [*self._running.items()]:
            had, is_late = each.processor_time() - job.began, now > job.deadline
            job.is_long |= had > LONG
            if had > self._slow or (is_late and job.is_long):
                self._known_slow.remember(job.shape)
                each.yield_to_others()
            if not job.alive():
                self._end(each, ClientGoneError())
            elif is_late:
                ran = now - job.started
                self._end(each, DeadlineError(f"the query ran for {ran:.1f} s and reached its deadline"))
        for waiting in (self._waiting, self._waiting_long):
            for job in [*waiting]:
                reason = self._no_longer(job, now)
                if reason is not None:
                    waiting.remove(job)
                    job.done(reason)

    def _no_longer(self, job: Job, now: float) -> Exception | None:
        """Why a task that waits for a worker does so no longer."""
        if now > job.deadline:
            return BusyError("no worker became free before the query's deadline", retry_after=5)
        return None if job.alive() else ClientGoneError()

    def _end(self, each: Worker, reason: Exception) -> None:
        self._killed += 1
        self._stop(each).done(reason)

    def _stop(self, each: Worker) -> Job:
        """Kill a worker in the middle of a task, and have no file of it left; gives what it was doing."""
        job = self._running.pop(each)
        self._discard(each)
        timer = threading.Timer(_UNTIL_DEAD, Path(job.spool).unlink, kwargs={"missing_ok": True})
        timer.daemon = True
        timer.start()
        return job

    def _is_known_slow(self, job: Job) -> bool:
        return bool(self._known_slow) and self._known_slow.knows(job.shape)

    def _discard(self, each: Worker) -> None:
        self._selector.unregister(each)
        self._workers.remove(each)
        if each in self._idle:
            self._idle.remove(each)
        each.kill()
        self._replace()

    def _replace(self) -> None:
        """Have a new worker, when it is there: forking takes a moment, for which only the end waits."""

        def fork() -> None:
            while not self._is_closed:
                try:
                    made = started(self._limits.memory, _PRELOADED)
                except (EOFError, OSError, TiGraphError):  # no memory, perhaps: there may be some later
                    time.sleep(_UNTIL_FORKED)
                    continue
                if not self.post(partial(self._welcome, made)):
                    made.kill()
                return

        threading.Thread(target=fork).start()

    def _welcome(self, made: Worker) -> None:
        self._selector.register(made, selectors.EVENT_READ)
        self._workers.add(made)
        self._idle.append(made)
