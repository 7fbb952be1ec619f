"""Processes that can be killed in the middle of anything, forked from one that has loaded what they need."""

from __future__ import annotations

import multiprocessing
import signal
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from pebble import ProcessExpired, ProcessFuture, ProcessPool
from pebble.common.types import CONSTS

from ti_graph import worker
from ti_graph.errors import StoreError, TooCostlyError, WorkerDiedError

Future = ProcessFuture[Any]

#: What a process has allocated before any task, in megabytes.
_BASELINE = 128


class Processes:
    """A number of worker processes; one that dies is replaced.

    Arguments:
        count: how many.
        memory: megabytes that each may allocate.
        preload: modules that the process they are forked from imports first.
    """

    def __init__(self, count: int, memory: int, preload: list[str]):
        self._count, self._memory, self._preload = count, memory, preload
        self._lock = threading.Lock()
        self._pool = self._start()

    def schedule(self, task: Callable[..., Any], *arguments: Any) -> Future:
        """Give a task to the next free process."""
        with self._lock:
            try:
                return self._pool.schedule(task, args=list(arguments))
            except RuntimeError:  # the pool is beyond repair: its idle processes were killed from outside
                self._pool.stop()  # type: ignore[no-untyped-call]
                self._pool = self._start()
                return self._pool.schedule(task, args=list(arguments))

    def close(self) -> None:
        """End every process."""
        with self._lock:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()

    def _start(self) -> ProcessPool:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["__main__", *self._preload])
        CONSTS.sleep_unit = 0.02  # how often pebble looks for a process to kill or replace
        CONSTS.term_timeout = 0.1  # how long it waits for one to end before SIGKILL
        memory = self._memory + _BASELINE
        return ProcessPool(self._count, context=context, initializer=worker.prepare, initargs=(memory,))


def kill(future: Future) -> None:
    """End the process that runs a task."""
    future.cancel()  # type: ignore[no-untyped-call]


def outcome(future: Future, timeout: float | None = None) -> Any:
    """What a task gave.

    Raises:
        TimeoutError: nothing yet after so many seconds.
        TooCostlyError, StoreError, WorkerDiedError: its process could not finish.
    """
    try:
        return future.result(timeout)
    except ProcessExpired as error:
        if error.exitcode == -signal.SIGABRT:
            raise TooCostlyError("the query needs more memory than is allowed") from None
        raise WorkerDiedError(f"the worker process ended with {_ending(error.exitcode)}") from None
    except MemoryError:
        raise TooCostlyError("the query needs more memory than is allowed") from None
    except (CancelledError, BrokenProcessPool):
        raise WorkerDiedError("the worker process was stopped") from None
    except TimeoutError:
        raise
    except OSError as error:
        raise StoreError(f"the store cannot be read: {error}") from None


def _ending(exitcode: int) -> str:
    return signal.Signals(-exitcode).name if exitcode < 0 else f"status {exitcode}"
