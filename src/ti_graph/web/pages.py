"""The pages: home, the catalogue of named queries, and each query with its answer."""

from __future__ import annotations

from flask import Blueprint, Response, json, render_template, request

from ti_graph.catalogue import RESERVED, Catalogue
from ti_graph.formats import HTML, Format
from ti_graph.store import Store
from ti_graph.web.answers import chosen_format, parameters, respond, single

JSON = Format("json", "application/json", "JSON")


def blueprint(store: Store, catalogue: Catalogue) -> Blueprint:
    """The pages over a store and its named queries."""
    routes = Blueprint("pages", __name__)

    @routes.get("/")
    def home() -> str:
        territories = store.query(catalogue.find("members-of-territory").text).rows()
        members: dict[str, list[str]] = {}
        for row in territories:
            members.setdefault(row["territoryLabel"].value, []).append(row["mention"].value)
        return render_template("home.html", members=members, triples=len(store), queries=catalogue)

    @routes.get("/queries")
    def queries() -> Response:
        asked = single(parameters(request.query_string), "format")
        form = chosen_format((JSON, HTML), asked)
        if form is HTML:
            body = render_template("queries.html", queries=catalogue)
        else:
            described = [query.described() for query in catalogue.values()]
            body = json.dumps(described, ensure_ascii=False, indent=2)
        response = Response(body, content_type=form.content_type)
        response.vary.add("Accept")
        return response

    @routes.get("/queries/<name>")
    def run_query(name: str) -> Response:
        query = catalogue.find(name)
        pairs = parameters(request.query_string)
        sent = dict.fromkeys(key for key, _ in pairs if key not in RESERVED)
        values = {key: single(pairs, key) or "" for key in sent}
        bound = {key: value for key, value in values.items() if value}
        text = query.bind(bound)
        context = {"query": query, "text": text, "values": values}
        return respond(store.query(text), single(pairs, "format"), "query.html", context)

    return routes
