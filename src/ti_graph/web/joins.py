"""The analyst's join: a column of codes or names in, territories, lists, dates and status out."""

from __future__ import annotations

import json

from flask import Blueprint, Response, render_template, request

from ti_graph.errors import MediaTypeError, RequestError, TooLargeError
from ti_graph.formats import HTML, JSON
from ti_graph.rdf import ID
from ti_graph.serving.asked import day_of
from ti_graph.serving.current import Current
from ti_graph.sparql.wording import Wording
from ti_graph.views.join import COLUMNS, SEPARATORS, Join, JoinTable, Row, to_csv
from ti_graph.web.answers import CSV, Page, chosen_format, compress, open_to_all
from ti_graph.web.language import language
from ti_graph.web.tables import Cell, Table, address

#: The longest table that is joined in one request, in rows; ``ti-graph resolve --csv`` has no limit.
MAX_ROWS = 50_000
#: The most rows that the page shows.
_SHOWN = 1_000


def blueprint(page: Page, join: Current[Join], wording: Wording) -> Blueprint:
    """The routes of ``/join``.

    Arguments:
        page: sends the form.
        join: joins tables with the current state of the dataset.
        wording: how the page says columns and values.
    """
    routes = Blueprint("joins", __name__)

    @routes.get("/join", endpoint="page")
    def empty() -> Response:
        return page(
            HTML, lambda _: render_template("join.html", table=None, unmatched={}, values="", count=0)
        )

    @routes.post("/join", endpoint="join")
    def joined() -> Response:
        given = {**request.args.to_dict(), **request.form.to_dict()}
        table, day = _table(given), day_of(given.get("date", ""))
        if len(table.rows) > MAX_ROWS:
            raise TooLargeError(f"{len(table.rows):,} rows; at most {MAX_ROWS:,} are joined in one request")
        form, separator = chosen_format((CSV, JSON, HTML), given.get("format", "")), _separator(given)
        rows = list(join.get().rows(table, day))
        if form is CSV:
            body = "".join(to_csv(table.columns, rows, separator))
        elif form is JSON:
            unmatched = list(table.unmatched(rows))
            body = json.dumps({"rows": rows, "unmatched": unmatched}, ensure_ascii=False)
        else:
            body = _page(rows, table, wording)
        return compress(open_to_all(Response(body, content_type=form.content_type)))

    return routes


def _page(rows: list[Row], table: JoinTable, wording: Wording) -> str:
    values = "\n".join(row[table.header.index(table.name)] for row in table.rows[:_SHOWN])
    shown = _shown(rows[:_SHOWN], table, wording)
    unmatched = table.unmatched(rows)
    return render_template("join.html", table=shown, unmatched=unmatched, values=values, count=len(rows))


def _shown(rows: list[Row], table: JoinTable, wording: Wording) -> Table:
    """Joined rows as the page shows them: things by name, with links; the table's own columns first."""
    names = {"thing": "name", "territory": "territoryLabel", "epci": "epciName"}
    own = [column for column in COLUMNS if column not in (*names.values(), "candidates")]

    def cell(row: Row, column: str) -> Cell:
        value = row[table.result(column)]
        if column in names and value:
            return Cell(row[table.result(names[column])], address(ID + value))
        return Cell(wording.values.get(value, {}).get(language(), value))

    headings = [*table.header, *(wording.columns[column][language()] for column in own)]
    return Table(
        headings, [[*(Cell(row[c]) for c in table.header), *(cell(row, c) for c in own)] for row in rows]
    )


def _separator(given: dict[str, str]) -> str:
    separator = given.get("separator", SEPARATORS[0])
    if separator not in SEPARATORS:
        raise RequestError(f"separator {separator!r} is neither a comma nor a semicolon")
    return separator


def _table(given: dict[str, str]) -> JoinTable:
    """The table of a request: an uploaded file, values one per line, or the body itself."""
    column, within = given.get("column", ""), given.get("departement_column", "")
    file = request.files.get("file")
    if file and file.filename:
        return JoinTable.of_csv(file.read(), column, within)
    if given.get("values", "").strip():
        return JoinTable.of_lines(given["values"])
    if request.mimetype == "text/csv":
        return JoinTable.of_csv(request.get_data(), column, within)
    if request.mimetype == "text/plain":
        return JoinTable.of_lines(request.get_data(as_text=True))
    if request.mimetype in ("multipart/form-data", "application/x-www-form-urlencoded"):
        raise RequestError("there is no table: send a CSV file as 'file', or 'values' one per line")
    raise MediaTypeError(f"{request.mimetype or 'no Content-Type'!r}: send text/csv, text/plain or a form")
