"""``/announcement``: the text as published, with every mention and statement marked."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, render_template, url_for

import ti_graph.web.citations as citations
from ti_graph.errors import UnknownNameError
from ti_graph.formats import CITATIONS, HTML, Format
from ti_graph.rdf import ID
from ti_graph.serving.current import Current, StateRows
from ti_graph.views.citation import Citation
from ti_graph.views.marked import Marked
from ti_graph.views.terms import TermNames
from ti_graph.web.answers import Page, chosen_format
from ti_graph.web.language import language
from ti_graph.web.tables import address

DOCUMENT = "document/annonce"


def blueprint(page: Page, terms: Current[TermNames]) -> Blueprint:
    """The route of the announcement."""
    routes = Blueprint("announcement", __name__)

    @routes.get("/announcement")
    @routes.get("/announcement.<suffix>")
    def show(suffix: str = "") -> Response:
        form = chosen_format((HTML, *CITATIONS), suffix)

        def body(rows: StateRows) -> str:
            cited = citations.of_thing(rows, ID + DOCUMENT, "announcement.show")
            if form in CITATIONS and cited:
                return citations.written(cited, form)
            marked = Marked(rows, terms.get(), DOCUMENT, language())
            if not marked.text:
                raise UnknownNameError("this dataset has no announcement")
            return render_template(
                "announcement.html",
                marked=marked,
                document=DOCUMENT,
                address=address,
                cited=cited and citations.shown(cited, partial(written_at, cited)),
            )

        return page(form, body)

    def written_at(cited: Citation, form: Format) -> str:
        return url_for(".show", suffix=form.name, accessed=cited.accessed or None)

    return routes
