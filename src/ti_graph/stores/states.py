"""What a dataset is to those who ask it, wherever it is: states, each of which can be opened and queried.

There are two kinds: ``repository`` has snapshots on this machine, ``remote_store`` stands before a store
elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from ti_graph.rdf import NamedNode
from ti_graph.sparql.result import Result


class Queryable(Protocol):
    """An open state."""

    def query(
        self,
        text: str,
        default_graphs: Iterable[str] = ...,
        named_graphs: Iterable[str] = ...,
        base: str = ...,
        besides: Iterable[str] = ...,
    ) -> Result:
        """Run a query (``store.Store.query``)."""
        ...

    def graph_names(self) -> list[NamedNode]:
        """The names of the named graphs, sorted."""
        ...


class State(Protocol):
    """A state of a dataset; equal to another when it is the same."""

    @property
    def name(self) -> str:
        """What those who run the server call it."""
        ...

    @property
    def version(self) -> str:
        """A name that no other state has; empty where states cannot be told apart."""
        ...

    @property
    def is_fixed(self) -> bool:
        """Whether nothing can change it: two answers to one query are the same, byte by byte."""
        ...

    def open(self) -> Queryable:
        """Open it for reading."""
        ...


class States(Protocol):
    """A dataset."""

    @property
    def reductions(self) -> Iterable[tuple[str, str]]:
        """What it cannot promise, in French and in English, a sentence each."""
        ...

    def current(self) -> State:
        """The current state."""
        ...
