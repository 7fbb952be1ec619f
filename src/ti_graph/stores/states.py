"""What a dataset is to those who ask it, wherever it is: states, each of which can be opened and queried.

There are two kinds: ``repository`` has snapshots on this machine, ``remote_store`` stands before a store
elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from rapidfuzz import process

from ti_graph.errors import UnknownNameError
from ti_graph.rdf import ID, NamedNode, iri
from ti_graph.sparql.result import Result

#: Where there is no graph of a name: how many others are told, and how alike they must be, of 100.
_NEAR, _ALIKE = 3, 60


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


def existing_graph(graph: str, names: Iterable[NamedNode]) -> NamedNode:
    """The graph of an IRI, among those there are.

    Raises:
        RequestError: it is no IRI.
        UnknownNameError: there is none; with the names that are most like it.
    """
    wanted, known = iri(graph), {name.value.removeprefix(ID): name for name in names}
    if wanted in known.values():
        return wanted
    found = process.extract(graph.removeprefix(ID), [*known], limit=_NEAR, score_cutoff=_ALIKE)
    near = [path for path, _, _ in found]
    like = f"; perhaps {' or '.join(str(known[path]) for path in near)}" if near else ""
    raise UnknownNameError(
        f"no graph <{graph}>{like}; there are {len(known)}, listed by the query 'graphs'",
        [(path, path) for path in near if known[path].value != path],
    )
