"""The dataset as a whole: ``/catalog`` (DCAT), ``/dump/`` (files), ``/validation`` (the last check)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from flask import Blueprint, Response, render_template, request, send_file, url_for

import ti_graph.web.citations as citations
from ti_graph.catalogue import Catalogue
from ti_graph.checks import read_checks
from ti_graph.dcat import DATASET, LICENCE, Extent, Operator, Place, about, description, licences
from ti_graph.describe import Rows, TermNames, Value, names_of
from ti_graph.dump import FILES, Dumps
from ti_graph.endpoint import Endpoint
from ti_graph.errors import UnknownNameError
from ti_graph.formats import CITATIONS, GRAPHS, HTML, JSON
from ti_graph.layout import CHECKS
from ti_graph.rdf import BASE, Quad, prologue, write
from ti_graph.report import Report
from ti_graph.repository import Repository
from ti_graph.web.answers import Page, State, chosen_format, open_to_all, parameters, single
from ti_graph.web.current import Current
from ti_graph.web.language import language, said
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

    @routes.before_request
    def only_of_the_graph() -> None:
        if not endpoint.merged:
            raise UnknownNameError("this server has a plain dataset: no catalogue, dumps or report")

    def version() -> str:
        return endpoint.repository.current().version

    def here() -> Repository:
        """The dataset, when it is on this machine."""
        if isinstance(endpoint.repository, Repository):
            return endpoint.repository
        *_, reason = endpoint.repository.reductions
        raise UnknownNameError(said(*reason))

    def last_report() -> Report:
        return Report.read(here().path / "report.json")

    is_here = isinstance(endpoint.repository, Repository)

    @routes.get("/catalog")
    @routes.get("/catalog.<suffix>")
    def catalog(suffix: str = "") -> Response:
        asked = suffix or single(parameters(request.query_string), "format")
        form = chosen_format((HTML, *GRAPHS, *CITATIONS), asked)

        def body(rows: State) -> str | bytes:
            cited = citations.of_dataset(about("fr")["title"], DATASET.value, citations.dataset(rows).version)
            if form in CITATIONS:
                return citations.written(cited, form)
            if form.rdf:
                facts = description(_place(is_here), extent.get(), operator, version())
                return write((Quad(*fact) for fact in facts), form.rdf)
            return render_template(
                "catalog.html",
                about=about(language()),
                structured=_structured(is_here),
                dataset=DATASET.value,
                version=version(),
                extent=extent.get(),
                classes=_named(extent.get(), terms.get()),
                tables=_tables(rows, catalogue),
                cited=citations.shown(cited, lambda each: url_for(".catalog", suffix=each.name)),
                report=last_report() if is_here else None,
                files=FILES if is_here else {},
                formats=[(each, url_for(".catalog", suffix=each.name)) for each in GRAPHS],
                number=number,
            )

        return page(form, body)

    @routes.get("/dump/")
    def dump() -> Response:
        here()
        return page(HTML, lambda _: render_template("dump.html", files=FILES, version=version()))

    @routes.get("/dump/<name>")
    def file(name: str) -> Response:
        dataset = here()
        path = Dumps(dataset.path / "dumps").file(dataset.current(), name)
        form, compressed = FILES.get(name, (None, False))
        kind = "application/gzip" if compressed else form.content_type if form else "text/plain"
        sent = send_file(path, mimetype=kind, conditional=True, etag=True, max_age=0)
        return open_to_all(sent)

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
                changes=here().current().number,
                listed=_LISTED,
                number=number,
                formats=[(each, url_for(".validation", suffix=each.name)) for each in (JSON, *GRAPHS)],
            )

        return page(form, body)

    return routes


def _place(has_files: bool) -> Place:
    """Where this server has the dataset."""
    external: Callable[[str], str] = partial(url_for, _external=True)
    pages = {name: external(name).partition("?")[0] for name in ("dataset.catalog", "dataset.dump")}
    dumps = pages["dataset.dump"] if has_files else ""
    return Place(pages["dataset.catalog"], request.url_root + "sparql", dumps)


def _structured(has_files: bool) -> dict[str, object]:
    """The dataset in the words of schema.org, as search engines for datasets read it."""
    place = _place(has_files)
    files = [
        {
            "@type": "DataDownload",
            "encodingFormat": form.media_type,
            "contentUrl": place.dumps + name,
        }
        for name, (form, compressed) in FILES.items()
        if place.dumps and not compressed
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
        "distribution": files,
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
