"""Two lists side by side: figures as the tables give them by set arithmetic, the same rows in every format.

The tables are read here without the program; for Normandie the rows of the second reader
(``tests/expected/time``) say commune by commune what entered, stayed and left.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter, defaultdict
from functools import cache
from html import unescape
from itertools import pairwise
from typing import Any

import pytest
from flask.testing import FlaskClient

from conftest import EXPECTED, ROOT, expected
from ti_graph import layout
from ti_graph.build import dataset
from ti_graph.rdf import ID
from ti_graph.serving.current import StateRows
from ti_graph.serving.endpoint import Endpoint
from ti_graph.sparql.catalogue import Catalogue
from ti_graph.stores.store import Store
from ti_graph.views.comparison import compare
from ti_graph.views.flows import Drawing, drawings
from ti_graph.views.perimeters import Perimeters

PAGE = {"Accept": "text/html"}
#: Pairs of lists, with the régions that both have whole.
PAIRS = [("2018", "2022"), ("2018", "2023"), ("2022", "2023")]
Row = dict[str, Any]


def asked(client: FlaskClient, query: str) -> dict[str, Any]:
    reply = client.get(f"/compare?{query}&format=json")
    assert (reply.status_code, reply.mimetype) == (200, "application/json"), reply.text
    return json.loads(reply.data)  # type: ignore[no-any-return]


def counted(rows: list[Row], *columns: str) -> Counter[tuple[str, ...]]:
    """Communes by the values of columns, IRIs without their common beginning."""
    counts: Counter[tuple[str, ...]] = Counter()
    for row in rows:
        counts[tuple(row[column].removeprefix(ID) for column in columns)] += row["communes"]
    return counts


@cache
def table(name: str) -> list[dict[str, str]]:
    with (ROOT / "data" / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def covered(year: int) -> dict[str, str]:
    """The territory of each commune that the list of a year covers, from the tables alone."""
    members: dict[str, set[str]] = defaultdict(set)
    for row in table("rattachements"):
        if int(row["premiere_liste"]) <= year <= int(row["derniere_liste"]):
            members[row["siren"]].add(row["commune"])
    for row in table("ept"):
        members[row["siren"]].add(row["commune"])
    found = {}
    for row in table(f"liste-{year}"):
        for commune in {row["membre"]} if row["genre"] == "commune" else members[row["membre"]]:
            found[commune] = f"territoire/{year}/{row['territoire']}"
    return found


@cache
def went(year: int, to: int) -> Counter[tuple[str, str]]:
    """How many communes of the later list's day went from which territory to which, where one covers them."""
    merged = {row["commune"]: row["commune_nouvelle"] for row in table("communes-nouvelles")}
    there = {
        row["code"]
        for row in table("communes")
        if int(row["premiere_liste"]) <= to <= int(row["derniere_liste"])
    }
    first = {merged.get(c, c) if c not in there else c: t for c, t in covered(year).items()}
    second = covered(to)
    return Counter((first.get(c, ""), second.get(c, "")) for c in there if c in first or c in second)


@pytest.fixture(scope="module")
def perimeters() -> Perimeters:
    endpoint = Endpoint(dataset().repository)
    return Perimeters(StateRows(endpoint, endpoint.repository.current()))


def test_communes_went_between_the_lists_as_the_tables_say(client: FlaskClient) -> None:
    rows = asked(client, "from=2022&to=2023&show=all")["rows"]
    assert counted(rows, "fromTerritory", "toTerritory") == went(2022, 2023)


def test_members_of_both_lists_went_from_territory_to_territory(client: FlaskClient) -> None:
    rows = asked(client, "from=2022&to=2023&show=all")["rows"]
    lists = [
        {
            f"{r['genre']}/{r['membre']}": f"territoire/{year}/{r['territoire']}"
            for r in table(f"liste-{year}")
        }
        for year in (2022, 2023)
    ]
    wanted = {(m, lists[0][m], lists[1][m]) for m in lists[0].keys() & lists[1].keys()}
    kept = [
        row
        for row in rows
        if row["fromMember"] == row["toMember"] and row["fromTerritory"] and row["toTerritory"]
    ]
    assert len(wanted) > 450
    assert set(counted(kept, "fromMember", "fromTerritory", "toTerritory")) == wanted
    entered = {row["toMember"].removeprefix(ID) for row in rows if row["change"] == "entered"}
    assert entered <= lists[1].keys()
    left = {row["fromMember"].removeprefix(ID) for row in rows if row["change"] == "left"}
    assert left <= lists[0].keys()


def test_territories_are_counted_by_what_became_of_them(client: FlaskClient) -> None:
    """Linked are those with half of one's communes in common; the tables decide, not the graph."""
    pairs = went(2022, 2023)
    of = [Counter[str](), Counter[str]()]
    for ends, communes in pairs.items():
        of[0][ends[0]] += communes
        of[1][ends[1]] += communes
    links = {
        ends for ends, n in pairs.items() if all(ends) and max(n / of[0][ends[0]], n / of[1][ends[1]]) >= 0.5
    }
    before, after = (Counter(ends[side] for ends in links) for side in (0, 1))
    single = {ends for ends in links if before[ends[0]] == after[ends[1]] == 1}
    same = {ends for ends in single if pairs[ends] == of[0][ends[0]] == of[1][ends[1]]}
    found = asked(client, "from=2022&to=2023")
    kinds = [found[side]["kinds"] for side in ("from", "to")]
    assert found["from"]["territories"] == len(set(covered(2022).values())) == 149
    assert found["to"]["territories"] == len(set(covered(2023).values())) == 183
    assert kinds[0]["left"] == 149 - len(before)
    assert kinds[1]["entered"] == 183 - len(after)
    assert kinds[0]["unchanged"] == kinds[1]["unchanged"] == len(same)
    assert sum(kinds[0].get(kind, 0) for kind in ("unchanged", "grown", "shrunk", "reshaped")) == len(single)
    assert kinds[0]["split"] == sum(n > 1 for n in before.values())
    assert kinds[1]["merged"] == sum(n > 1 for n in after.values())


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_normandie_changed_as_the_second_reader_says(client: FlaskClient, first: str, second: str) -> None:
    """That a commune's place before is unknown is "entered" to that reader."""
    with (EXPECTED / "time" / "perimeter-changes.csv").open(encoding="utf-8", newline="") as file:
        wanted = Counter(
            (row["fromTerritory"], row["toTerritory"])
            for row in csv.DictReader(file)
            if (row["from"], row["to"]) == (first, second)
        )
    rows = asked(client, f"from={first}&to={second}&region=28&show=all")["rows"]
    assert counted(rows, "fromTerritory", "toTerritory") == wanted


def test_the_announced_members_are_where_they_were_announced(client: FlaskClient) -> None:
    rows = asked(client, "from=2018&to=2023&show=all")["rows"]
    announced = {
        (row["territoryLabel"], row["siren"])
        for row in expected("members-of-territory")
        if row["regionLabel"] == "Normandie"
    }
    found = {(r["fromTerritoryLabel"], r["fromMember"][-9:]) for r in rows if r["fromTerritory"]}
    assert {(folded(label), siren) for label, siren in found} == {
        (folded(n), siren) for n, siren in announced
    }
    le_havre = {r["fromMemberName"]: r for r in rows if r["toMemberName"] == "CU Le Havre Seine Métropole"}
    assert {(r["memberChange"], r["since"]) for r in le_havre.values()} == {("creation", "2019-01-01")}
    assert len(le_havre) == 3


@pytest.mark.parametrize(
    ("first", "second", "region"), [("2022", "2023", ""), ("2018", "2023", "28"), ("2022", "2023", "84")]
)
def test_people_are_those_that_the_lists_cover(
    client: FlaskClient, store: Store, first: str, second: str, region: str
) -> None:
    found = asked(client, f"from={first}&to={second}&region={region}")
    query = Catalogue(layout.QUERIES)["population-covered"]
    for side, year in (("from", first), ("to", second)):
        rows = [*store.query(query.bind([("list", year), ("region", region)])).rows()]
        assert found[side]["population"] == sum(int(row["population"].value) for row in rows)
        assert found[side]["territories"] == len({row["territory"] for row in rows})


def test_only_regions_that_both_lists_have_whole_are_compared(client: FlaskClient) -> None:
    found = asked(client, "from=2018&to=2023")
    assert [region["name"] for region in found["regions"]] == ["Normandie"]
    assert len(found["regionsLeftOut"]) == 17
    assert found["rows"] == asked(client, "from=2018&to=2023&region=28")["rows"]
    assert "Seul est comparé ce que les deux listes ont en entier : Normandie." in page(client, "")
    assert len(asked(client, "from=2022&to=2023")["regions"]) == 18
    assert "Seul est comparé" not in page(client, "from=2022&to=2023")


@pytest.mark.parametrize(
    "query", ["from=2018&to=2023", "from=2022&to=2023", "from=2022&to=2023&region=84&show=changed"]
)
def test_every_format_has_the_same_rows(client: FlaskClient, query: str) -> None:
    rows = asked(client, query)["rows"]
    reply = client.get(f"/compare?{query}", headers={"Accept": "text/csv"})
    assert reply.mimetype == "text/csv"
    written = list(csv.DictReader(io.StringIO(reply.text)))
    assert written == [{key: str(value) for key, value in row.items()} for row in rows]
    shown = re.findall(r'<tr id="flux-\d+">(.*?)</tr>', page(client, query), re.DOTALL)
    assert len(shown) == len(rows)
    for html, row in zip(shown, rows, strict=True):
        cells = [unescape(re.sub("<[^>]+>", "", cell)) for cell in re.findall("<td>(.*?)</td>", html)]
        assert cells[1:5] == [
            row["fromTerritoryLabel"],
            row["toTerritoryLabel"],
            row["fromMemberName"],
            row["toMemberName"],
        ]
        assert [re.sub(r"\D", "", cell) for cell in cells[-2:]] == [
            str(row["communes"]),
            str(row["population"]),
        ]
        links = [ID + path for path in re.findall('href="/doc/([^"]+)"', html)]
        things = ("fromTerritory", "toTerritory", "fromMember", "toMember")
        assert links == [row[thing] for thing in things if row[thing]]


def test_rows_that_did_not_change_are_shown_on_request(client: FlaskClient) -> None:
    changed, whole = (asked(client, f"from=2022&to=2023&show={show}")["rows"] for show in ("changed", "all"))
    assert [row for row in whole if row in changed] == changed
    kept = [row for row in whole if row not in changed]
    assert kept
    assert {row["change"] for row in kept} == {"stayed"}
    assert all(row["fromMember"] == row["toMember"] for row in kept)


def test_the_named_query_has_the_epci_of_the_rows(client: FlaskClient, store: Store) -> None:
    query = Catalogue(layout.QUERIES)["epci-flows"]
    bound = query.bind([("from", "liste/2018"), ("to", "liste/2023"), ("region", "28")])
    columns = ("fromTerritory", "toTerritory", "fromEpci", "toEpci")
    wanted: Counter[tuple[str, ...]] = Counter()
    for row in store.query(bound).rows():
        ends = tuple(row[c].value.removeprefix(ID) if c in row else "" for c in columns)
        wanted[ends] += int(row["communes"].value)
    rows = asked(client, "from=2018&to=2023&show=all")["rows"]
    found = counted(
        [r for r in rows if r["fromMember"]], "fromTerritory", "toTerritory", "fromMember", "toMember"
    )
    assert found == wanted


def test_groups_won_and_lost_the_members_that_one_list_has_and_the_other_not(perimeters: Perimeters) -> None:
    """A member of both lists can have won or lost a commune by itself: those are not looked at."""
    members: dict[str, set[str]] = defaultdict(set)
    for year in (2022, 2023):
        for row in table(f"liste-{year}"):
            if row["genre"] == "epci":
                members[f"territoire/{year}/{row['territoire']}"].add(f"epci/{row['membre']}")
    for group in compare(perimeters, "2022", "2023").groups:
        before = {member for thing in group.before for member in members[thing.id]}
        after = {member for thing in group.after for member in members[thing.id]}
        won, lost = ({thing.id for thing in of if "epci/" in thing.id} for of in (group.won, group.lost))
        assert won - before == after - before, group
        assert lost - after == before - after, group


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_what_is_drawn_is_what_went(perimeters: Perimeters, first: str, second: str) -> None:
    found = compare(perimeters, first, second)
    drawn = drawings(found.groups)
    bands = [band for drawing in drawn for band in drawing.bands]
    assert Counter(flow for band in bands for flow in band.flows) == Counter(found.flows)
    assert len({(band.before, band.after) for band in bands if band.before.id and band.after.id}) == len(
        {(flow.before, flow.after) for flow in found.flows if flow.before.id and flow.after.id}
    )
    for drawing in drawn:
        assert overlaps(drawing) == []
        assert all(bar.y >= 0 and bar.bottom <= drawing.height + 0.1 for bar in drawing.bars)


def overlaps(drawing: Drawing) -> list[str]:
    """The bars that begin, with their names, before the one above them has ended."""
    found = []
    for is_first in (True, False):
        column = sorted((bar for bar in drawing.bars if bar.is_first is is_first), key=lambda bar: bar.y)
        for above, below in pairwise(column):
            top = 2 * below.y + below.height - below.bottom
            if top < above.bottom - 0.1:
                found.append(below.thing.name)
    return found


@pytest.mark.parametrize(
    "query", ["", "from=2022&to=2023", "from=2022&to=2023&show=all", "from=2022&to=2023&region=84&lang=en"]
)
def test_a_page_stays_light(client: FlaskClient, query: str) -> None:
    assert len(page(client, query).encode()) < 300_000


@pytest.mark.parametrize("query", ["from=2018&to=2023&region=28", "from=2022&to=2023"])
def test_each_band_leads_to_its_row(client: FlaskClient, query: str) -> None:
    html = page(client, query)
    anchors = set(re.findall(r'id="([^"]+)"', html))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= anchors
    assert "CA Fécamp Caux Littoral Agglomération" in " ".join(re.findall("<title>(.*?)</title><path", html))


@pytest.mark.parametrize(
    ("query", "status", "told"),
    [
        ("from=1999", 404, "2018, 2022, 2023"),
        ("to=<x>", 404, "2018, 2022, 2023"),
        ("from=2022&to=2022", 400, "compared with itself"),
        ("from=2023&to=2018", 400, "is not earlier than"),
        ("from=2018&to=2023&region=84", 404, "28 (Normandie)"),
        ("from=2022&to=2023&region=99", 404, "84 (Auvergne-Rhône-Alpes)"),
        ("show=some", 400, "changed, all"),
        ("from=2018&from=2022", 400, "2 times"),
        ("format=ttl", 400, "html, json, csv"),
    ],
)
def test_what_cannot_be_compared_is_told(client: FlaskClient, query: str, status: int, told: str) -> None:
    reply = client.get(f"/compare?{query}")
    assert reply.status_code == status
    assert told in json.loads(reply.data)["detail"]
    assert "<x>" not in client.get(f"/compare?{query}", headers=PAGE).text


def test_lists_territories_and_the_map_lead_to_the_comparison(client: FlaskClient) -> None:
    for address in ("/map", "/doc/liste/2018", "/doc/liste/2023", "/doc/territoire/2018/axe-seine"):
        html = client.get(address, headers=PAGE).text
        links = re.findall(r'href="(/compare[^"]*)"', html)
        assert links, address
        assert {client.get(unescape(link), headers=PAGE).status_code for link in links} == {200}


def test_the_comparison_is_made_once_for_each_state(client: FlaskClient) -> None:
    reply = client.get("/compare?from=2022&to=2023", headers=PAGE)
    again = client.get("/compare?from=2022&to=2023", headers=PAGE | {"If-None-Match": reply.headers["ETag"]})
    assert again.status_code == 304


def page(client: FlaskClient, query: str) -> str:
    reply = client.get(f"/compare?{query}", headers=PAGE)
    assert reply.status_code == 200, reply.text
    return reply.text


def folded(name: str) -> str:
    return name.casefold().replace("’", "'")
