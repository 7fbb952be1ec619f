"""Pages that announce the lists of 2022 and of 2023, on which no reader is tuned, and what they say.

Every style writes the same perimeters in its own way, once clean and once noisy. A mention is what the page
writes without the articles and prepositions of the sentence around it (``la``, ``l'``, ``du``…), without
the département in brackets after it, and with its runs of white space as one space; so is a label, without
quotation marks, numbers and region. Entities and tags of HTML are no part of them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from pages.held_out_page import Expected, Page
from pages.held_out_sites import SITES
from pages.held_out_texts import TEXTS
from pages.held_out_words import Voice, territories

__all__ = ["Expected", "HeldOut", "pages"]

PUBLISHED = {"2022": "2022-12-31", "2023": "2023-11-09"}
WHOLE = {"colonnes", "annexe", "index", "tableau"}


@dataclass(frozen=True)
class HeldOut:
    """A page, and what a careful reader finds in it."""

    style: str
    noisy: bool
    name: str
    content: str
    is_html: bool
    url: str
    published: str
    expected: tuple[Expected, ...]


def pages() -> Iterator[HeldOut]:
    """Every page, always the same: a style, a list, a region or the whole country, clean or noisy."""
    for number, style in enumerate(TEXTS + SITES):
        for year, published in PUBLISHED.items():
            every = territories(year)
            regions = sorted({t.region for t in every})
            places = ["France"] if style.__name__ in WHOLE else regions[number % 2 :: 2]
            for place in places:
                chosen = [t for t in every if place in ("France", t.region)]
                for noisy in (False, True):
                    name = f"{style.__name__}-{year}-{place}-{'noisy' if noisy else 'clean'}"
                    rng = random.Random(name)
                    modes = (6 if place == "France" else 4) if noisy else 0
                    page = Page(year, place, chosen, rng, Voice(rng, modes, number % 3 != 0))
                    content, is_html = style(page), style in SITES
                    url = f"https://www.{style.__name__}.example/{year}/{number * 1000 + len(content)}"
                    yield HeldOut(
                        style.__name__, noisy, name, content, is_html, url, published, tuple(page.expected)
                    )
