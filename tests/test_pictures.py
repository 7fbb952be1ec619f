"""What an answer looks like besides its table."""

from __future__ import annotations

from ti_graph.rdf import GEO, ID, XSD
from ti_graph.views.pictures import bars_of, map_of
from ti_graph.views.terms import Term

SEINE = ID + "territoire/2018/axe-seine"


def thing(iri: str) -> Term:
    return {"type": "uri", "value": iri}


def figure(value: str, kind: str = "integer") -> Term:
    return {"type": "literal", "value": value, "datatype": XSD.iri + kind}


def wkt(text: str) -> Term:
    return {"type": "literal", "value": text, "datatype": GEO.wktLiteral.value}


def test_contours_are_drawn_with_the_name_of_what_they_belong_to() -> None:
    rows = [{"t": thing(SEINE), "w": wkt("POLYGON((0 49, 1 49, 1 50, 0 49))")}]
    drawing = map_of(rows, {SEINE: "Axe Seine"})
    assert drawing
    [path] = drawing.paths
    assert (path.area.id, path.area.name) == ("territoire/2018/axe-seine", "Axe Seine")


def test_points_lines_and_a_stated_crs_are_drawn_too() -> None:
    texts = [
        "POINT(1 49)",
        "LINESTRING(0 49, 1 49)",
        "<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POINT(2 48)",
    ]
    drawing = map_of([{"w": wkt(text)} for text in texts], {})
    assert drawing
    assert len(drawing.paths) == 3


def test_the_whole_world_can_be_drawn() -> None:
    drawing = map_of([{"w": wkt("POLYGON((-180 -90, 180 -90, 180 90, -180 90, -180 -90))")}], {})
    assert drawing is not None
    assert "nan" not in drawing.paths[0].d and "inf" not in drawing.paths[0].d


def test_what_is_no_geometry_is_left_out() -> None:
    curved, far = "CURVEPOLYGON(CIRCULARSTRING(0 0, 4 0, 4 4, 0 4, 0 0))", "POLYGON((0 0, 1e308 0, 0 1, 0 0))"
    texts = ("nonsense", "POLYGON EMPTY", "POLYGON((0 0", curved, far, "POINT(inf 1)", "POINT(NaN 1)")
    rows = [{"w": wkt(text)} for text in texts]
    assert map_of(rows, {}) is None
    assert map_of([{"x": figure("1")}], {}) is None


def test_one_column_of_figures_is_a_chart_by_the_names_beside_it() -> None:
    rows = [{"t": thing(SEINE), "n": figure("10")}, {"t": thing(ID + "x/y"), "n": figure("2.5", "decimal")}]
    bars = bars_of(["t", "n"], rows, {SEINE: "Axe Seine"})
    assert bars
    assert [(bar.name, bar.text, bar.length) for bar in bars.bars] == [
        ("Axe Seine", "10", 1.0),
        ("x/y", "2.5", 0.25),
    ]


def test_figures_that_are_no_chart() -> None:
    names = ["t", "n"]
    two = [{"t": thing(f"a:{i}"), "n": figure(n)} for i, n in enumerate(("1", "2"))]
    assert bars_of(names, two, {})
    assert bars_of(names, two[:1], {}) is None
    assert bars_of(["n"], two, {}) is None
    assert bars_of(names, [*two, {"t": thing("a:9")}], {}) is None
    assert bars_of(names, [*two, {"t": thing("a:9"), "n": figure("-1")}], {}) is None
    assert bars_of(names, [*two, {"t": thing("a:9"), "n": figure("INF", "double")}], {}) is None
    assert bars_of(names, [two[0], two[0]], {}) is None
    assert bars_of(names, [{**row, "n": figure("0")} for row in two], {}) is None
