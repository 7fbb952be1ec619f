"""Measure servers: one answer, many in turn, query by query."""

from __future__ import annotations

import http.client
import json
import math
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace

from peers import Peer

from ti_graph.bench.wrk import Load, load
from ti_graph.rdf import RdfFormat
from ti_graph.rdf.syntax import parse_text

ROWS = "application/sparql-results+json"
TURTLE = "text/turtle"
# Virtuoso sends a header back for each graph that a query names; http.client gives up after a hundred.
http.client._MAXHEADERS = 10_000
#: Seconds between two looks at whether a server works, and how many looks are taken.
_LOOK, _LONGEST = 0.5, 12
#: A run lasts so many times as long as one answer alone: eight clients share two cores.
_ROUNDS = 8
#: Queries whose answer is a graph.
_OF_GRAPHS = re.compile(r"\b(CONSTRUCT|DESCRIBE)\b")
#: Seconds after which an answer is too late to be measured under load.
PATIENCE = 20.0


@dataclass(frozen=True)
class Scale:
    """How long it takes: runs of each server, seconds of each, different texts of each query."""

    rounds: int
    seconds: int
    texts: int


#: What the report is made of, and a look in between.
FULL, QUICK = Scale(3, 1, 400), Scale(1, 1, 100)


def asked(peer: Peer, target: str, accept: str = ROWS, patience: float = PATIENCE) -> tuple[float, bytes]:
    """Seconds that one answer takes, and the answer; empty where it is none, or late."""
    request = urllib.request.Request(peer.address + target, headers={"Accept": accept})
    began = time.perf_counter()
    try:
        with urllib.request.urlopen(request, timeout=patience) as reply:
            content = reply.read()
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        content = b""
    return time.perf_counter() - began, content


def settle(servers: Sequence[Peer]) -> None:
    """Wait until no server works any more: some go on with queries that nobody waits for."""
    for _ in range(_LONGEST):
        before = sum(peer.processor_time() for peer in servers)
        time.sleep(_LOOK)
        if sum(peer.processor_time() for peer in servers) - before < _LOOK / 10:
            return


def size(content: bytes, accept: str) -> int:
    """How many rows an answer in JSON has, or triples one in Turtle; -1 where it is none."""
    try:
        if accept == TURTLE:
            return sum(1 for _ in parse_text(content, RdfFormat.TURTLE)) if content else -1
        found = json.loads(content)
    except (SyntaxError, ValueError):
        return -1
    return len(found["results"]["bindings"]) if "results" in found else int(found["boolean"])


def in_turn(
    servers: Sequence[Peer], targets: Callable[[Peer], Sequence[str]], scale: Scale, accept: str = ROWS
) -> dict[str, dict[str, float]]:
    """Load each server in turn, several times; of each, the figures of its median run."""
    found: dict[str, list[Load]] = {peer.name: [] for peer in servers}
    sent = {peer.name: targets(peer) for peer in servers}
    for peer in servers:
        load(peer.address, sent[peer.name], scale.seconds, accept)  # to be warm
    settle(servers)
    for number in range(scale.rounds):
        for peer in servers:
            found[peer.name].append(
                load(peer.address, sent[peer.name], scale.seconds, accept, skip=number * 1000)
            )
    return {name: _median(loads) for name, loads in found.items()}


def _median(loads: Sequence[Load]) -> dict[str, float]:
    middle = sorted(loads, key=lambda each: each.per_second)[len(loads) // 2]
    runs = [round(each.per_second, 1) for each in loads]
    return {"per_second": middle.per_second, "runs": runs, **asdict(middle)}  # type: ignore[dict-item]


def by_query(
    servers: Sequence[Peer], texts: Callable[[str], Sequence[str]], names: Sequence[str], scale: Scale
) -> dict[str, object]:
    """Each query by itself: how many answers a second, from those who give the right number of rows.

    Runs are longer where an answer takes long, so that each client gets some.
    """
    found: dict[str, object] = {}
    for name in names:
        drawn = texts(name)
        accept = TURTLE if _OF_GRAPHS.search(drawn[0]) else ROWS
        able, unable, longest = [], {}, 0.0
        expected: list[int] = []
        for peer in servers:
            taken = [asked(peer, peer.target(text), accept) for text in drawn[:3]]
            given, slowest = [size(content, accept) for _, content in taken], max(each[0] for each in taken)
            expected = expected or given
            if peer is servers[0] or (given == expected and slowest < PATIENCE / 4):
                able.append(peer)
                longest = max(longest, slowest)
            else:
                unable[peer.name] = {"rows": given, "seconds": round(slowest, 3)}
        lasting = replace(scale, seconds=max(scale.seconds, math.ceil(_ROUNDS * longest)))
        loads = in_turn(
            able, lambda peer, drawn=drawn: [peer.target(text) for text in drawn], lasting, accept
        )
        found[name] = {"texts": len(drawn), "rows": expected, "loads": loads, "left out": unable}
        said = ", ".join(f"{peer} {each['per_second']:.0f}" for peer, each in loads.items())
        print(f"{name:42} {said}" + "".join(f"; {p}: {u}" for p, u in unable.items()), flush=True)
    return found
