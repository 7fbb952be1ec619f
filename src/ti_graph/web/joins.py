"""The analyst's join: a column of codes or names in, territories, lists, dates and status out."""

from __future__ import annotations

import json

from flask import Blueprint, Response, render_template, request

from ti_graph.errors import MediaTypeError, RequestError, TooLargeError
from ti_graph.formats import HTML
from ti_graph.join import Column, Join, Row, to_csv
from ti_graph.web.answers import CSV, JSON, chosen_format, compress, day_of, open_to_all
from ti_graph.web.current import Current

#: The longest table that is joined in one request, in rows; ``ti-graph resolve --csv`` has no limit.
MAX_ROWS = 50_000
#: The most rows that the page shows.
_SHOWN = 1_000


def blueprint(join: Current[Join]) -> Blueprint:
    """The routes of ``/join``."""
    routes = Blueprint("joins", __name__)

    @routes.get("/join")
    def page() -> str:
        return render_template("join.html", rows=[], unmatched=[], values="", more=0)

    @routes.post("/join", endpoint="join")
    def joined() -> Response:
        given = {**request.args.to_dict(), **request.form.to_dict()}
        table, day = _table(given), day_of(given.get("date", ""))
        if len(table.rows) > MAX_ROWS:
            raise TooLargeError(f"{len(table.rows):,} rows; at most {MAX_ROWS:,} are joined in one request")
        rows = list(join.get().rows(table, day))
        form = chosen_format((CSV, JSON, HTML), given.get("format"))
        return compress(
            open_to_all(Response(_written(rows, table, form.name), content_type=form.content_type))
        )

    return routes


def _written(rows: list[Row], table: Column, form: str) -> str:
    if form == CSV.name:
        return "".join(to_csv(iter(rows)))
    unmatched = list(table.unmatched(rows))
    if form == JSON.name:
        return json.dumps({"rows": rows, "unmatched": unmatched}, ensure_ascii=False)
    more = max(0, len(rows) - _SHOWN)
    values = "\n".join(row[table.header.index(table.name)] for row in table.rows[:_SHOWN])
    return render_template("join.html", rows=rows[:_SHOWN], unmatched=unmatched, values=values, more=more)


def _table(given: dict[str, str]) -> Column:
    """The table of a request: an uploaded file, values one per line, or the body itself."""
    column, within = given.get("column", ""), given.get("departement_column", "")
    file = request.files.get("file")
    if file and file.filename:
        return Column.of_csv(file.read(), column, within)
    if given.get("values", "").strip():
        return Column.of_lines(given["values"])
    if request.mimetype == "text/csv":
        return Column.of_csv(request.get_data(), column, within)
    if request.mimetype == "text/plain":
        return Column.of_lines(request.get_data(as_text=True))
    if request.mimetype in ("multipart/form-data", "application/x-www-form-urlencoded"):
        raise RequestError("there is no table: send a CSV file as 'file', or 'values' one per line")
    raise MediaTypeError(f"{request.mimetype or 'no Content-Type'!r}: send text/csv, text/plain or a form")
