"""``/announcement``: the text as published, with every mention and statement marked."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from ti_graph.describe import Rows, TermNames
from ti_graph.errors import UnknownNameError
from ti_graph.formats import HTML
from ti_graph.marked import Marked
from ti_graph.web.answers import Page
from ti_graph.web.current import Current
from ti_graph.web.language import language
from ti_graph.web.tables import address

DOCUMENT = "document/annonce"


def blueprint(page: Page, terms: Current[TermNames]) -> Blueprint:
    """The route of the announcement."""
    routes = Blueprint("announcement", __name__)

    @routes.get("/announcement")
    def show() -> Response:
        def body(rows: Rows) -> str:
            marked = Marked(rows, terms.get(), DOCUMENT, language())
            if not marked.text:
                raise UnknownNameError("this dataset has no announcement")
            return render_template("announcement.html", marked=marked, document=DOCUMENT, address=address)

        return page(HTML, body)

    return routes
