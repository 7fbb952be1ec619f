"""Work done in a process of its own."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from ti_graph.errors import StoreError, WorkerDiedError

Result = TypeVar("Result")


def apart(task: Callable[..., Result], *arguments: Any) -> Result:
    """Run a task in a process of its own, and give its result or raise its error.

    What it allocates is gone with it: the process that serves for weeks stays small.

    Raises:
        WorkerDiedError: the process ended under it.
        StoreError: there can be no process.
    """
    try:
        executor = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
    except OSError as error:  # its locks are in shared memory
        raise StoreError(
            f"no process can be started ({error}): /dev/shm must be there and writable"
        ) from None
    with executor as pool:
        try:
            return pool.submit(task, *arguments).result()
        except BrokenProcessPool:
            raise WorkerDiedError("the process that did the work ended under it") from None
