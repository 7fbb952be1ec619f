"""Run the application under waitress, on a socket that is bound before anything else starts.

One process answers HTTP. Its main thread receives requests and sends answers, a piece at a time as each
client lets it; a thread is taken only by a request that has arrived whole, so slow clients cost none. Queries
run in processes of their own (``pool``) and changes in one more (``writer``).
"""

from __future__ import annotations

import json
import logging
import re
import resource
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import FrameType
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask

from ti_graph.errors import ServeError
from ti_graph.formats import HTML
from ti_graph.layout import CODE
from ti_graph.web.problems import PROBLEM, document, kind_of

#: What asks for a page; the Accept header of what is too long has not been read.
_FOR_A_READER = re.compile(rb"GET /(?!sparql|store|reconcile)")
_UNREADABLE = CODE / "web" / "static" / "unreadable.html"
#: Requests under way at once, those that wait for a worker included.
THREADS = 160
#: Connections at once; one more ends the oldest that waits for nothing.
CONNECTIONS = 2000
#: Seconds that a client may take to send the head of a request, and the whole of it.
HEAD_TIMEOUT, REQUEST_TIMEOUT = 20.0, 300.0
#: Seconds that a connection may do nothing.
IDLE_TIMEOUT = 60
#: Seconds that requests under way have to end when the server is stopped.
GRACE = 30.0


@dataclass(frozen=True)
class Application:
    """A WSGI application, and what ends what it has started."""

    wsgi: WSGIApplication
    close: Callable[[], None]


class _Front:
    """The current application; another can take its place while requests are under way."""

    def __init__(self, application: Application):
        self._application = application
        self._under_way: dict[Application, int] = {application: 0}
        self._changed = threading.Condition()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with self._changed:
            application = self._application
            self._under_way[application] += 1
        try:
            return application.wsgi(environ, start_response)
        finally:
            with self._changed:
                self._under_way[application] -= 1
                self._changed.notify_all()

    def replace(self, application: Application) -> None:
        """Give new requests to another application, and close the one before when it has answered its own."""
        with self._changed:
            before, self._application = self._application, application
            self._under_way[application] = 0
            self._changed.wait_for(lambda: not self._under_way[before])
            del self._under_way[before]
        before.close()

    def close(self) -> None:
        """End the current application."""
        self._application.close()


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    """A request that is being received; knows since when."""

    def __init__(self, adj: Adjustments):
        super().__init__(adj)
        self.began = time.time()


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
        self.content_length = len(body)
        self.write(body)


class _Channel(HTTPChannel):  # type: ignore[misc]
    error_task_class = _Problem
    parser_class = _Parser

    @property
    def is_idle(self) -> bool:
        """Whether no request is under way and no answer is being sent."""
        return not self.requests and not self.total_outbufs_len


class _Server(TcpWSGIServer):  # type: ignore[misc]
    channel_class = _Channel

    def handle_accept(self) -> None:
        super().handle_accept()
        if len(self.active_channels) > CONNECTIONS:
            idle = (channel for channel in self.active_channels.values() if channel.is_idle)
            oldest = min(idle, key=lambda channel: channel.creation_time, default=None)
            if oldest is not None:
                oldest.handle_close()

    def maintenance(self, now: float) -> None:
        """Close connections that do nothing, and those whose request has been coming for too long."""
        super().maintenance(now)
        for channel in self.active_channels.values():
            request = channel.request
            if request is not None:
                timeout = REQUEST_TIMEOUT if request.headers_finished else HEAD_TIMEOUT
                channel.will_close |= now - request.began > timeout


def listen(host: str, port: int) -> socket.socket:
    """Bind a listening socket.

    Arguments:
        host: a name or address.
        port: 0 to 65535; 0 lets the system choose.

    Raises:
        ServeError: the port is taken, or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()
    except OSError as error:
        listener.close()
        raise ServeError(
            f"cannot listen on {host} port {port}: {error.strerror}; choose another with --port"
        ) from None
    except OverflowError:
        listener.close()
        raise ServeError(f"{port} is not a port: ports are 0 to 65535") from None
    return listener


def run(
    application: Application,
    renew: Callable[[], Application | None],
    listener: socket.socket,
    max_body: int,
) -> None:
    """Serve until stopped (SIGTERM, SIGINT); requests under way are answered first.

    Arguments:
        application: what to serve.
        renew: called on SIGHUP, in a thread: gives an application to take the place of the one before, None
            to go on with that.
        listener: a bound socket.
        max_body: bytes that the body of a request may have.
    """
    _allow_many_files()
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that requests wait is no event
    front = _Front(application)
    settings = Adjustments(
        sockets=[listener],
        threads=THREADS,
        ident="ti-graph",
        connection_limit=10 * CONNECTIONS,
        channel_timeout=IDLE_TIMEOUT,
        cleanup_interval=2,
        channel_request_lookahead=1,  # else a client that leaves is not noticed
        max_request_body_size=max_body,
        max_request_header_size=65_536,
        send_bytes=1,
        asyncore_use_poll=True,
    )
    address = (listener.family, listener.type, listener.proto, listener.getsockname())
    server = _Server(front, _sock=listener, adj=settings, sockinfo=address, bind_socket=False)
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)  # the second time, at once
        stopping.set()
        server.pull_trigger()

    def reload(number: int, frame: FrameType | None) -> None:
        threading.Thread(target=_renew, args=(front, renew)).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGHUP, reload)
    while not stopping.is_set():
        _turn(server)
    wasyncore.dispatcher.close(server)
    until = time.monotonic() + GRACE
    while time.monotonic() < until and not all(c.is_idle for c in server.active_channels.values()):
        _turn(server)
    front.close()


def _turn(server: _Server) -> None:
    """Receive and send what there is to receive and send."""
    wasyncore.loop(timeout=1, use_poll=True, map=server._map, count=1)


def _renew(front: _Front, renew: Callable[[], Application | None]) -> None:
    application = renew()
    if application is not None:
        front.replace(application)


def _allow_many_files() -> None:
    """Let this process hold as many connections as it will, where the system allows it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * CONNECTIONS
    if soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
