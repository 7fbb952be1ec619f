"""Stores elsewhere with a small dataset: the announcement with the rows of the tables that it refers to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from engines import Virtuoso, oxigraph_server, virtuoso
from ti_graph import layout
from ti_graph.assembly.system import with_inferences
from ti_graph.checking.check import Rules
from ti_graph.rdf import NamedNode
from ti_graph.rdf.syntax import parse_file
from ti_graph.stores.credentials import NOBODY, Credentials
from ti_graph.stores.far_end import Asking, GraphStore
from ti_graph.stores.push import Push
from ti_graph.stores.remote import Remote
from ti_graph.stores.repository import Repository

MERGE = "https://w3id.org/territoires-industrie/merge"
DBA = Credentials("digest", "dba", "dba")


@dataclass(frozen=True)
class Far:
    """A store elsewhere.

    Arguments:
        store, update, query: its addresses.
        credentials: of who may write.
    """

    store: str
    update: str
    query: str
    credentials: Credentials = NOBODY

    @property
    def address(self) -> str:
        """What ``--store`` takes."""
        return f"sparql+{self.query}?default-graph-uri={MERGE}"

    def ask(self, query: str) -> list[dict[str, str]]:
        """Ask it directly."""
        return Asking(Remote(self.query)).rows(query)

    def push(self, dataset: Repository, folder: Path, default_graph: str | None = MERGE) -> str:
        """Load a dataset; the name of the release."""
        service = GraphStore(Remote(self.store, self.credentials))
        target = NamedNode(default_graph) if default_graph else None
        push = Push(dataset.current().open(), service, Asking(Remote(self.query)), target, folder)
        return push.run(push.plan())


@contextmanager
def oxigraph_far(folder: Path) -> Iterator[Far]:
    """The Oxigraph server."""
    with oxigraph_server(folder) as address:
        yield Far(f"{address}/store", f"{address}/update", f"{address}/query")


@contextmanager
def virtuoso_far(folder: Path) -> Iterator[Far]:
    """Virtuoso."""
    with virtuoso(folder) as server:
        yield far_of(server)


def far_of(server: Virtuoso) -> Far:
    """The addresses of Virtuoso."""
    at = server.address
    return Far(f"{at}/sparql-graph-crud-auth", f"{at}/sparql-auth", f"{at}/sparql", DBA)


def small_dataset(folder: Path) -> Repository:
    """The announcement as a dataset on this machine."""
    quads = parse_file(layout.DATA / "announcement.trig")
    dataset = Repository.create(folder, *with_inferences(quads))
    report = Rules(layout.ONTOLOGY / "shapes.ttl", layout.CHECKS).check(dataset.current().open())
    (folder / "report.json").write_text(report.to_json(), encoding="utf-8")
    return dataset


class Wire:
    """Stands before a server and cuts, on demand, a connection in the middle.

    Arguments:
        port: of the server on this machine.
    """

    def __init__(self, port: int):
        self._port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        #: Bytes that may still go to the server; None for any number.
        self.allowed: int | None = None
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._port))
            for source, target, pays in ((client, server, True), (server, client, False)):
                threading.Thread(target=self._carry, args=(source, target, pays), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, pays: bool) -> None:
        try:
            while content := source.recv(65_536):
                if pays and self.allowed is not None:
                    content, self.allowed = content[: self.allowed], max(0, self.allowed - len(content))
                target.sendall(content)
                if pays and self.allowed == 0:
                    break
        except OSError:
            pass
        for each in (source, target):
            _end(each)


def _end(each: socket.socket) -> None:
    """End a connection in both directions."""
    with suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)
    each.close()


@contextmanager
def answering(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that reads the head of a request and then does as it is told; gives its address."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with client:
                client.recv(65_536)
                answer(client)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/sparql"
    finally:
        listener.close()
