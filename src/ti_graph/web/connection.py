"""A connection under waitress: what it sends goes to the lane first, and then to the web application."""

from __future__ import annotations

import json
import os
import re
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from wsgiref.types import WSGIEnvironment

from waitress.adjustments import Adjustments
from waitress.buffers import OverflowableBuffer
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.task import ErrorTask, WSGITask

from ti_graph.formats import HTML
from ti_graph.layout import CODE
from ti_graph.web.problems import PROBLEM, document, kind_of

#: What asks for a page; the Accept header of what is too long has not been read.
_FOR_A_READER = re.compile(rb"GET /(?!sparql|store|reconcile)")
_UNREADABLE = CODE / "web" / "static" / "unreadable.html"
#: Bytes of a file that are sent at once, before other connections have their turn.
_AT_ONCE = 1 << 20
#: Seconds that a connection goes on being read after an answer that ends it.
LINGER = 2.0


class Parser(HTTPRequestParser):  # type: ignore[misc]
    """A request that is being received; knows since when, and what the lane tells the application of it."""

    def __init__(self, adj: Adjustments):
        super().__init__(adj)
        self.began = time.time()
        self.told: Mapping[str, object] = {}


class _Task(WSGITask):  # type: ignore[misc]
    """Tells the application what the lane knows."""

    def get_environment(self) -> WSGIEnvironment:
        environ: WSGIEnvironment = super().get_environment()
        environ.update(self.request.told)
        return environ


class _Problem(ErrorTask):  # type: ignore[misc]
    """Answers what is no HTTP request, or too large: with a page where pages are, else as RFC 9457 says."""

    def execute(self) -> None:
        error = self.request.error
        if _FOR_A_READER.match(self.request.header_plus):
            body, kind = _UNREADABLE.read_bytes(), HTML.content_type
        else:
            problem = document(error.code, kind_of(error.reason), error.reason, error.body)
            body, kind = json.dumps(problem, ensure_ascii=False).encode(), PROBLEM.media_type
        self.status = f"{error.code} {error.reason}"
        self.response_headers.append(("Content-Type", kind))
        self.set_close_on_finish()
        self.channel.linger()
        self.content_length = len(body)
        self.write(body)


class _UnderWay:
    """Stands for a request that the lane has, among those of its connection."""

    def close(self) -> None:
        """Nothing is kept for it."""


class _Rest:
    """The rest of an answer, as a buffer for waitress.

    Arguments:
        at: where it begins in the whole.
        size: bytes of the whole.
    """

    def __init__(self, at: int, size: int):
        self._at, self._size = at, size

    def __len__(self) -> int:
        return self._size - self._at

    def skip(self, count: int, _prune: bool) -> None:
        """So many bytes have been sent."""
        self._at += count


class _Memory(_Rest):
    """What is in memory."""

    def __init__(self, content: bytes, at: int):
        super().__init__(at, len(content))
        self._content = memoryview(content)

    def get(self, _count: int) -> memoryview:
        """What is to be sent next."""
        return self._content[self._at : self._at + _AT_ONCE]

    def close(self) -> None:
        """Let go of it."""
        self._content.release()


class _File(_Rest):
    """What is in a file, which is held open and sent by the system from where it lies."""

    def __init__(self, path: Path):
        self._file = path.open("rb")
        super().__init__(0, os.fstat(self._file.fileno()).st_size)

    def get(self, _count: int) -> _File:
        """What is to be sent next."""
        return self

    def close(self) -> None:
        """Let go of it."""
        self._file.close()

    def send_to(self, receiver: socket.socket) -> int:
        """Send some; how many bytes that were."""
        return os.sendfile(receiver.fileno(), self._file.fileno(), self._at, _AT_ONCE)


class Connection(HTTPChannel):  # type: ignore[misc]
    """A connection (``serving.lane.Client``); its server has a ``front``."""

    error_task_class = _Problem
    parser_class = Parser
    task_class = _Task
    #: When it ends, as ``time.time``, where it lingers, else 0; whether all that there is has been sent.
    _until, _has_ended = 0.0, False

    @property
    def is_idle(self) -> bool:
        """Whether no request is under way and no answer is being sent."""
        return not self.requests and not self.total_outbufs_len

    def received(self, data: bytes) -> bool:
        lane = self.server.front.application.lane
        is_closing = self.will_close or self.close_when_flushed
        if lane is None or self.request is not None or not self.is_idle or is_closing:
            return bool(super().received(data))
        lane.take(self, data)
        return True

    def linger(self) -> None:
        """Close only when the client has sent all that it will, or after a while.

        A system that closes a socket with unread input resets the connection, and the client may lose the
        answer that was sent to it (RFC 9112, section 9.6).
        """
        self._until = time.time() + LINGER

    @property
    def is_overdue(self) -> bool:
        """Whether it lingers for too long."""
        return 0 < self._until < time.time()

    def readable(self) -> bool:
        return self._has_ended or bool(super().readable())

    def handle_read(self) -> None:
        if self._has_ended:
            self.recv(self.adj.recv_bytes)  # at the end, this closes
        else:
            super().handle_read()

    def handle_close(self) -> None:
        if not self._until or self._has_ended or self.socket is None:
            super().handle_close()
            return
        self._has_ended, self.will_close = True, False
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)

    def hold(self) -> None:
        """A request is under way: what comes next has to wait."""
        self._held = self.server.front.enter()
        with self.requests_lock:
            self.requests.append(_UnderWay())

    def release(self) -> None:
        """The request that was under way is answered."""
        self.server.front.leave(self._held)
        with self.requests_lock:
            self.requests.pop(0)
            if self.connected and self.requests:
                self.server.add_task(self)

    def answer(self, content: bytes, file: Path | None = None) -> None:
        """Send an answer, the rest of it from a file."""
        if not self.connected:
            return
        with self.outbuf_lock:
            try:
                files = [] if file is None else [_File(file)]
                sent = self.send(content)
            except OSError:  # the client has gone, or no more files can be opened
                self.will_close = True
                return
            rest: list[_Rest] = [*([_Memory(content, sent)] if sent < len(content) else []), *files]
            self.total_outbufs_len += sum(map(len, rest))
            if rest:  # the last one is where what is written later goes
                self.outbufs += [*rest, OverflowableBuffer(self.adj.outbuf_overflow)]
        self.last_activity = time.time()

    def send(self, data: bytes | memoryview | _File, do_close: bool = True) -> int:
        if not isinstance(data, _File):
            return int(super().send(data, do_close))
        try:
            return data.send_to(self.socket)
        except BlockingIOError:
            return 0
        except OSError:  # the client has gone
            if do_close:
                self.handle_close()
            return 0

    def pass_on(self, data: bytes, told: Mapping[str, object]) -> None:
        """Give a request that has just come to the web application, and tell it so much."""
        if told:
            self.request = Parser(self.adj)
            self.request.told = told
        super().received(data)

    def give_up(self, data: bytes, told: Mapping[str, object]) -> None:
        """Give the request that was under way to the web application, before those that have come since."""
        request = Parser(self.adj)
        request.told = told
        request.received(data)
        self.server.front.leave(self._held)
        with self.requests_lock:
            self.requests[0] = request
            self.server.add_task(self)

    def waits(self) -> bool:
        """Whether it is still connected."""
        return bool(self.connected)
