"""Every style of page, and the pages themselves, each with what a reader must find in it."""

from __future__ import annotations

import datetime
import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pages import frames, grids, hyper, naming, plain, prose
from pages.marked import LABEL, MENTION, TrueMember, TrueTerritory, unmarked, words_of
from pages.noise import Noise
from pages.perimeters import YEARS, Perimeter, Place, Territory, perimeter
from pages.second import SECOND
from pages.sheet import Sheet, grouped, sheet
from pages.style import Style
from pages.words import words

#: Chooses the noise of a page, by whether it is HTML and how its lines may be wrapped.
Choice = Callable[[random.Random, bool, str], Noise]


@dataclass(frozen=True)
class Page:
    """A page and the truth about it."""

    style: str
    noise: str
    year: int
    region: str
    is_html: bool
    text: str
    url: str
    published: datetime.date
    truth: tuple[TrueTerritory, ...]

    def __str__(self) -> str:
        return " ".join(
            part for part in (self.style, str(self.year), self.region or "France", self.noise) if part
        )


def hyphens(name: str) -> str:
    """The name with hyphens for dashes between names."""
    return re.sub(r"\s+[–-]\s+", "-", name)


def spaced_hyphens(name: str) -> str:
    """The name with spaced hyphens for dashes."""
    return re.sub(r"\s+–\s+", " - ", name)


def _first_tight(name: str, choose: random.Random) -> str:
    """With its legal form, and no spaced dash that could be taken for the one before the members."""
    return hyphens(naming.listed(name, choose))


STYLES: Mapping[str, Style] = {
    "guillemets": Style(plain.guillemets, places="outside"),
    "straight-quotes": Style(plain.straight, naming.listed),
    "curly-quotes": Style(plain.curly, naming.short, wraps="indented"),
    "dash": Style(plain.dash, _first_tight, wraps="indented", relabel=spaced_hyphens),
    "hyphen": Style(plain.hyphen, _first_tight, wraps="indented", relabel=hyphens),
    "numbered": Style(plain.numbered, naming.spelled),
    "numbered-brackets": Style(plain.numbered_brackets),
    "brackets": Style(plain.brackets, naming.short),
    "colons": Style(plain.colons),
    "paragraphs": Style(plain.paragraphs, naming.bare, places="outside"),
    "headings": Style(plain.headings, wraps="indented"),
    "bare-lines": Style(plain.bare_lines, naming.listed, wraps="never"),
    "nested": Style(plain.nested, wraps="indented"),
    "numbered-nested": Style(plain.numbered_nested, naming.spelled, wraps="indented"),
    "slashes": Style(plain.slashes),
    "tabs": Style(plain.tabs, wraps="never"),
    "pipes": Style(plain.pipes, naming.listed, wraps="never"),
    "placed": Style(plain.placed, places="departement"),
    "placed-codes": Style(plain.placed_codes, naming.bare, places="code"),
    "by-departement": Style(plain.by_departement, places="code", scope="departement"),
    "national": Style(plain.by_region, scope="country"),
    "national-counted": Style(plain.by_region_counted, places="outside", scope="country", wraps="indented"),
    "prose-groups": Style(prose.groups_of, naming.lowered, introduced=False),
    "prose-unites": Style(prose.unites, naming.listed, introduced=False),
    "prose-composed": Style(prose.composed, introduced=False),
    "prose-part-of": Style(prose.part_of, naming.short, introduced=False),
    "prose-semicolons": Style(prose.semicolons, introduced=False),
    "prose-colons": Style(prose.colons_in_a_sentence, places="outside", introduced=False),
    "prose-newspaper": Style(prose.newspaper, naming.lowered, introduced=False),
    "prose-shared-nature": Style(prose.shared_nature, naming.lowered),
    "html-quoted-items": Style(hyper.quoted_items, places="outside"),
    "html-strong-items": Style(hyper.strong_items),
    "html-strong-inside": Style(hyper.strong_inside, naming.short),
    "html-ordered": Style(hyper.ordered, _first_tight, relabel=spaced_hyphens),
    "html-brackets": Style(hyper.bracket_items),
    "html-strong-breaks": Style(hyper.strong_breaks, naming.listed),
    "html-bullets-in-breaks": Style(hyper.bullets_in_breaks, naming.bare),
    "html-member-per-break": Style(hyper.member_per_break),
    "html-dashes-in-breaks": Style(hyper.dashes_in_breaks, naming.spelled),
    "html-headed-lists": Style(hyper.headed_lists, places="outside"),
    "html-headed-paragraphs": Style(hyper.headed_paragraphs),
    "html-nested": Style(hyper.nested),
    "html-definitions": Style(hyper.definitions, places="departement"),
    "html-definitions-each": Style(hyper.definitions_each),
    "html-accordion": Style(hyper.accordion, naming.spelled),
    "html-cards": Style(hyper.cards),
    "html-details": Style(hyper.details, naming.listed),
    "html-pasted": Style(hyper.pasted, naming.short),
    "html-newspaper": Style(hyper.newspaper, naming.lowered, introduced=False),
    "html-composed": Style(hyper.composed, naming.listed, introduced=False),
    "html-by-departement": Style(hyper.by_departement, scope="departement"),
    "html-national": Style(hyper.by_region, places="outside", scope="country"),
    "html-national-nested": Style(hyper.by_region_nested, naming.listed, scope="country"),
    "table-commas": Style(grids.commas),
    "table-breaks": Style(grids.breaks, naming.spelled),
    "table-paragraphs": Style(grids.paragraphs, naming.short),
    "table-spanned": Style(grids.spanned, naming.listed),
    "table-repeated": Style(grids.repeated),
    "table-numbered": Style(grids.numbered, places="code"),
    "table-headless": Style(grids.headless, naming.bare),
    "table-with-regions": Style(grids.with_regions, scope="country"),
    "table-region-rows": Style(grids.region_rows, naming.listed, scope="country"),
    **SECOND,
}


def pages(name: str, noise: Choice | None = None, seed: int = 0) -> Iterator[Page]:
    """The pages of a style over both lists.

    Arguments:
        noise: chooses the noise of each page; none: clean pages.
        seed: the same seed gives the same pages.
    """
    style = STYLES[name]
    for year in YEARS:
        known = perimeter(year)
        if style.scope == "country":
            yield page(name, known, None, list(known.territories), noise, seed)
            continue
        for region, territories in known.by_region().items():
            yield page(name, known, region, territories, noise, seed)


def page(
    name: str,
    known: Perimeter,
    region: Place | None,
    territories: list[Territory],
    noise: Choice | None = None,
    seed: int = 0,
) -> Page:
    """One page of a style: of one région, or of the country."""
    style, where = STYLES[name], region.name if region else ""
    choose = random.Random(f"{name} {known.year} {where} {seed}")
    groups = grouped(territories, "departement" if style.scope == "departement" else "region")
    made = sheet(known, groups, style.how, style.places, style.relabel, choose)
    frame = style.frame or choose.choice(frames.HTML if style.is_html else frames.PLAIN)
    said = words(known, region, territories, style.introduced, choose)
    text = frame(style.layout(made), said, choose)
    chosen = noise(choose, style.is_html, style.wraps) if noise else None
    if chosen:
        homes = [e.territory.region.code for e in made.entries for _ in e.members]
        text = chosen.applied(text, known, made.members, homes, style.is_html, choose)
    seen = words_of(text, style.is_html)
    slug = re.sub("[^a-z]+", "-", where.casefold()) or "france"
    return Page(
        name,
        chosen.name if chosen else "",
        known.year,
        where,
        style.is_html,
        unmarked(style.finish(text)),
        f"https://prefecture.example/actualites/territoires-d-industrie-{slug}-{known.year}",
        known.published,
        tuple(_truth(made, seen)),
    )


def _truth(made: Sheet, seen: Mapping[tuple[str, int], str]) -> Iterator[TrueTerritory]:
    number = 0
    for at, entry in enumerate(made.entries):
        members = []
        for member in entry.territory.members:
            members.append(TrueMember(seen[MENTION, number], member.kind, member.code))
            number += 1
        yield TrueTerritory(seen[LABEL, at], tuple(members))
