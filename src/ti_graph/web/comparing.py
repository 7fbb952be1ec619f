"""``/compare``: two lists side by side, as a page, JSON and CSV with the same rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from flask import Blueprint, Response, json, render_template, request

from ti_graph.errors import RequestError
from ti_graph.formats import HTML, JSON
from ti_graph.rdf import ID, XSD
from ti_graph.serving.asked import parameters, single
from ti_graph.serving.current import Current
from ti_graph.sparql.catalogue import Catalogue
from ti_graph.views.comparison import Comparison, Side, compare
from ti_graph.views.flows import drawings
from ti_graph.views.groups import Flow, is_changed
from ti_graph.views.perimeters import Perimeters, Thing
from ti_graph.views.terms import Rows, Term
from ti_graph.web.answers import CSV, Page, chosen_format
from ti_graph.web.tables import number, table_of

#: Which rows are given, by the value of ``show=``.
SHOWN = ("changed", "all")
#: The most rows that the page shows.
_MOST = 300


def blueprint(page: Page, catalogue: Catalogue, perimeters: Current[Perimeters]) -> Blueprint:
    """The route of the comparison of lists."""
    routes = Blueprint("comparing", __name__)

    @routes.get("/compare")
    def show() -> Response:
        pairs = parameters(request.query_string)
        form = chosen_format((HTML, JSON, CSV))
        before, after, region = (single(pairs, name) or "" for name in ("from", "to", "region"))
        asked = single(pairs, "show") or ""
        if asked not in ("", *SHOWN):
            raise RequestError(f"show {asked!r} is neither of: {', '.join(SHOWN)}")

        def body(_: Rows) -> str:
            known = perimeters.get()
            codes = list(known.lists) or [""]
            found = compare(known, before or codes[0], after or codes[-1], region)
            chosen = asked or SHOWN[len(found.regions) == 1]
            flows = [flow for flow in found.flows if chosen == "all" or is_changed(flow)]
            rows = [_row(flow) for flow in flows]
            if form is CSV:
                return _csv(rows)
            if form is JSON:
                return json.dumps(_data(found) | {"show": chosen, "rows": rows}, ensure_ascii=False)
            groups = [group for group in found.groups if len(found.regions) == 1 or group.is_changed]
            return render_template(
                "compare.html",
                found=found,
                region=region,
                lists=codes,
                names=known.regions,
                chosen=chosen,
                drawings=drawings(groups),
                table=table_of(_COLUMNS, [_terms(row) for row in rows[:_MOST]], catalogue.wording),
                count=len(rows),
                anchors={flow: place for place, flow in enumerate(flows[:_MOST], 1)},
                number=number,
            )

        return page(form, body)

    return routes


def _row(flow: Flow) -> dict[str, str | int]:
    """A flow as a row: named things as their IRI and name, empty for none."""
    row: dict[str, str | int] = {"change": flow.change}
    for column, naming, thing in (
        ("fromTerritory", "fromTerritoryLabel", flow.before),
        ("toTerritory", "toTerritoryLabel", flow.after),
        ("fromMember", "fromMemberName", flow.member_before),
        ("toMember", "toMemberName", flow.member_after),
    ):
        row |= {column: ID + thing.id if thing.id else "", naming: thing.name}
    return row | {
        "memberChange": flow.member_change,
        "since": flow.since,
        "communes": flow.communes,
        "population": flow.people,
    }


_COLUMNS = (
    *("change", "fromTerritory", "fromTerritoryLabel", "toTerritory", "toTerritoryLabel"),
    *("fromMember", "fromMemberName", "toMember", "toMemberName"),
    *("memberChange", "since", "communes", "population"),
)
_INTEGER = XSD.iri + "integer"


def _terms(row: Mapping[str, str | int]) -> dict[str, Term]:
    """A row as the terms of an answer; what is empty is left out."""
    terms: dict[str, Term] = {}
    for column, value in row.items():
        if isinstance(value, int):
            terms[column] = {"type": "literal", "value": str(value), "datatype": _INTEGER}
        elif value:
            terms[column] = {"type": "uri" if value.startswith(ID) else "literal", "value": value}
    return terms


def _csv(rows: list[dict[str, str | int]]) -> str:
    written = io.StringIO()
    writer = csv.DictWriter(written, _COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()


def _data(found: Comparison) -> dict[str, object]:
    """What JSON says before the rows."""
    return {
        "from": _side(found.before),
        "to": _side(found.after),
        "regions": [_thing(region) for region in found.regions],
        "regionsLeftOut": [_thing(region) for region in found.left_out],
        "groups": [
            {
                "kind": group.kind,
                "from": [_thing(thing) for thing in group.before],
                "to": [_thing(thing) for thing in group.after],
                "outsideTheRegions": [_thing(thing) for thing in sorted(group.elsewhere)],
                "won": [_thing(member) | {"communes": n} for member, n in group.won.items()],
                "lost": [_thing(member) | {"communes": n} for member, n in group.lost.items()],
            }
            for group in found.groups
        ],
    }


def _side(side: Side) -> dict[str, object]:
    return {
        "list": side.listed.code,
        "published": side.listed.published,
        "territories": side.territories,
        "kinds": {kind: count for kind, count in side.kinds.items() if count},
        "communes": side.communes,
        "population": side.people,
    }


def _thing(thing: Thing) -> dict[str, object]:
    return {"id": ID + thing.id, "name": thing.name}
