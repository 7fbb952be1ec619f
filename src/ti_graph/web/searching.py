"""``/search``: names of communes, EPCI, territories, people and programmes, found as a person types them."""

from __future__ import annotations

import re
from dataclasses import asdict

from flask import Blueprint, Response, json, render_template, request, url_for

from ti_graph.errors import RequestError
from ti_graph.formats import HTML, JSON
from ti_graph.serving.asked import parameters, single
from ti_graph.serving.current import Current
from ti_graph.views.search import MOST, Hit, Search
from ti_graph.views.terms import Rows
from ti_graph.web.answers import Page, chosen_format
from ti_graph.web.language import said


def blueprint(page: Page, search: Current[Search]) -> Blueprint:
    """The routes of the search."""
    routes = Blueprint("searching", __name__)

    @routes.get("/search", endpoint="page")
    def found() -> Response:
        pairs = parameters(request.query_string)
        form = chosen_format((HTML, JSON))
        text, kind = single(pairs, "q") or "", single(pairs, "kind") or ""
        limit = _limit(single(pairs, "limit"))

        def body(_: Rows) -> str:
            hits = search.get().find(text, limit, kind)
            if form is HTML:
                return render_template("search.html", q=text, hits=hits, kinds=kind_name)
            return json.dumps({"query": text, "hits": [_described(hit) for hit in hits]}, ensure_ascii=False)

        return page(form, body)

    return routes


def _described(hit: Hit) -> dict[str, object]:
    page = url_for("resources.document", name=hit.id, _external=True)
    return asdict(hit) | {"kindName": kind_name(hit.kind), "page": page}


def kind_name(kind: str) -> str:
    """A kind of thing as a reader calls it."""
    french, english = _KINDS.get(kind, (kind, kind))
    return said(french, english)


_KINDS = {
    "affirmation": ("affirmation", "claim"),
    "citation": ("citation", "quotation"),
    "code": ("code de nomenclature", "code"),
    "departement": ("département", "département"),
    "epci": ("intercommunalité", "intercommunal body"),
    "ept": ("établissement public territorial", "public territorial body"),
    "evenement": ("événement", "event"),
    "fonction": ("fonction", "post"),
    "liste": ("liste", "list"),
    "organisme": ("organisme", "body"),
    "personne": ("personne", "person"),
    "projet": ("projet", "project"),
    "region": ("région", "région"),
    "territoire": ("Territoire d’industrie", "Territoire d’industrie"),
}


def _limit(value: str | None) -> int:
    if value is None:
        return 20
    if not re.fullmatch("[0-9]{1,4}", value) or not 1 <= int(value) <= MOST:
        raise RequestError(f"limit {value!r} is not a number from 1 to {MOST}")
    return int(value)
