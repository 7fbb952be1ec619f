"""Answers that are kept as they were sent, for who asks the same of the same state."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from email.utils import formatdate

#: The part of the whole that one answer may take.
_LARGEST = 8
#: Bytes that an answer takes besides its parts.
_BESIDES = 500


@dataclass(frozen=True)
class Sendable:
    """An answer with the status 200, ready to be sent.

    Arguments:
        head: its header lines without Date, each with its end of line.
        body: its content.
        route: the rule by which it was answered, and ``digest``, of what was asked: both for the log.
    """

    head: bytes
    body: bytes
    route: str
    digest: str

    def written(self) -> bytes:
        """The whole, as of now."""
        return b"HTTP/1.1 200 OK\r\n%b%b\r\n%b" % (dated(), self.head, self.body)


class Kept:
    """Answers of the current state of a dataset; those that nobody has asked for again go first.

    Arguments:
        limit: bytes that all of them may have.
    """

    def __init__(self, limit: int):
        self._limit, self._size = limit, 0
        self._state: Hashable = None
        self._answers: OrderedDict[tuple[str, ...], Sendable] = OrderedDict()

    def takes(self, size: int) -> bool:
        """Whether an answer of so many bytes may be kept."""
        return size <= self._limit // _LARGEST

    def get(self, key: tuple[str, ...], state: Hashable) -> Sendable | None:
        """The answer to a request of a state, if it is kept."""
        if state != self._state:
            self._answers.clear()
            self._state, self._size = state, 0
        found = self._answers.get(key)
        if found is not None:
            self._answers.move_to_end(key)
        return found

    def put(self, key: tuple[str, ...], state: Hashable, answer: Sendable) -> None:
        """Keep an answer, unless the state has changed since it was asked for."""
        size = _size(key, answer)
        if state != self._state or key in self._answers or not self.takes(size):
            return
        self._answers[key] = answer
        self._size += size
        while self._size > self._limit:
            self._size -= _size(*self._answers.popitem(last=False))


def _size(key: tuple[str, ...], answer: Sendable) -> int:
    """Bytes that it takes to keep an answer, about."""
    return _BESIDES + sum(map(len, key)) + len(answer.head) + len(answer.body)


_date: tuple[int, bytes] = (0, b"")


def dated() -> bytes:
    """The Date header of now (RFC 9110, section 6.6.1)."""
    global _date
    now = int(time.time())
    if _date[0] != now:
        _date = now, f"Date: {formatdate(now, usegmt=True)}\r\n".encode()
    return _date[1]
