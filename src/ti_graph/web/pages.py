"""The pages: home, the catalogue of named queries, and each query with its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, Response, json, render_template, request

import ti_graph.web.citations as citations
from ti_graph.formats import CITATIONS, GRAPHS, HTML, JSON, RESULTS
from ti_graph.rdf import prologue
from ti_graph.serving.asked import parameters, yes_or_no
from ti_graph.serving.current import Current, StateRows
from ti_graph.serving.endpoint import Endpoint
from ti_graph.sparql.catalogue import RESERVED, Catalogue
from ti_graph.views.atlas import Atlas, around, drawn
from ti_graph.views.citation import Citation
from ti_graph.views.terms import Rows, texts
from ti_graph.web.answers import Page, chosen_format, in_format, respond
from ti_graph.web.language import said
from ti_graph.web.tables import address, number

_FIGURES = (
    prologue("igeo", "ti")
    + """SELECT ?kind (COUNT(?thing) AS ?count) WHERE {
  VALUES ?kind { ti:Liste ti:Territoire igeo:Intercommunalite igeo:Commune }
  ?thing a ?kind
} GROUP BY ?kind"""
)


@dataclass
class Announced:
    """A territory of the announcement, with its members as the page names them."""

    name: str
    members: list[str]


@dataclass(frozen=True)
class Overview:
    """What the home page says of the dataset.

    Arguments:
        counts: how many things there are, by the local name of their kind.
        announced: the territories of the announcement, by IRI.
    """

    counts: Mapping[str, int]
    announced: Mapping[str, Announced]


def blueprint(
    endpoint: Endpoint, page: Page, catalogue: Catalogue, overview: Current[Overview], atlas: Current[Atlas]
) -> Blueprint:
    """The pages over a dataset and its named queries."""
    routes = Blueprint("pages", __name__)

    @routes.get("/")
    def home() -> Response:
        def body(_: Rows) -> str:
            found = overview.get()
            areas = atlas.get().layer("territoire", "2018")
            return render_template(
                "home.html",
                figures=[(number(n), said(*_NAMED[kind])) for kind, n in found.counts.items()],
                members=found.announced,
                drawing=drawn(areas, around(areas)) if areas else None,
                queries=catalogue,
                address=address,
            )

        return page(HTML, body)

    @routes.get("/queries")
    def queries() -> Response:
        form = chosen_format((JSON, HTML))

        def body(_: Rows) -> str:
            if form is HTML:
                return render_template("queries.html", queries=catalogue)
            described = [query.described() for query in catalogue.values()]
            return json.dumps(described, ensure_ascii=False, indent=2)

        return page(form, body)

    @routes.get("/queries/<name>")
    def run_query(name: str) -> Response:
        query = catalogue.find(name)
        pairs = parameters(request.query_string)
        sent = [(key, value) for key, value in pairs if key not in RESERVED]
        text = query.bind(sent)
        examples = [(example, urlencode(parse_qsl(example))) for example in query.examples]
        inference = yes_or_no(pairs, "inference")

        def citation(state: StateRows) -> Citation:
            return citations.of_query(state, query, dict(sent), inference)

        form = chosen_format((*RESULTS, *GRAPHS, HTML, *CITATIONS))
        if form in CITATIONS:
            return page(form, lambda state: citations.written(citation(state), form))
        context = {
            "query": query,
            "text": text,
            "values": dict(sent),
            "examples": examples,
            "words": catalogue.wording,
            "cited": lambda state: citations.shown(citation(state), in_format),
        }
        return respond(endpoint, text, pairs, "query.html", context, wording=catalogue.wording)

    return routes


_NAMED = {
    "Liste": ("listes", "lists"),
    "Territoire": ("territoires", "territories"),
    "Intercommunalite": ("intercommunalités, 2017–2026", "intercommunal bodies, 2017–2026"),
    "Commune": ("communes, aussi celles qui ont été réunies", "communes, those merged since too"),
}


def read_overview(rows: Rows, catalogue: Catalogue) -> Overview:
    """What the home page says of a dataset."""
    counts = {row["kind"]["value"].partition("#")[2]: int(row["count"]["value"]) for row in rows(_FIGURES)}
    announced: dict[str, Announced] = {}
    for row in texts(rows, catalogue.find("members-of-territory").text):
        territory = announced.setdefault(row["territory"], Announced(row["territoryLabel"], []))
        territory.members.append(row["mention"])
    return Overview({kind: counts[kind] for kind in _NAMED if kind in counts}, announced)
