"""Flows between the territories of two lists, drawn as SVG: two columns, bands of communes between them."""

from __future__ import annotations

import textwrap
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ti_graph.views.groups import Flow, Group, components
from ti_graph.views.perimeters import Thing

#: The width of a drawing, and of the column of names at each side, in its own units.
WIDTH, NAMES = 760.0, 240.0
#: How thick a band is for each commune, and at least.
PER_COMMUNE, THINNEST = 0.5, 2.0
#: The width of a territory's bar, and how far beside it its name stands.
BAR, BESIDE = 8.0, 6.0
#: What is free between territories, and between those that share nothing.
GAP, APART = 8.0, 10.0
#: The height of a line of a name, and how many letters it has.
LINE, LETTERS = 16.0, 34


@dataclass(frozen=True)
class Bar:
    """A territory, or none, in a column: its name in lines, and its bar.

    Arguments:
        thing: the territory; ``NOTHING`` for what is in no territory.
        is_first: whether it is of the earlier list, at the left.
        lines: its name; empty for none.
        y, height: of the bar.
    """

    thing: Thing
    is_first: bool
    lines: tuple[str, ...]
    y: float
    height: float

    @property
    def x(self) -> float:
        """The left edge of the bar."""
        return NAMES if self.is_first else WIDTH - NAMES - BAR

    @property
    def label_x(self) -> float:
        """Where the lines of the name end at the left, and begin at the right."""
        return self.x - BESIDE if self.is_first else self.x + BAR + BESIDE

    @property
    def bottom(self) -> float:
        """The lower end of the bar with its name."""
        return self.y + (self.height + _room(self.lines, self.height)) / 2

    def line_y(self, number: int) -> float:
        """The base line of a line of the name; the lines stand beside the middle of the bar."""
        lines = max(1, len(self.lines))
        return round(self.y + self.height / 2 + LINE * (number - lines / 2 + 0.78), 1)


@dataclass(frozen=True)
class Band:
    """What went from one territory to another, as a path of SVG (``d``)."""

    flows: tuple[Flow, ...]
    d: str

    @property
    def before(self) -> Thing:
        """Where it comes from."""
        return self.flows[0].before

    @property
    def after(self) -> Thing:
        """Where it goes."""
        return self.flows[0].after

    @property
    def change(self) -> str:
        """How it changed."""
        return self.flows[0].change.partition(" ")[0]

    @property
    def communes(self) -> int:
        """How many communes it has."""
        return sum(flow.communes for flow in self.flows)

    @property
    def people(self) -> int:
        """How many people live there."""
        return sum(flow.people for flow in self.flows)


@dataclass(frozen=True)
class Drawing:
    """The territories of a région and the bands between them; the origin is at the top left.

    Arguments:
        region: its code.
        width, height: of the whole.
        bar: the width of a bar.
        bars, bands: what is drawn.
    """

    region: str
    width: float
    height: float
    bar: float
    bars: tuple[Bar, ...]
    bands: tuple[Band, ...]


def drawings(groups: Sequence[Group]) -> list[Drawing]:
    """Groups of territories drawn, région by région; what shares communes is drawn together.

    Arguments:
        groups: in the order in which they are to be drawn.
    """
    number = {thing: index for index, group in enumerate(groups) for thing in (*group.before, *group.after)}
    links: dict[str, set[str]] = {str(index): set() for index in range(len(groups))}
    for index, group in enumerate(groups):
        for flow in group.flows:
            for other in (flow.before, flow.after):
                if other in number:
                    links[str(index)].add(str(number[other]))
                    links[str(number[other])].add(str(index))
    by_region: dict[str, list[dict[Flow, None]]] = defaultdict(list)
    for together in components(links):
        indexes = sorted(map(int, together))
        flows = {flow: None for index in indexes for flow in groups[index].flows}
        by_region[groups[indexes[0]].region].append(flows)
    return [_drawn(region, clusters) for region, clusters in by_region.items()]


def _drawn(region: str, clusters: Iterable[Iterable[Flow]]) -> Drawing:
    bars, bands, y = list[Bar](), list[Band](), 0.0
    for flows in clusters:
        new_bars, new_bands = _cluster(flows, y)
        bars += new_bars
        bands += new_bands
        y = max(bar.bottom for bar in new_bars) + APART
    return Drawing(region, WIDTH, round(y - APART, 1), BAR, tuple(bars), tuple(bands))


def _cluster(flows: Iterable[Flow], top: float) -> tuple[list[Bar], list[Band]]:
    """The bars and bands of territories that share communes with one another, below a line."""
    between: dict[tuple[Thing, Thing], list[Flow]] = defaultdict(list)
    for flow in flows:
        between[flow.before, flow.after].append(flow)
    thick = {
        ends: max(THINNEST, PER_COMMUNE * sum(f.communes for f in found)) for ends, found in between.items()
    }
    first = dict.fromkeys(sorted((before for before, _ in thick), key=_nothing_last))
    rank = {thing: index for index, thing in enumerate(first)}
    second = _by_middle(thick, rank)
    bars = {
        (thing, is_first): bar
        for is_first, things in ((True, first), (False, second))
        for thing, bar in zip(things, _column(things, thick, top, is_first=is_first), strict=True)
    }
    order = {thing: index for index, thing in enumerate(second)}
    used: dict[tuple[Thing, bool], float] = defaultdict(float)
    bands = []
    for ends in sorted(thick, key=lambda ends: (rank[ends[0]], order[ends[1]])):
        before, after = (ends[0], True), (ends[1], False)
        d = _path(bars[before].y + used[before], bars[after].y + used[after], thick[ends])
        used[before] += thick[ends]
        used[after] += thick[ends]
        bands.append(Band(tuple(between[ends]), d))
    return [*bars.values()], bands


def _by_middle(thick: Mapping[tuple[Thing, Thing], float], rank: Mapping[Thing, int]) -> list[Thing]:
    """The things at the right, each near to where most of it comes from, so that few bands cross."""
    weights: dict[Thing, list[tuple[int, float]]] = defaultdict(list)
    for (before, after), width in thick.items():
        weights[after].append((rank[before], width))

    def middle(thing: Thing) -> tuple[bool, float, str]:
        found = weights[thing]
        mean = sum(position * width for position, width in found) / sum(width for _, width in found)
        return not thing.id, mean, thing.name

    return sorted(weights, key=middle)


def _column(
    things: Iterable[Thing], thick: Mapping[tuple[Thing, Thing], float], top: float, *, is_first: bool
) -> Iterable[Bar]:
    y = top
    for thing in things:
        height = sum(width for ends, width in thick.items() if ends[not is_first] == thing)
        lines = tuple(textwrap.wrap(thing.name, LETTERS))
        room = _room(lines, height)
        yield Bar(thing, is_first, lines, round(y + (room - height) / 2, 1), round(height, 1))
        y += room + GAP


def _room(lines: Sequence[str], height: float) -> float:
    """What a bar with its name takes up."""
    return max(height, LINE * max(1, len(lines)))


def _path(left: float, right: float, thick: float) -> str:
    """A band between two bars, from the tops of its ends."""
    start, end = NAMES + BAR, WIDTH - NAMES - BAR
    middle = (start + end) / 2
    return (
        f"M{start:g} {left:.1f}C{middle:g} {left:.1f} {middle:g} {right:.1f} {end:g} {right:.1f}v{thick:.1f}"
        f"C{middle:g} {right + thick:.1f} {middle:g} {left + thick:.1f} {start:g} {left + thick:.1f}Z"
    )


def _nothing_last(thing: Thing) -> tuple[bool, str, str]:
    return not thing.id, thing.name, thing.id
