"""``/search``: names of communes, EPCI, territories, people and programmes, found as a person types them."""

from __future__ import annotations

import re
from dataclasses import asdict

from flask import Blueprint, Response, json, render_template, request, url_for

from ti_graph.errors import RequestError
from ti_graph.formats import HTML, JSON
from ti_graph.serving.asked import parameters, single
from ti_graph.serving.current import Current
from ti_graph.views.search import MOST, Search
from ti_graph.web.answers import chosen_format, compress, open_to_all
from ti_graph.web.language import said


def blueprint(search: Current[Search]) -> Blueprint:
    """The routes of the search."""
    routes = Blueprint("searching", __name__)

    @routes.get("/search")
    def page() -> Response:
        pairs = parameters(request.query_string)
        form = chosen_format((HTML, JSON), single(pairs, "format"))
        text, kind = single(pairs, "q") or "", single(pairs, "kind") or ""
        hits = search.get().find(text, _limit(single(pairs, "limit")), kind)
        if form is HTML:
            body = render_template("search.html", q=text, hits=hits, kinds=kind_name)
        else:
            found = [
                asdict(hit)
                | {
                    "kindName": kind_name(hit.kind),
                    "page": url_for("resources.document", name=hit.id, _external=True),
                }
                for hit in hits
            ]
            body = json.dumps({"query": text, "hits": found}, ensure_ascii=False)
        response = Response(body, content_type=form.content_type)
        response.vary.update(["Accept", "Accept-Language"])
        return compress(open_to_all(response))

    return routes


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
