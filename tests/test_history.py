"""The history of a thing: what the tables say of it, in the order of time, on an axis of years."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient

from conftest import expected
from ti_graph import layout
from ti_graph.rdf import ID
from ti_graph.serving.current import StateRows
from ti_graph.serving.endpoint import Endpoint
from ti_graph.views.history import Entry, History, history
from ti_graph.views.terms import Rows

HAVRE, SCIE = "commune/76351", "commune/76191"


def table(name: str) -> list[dict[str, str]]:
    with (layout.TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def rows(endpoint: Endpoint) -> Rows:
    return StateRows(endpoint, endpoint.repository.current())


@pytest.fixture
def of(rows: Rows) -> Callable[[str], History]:
    def read(path: str) -> History:
        found = history(rows, path, "fr")
        assert found
        return found

    return read


def named(entries: History, *kinds: str) -> list[Entry]:
    return [entry for entry in entries.entries if entry.kind in kinds]


def path(entry: Entry) -> str:
    return entry.thing.iri.removeprefix(ID)


@pytest.mark.parametrize("commune", [HAVRE, SCIE, "commune/27701"])
def test_a_commune_was_in_the_epci_that_the_table_has(of: Callable[[str], History], commune: str) -> None:
    code = commune.partition("/")[2]
    spans = [row for row in table("rattachements") if row["commune"] == code]
    assert spans
    found = named(of(commune), "attached")
    assert [path(entry) for entry in found] == [f"epci/{row['siren']}" for row in spans]
    for entry, row in zip(found, spans, strict=True):
        first, last = int(row["premiere_liste"]), int(row["derniere_liste"])
        assert first - 1 <= entry.since.year <= first
        assert entry.until is None if last == 2026 else entry.until and entry.until.year <= last + 1


def test_a_dated_event_moves_the_bounds_of_a_membership(of: Callable[[str], History]) -> None:
    # Louviers was in the CA Seine-Eure that ended in the middle of 2019.
    before, after = named(of("commune/27375"), "attached")
    assert before.until == after.since == date(2019, 9, 1)
    assert f"{ID}deduction/bornes-datees" in after.graphs


def test_a_commune_is_in_the_territories_of_each_list(of: Callable[[str], History]) -> None:
    covered = named(of(HAVRE), "covered")
    assert [entry.since.isoformat() for entry in covered] == ["2018-11-22", "2022-12-31", "2023-11-09"]
    assert [entry.until for entry in covered] == [covered[1].since, covered[2].since, None]
    lists = {row["membre"]: row["territoire"] for row in table("liste-2023")}
    assert path(covered[2]) == f"territoire/2023/{lists['200084952']}"


def test_a_merged_commune_ends_and_is_followed(of: Callable[[str], History]) -> None:
    merger = next(row for row in table("communes-nouvelles") if f"commune/{row['commune']}" == SCIE)
    found = of(SCIE)
    (merged,) = named(found, "merged")
    assert path(merged) == f"commune/{merger['commune_nouvelle']}"
    assert (merged.since.year, merged.when) == (
        int(merger["premiere_liste"]),
        f"liste de {merged.since.year}",
    )
    assert all(entry.until and entry.until <= merged.since for entry in named(found, "covered", "attached"))
    assert len(named(found, "followed")) == 2
    united = [path(entry) for entry in named(of(path(merged)), "united")]
    parts = [r["commune"] for r in table("communes-nouvelles") if r["commune_nouvelle"] == path(merged)[8:]]
    assert sorted(united) == sorted(f"commune/{code}" for code in parts)


@pytest.mark.parametrize("siren", ["200084952", "247600596", "200054781", "249500109"])
def test_an_epci_has_the_names_and_forms_of_the_yearly_lists(
    of: Callable[[str], History], siren: str
) -> None:
    stated = [(row["nom"], int(row["annee"])) for row in table("epci-annees") if row["siren"] == siren]
    shown = [
        (entry.thing.text, year)
        for entry in named(of(f"epci/{siren}"), "state")
        for year in range(entry.since.year, entry.until.year if entry.until else 0)
    ]
    assert shown == sorted(stated, key=lambda each: each[1])


def test_an_epci_has_what_it_came_from_and_went_into(of: Callable[[str], History]) -> None:
    event = next(row for row in table("evenements") if row["cree"] == "200084952")
    origins = named(of("epci/200084952"), "from")
    assert sorted(path(entry) for entry in origins) == [
        f"epci/{siren}" for siren in event["disparait"].split("|")
    ]
    assert {entry.when for entry in origins} == {event["date"]}
    (end,) = named(of("epci/247600596"), "into")
    assert (path(end), end.since.isoformat()) == ("epci/200084952", event["date"])
    assert end.is_event


@pytest.mark.parametrize("year", ["2022", "2023"])
def test_an_epci_is_a_member_of_the_territories_that_list_it(of: Callable[[str], History], year: str) -> None:
    listed = [row["territoire"] for row in table(f"liste-{year}") if row["membre"] == "200084952"]
    found = [path(entry) for entry in named(of("epci/200084952"), "member")]
    assert [each for each in found if f"/{year}/" in each] == [f"territoire/{year}/{each}" for each in listed]


def test_a_territory_has_what_goes_on_from_it(of: Callable[[str], History]) -> None:
    rows = [row for row in expected("time/continuity") if row["from"].endswith("territoire/2018/axe-seine")]
    assert rows
    found = {path(entry): entry.detail for entry in named(of("territoire/2018/axe-seine"), "after")}
    assert set(found) == {row["to"].removeprefix(ID) for row in rows}
    for row in rows:
        assert found[row["to"].removeprefix(ID)].startswith(f"{row['sharedCommunes']} communes en commun")
        assert "territoire/2018/axe-seine" in {
            path(entry) for entry in named(of(row["to"].removeprefix(ID)), "before")
        }


@pytest.mark.parametrize(
    "thing", [HAVRE, SCIE, "epci/247600596", "epci/200089456", "territoire/2022/ti-2801"]
)
def test_entries_are_in_the_order_of_time_and_on_the_axis(of: Callable[[str], History], thing: str) -> None:
    found = of(thing)
    assert [entry.since for entry in found.entries] == sorted(entry.since for entry in found.entries)
    for entry in found.entries:
        assert 0 <= found.at(entry.since) <= found.at(entry.until) <= 100
        assert entry.graphs
    assert found.at(date(found.first, 1, 1)) == 0
    assert found.at(None) == 100


@pytest.mark.parametrize("thing", ["commune/99999", "region/28", "epci/none"])
def test_what_has_no_history_shows_none(rows: Rows, thing: str) -> None:
    assert history(rows, thing, "fr") is None


def test_a_history_is_asked_for_once(rows: Rows) -> None:
    asked: list[str] = []

    def counted(text: str) -> object:
        asked.append(text)
        return rows(text)

    history(counted, HAVRE, "fr")  # type: ignore[arg-type]
    assert len(asked) == 1


@pytest.mark.parametrize(("language", "words"), [("fr", "Dans le territoire"), ("en", "In the territory")])
def test_the_page_tells_the_history_with_links_and_sources(
    client: FlaskClient, language: str, words: str
) -> None:
    html = client.get(f"/doc/{HAVRE}?lang={language}", headers={"Accept": "text/html"}).text
    section = re.search(r'<section aria-labelledby="histoire".*?</section>', html, re.DOTALL)
    assert section
    assert section[0].count("<li ") == 5
    assert section[0].count(words) >= 3
    assert f'href="/doc/epci/200084952?lang={language}"' in section[0]
    assert f'href="/doc/table/rattachements?lang={language}"' in section[0]
    assert len(re.findall(r'<svg[^>]*aria-hidden="true"', section[0])) == section[0].count("<svg")
