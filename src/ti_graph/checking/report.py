"""The outcome of a check, as text, JSON and a SHACL validation report."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from ti_graph.errors import SourceError
from ti_graph.files import read_text
from ti_graph.rdf import BASE, RDF, SH, Literal, NamedNode, Quad, RdfFormat, Term, text
from ti_graph.rdf.syntax import write

_VERDICTS = {
    "en": {
        True: "conforms: {} triples, {} shapes, {} graph checks; {} violations, {} warnings",
        False: "does not conform: {} triples, {} shapes, {} graph checks; {} violations, {} warnings",
    },
    "fr": {
        True: "conforme : {} triplets, {} formes, {} contrôles ; {} violations, {} avertissements",
        False: "non conforme : {} triplets, {} formes, {} contrôles ; {} violations, {} avertissements",
    },
}
_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")


@dataclass(frozen=True, order=True)
class Finding:
    """One place where a rule is broken.

    Arguments:
        severity: ``violation`` (a must-rule) or ``warning``.
        rule: the rule's id, the last part of its IRI.
        focus: the node that breaks it, as an IRI or literal text.
        path, value: the property and the value at fault, empty where the rule has none.
        message_en, message_fr: what is wrong, for a person.
        component: the SHACL constraint component, as an IRI.
        shape: the IRI of the shape; empty for a graph check, and for a shape without a name.
    """

    severity: str
    rule: str
    focus: str
    path: str
    value: str
    message_en: str
    message_fr: str
    component: str = SH.SPARQLConstraintComponent.value
    shape: str = ""

    @classmethod
    def of_row(
        cls, severity: str, rule: str, messages: Mapping[str, str], row: Mapping[str, str], shape: str = ""
    ) -> Finding:
        """A finding that a query makes.

        Arguments:
            severity, rule, shape: as above.
            messages: by language, with ``{?name}`` for a value of the row.
            row: ``focus``, or as SHACL has it ``this``, which is the value too where there is no other; and
                perhaps ``path`` and ``value``.
        """
        focus = row["this"] if "this" in row else row["focus"]
        path, value = row.get("path", ""), row.get("value", row.get("this", ""))
        words = {language: _filled(message, row) for language, message in messages.items()}
        return cls(severity, rule, focus, path, value, words["en"], words["fr"], shape=shape)


@dataclass(frozen=True)
class Report:
    """The outcome of a check: how much was looked at and everything found, violations first."""

    triples: int
    shapes: int
    checks: int
    findings: tuple[Finding, ...]

    @classmethod
    def read(cls, path: Path) -> Report:
        """The report in a file that ``to_json`` filled.

        Raises:
            SourceError: it cannot be read, or holds no report.
        """
        content = read_text(path)
        try:
            described = json.loads(content)
            findings = tuple(Finding(**finding) for finding in described["findings"])
            return cls(described["triples"], described["shapes"], described["checks"], findings)
        except (ValueError, KeyError, TypeError) as error:
            raise SourceError.at(path, None, f"no report of a check: {error}") from None

    @property
    def violations(self) -> tuple[Finding, ...]:
        """The broken must-rules."""
        return tuple(f for f in self.findings if f.severity == "violation")

    def violations_only(self) -> Report:
        """The report without its warnings."""
        return replace(self, findings=self.violations)

    @property
    def conforms(self) -> bool:
        """Whether no must-rule is broken; warnings do not count."""
        return not self.violations

    def to_text(self, language: str = "fr") -> str:
        """The report as lines: the verdict, then a line per finding."""
        sentence = _VERDICTS[language][self.conforms]
        warnings = len(self.findings) - len(self.violations)
        lines = [
            sentence.format(self.triples, self.shapes, self.checks, len(self.violations), warnings),
        ]
        for finding in self.findings:
            message = finding.message_fr if language == "fr" else finding.message_en
            about = " ".join(part for part in (finding.focus, finding.path, finding.value) if part)
            lines.append(f"{finding.severity} {finding.rule}: {message} [{about}]")
        return "\n".join(lines) + "\n"

    def described(self) -> dict[str, object]:
        """The report as JSON has it."""
        return {"conforms": self.conforms, **asdict(self)}

    def to_json(self) -> str:
        """The report as JSON."""
        return json.dumps(self.described(), ensure_ascii=False, indent=2) + "\n"

    def to_rdf(self, rdf_format: RdfFormat) -> str:
        """The report as a ``sh:ValidationReport``."""
        return write(self._quads(), rdf_format).decode()

    def _quads(self) -> Iterator[Quad]:
        report = NamedNode(BASE + "validation")
        yield Quad(report, RDF.type, SH.ValidationReport)
        yield Quad(report, SH.conforms, Literal(self.conforms))
        for number, finding in enumerate(self.findings, start=1):
            result = NamedNode(f"{report.value}#{number}")
            yield Quad(report, SH.result, result)
            yield Quad(result, RDF.type, SH.ValidationResult)
            if finding.shape:
                yield Quad(result, SH.sourceShape, NamedNode(finding.shape))
            severity = SH.Violation if finding.severity == "violation" else SH.Warning
            yield Quad(result, SH.resultSeverity, severity)
            yield Quad(result, SH.sourceConstraintComponent, NamedNode(finding.component))
            yield Quad(result, SH.focusNode, _term(finding.focus))
            if finding.path:
                yield Quad(result, SH.resultPath, _term(finding.path))
            if finding.value:
                yield Quad(result, SH.value, _term(finding.value))
            yield Quad(result, SH.resultMessage, text(finding.message_en, "en"))
            yield Quad(result, SH.resultMessage, text(finding.message_fr, "fr"))


def _filled(message: str, values: Mapping[str, str]) -> str:
    """A message with its ``{?name}`` placeholders replaced by values."""
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], ""), message)


def _term(value: str) -> Term:
    return NamedNode(value) if re.fullmatch(r"https?://[^\s<>\"{}|^`\\]+", value) else Literal(value)
