"""The names of the current state of the dataset, for what joins and reconciles."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from functools import partial

from ti_graph.endpoint import Endpoint
from ti_graph.join import Join
from ti_graph.names import Names
from ti_graph.repository import Snapshot
from ti_graph.web.answers import JSON, content


class Lookup:
    """Names, and what joins with the lists, read again when the dataset has changed.

    Arguments:
        endpoint: the dataset.
    """

    def __init__(self, endpoint: Endpoint):
        self._endpoint = endpoint
        self._lock = threading.Lock()
        self._read: tuple[Snapshot, Names, Join] | None = None

    def names(self) -> Names:
        """The names of the current state; the first to ask waits for a second or two."""
        return self._current()[1]

    def join(self) -> Join:
        """What joins with the current state."""
        return self._current()[2]

    def _current(self) -> tuple[Snapshot, Names, Join]:
        snapshot = self._endpoint.repository.current()
        with self._lock:
            if self._read is None or self._read[0] != snapshot:
                ask = partial(self._ask, snapshot)
                names = Names(ask)
                self._read = (snapshot, names, Join(ask, names))
            return self._read

    def _ask(self, snapshot: Snapshot, text: str) -> Iterator[dict[str, str]]:
        """The rows of a SELECT, terms as text."""
        answer = json.loads(content(self._endpoint.answer(text, snapshot, (JSON, None))))
        for row in answer["results"]["bindings"]:
            yield {name: term["value"] for name, term in row.items()}
