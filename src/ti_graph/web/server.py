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
import threading
import time
from collections.abc import Callable
from types import FrameType

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer

from ti_graph.errors import ServeError
from ti_graph.serving.pool import LOOK
from ti_graph.web.connection import Connection
from ti_graph.web.front import Application, Front, Renewal

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
    front = Front(application, watched)
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

    renewal = Renewal(front, renew)

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


def _turn(server: _Server, front: Front) -> None:
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
