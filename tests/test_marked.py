"""The announcement as a page: every word as published, every passage and mention marked."""

from __future__ import annotations

import html
import re

import pytest
from flask.testing import FlaskClient

from ti_graph.assembly.announcement import Announcement


@pytest.fixture
def page(client: FlaskClient) -> str:
    reply = client.get("/announcement?lang=fr", headers={"Accept": "text/html"})
    assert reply.status_code == 200
    return reply.text


def test_the_text_is_the_one_published(page: str, announcement: Announcement) -> None:
    article = re.search(r"<article[^>]*>(.*?)</article>", page, re.DOTALL)
    assert article
    without_numbers = re.sub(r'<a class="source".*?</a>', "", article[1], flags=re.DOTALL)
    assert html.unescape(re.sub(r"<[^>]+>", "", without_numbers)) == announcement.text


def test_words_lead_to_what_they_mean(page: str) -> None:
    assert '<a href="/doc/epci/247600596?lang=fr">CODAH</a>' in page


def test_a_passage_leads_to_its_statements_and_back(page: str) -> None:
    passages = set(re.findall(r'<span id="passage-([^"]+)">', page))
    assert len(passages) == 50
    assert set(re.findall(r'id="enonces-([^"]+)"', page)) == passages
    assert set(re.findall(r'href="#passage-([^"]+)"', page)) == passages
    assert set(re.findall(r'href="#enonces-([^"]+)"', page)) <= passages


def test_said_and_inferred_stand_apart(page: str) -> None:
    section = re.search(r'id="enonces-1236-1407".*?</section>', page, re.DOTALL)
    assert section
    said, inferred = section[0].split("<h4>Déduit</h4>", 1)
    assert "<h4>Dit</h4>" in said
    assert "CODAH" in said
    assert ">CA Havraise (Co.D.A.H.)</a>" in inferred
    assert "CA Havraise" not in said
