"""The queries over time answer as a second reader of the tables does, who has not seen the program.

``tests/expected/time`` holds that reader's rows. Where the two differ by definition, it is said here.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict

import pytest

from conftest import ROOT
from ti_graph import layout
from ti_graph.rdf import ID
from ti_graph.sparql.catalogue import Catalogue
from ti_graph.stores.store import Store

CATALOGUE = Catalogue(layout.QUERIES)
#: A commune whose place in 2018 is unknown: the second reader calls it "entered", the graph does not.
UNKNOWN_BEFORE = {"commune/14666", "commune/27058"}


def expected(name: str) -> list[dict[str, str]]:
    path = ROOT / "tests" / "expected" / "time" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def ask(store: Store, name: str, **values: str) -> list[dict[str, str]]:
    """The rows of a named query, IRIs without their common beginning."""
    result = store.query(CATALOGUE[name].bind(values.items()))
    empty = dict.fromkeys(result.variables, "")
    return [
        empty | {key: term.value.removeprefix(ID).removeprefix("liste/") for key, term in row.items()}
        for row in result.rows()
    ]


def table(rows: list[dict[str, str]], columns: str) -> Counter[tuple[str, ...]]:
    return Counter(tuple(row[column] for column in columns.split()) for row in rows)


def code(thing: str) -> str:
    return thing.rsplit("/", 1)[1]


SITUATION = "commune communeName list listDate phase status territory territoryLabel epci epciName"


def test_whether_a_commune_is_covered_list_by_list(store: Store) -> None:
    wanted = expected("territory-of-commune")
    communes = sorted({row["commune"] for row in wanted})
    found = [row for c in communes for row in ask(store, "territory-of-commune", commune=code(c))]
    assert len(communes) == 130
    assert table(found, SITUATION) == table(wanted, SITUATION)


def test_whether_a_commune_is_covered_on_a_date(store: Store) -> None:
    wanted = expected("territory-of-commune-dated")
    asked = sorted({(row["commune"], row["date"]) for row in wanted})[::13]
    found = [
        row | {"date": date}
        for commune, date in asked
        for row in ask(store, "territory-of-commune", commune=code(commune), date=date)
    ]
    wanted = [row for row in wanted if (row["commune"], row["date"]) in asked]
    assert table(found, f"date {SITUATION}") == table(wanted, f"date {SITUATION}")


def test_the_composition_of_an_epci_on_a_date(store: Store) -> None:
    """On 1 September 2019 Seine-Eure is in no yearly list: the graph gives its first name, not none."""
    wanted = expected("composition-at-date")
    asked = sorted({(row["epci"], row["date"]) for row in wanted})
    found = [
        row | {"date": date}
        for epci, date in asked
        for row in ask(store, "composition-at-date", epci=code(epci), date=date)
    ]
    for row in wanted:
        row["epciName"] = row["epciName"] or "CA Seine-Eure"
    columns = "date epci epciName commune communeName"
    assert table(found, columns) == table(wanted, columns)


def test_the_composition_without_a_date_has_the_spans_of_every_date(store: Store) -> None:
    wanted = expected("composition-at-date")
    asked = sorted({(row["epci"], row["date"]) for row in wanted})
    spans = {epci: ask(store, "composition-at-date", epci=code(epci)) for epci in {epci for epci, _ in asked}}
    found = [
        row | {"date": date}
        for epci, date in asked
        for row in spans[epci]
        if row["since"] <= date and not "" < row.get("until", "") <= date
    ]
    columns = "date epci commune communeName"
    assert table(found, columns) == table(wanted, columns)


def test_the_communes_of_a_territory(store: Store) -> None:
    wanted = expected("communes-of-territory")
    territories = sorted({row["territory"] for row in wanted})
    found = [row for t in territories for row in ask(store, "communes-of-territory", territory=t)]
    columns = "territory territoryLabel list commune communeName epci epciName"
    assert table(found, columns) == table(wanted, columns)


def test_what_entered_stayed_and_left(store: Store) -> None:
    wanted = [row for row in expected("perimeter-changes") if row["commune"] not in UNKNOWN_BEFORE]
    pairs = {(row["from"], row["to"]) for row in wanted}
    found = [
        row
        for earlier, later in pairs
        for row in ask(store, "perimeter-changes", **{"from": earlier, "to": later, "region": "28"})
        if row["commune"] not in UNKNOWN_BEFORE
    ]
    columns = "from to change commune communeName fromTerritory toTerritory"
    assert table(found, columns) == table(wanted, columns)


def test_what_became_of_epci(store: Store) -> None:
    columns = "epci epciName date kind successor successorName"
    assert table(ask(store, "epci-successions"), columns) == table(expected("epci-successions"), columns)


def test_the_population_that_a_territory_covers(store: Store) -> None:
    sums: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    regions: Counter[tuple[str, str]] = Counter()
    for row in ask(store, "population-covered"):
        assert row["populationYear"] == "2026"
        key = row["list"], row["territory"], row["territoryLabel"]
        for index, column in enumerate(("communes", "population", "withoutPopulation")):
            sums[key][index] += int(row[column])
        regions[row["list"], code(row["region"])] += int(row["population"])
    wanted = {
        (row["list"], row["territory"], row["territoryLabel"]): [
            int(row[c]) for c in ("communes", "population", "withoutPopulation")
        ]
        for row in expected("population-covered")
    }
    assert dict(sums) == wanted
    by_region = {
        (row["list"], row["region"].split("/")[-1]): int(row["population"])
        for row in expected("population-covered-by-region")
    }
    assert dict(regions) == by_region


def test_which_territories_are_neighbours(store: Store) -> None:
    columns = "list territory neighbour"
    found = ask(store, "neighbouring-territories")
    assert table(found, columns) == table(expected("neighbouring-territories"), columns)


def test_which_territories_straddle_regions(store: Store) -> None:
    rows = [
        [{**row, "regionNames": "|".join(sorted(row["regionNames"].split(", ")))} for row in some]
        for some in (
            ask(store, "territories-across-regions-by-list"),
            expected("territories-across-regions-by-list"),
        )
    ]
    columns = "list territory territoryLabel regions regionNames"
    assert table(rows[0], columns) == table(rows[1], columns)


def test_which_epci_were_never_covered(store: Store) -> None:
    columns = "epci epciName communes"
    found, wanted = ask(store, "never-covered-epci"), expected("never-covered-epci")
    for row in wanted:
        row["epciName"] = " ".join(row["epciName"].split())  # our table has single spaces
    assert table(found, columns) == table(wanted, columns)
    assert {row["unknownLists"] for row in ask(store, "never-covered-epci", region="28")} == {"0"}


def test_which_territories_continue_which(store: Store) -> None:
    columns = "from toList to sharedCommunes shareOfFrom shareOfTo sharedMembers"
    wanted = expected("continuity")
    for row in wanted:
        for share in ("shareOfFrom", "shareOfTo"):
            row[share] = f"{float(row[share]):g}"
    assert table(ask(store, "continuity"), columns) == table(wanted, columns)


def test_the_nearest_territories_to_le_havre(store: Store) -> None:
    point = {"longitude": "0.1077", "latitude": "49.4938", "list": "2023"}
    rows = ask(store, "territories-near-point", **point)
    assert (rows[0]["territoryLabel"], rows[0]["within"]) == ("Axe Seine", "true")
    assert [row["territoryLabel"] for row in rows[1:3]] == ["Lisieux", "Caen la mer Industrie"]
    distances = [int(row["distance"]) for row in rows[1:]]
    assert distances == sorted(distances)


@pytest.mark.parametrize(("year", "territories", "members"), [("2022", 149, 588), ("2023", 183, 641)])
def test_the_lists_are_whole(store: Store, year: str, territories: int, members: int) -> None:
    prefix = "PREFIX ti: <https://w3id.org/territoires-industrie/def#>"
    text = f"""{prefix} SELECT (COUNT(DISTINCT ?t) AS ?n) (COUNT(?m) AS ?members)
        WHERE {{ ?t ti:liste <{ID}liste/{year}> ; ti:aPourMembre ?m }}"""
    row = next(store.query(text).rows())
    assert (int(row["n"].value), int(row["members"].value)) == (territories, members)
