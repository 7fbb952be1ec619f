"""What befell a thing over the years, held against the tables that it is read from."""

from __future__ import annotations

import csv
from datetime import date

import pytest
from flask.testing import FlaskClient

from ti_graph.endpoint import Endpoint
from ti_graph.history import Entry, History, history
from ti_graph.layout import TABLES
from ti_graph.web.answers import State

PAGE = {"Accept": "text/html"}


def table(name: str) -> list[dict[str, str]]:
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def state(endpoint: Endpoint) -> State:
    return State(endpoint, endpoint.repository.current())


def of(state: State, thing: str, language: str = "fr") -> History:
    found = history(state, thing, language)
    assert found is not None
    return found


def entries(state: State, thing: str, *kinds: str) -> list[Entry]:
    return [entry for entry in of(state, thing).entries if entry.kind in kinds]


@pytest.mark.parametrize("commune", ["76351", "01001", "14366", "75056"])
def test_a_commune_is_in_the_epci_of_the_table_for_the_time_of_the_table(state: State, commune: str) -> None:
    rows = [row for row in table("rattachements") if row["commune"] == commune]
    newest = max(int(row["derniere_liste"]) for row in table("rattachements"))
    expected = {
        (
            f"epci/{row['siren']}",
            f"{row['premiere_liste']}-01-01",
            f"{last + 1}-01-01" if (last := int(row["derniere_liste"])) < newest else "None",
        )
        for row in rows
    }
    found = {
        (e.thing.iri.partition("/id/")[2], str(e.since), str(e.until))
        for e in entries(state, f"commune/{commune}", "attached")
    }
    assert found == expected


def test_a_dated_event_gives_the_day(state: State) -> None:
    days = {str(e.since) for e in entries(state, "commune/27003", "attached")}
    assert "2019-09-01" in days
    assert "2019-09-01" in {row["date"] for row in table("evenements")}


def test_a_commune_that_ended_is_no_longer_anywhere_after_that(state: State) -> None:
    [union] = entries(state, "commune/76191", "merged")
    [row] = [row for row in table("communes-nouvelles") if row["commune"] == "76191"]
    assert union.thing.iri.endswith(f"/commune/{row['commune_nouvelle']}")
    assert union.since == date(int(row["premiere_liste"]), 1, 1)
    assert union.is_event
    assert all(
        e.until and e.until <= union.since for e in entries(state, "commune/76191", "attached", "covered")
    )


def test_an_epci_has_the_names_and_numbers_of_the_yearly_lists(state: State) -> None:
    rows = [row for row in table("epci-annees") if row["siren"] == "200084952"]
    [named] = entries(state, "epci/200084952", "state")
    assert named.thing.text in {row["nom"] for row in rows}
    years = sorted(int(row["annee"]) for row in rows)
    assert (named.since.year, named.until and named.until.year) == (years[0], years[-1] + 1)
    assert "54 communes" in named.detail
    gone = {e.thing.iri.rpartition("/")[2] for e in entries(state, "epci/200084952", "from")}
    communes = {row["commune"] for row in table("rattachements") if row["siren"] == "200084952"}
    before = {
        row["siren"]
        for row in table("rattachements")
        if row["commune"] in communes and row["derniere_liste"] == "2018"
    }
    assert gone == before


def test_a_territory_goes_on_in_those_of_later_lists(state: State) -> None:
    later = {e.thing.iri.partition("/id/")[2] for e in entries(state, "territoire/2018/axe-seine", "after")}
    assert {"territoire/2022/ti-2801", "territoire/2023/ti-2802"} <= later


def test_entries_are_in_the_order_of_time_and_within_the_axis(state: State) -> None:
    for thing in ("commune/76351", "epci/247600596", "territoire/2023/ti-2802"):
        found = of(state, thing)
        assert [e.since for e in found.entries] == sorted(e.since for e in found.entries)
        places = [(found.at(e.since), found.at(e.until)) for e in found.entries]
        assert all(0 <= start <= end <= 100 for start, end in places)


def test_every_entry_says_where_it_comes_from(state: State) -> None:
    for thing in ("commune/76351", "commune/76191", "epci/200084952", "territoire/2018/axe-seine"):
        assert all(entry.graphs for entry in of(state, thing).entries)


def test_what_has_no_history_has_no_timeline(state: State, client: FlaskClient) -> None:
    assert history(state, "personne/fabienne-buccio", "fr") is None
    assert "Au fil du temps" not in client.get("/doc/personne/fabienne-buccio", headers=PAGE).text


def test_the_page_has_the_timeline_in_both_languages(client: FlaskClient) -> None:
    french = client.get("/doc/commune/76351", headers=PAGE).text
    assert "Au fil du temps" in french
    assert "du 2018-01-01 au 2019-01-01" in french
    assert "2018-01-01 to 2019-01-01" in client.get("/doc/commune/76351?lang=en", headers=PAGE).text
