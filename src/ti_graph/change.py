"""Apply a change to a copy of the dataset, in a process that may be killed, and say what it did."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ti_graph.check import Rules
from ti_graph.errors import NonConformingError, NotAllowedError, UnknownNameError
from ti_graph.formats import GRAPHS, Format, by_name
from ti_graph.guard import report_on_change
from ti_graph.rdf import BASE, BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse_text, write
from ti_graph.store import Store


@dataclass(frozen=True)
class Change:
    """What a caller asks to be changed.

    Arguments:
        kind: ``update``, or an operation of the Graph Store Protocol: ``put``, ``post``, ``delete``.
        text: the update, for the kind ``update``.
        graph: the graph, for the others; None is the default graph.
        parts: what goes into it: RDF texts with their formats.
        base: the IRI that relative IRIs resolve against.
    """

    kind: str
    text: str = ""
    graph: str | None = None
    parts: tuple[tuple[bytes, Format], ...] = ()
    base: str = BASE

    def recorded(self) -> dict[str, object]:
        """The change as the log keeps it: enough to read it and to make it again."""
        digest = hashlib.sha256(self.text.encode())
        for content, _ in self.parts:
            digest.update(content)
        return {
            "kind": self.kind,
            "graph": self.graph,
            "base": self.base,
            "text": self.text,
            "parts": [[content.decode("utf-8", "replace"), form.name] for content, form in self.parts],
            "sha256": digest.hexdigest(),
        }

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Change:
        """The change that a record of the log keeps."""
        parts = tuple((content.encode(), by_name(name, GRAPHS)) for content, name in record["parts"])
        return cls(record["kind"], record["text"], record["graph"], parts, record["base"])


@dataclass(frozen=True)
class Policy:
    """What a dataset allows.

    Arguments:
        merged: whether the default graph is the merge of the named graphs, kept up here, and not written to.
        system: named graphs that are not merged and not written to.
        shapes, checks: the rules that it is held to; None for none.
    """

    merged: bool = False
    system: tuple[str, ...] = ()
    shapes: Path | None = None
    checks: Path | None = None


@dataclass(frozen=True)
class Effect:
    """What a change did: quads added and removed, and whether it made its graph."""

    added: int
    removed: int
    created: bool


#: The lines of the last state made here, by its number: the next change starts from them if it was kept.
_last: tuple[int, set[bytes]] = (-1, set())


def apply(change: Change, folder: str, number: int, policy: Policy) -> Effect:
    """Apply a change to a store that nobody else has open.

    Arguments:
        change: what to do.
        folder: the store's directory, a copy of the state before.
        number: the number that the state after will have.
        policy: what the dataset allows.

    Raises:
        QuerySyntaxError: the update, or an RDF text, does not parse.
        UnknownNameError: the graph to delete does not exist.
        NotAllowedError: it writes to the merge or to a system graph.
        NonConformingError: the dataset would violate a must-rule; carries the report.
    """
    global _last
    with closing(Store.open_to_write(Path(folder))) as store:
        before = _last[1] if _last[0] == number - 1 else store.lines()
        effect, after = _guarded(store, change, before, policy)
    _last = (number, after)
    return effect


def _guarded(store: Store, change: Change, before: set[bytes], policy: Policy) -> tuple[Effect, set[bytes]]:
    """Apply a change and check what it did; its effect, and the lines of the state after."""
    created = _perform(store, change)
    after = store.lines()
    added, removed = after - before, before - after
    if policy.merged:
        gained, lost = _keep_merge(store, _quads(added), _quads(removed), policy)
        after = (after - _lines(lost)) | _lines(gained)
    if policy.shapes and (added or removed):
        report = report_on_change(store, _rules(policy), added | removed)
        if not report.conforms:
            raise NonConformingError(report)
    return Effect(len(added), len(removed), created), after


def _perform(store: Store, change: Change) -> bool:
    if change.kind == "update":
        store.update(change.text, change.base)
        return False
    graph = None if change.graph is None else NamedNode(change.graph)
    existed = store.has_graph(graph)
    if change.kind == "delete" and not existed:
        raise UnknownNameError(f"there is no graph <{change.graph}>")
    if change.kind in ("put", "delete"):
        store.remove_graph(graph)
    if change.kind in ("put", "post"):
        store.add_graph(graph)
        for content, form in change.parts:
            store.load(content, form, graph, change.graph or change.base)
    return not existed


def _keep_merge(
    store: Store, added: list[Quad], removed: list[Quad], policy: Policy
) -> tuple[list[Quad], list[Quad]]:
    """Bring the default graph, the merge, up to date; what it gained and lost."""
    system = [NamedNode(name) for name in policy.system]
    for quad in (*added, *removed):
        if isinstance(quad.graph_name, DefaultGraph):
            raise NotAllowedError(
                "the default graph is the merge of the named graphs and follows them; write to a named graph"
            )
        if quad.graph_name in system:
            raise NotAllowedError(f"the graph {quad.graph_name} comes with the release and is not written to")
        if isinstance(quad.subject, BlankNode) or not isinstance(quad.object, NamedNode | Literal):
            raise NotAllowedError("blank nodes and triple terms have no place in this dataset: give an IRI")
    gained = [Quad(q.subject, q.predicate, q.object) for q in added]
    lost = [Quad(q.subject, q.predicate, q.object) for q in removed if not store.holds(q, besides=system)]
    store.change_default(gained, lost)
    return gained, lost


def _quads(lines: Iterable[bytes]) -> list[Quad]:
    return list(parse_text(b"\n".join(lines), RdfFormat.N_QUADS))


def _lines(quads: list[Quad]) -> set[bytes]:
    return set(write(quads, RdfFormat.N_QUADS).splitlines())


def _rules(policy: Policy) -> Rules:
    assert policy.shapes
    return _read_rules(policy.shapes, policy.checks)


@cache
def _read_rules(shapes: Path, checks: Path | None) -> Rules:
    return Rules(shapes, checks)
