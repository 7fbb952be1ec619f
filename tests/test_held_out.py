"""The pages of other authors, held out now or once, say what they are said to say."""

from __future__ import annotations

import csv
import html
import re
from collections import Counter
from pathlib import Path

import pytest

from pages.held_out import EARLIER, HELD_OUT, HeldOut, Style, pages

TABLES = Path(__file__).parents[1] / "data" / "tables"
SETS = {"held out": list(pages(HELD_OUT)), "held out once": list(pages(EARLIER))}
PAGES = [page for each in SETS.values() for page in each]
STYLES = sorted({(of, page.style) for of, each in SETS.items() for page in each})


def visible(page: HeldOut) -> str:
    """The text that a page shows, with its runs of white space as one space."""
    text = html.unescape(re.sub(r"<[^>]*>", " ", page.content)) if page.is_html else page.content
    return " ".join(text.split())


def perimeters(published: str) -> dict[str, tuple[str, str]]:
    """The members of the list of the year of a date, with their kind and their territory."""
    with (TABLES / f"liste-{published[:4]}.csv").open(encoding="utf-8", newline="") as file:
        return {row["membre"]: (row["genre"], row["territoire"]) for row in csv.DictReader(file)}


@pytest.mark.parametrize(("of", "style"), STYLES)
def test_every_expected_name_is_on_its_page(of: str, style: str) -> None:
    for page in (page for page in SETS[of] if page.style == style):
        text = visible(page)
        for territory in page.expected:
            assert territory.territory in text, (page.name, territory.territory)
            assert territory.members, (page.name, territory.territory)
            for mention, _, _ in territory.members:
                assert mention in text, (page.name, mention)
                assert mention == mention.strip(" ,;:.") or mention.endswith("."), (page.name, mention)


@pytest.mark.parametrize(("of", "style"), STYLES)
def test_a_page_has_the_perimeters_of_its_list(of: str, style: str) -> None:
    for page in (page for page in SETS[of] if page.style == style):
        listed = perimeters(page.published)
        found = [[(code, kind) for _, kind, code in each.members] for each in page.expected]
        assert all(listed[code][0] == kind for each in found for code, kind in each), page.name
        identifiers = [{listed[code][1] for code, _ in each} for each in found]
        assert all(len(each) == 1 for each in identifiers), page.name
        whole = Counter(territory for _, territory in listed.values())
        assert all(
            whole[next(iter(each))] == len(members) for each, members in zip(identifiers, found, strict=True)
        ), page.name


def test_a_mention_stands_for_one_member_of_its_page() -> None:
    for page in PAGES:
        codes: dict[str, set[str]] = {}
        for territory in page.expected:
            for mention, _, code in territory.members:
                codes.setdefault(mention, set()).add(code)
        assert not {mention: its for mention, its in codes.items() if len(its) > 1}, page.name


@pytest.mark.parametrize("of", SETS)
def test_every_style_has_enough_members_clean_and_noisy(of: str) -> None:
    count = Counter(
        (page.style, page.noisy) for page in SETS[of] for each in page.expected for _ in each.members
    )
    styles = {page.style for page in SETS[of]}
    assert len(styles) >= 12
    assert set(count) == {(style, noisy) for style in styles for noisy in (False, True)}
    assert min(count.values()) >= 200


@pytest.mark.parametrize(("of", "styles"), [("held out", HELD_OUT), ("held out once", EARLIER)])
def test_pages_are_always_the_same(of: str, styles: list[Style]) -> None:
    assert list(pages(styles)) == SETS[of]
    assert len({page.name for page in SETS[of]}) == len(SETS[of])
