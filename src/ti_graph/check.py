"""Check a dataset: the SHACL shapes on its merge, the graph checks on its named graphs, one report."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from ti_graph.catalogue import GraphCheck, read_checks
from ti_graph.rdf import Quad
from ti_graph.report import Finding, Report, filled
from ti_graph.shacl import Shapes
from ti_graph.store import Store


class Rules:
    """The rules a dataset is held to.

    Arguments:
        shapes: a Turtle file of SHACL shapes.
        checks: a folder of graph checks, or None for none.

    Raises:
        SourceError: the shapes or a check cannot be read.
    """

    def __init__(self, shapes: Path, checks: Path | None):
        self.shapes = Shapes(shapes)
        self.checks: Mapping[str, GraphCheck] = read_checks(checks) if checks else {}

    def check(
        self, store: Store, around: Iterable[Quad] | None = None, focus: Collection[str] | None = None
    ) -> Report:
        """Hold a dataset to the rules.

        Arguments:
            store: its default graph is what the shapes look at, its named graphs what the checks look at.
            around, focus: check core constraints only on this part of the default graph, and only of these
                nodes (IRIs); without them, on the whole.
        """
        findings = {*self.shapes.findings(store, around, focus), *self._check_findings(store)}
        return Report(len(store), len(self.shapes.ids), len(self.checks), tuple(sorted(findings)))

    def _check_findings(self, store: Store) -> Iterator[Finding]:
        for check in self.checks.values():
            for row in store.query(check.text).rows():
                values = {name: term.value for name, term in row.items()}
                yield Finding(
                    severity=check.severity,
                    rule=check.name,
                    focus=values["focus"],
                    path=values.get("path", ""),
                    value=values.get("value", ""),
                    message_en=filled(check.messages["en"], values),
                    message_fr=filled(check.messages["fr"], values),
                )
