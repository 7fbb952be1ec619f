"""Reads while something else goes on: large answers, changes every second, runaway queries."""

from __future__ import annotations

import http.client
import statistics
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from urllib.parse import urlsplit

from measured import ROWS, TURTLE, Scale
from peers import Peer, drawn, ours, project, servers

from ti_graph.bench.wrk import load
from ti_graph.errors import UpstreamError

#: How many rows a large answer has.
LARGE = 100_000
_ALL = f"{{ ?s ?p ?o }} LIMIT {LARGE}"
LARGE_ANSWERS = {
    "JSON": (f"SELECT ?s ?p ?o WHERE {_ALL}", ROWS),
    "CSV": (f"SELECT ?s ?p ?o WHERE {_ALL}", "text/csv"),
    "Turtle": (f"CONSTRUCT {{ ?s ?p ?o }} WHERE {_ALL}", TURTLE),
}
#: What never ends.
RUNAWAYS = (
    "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT (COUNT(DISTINCT ?c) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f }",
    'SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f FILTER(REGEX(CONCAT(STR(?c), STR(?f)), "x.*y$")) }',
    "SELECT ?b (COUNT(?f) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f } GROUP BY ?b",
)
#: Clients that send them, each the next one when the last is answered.
INSISTING = 8
#: A change that the rules allow, and the one that takes it back.
_TITLE = "https://w3id.org/territoires-industrie/id/enonce/titre"
_STATED = (
    f"GRAPH <{_TITLE}> {{ <https://w3id.org/territoires-industrie/id/document/annonce> "
    '<http://purl.org/dc/terms/alternative> "autre titre"@fr }'
)
CHANGES = (f"INSERT DATA {{ {_STATED} }}", f"DELETE DATA {{ {_STATED} }}")


def large(folder: Path, scale: Scale) -> dict[str, object]:
    """(d) A hundred thousand rows: seconds to the last byte, and how much memory that takes at most."""
    found: dict[str, object] = {}
    with servers(folder, cache=0) as (running, _):
        for name, (text, accept) in LARGE_ANSWERS.items():
            taken: dict[str, list[float]] = {peer.name: [] for peer in running}
            sizes, grown = {}, {}
            for peer in running:  # looking at memory takes time, so it has a run of its own
                with watching(peer) as memory:
                    sizes[peer.name] = drained(peer, peer.target(text), accept)
                grown[peer.name] = memory[-1]
            for _ in range(2 * scale.rounds + 1):
                for peer in running:
                    began = time.perf_counter()
                    drained(peer, peer.target(text), accept)
                    taken[peer.name].append(time.perf_counter() - began)
            found[name] = {
                peer: {
                    "seconds": statistics.median(values),
                    "bytes": sizes[peer],
                    "megabytes more": grown[peer],
                }
                for peer, values in taken.items()
            }
            print(name, found[name], flush=True)
    return found


def drained(peer: Peer, target: str, accept: str) -> int:
    """Read an answer and forget it; the number of its bytes."""
    where = urlsplit(peer.address)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=120)
    connection.request("GET", target, headers={"Accept": accept})
    reply = connection.getresponse()
    assert reply.status == 200, (peer.name, reply.status)
    size = 0
    while piece := reply.read(1 << 20):
        size += len(piece)
    connection.close()
    return size


@contextmanager
def watching(peer: Peer) -> Iterator[list[float]]:
    """Watch a server's memory; in the end, the last figure is the most that it had more than at first."""
    before, stop = peer.memory(), threading.Event()
    seen = [before]

    def watch() -> None:
        while not stop.wait(0.05):
            seen.append(peer.memory())

    thread = threading.Thread(target=watch)
    thread.start()
    result: list[float] = []
    try:
        yield result
    finally:
        stop.set()
        thread.join()
        result.append(max(seen) - before)


def writes(folder: Path, scale: Scale) -> dict[str, object]:
    """(e) Reads of several kinds, alone and while a change is made every second."""
    found: dict[str, object] = {}
    home = project(folder / "project")
    with ours(None, token="t", home=home) as peer, drawn() as drawing:
        things = drawing.things(2_000)
        kinds = {
            "one pattern": ([f"SELECT ?p ?o WHERE {{ <{t}> ?p ?o }} LIMIT 5" for t in things], ROWS),
            "describe": ([f"DESCRIBE <{thing}>" for thing in things], TURTLE),
            "traffic": (drawing.traffic(20_000, 500), ROWS),
        }
        for name, (texts, accept) in kinds.items():
            targets = [peer.target(text) for text in texts]
            found[name] = _with_and_without(peer, targets, accept, scale)
        pages = [f"/doc/{t.removeprefix('https://w3id.org/territoires-industrie/id/')}" for t in things]
        found["pages"] = _with_and_without(peer, pages, "text/html", scale)
    return found


def _with_and_without(peer: Peer, targets: Sequence[str], accept: str, scale: Scale) -> dict[str, object]:
    seconds = 5 * scale.seconds
    load(peer.address, targets, 2, accept)
    alone = load(peer.address, targets, seconds, accept, skip=500)
    with changing(peer) as made:
        beside = load(peer.address, targets, seconds, accept, skip=1000)
    told = {"alone": asdict(alone), "beside changes": asdict(beside), "changes": dict(made)}
    print({k: v for k, v in told.items()}, flush=True)
    return told


@contextmanager
def changing(peer: Peer) -> Iterator[Counter[int]]:
    """Make a change every second; statuses of the answers."""
    made, stop = Counter[int](), threading.Event()

    def change() -> None:
        number = 0
        while not stop.wait(1.0):
            request = urllib.request.Request(
                peer.address + "/sparql",
                CHANGES[number % 2].encode(),
                {"Content-Type": "application/sparql-update", "Authorization": "Bearer t"},
            )
            with urllib.request.urlopen(request, timeout=60) as reply:
                made[reply.status] += 1
            number += 1

    thread = threading.Thread(target=change)
    thread.start()
    try:
        yield made
    finally:
        stop.set()
        thread.join()


def runaways(folder: Path, scale: Scale) -> dict[str, object]:
    """(f) Short queries, alone and among runaways, on each server."""
    found: dict[str, object] = {}
    with servers(folder, cache=0, timeout=5) as (running, drawing):
        things = drawing.things(2_000)
        for peer in running:  # ours first: the others go on with runaways that nobody waits for
            texts = [f"SELECT ?p ?o WHERE {{ <{thing}> ?p ?o }} LIMIT 5" for thing in things]
            targets = [peer.target(text) for text in texts]
            load(peer.address, targets, 2, ROWS)
            alone = load(peer.address, targets, 5 * scale.seconds, ROWS, skip=300)
            with insisting(peer) as statuses:
                time.sleep(6)  # until each has been ended once
                try:
                    among = asdict(load(peer.address, targets, 5 * scale.seconds, ROWS, skip=600))
                except UpstreamError as error:  # it is down
                    among = {"error": str(error)}
            found[peer.name] = {"alone": asdict(alone), "among": among, "runaways": dict(statuses)}
            print(peer.name, round(alone.per_second), among, dict(statuses), flush=True)
    return found


@contextmanager
def insisting(peer: Peer) -> Iterator[Counter[str]]:
    """Send runaways without pause; statuses of the answers, or what came instead."""
    statuses, stop = Counter[str](), threading.Event()

    def insist(number: int) -> None:
        while not stop.is_set():
            target = peer.target(RUNAWAYS[number % len(RUNAWAYS)])
            try:
                with urllib.request.urlopen(peer.address + target, timeout=10) as reply:
                    statuses[str(reply.status)] += 1
            except OSError as error:
                statuses[str(getattr(error, "code", type(error).__name__))] += 1
                time.sleep(0.05)
            number += 1

    threads = [threading.Thread(target=insist, args=(number,)) for number in range(INSISTING)]
    for thread in threads:
        thread.start()
    try:
        yield statuses
    finally:
        stop.set()
        for thread in threads:
            thread.join()
