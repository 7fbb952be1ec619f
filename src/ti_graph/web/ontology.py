"""What describes the data, each a page and a graph: ``/def``, ``/alignments``, ``/shapes``, ``/terms``."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, render_template, url_for

from ti_graph.assembly.system import DESCRIPTIONS
from ti_graph.errors import UnknownNameError
from ti_graph.formats import GRAPHS, HTML
from ti_graph.rdf import BASE, prologue
from ti_graph.serving.current import Current
from ti_graph.serving.endpoint import Endpoint
from ti_graph.views.describe import Property, properties_of
from ti_graph.views.terms import Rows, TermNames, Value
from ti_graph.web.answers import Page, chosen_format, respond
from ti_graph.web.language import language
from ti_graph.web.tables import address

PAGES = tuple(name.value.removeprefix(BASE) for name in DESCRIPTIONS)
_ROUTE = f"/<any({', '.join(PAGES)}):name>"
_STATED = (
    prologue("rdfs")
    + """SELECT ?graph ?thing ?property ?value ?label WHERE {{
  GRAPH <{graph}> {{ ?thing ?property ?value }}
  BIND(<{graph}> AS ?graph)
  OPTIONAL {{ ?value rdfs:label ?label }}
  FILTER(isIRI(?thing) && !isBlank(?value))
}}"""
)


@dataclass(frozen=True)
class Entry:
    """A term, a shape or the description itself, with what is stated of it.

    Arguments:
        anchor: its fragment on the page; empty for the description itself.
        name: in the reader's language.
        facts: what is stated of it.
    """

    anchor: str
    name: Value
    facts: tuple[Property, ...]


def blueprint(endpoint: Endpoint, page: Page, terms: Current[TermNames]) -> Blueprint:
    """The routes of the descriptions."""
    routes = Blueprint("ontology", __name__)

    @routes.get(_ROUTE)
    @routes.get(_ROUTE + ".<suffix>")
    def show(name: str, suffix: str = "") -> Response:
        form = chosen_format((HTML, *GRAPHS), suffix)
        graph = BASE + name
        if form is not HTML:
            text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
            return respond(endpoint, text, [("format", form.name)], "", {})

        def body(rows: Rows) -> str:
            entries = _entries(rows, terms.get(), graph)
            return render_template(
                "ontology.html",
                entries=entries,
                page=name,
                pages=PAGES,
                address=address,
                formats=[(each, url_for(".show", name=name, suffix=each.name)) for each in GRAPHS],
            )

        return page(form, body)

    return routes


def _entries(rows: Rows, terms: TermNames, graph: str) -> list[Entry]:
    """What a description states, the description itself first, then the others by name."""
    found: dict[str, list[dict[str, dict[str, str]]]] = {}
    for row in rows(_STATED.format(graph=graph)):
        found.setdefault(row["thing"]["value"], []).append(dict(row))  # type: ignore[arg-type]
    if not found:
        raise UnknownNameError(f"this dataset has no graph {graph}")
    entries = []
    for iri, stated in found.items():
        facts = properties_of(stated, terms, language())
        entries.append(Entry(iri.partition("#")[2], terms.of(iri, language()), facts))
    return sorted(entries, key=lambda entry: (bool(entry.anchor), entry.name.text.lower(), entry.name.iri))
