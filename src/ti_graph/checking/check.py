"""Check a dataset: the SHACL shapes on its merge, the graph checks on its named graphs, one report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from ti_graph.checking.checks import GraphCheck, read_checks
from ti_graph.checking.footprint import Footprint, Part
from ti_graph.checking.report import Finding, Report
from ti_graph.checking.shacl import Shapes
from ti_graph.stores.store import Store


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

    def check(self, store: Store, part: Part | None = None) -> Report:
        """Hold a dataset to the rules.

        Arguments:
            store: its default graph is what the shapes look at, its named graphs what the checks look at.
            part: look only at this part, where the rules allow; without it, at the whole.
        """
        findings = {*self.shapes.findings(store, part), *self._check_findings(store, part)}
        return Report(len(store), len(self.shapes.ids), len(self.checks), tuple(sorted(findings)))

    def _check_findings(self, store: Store, part: Part | None) -> Iterator[Finding]:
        for check in self.checks.values():
            if not Footprint.of(check.text).meets(part):
                continue
            text = check.on(part.graphs) if part else check.text
            for row in store.query(text).texts():
                yield Finding.of_row(check.severity, check.name, check.messages, row)
