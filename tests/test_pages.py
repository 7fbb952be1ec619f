"""The generated pages say what their truth says, and the score counts what it must."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from pages import noises
from pages.mutations import LONGEST, mutations
from pages.perimeters import YEARS, perimeter
from pages.scoring import Rate, Row, score
from pages.styles import STYLES, Page, pages


def seen(page: Page) -> str:
    """What a reader sees, white space made single."""
    text = page.text
    if page.is_html:
        text = re.sub(r"<(script|style)\b.*?</\1>|<!--.*?-->", "", text, flags=re.DOTALL)
        text = html.unescape(re.sub("<[^>]*>", "", text))
    return " ".join(text.split())


def perfect(page: Page) -> list[Row]:
    """What a reader without fault finds."""
    return [
        Row(of.label, member.mention, "" if member.kind == "commune" else member.code, 0, 0)
        for of in page.truth
        for member in of.members
    ]


def check(made: list[Page]) -> None:
    """Every label and mention stands on its page in order, and the whole of both lists is there."""
    for page in made:
        text = seen(page)
        for territory in page.truth:
            words = territory.label.split()
            whole = " ".join(words) in text
            assert whole or (STYLES[page.style].interleaved and all(word in text for word in words)), (
                str(page),
                territory.label,
            )
            for member in territory.members:
                assert " ".join(member.mention.split()) in text, (str(page), member.mention)
        assert not re.search("[\ue000-\ue003\U000f0000-\U000fffff]", page.text)
    for year in YEARS:
        truth = [of for page in made if page.year == year for of in page.truth]
        wanted = [sorted(m.code for m in of.members) for of in perimeter(year).territories]
        assert sorted(sorted(m.code for m in of.members) for of in truth) == sorted(wanted)


@pytest.mark.parametrize("name", STYLES)
def test_a_clean_page_shows_its_truth_and_covers_both_lists(name: str) -> None:
    check(list(pages(name)))


@pytest.mark.parametrize("name", STYLES)
def test_a_noisy_page_shows_its_truth_and_covers_both_lists(name: str) -> None:
    check(list(pages(name, noises.any_of)))


@pytest.mark.parametrize("noise", noises.NOISES)
@pytest.mark.parametrize("name", ["guillemets", "prose-newspaper", "html-nested", "html-pasted"])
def test_each_noise_leaves_the_truth_on_the_page(name: str, noise: str) -> None:
    check(list(pages(name, noises.one(noise))))


@pytest.mark.parametrize("noise", [None, noises.any_of])
def test_the_same_seed_gives_the_same_pages(noise: Callable[..., noises.Noise] | None) -> None:
    assert list(pages("colons", noise, 1)) == list(pages("colons", noise, 1))
    assert list(pages("colons", noise, 1)) != list(pages("colons", noise, 2))


def test_a_reader_without_fault_has_full_marks() -> None:
    for name in STYLES:
        for page in itertools.islice(pages(name, noises.any_of), 12):
            scored = score(page, perfect(page))
            assert not scored.problems, (str(page), scored.problems)
            assert scored.sirens.wanted == sum(m.kind != "commune" for of in page.truth for m in of.members)


def test_misses_and_errors_are_counted_and_told() -> None:
    page = next(page for page in pages("guillemets") if page.region == "Normandie")
    rows = perfect(page)
    rows[0] = replace(rows[0], siren="")
    rows[1] = replace(rows[1], siren="200000172")
    rows[2] = replace(rows[2], mention="CC de Nulle-Part")
    scored = score(page, rows, stored="")
    count = len(rows)
    assert scored.territories == Rate(10, 10, 10)
    assert scored.members == Rate(count, count, count - 1)
    assert scored.sirens == Rate(count, count - 1, count - 3)
    assert scored.misplaced == count
    told = "\n".join(scored.problems)
    for what in ("undecided", "wrong siren 200000172", "missed member", "invented member", "offsets"):
        assert what in told


def test_a_siren_for_a_commune_is_an_error() -> None:
    page = next(p for p in pages("colons") if any(m.kind == "commune" for t in p.truth for m in t.members))
    rows = [replace(row, siren=row.siren or "200054807") for row in perfect(page)]
    assert score(page, rows).sirens.precision < 1


def test_an_article_and_a_footnote_are_no_part_of_a_mention() -> None:
    page = next(iter(pages("prose-groups")))
    rows = [replace(row, mention=re.sub("^(?=comm)", "la ", row.mention) + " (1)") for row in perfect(page)]
    assert not score(page, rows).problems


def test_mutations_are_many_different_and_repeatable() -> None:
    page = next(iter(pages("html-nested")))
    first = list(itertools.islice(mutations(page.text, 3), 200))
    assert first == list(itertools.islice(mutations(page.text, 3), 200))
    assert len(set(first)) > 190
    assert max(map(len, first)) <= LONGEST
    for text in first:
        text.encode()
