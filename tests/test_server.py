"""The server for real: a process, a socket, an HTTP client."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from conftest import ROOT
from server import answers, until
from ti_graph.build import dataset


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "ti_graph", "serve", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def running(*arguments: str) -> Iterator[str]:
    """A server that answers, at its address; it must stop in order when told to."""
    with start(*arguments) as process:
        assert process.stderr
        line = process.stderr.readline()
        address = line.split()[2]
        assert address.startswith("http://127.0.0.1:"), line
        try:
            assert until(lambda: answers(address)), f"{address} does not answer"
            yield address
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=20) == 0


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A running server."""
    dataset()
    with running("--port", "0") as address:
        yield address


def test_it_answers_queries_over_http(address: str) -> None:
    with urllib.request.urlopen(
        f"{address}/queries/territories-announced?format=json", timeout=10
    ) as response:
        assert len(json.load(response)["results"]["bindings"]) == 10


def test_it_answers_many_clients_at_once(address: str) -> None:
    def ask(_: int) -> int:
        with urllib.request.urlopen(
            f"{address}/queries/members-of-territory?format=csv", timeout=30
        ) as response:
            return len(response.read().splitlines())

    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(ask, range(64))) == {30}


def test_two_servers_run_side_by_side(address: str) -> None:
    with running("--port", "0", "--workers", "2") as second:
        assert second != address


def test_a_port_in_use_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with start("--port", str(port)) as process:
            _, stderr = process.communicate(timeout=60)
    assert process.returncode == 2
    assert stderr == (
        f"ti-graph: cannot listen on 127.0.0.1 port {port}: {os.strerror(98)}; choose another with --port\n"
    )
