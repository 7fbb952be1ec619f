"""What is read out of the dataset once for each of its states, and asked for by many requests."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from ti_graph.serving.endpoint import Endpoint
from ti_graph.stores import states
from ti_graph.views.terms import Rows
from ti_graph.web.answers import State

T = TypeVar("T")


class Current(Generic[T]):
    """Something read out of the current state of the dataset, read again when the dataset has changed.

    Arguments:
        endpoint: the dataset.
        read: reads it; the first request to need it waits.
    """

    def __init__(self, endpoint: Endpoint, read: Callable[[Rows], T]):
        self._endpoint, self._read = endpoint, read
        self._lock = threading.Lock()
        self._kept: tuple[states.State, T] | None = None

    def get(self) -> T:
        """The thing as of the current state."""
        snapshot = self._endpoint.repository.current()
        with self._lock:
            if self._kept is None or self._kept[0] != snapshot:
                self._kept = (snapshot, self._read(State(self._endpoint, snapshot)))
            return self._kept[1]
