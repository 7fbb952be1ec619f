"""Errors as answers: RFC 9457 problem documents, or a page for a browser. All error handlers are here."""

from __future__ import annotations

import re
from functools import partial

from flask import Flask, Response, json, render_template, request, url_for
from werkzeug.exceptions import HTTPException

from ti_graph.checking.report import Report
from ti_graph.errors import (
    BusyError,
    MethodError,
    NonConformingError,
    NotAcceptableError,
    TextSyntaxError,
    TiGraphError,
    UnauthorizedError,
    UnknownNameError,
)
from ti_graph.formats import GRAPHS, HTML, Format, negotiate
from ti_graph.rdf import BASE
from ti_graph.serving.job import ClientGoneError
from ti_graph.web.answers import open_to_all, prefers_html
from ti_graph.web.language import said

PROBLEM = Format("json", "application/problem+json", "JSON", ("application/json",))
_REPORTS = (PROBLEM, *(form for form in GRAPHS if form.name in ("ttl", "jsonld")), HTML)


def register(app: Flask) -> None:
    """Give the application its error handlers."""

    @app.errorhandler(TiGraphError)
    def answer_error(error: TiGraphError) -> Response:
        if isinstance(error, NonConformingError) and isinstance(error.report, Report):
            return _report(error, error.report)
        return _problem(error.status, _kind(error), error.title, str(error), _extras(error), _headers(error))

    @app.errorhandler(ClientGoneError)
    def answer_nobody(error: ClientGoneError) -> Response:
        return Response(status=499)  # nginx's code for it; nobody reads this but the log

    @app.errorhandler(HTTPException)
    def answer_http_exception(error: HTTPException) -> Response:
        if error.code is None or error.code < 400:  # a redirect is not an error
            return Response(status=error.code, headers=dict(error.get_headers()))
        headers = {key: value for key, value in error.get_headers() if key in ("Allow", "Retry-After")}
        return _problem(
            error.code, kind_of(error.name), error.name, error.description or error.name, {}, headers
        )


def kind_of(reason: str) -> str:
    """The name of the problem type for the reason that HTTP gives for a status."""
    return re.sub(r"\W+", "-", reason.lower())


def document(status: int, kind: str, title: str, detail: str) -> dict[str, object]:
    """The members that every problem document has (https://www.rfc-editor.org/rfc/rfc9457)."""
    return {"type": f"{BASE}problem/{kind}", "title": title, "status": status, "detail": detail}


def _problem(
    status: int, kind: str, title: str, detail: str, extras: dict[str, object], headers: dict[str, str]
) -> Response:
    if prefers_html((PROBLEM,)):
        shown = said(*title.split(" / ")) if " / " in title else title
        body = render_template("problem.html", status=status, title=shown, detail=detail, extras=extras)
        content_type = HTML.content_type
    else:
        problem = document(status, kind, title, detail) | {"instance": request.path} | extras
        body = json.dumps(problem, ensure_ascii=False)
        content_type = PROBLEM.media_type
    response = Response(body, status, headers, content_type=content_type)
    response.vary.add("Accept")
    return open_to_all(response)


def _report(error: NonConformingError, report: Report) -> Response:
    """A refused change, with the validation report in the form that the caller wants."""
    try:
        form = negotiate(request.headers.get("Accept"), _REPORTS)
    except NotAcceptableError:
        form = PROBLEM
    if form.rdf:
        response = Response(report.to_rdf(form.rdf), error.status, content_type=form.content_type)
        response.vary.add("Accept")
        return open_to_all(response)
    detail = report.to_text("fr").rstrip()
    return _problem(error.status, _kind(error), error.title, detail, {"report": report.described()}, {})


def _kind(error: TiGraphError) -> str:
    """The name of a problem type: ``QuerySyntaxError`` is ``query-syntax``."""
    name = type(error).__name__.removesuffix("Error")
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def _extras(error: TiGraphError) -> dict[str, object]:
    if isinstance(error, TextSyntaxError) and error.line:
        return {"line": error.line, "column": error.column}
    if isinstance(error, NotAcceptableError):
        return {"offered": error.offered}
    if isinstance(error, UnknownNameError) and error.near:
        page = partial(url_for, "resources.document", _external=True)
        return {"near": [{"id": id_, "name": name, "page": page(name=id_)} for id_, name in error.near]}
    return {}


def _headers(error: TiGraphError) -> dict[str, str]:
    if isinstance(error, MethodError):
        return {"Allow": ", ".join(error.allowed)}
    if isinstance(error, UnauthorizedError):
        return {"WWW-Authenticate": 'Bearer realm="ti-graph"'}
    if isinstance(error, BusyError):
        return {"Retry-After": str(error.retry_after)}
    return {}
