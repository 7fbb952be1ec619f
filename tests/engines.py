"""Servers of other stores for tests that need one: each from a context, at an address of this machine.

Needs virtuoso-t and isql-vt (Debian: virtuoso-opensource-7-bin); oxigraph is among the development packages.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from server import until

#: The program of the Oxigraph server, which is installed beside Python.
OXIGRAPH = str(Path(sys.executable).with_name("oxigraph"))
_VIRTUOSO = """[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
NumberOfBuffers = 100000
MaxDirtyBuffers = 75000
DirsAllowed = {folder}
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 20
MaxKeepAlives = 20
KeepAliveTimeout = 60
[SPARQL]
ResultSetMaxRows = 1000000
MaxQueryCostEstimationTime = 0
MaxQueryExecutionTime = 120
"""


@dataclass(frozen=True)
class Virtuoso:
    """A running Virtuoso.

    Queries are answered at ``/sparql``; with digest authentication as dba, password dba, updates at
    ``/sparql-auth`` and the Graph Store Protocol at ``/sparql-graph-crud-auth``.

    Arguments:
        address: of its HTTP port, without a path.
        sql: its other port, for isql.
        folder: where it may read files.
        process: the number of its process.
    """

    address: str
    sql: int
    folder: Path
    process: int

    def execute(self, statement: str) -> str:
        """Execute SQL, or SPARQL after ``SPARQL``; what isql prints."""
        command = ["isql-vt", f"127.0.0.1:{self.sql}", "dba", "dba", "VERBOSE=OFF", f"exec={statement}"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@contextmanager
def virtuoso(folder: Path) -> Iterator[Virtuoso]:
    """Virtuoso with a new database in a folder, which is made."""
    folder.mkdir()
    sql, http = free_port(), free_port()
    ini = folder / "virtuoso.ini"
    ini.write_text(_VIRTUOSO.format(folder=folder, sql=sql, http=http), encoding="utf-8")
    with running(["virtuoso-t", "+foreground", "+configfile", str(ini)], sql, http) as process:
        yield Virtuoso(f"http://127.0.0.1:{http}", sql, folder, process.pid)


@contextmanager
def oxigraph_server(folder: Path, port: int = 0) -> Iterator[str]:
    """The Oxigraph server over a folder, which is made if it is not there; gives its address.

    Queries are answered at ``/query``, updates at ``/update``, the Graph Store Protocol at ``/store``.
    """
    port = port or free_port()
    with running([OXIGRAPH, "serve", "--location", str(folder), "--bind", f"127.0.0.1:{port}"], port):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def nginx(folder: Path, http: str, port: int) -> Iterator[Path]:
    """nginx with this in its http block, which has it listen on a port; gives the file of its configuration.

    What is written into it later counts after SIGHUP to the process whose number is in ``pid`` beside it.
    """
    needed("nginx", "nginx-light")
    folder.mkdir(exist_ok=True)
    config = folder / "nginx.conf"
    config.write_text(nginx_config(folder, http), encoding="utf-8")
    with running([shutil.which("nginx") or "", "-c", str(config), "-p", str(folder)], port):
        yield config


def nginx_config(folder: Path, http: str) -> str:
    """A whole configuration; nginx writes only into the folder, which may be one that only root reads."""
    paths = "".join(
        f"{name}_temp_path {folder}/{name}; " for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root; " if os.geteuid() == 0 else ""
    return (
        f"{user}daemon off; pid {folder}/pid; error_log {folder}/log; events {{}}\n"
        f"http {{ access_log off; {paths}\n{http}\n}}\n"
    )


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def needed(program: str, package: str) -> None:
    """Skip the test where a program is not installed, but in CI fail."""
    if shutil.which(program) is None:
        if os.environ.get("CI"):
            pytest.fail(f"{program} is missing: .ci/run installs it")
        pytest.skip(f"needs {program} (apt-get install {package})")


@contextmanager
def running(command: list[str], *ports: int, patience: float = 60) -> Iterator[subprocess.Popen[bytes]]:
    """A server that listens on some ports within so many seconds, until the block ends."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            for port in ports:
                _wait(process, port, patience)
            yield process
        finally:
            process.terminate()
            try:
                process.wait(60)
            finally:
                process.kill()


def _wait(process: subprocess.Popen[bytes], port: int, patience: float) -> None:
    def listens() -> bool:
        assert process.poll() is None, f"{process.args!r} ended"
        with socket.socket() as asked:
            return asked.connect_ex(("127.0.0.1", port)) == 0

    assert until(listens, patience), f"{process.args!r} does not listen"
