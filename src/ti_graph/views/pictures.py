"""What an answer looks like besides its table: a map where it has contours, bars where it has figures."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from ti_graph.rdf import GEO, ID, XSD
from ti_graph.views.atlas import METROPOLE, Area, Drawing, around, drawn
from ti_graph.views.terms import Term

#: No more contours are drawn, no more bars.
_CONTOURS, _BARS = 2_000, 60
#: How large a point or a line is drawn, in degrees.
_THICK = 0.02
#: No coordinate in degrees is farther from 0.
_FARTHEST = 360.0
_NUMBERS = frozenset(f"{XSD.iri}{name}" for name in ("integer", "decimal", "double", "float"))
_CRS = re.compile(r"<[^>]*>\s*")

#: The rows of an answer.
Answer = Sequence[Mapping[str, Term]]


@dataclass(frozen=True)
class Bar:
    """A figure with its name.

    Arguments:
        name: what it is of.
        text: the figure as the answer has it.
        length: of the largest one, from 0 to 1.
    """

    name: str
    text: str
    length: float


@dataclass(frozen=True)
class Bars:
    """The figures of a column."""

    column: str
    bars: tuple[Bar, ...]


def map_of(rows: Answer, names: Mapping[str, str]) -> Drawing | None:
    """The contours in an answer, drawn; None where there are none.

    Arguments:
        rows: terms by variable; WKT literals are contours, the first thing beside one says whose.
        names: of things, by IRI.
    """
    areas = []
    for row in rows[:_CONTOURS]:
        wkt = next((t["value"] for t in row.values() if t.get("datatype") == GEO.wktLiteral.value), None)
        shape = _shape(wkt) if wkt else None
        if shape is not None:
            id_, name = _whose(row, names)
            areas.append(Area(id_, name, "", frozenset(), shape))
    if not areas:
        return None
    inside = shapely.box(*METROPOLE).contains(shapely.box(*around(areas, 0.0)))
    return drawn(areas, around(areas) if inside else METROPOLE)


def bars_of(variables: Sequence[str], rows: Answer, names: Mapping[str, str]) -> Bars | None:
    """The figures of an answer's one column of numbers, as bars; None where there is no such column.

    Arguments:
        variables: the columns; the first other one says what a figure is of.
        rows: terms by variable.
        names: of things, by IRI.
    """
    columns = [name for name in variables if rows and all(_is_number(row.get(name)) for row in rows)]
    others = [name for name in variables if name not in columns]
    if len(columns) != 1 or not others or not 2 <= len(rows) <= _BARS:
        return None
    [column] = columns
    figures = [float(row[column]["value"]) for row in rows]
    largest = max(figures)
    if min(figures) < 0 or not 0 < largest < math.inf:
        return None
    says = next((name for name in others if name.endswith(("Label", "Name"))), others[0])
    said = [_name(row.get(says), names) for row in rows]
    if len(set(said)) < len(said):
        return None  # several figures of one thing: it is the rows that differ, not the things
    bars = tuple(
        Bar(name, row[column]["value"], figure / largest)
        for name, row, figure in zip(said, rows, figures, strict=True)
    )
    return Bars(column, bars)


def _shape(wkt: str) -> BaseGeometry | None:
    """What can be drawn of a WKT literal; None for what is no geometry in degrees."""
    try:
        shape = shapely.from_wkt(_CRS.sub("", wkt, count=1))
        if shape.is_empty or not (np.abs(shapely.get_coordinates(shape)) <= _FARTHEST).all():
            return None
        return shape if shape.geom_type in ("Polygon", "MultiPolygon") else shape.buffer(_THICK)
    except (ShapelyError, NotImplementedError):  # the latter for curves
        return None


def _whose(row: Mapping[str, Term], names: Mapping[str, str]) -> tuple[str, str]:
    """The id and the name of what a contour belongs to; no id for what is not of this graph."""
    things = [t["value"] for t in row.values() if t["type"] == "uri" and t["value"].startswith(ID)]
    labels = [t["value"] for t in row.values() if t["type"] == "literal" and "xml:lang" in t]
    thing = next((each for each in things if each in names), things[0] if things else "")
    return thing.removeprefix(ID), names.get(thing) or (labels[0] if labels else thing.removeprefix(ID))


def _name(term: Term | None, names: Mapping[str, str]) -> str:
    if term is None:
        return ""
    return names.get(term["value"], term["value"].removeprefix(ID))


def _is_number(term: Term | None) -> bool:
    return term is not None and term.get("datatype") in _NUMBERS
