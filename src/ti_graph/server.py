"""Run the application under gunicorn, on a socket that is bound before anything else starts.

One process answers HTTP, with many threads that mostly wait; queries run in processes of their own (``pool``)
and changes in one more (``writer``). More front processes would each need a share of the limits.
"""

from __future__ import annotations

import multiprocessing
import socket
import struct
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

from flask import Flask
from gunicorn.app.base import BaseApplication

from ti_graph.errors import ServeError

Result = TypeVar("Result")

#: Requests under way at once, those that wait for a worker included.
THREADS = 160
#: Seconds that a client may take to send the next piece of its request.
CLIENT_TIMEOUT = 20


class _Server(BaseApplication):
    def __init__(self, make_app: Callable[[], Flask], settings: dict[str, object]):
        self._make_app, self._settings = make_app, settings
        super().__init__()

    def load_config(self) -> None:
        for key, value in self._settings.items():
            self.cfg.set(key, value)

    def load(self) -> Any:
        """Called in the process that serves, so that what it starts belongs to it."""
        return self._make_app()


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
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    # Connections inherit this: a client that sends nothing for so long loses its thread.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", CLIENT_TIMEOUT, 0))
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
    listener.set_inheritable(True)
    return listener


def apart(task: Callable[..., Result], *arguments: Any) -> Result:
    """Run a task in a process of its own, and give its result or raise its error.

    The engine starts threads where it opens a store for writing; a process that forks must have none.
    """
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(task, *arguments).result()


def run(make_app: Callable[[bool], Flask], close: Callable[[], None], listener: socket.socket) -> None:
    """Serve until stopped (SIGTERM, SIGINT); requests under way are answered first.

    On SIGHUP a new process with a new application takes over, and the old one ends when it has answered.

    Arguments:
        make_app: makes the application, called in the process that serves; told whether it takes over.
        close: ends what the application started, called in that process when it stops.
        listener: a bound socket.
    """
    taking_over: list[bool] = []
    settings = {
        "bind": f"fd://{listener.fileno()}",
        "workers": 1,
        "threads": THREADS,
        "worker_class": "gthread",
        "loglevel": "warning",
        "proc_name": "ti-graph",
        "control_socket_disable": True,
        "limit_request_line": 8190,
        "graceful_timeout": 30,
        "timeout": 120,
        "on_reload": lambda server: taking_over.append(True),
        "worker_exit": lambda server, worker: close(),
    }
    _Server(lambda: make_app(bool(taking_over)), settings).run()
