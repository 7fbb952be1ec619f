"""A column of codes or names is joined with the lists; nothing is lost, what is not matched is said."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from test_time import expected, table
from ti_graph.cli import main
from ti_graph.errors import RequestError
from ti_graph.rdf import ID
from ti_graph.stores.store import Store
from ti_graph.views.join import COLUMNS, Join, JoinTable, to_csv
from ti_graph.views.names import Names
from ti_graph.views.situation import Situations

TABLE = """id;ville;dep
1;Le Havre;76
2;St Denis;93
3;Saint-Denis;
4;1001;
5;Lisieu;14
6;200 067 205;
7;axe seine;
8;;
9;Communauté de communes du Vimeu;
"""
ON_THE_WEB = {"column": "ville", "departement_column": "dep"}


@pytest.fixture(scope="module")
def names(store: Store) -> Names:
    return Names(store.texts)


@pytest.fixture(scope="module")
def join(store: Store, names: Names) -> Join:
    return Join(store.texts, names)


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


SITUATION = "commune list listDate phase status territory territoryLabel epci epciName"


def test_many_communes_stand_where_the_named_query_says_each_does(store: Store) -> None:
    wanted = expected("territory-of-commune")
    communes = sorted({row["commune"] for row in wanted})
    found = [vars(row) for rows in Situations(store.texts).of(communes).values() for row in rows]
    assert table(found, SITUATION) == table(wanted, SITUATION)


def test_many_communes_on_a_date(store: Store) -> None:
    wanted = expected("territory-of-commune-dated")
    situations = Situations(store.texts)
    for day in {row["date"] for row in wanted}:
        rows = [row for row in wanted if row["date"] == day]
        communes = sorted({row["commune"] for row in rows})
        found = [vars(row) for some in situations.of(communes, day).values() for row in some]
        assert table(found, SITUATION) == table(rows, SITUATION), day


@pytest.mark.parametrize(
    "text, within, thing",
    [
        ("76351", "", "commune/76351"),
        ("1001", "", "commune/01001"),
        ("2a004", "", "commune/2A004"),
        ("200067205", "", "epci/200067205"),
        ("200 067 205", "", "epci/200067205"),
        (ID + "commune/76351", "", "commune/76351"),
        ("LE HAVRE", "", "commune/76351"),
        ("Ste Adresse", "", "commune/76552"),
        ("saint denis", "93", "commune/93066"),
        ("L’Aigle", "", "commune/61214"),
        ("CC du Vimeu", "", "epci/200070944"),
        ("Communauté de communes du Vimeu", "", "epci/200070944"),
    ],
)
def test_a_code_or_a_name_is_found(names: Names, text: str, within: str, thing: str) -> None:
    found = names.find(text, within=within)
    assert [(each.thing.id, each.is_exact) for each in found] == [(thing, True)]


def test_what_is_only_alike_is_a_suggestion(names: Names) -> None:
    found = names.find("Lisieu")
    assert found[0].thing.id == "commune/14366"
    assert not any(each.is_exact for each in found)
    assert names.find("Lisieu", suggest=False) == []
    assert names.find("zzzzzzzzzz") == []
    assert names.find("Lisieu" + " " * 200) == []


def test_each_row_says_how_it_was_matched(join: Join) -> None:
    rows = list(join.rows(JoinTable.of_csv(TABLE.encode(), "ville", "dep")))
    matches = {row["id"]: row["match"] for row in rows}
    assert matches == {
        "1": "name", "2": "name", "3": "ambiguous", "4": "code", "5": "none",
        "6": "code", "7": "name", "8": "none", "9": "name",
    }  # fmt: skip
    assert all(tuple(row) == ("id", "ville", "dep", *COLUMNS) for row in rows)
    candidates = {row["id"]: row["candidates"] for row in rows}
    assert candidates["3"].startswith("Saint-Denis (11); Saint-Denis (30); Saint-Denis (93)")
    assert candidates["5"].startswith("Lisieux (14)")
    assert candidates["8"] == ""


def test_a_name_of_several_lists_is_the_territory_of_each(join: Join) -> None:
    rows = list(join.rows(JoinTable.of_lines("Axe Seine")))
    assert [(row["list"], row["territory"]) for row in rows] == [
        ("2018", "territoire/2018/axe-seine"),
        ("2022", "territoire/2022/ti-2801"),
        ("2023", "territoire/2023/ti-2802"),
    ]


def test_an_epci_stands_where_its_communes_do(join: Join) -> None:
    rows = list(join.rows(JoinTable.of_lines("200070944\n200067205")))
    assert [
        (row["name"], row["list"], row["status"], row["communes"], row["territoryLabel"]) for row in rows
    ] == [
        ("CC du Vimeu", "2018", "covered", "25/25", "Vallée de la Bresle"),
        ("CC du Vimeu", "2022", "covered", "25/25", "Vallée de la Bresle - Vimeu"),
        ("CC du Vimeu", "2023", "covered", "25/25", "Vallée de la Bresle – Vimeu"),
        ("CA du Cotentin", "2018", "covered", "132/132", "Nord Cotentin"),
        ("CA du Cotentin", "2022", "covered", "129/129", "Nord Cotentin"),
        ("CA du Cotentin", "2023", "covered", "129/129", "Cotentin"),
    ]


def test_an_epci_before_its_time_and_before_the_first_list(join: Join) -> None:
    """The CU Le Havre Seine Métropole is there since 1 January 2019."""
    le_havre = JoinTable.of_lines("200084952")
    assert [row["status"] for row in join.rows(le_havre)] == ["not there", "covered", "covered"]
    assert [row["status"] for row in join.rows(le_havre, "2018-01-01")] == ["not yet"]
    assert [row["list"] for row in join.rows(le_havre, "2023-06-30")] == ["2022"]


def test_a_column_that_has_the_name_of_a_result_keeps_it(join: Join) -> None:
    rows = list(join.rows(JoinTable.of_csv(b"name,list\n76351,mine\n", "name")))
    assert [(row["name"], row["list"], row["ti_name"], row["ti_list"]) for row in rows[:1]] == [
        ("76351", "mine", "Le Havre", "2018")
    ]


def test_what_is_not_matched_is_told_whatever_the_columns_are_called(join: Join) -> None:
    table = JoinTable.of_csv(b"match;ville\nyes;Lisieu\nno;Le Havre\n", "ville")
    unmatched = table.unmatched(join.rows(table))
    assert list(unmatched) == ["Lisieu"]
    assert unmatched["Lisieu"].startswith("Lisieux (14)")


def test_a_table_that_was_joined_before_keeps_its_columns(join: Join) -> None:
    table = JoinTable.of_csv(b"match;ti_match;ville\nyes;no;Le Havre\n", "ville")
    row = next(iter(join.rows(table)))
    assert (row["match"], row["ti_match"], row["ti_ti_match"]) == ("yes", "no", "name")
    assert list(row) == table.columns


def test_a_table_without_rows_has_its_header(join: Join) -> None:
    table = JoinTable.of_csv(b"code\n", "code")
    assert "".join(to_csv(table.columns, join.rows(table))) == ",".join(["code", *COLUMNS]) + "\r\n"


@pytest.mark.parametrize(
    "content, column, says",
    [
        ("é;x\n1;2\n".encode("latin-1"), "x", "line 1 is not UTF-8"),
        (b"a;b\n1;2\n", "c", "'c' is not one of a, b"),
        (b"a;b\n1;2\n", "", "is not one of a, b"),
        (b"a;b\n1;2\n1;2;3\n", "a", "row 3 has 3 cells, the header 2"),
        (b"", "a", "the table is empty"),
        (b"a;b;a\n1;2;3\n", "b", "'a' twice in its header"),
        (b"a\n" + b"x" * 200_000, "a", "the table cannot be read: field larger than"),
    ],
)
def test_a_wrong_table_is_refused(content: bytes, column: str, says: str) -> None:
    with pytest.raises(RequestError, match=says):
        JoinTable.of_csv(content, column)


def test_columns_without_a_name_and_line_ends_of_any_kind_are_kept(join: Join) -> None:
    table = JoinTable.of_csv(b"code;;\r76351;x;y\r", "code")
    row = next(iter(join.rows(table)))
    assert (row["code"], row["column_2"], row["column_3"]) == ("76351", "x", "y")
    assert JoinTable.of_csv(b"column_2;;code\n1;2;3\n", "code").header == ["column_2", "column_2_", "code"]


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_the_separator_is_seen(join: Join, separator: str) -> None:
    table = JoinTable.of_csv("\ufeffid;code\n1;76351\n".replace(";", separator).encode(), "code")
    assert [row["territoryLabel"] for row in join.rows(table)] == ["Axe Seine"] * 3


def test_on_the_command_line(runner: CliRunner, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(TABLE, encoding="utf-8")
    command = [
        "resolve",
        "--csv",
        str(tmp_path / "t.csv"),
        "--column",
        "ville",
        "--departement-column",
        "dep",
    ]
    result = runner.invoke(main, [*command, "--date", "2022-12-31"])
    assert result.exit_code == 1
    rows = rows_of(result.stdout)
    assert sorted({row["id"] for row in rows}) == list("123456789")
    assert {row["list"] for row in rows if row["status"] in ("covered", "not covered")} == {"2022"}
    assert [row["status"] for row in rows if row["id"] == "7"] == ["not then", "covered", "not then"]
    assert "not matched: Lisieu – perhaps Lisieux (14)" in result.stderr
    assert "3 values not matched" in result.stderr
    assert (
        json.loads(runner.invoke(main, [*command, "--format", "json"]).stdout)[0]["thing"] == "commune/76351"
    )
    assert runner.invoke(main, ["resolve"]).exit_code == 2
    assert runner.invoke(main, ["resolve", "CODAH", "--csv", "x"]).exit_code == 2


def test_over_http_a_file_a_body_and_lines(client: FlaskClient) -> None:
    upload = client.post(
        "/join", data={"file": (io.BytesIO(TABLE.encode()), "t.csv"), "format": "csv"} | ON_THE_WEB
    )
    body = client.post("/join", data=TABLE.encode(), content_type="text/csv", query_string=ON_THE_WEB)
    assert (upload.status_code, body.status_code) == (200, 200)
    assert upload.content_type == body.content_type == "text/csv; charset=utf-8"
    assert rows_of(upload.text) == rows_of(body.text)
    assert rows_of(body.text)[0]["territoryLabel"] == "Axe Seine"
    lines = client.post("/join?format=json", data="76351\nnowhere at all\n", content_type="text/plain")
    assert json.loads(lines.text)["unmatched"] == ["nowhere at all"]
    assert lines.content_type == "application/json"


def test_the_page_shows_what_is_not_recognised(client: FlaskClient) -> None:
    assert client.get("/join").status_code == 200
    page = client.post("/join", data={"values": "Le Havre\nLisieu", "format": "html"}).text
    assert "Axe Seine" in page
    assert "<li>Lisieu <small>proches : Lisieux (14)" in page
    assert '<a href="/doc/territoire/2023/ti-2802">Axe Seine</a>' in page
    assert "<td>couverte</td>" in page


def test_csv_for_french_spreadsheets_has_semicolons_and_a_byte_order_mark(client: FlaskClient) -> None:
    asked = {"values": "Le Havre", "format": "csv"}
    answer = client.post("/join?separator=;", data=asked)
    assert answer.data.startswith("\ufeffvalue;match;".encode())
    assert answer.data.decode("utf-8-sig").replace(";", ",") == client.post("/join", data=asked).text
    assert client.post("/join?separator=x", data=asked).status_code == 400


@pytest.mark.parametrize(
    "data, kind, status",
    [
        (b"76351", "application/pdf", 415),
        (b"", "application/x-www-form-urlencoded", 400),
        (b"v\n" + b"1\n" * 50_001, "text/csv", 413),
    ],
)
def test_what_cannot_be_joined_is_refused(client: FlaskClient, data: bytes, kind: str, status: int) -> None:
    answer = client.post("/join", data=data, content_type=kind)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")


def test_a_wrong_date_is_refused(client: FlaskClient) -> None:
    answer = client.post("/join?date=2018", data="76351", content_type="text/plain")
    assert answer.status_code == 400
    assert "date '2018' is not a day" in answer.text
