"""Errors as answers: RFC 9457 problem documents, or a page for a browser. The one error handler."""

from __future__ import annotations

from flask import Flask, Response, json, render_template, request
from werkzeug.exceptions import HTTPException

from ti_graph.errors import (
    MethodError,
    NotAcceptableError,
    QuerySyntaxError,
    TiGraphError,
)
from ti_graph.formats import HTML, Format, negotiate
from ti_graph.rdf import BASE

PROBLEM = Format("json", "application/problem+json", "JSON", ("application/json",))


def wants_html() -> bool:
    """Whether the caller is a browser: it prefers HTML to everything a program asks for."""
    try:
        return negotiate(request.headers.get("Accept"), (PROBLEM, HTML)) is HTML
    except NotAcceptableError:
        return False


def register(app: Flask) -> None:
    """Give the application its error handlers."""

    @app.errorhandler(TiGraphError)
    def answer_error(error: TiGraphError) -> Response:
        return _problem(error.status, error.title, str(error), _extras(error), _headers(error))

    @app.errorhandler(HTTPException)
    def answer_http_exception(error: HTTPException) -> Response:
        if error.code is None or error.code < 400:  # a redirect is not an error
            return Response(status=error.code, headers=dict(error.get_headers()))
        status = error.code
        headers = {key: value for key, value in error.get_headers() if key in ("Allow", "Retry-After")}
        return _problem(status, error.name, error.description or error.name, {}, headers)


def _problem(
    status: int, title: str, detail: str, extras: dict[str, object], headers: dict[str, str]
) -> Response:
    if wants_html():
        body = render_template("problem.html", status=status, title=title, detail=detail)
        content_type = HTML.content_type
    else:
        problem = {
            "type": f"{BASE}problem/{status}",
            "title": title,
            "status": status,
            "detail": detail,
            "instance": request.path,
        }
        body = json.dumps(problem | extras, ensure_ascii=False)
        content_type = PROBLEM.media_type
    response = Response(body, status, headers, content_type=content_type)
    response.vary.add("Accept")
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _extras(error: TiGraphError) -> dict[str, object]:
    if isinstance(error, QuerySyntaxError) and error.line:
        return {"line": error.line, "column": error.column}
    if isinstance(error, NotAcceptableError):
        return {"offered": error.offered}
    return {}


def _headers(error: TiGraphError) -> dict[str, str]:
    return {"Allow": ", ".join(error.allowed)} if isinstance(error, MethodError) else {}
