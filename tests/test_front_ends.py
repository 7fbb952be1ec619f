"""Several servers on one dataset behind nginx, by the configuration in ``deploy/nginx``."""

from __future__ import annotations

import os
import re
import signal
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException, IncompleteRead
from pathlib import Path

import pytest

from engines import free_port, nginx, nginx_config
from server import ROOT, Server, form, serving
from ti_graph.rdf import Literal, NamedNode, Quad
from ti_graph.stores.repository import Repository

CONFIG = ROOT / "deploy" / "nginx" / "ti-graph.conf"
A = NamedNode("a:a")
ASK = "SELECT ?o WHERE { GRAPH <a:a> { <a:a> <a:a> ?o } }"
#: A larger answer, of some 200 kB.
ASK_MUCH = "SELECT ?o ?x WHERE { GRAPH <a:a> { <a:a> <a:a> ?o } GRAPH <a:much> { ?s ?p ?x } }"


def routed(readers: list[str], writer: str, port: int) -> str:
    """The configuration of the project for these servers."""
    text = CONFIG.read_text(encoding="utf-8")
    servers = "".join(f"    server {each} max_fails=1 fail_timeout=2s;\n" for each in readers)
    text, found = re.subn(r"(?:    server 127\.0\.0\.1:800[1-3] .*\n)+", servers, text)
    assert found == 1
    text = text.replace("server 127.0.0.1:8000;", f"server {writer};")
    return text.replace("listen 80;", f"listen 127.0.0.1:{port};")


@dataclass
class Clients:
    """Clients that ask without pause, by GET and by POST, for little and for much; each by itself.

    Arguments:
        address: whom they ask.
        count: how many they are; those with an odd number ask by POST.
        ask_much: who of them asks for the larger answer.
        seen: for each client, the values that it saw, in order.
        failed: every answer that was none.
        cut: who got an answer that ended before its length.
    """

    address: str
    count: int = 8
    ask_much: frozenset[int] = frozenset({3, 7})
    seen: list[list[int]] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    cut: list[int] = field(default_factory=list)

    @contextmanager
    def asking(self) -> Iterator[None]:
        """They ask until the block ends."""
        stop = threading.Event()
        self.seen = [[] for _ in range(self.count)]
        threads = [threading.Thread(target=self._ask, args=(n, stop)) for n in range(self.count)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            for thread in threads:
                thread.join()

    def _ask(self, number: int, stop: threading.Event) -> None:
        query = ASK_MUCH if number in self.ask_much else ASK
        data = form(query=query)
        while not stop.is_set():
            by_post = number % 2
            address = self.address + ("/sparql" if by_post else "/sparql?" + data.decode())
            request = urllib.request.Request(address, data if by_post else None, {"Accept": "text/csv"})
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    self.seen[number].append(int(answer.read().split()[1].split(b",")[0]))
            except IncompleteRead:
                self.cut.append(number)
            except (HTTPException, OSError, ValueError, IndexError) as error:
                self.failed.append(repr(error))

    def never_went_back(self) -> bool:
        """Whether no client saw an older state after a newer one."""
        return all(values == sorted(values) for values in self.seen)


def dataset(folder: Path, value: int) -> Repository:
    """A dataset with a value, and a graph that takes room."""
    much = (Quad(A, A, Literal(f"{number:0200}"), NamedNode("a:much")) for number in range(1000))
    return Repository.create(folder, [Quad(A, A, Literal(value), A), *much])


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """A dataset that several servers share."""
    dataset(tmp_path / "data", 0)
    return tmp_path / "data"


def netloc(server: Server) -> str:
    return server.address.removeprefix("http://")


def test_a_server_killed_under_load_costs_no_request_and_no_client_goes_back_in_time(
    shared: Path, tmp_path: Path
) -> None:
    """A large answer whose first part has left cannot begin again: it falls short of its Content-Length."""
    with ExitStack() as stack:
        writer = stack.enter_context(serving("--store", str(shared), token="t"))
        first = stack.enter_context(serving("--store", str(shared)))
        ports = [free_port(), free_port()]
        killed = [_killable(stack, shared, port) for port in ports]
        routes = [netloc(first), *(f"127.0.0.1:{port}" for port in ports)]
        port = free_port()
        stack.enter_context(nginx(tmp_path / "nginx", routed(routes, netloc(writer), port), port))
        through = Server(f"http://127.0.0.1:{port}", "t", writer.process)
        clients = Clients(through.address)
        with clients.asking():
            for value in range(1, 21):
                _publish(through, value)
                if value in (5, 15):
                    killed.pop().kill()
                if value == 10:
                    _killable(stack, shared, ports[1])  # it comes back, and is asked again
        assert not clients.failed
        assert set(clients.cut) <= clients.ask_much, "a small answer is sent whole"
        assert len(clients.cut) <= 2 * len(clients.ask_much), "at each kill, what was being sent"
        assert clients.never_went_back()
        assert sum(map(len, clients.seen)) > 100
        assert min(values[-1] for values in clients.seen) > 10, "clients went on to see what was published"


def _killable(stack: ExitStack, shared: Path, port: int) -> Server:
    """A reader that may be killed."""
    return stack.enter_context(serving("--store", str(shared), "--port", str(port), stop=signal.SIGKILL))


def _publish(server: Server, value: int) -> None:
    """Make a value the next state, and read it back at once: by whichever server."""
    assert (
        server.update(
            f"DELETE WHERE {{ GRAPH <a:a> {{ ?s ?p ?o }} }} ; "
            f"INSERT DATA {{ GRAPH <a:a> {{ <a:a> <a:a> {value} }} }}"
        ).status
        == 204
    )
    reader = Server(server.address, "", server.process)
    assert reader.query(ASK, Accept="text/csv").text.split()[-1] == str(value)


def test_two_servers_give_one_state_one_tag(shared: Path) -> None:
    path = "/sparql?" + form(query=ASK).decode()
    with serving("--store", str(shared)) as one, serving("--store", str(shared)) as two:
        tags = {server.request(path, Host="public.example").headers["etag"] for server in (one, two)}
    assert len(tags) == 1


def test_a_new_release_takes_over_behind_the_same_address(tmp_path: Path) -> None:
    """Servers of the next release are started beside those of this one; nginx is then told of them.

    Its old and its new workers both take connections for a moment, so a client may go back then.
    """
    dataset(tmp_path / "one", 1)
    dataset(tmp_path / "two", 2)
    with ExitStack() as stack:

        def servers(name: str) -> list[str]:
            store = str(tmp_path / name)
            return [netloc(stack.enter_context(serving("--store", store))) for _ in range(2)]

        before = servers("one")
        folder, port = tmp_path / "nginx", free_port()
        config = stack.enter_context(nginx(folder, routed(before, before[0], port), port))
        clients = Clients(f"http://127.0.0.1:{port}")
        with clients.asking():
            time.sleep(1)
            after = servers("two")
            config.write_text(nginx_config(folder, routed(after, after[0], port)), encoding="utf-8")
            os.kill(int((folder / "pid").read_text()), signal.SIGHUP)
            time.sleep(2)
        assert not (clients.failed or clients.cut)
        assert {value for values in clients.seen for value in values} == {1, 2}
        assert all(values[-1] == 2 for values in clients.seen)
