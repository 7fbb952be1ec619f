"""Apply a change to a copy of the dataset, in a process that may be killed, and say what it did."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from ti_graph.assembly.inference import AXIOMS, INFERENCES, Entailment
from ti_graph.assembly.system import SYSTEM_GRAPHS
from ti_graph.checking.check import Rules
from ti_graph.checking.guard import report_on_change
from ti_graph.errors import NonConformingError, NotAllowedError, UnknownNameError
from ti_graph.formats import GRAPHS, Format, by_name
from ti_graph.layout import CHECKS, SHAPES
from ti_graph.rdf import BASE, BlankNode, Literal, NamedNode, Quad, RdfFormat
from ti_graph.rdf.syntax import parse_text
from ti_graph.sparql.updates import targets
from ti_graph.stores.store import Store


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
        system: named graphs that are not merged and not written to; that of inferences follows the merge.
        shapes, checks: the rules that it is held to; None for none.
    """

    merged: bool = False
    system: tuple[str, ...] = ()
    shapes: Path | None = None
    checks: Path | None = None

    @classmethod
    def built_in(cls) -> Policy:
        """That of the built-in dataset."""
        system = tuple(name.value for name in SYSTEM_GRAPHS)
        return cls(True, system, SHAPES, CHECKS)


@dataclass(frozen=True)
class Effect:
    """What a change did: quads added and removed, and whether it made its graph."""

    added: int
    removed: int
    created: bool


def apply(change: Change, folder: str, policy: Policy) -> Effect:
    """Apply a change to a store that nobody else has open.

    Arguments:
        change: what to do.
        folder: the store's directory, a copy of the state before.
        policy: what the dataset allows.

    Raises:
        QuerySyntaxError, RdfSyntaxError: the update, or an RDF text, does not parse.
        UnknownNameError: the graph to delete does not exist.
        NotAllowedError: it writes to the merge or to a system graph.
        NonConformingError: the dataset would violate a must-rule; carries the report.
    """
    with closing(Store.open_to_write(Path(folder))) as store:
        return _guarded(store, change, policy)


def _guarded(store: Store, change: Change, policy: Policy) -> Effect:
    """Apply a change and check what it did."""
    graphs = touched_graphs(change, store)
    for graph in graphs or ():
        _demand_writable(graph, policy)
    before = store.lines(_all_graphs(store) if graphs is None else graphs)
    created = _perform(store, change)
    after = store.lines(_all_graphs(store) if graphs is None else graphs)
    added, removed = after - before, before - after
    if policy.merged or policy.shapes:
        _hold(store, _quads(added), _quads(removed), policy)
    return Effect(len(added), len(removed), created)


def _hold(store: Store, added: list[Quad], removed: list[Quad], policy: Policy) -> None:
    """Keep up the merge, and hold what was changed to the rules."""
    if policy.merged:
        _keep_merge(store, added, removed, policy)
    if policy.shapes and (added or removed):
        report = report_on_change(store, _rules(policy), [*added, *removed])
        if not report.conforms:
            raise NonConformingError(report)


def touched_graphs(change: Change, store: Store) -> set[NamedNode | None] | None:
    """The graphs that a change may write to, None among them for the default graph; None where any may be.

    Arguments:
        change: the change.
        store: the state before it.
    """
    if change.kind != "update":
        return {None if change.graph is None else NamedNode(change.graph)}
    written = targets(change.text)
    if written is None:
        return None
    graphs: set[NamedNode | None] = {None for target in written if not target.name}
    for target in written:
        if target.pattern:
            query = f"{target.prologue} SELECT DISTINCT {target.name} WHERE {target.pattern}"
            bound = (row.get(target.name[1:]) for row in store.query(query, base=change.base).rows())
            graphs |= {graph for graph in bound if isinstance(graph, NamedNode)}
    named = [target for target in written if target.name and not target.pattern]
    for prologue in {target.prologue for target in named}:
        names = [target.name for target in named if target.prologue == prologue]
        graphs |= set(Store.expand(names, prologue, change.base))
    return graphs


def _all_graphs(store: Store) -> list[NamedNode | None]:
    return [None, *store.graph_names()]


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


def _demand_writable(graph: NamedNode | None, policy: Policy) -> None:
    if policy.merged and graph is None:
        raise NotAllowedError(
            "the default graph is the merge of the named graphs and follows them; write to a named graph"
        )
    if graph and graph.value in policy.system:
        raise NotAllowedError(f"the graph {graph} comes with the release and is not written to")


def _keep_merge(store: Store, added: list[Quad], removed: list[Quad], policy: Policy) -> None:
    """Bring the default graph, the merge, up to date."""
    system = [NamedNode(name) for name in policy.system]
    for quad in (*added, *removed):
        _demand_writable(quad.graph_name if isinstance(quad.graph_name, NamedNode) else None, policy)
        if isinstance(quad.subject, BlankNode) or not isinstance(quad.object, NamedNode | Literal):
            raise NotAllowedError("blank nodes and triple terms have no place in this dataset: give an IRI")
        if isinstance(quad.object, Literal) and quad.object.direction:
            raise NotAllowedError(f"{quad.object} has a base direction, which RDF 1.1 has not: leave it out")
    gained = [Quad(q.subject, q.predicate, q.object) for q in added]
    lost = [Quad(q.subject, q.predicate, q.object) for q in removed if not store.holds(q, besides=system)]
    store.change(gained, lost)
    if INFERENCES.value in policy.system:
        _keep_inferences(store, gained, lost)


def _keep_inferences(store: Store, gained: list[Quad], lost: list[Quad]) -> None:
    """Bring the graph of inferences up to date with the merge."""
    axioms = (quad for name in AXIOMS for quad in store.triples(name))
    entailment = Entailment(axioms)
    added = {entailed for quad in gained for entailed in entailment.of(quad)}
    removed = {entailed for quad in lost for entailed in entailment.of(quad)}
    about = {quad.subject for quad in removed if isinstance(quad.subject, NamedNode)}
    for node in about:
        about_it = chain(
            store.triples_of(subject=node),
            *(store.triples_of(predicate=name, value=node) for name in entailment.symmetric),
        )
        removed.difference_update(entailed for quad in about_it for entailed in entailment.of(quad))
    store.change(added, removed)


def _quads(lines: Iterable[bytes]) -> list[Quad]:
    return list(parse_text(b"\n".join(lines), RdfFormat.N_QUADS))


def _rules(policy: Policy) -> Rules:
    assert policy.shapes
    return _read_rules(policy.shapes, policy.checks)


@cache
def _read_rules(shapes: Path, checks: Path | None) -> Rules:
    return Rules(shapes, checks)
