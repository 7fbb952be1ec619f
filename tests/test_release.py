"""A release: every file by its name, in a folder and over HTTP; tables and contours for those without RDF."""

from __future__ import annotations

import csv
import filecmp
import gzip
import io
import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib
import shapely
from click.testing import CliRunner
from csvw import CSVW
from rdflib.namespace import DCAT

from server import serving
from ti_graph.assembly.graph import assemble_announcement
from ti_graph.assembly.system import with_inferences
from ti_graph.build import Dataset
from ti_graph.cli import main
from ti_graph.errors import SourceError
from ti_graph.formats import GRAPHS, by_name
from ti_graph.release.dcat import Place
from ti_graph.release.dump import dump
from ti_graph.release.files import CATALOG, SUMS, read_files, rows_of
from ti_graph.release.publish import publish
from ti_graph.release.stated import LICENCE
from ti_graph.release.tabular import METADATA
from ti_graph.serving.endpoint import Endpoint
from ti_graph.sparql.catalogue import Catalogue
from ti_graph.stores.repository import Repository
from ti_graph.stores.store import Store
from ti_graph.views.atlas import METROPOLE, OVERSEAS
from ti_graph.web import create_app

PLACE = Place("https://example.org/ti/")
SPDX = rdflib.Namespace("http://spdx.org/rdf/terms#")
#: How many territories each list has.
TERRITORIES = {"-2018": 10, "-2022": 149, "-2023": 183, "": 183}
_AGAIN = """import sys
from pathlib import Path
from test_release import PLACE, Dataset, publish
publish(Dataset(Path(sys.argv[1]), "0" * 64), Path(sys.argv[2]), PLACE)
"""


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release of the built dataset."""
    folder = tmp_path_factory.mktemp("release") / "ti-graph"
    result = CliRunner().invoke(main, ["dump", "--release", str(folder), "--public-url", PLACE.base])
    assert (result.exit_code, result.output) == (0, "")
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """A dataset of the announcement alone."""
    folder = tmp_path_factory.mktemp("small") / "dataset"
    Repository.create(folder, *with_inferences(assemble_announcement()))
    return Dataset(folder, "0" * 64)


def files_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def cells(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def test_a_release_has_every_file_with_its_checksum(
    release: Path, store: Store, catalogue: Catalogue
) -> None:
    assert files_in(release) == {*read_files(rows_of(store), catalogue), CATALOG, SUMS}
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", SUMS], cwd=release, check=True)
    listed = {line.split("  ")[1] for line in (release / SUMS).read_text("ascii").splitlines()}
    assert listed == files_in(release) - {SUMS}


def test_its_catalogue_has_each_file_with_its_checksum(release: Path) -> None:
    graph = rdflib.Graph().parse(release / CATALOG)
    sums = dict(reversed(line.split("  ")) for line in (release / SUMS).read_text("ascii").splitlines())
    stated = {}
    for distribution, url in graph.subject_objects(DCAT.downloadURL):
        path = graph.value(distribution, SPDX.checksum / SPDX.checksumValue)
        stated[str(url).removeprefix(PLACE.dumps)] = str(path)
    assert len(stated) == 6 + 22 + 4
    assert stated.items() <= sums.items()


def test_a_file_is_the_same_by_whichever_way_it_is_written(release: Path, store: Store) -> None:
    form, packed = by_name("nq", GRAPHS), io.BytesIO()
    dump(store, packed, form, compress=True)
    assert packed.getvalue() == (release / "ti-graph.nq.gz").read_bytes()
    with gzip.open(release / "ti-graph.nq.gz") as content:
        assert content.read() == (release / "ti-graph.nq").read_bytes()


def test_two_runs_give_the_same_bytes(small: Dataset, tmp_path: Path) -> None:
    for seed in ("1", "2"):
        subprocess.run(
            [sys.executable, "-c", _AGAIN, small.path, tmp_path / seed],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parent)},
            check=True,
            timeout=120,
        )
    names = files_in(tmp_path / "1")
    assert filecmp.cmpfiles(tmp_path / "1", tmp_path / "2", names, shallow=False) == (
        sorted(names, key=[*names].index), [], [],
    )  # fmt: skip


def test_a_server_has_the_same_files(small: Dataset, catalogue: Catalogue, tmp_path: Path) -> None:
    publish(small, tmp_path / "release", PLACE)
    client = create_app(Endpoint(small.repository), catalogue).test_client()
    sums = client.get(f"/dump/{SUMS}").text.splitlines()
    assert sums == [s for s in (tmp_path / "release" / SUMS).read_text().splitlines() if CATALOG not in s]
    for line in sums:
        name = line.split("  ")[1]
        with client.get(f"/dump/{name}") as response:
            assert response.data == (tmp_path / "release" / name).read_bytes()
    assert client.get(f"/dump/{CATALOG}").headers["Location"] == "/catalog.ttl"


def test_a_folder_with_something_in_it_is_left_alone(small: Dataset, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(SourceError, match="is not empty; name another directory"):
        publish(small, tmp_path, PLACE)
    with pytest.raises(SourceError, match="cannot be written"):
        publish(small, tmp_path / "mine" / "release", PLACE)
    assert files_in(tmp_path) == {"mine"}


def test_a_release_is_whole_or_not_at_all(small: Dataset, tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-c", _AGAIN, small.path, tmp_path / "release"],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert "cannot be written: File too large" in result.stderr
    assert [*tmp_path.iterdir()] == []


def test_a_release_has_every_format(runner: CliRunner, tmp_path: Path) -> None:
    result = runner.invoke(main, ["dump", "--release", str(tmp_path / "x"), "--format", "nt"])
    assert result.exit_code == 2
    assert "leave out --format, --graph, --gzip and --output" in result.stderr


def test_a_reader_of_csvw_finds_every_row_as_described(release: Path) -> None:
    read = CSVW(str(release / "tables" / METADATA), validate=True)
    assert read.is_valid, read.warnings
    assert {str(table.url) for table in read.tables} == files_in(release / "tables") - {METADATA}


@pytest.mark.filterwarnings("always::UserWarning")  # so it tells what is wrong
def test_a_reader_of_csvw_sees_a_wrong_cell(release: Path, tmp_path: Path) -> None:
    described = json.loads((release / "tables" / METADATA).read_text(encoding="utf-8"))
    described["tables"] = [table for table in described["tables"] if table["url"] == "territories.csv"]
    (tmp_path / METADATA).write_text(json.dumps(described), encoding="utf-8")
    rows = (release / "tables" / "territories.csv").read_text(encoding="utf-8")
    for cell, valid in ((",376,", True), (",many,", False)):
        (tmp_path / "territories.csv").write_text(rows.replace(",376,", cell), encoding="utf-8")
        assert CSVW(str(tmp_path / METADATA), validate=True).is_valid is valid


def test_a_table_on_a_server_leads_to_what_its_columns_are() -> None:
    with serving() as server:
        read = CSVW(f"{server.address}/dump/tables/officials.csv", validate=True)
    assert "officials.csv" in {str(table.url) for table in read.tables}
    assert read.common_props["dc:license"] == {"@id": LICENCE.value}


def test_tables_have_the_codes_of_their_things(release: Path, store: Store) -> None:
    query = "SELECT ?thing ?code WHERE { ?thing <http://rdf.insee.fr/def/geo#codeINSEE> ?code }"
    codes = {row["thing"]: row["code"] for row in store.texts(query)}
    for name in ("communes", "communes-of-epci", "territories", "epci-successions"):
        for row in cells(release / "tables" / f"{name}.csv"):
            for column in (column for column in row if column.endswith("Code")):
                assert row[column] == codes.get(row[column.removesuffix("Code")], ""), (name, row)


def test_tables_are_whole(release: Path, catalogue: Catalogue, store: Store) -> None:
    communes = {row["commune"] for row in cells(release / "tables" / "communes.csv")}
    assert len(communes) == 35_463
    for query in ("members-of-territory", "officials-and-posts", "data-sources"):
        table = catalogue[query].table
        assert table
        count = len([*store.query(catalogue[query].bind(table.pairs)).rows()])
        assert len([*cells(release / "tables" / f"{table.name}.csv")]) == count > 2


@pytest.mark.parametrize("list_", TERRITORIES)
def test_contours_are_those_of_every_territory_of_a_list(release: Path, list_: str) -> None:
    found = json.loads((release / f"territoires{list_}.geojson").read_text(encoding="utf-8"))
    assert len(found["features"]) == TERRITORIES[list_]
    france = [shapely.box(*box) for box in (METROPOLE, *OVERSEAS.values())]
    shapes = [shapely.geometry.shape(feature["geometry"]) for feature in found["features"]]
    assert found["bbox"] == shapely.total_bounds(shapes).tolist()
    for feature, shape in zip(found["features"], shapes, strict=True):
        named = feature["properties"]
        assert shape.is_valid
        assert any(box.contains(shape) for box in france), named
        for polygon in getattr(shape, "geoms", [shape]):
            assert polygon.exterior.is_ccw
            assert not any(hole.is_ccw for hole in polygon.interiors)
        assert named["iri"] == feature["id"] and named["name"]
        assert named["year"] == 2018 or named["code"] == named["id"].rpartition("/")[2]
