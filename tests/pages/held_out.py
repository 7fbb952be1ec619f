"""Pages that announce the lists of 2022 and of 2023, in styles of other authors, and what they say.

The styles held out are those on which no reader is tuned; the earlier ones were held out once, and have been
looked at since. Every style writes the same perimeters in its own way, once clean and once noisy. A mention
is what the page writes without the articles and prepositions of the sentence around it (``la``, ``l'``,
``du``…), without the département in brackets after it, and with its runs of white space as one space; so is
a label, without quotation marks, numbers and region. Entities and tags of HTML are no part of them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pages import earlier_sites, earlier_texts, held_out_sites, held_out_texts
from pages.held_out_page import Expected, Page
from pages.held_out_words import Voice, territories

__all__ = ["EARLIER", "HELD_OUT", "Expected", "HeldOut", "pages"]

Style = Callable[[Page], str]
PUBLISHED = {"2022": "2022-12-31", "2023": "2023-11-09"}
WHOLE = {"colonnes", "annexe", "index", "tableau"}
HELD_OUT: Sequence[Style] = (*held_out_texts.TEXTS, *held_out_sites.SITES)
EARLIER: Sequence[Style] = (*earlier_texts.TEXTS, *earlier_sites.SITES)


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


def pages(styles: Sequence[Style] = HELD_OUT) -> Iterator[HeldOut]:
    """Every page of some styles, always the same: a list, a region or the whole country, clean or noisy."""
    of_sites = (*earlier_sites.SITES, *held_out_sites.SITES)
    step = 2 if styles is EARLIER else 3
    for number, style in enumerate(styles):
        for year, published in PUBLISHED.items():
            every = territories(year)
            regions = sorted({t.region for t in every})
            is_whole = styles is EARLIER and style.__name__ in WHOLE
            for place in ["France"] if is_whole else regions[number % step :: step]:
                chosen = [t for t in every if place in ("France", t.region)]
                for noisy in (False, True):
                    name = f"{style.__name__}-{year}-{place}-{'noisy' if noisy else 'clean'}"
                    rng = random.Random(name)
                    modes = (6 if place == "France" else 4) if noisy else 0
                    page = Page(year, place, chosen, rng, Voice(rng, modes, number % 3 != 0))
                    content, is_html = style(page), style in of_sites
                    url = f"https://www.{style.__name__}.example/{year}/{number * 1000 + len(content)}"
                    yield HeldOut(
                        style.__name__, noisy, name, content, is_html, url, published, tuple(page.expected)
                    )
