"""The held-out pages say what they are said to say."""

from __future__ import annotations

import csv
import html
import re
from collections import Counter
from pathlib import Path

import pytest

from pages.held_out import HeldOut, pages

TABLES = Path(__file__).parents[1] / "data" / "tables"
PAGES = list(pages())
STYLES = sorted({page.style for page in PAGES})


def visible(page: HeldOut) -> str:
    """The text that a page shows, with its runs of white space as one space."""
    text = html.unescape(re.sub(r"<[^>]*>", " ", page.content)) if page.is_html else page.content
    return " ".join(text.split())


def perimeters(published: str) -> dict[str, tuple[str, str]]:
    """The members of the list of the year of a date, with their kind and their territory."""
    with (TABLES / f"liste-{published[:4]}.csv").open(encoding="utf-8", newline="") as file:
        return {row["membre"]: (row["genre"], row["territoire"]) for row in csv.DictReader(file)}


@pytest.mark.parametrize("style", STYLES)
def test_every_expected_name_is_on_its_page(style: str) -> None:
    for page in (page for page in PAGES if page.style == style):
        text = visible(page)
        for territory in page.expected:
            assert territory.territory in text, (page.name, territory.territory)
            assert territory.members, (page.name, territory.territory)
            for mention, _, _ in territory.members:
                assert mention in text, (page.name, mention)
                assert mention == mention.strip(" ,;:.") or mention.endswith("."), (page.name, mention)


@pytest.mark.parametrize("style", STYLES)
def test_a_page_has_the_perimeters_of_its_list(style: str) -> None:
    for page in (page for page in PAGES if page.style == style):
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


def test_every_style_has_enough_members_clean_and_noisy() -> None:
    count = Counter(
        (page.style, page.noisy) for page in PAGES for each in page.expected for _ in each.members
    )
    assert len(STYLES) >= 12
    assert set(count) == {(style, noisy) for style in STYLES for noisy in (False, True)}
    assert min(count.values()) >= 200


def test_pages_are_always_the_same() -> None:
    assert list(pages()) == PAGES
    assert len({page.name for page in PAGES}) == len(PAGES)
