"""Contours: read from tables as WKT (WGS 84, longitude first), dissolved, and asked which of them meet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

import shapely
from shapely.geometry.base import BaseGeometry
from shapely.validation import explain_validity

from ti_graph.errors import Problem, SourceError
from ti_graph.reference.sources import TableSource
from ti_graph.reference.tables import Cells, by_key, read

#: Digits after the point of coordinates in degrees: the contours at hand have four, some ten metres.
_DIGITS = 4


class Contour(NamedTuple):
    """The contour of a thing, by the code that its table has for it."""

    code: str
    shape: BaseGeometry


def read_contours(table: TableSource, is_known: Callable[[str], bool]) -> dict[str, BaseGeometry]:
    """The contours of a table, by code.

    Arguments:
        table: its columns are ``code`` and ``wkt``.
        is_known: whether there is a thing of that code.

    Raises:
        SourceError: with every unknown code and every text that is no valid WKT of a surface.
    """
    problems: list[Problem] = []
    rows = read(table.file, ("code", "wkt"), problems, lambda cells: _contour(cells, is_known))
    contours = by_key(table.file, "code", rows, problems)
    if problems:
        raise SourceError(problems)
    return {code: contour.shape for code, contour in contours.items()}


def _contour(cells: Cells, is_known: Callable[[str], bool]) -> Contour:
    code = cells.words("code")
    cells.check(is_known(code), "code", "is not in the list that these contours are of")
    try:
        shape = shapely.from_wkt(cells.row["wkt"])
    except shapely.errors.GEOSException as error:
        cells.problems.append(Problem(cells.where, f"wkt of {code!r} is not WKT: {error}"))
        return Contour(code, shapely.Polygon())
    if shape.geom_type not in ("Polygon", "MultiPolygon"):
        cells.problems.append(Problem(cells.where, f"wkt of {code!r} is a {shape.geom_type}, not a surface"))
    elif not shape.is_valid:
        cells.problems.append(Problem(cells.where, f"wkt of {code!r}: {explain_validity(shape)}"))
    return Contour(code, shape)


def dissolved(shapes: Iterable[BaseGeometry]) -> BaseGeometry:
    """The contour of several things together."""
    return shapely.union_all(list(shapes))


def wkt(shape: BaseGeometry) -> str:
    """A contour as WKT."""
    return str(shapely.to_wkt(shape, rounding_precision=_DIGITS, trim=True))


def point_on(shape: BaseGeometry) -> str:
    """A point on a contour's surface, as WKT, to measure distances from."""
    return wkt(shape.representative_point())


def meeting(shapes: Mapping[str, BaseGeometry]) -> Iterator[tuple[str, str]]:
    """The pairs of different things, both ways round, whose contours have a point in common."""
    codes = list(shapes)
    tree = shapely.STRtree(list(shapes.values()))
    for one, other in tree.query(list(shapes.values()), predicate="intersects").T:
        if one != other:
            yield codes[one], codes[other]
