"""Reading the announcement: passages, list, and what happens to a damaged text."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import expected
from ti_graph.assembly.announcement import Announcement
from ti_graph.errors import SourceError

ITEM = "  • « Axe Seine » : CODAH, Caux Estuaire"
LIST = f"10 d’entre eux concernent la Normandie :\n\n{ITEM}\n"


def read(tmp_path: Path, content: str | bytes) -> Announcement:
    path = tmp_path / "text.txt"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return Announcement(path)


def test_every_sentence_and_list_item_is_a_passage(announcement: Announcement) -> None:
    """The independent segmentation, without bullets, the préfète's quotation cut from its head."""
    found = {(p.start, p.end) for p in announcement.passages}
    for row in expected("passages"):
        start, end = int(row["start"]), int(row["end"])
        if row["text"].startswith("•"):
            start += 2
        if start == 2132:
            assert {(2132, 2211), (2212, 2403)} <= found
        else:
            assert (start, end) in found, row["text"]
    assert len(found) == len(expected("passages")) + 1


def test_passages_quote_the_text_and_leave_nothing_out(announcement: Announcement) -> None:
    covered = set()
    for passage in announcement.passages:
        assert announcement.text[passage.start : passage.end] == passage.text
        covered |= set(range(passage.start, passage.end))
    left = {c for i, c in enumerate(announcement.text) if i not in covered and not c.isspace()}
    assert left == {"•", "»"}


def test_the_list_is_read_with_members_in_order(announcement: Announcement) -> None:
    read_members = [
        (territory.name.text, rank, member.mention.text)
        for territory in announcement.territories
        for rank, member in enumerate(territory.members, start=1)
    ]
    wanted = [(r["territoryLabel"], int(r["rank"]), r["mention"]) for r in expected("members-of-territory")]
    assert read_members == wanted


def test_a_bracketed_region_is_read_with_its_member(announcement: Announcement) -> None:
    brackets = [
        (t.name.text, m.mention.text, m.region.text)
        for t in announcement.territories
        for m in t.members
        if m.region
    ]
    wanted = [
        (r["territoryLabel"], r["mention"], r["regionLabel"]) for r in expected("territories-across-regions")
    ]
    assert brackets == wanted


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Discours de M. Édouard Philippe. Suite.", ["Discours de M. Édouard Philippe.", "Suite."]),
        ("Ils sont 124. 10 d'entre eux sont là.", ["Ils sont 124.", "10 d'entre eux sont là."]),
        ("Ces territoires (...) vont signer.", ["Ces territoires (...) vont signer."]),
        ('Il dit : "Oui." Puis non.', ['Il dit : "Oui."', "Puis non."]),
        ("Pour X, «\u00a0Une phrase. Deux phrases.\u00a0»", ["Pour X, «", "Une phrase.", "Deux phrases."]),
        ("Daté du 22.11.2018 à Paris.", ["Daté du 22.11.2018 à Paris."]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(tmp_path: Path, text: str, sentences: list[str]) -> None:
    announcement = read(tmp_path, f"{text}\n{LIST}")
    assert [p.text for p in announcement.passages][: len(sentences)] == sentences


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "the text is empty"),
        (b"\xff\xfe", "text.txt:1: not UTF-8: byte 0xff at byte offset 0"),
        ("Pas de liste ici.", "no list of territories"),
        (LIST.replace(ITEM, "  • Axe Seine : CODAH"), "text.txt:3: a list item is not of the form"),
        (LIST.replace("Axe Seine", " "), "text.txt:3: a list item is not of the form"),
        (LIST.replace("CODAH,", "CODAH,,"), "a member without a name"),
        (LIST.replace("Estuaire", "Estuaire (Normandie"), "a member without a name or with an open bracket"),
        (
            LIST.replace("Normandie :", "Normandie."),
            "no sentence ending in a colon introduces this list item",
        ),
    ],
)
def test_a_damaged_text_is_refused_with_its_line(
    tmp_path: Path, content: str | bytes, complaint: str
) -> None:
    with pytest.raises(SourceError) as refused:
        read(tmp_path, content)
    assert complaint in str(refused.value)


def test_a_quotation_that_is_not_there_names_the_nearest_passage(announcement: Announcement) -> None:
    with pytest.raises(SourceError, match=r"text\.txt:7: .* is not in the text; nearest is passage 389–537"):
        announcement.locate(
            "Lancée le 21 septembre dernier, l’initiative « Territoire d’Industrie » constitue"
        )


def test_a_quotation_that_stands_twice_is_ambiguous(announcement: Announcement) -> None:
    with pytest.raises(SourceError, match=r"« Normandie » stands there .* times: quote more of it"):
        announcement.locate("Normandie")
