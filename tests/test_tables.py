"""Reading the reference tables: what they hold, and every wrong row listed at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ti_graph import layout
from ti_graph.errors import SourceError
from ti_graph.reading import read_reference
from ti_graph.reference import Reference
from ti_graph.tables import luhn_valid


def test_the_tables_hold_all_regions_departements_and_epci_of_2018(reference: Reference) -> None:
    assert (len(reference.regions), len(reference.departements), len(reference.epci)) == (18, 101, 1264)
    assert reference.epci["247600588"].regions == ("28", "32")
    assert reference.departements["76"].region == "28"


@pytest.mark.parametrize(("siren", "valid"), [("247600596", True), ("247600597", False), ("200035665", True)])
def test_the_control_key_of_a_siren(siren: str, valid: bool) -> None:
    assert luhn_valid(siren) is valid


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    return Path(shutil.copytree(layout.TABLES, tmp_path / "tables"))


def damage(path: Path, old: str, new: str) -> None:
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8")


def test_every_wrong_row_of_every_table_is_listed_in_one_run(tables: Path) -> None:
    damage(tables / "epci-2018.csv", "200000172,CC Faucigny", "200000173,CC Faucigny")
    damage(tables / "epci-2018.csv", "200000438,CC du Pays", "20000043,CC du Pays")
    damage(tables / "epci-2018.csv", "CC,6,10,44,44", "XX,six,99,44,44")
    damage(tables / "regions.csv", "28,Normandie", "28, Normandie")
    with pytest.raises(SourceError) as refused:
        read_reference(tables)
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
        read_reference(tables)
    assert complaint in str(refused.value)


def test_a_missing_table_is_named(tables: Path) -> None:
    (tables / "epci-noms.csv").unlink()
    with pytest.raises(SourceError, match=r"epci-noms\.csv: cannot be read: No such file"):
        read_reference(tables)


def test_a_siren_listed_twice_is_refused(tables: Path) -> None:
    with (tables / "epci-2018.csv").open("a", encoding="utf-8") as file:
        file.write("247600596,CA Havraise (Co.D.A.H.),CA,17,76,28,28,239806,aldo-2018\n")
    with pytest.raises(SourceError, match="siren listed twice: 247600596"):
        read_reference(tables)
