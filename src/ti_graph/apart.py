"""Work done in a process of its own."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

Result = TypeVar("Result")


def apart(task: Callable[..., Result], *arguments: Any) -> Result:
    """Run a task in a process of its own, and give its result or raise its error.

    What it allocates is gone with it: the process that serves for weeks stays small.
    """
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(task, *arguments).result()
