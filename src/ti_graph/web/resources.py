"""A page and data for each thing: ``/id/…`` leads to ``/doc/…``, in HTML or any format of RDF."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from flask import Blueprint, Response, json, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

import ti_graph.web.citations as citations
from ti_graph.assembly.inference import INFERENCES
from ti_graph.errors import UnknownNameError
from ti_graph.formats import CITATIONS, GEOJSON, GRAPHS, HTML, Format
from ti_graph.rdf import ID, BlankNode, Literal, NamedNode, Quad, prologue
from ti_graph.rdf.syntax import write
from ti_graph.serving.asked import day_of
from ti_graph.serving.current import Current, StateRows
from ti_graph.sparql.catalogue import Catalogue, NamedQuery
from ti_graph.views.atlas import Atlas, around, drawn
from ti_graph.views.citation import Citation
from ti_graph.views.describe import LISTED, Description, describe
from ti_graph.views.history import history
from ti_graph.views.search import Search
from ti_graph.views.terms import Rows, Term, TermNames, names_of, texts
from ti_graph.web.answers import Page, chosen_format
from ti_graph.web.language import language
from ti_graph.web.tables import Table, address, named_by, table_of, unnamed

_OFFERED = (HTML, *GRAPHS, GEOJSON, *CITATIONS)
_DATA = """SELECT ?graph ?subject ?property ?value WHERE {{
  {{ BIND({thing} AS ?subject) GRAPH ?graph {{ {thing} ?property ?value }} }}
  UNION {{ BIND({thing} AS ?value) GRAPH ?graph {{ ?subject ?property {thing} }} }}
  FILTER(?graph != {inferences})
}} LIMIT {limit}"""
#: At most so many triples are in the data of one thing; what has more, a list say, is asked for by SPARQL.
_MOST_TRIPLES = 10_000
#: The most rows of an answer that a thing's page shows.
_SHOWN = 25
_AFTER = (
    prologue("igeo", "rdfs", "ti")
    + """SELECT DISTINCT ?how ?when ?next ?name ?from ?to WHERE {{
  {{
    ?change ti:predecesseur {thing} ; ti:successeur ?next ; ti:depuis ?when .
    ?next rdfs:label ?name .
    BIND("ended" AS ?how)
  }} UNION {{
    ?change igeo:suppression {thing} ; ti:communeNouvelle ?next ; ti:premiereListe ?when .
    ?next rdfs:label ?name .
    BIND("merged" AS ?how)
  }} UNION {{
    ?change ti:avant {thing} ; ti:apres ?next .
    {thing} ti:liste ?earlier .
    ?next ti:liste ?list ; rdfs:label ?name .
    ?list ti:publieeLe ?when .
    BIND(STRAFTER(STR(?earlier), "/liste/") AS ?from)
    BIND(STRAFTER(STR(?list), "/liste/") AS ?to)
    BIND("continued" AS ?how)
  }}
}} ORDER BY ?when ?name"""
)


@dataclass(frozen=True)
class Section:
    """The answer of a named query on a thing's page.

    Arguments:
        query: the query.
        bound: its parameters: where the query has this answer by itself.
        table: the first rows.
        count: how many rows there are.
    """

    query: NamedQuery
    bound: Mapping[str, str]
    table: Table
    count: int


def blueprint(
    page: Page,
    catalogue: Catalogue,
    terms: Current[TermNames],
    search: Current[Search],
    atlas: Current[Atlas],
) -> Blueprint:
    """The routes of the things of a dataset."""
    routes = Blueprint("resources", __name__)

    @routes.get("/id/<path:name>")
    def thing(name: str) -> BaseResponse:
        to, asked = url_for(".document", name=name).partition("?")[0], request.query_string
        return redirect(f"{to}?{asked.decode('ascii', 'replace')}" if asked else to, 303)

    @routes.get("/doc/<path:name>")
    def document(name: str) -> Response:
        name, form = _split(name)

        def body(rows: StateRows) -> str | bytes:
            made: str | bytes
            if form is HTML:
                made = whole_page(rows, name)
            elif form is GEOJSON:
                area = atlas.get().of(name)
                made = json.dumps(area.feature(), ensure_ascii=False) if area else ""
            elif form in CITATIONS:
                cited = citation(rows, name)
                made = citations.written(cited, form) if cited else ""
            else:
                made = _data(rows, name, form)
            if not made:
                raise nothing_at(name)
            return made

        return page(form, body)

    def citation(rows: StateRows, name: str) -> Citation | None:
        return citations.of_thing(rows, _iri(name), "resources.document", name=name)

    def whole_page(rows: StateRows, name: str) -> str:
        described = describe(rows, terms.get(), _iri(name), language())
        if described is None:
            return ""
        day, area = day_of(request.args.get("date", "")), atlas.get().of(name)
        near = atlas.get().layer(name.split("/")[0], area.year) if area else []
        offered = (*GRAPHS, GEOJSON) if area else GRAPHS
        cited = citation(rows, name)
        return render_template(
            "resource.html",
            thing=described,
            path=name,
            sources={source.graph: number for number, source in enumerate(described.sources, start=1)},
            history=history(rows, name, language()),
            after=list(texts(rows, _AFTER.format(thing=NamedNode(described.iri)))),
            sections=sorted(_sections(rows, catalogue, name, day), key=lambda each: each.count > _SHOWN),
            day=day,
            dated=any(p.name == "date" for q in catalogue.values() if [*q.about(name)] for p in q.parameters),
            formats=[(form, url_for(".document", name=f"{name}.{form.name}")) for form in offered],
            drawing=drawn(near, around([area])) if area else None,
            address=address,
            structured=_structured(described, name),
            lists=atlas.get().years("territoire") if name.startswith("liste/") else (),
            cited=cited and citations.shown(cited, partial(written_at, name, cited)),
            listed=LISTED,
        )

    def written_at(name: str, cited: Citation, form: Format) -> str:
        return url_for(".document", name=f"{name}.{form.name}", accessed=cited.accessed or None)

    def nothing_at(name: str) -> UnknownNameError:
        find = search.get().find
        kind, _, rest = name.partition("/")
        words = rest.replace("/", " ")
        near = find(words, 5, kind) or find(words or kind, 5)
        return UnknownNameError(f"there is nothing at {ID}{name}", [(hit.id, hit.name) for hit in near])

    return routes


def _split(name: str) -> tuple[str, Format]:
    """The path of a thing, and the format that its suffix, ``format=`` or the Accept header asks for."""
    stem, _, suffix = name.rpartition(".")
    if stem and suffix in {form.name for form in _OFFERED}:
        return stem, chosen_format(_OFFERED, suffix)
    return name, chosen_format(_OFFERED)


def _iri(name: str) -> str:
    try:
        return NamedNode(ID + name).value
    except ValueError:
        raise UnknownNameError(f"{name!r} is no part of an IRI, so there is nothing of that name") from None


def _sections(rows: Rows, catalogue: Catalogue, name: str, day: str) -> Iterator[Section]:
    """The answers of the named queries that belong on a thing's page, where there are any."""
    for query in catalogue.values():
        for parameter, value in query.about(name):
            bound = {parameter: value}
            if day and any(p.name == "date" for p in query.parameters):
                bound["date"] = day
            found = rows(query.bind(bound.items()))
            if found:
                first = found[:_SHOWN]
                own = {key for row in first for key, term in row.items() if term["value"] == ID + name}
                keys = dict.fromkeys(key for row in first for key in row)
                variables = [key for key in keys if key not in own and named_by(key) not in own]
                names = names_of(rows, unnamed(variables, first), language())
                table = table_of(variables, first, catalogue.wording, names)
                yield Section(query, bound, table, len(found))


def _data(rows: Rows, name: str, form: Format) -> bytes:
    """The triples about a thing and those that point to it, in their graphs where the format has graphs."""
    assert form.rdf
    found = rows(_DATA.format(thing=NamedNode(_iri(name)), inferences=INFERENCES, limit=_MOST_TRIPLES))
    if not found:
        return b""
    quads = [
        Quad(
            _term(row["subject"]),  # type: ignore[arg-type]
            NamedNode(row["property"]["value"]),
            _term(row["value"]),
            NamedNode(row["graph"]["value"]),
        )
        for row in found
    ]
    return write(quads, form.rdf)


def _term(term: Term) -> NamedNode | BlankNode | Literal:
    if term["type"] == "uri":
        return NamedNode(term["value"])
    if term["type"] == "bnode":
        return BlankNode(term["value"])
    if "xml:lang" in term:
        return Literal(term["value"], language=term["xml:lang"])
    datatype = term.get("datatype")
    return Literal(term["value"], datatype=NamedNode(datatype) if datatype else None)


#: What search engines call things of a kind (https://schema.org).
_SCHEMA_TYPES = {
    "commune": "City",
    "departement": "AdministrativeArea",
    "document": "DigitalDocument",
    "epci": "GovernmentOrganization",
    "ept": "GovernmentOrganization",
    "organisme": "GovernmentOrganization",
    "personne": "Person",
    "region": "AdministrativeArea",
    "territoire": "AdministrativeArea",
}


def _structured(described: Description, name: str) -> dict[str, object]:
    """The page in the words of schema.org, for search engines."""
    facts = {fact.iri.replace("#", "/").rpartition("/")[2]: fact for fact in described.facts}
    structured: dict[str, object] = {
        "@context": "https://schema.org",
        "@id": described.iri,
        "@type": _SCHEMA_TYPES.get(name.partition("/")[0], "Thing"),
        "name": described.name.text,
        "url": url_for("resources.document", name=name, _external=True),
    }
    if "codeINSEE" in facts:
        structured["identifier"] = facts["codeINSEE"].values[0].text
    if "exactMatch" in facts:
        structured["sameAs"] = [value.iri for value in facts["exactMatch"].values]
    return structured
