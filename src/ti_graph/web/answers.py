"""Turn a result into a response in the format that the caller wants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from flask import Response, render_template, request

from ti_graph.errors import RequestError
from ti_graph.formats import HTML, Format, by_name, negotiate
from ti_graph.rdf import Literal, NamedNode, Triple
from ti_graph.store import Result


@dataclass(frozen=True)
class Cell:
    """A term as a page shows it: its text, its address if it is an IRI, its language if it has one."""

    text: str
    href: str = ""
    language: str = ""


def parameters(encoded: bytes | str) -> list[tuple[str, str]]:
    """The pairs of a query string or form body, in order.

    Raises:
        RequestError: the percent-encoding does not give UTF-8.
    """
    try:
        text = encoded.decode("ascii") if isinstance(encoded, bytes) else encoded
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=1000)
    except (UnicodeDecodeError, ValueError) as error:
        raise RequestError(f"the parameters cannot be read: {error}") from None


def single(pairs: list[tuple[str, str]], name: str) -> str | None:
    """The value of a parameter that may be given once, None where it is not given.

    Raises:
        RequestError: it is given more than once.
    """
    values = [value for key, value in pairs if key == name]
    if len(values) > 1:
        raise RequestError(f"parameter {name!r} is given {len(values)} times; give it once")
    return values[0] if values else None


def chosen_format(offered: tuple[Format, ...], name: str | None) -> Format:
    """The format asked for: by name if there is one, else by the Accept header."""
    if name is not None:
        return by_name(name, offered)
    return negotiate(request.headers.get("Accept"), offered)


def respond(result: Result, asked: str | None, page: str, context: Mapping[str, object]) -> Response:
    """Answer with a result.

    Arguments:
        result: what the query gave.
        asked: a format by name, None to negotiate.
        page: the template of the HTML answer.
        context: what the template needs besides the result.
    """
    form = chosen_format((*result.formats, HTML), asked)
    if form is HTML:
        table = {"columns": result.variables, "rows": _cells(result)} if result.variables else None
        plain = None if table else result.write(result.formats[0]).decode()
        links = [(f, _with_format(f)) for f in result.formats]
        body: bytes | str = render_template(page, table=table, plain=plain, formats=links, **context)
    else:
        body = result.write(form)
    response = Response(body, content_type=form.content_type)
    response.vary.add("Accept")
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _with_format(form: Format) -> str:
    """The address of this same answer in another format."""
    sent = request.form.items(multi=True) if request.method == "POST" else request.args.items(multi=True)
    pairs = [(key, value) for key, value in sent if key != "format"]
    return f"{request.path}?{urlencode([*pairs, ('format', form.name)])}"


def _cells(result: Result) -> list[list[Cell]]:
    return [[_cell(row.get(name)) for name in result.variables] for row in result.rows()]


def _cell(term: NamedNode | Literal | Triple | None) -> Cell:
    if term is None:
        return Cell("")
    if isinstance(term, NamedNode):
        return Cell(term.value, href=term.value if term.value.startswith(("http:", "https:")) else "")
    if isinstance(term, Literal):
        return Cell(term.value, language=term.language or "")
    return Cell(str(term))
