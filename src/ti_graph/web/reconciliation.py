"""The reconciliation service: ``/reconcile`` speaks version 0.2, ``/reconcile/draft`` the draft of 1.0."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, request, url_for

from ti_graph.errors import RequestError
from ti_graph.rdf import BASE, ID
from ti_graph.serving.current import Current
from ti_graph.views import reconcile
from ti_graph.views.join import Join
from ti_graph.web.answers import compress, open_to_all

_NAME = "ti-graph : communes, intercommunalités et Territoires d’industrie"


def blueprint(join: Current[Join]) -> Blueprint:
    """The routes of the reconciliation service."""
    routes = Blueprint("reconciliation", __name__, url_prefix="/reconcile")

    @routes.get("")
    @routes.post("")
    def service() -> Response:
        given = request.values
        if "queries" in given:
            names = join.get().names
            queries = reconcile.queries_of_02(_parsed(given["queries"]))
            return _sent({key: {"result": reconcile.candidates(names, q)} for key, q in queries.items()})
        if "extend" in given:
            meta, rows = reconcile.extended(join.get(), _parsed(given["extend"]))
            return _sent({"meta": meta, "rows": rows})
        return _sent(_manifest())

    @routes.get("/draft")
    def draft() -> Response:
        return _sent(
            {
                "versions": ["1.0-draft"],
                "name": _NAME,
                "lang": "fr",
                "view": {"url": _view("{id}")},
                "defaultTypes": reconcile.types(),
                "suggest": {"entity": True, "property": True, "type": True},
                "extend": {"proposeProperties": True, "propertySettings": []},
                "standardizedScore": True,
            }
        )

    @routes.post("/draft/match")
    def match() -> Response:
        names = join.get().names
        queries = reconcile.queries_of_draft(_body())
        return _sent({"results": [{"candidates": reconcile.candidates(names, query)} for query in queries]})

    @routes.post("/draft/extend")
    def extend() -> Response:
        meta, rows = reconcile.extended(join.get(), _body())
        listed = [
            {"id": each, "properties": [{"id": name, "values": values} for name, values in found.items()]}
            for each, found in rows.items()
        ]
        return _sent({"meta": meta, "rows": listed})

    @routes.get("/suggest/entity")
    @routes.get("/draft/suggest/entity")
    def suggest_entity() -> Response:
        return _sent({"result": reconcile.suggested(join.get().names, _prefix())})

    @routes.get("/suggest/type")
    @routes.get("/draft/suggest/type")
    def suggest_type() -> Response:
        return _sent({"result": reconcile.types(_prefix())})

    @routes.get("/suggest/property")
    @routes.get("/draft/suggest/property")
    def suggest_property() -> Response:
        return _sent({"result": reconcile.properties(join.get().lists, _prefix())})

    @routes.get("/properties")
    @routes.get("/draft/extend/propose")
    def propose() -> Response:
        kind = request.args.get("type", "")
        return _sent({"type": kind, "properties": reconcile.properties(join.get().lists)})

    return routes


def _manifest() -> dict[str, Any]:
    service = url_for("reconciliation.service", _external=True)
    return {
        "versions": ["0.1", "0.2"],
        "name": _NAME,
        "identifierSpace": ID,
        "schemaSpace": BASE + "def#",
        "view": {"url": _view("{{id}}")},
        "defaultTypes": reconcile.types(),
        "suggest": {
            what: {"service_url": service, "service_path": f"/suggest/{what}"}
            for what in ("entity", "property", "type")
        },
        "extend": {
            "propose_properties": {"service_url": service, "service_path": "/properties"},
            "property_settings": [],
        },
    }


def _view(placeholder: str) -> str:
    """Where a person sees a thing: its description, on the page of SPARQL."""
    page = url_for("protocol.query_by_get", _external=True)
    return f"{page}?query=DESCRIBE+%3C{ID}{placeholder}%3E"


def _prefix() -> str:
    prefix = request.args.get("prefix")
    if prefix is None:
        raise RequestError("there is no 'prefix': the start of the name that is looked for")
    return prefix


def _body() -> Any:
    return _parsed(request.get_data(as_text=True))


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError:
        raise RequestError("not JSON that can be read: brackets are nested too deeply") from None
    except ValueError as error:
        raise RequestError(f"not JSON: {error}") from None


def _sent(content: Any) -> Response:
    body = json.dumps(content, ensure_ascii=False)
    return compress(open_to_all(Response(body, content_type="application/json")))
