"""``/validation``: the last check of the dataset, every rule with what breaks it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial

from flask import Blueprint, Response, render_template, url_for

from ti_graph.build import REPORT
from ti_graph.checking.checks import read_checks
from ti_graph.checking.report import Report
from ti_graph.formats import GRAPHS, HTML, JSON
from ti_graph.layout import CHECKS
from ti_graph.rdf import BASE, prologue
from ti_graph.serving.endpoint import Endpoint
from ti_graph.views.terms import Rows, names_of
from ti_graph.web.answers import Page, chosen_format
from ti_graph.web.language import language, said
from ti_graph.web.release import demand_graph, here
from ti_graph.web.tables import Cell, Table, address, number

_SHAPES = (
    prologue("rdfs", "sh")
    + f"""SELECT ?rule ?label ?severity WHERE {{
  GRAPH <{BASE}shapes> {{ ?rule rdfs:label ?label ; sh:severity ?severity }}
}} ORDER BY ?rule"""
)
#: The most findings of one rule that the page lists.
_LISTED = 50


@dataclass(frozen=True)
class Rule:
    """A rule of the last check, with how often it is broken.

    Arguments:
        id: its name.
        label: in the reader's language.
        must: whether the graph may not break it.
        page: where it is described; empty for none.
        findings: how often it is broken.
    """

    id: str
    label: str
    must: bool
    page: str
    findings: int


def blueprint(endpoint: Endpoint, page: Page) -> Blueprint:
    """The route of the last check; a plain dataset has none."""
    routes = Blueprint("validation", __name__)
    routes.before_request(partial(demand_graph, endpoint))

    @routes.get("/validation")
    @routes.get("/validation.<suffix>")
    def show(suffix: str = "") -> Response:
        form = chosen_format((HTML, JSON, *GRAPHS), suffix)

        def body(rows: Rows) -> str | bytes:
            report = last_report(endpoint)
            if form is JSON:
                return report.to_json()
            if form.rdf:
                return report.to_rdf(form.rdf)
            rules = _rules(rows, report)
            return render_template(
                "validation.html",
                report=report,
                rules=rules,
                broken=[(rule, _findings(rows, report, rule)) for rule in rules if rule.findings],
                changes=here(endpoint).current().number,
                listed=_LISTED,
                number=number,
                formats=[(each, url_for(".show", suffix=each.name)) for each in (JSON, *GRAPHS)],
            )

        return page(form, body)

    return routes


def last_report(endpoint: Endpoint) -> Report:
    """The report of the last check.

    Raises:
        UnknownNameError: the dataset is elsewhere.
    """
    return Report.read(here(endpoint).path / REPORT)


def _rules(rows: Rows, report: Report) -> list[Rule]:
    """Every rule of a check, those that are broken first."""
    found = Counter(finding.rule for finding in report.findings)
    rules = []
    for row in rows(_SHAPES):
        if row["label"].get("xml:lang") == language():
            iri = row["rule"]["value"]
            name, must = iri.partition("#")[2], row["severity"]["value"].endswith("Violation")
            rules.append(Rule(name, row["label"]["value"], must, address(iri), found[name]))
    for check in read_checks(CHECKS).values():
        must = check.severity == "violation"
        rules.append(Rule(check.name, check.summary[language()], must, "", found[check.name]))
    return sorted(rules, key=lambda rule: (not rule.findings, not rule.must, rule.label.lower()))


def _findings(rows: Rows, report: Report, rule: Rule) -> Table:
    """Where a rule is broken: the things, by name, and what is wrong."""
    found = [finding for finding in report.findings if finding.rule == rule.id][:_LISTED]
    names = names_of(rows, {f.focus for f in found if f.focus.startswith(BASE)}, language())
    cells = []
    for finding in found:
        named = names.get(finding.focus)
        name = Cell(named.text if named else finding.focus, address(finding.focus))
        cells.append([name, Cell(said(finding.message_fr, finding.message_en))])
    return Table([said("Où", "Where"), said("Ce qui manque ou ne va pas", "What is missing or wrong")], cells)
