"""A server for tests that need one: a process, its address, and requests to it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Reply:
    """An answer: status, headers (lower-case names) and body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    def json(self) -> dict:  # type: ignore[type-arg]
        """The body as JSON."""
        return json.loads(self.body)  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Server:
    """A running server: its address, its token if it has one, and its process."""

    address: str
    token: str
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """End the server and every process that it started, at once and without a word (SIGKILL)."""
        os.killpg(self.process.pid, signal.SIGKILL)

    def request(
        self,
        path: str,
        data: bytes | None = None,
        method: str | None = None,
        timeout: float = 60,
        **headers: str,
    ) -> Reply:
        """Send a request; header names with ``_`` for ``-``. The token goes along if there is one."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        request = urllib.request.Request(self.address + path, data=data, method=method, headers=sent)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return Reply(answer.status, _lower(answer.headers), answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Reply(error.code, _lower(error.headers), error.read())

    def query(self, text: str, **headers: str) -> Reply:
        """Send a query by POST."""
        return self.request("/sparql", text.encode(), Content_Type="application/sparql-query", **headers)

    def update(self, text: str, **headers: str) -> Reply:
        """Send an update."""
        return self.request("/sparql", text.encode(), Content_Type="application/sparql-update", **headers)

    def count(self, pattern: str = "?s ?p ?o") -> int:
        """How many solutions a pattern has."""
        reply = self.query(f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}", Accept="application/json")
        return int(reply.json()["results"]["bindings"][0]["n"]["value"])

    def metric(self, name: str) -> float:
        """The value of a metric without labels."""
        lines = self.request("/metrics").text.splitlines()
        return float(next(line.split()[1] for line in lines if line.startswith(f"{name} ")))


def _lower(headers) -> dict[str, str]:  # type: ignore[no-untyped-def]
    return {name.lower(): value for name, value in headers.items()}


@contextmanager
def serving(
    *arguments: str, token: str = "", stop: signal.Signals = signal.SIGTERM, home: Path | None = None
) -> Iterator[Server]:
    """A server that answers; it must end in order when told to.

    Arguments:
        arguments: of ``serve``.
        token: with which it may be changed.
        stop: how it is ended.
        home: the copy of the project that it runs.
    """
    environment = {**os.environ, "TI_GRAPH_TOKEN": token}
    if home is not None:
        environment["PYTHONPATH"] = str(home / "src")
    command = [sys.executable, "-m", "ti_graph", "serve", "--port", "0", *arguments]
    with (
        TemporaryFile() as log,
        subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
        ) as process,
    ):
        try:
            yield Server(_address(process, log.fileno()), token, process)
        finally:
            if process.poll() is None:
                process.send_signal(stop)
            code = process.wait(timeout=20)
        log.seek(0)
        written = log.read().decode()
        if "forkserver.py" not in written:  # it complains when it is ended while it starts a process
            assert "Traceback" not in written, written
        assert code == (0 if stop == signal.SIGTERM else -stop), written


def _address(process: subprocess.Popen[bytes], log: int) -> str:
    """Where the server says that it serves, once it answers there."""

    def address() -> str:
        code, said = process.poll(), os.pread(log, 1000, 0).decode()
        assert code is None, said
        return said.split()[2] if said.startswith("ti-graph serves ") and "\n" in said else ""

    assert until(lambda: bool(address()), 60), "the server does not say where it serves"
    assert until(lambda: answers(address() + "/healthz"), 60), "the server does not answer"
    return address()


def answers(address: str) -> bool:
    """Whether a request to an address succeeds."""
    try:
        with urllib.request.urlopen(address, timeout=5):
            return True
    except OSError:
        return False


def until(holds: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Wait until something holds; whether it does."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def form(**fields: str) -> bytes:
    """The body of a form."""
    return urllib.parse.urlencode(fields).encode()
