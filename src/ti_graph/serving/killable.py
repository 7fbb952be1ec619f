"""A process that can be killed in the middle of anything, forked from one that has loaded what it needs."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import resource
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from ti_graph.errors import StoreError, TooCostlyError, WorkerDiedError

#: What a process has allocated before any task, in megabytes.
_BASELINE = 128
#: Seconds to wait for the word of how a process ended.
_OBITUARY = 1.0
#: The clock of a process is named by its number and this, its time in user and kernel mode (Linux:
#: posix-timers.h, MAKE_PROCESS_CPUCLOCK and CPUCLOCK_SCHED).
_ALL_TIME = 2
#: What the allocator of these processes is told (glibc's; others pass it over): to keep a thousand freed
#: pieces of each size at hand, not seven. The engine allocates without pause; it is a fifth faster so.
_ALLOCATOR = "glibc.malloc.tcache_count=1000"


class Worker:
    """A process that does one task after another.

    Arguments:
        memory: megabytes that it may allocate.
        preload: modules that the process it is forked from imports first.
    """

    def __init__(self, memory: int, preload: list[str]):
        os.environ.setdefault("GLIBC_TUNABLES", _ALLOCATOR)  # inherited by those that are started from now on
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["__main__", *preload])
        self._pipe, theirs = context.Pipe()
        self._has_yielded = False
        self._process = context.Process(target=_run, args=(theirs, memory + _BASELINE), daemon=True)
        try:
            self._process.start()
        finally:
            theirs.close()

    def fileno(self) -> int:
        """Readable when the task has ended, or the process."""
        return self._pipe.fileno()

    def start(self, task: Callable[..., Any], *arguments: Any) -> None:
        """Give it a task.

        Raises:
            WorkerDiedError: it is no longer there.
        """
        try:
            self._pipe.send_bytes(pickle.dumps((task, arguments)))
        except OSError:
            raise WorkerDiedError("the worker process was stopped") from None

    def wait(self, timeout: float) -> bool:
        """Whether the task, or the process, ends within so many seconds."""
        return self._pipe.poll(timeout)

    def outcome(self) -> Any:
        """What the task gave; its own error is raised.

        Raises:
            TooCostlyError, StoreError, WorkerDiedError: the process could not finish.
        """
        try:
            is_done, given = pickle.loads(self._pipe.recv_bytes())
        except (EOFError, OSError):
            raise self._died() from None
        if is_done:
            return given
        if isinstance(given, MemoryError):
            raise TooCostlyError("the query needs more memory than is allowed")
        if isinstance(given, OSError):
            raise StoreError(f"the store cannot be read: {given}")
        raise given

    def processor_time(self) -> float:
        """Seconds that it has had a processor so far; 0 when it has ended."""
        try:
            return time.clock_gettime(~(self._process.pid or 0) << 3 | _ALL_TIME)
        except OSError:
            return 0.0

    def yield_to_others(self) -> None:
        """Let it run only when no other process wants to."""
        if not self._has_yielded:
            self._has_yielded = self._schedule(os.SCHED_IDLE)

    def take_turns(self) -> bool:
        """Let it run as any other again; False where that is not allowed (RLIMIT_NICE) or it has ended."""
        if self._has_yielded:
            self._has_yielded = not self._schedule(os.SCHED_OTHER)
        return not self._has_yielded

    def _schedule(self, policy: int) -> bool:
        try:
            os.sched_setscheduler(self._process.pid or 0, policy, os.sched_param(0))
        except (ProcessLookupError, PermissionError):
            return False
        return True

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._pipe.close()

    def _died(self) -> TooCostlyError | WorkerDiedError:
        self._process.join(_OBITUARY)
        code = self._process.exitcode
        if code == -signal.SIGABRT:
            return TooCostlyError("the query needs more memory than is allowed")
        if code is None or code == -signal.SIGKILL:
            return WorkerDiedError("the worker process was stopped")
        ended = signal.Signals(-code).name if code < 0 else f"status {code}"
        return WorkerDiedError(f"the worker process ended with {ended}")


def started(memory: int, preload: list[str]) -> Worker:
    """A new worker that is ready, also when the process that forks them has just been killed.

    Raises:
        EOFError, OSError, WorkerDiedError: it could not be forked, four times.
    """
    for wait in (0.1, 0.3, 1.0):
        try:
            return _ready(Worker(memory, preload))
        except (OSError, EOFError, WorkerDiedError):
            time.sleep(wait)
    return _ready(Worker(memory, preload))


def _ready(worker: Worker) -> Worker:
    """A worker, when it has said that it is there."""
    worker.outcome()
    return worker


# ── In the process ───────────────────────────────────────────────────────────────────────────────────────


def _run(pipe: Connection, megabytes: int) -> None:
    """Do one task after another, until the other end of the pipe is closed.

    The pipe gives tasks, functions with arguments, and takes pairs: whether it is done, and what it gave; the
    first one says that this process is ready.
    """
    _bound(megabytes)
    with suppress(EOFError, OSError):  # the other end is closed
        pipe.send_bytes(pickle.dumps((True, None)))
        while True:
            task, arguments = pickle.loads(pipe.recv_bytes())
            pipe.send_bytes(pickle.dumps(_outcome(task, arguments)))


def _outcome(task: Callable[..., object], arguments: tuple[object, ...]) -> tuple[bool, object]:
    try:
        return True, task(*arguments)
    except Exception as error:  # noqa: BLE001 it is raised in the process that waits
        return False, error


def _bound(megabytes: int) -> None:
    """Bound what this process may take: an allocation past the limit aborts it, and others run first."""
    os.nice(5)  # the process that speaks HTTP must not wait for a runaway
    threading.Thread(target=_end_with_the_server, daemon=True).start()
    limit = megabytes << 20
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends this


def _end_with_the_server() -> None:
    """A query in the engine would not notice that nobody is left to answer to."""
    server = multiprocessing.parent_process()
    if server is not None:
        server.join()
        os.kill(os.getpid(), signal.SIGKILL)
