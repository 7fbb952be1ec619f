"""What is read out of the dataset, and kept until it has changed."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from ti_graph.errors import WorkerDiedError
from ti_graph.formats import RESULTS, by_name
from ti_graph.serving.answering import Answer, Query
from ti_graph.serving.endpoint import Endpoint
from ti_graph.stores.states import State

#: What rows are read from: the SPARQL results in JSON.
ROWS = by_name("json", RESULTS)
T = TypeVar("T")


class Current(Generic[T]):
    """Something read out of the current state of the dataset, read again when the dataset has changed.

    Arguments:
        endpoint: the dataset.
        read: reads it; the first request to need it waits.
    """

    def __init__(self, endpoint: Endpoint, read: Callable[[StateRows], T]):
        self._endpoint, self._read = endpoint, read
        self._lock = threading.Lock()
        self._kept: tuple[State, T] | None = None

    def put(self, snapshot: State, thing: T) -> None:
        """Take what was read of a state before."""
        with self._lock:
            self._kept = (snapshot, thing)

    def get(self) -> T:
        """The thing as of the current state."""
        snapshot = self._endpoint.repository.current()
        with self._lock:
            if self._kept is None or self._kept[0] != snapshot:
                self._kept = (snapshot, self._read(StateRows(self._endpoint, snapshot)))
            return self._kept[1]


class StateRows:
    """A state of the dataset: put a query's text to it, and it gives rows of terms.

    Arguments:
        endpoint: the dataset.
        snapshot: the state.
    """

    def __init__(self, endpoint: Endpoint, snapshot: State):
        self._endpoint, self._snapshot = endpoint, snapshot
        self.title, self.version = endpoint.title, snapshot.version

    def __call__(self, text: str) -> list[dict[str, dict[str, str]]]:
        found = json.loads(content(self._endpoint.answer(Query(text, formats=(ROWS, None)), self._snapshot)))
        bindings: list[dict[str, dict[str, str]]] = found["results"]["bindings"]
        return bindings


def content(answer: Answer) -> bytes:
    """The bytes of an answer; a file of its own is read and removed.

    Raises:
        WorkerDiedError: it is gone, as the server is ending.
    """
    if answer.file is None:
        return answer.body
    try:
        return answer.file.read_bytes()
    except FileNotFoundError:
        raise WorkerDiedError("the server is stopping") from None
    finally:
        answer.file.unlink(missing_ok=True)
