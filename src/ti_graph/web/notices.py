"""What a public site owes its readers: who answers for it, what is logged, how accessible it is."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, render_template, request

from ti_graph.formats import HTML
from ti_graph.release.dcat import Operator
from ti_graph.web.answers import Page
from ti_graph.web.language import said


def blueprint(page: Page, operator: Operator) -> Blueprint:
    """The routes of the notices; ``report_error`` in templates is where a reader reports an error.

    Arguments:
        page: sends them.
        operator: who answers for this server.
    """
    routes = Blueprint("notices", __name__)

    @routes.get("/legal")
    def legal() -> Response:
        return page(HTML, lambda _: render_template("legal.html", operator=operator))

    @routes.get("/accessibility")
    def accessibility() -> Response:
        return page(HTML, lambda _: render_template("accessibility.html", operator=operator))

    @routes.app_context_processor
    def words() -> dict[str, str]:
        return {"report_error": _report_error(operator)}

    return routes


def _report_error(operator: Operator) -> str:
    """Where an error on this page is reported; by e-mail the page is named. Empty without a contact."""
    if not operator.contact or not operator.contact_address.startswith("mailto:"):
        return operator.contact and operator.contact_address
    subject = said("Erreur dans ti-graph", "Error in ti-graph")
    return f"{operator.contact_address}?subject={quote(subject)}&body={quote(request.url)}"
