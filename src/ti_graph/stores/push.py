"""Load the dataset into a store elsewhere, graph by graph; what is there already is not sent again.

A record in a graph of that store (``publication``) says which graphs are there and with which content. It is
rewritten without a graph before the graph is touched, and with it once the graph has been counted there: so
whatever stops the work, the next run goes on where it stopped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ti_graph.errors import BusyError, DeadlineError, RequestError, UpstreamError
from ti_graph.files import saving
from ti_graph.rdf import NamedNode, Quad, RdfFormat
from ti_graph.rdf.blanks import linked
from ti_graph.rdf.sorting import lines_in_order
from ti_graph.rdf.syntax import canonical, parse_open, write
from ti_graph.stores.far_end import Counter, Service, pattern
from ti_graph.stores.publication import MERGE, PUBLICATION, Loaded, record, release
from ti_graph.stores.store import Store

_BLANK = "SELECT ?s WHERE {{ {} FILTER(isBlank(?s) || isBlank(?o)) }} LIMIT 1"

#: Told of triples that have been sent.
Tell = Callable[[int], None]


@dataclass(frozen=True)
class Plan:
    """What is to be done.

    Arguments:
        send: graphs that are not there, or not as they should be.
        there: graphs that are there as they should be.
        stale: graphs of an earlier release that this one has no more.
    """

    send: tuple[Loaded, ...]
    there: tuple[Loaded, ...]
    stale: tuple[Loaded, ...]

    @property
    def triples(self) -> int:
        """How many triples are to be sent."""
        return sum(each.triples for each in self.send)


class Push:
    """Loads a dataset into a store elsewhere.

    Arguments:
        store: the dataset: its named graphs, and its default graph.
        service: what writes at the far end.
        counter: what tells what is there.
        default_graph: the named graph that the default graph goes to; None for the far end's default graph.
        folder: for what is sent, which is written there first.
    """

    def __init__(
        self,
        store: Store,
        service: Service,
        counter: Counter,
        default_graph: NamedNode | None,
        folder: Path,
    ):
        self._store, self._service, self._counter = store, service, counter
        self._default, self._folder = default_graph, folder
        merge = default_graph.value if default_graph else MERGE
        named = {name.value: name for name in store.graph_names()}
        if merge in named:
            raise RequestError(f"<{merge}> is a graph of the dataset: the default graph cannot go there")
        #: The graphs here, by the names that the record has for them.
        self._sources: dict[str, NamedNode | None] = {**named, merge: None}
        #: Those with blank nodes, which mean nothing across requests.
        self._with_blanks: set[str] = set()

    def plan(self, tell: Callable[[str], None] = lambda step: None) -> Plan:
        """Compare what is there with what should be.

        Arguments:
            tell: told of each step.

        Raises:
            UpstreamError: the far end does not answer.
        """
        tell("asking what is there")
        there = self._counter.loaded()
        send: list[Loaded] = []
        kept: list[Loaded] = []
        for name, source in self._sources.items():
            tell(f"reading {name}")
            wanted = self._written(name, source)
            is_there = there.get(name) == wanted and self._counter.count(self._target(name)) == wanted.triples
            (kept if is_there else send).append(wanted)
        stale = tuple(there[name] for name in sorted(set(there) - set(self._sources)))
        return Plan(tuple(send), tuple(kept), stale)

    def run(self, plan: Plan, tell: Tell = lambda triples: None) -> str:
        """Do it.

        Arguments:
            plan: what ``plan`` gave.
            tell: told of triples that have been sent.

        Returns:
            The name of the release that is there now.

        Raises:
            UpstreamError: the far end failed; says how far this came.
        """
        done = [*plan.there]
        with _progress_told(done, len(plan.send) + len(plan.there)):
            if plan.send or plan.stale:
                self._record([*done, *plan.stale])
            for each in plan.send:
                self._send(each, tell)
                done.append(each)
                self._service.add(PUBLICATION, _triples(each.facts()))
            for each in plan.stale:
                self._service.remove(NamedNode(each.graph))
            self._record(done, release(done))
        return release(done)

    def _send(self, wanted: Loaded, tell: Tell) -> None:
        """Replace a graph, part by part, and count it there."""
        target = self._target(wanted.graph)
        with self._file(wanted.graph).open("rb") as lines:
            together = _linked(lines) if wanted.graph in self._with_blanks else ([line] for line in lines)
            put = self._service.replace
            for part in _parts(together, self._service.at_once):
                put(target, b"".join(part))
                tell(len(part))
                put = self._service.add
        found = self._counter.count(target)
        if found != wanted.triples:
            raise UpstreamError(
                f"<{wanted.graph}> was sent, but the far end counts {found:,} of its {wanted.triples:,} "
                "triples; are these the addresses of one and the same store?"
            )

    def _record(self, graphs: list[Loaded], version: str = "") -> None:
        self._service.replace(PUBLICATION, _triples(record(graphs, version)))

    def _target(self, name: str) -> NamedNode | None:
        return self._default if self._sources[name] is None else NamedNode(name)

    def _written(self, name: str, source: NamedNode | None) -> Loaded:
        """Write a graph to a file, in order, and describe it."""
        digest, count = hashlib.sha256(), 0
        triples = self._store.triples(source)
        quads: Iterator[Quad] = (Quad(q.subject, q.predicate, q.object) for q in triples)
        if any(self._store.texts(_BLANK.format(pattern(source)))):
            quads = iter(canonical(quads))
            self._with_blanks.add(name)
        with saving(self._file(name)) as output:
            for line in lines_in_order(quads, RdfFormat.N_TRIPLES):
                output.write(line)
                digest.update(line)
                count += 1
        return Loaded(name, count, digest.hexdigest())

    def _file(self, name: str) -> Path:
        return self._folder / hashlib.sha256(name.encode()).hexdigest()


@contextmanager
def _progress_told(done: list[Loaded], total: int) -> Iterator[None]:
    """Say with a failure how far the work came."""
    try:
        yield
    except (UpstreamError, RequestError, BusyError, DeadlineError) as error:
        raise UpstreamError(
            f"{error}\n{len(done)} of {total} graphs are there; run the same command again to go on"
        ) from None


def _linked(lines: IO[bytes]) -> Iterator[list[bytes]]:
    """The lines of a graph: those whose blank nodes are linked together, the others each by itself."""
    for quads in linked(parse_open(lines, RdfFormat.N_TRIPLES)):
        yield [write([quad], RdfFormat.N_TRIPLES) for quad in quads]


def _parts(together: Iterable[list[bytes]], size: int) -> Iterator[list[bytes]]:
    """Lines in parts of a size, or of what goes together if that is more; an empty graph is one part, too."""
    part: list[bytes] = []
    for lines in together:
        if part and len(part) + len(lines) > size:
            yield part
            part = []
        part.extend(lines)
    yield part


def _triples(quads: Iterator[Quad]) -> bytes:
    return write([*quads], RdfFormat.N_TRIPLES)
