"""A dataset to ask and, where allowed, to change: what the web application and the command line stand on."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from typing import Protocol

from ti_graph.errors import NotAllowedError, RequestError
from ti_graph.rdf import NamedNode
from ti_graph.serving import answering
from ti_graph.serving.answering import Answer, Query
from ti_graph.serving.change import Change, Effect
from ti_graph.sparql.text import MAX_UPDATE, Scan, scan
from ti_graph.sparql.updates import with_using
from ti_graph.stores.states import Queryable, State, States


class Runner(Protocol):
    """What answers queries: a pool of processes, or this process."""

    def answer(
        self,
        query: Query,
        snapshot: State,
        timeout: float | None = None,
        alive: Callable[[], bool] = ...,
    ) -> Answer:
        """Answer a query from a snapshot."""
        ...

    def counts(self) -> dict[str, int]:
        """Queries running and waiting, killed and died under."""
        ...

    def close(self) -> None:
        """Answer no more."""
        ...


class Changer(Protocol):
    """What makes changes."""

    def close(self) -> None:
        """Make no more."""
        ...

    def write(self, change: Change) -> Effect:
        """Make a change, whole or not at all."""
        ...


class InProcess:
    """Answers queries in this process, without limits: for the command line, where the user can stop it."""

    def __init__(self) -> None:
        self._open: tuple[State, Queryable] | None = None

    def answer(
        self,
        query: Query,
        snapshot: State,
        timeout: float | None = None,
        alive: Callable[[], bool] = lambda: True,
    ) -> Answer:
        """Answer a query from a snapshot."""
        if self._open is None or self._open[0] != snapshot:
            self._open = (snapshot, snapshot.open())
        return answering.answer_from(
            self._open[1], query, f"{tempfile.gettempdir()}/ti-graph-{uuid.uuid4().hex}"
        )

    def counts(self) -> dict[str, int]:
        """Nothing runs beside the caller."""
        return {"running": 0, "waiting": 0, "killed": 0, "died": 0}

    def close(self) -> None:
        """Let go of the state."""
        self._open = None


@dataclass(frozen=True)
class Endpoint:
    """A dataset with what answers its queries and, if it may be changed, what changes it.

    Arguments:
        repository: the dataset.
        runner: answers queries.
        changer: makes changes; None where nothing may be changed.
        token: what a caller must show to make changes.
        merged: whether the default graph is the merge of the data graphs.
        allowed_hosts: hosts that SERVICE and LOAD may name.
        max_result: the largest answer, in bytes.
    """

    repository: States
    runner: Runner = field(default_factory=InProcess)
    changer: Changer | None = None
    token: str = ""
    merged: bool = True
    allowed_hosts: Collection[str] = ()
    max_result: int = 2**62

    @property
    def title(self) -> str:
        """What the dataset is called, in French."""
        return "Territoires d’industrie" if self.merged else "Jeu de données"

    def close(self) -> None:
        """End what runs for this endpoint."""
        self.runner.close()
        if self.changer is not None:
            self.changer.close()

    def scan(self, text: str) -> Scan:
        """Look at a query or update; refuse what reaches out or nests too deep."""
        return scan(text, self.allowed_hosts)

    def answer(
        self,
        query: Query,
        snapshot: State,
        timeout: float | None = None,
        alive: Callable[[], bool] = lambda: True,
    ) -> Answer:
        """Answer a query that was looked at.

        Arguments:
            query: the query; its answer is held to the endpoint's own limit where that is less.
            snapshot: the state to ask.
            timeout: seconds.
            alive: whether the caller still waits.

        Raises:
            RequestError: the query is wrong, or asks for inferences of a dataset that has none.
            NotAcceptableError: the answer has no format that was asked for.
            BusyError, DeadlineError, TooCostlyError, WorkerDiedError: a limit was reached.
        """
        if query.inference and not self.merged:
            raise RequestError("this dataset has no graph of inferences: ask without 'inference'")
        bounded = replace(query, max_result=min(query.max_result, self.max_result))
        return self.runner.answer(bounded, snapshot, timeout, alive)

    def graph_names(self) -> list[NamedNode]:
        """The named graphs of the current state."""
        return self.repository.current().open().graph_names()

    def update(
        self, text: str, default_graphs: Collection[str], named_graphs: Collection[str], base: str
    ) -> Effect:
        """Make the changes of an update."""
        scan(text, self.allowed_hosts, MAX_UPDATE)
        return self.write(Change("update", with_using(text, default_graphs, named_graphs), base=base))

    def write(self, change: Change) -> Effect:
        """Make a change.

        Raises:
            NotAllowedError: this server only reads.
        """
        return self.writing().write(change)

    def writing(self) -> Changer:
        """What makes changes.

        Raises:
            NotAllowedError: this server only reads.
        """
        if self.changer is None:
            elsewhere = "its data are in a store elsewhere, which 'ti-graph push' loads"
            without = "it was started without a token for writing"
            raise NotAllowedError(
                f"this server only reads: {elsewhere if self.repository.reductions else without}"
            )
        return self.changer
