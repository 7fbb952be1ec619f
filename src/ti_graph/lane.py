"""Answers requests where they arrive: from the answers that are kept, or by handing the query to a worker.

Runs in the thread that receives and sends, so it never waits.
"""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from ti_graph import express
from ti_graph.errors import StoreError, TiGraphError
from ti_graph.express import House, Reply, Request
from ti_graph.kept import Kept, Sendable
from ti_graph.pool import Job, Pool
from ti_graph.repository import Repository

#: Notes an answer: its route, status, bytes, seconds, and a digest of what was asked.
Note = Callable[[str, int, int, float, str], None]
#: Where the web application finds what the lane tells it (in the environment of WSGI): the error to answer
#: with, since when the request is under way, and what keeps its answer.
ERROR, BEGAN, KEEP = "ti_graph.error", "ti_graph.began", "ti_graph.keep"
#: Header lines that are written anew each time, or stand for one connection.
_ANEW = frozenset({"date", "connection"})


class Client(Protocol):
    """A connection whose request is whole, and who waits for nothing else."""

    def hold(self) -> None:
        """A request is under way: what comes next has to wait."""
        ...

    def answer(self, content: bytes, file: Path | None = None) -> None:
        """Send an answer, the rest of it from a file, which is removed."""
        ...

    def release(self) -> None:
        """The request that was under way is answered."""
        ...

    def pass_on(self, data: bytes, told: Mapping[str, object]) -> None:
        """Give a request that has just come to the web application, and tell it so much."""
        ...

    def give_up(self, data: bytes, told: Mapping[str, object]) -> None:
        """Give the request that was under way to the web application."""
        ...

    def waits(self) -> bool:
        """Whether it is still connected."""
        ...


class Lane:
    """The answers of a dataset on this machine.

    Arguments:
        repository: the dataset.
        pool: runs the queries.
        house: what the server has decided for all requests.
        kept: answers.
        note: is told of every answer.
    """

    def __init__(self, repository: Repository, pool: Pool, house: House, kept: Kept, note: Note):
        self._repository, self._pool, self._house = repository, pool, house
        self._kept, self._note = kept, note
        self._packed: tuple[bytes, bytes] = b"", b""

    def take(self, client: Client, data: bytes) -> None:
        """Answer a request, now or when a worker has; or pass it on.

        Arguments:
            client: who sent it.
            data: what was received.
        """
        began = time.perf_counter()
        request = express.read(data)
        try:
            mark = self._repository.mark() if request else b""
            packed = self._where(mark) if request else b""
        except StoreError:  # told by the application
            request = None
        if request is None:
            client.pass_on(data, {})
            return
        kept = self._kept.get(request, mark)
        if kept is not None:
            client.answer(kept.written())
            self._tell(kept, len(kept.body), began)
        elif request.is_query:
            self._ask(client, data, request, mark, packed, began)
        else:
            client.pass_on(data, {KEEP: self._keeping(request, mark)})

    def _ask(
        self, client: Client, data: bytes, request: Request, mark: bytes, packed: bytes, began: float
    ) -> None:
        def done(outcome: Reply | Exception | None) -> None:
            if isinstance(outcome, Reply):
                client.answer(outcome.answer.written(), outcome.file)
                client.release()
                self._tell(outcome.answer, outcome.size, began)
                if outcome.is_kept:
                    self._kept.put(request, mark, outcome.answer)
            else:
                error = {ERROR: outcome} if outcome is not None else {}
                client.give_up(data, {BEGAN: began, KEEP: self._keeping(request, mark), **error})

        client.hold()
        asked = request, packed
        self._pool.start(
            Job(express.reply, asked, done, alive=client.waits, text=lambda: self._text(request))
        )

    def _where(self, mark: bytes) -> bytes:
        """The current state and the house, packed: they are the same for many requests."""
        if self._packed[0] != mark:
            self._packed = mark, pickle.dumps((self._repository.marked(mark), self._house))
        return self._packed[1]

    def _text(self, request: Request) -> str:
        try:
            return express.text_of(request.target, self._house.queries)
        except TiGraphError:  # told when it is passed on
            return request.target

    def _keeping(self, request: Request, mark: bytes) -> Callable[..., None]:
        """What keeps an answer that the web application gives; called in another thread."""

        def keep(headers: Sequence[tuple[str, str]], body: bytes, route: str, digest: str) -> None:
            lines = [f"{name}: {value}\r\n" for name, value in headers if name.lower() not in _ANEW]
            head = "".join([*lines, "Server: ti-graph\r\n"]).encode("latin-1")
            self._pool.post(lambda: self._kept.put(request, mark, Sendable(head, body, route, digest)))

        return keep

    def _tell(self, answer: Sendable, size: int, began: float) -> None:
        self._note(answer.route, 200, size, time.perf_counter() - began, answer.digest)
