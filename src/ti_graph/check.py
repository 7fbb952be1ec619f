"""Check a dataset: the SHACL shapes on its merge, the graph checks on its named graphs, one report."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import pyshacl
import rdflib
from rdflib.namespace import RDF as RDFLIB_RDF
from rdflib.namespace import SH as RDFLIB_SH
from rdflib.plugins.parsers.notation3 import BadSyntax

from ti_graph.catalogue import GraphCheck, read_checks
from ti_graph.errors import SourceError
from ti_graph.layout import shown
from ti_graph.rdf import BASE, RDF, SH, Literal, NamedNode, Quad, RdfFormat, Term, text, write
from ti_graph.store import Store

_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")
_SEVERITIES = {RDFLIB_SH.Violation: "violation", RDFLIB_SH.Warning: "warning", RDFLIB_SH.Info: "warning"}


@dataclass(frozen=True, order=True)
class Finding:
    """One place where a rule is broken.

    Arguments:
        severity: ``violation`` (a must-rule) or ``warning``.
        rule: the rule's id, the last part of its IRI.
        focus: the node that breaks it, as an IRI or literal text.
        path, value: the property and the value at fault, empty where the rule has none.
        message_en, message_fr: what is wrong, for a person.
    """

    severity: str
    rule: str
    focus: str
    path: str
    value: str
    message_en: str
    message_fr: str


@dataclass(frozen=True)
class Report:
    """The outcome of a check: how much was looked at and everything found, violations first."""

    triples: int
    shapes: int
    checks: int
    findings: tuple[Finding, ...]

    @property
    def violations(self) -> tuple[Finding, ...]:
        """The broken must-rules."""
        return tuple(f for f in self.findings if f.severity == "violation")

    @property
    def conforms(self) -> bool:
        """Whether no must-rule is broken; warnings do not count."""
        return not self.violations

    def to_text(self, language: str = "fr") -> str:
        """The report as lines: the verdict, then a line per finding."""
        warnings = len(self.findings) - len(self.violations)
        verdict = "conforms" if self.conforms else "DOES NOT CONFORM"
        lines = [
            f"{verdict}: {self.triples} triples, {self.shapes} shapes, {self.checks} graph checks; "
            f"{len(self.violations)} violations, {warnings} warnings"
        ]
        for finding in self.findings:
            message = finding.message_fr if language == "fr" else finding.message_en
            about = " ".join(part for part in (finding.focus, finding.path, finding.value) if part)
            lines.append(f"{finding.severity} {finding.rule}: {message} [{about}]")
        return "\n".join(lines) + "\n"

    def to_json(self) -> str:
        """The report as JSON."""
        content = {"conforms": self.conforms, **asdict(self)}
        return json.dumps(content, ensure_ascii=False, indent=2) + "\n"

    def to_turtle(self) -> str:
        """The report as a ``sh:ValidationReport``."""
        return write(self._quads(), RdfFormat.TURTLE).decode()

    def _quads(self) -> Iterator[Quad]:
        report = NamedNode(BASE + "validation")
        yield Quad(report, RDF.type, SH.ValidationReport)
        yield Quad(report, SH.conforms, Literal(self.conforms))
        for number, finding in enumerate(self.findings, start=1):
            result = NamedNode(f"{report.value}#{number}")
            yield Quad(report, SH.result, result)
            yield Quad(result, RDF.type, SH.ValidationResult)
            yield Quad(result, SH.sourceShape, NamedNode(f"{BASE}shapes#{finding.rule}"))
            severity = SH.Violation if finding.severity == "violation" else SH.Warning
            yield Quad(result, SH.resultSeverity, severity)
            yield Quad(result, SH.focusNode, _term(finding.focus))
            if finding.path:
                yield Quad(result, SH.resultPath, _term(finding.path))
            if finding.value:
                yield Quad(result, SH.value, _term(finding.value))
            yield Quad(result, SH.resultMessage, text(finding.message_en, "en"))
            yield Quad(result, SH.resultMessage, text(finding.message_fr, "fr"))


class Rules:
    """The rules a dataset is held to.

    Arguments:
        shapes: a Turtle file of SHACL shapes.
        checks: a folder of graph checks, or None for none.

    Raises:
        SourceError: the shapes or a check cannot be read.
    """

    def __init__(self, shapes: Path, checks: Path | None):
        self._shapes = rdflib.Graph()
        try:
            self._shapes.parse(shapes, format="turtle")
        except OSError as error:
            raise SourceError.at(Path(shown(shapes)), None, f"cannot be read: {error.strerror}") from None
        except BadSyntax as error:
            raise SourceError.at(Path(shown(shapes)), error.lines + 1, "not valid Turtle") from None
        self.checks: Mapping[str, GraphCheck] = read_checks(checks) if checks else {}

    @property
    def shapes(self) -> list[str]:
        """The ids of the shapes, sorted."""
        kinds = (RDFLIB_SH.NodeShape, RDFLIB_SH.PropertyShape)
        nodes = {node for kind in kinds for node in self._shapes.subjects(RDFLIB_RDF.type, kind)}
        return sorted(_rule_id(node) for node in nodes if isinstance(node, rdflib.URIRef))

    def check(self, store: Store) -> Report:
        """Hold a dataset to the rules.

        Arguments:
            store: its default graph is what the shapes look at, its named graphs what the checks look at.
        """
        merge = io.BytesIO(write(store.triples(), RdfFormat.N_TRIPLES))
        data = rdflib.Graph().parse(merge, format="nt")
        findings = {*self._shape_findings(data), *self._check_findings(store)}
        return Report(len(data), len(self.shapes), len(self.checks), tuple(sorted(findings)))

    def _shape_findings(self, data: rdflib.Graph) -> Iterator[Finding]:
        _, results, _ = pyshacl.validate(data, shacl_graph=self._shapes, inference="none")
        assert isinstance(results, rdflib.Graph)
        for result in results.subjects(RDFLIB_RDF.type, RDFLIB_SH.ValidationResult):
            severity = results.value(result, RDFLIB_SH.resultSeverity)
            messages = {
                getattr(m, "language", None) or "en": str(m)
                for m in results.objects(result, RDFLIB_SH.resultMessage)
            }
            english = messages.get("en") or next(iter(messages.values()), "")
            yield Finding(
                severity=_SEVERITIES[severity],  # type: ignore[index]
                rule=_rule_id(results.value(result, RDFLIB_SH.sourceShape)),
                focus=str(results.value(result, RDFLIB_SH.focusNode)),
                path=_text_of(results.value(result, RDFLIB_SH.resultPath)),
                value=_text_of(results.value(result, RDFLIB_SH.value)),
                message_en=english,
                message_fr=messages.get("fr", english),
            )

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
                    message_en=_filled(check.messages["en"], values),
                    message_fr=_filled(check.messages["fr"], values),
                )


def _filled(message: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], ""), message)


def _rule_id(shape: object) -> str:
    return re.split(r"[#/]", str(shape))[-1]


def _text_of(node: object) -> str:
    return "" if node is None else str(node)


def _term(value: str) -> Term:
    return NamedNode(value) if re.fullmatch(r"https?://[^\s<>\"{}|^`\\]+", value) else Literal(value)
