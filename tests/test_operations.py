"""What goes wrong around a server costs what it must, and never the server."""

from __future__ import annotations

import resource
import socket
import subprocess
import sys
import time
import urllib.request
from itertools import count
from pathlib import Path

import pytest

from conftest import ROOT
from server import form, serving
from ti_graph.rdf import Literal, NamedNode, Quad
from ti_graph.stores.repository import Repository
from ti_graph.web.operations import Journal

A = NamedNode("a:a")
#: Takes a second or more, as it compares every two of two thousand, and its answer comes in a file.
LARGE = """SELECT ?n ?o {
  { SELECT (COUNT(*) AS ?n) { ?a <a:b> ?b . ?c <a:b> ?d FILTER(?b != ?d) } }
  ?s ?p ?o
}"""


def test_lines_that_cannot_be_written_are_lost() -> None:
    log = Path("/dev/full").open("w", encoding="utf-8")  # noqa: SIM115 closing it fails, too
    journal = Journal(log)
    for _ in range(3):
        journal.note("/sparql", 200, 10, 0.1, "digest")
        journal.flush()
    with pytest.raises(OSError, match="No space left"):
        log.close()


def test_a_server_whose_log_nobody_reads_answers(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ti_graph", "serve", "--port", "0", "--store", str(tmp_path / "data")]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        address = process.stderr.readline().split()[2]
        process.stderr.close()
        for _ in range(3):
            with urllib.request.urlopen(address + "/healthz", timeout=10) as answer:
                assert answer.status == 200
            time.sleep(0.2)
        process.terminate()


@pytest.mark.parametrize("cache", ["0", "64"])
def test_a_server_that_may_open_no_more_files_lives(tmp_path: Path, cache: str) -> None:
    """The file of a large answer cannot be opened: its client gets nothing, the next one is answered."""
    compared = [Quad(A, NamedNode("a:b"), Literal(n)) for n in range(2000)]
    Repository.create(tmp_path / "data", [*compared, *(Quad(A, A, Literal(f"{n:030}")) for n in range(1000))])
    with serving("--store", str(tmp_path / "data"), "--cache", cache) as server:
        pid = server.process.pid
        target = f"/sparql?{form(query=LARGE).decode()}"
        host, port = server.address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=30) as client:
            free = lowest_free_file(pid)
            client.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n".encode())
            time.sleep(0.5)
            before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
            resource.prlimit(pid, resource.RLIMIT_NOFILE, (free, before[1]))
            assert client.recv(1 << 16) == b""
            resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
        assert server.request(target, Accept="text/csv").body.count(b"\r\n") == 3001


def lowest_free_file(pid: int) -> int:
    """The number that the next file of a process gets, once none were opened or closed for a while."""
    seen: list[set[str]] = []
    while len(seen) < 10 or any(each != seen[-1] for each in seen[-10:]):
        seen.append({path.name for path in Path(f"/proc/{pid}/fd").iterdir()})
        time.sleep(0.05)
    return next(number for number in count() if str(number) not in seen[-1])
