"""Reading the reference tables: what they hold, and every wrong row listed at once."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from conftest import damage
from ti_graph import layout
from ti_graph.assembly.lists import read_list
from ti_graph.errors import SourceError
from ti_graph.reference.contours import read_contours
from ti_graph.reference.reading import read_reference
from ti_graph.reference.rows import Reference
from ti_graph.reference.sources import read_manifest
from ti_graph.reference.tables import luhn_valid
from ti_graph.reference.timeline import Timeline


def test_the_tables_hold_all_regions_departements_and_epci_of_2018(reference: Reference) -> None:
    assert (len(reference.regions), len(reference.departements), len(reference.epci)) == (18, 101, 1264)
    assert reference.epci["247600588"].regions == ("28", "32")
    assert reference.departements["76"].region == "28"


@pytest.mark.parametrize(("siren", "valid"), [("247600596", True), ("247600597", False), ("200035665", True)])
def test_the_control_key_of_a_siren(siren: str, valid: bool) -> None:
    assert luhn_valid(siren) is valid


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """A copy of the tables, below a copy of the project's data."""
    shutil.copytree(layout.DATA, tmp_path / "data")
    return tmp_path / "data" / "tables"


def read_again(tables: Path) -> Reference:
    return read_reference(read_manifest(tables.parents[1]))


def test_every_wrong_row_of_every_table_is_listed_in_one_run(tables: Path) -> None:
    damage(tables / "epci-2018.csv", "200000172,CC Faucigny", "200000173,CC Faucigny")
    damage(tables / "epci-2018.csv", "200000438,CC du Pays", "20000043,CC du Pays")
    damage(tables / "epci-2018.csv", "CC,6,10,44,44", "XX,six,99,44,44")
    damage(tables / "regions.csv", "28,Normandie", "28, Normandie")
    with pytest.raises(SourceError) as refused:
        read_again(tables)
    message = str(refused.value)
    assert "epci-2018.csv:2: siren '200000173' fails its control key (Luhn)" in message
    assert "epci-2018.csv:3: siren '20000043' is not nine digits" in message
    assert "epci-2018.csv:4: nature 'XX' is not known" in message
    assert "epci-2018.csv:4: communes 'six' is not a whole number" in message
    assert "epci-2018.csv:4: departements '99' holds an unknown code" in message
    assert "regions.csv:10: nom ' Normandie' is empty or has white space at an edge" in message


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"code,nom\n", "regions.csv:1: columns are 'code,nom', expected"),
        (b"code,nom,type_nom_clair,iri_insee,nuts\n28,Normandie\n", "regions.csv:2: not 5 cells"),
        ("code,nom,type_nom_clair,iri_insee,nuts\n28,Orl\xe9ans,0,,\n".encode("latin-1"), "not UTF-8"),
    ],
)
def test_a_malformed_table_is_refused(tables: Path, content: bytes, complaint: str) -> None:
    (tables / "regions.csv").write_bytes(content)
    with pytest.raises(SourceError) as refused:
        read_again(tables)
    assert complaint in str(refused.value)


def test_a_missing_table_is_named(tables: Path) -> None:
    (tables / "epci-annees.csv").unlink()
    with pytest.raises(SourceError, match=r"epci-annees\.csv: cannot be read: No such file"):
        read_again(tables)


def test_a_siren_listed_twice_is_refused(tables: Path) -> None:
    with (tables / "epci-2018.csv").open("a", encoding="utf-8") as file:
        file.write("247600596,CA Havraise (Co.D.A.H.),CA,17,76,28,28,239806,aldo-2018\n")
    with pytest.raises(SourceError, match="siren listed twice: 247600596"):
        read_again(tables)


@pytest.mark.parametrize(
    ("table", "row", "complaint"),
    [
        ("epci-annees", "247600596,2018,Autre,CA,1,1", "siren,annee listed twice: ('247600596', 2018)"),
        (
            "communes-nouvelles",
            "01039,Béon,2022,01138,2024,deleguee",
            "commune listed twice: 01039",
        ),
    ],
)
def test_a_row_over_time_listed_twice_is_refused(tables: Path, table: str, row: str, complaint: str) -> None:
    with (tables / f"{table}.csv").open("a", encoding="utf-8") as file:
        file.write(f"{row}\n")
    with pytest.raises(SourceError) as refused:
        read_again(tables)
    assert f"{table}.csv: {complaint}" in str(refused.value)


def test_a_list_of_epci_alone_ends_nothing(tables: Path, reference: Reference) -> None:
    with (tables / "epci-annees.csv").open("a", encoding="utf-8") as file:
        file.write("247600596,2031,CA Havraise,CA,1,1\n")
    again = read_again(tables)
    assert again.last_year == reference.last_year == 2026
    assert spans(again) == spans(reference)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (
            'license = "https://www.etalab.gouv.fr/licence-ouverte-open-licence"',
            'license = "CC-BY"',
            "'CC-BY' is not an absolute IRI",
        ),
        ("year = 2022\nphase", 'year = "deux mille"\nphase', "table liste-2022: year 'deux mille' is no int"),
        (
            "published = 2023-11-09",
            'published = "2023-11-09"',
            "table liste-2023: published '2023-11-09' is no",
        ),
        ("phase = 1", "phase = true", "table liste-2022: phase True is no int"),
        ('title_en = "Régions in', "title_en = 2019 # ", "table regions: title_en 2019 is no str"),
    ],
)
def test_a_wrong_value_in_the_manifest_is_refused(tables: Path, old: str, new: str, complaint: str) -> None:
    damage(tables.parent / "sources.toml", old, new)
    with pytest.raises(SourceError) as refused:
        read_again(tables)
    assert f"sources.toml: {complaint}" in str(refused.value)


def test_wrong_rows_of_the_tables_over_time_are_listed_with_file_and_line(tables: Path) -> None:
    damage(tables / "rattachements.csv", "01001,200069193,2018,2026", "01001,200069193,2026,2018")
    damage(tables / "rattachements.csv", "01002,240100883,2018,2026", "01002,240100884,2018,2026")
    with (tables / "rattachements.csv").open("a", encoding="utf-8") as file:
        file.write("76351,247600596,2018,2018\n")
    damage(tables / "evenements.csv", "2019-09-01", "2019-02-30")
    damage(tables / "communes-nouvelles.csv", "01138", "99999")
    with pytest.raises(SourceError) as refused:
        read_again(tables)
    message = str(refused.value)
    assert "rattachements.csv:2: derniere_liste '2018' is before premiere_liste 2026" in message
    assert "rattachements.csv:3: siren '240100884' fails its control key (Luhn)" in message
    assert "commune '76351' is in 247600596 until 2018 and in 247600596 from 2018" in message
    assert "evenements.csv:3: date '2019-02-30' is no day written YYYY-MM-DD" in message
    assert "communes-nouvelles.csv:2: commune_nouvelle '99999' is not known" in message


def test_an_exception_that_nothing_needs_is_refused(tables: Path) -> None:
    with (tables / "exceptions.csv").open("a", encoding="utf-8") as file:
        file.write("rattachement-pendant-la-commune,commune/76351,raison,reason\n")
    with pytest.raises(SourceError, match=r"exceptions\.csv:3: commune/76351 does not break the rule"):
        read_again(tables)


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("ti-0101,POLYGON ((0 0))", "wkt of 'ti-0101' is not WKT"),
        ('ti-0101,"POLYGON ((0 0, 1 1, 0 1, 1 0, 0 0))"', "wkt of 'ti-0101': Self-intersection"),
        ("ti-0101,POINT (0 0)", "wkt of 'ti-0101' is a Point, not a surface"),
        ("ti-9999,POINT (0 0)", "code 'ti-9999' is not in the list that these contours are of"),
    ],
)
def test_a_broken_contour_is_refused(tables: Path, row: str, complaint: str) -> None:
    (tables / "contours-territoires-2023.csv").write_text(f"code,wkt\n{row}\n", encoding="utf-8")
    source = read_manifest(tables.parents[1]).tables["contours-territoires-2023"]
    with pytest.raises(SourceError) as refused:
        read_contours(source, {"ti-0101"}.__contains__)
    assert f"contours-territoires-2023.csv:2: {complaint}" in str(refused.value)


def test_an_unknown_member_of_a_list_is_refused(tables: Path, reference: Reference) -> None:
    damage(tables / "liste-2023.csv", "249710062", "247600596")
    source = read_manifest(tables.parents[1]).tables["liste-2023"]
    with pytest.raises(SourceError, match=r"liste-2023\.csv:2: membre '247600596' is no epci in the lists"):
        read_list(source, reference)


def test_a_year_added_as_a_table_gives_what_the_whole_tables_give(tables: Path) -> None:
    """The lists until 2025, and that of 2026 as a table of its own and a row in the manifest."""
    whole = read_again(tables)
    cut_back(tables, whole)
    again = read_again(tables)
    assert again.communes.keys() == whole.communes.keys()
    assert spans(again) == spans(whole)
    assert {code: (c.nom, c.population, c.premiere, c.derniere) for code, c in again.communes.items()} == {
        code: (c.nom, c.population, c.premiere, c.derniere) for code, c in whole.communes.items()
    }


def spans(reference: Reference) -> list[tuple[object, ...]]:
    return [
        (s.row.commune, s.row.siren, s.row.premiere, s.row.derniere, s.since, s.until)
        for s in Timeline(reference).spans
    ]


def cut_back(tables: Path, whole: Reference) -> None:
    """Take the list of 2026 out of the tables of communes and attachments, into a table of its own."""
    in_2026 = {a.commune: a.siren for a in whole.attachments if a.derniere == 2026}
    rows = [["code", "nom", "departement", "population", "siren"]]
    for commune in whole.communes.values():
        if commune.derniere == 2026:
            people = "" if commune.population is None else str(commune.population)
            siren = in_2026.get(commune.code, "")
            rows.append([commune.code, commune.nom, commune.departement, people, siren])
    with (tables / "annee-2026.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    for name in ("communes.csv", "rattachements.csv"):
        text = (tables / name).read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if not line.endswith(",2026,2026")]
        older = [line.removesuffix(",2026") + ",2025" if line.endswith(",2026") else line for line in lines]
        (tables / name).write_text("\n".join(older) + "\n", encoding="utf-8")
    with (tables.parent / "sources.toml").open("a", encoding="utf-8") as file:
        file.write(
            """
[tables.annee-2026]
kind = "annee"
file = "data/tables/annee-2026.csv"
title_fr = "Communes et EPCI de 2026"
title_en = "Communes and EPCI of 2026"
creator = "INSEE, DGCL"
source = "https://www.insee.fr/"
license = "https://www.etalab.gouv.fr/licence-ouverte-open-licence"
year = 2026
"""
        )
