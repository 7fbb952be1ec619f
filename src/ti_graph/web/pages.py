"""The pages: home, the catalogue of named queries, and each query with its answer."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, Response, json, render_template, request

from ti_graph.catalogue import RESERVED, Catalogue
from ti_graph.endpoint import Endpoint
from ti_graph.formats import HTML, Format
from ti_graph.web.answers import JSON as RESULT_JSON
from ti_graph.web.answers import chosen_format, content, parameters, respond, single

JSON = Format("json", "application/json", "JSON")


def blueprint(endpoint: Endpoint, catalogue: Catalogue) -> Blueprint:
    """The pages over a dataset and its named queries."""
    routes = Blueprint("pages", __name__)

    def rows(text: str) -> list[dict[str, str]]:
        snapshot = endpoint.repository.current()
        answer = endpoint.answer(text, snapshot, (RESULT_JSON, None))
        bindings = json.loads(content(answer))["results"]["bindings"]
        return [{name: term["value"] for name, term in row.items()} for row in bindings]

    @routes.get("/")
    def home() -> str:
        members: dict[str, list[str]] = {}
        for row in rows(catalogue.find("members-of-territory").text):
            members.setdefault(row["territoryLabel"], []).append(row["mention"])
        counted = rows("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
        return render_template("home.html", members=members, triples=int(counted[0]["n"]), queries=catalogue)

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
        sent = [(key, value) for key, value in pairs if key not in RESERVED]
        text = query.bind(sent)
        examples = [(example, urlencode(parse_qsl(example))) for example in query.examples]
        context = {"query": query, "text": text, "values": dict(sent), "examples": examples}
        return respond(endpoint, text, pairs, "query.html", context, wording=catalogue.wording)

    return routes
