"""The dataset as a whole: ``/catalog`` (DCAT)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from flask import Blueprint, Response, render_template, request, url_for

import ti_graph.web.citations as citations
from ti_graph.formats import CITATIONS, GRAPHS, HTML
from ti_graph.rdf import Quad
from ti_graph.rdf.syntax import write
from ti_graph.release.dcat import Extent, Operator, Place, description
from ti_graph.release.files import File
from ti_graph.release.stated import DATASET, LICENCE, about, licences
from ti_graph.serving.current import Current, StateRows
from ti_graph.serving.endpoint import Endpoint
from ti_graph.sparql.catalogue import Catalogue
from ti_graph.views.terms import Rows, TermNames, Value
from ti_graph.web.answers import Page, chosen_format
from ti_graph.web.language import language, said
from ti_graph.web.release import demand_graph, is_here
from ti_graph.web.tables import Cell, Table, address, number, table_of
from ti_graph.web.validation import last_report


def blueprint(
    endpoint: Endpoint,
    page: Page,
    catalogue: Catalogue,
    terms: Current[TermNames],
    extent: Current[Extent],
    files: Current[dict[str, File]],
    operator: Operator,
) -> Blueprint:
    """The route of the catalogue; a plain dataset has none."""
    routes = Blueprint("dataset", __name__)
    routes.before_request(partial(demand_graph, endpoint))

    def version() -> str:
        return endpoint.repository.current().version

    def offered() -> list[File]:
        return [*files.get().values()] if is_here(endpoint) else []

    @routes.get("/catalog")
    @routes.get("/catalog.<suffix>")
    def catalog(suffix: str = "") -> Response:
        form = chosen_format((HTML, *GRAPHS, *CITATIONS), suffix)

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
                report=last_report(endpoint) if is_here(endpoint) else None,
                files=offered(),
                formats=[(each, url_for(".catalog", suffix=each.name)) for each in GRAPHS],
                number=number,
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
        [[Cell(name.text, address(name.iri), name.language), Cell(number(count))] for name, count in named],
    )
