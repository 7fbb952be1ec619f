"""The application that a server gives requests to, and another one that takes its place while it serves."""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from waitress import wasyncore

from ti_graph.errors import TiGraphError
from ti_graph.serving.lane import Lane
from ti_graph.serving.pool import Pool


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


class Front:
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


class Renewal:
    """Has another application made when that is asked for: in a thread, one at a time.

    It waits until the applications before are closed: the dataset of one of them may be wanted again.

    Arguments:
        front: what gets it.
        renew: makes it; None to go on with the one there is.
    """

    def __init__(self, front: Front, renew: Callable[[], Application | None]):
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
