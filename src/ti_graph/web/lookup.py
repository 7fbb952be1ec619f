"""The names of the current state of the dataset, for what joins and reconciles."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from functools import partial

from ti_graph.endpoint import Endpoint
from ti_graph.names import Names
from ti_graph.repository import Snapshot
from ti_graph.web.answers import JSON, content


class Lookup:
    """Names, read again when the dataset has changed.

    Arguments:
        endpoint: the dataset.
    """

    def __init__(self, endpoint: Endpoint):
        self._endpoint = endpoint
        self._lock = threading.Lock()
        self._read: tuple[Snapshot, Names] | None = None

    def ask(self, text: str, snapshot: Snapshot | None = None) -> Iterator[dict[str, str]]:
        """The rows of a SELECT, terms as text."""
        snapshot = snapshot or self._endpoint.repository.current()
        answer = json.loads(content(self._endpoint.answer(text, snapshot, (JSON, None))))
        for row in answer["results"]["bindings"]:
            yield {name: term["value"] for name, term in row.items()}

    def names(self) -> Names:
        """The names of the current state; the first to ask waits for a second or two."""
        snapshot = self._endpoint.repository.current()
        with self._lock:
            if self._read is None or self._read[0] != snapshot:
                self._read = (snapshot, Names(partial(self.ask, snapshot=snapshot)))
            return self._read[1]
