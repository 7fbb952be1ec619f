"""The dataset as a whole: ``/catalog`` (DCAT), its files, ``/validation`` (the last check)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from flask import Blueprint, Response, render_template, request, url_for

import ti_graph.web.citations as citations
from ti_graph.build import REPORT
from ti_graph.checking.checks import read_checks
from ti_graph.checking.report import Report
from ti_graph.errors import UnknownNameError
from ti_graph.formats import CITATIONS, GRAPHS, HTML, JSON
from ti_graph.layout import CHECKS
from ti_graph.rdf import BASE, Quad, prologue
from ti_graph.rdf.syntax import write
from ti_graph.release.dcat import Extent, Operator, Place, description
from ti_graph.release.files import File, read_files
from ti_graph.release.stated import DATASET, LICENCE, about, licences
from ti_graph.serving.asked import parameters, single
from ti_graph.serving.current import Current, StateRows
from ti_graph.serving.endpoint import Endpoint
from ti_graph.sparql.catalogue import Catalogue
from ti_graph.views.terms import Rows, TermNames, Value, names_of
from ti_graph.web.answers import Page, chosen_format
from ti_graph.web.language import language, said
from ti_graph.web.release import add_routes, here, is_here, read_graphs
from ti_graph.web.tables import Cell, Table, address, number, table_of

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


def blueprint(
    endpoint: Endpoint,
    page: Page,
    catalogue: Catalogue,
    terms: Current[TermNames],
    extent: Current[Extent],
    operator: Operator,
) -> Blueprint:
    """The routes of the dataset; a plain dataset has none of them."""
    routes = Blueprint("dataset", __name__)
    files = Current(endpoint, partial(read_files, catalogue=catalogue))
    add_routes(routes, endpoint, page, files, Current(endpoint, partial(read_graphs, catalogue=catalogue)))

    @routes.before_request
    def only_of_the_graph() -> None:
        if not endpoint.merged:
            raise UnknownNameError("this server has a plain dataset: no catalogue, dumps or report")

    def version() -> str:
        return endpoint.repository.current().version

    def last_report() -> Report:
        return Report.read(here(endpoint).path / REPORT)

    def offered() -> list[File]:
        return [*files.get().values()] if is_here(endpoint) else []

    @routes.get("/catalog")
    @routes.get("/catalog.<suffix>")
    def catalog(suffix: str = "") -> Response:
        asked = suffix or single(parameters(request.query_string), "format")
        form = chosen_format((HTML, *GRAPHS, *CITATIONS), asked)

        def body(rows: StateRows) -> str | bytes:
            cited = citations.of_dataset(about("fr")["title"], DATASET.value, citations.dataset(rows).version)
            if form in CITATIONS:
                return citations.written(cited, form)
            if form.rdf:
                facts = description(_place(), extent.get(), operator, version(), offered())
                return write((Quad(*fact) for fact in facts), form.rdf)
            return render_template(
                "catalog.html",
                about=about(language()),
                structured=_structured(offered()),
                dataset=DATASET.value,
                version=version(),
                extent=extent.get(),
                classes=_named(extent.get(), terms.get()),
                tables=_tables(rows, catalogue),
                cited=citations.shown(cited, lambda each: url_for(".catalog", suffix=each.name)),
                report=last_report() if is_here(endpoint) else None,
                files=offered(),
                formats=[(each, url_for(".catalog", suffix=each.name)) for each in GRAPHS],
                number=number,
            )

        return page(form, body)

    @routes.get("/validation")
    @routes.get("/validation.<suffix>")
    def validation(suffix: str = "") -> Response:
        asked = suffix or single(parameters(request.query_string), "format")
        form = chosen_format((HTML, JSON, *GRAPHS), asked)

        def body(rows: Rows) -> str | bytes:
            report = last_report()
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
                formats=[(each, url_for(".validation", suffix=each.name)) for each in (JSON, *GRAPHS)],
            )

        return page(form, body)

    return routes


def _place() -> Place:
    """Where this server has the dataset."""
    return Place(request.url_root)


def _structured(files: Iterable[File]) -> dict[str, object]:
    """The dataset in the words of schema.org, as search engines for datasets read it."""
    place = _place()
    listed = [
        {
            "@type": "DataDownload",
            "encodingFormat": file.form.media_type,
            "contentUrl": place.dumps + file.name,
        }
        for file in files
        if not file.compressed
    ]
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "@id": DATASET.value,
        "name": about(language())["title"],
        "description": about(language())["description"],
        "url": place.page,
        "license": LICENCE.value,
        "isAccessibleForFree": True,
        "distribution": listed,
    }


def _tables(rows: Rows, catalogue: Catalogue) -> Table:
    found = rows(catalogue.find("data-sources").bind([("language", language())]))
    columns = ["table", "tableLabel", "origin", "address", "licence"]
    names = {iri: Value(name, iri) for iri, name in licences().items()}
    return table_of(columns, found, catalogue.wording, names)


def _named(extent: Extent, terms: TermNames) -> Table:
    """The classes of a dataset by their names, the largest first."""
    ordered = sorted(extent.classes.items(), key=lambda item: (-item[1], item[0]))
    named = [(terms.of(iri, language()), count) for iri, count in ordered]
    return Table(
        [said("Nature", "Kind"), said("combien", "how many")],
        [
            [Cell(name.text, address(name.iri), name.language), Cell(number(str(count)))]
            for name, count in named
        ],
    )


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
