"""Answers requests where they arrive: from the answers that are kept, or by handing the query to a worker.

Runs in the thread that receives and sends, so it never waits.
"""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from ti_graph.errors import StoreError, TiGraphError
from ti_graph.serving import express
from ti_graph.serving.express import House, Reply, Request
from ti_graph.serving.job import Job
from ti_graph.serving.kept import Kept, Sendable
from ti_graph.serving.pool import Pool
from ti_graph.stores.repository import Repository

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
        """Send an answer, the rest of it from a file."""
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


@dataclass(frozen=True)
class _Waiting:
    """A client that waits for the answer to what it sent, and since when."""

    client: Client
    data: bytes
    began: float


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
        self._under_way: dict[tuple[Request, bytes], list[_Waiting]] = {}

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
        """Have a worker answer; who asks what is being answered already waits for that answer."""
        client.hold()
        waiting = self._under_way.setdefault((request, mark), [])
        waiting.append(_Waiting(client, data, began))
        if len(waiting) > 1:
            return

        def done(outcome: Reply | Exception | None) -> None:
            del self._under_way[request, mark]
            if isinstance(outcome, Reply):
                self._answer(waiting, outcome, request, mark)
            else:
                self._give_up(waiting, outcome, request, mark)

        def alive() -> bool:
            return any(each.client.waits() for each in waiting)

        asked = request, packed
        self._pool.start(Job(express.reply, asked, done, alive=alive, text=lambda: self._text(request)))

    def _answer(self, waiting: Sequence[_Waiting], reply: Reply, request: Request, mark: bytes) -> None:
        answer, file = reply.answer, reply.file
        if file is not None and reply.is_kept and self._kept.takes(reply.size):
            with suppress(OSError):  # no more files can be opened: it is not kept
                answer = replace(answer, body=file.read_bytes())
        written = answer.written()
        for each in waiting:
            each.client.answer(written, None if answer.body else file)
            each.client.release()
            self._tell(answer, reply.size, each.began)
        if file is not None:
            file.unlink()
        if reply.is_kept and (answer.body or file is None):
            self._kept.put(request, mark, answer)

    def _give_up(
        self, waiting: Sequence[_Waiting], error: Exception | None, request: Request, mark: bytes
    ) -> None:
        """Leave it to the web application, which also tells errors."""
        told = {KEEP: self._keeping(request, mark), **({ERROR: error} if error is not None else {})}
        for each in waiting:
            each.client.give_up(each.data, {BEGAN: each.began, **told})

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
