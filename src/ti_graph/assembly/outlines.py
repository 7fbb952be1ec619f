"""Where territories are: contours as published or dissolved from their members', points, neighbours."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from shapely.geometry.base import BaseGeometry

from ti_graph.assembly.lists import TerritoryList
from ti_graph.assembly.provenance import deduction, deduction_quads, path_of
from ti_graph.rdf import GEO, RDF, TI, Literal, NamedNode, Quad, node, year
from ti_graph.reference.contours import dissolved, meeting, point_on, read_contours, wkt
from ti_graph.reference.rows import Reference
from ti_graph.reference.sources import TableSource

#: How what is inferred comes about, by the kind of its deduction.
METHODS = {
    "contours": {
        "fr": "contour du territoire : union des contours de ses membres",
        "en": "contour of the territory: union of its members' contours",
    },
    "points": {
        "fr": "un point de la surface du contour (representative_point de GEOS), pour mesurer des distances",
        "en": "a point on the contour's surface (GEOS's representative_point), to measure distances from",
    },
    "voisinages": {
        "fr": "territoires d’une même liste dont les contours ont un point commun",
        "en": "territories of one list whose contours have a point in common",
    },
}


class Outlines:
    """The contours of the lists as quads.

    Arguments:
        tables: the tables of contours: of members or territories of a year.
        reference: the reference tables.
    """

    def __init__(self, tables: Iterable[TableSource], reference: Reference):
        self._tables = {(table.about["of"], table.about["year"]): table for table in tables}
        self._reference = reference

    def quads(self, listed: TerritoryList, sources: Sequence[NamedNode]) -> Iterator[Quad]:
        """The contours of a list's members and territories, the territories' points and neighbours.

        Arguments:
            listed: the list.
            sources: where its members come from.
        """
        own, inferred = dict[str, BaseGeometry](), dict[str, BaseGeometry]()
        inputs: list[NamedNode] = []
        if published := self._tables.get(("territoire", listed.year)):
            slugs = {territory.slug for territory in listed.territories}
            own, inputs = read_contours(published, slugs.__contains__), [published.node]
            yield from _published(published, {listed.territory(s): g for s, g in own.items()}, listed)
        if members := self._tables.get(("membre", listed.year)):
            of_members = self._member_contours(members, listed)
            yield from _published(members, of_members, listed)
            inferred = _dissolve(listed, of_members, besides=own)
        if members and inferred:
            graph = deduction(f"contours-{listed.code}")
            yield from deduction_quads(graph, [members.node, *sources], METHODS["contours"])
            for slug, shape in inferred.items():
                yield from _contour(listed.territory(slug), shape, listed.year, graph)
            inputs.append(graph)
        yield from _from_contours(listed, own | inferred, inputs)

    def _member_contours(self, source: TableSource, listed: TerritoryList) -> dict[NamedNode, BaseGeometry]:
        """The contours of the members of a list; a table may have others of that year besides."""
        kinds = {m.code: m.kind for territory in listed.territories for m in territory.members}
        shapes = read_contours(
            source, lambda code: code in kinds or (code, listed.year) in self._reference.annees
        )
        return {node(f"{kinds.get(code, 'epci')}/{code}"): shape for code, shape in shapes.items()}


def _published(
    source: TableSource, shapes: Mapping[NamedNode, BaseGeometry], listed: TerritoryList
) -> Iterator[Quad]:
    for thing, shape in shapes.items():
        yield from _contour(thing, shape, listed.year, source.node)


def _dissolve(
    listed: TerritoryList, shapes: Mapping[NamedNode, BaseGeometry], besides: Collection[str]
) -> dict[str, BaseGeometry]:
    """The contours of the territories, besides some, whose members all have one."""
    return {
        territory.slug: dissolved(shapes[member.node] for member in territory.members)
        for territory in listed.territories
        if territory.slug not in besides and all(member.node in shapes for member in territory.members)
    }


def _from_contours(
    listed: TerritoryList, shapes: Mapping[str, BaseGeometry], inputs: list[NamedNode]
) -> Iterator[Quad]:
    if not shapes:
        return
    points, neighbours = deduction(f"points-{listed.code}"), deduction(f"voisinages-{listed.code}")
    yield from deduction_quads(points, inputs, METHODS["points"])
    yield from deduction_quads(neighbours, inputs, METHODS["voisinages"])
    for slug, shape in shapes.items():
        point = node(f"point/territoire/{listed.year}/{slug}")
        yield Quad(listed.territory(slug), TI.pointRepresentatif, point, points)
        yield Quad(point, RDF.type, GEO.Geometry, points)
        yield Quad(point, GEO.asWKT, Literal(point_on(shape), datatype=GEO.wktLiteral), points)
    for one, other in meeting(shapes):
        yield Quad(listed.territory(one), TI.voisinDe, listed.territory(other), neighbours)


def _contour(thing: NamedNode, shape: BaseGeometry, listed: int, graph: NamedNode) -> Iterator[Quad]:
    """A contour; that of an EPCI or a commune carries the year of its perimeter."""
    contour = node(f"contour/{listed}/{path_of(thing)}")
    yield Quad(thing, GEO.hasGeometry, contour, graph)
    yield Quad(contour, RDF.type, GEO.Geometry, graph)
    yield Quad(contour, TI.annee, year(listed), graph)
    yield Quad(contour, GEO.asWKT, Literal(wkt(shape), datatype=GEO.wktLiteral), graph)
