"""Run the application under gunicorn, on a socket that is bound before anything else starts."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from ti_graph.errors import ServeError

#: Threads of each worker process: requests that it answers at once.
THREADS = 4


class _Server(BaseApplication):
    def __init__(self, make_app: Callable[[], Flask], settings: dict[str, object]):
        self._make_app, self._settings = make_app, settings
        super().__init__()

    def load_config(self) -> None:
        for key, value in self._settings.items():
            self.cfg.set(key, value)

    def load(self) -> Any:
        """Called in each worker process, so that each opens the store for itself."""
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
    try:
        listener.bind((host, port))
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


def run(make_app: Callable[[], Flask], listener: socket.socket, workers: int) -> None:
    """Serve until stopped (SIGTERM, SIGINT).

    Arguments:
        make_app: makes the application, called in each worker process.
        listener: a bound socket.
        workers: worker processes, each with ``THREADS`` threads.
    """
    settings = {
        "bind": f"fd://{listener.fileno()}",
        "workers": workers,
        "threads": THREADS,
        "worker_class": "gthread",
        "accesslog": "-",
        "loglevel": "warning",
        "proc_name": "ti-graph",
    }
    _Server(make_app, settings).run()
