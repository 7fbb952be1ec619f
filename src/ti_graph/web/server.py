"""Run the application under waitress, on a socket that is bound before anything else starts.

One process answers HTTP. Its main thread receives requests and sends answers, a piece at a time as each
client lets it. What can be answered there and then is (``serving.lane``); a thread is taken only by another
request, once it has arrived whole, so slow clients cost none. Queries run in processes of their own
(``serving.pool``), which the main thread looks after, and changes in one more (``serving.writer``).
"""

from __future__ import annotations

import logging
import resource
import signal
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import FrameType
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer

from ti_graph.errors import ServeError, TiGraphError
from ti_graph.serving.lane import Lane
from ti_graph.serving.pool import LOOK, Pool
from ti_graph.web.connection import Connection

#: Requests under way at once, those that wait for a worker included.
THREADS = 160
#: Connections at once; one more ends the oldest that waits for nothing.
CONNECTIONS = 2000
#: Seconds that a client may take to send the head of a request, and the whole of it.
HEAD_TIMEOUT, REQUEST_TIMEOUT = 20.0, 300.0
#: Bytes that the head of a request may have, and those received at once: most queries come in one piece.
_HEAD_SIZE, _PIECE = 65_536, 16_384
#: Seconds that a connection may do nothing.
IDLE_TIMEOUT = 60
#: Seconds that requests under way have to end when the server is stopped.
GRACE = 30.0


@dataclass(frozen=True)
class Application:
    """A WSGI application, and what it stands on.

    Arguments:
        wsgi: the application.
        pool: runs its queries.
        lane: answers before it does; None where nothing may.
        flush: writes to its log what is to be written.
        close: ends what it has started.
    """

    wsgi: WSGIApplication
    pool: Pool
    lane: Lane | None
    flush: Callable[[], None]
    close: Callable[[], None]


class _Front:
    """The current application; another can take its place while requests are under way.

    It does so in the main thread only, in ``look``: between two looks the application stays the same.

    Arguments:
        application: the first.
        watched: what the loop looks after, by file number.
    """

    def __init__(self, application: Application, watched: dict[int, object]):
        self._watched = watched
        self._under_way: dict[Application, int] = {}
        self._coming: deque[Application] = deque()
        self._lock, self._is_closed = threading.Lock(), False
        self._begin(application)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        application = self.enter()
        try:
            return application.wsgi(environ, start_response)
        finally:
            self.leave(application)

    def enter(self) -> Application:
        """The application that a new request is for."""
        with self._lock:
            self._under_way[self.application] += 1
            return self.application

    def leave(self, application: Application) -> None:
        """A request for an application is answered."""
        with self._lock:
            if application in self._under_way:  # else it was closed: the server stops
                self._under_way[application] -= 1

    def replace(self, application: Application) -> None:
        """Give new requests to another application; callable from any thread."""
        with self._lock:
            if not self._is_closed:
                self._coming.append(application)
                return
        application.close()

    @property
    def is_settled(self) -> bool:
        """Whether every application that was replaced has answered its own requests, and is closed."""
        return not self._coming and len(self._under_way) == 1

    def look(self) -> None:
        """Begin what is coming, look after the queries that run, and close what was replaced and is done."""
        while self._coming:
            self._begin(self._coming.popleft())
        for application, count in [*self._under_way.items()]:
            application.pool.turn()
            application.flush()
            if application is not self.application and not count:
                self._close(application)

    def close(self) -> None:
        """End every application."""
        with self._lock:
            self._is_closed = True
        while self._coming:
            self._begin(self._coming.popleft())
        for application in [*self._under_way]:
            self._close(application)

    def _begin(self, application: Application) -> None:
        self._watched[application.pool.fileno()] = _Watched(application.pool)
        with self._lock:
            self._under_way[application] = 0
            self.application = application

    def _close(self, application: Application) -> None:
        with self._lock:
            del self._under_way[application]
        del self._watched[application.pool.fileno()]
        application.close()
        application.flush()


class _Renewal:
    """Has another application made when that is asked for: in a thread, one at a time.

    It waits until the applications before are closed: the dataset of one of them may be wanted again.

    Arguments:
        front: what gets it.
        renew: makes it; None to go on with the one there is.
    """

    def __init__(self, front: _Front, renew: Callable[[], Application | None]):
        self._front, self._renew = front, renew
        self._thread = threading.Thread()
        self._is_wanted = False

    def ask(self) -> None:
        """Ask for another application; callable from the handler of a signal."""
        self._is_wanted = True

    def look(self) -> None:
        """Begin, if that is asked for and the time has come."""
        if self._is_wanted and not self._thread.is_alive() and self._front.is_settled:
            self._is_wanted = False
            self._thread = threading.Thread(target=self._make)
            self._thread.start()

    def _make(self) -> None:
        try:
            application = self._renew()
        except (OSError, TiGraphError) as error:
            sys.stderr.write(f"ti-graph: not renewed, the server goes on as before: {error}\n")
            return
        if application is not None:
            self._front.replace(application)


class _Watched(wasyncore.dispatcher):  # type: ignore[misc]
    """Has the loop turn a pool when there is something to do for it."""

    def __init__(self, pool: Pool):
        super().__init__(map={})
        self._pool = pool

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return False

    def handle_read_event(self) -> None:
        self._pool.turn()


class _Server(TcpWSGIServer):  # type: ignore[misc]
    channel_class = Connection

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
            channel.will_close |= channel.is_overdue


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
    watched: dict[int, object] = {}
    front = _Front(application, watched)
    settings = Adjustments(
        sockets=[listener],
        threads=THREADS,
        ident="ti-graph",
        connection_limit=10 * CONNECTIONS,
        channel_timeout=IDLE_TIMEOUT,
        cleanup_interval=2,
        channel_request_lookahead=1,  # else a client that leaves is not noticed
        max_request_body_size=max_body,
        max_request_header_size=_HEAD_SIZE,
        recv_bytes=_PIECE,
        send_bytes=1,
        asyncore_use_poll=True,
    )
    address = (listener.family, listener.type, listener.proto, listener.getsockname())
    server = _Server(front, map=watched, _sock=listener, adj=settings, sockinfo=address, bind_socket=False)
    server.front = front
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)  # the second time, at once
        stopping.set()
        server.pull_trigger()

    renewal = _Renewal(front, renew)

    def reload(number: int, frame: FrameType | None) -> None:
        renewal.ask()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGHUP, reload)
    try:
        while not stopping.is_set():
            _turn(server, front)
            renewal.look()
        wasyncore.dispatcher.close(server)
        until = time.monotonic() + GRACE
        while time.monotonic() < until and not all(c.is_idle for c in server.active_channels.values()):
            _turn(server, front)
    finally:
        front.close()


def _turn(server: _Server, front: _Front) -> None:
    """Receive and send what there is to receive and send, and look after the queries."""
    wasyncore.loop(timeout=LOOK, use_poll=True, map=server._map, count=1)
    front.look()


def _allow_many_files() -> None:
    """Let this process hold as many connections as it will, each with a file that it sends and one beside."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 3 * CONNECTIONS
    if soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
