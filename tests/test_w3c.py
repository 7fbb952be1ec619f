"""The W3C's tests of SPARQL 1.1 services, against a server over sockets.

They run against this project's server; to see how another one does, say where it is::

    W3C_TARGET="http://127.0.0.1:7878 /query /update /store" pytest tests/test_w3c.py

The words are the fields of ``w3c.Target``: address, paths of queries, updates and the graph store, token.
"""

from __future__ import annotations

import os
import re
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from w3c import SERVICE_DESCRIPTION, Case, Target, play, read_cases

SUITES = Path(__file__).parents[1].parent / "shared" / "w3c" / "sparql11"
if not SUITES.is_dir():
    pytest.skip("the W3C's SPARQL 1.1 tests are not in ../shared/w3c/sparql11", allow_module_level=True)

PROTOCOL = read_cases(SUITES / "protocol" / "manifest.ttl")
GRAPH_STORE = read_cases(SUITES / "graph-store-protocol" / "manifest.ttl")
DESCRIPTION = read_cases(SUITES / "service-description" / "manifest.ttl")

#: Seconds that the server may take to start, and to stop.
PATIENCE = 60


@pytest.fixture(scope="module")
def plain_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A server of an empty plain dataset: its address, and the token that lets a client write."""
    folder = tmp_path_factory.mktemp("plain")
    token, log = secrets.token_urlsafe(), folder / "stderr.txt"
    command = [sys.executable, "-m", "ti_graph", "serve", "--store", str(folder / "store"), "--port", "0"]
    environment = {**os.environ, "TI_GRAPH_TOKEN": token}
    with (
        log.open("wb") as stderr,
        subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=stderr) as process,
    ):
        try:
            yield announced(process, log), token
        finally:
            stop(process)


def announced(process: subprocess.Popen[bytes], log: Path) -> str:
    """The address in the first line that the server writes, once it accepts connections there."""
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        line = re.match(r"ti-graph serves (http://127\.0\.0\.1:\d+) \(stop with Ctrl-C\)\n", log.read_text())
        if line and accepts(line[1]):
            return line[1]
        time.sleep(0.05)
    raise AssertionError(f"the server does not start; it said:\n{log.read_text()}")


def accepts(address: str) -> bool:
    """Whether something listens at an address."""
    at = urlsplit(address)
    try:
        socket.create_connection((at.hostname, at.port), timeout=5).close()
    except OSError:
        return False
    return True


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the server as an operator would; by force, and with an error, if it does not obey."""
    process.terminate()
    try:
        process.wait(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        raise


@pytest.fixture(scope="module")
def target(request: pytest.FixtureRequest) -> Target:
    """The server under test."""
    if named := os.environ.get("W3C_TARGET"):
        return Target(*named.split())
    address, token = request.getfixturevalue("plain_server")
    return Target(address, token=token)


@pytest.mark.parametrize("case", PROTOCOL, ids=lambda case: case.name)
def test_protocol(target: Target, case: Case) -> None:
    play(case, target)


@pytest.mark.parametrize("case", GRAPH_STORE, ids=lambda case: case.name)
def test_graph_store_protocol(target: Target, case: Case) -> None:
    play(case, target)


@pytest.mark.parametrize("case", DESCRIPTION, ids=lambda case: case.name)
def test_service_description(target: Target, case: Case) -> None:
    SERVICE_DESCRIPTION[case.name](target)


def test_the_suites_are_complete() -> None:
    assert [len(suite) for suite in (PROTOCOL, GRAPH_STORE, DESCRIPTION)] == [34, 13, 3]
