"""Contours for people and for maps: as GeoJSON (RFC 7946), and drawn as SVG paths without any tile server."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from ti_graph.rdf import ID, prologue
from ti_graph.views.terms import Rows

_PREFIXES = prologue("geo", "igeo", "rdfs", "ti")
_CONTOURS = """SELECT ?thing ?name ?code ?year ?wkt WHERE {
  ?thing geo:hasGeometry ?contour ; rdfs:label ?name .
  ?contour ti:annee ?year ; geo:asWKT ?wkt .
  OPTIONAL { ?thing ti:identifiant|igeo:codeINSEE ?code }
}"""
_REGIONS = "SELECT ?thing ?region WHERE { ?thing ti:concerne|ti:region ?region }"

Box = tuple[float, float, float, float]
#: Where France is, in degrees (west, south, east, north); the overseas régions are drawn beside.
METROPOLE: Box = (-5.3, 41.2, 9.8, 51.3)
OVERSEAS: dict[str, Box] = {
    "Guadeloupe": (-61.9, 15.8, -61.0, 16.6),
    "Martinique": (-61.3, 14.3, -60.7, 15.0),
    "Guyane": (-54.7, 2.0, -51.5, 5.9),
    "La Réunion": (55.1, -21.5, 55.9, -20.8),
    "Mayotte": (44.9, -13.1, 45.4, -12.5),
}
#: The width of a drawing, and of the squares for overseas régions at its left, in its own units.
_WIDTH, _SQUARE, _GAP = 1000.0, 110.0, 14.0
#: Points of a line are dropped that are nearer to it than this, in the drawing's units.
_FINEST = 0.7
#: The latitude at which the square world of Web Mercator ends, in degrees.
_POLE = 85.0511
#: The side of a tile as it is meant to be seen, in the drawing's units; the deepest zoom that servers have.
_TILE, _DEEPEST = 256.0, 18


@dataclass(frozen=True)
class Area:
    """A thing with a contour.

    Arguments:
        id: its IRI without ``https://w3id.org/territoires-industrie/id/``.
        name: its name.
        year: of the contour.
        regions: the codes of the régions that it lies in.
        shape: in degrees, WGS 84, longitude first.
        code: a SIREN, or the identifier in its list; empty where it has none.
    """

    id: str
    name: str
    year: str
    regions: frozenset[str]
    shape: BaseGeometry
    code: str = ""

    def feature(self) -> dict[str, object]:
        """The contour as a GeoJSON feature, its outer rings counter-clockwise (RFC 7946, section 3.1.6)."""
        named = {"id": self.id, "iri": ID + self.id, "name": self.name, "code": self.code or None}
        return {
            "type": "Feature",
            "id": ID + self.id,
            "properties": named | {"year": int(self.year), "regions": sorted(self.regions)},
            "geometry": shapely.geometry.mapping(shapely.orient_polygons(self.shape)),
        }


@dataclass(frozen=True)
class Path:
    """An area as a path of SVG (``d``)."""

    area: Area
    d: str


@dataclass(frozen=True)
class Frame:
    """A rectangle of a drawing that shows another part of the world, with its caption."""

    caption: str
    x: float
    y: float
    size: float


@dataclass(frozen=True)
class Tile:
    """A tile of a map that can lie under a drawing: its zoom, column and row, its place and its side."""

    zoom: int
    column: int
    row: int
    x: float
    y: float
    size: float


@dataclass(frozen=True)
class Drawing:
    """Areas drawn in a rectangle whose origin is at the top left."""

    width: float
    height: float
    paths: tuple[Path, ...]
    frames: tuple[Frame, ...]
    tiles: tuple[Tile, ...]


class Atlas:
    """The contours of a dataset.

    Arguments:
        rows: asks the dataset.
    """

    def __init__(self, rows: Rows):
        regions: dict[str, set[str]] = defaultdict(set)
        for row in rows(_PREFIXES + _REGIONS):
            regions[row["thing"]["value"]].add(row["region"]["value"].rpartition("/")[2])
        self._layers: dict[tuple[str, str], dict[str, Area]] = defaultdict(dict)
        for row in rows(_PREFIXES + _CONTOURS):
            iri, year = row["thing"]["value"], row["year"]["value"]
            shape = shapely.from_wkt(row["wkt"]["value"])
            name, code = row["name"]["value"], row.get("code", {}).get("value", "")
            area = Area(iri.removeprefix(ID), name, year, frozenset(regions[iri]), shape, code)
            self._layers[area.id.split("/")[0], year][area.id] = area

    def layer(self, kind: str, year: str) -> list[Area]:
        """The areas of a kind with a contour of a year, by name; empty where there is none."""
        return sorted(self._layers.get((kind, year), {}).values(), key=lambda area: (area.name, area.id))

    def years(self, kind: str) -> list[str]:
        """The years that a kind of things has contours of, the first one first."""
        return sorted(year for each, year in self._layers if each == kind)

    def of(self, thing: str) -> Area | None:
        """A thing with the last of its contours; None where it has none."""
        kind = thing.split("/")[0]
        found = (self._layers[kind, year].get(thing) for year in reversed(self.years(kind)))
        return next((area for area in found if area), None)


def geojson(areas: Sequence[Area]) -> Iterator[str]:
    """Areas as a GeoJSON feature collection, a line for each."""
    box = shapely.total_bounds([area.shape for area in areas]).tolist()
    yield f'{{"type": "FeatureCollection", "bbox": {json.dumps(box)}, "features": [\n'
    for number, area in enumerate(areas, start=1):
        yield json.dumps(area.feature(), ensure_ascii=False) + (",\n" if number < len(areas) else "\n")
    yield "]}\n"


def drawn(areas: Sequence[Area], box: Box = METROPOLE) -> Drawing:
    """Areas as a drawing: what lies in a box, and the overseas régions in squares where the box is France.

    Arguments:
        areas: what to draw.
        box: west, south, east, north, in degrees.
    """
    whole = box == METROPOLE
    margin = _SQUARE + _GAP if whole else 0.0
    view = _View(box, margin, 0.0, _WIDTH - margin)
    paths = [*_paths(areas, view)]
    frames = []
    if whole:
        for row, (name, place) in enumerate(OVERSEAS.items()):
            frame = Frame(name, 0.0, row * (_SQUARE + 2 * _GAP), _SQUARE)
            whole_width = _View(place, frame.x, frame.y, _SQUARE)
            inset = _View(place, frame.x, frame.y, _SQUARE * min(1.0, _SQUARE / whole_width.height))
            found = [*_paths(areas, inset)]
            if found:
                frames.append(frame)
                paths += found
    return Drawing(_WIDTH, round(view.height, 1), tuple(paths), tuple(frames), tuple(view.tiles()))


def around(areas: Iterable[Area], margin: float = 0.1) -> Box:
    """The box around areas, with a margin in degrees."""
    west, south, east, north = shapely.total_bounds([area.shape for area in areas])
    return (west - margin, south - margin, east + margin, north + margin)


class _View:
    """From degrees to a drawing: Web Mercator (EPSG:3857), which map tiles are in too."""

    def __init__(self, box: Box, x: float, y: float, width: float):
        self.box, self._x, self._y = box, x, y
        self._corner, (right, bottom) = _world(np.array([[box[0], box[3]], [box[2], box[1]]]))
        self._scale = width / (right - self._corner[0])
        self.height = float((bottom - self._corner[1]) * self._scale)
        self._right, self._bottom = right, bottom

    def place(self, shape: BaseGeometry) -> BaseGeometry:
        """A shape in the drawing's units, without what would not be seen."""
        moved = shapely.transform(
            shape, lambda at: (_world(at) - self._corner) * self._scale + (self._x, self._y)
        )
        return moved.simplify(_FINEST)

    def tiles(self) -> Iterator[Tile]:
        """The tiles that cover the box, about as large as they are meant to be seen."""
        zoom = min(_DEEPEST, max(0, round(math.log2(self._scale / _TILE))))
        count = 2**zoom
        size = self._scale / count
        for column in range(int(self._corner[0] * count), int(self._right * count) + 1):
            for row in range(int(self._corner[1] * count), int(self._bottom * count) + 1):
                x = (column / count - self._corner[0]) * self._scale + self._x
                y = (row / count - self._corner[1]) * self._scale + self._y
                yield Tile(zoom, column, row, round(x, 2), round(y, 2), round(size, 2))


def _world(at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Degrees (longitude, latitude) as parts of the square world of Web Mercator: 0 at its west and north."""
    east, north = np.radians(at[:, 0]), np.radians(np.clip(at[:, 1], -_POLE, _POLE))
    return np.column_stack((east / math.tau + 0.5, 0.5 - np.arctanh(np.sin(north)) / math.tau))


def _paths(areas: Sequence[Area], view: _View) -> Iterator[Path]:
    seen = shapely.box(*view.box)
    for area in areas:
        if area.shape.intersects(seen):
            drawing = _commands(view.place(area.shape))
            if drawing:
                yield Path(area, drawing)


def _commands(shape: BaseGeometry) -> str:
    polygons = getattr(shape, "geoms", [shape])
    rings = [ring for polygon in polygons for ring in (polygon.exterior, *polygon.interiors)]
    return "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring.coords[:-1]) + "Z" for ring in rings)
