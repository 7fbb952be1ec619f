"""What differs between two states is shown graph by graph, to review and to apply."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from ti_graph import build
from ti_graph.cli import main
from ti_graph.errors import RequestError
from ti_graph.release.diff import opened

BEFORE = """@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix ti: <https://w3id.org/territoires-industrie/def#> .
@base <https://w3id.org/territoires-industrie/id/> .
<table/a> { <territoire/x> a ti:Territoire ; rdfs:label "X"@fr .
  <territoire/y> a ti:Territoire ; rdfs:label "Y"@fr ; ti:rang 1 . }
<table/b> { <territoire/x> ti:rang 1 . }
"""
AFTER = (
    BEFORE.replace('<territoire/x> a ti:Territoire ; rdfs:label "X"@fr .', "")
    .replace("<table/b> {", '<table/b> { <territoire/z> a ti:Territoire ; rdfs:label "Z"@fr .')
    .replace("ti:rang 1 . }\n<table/b>", "ti:rang 2 . }\n<table/b>")
)
SUMMARY = """id/table/a: 1 added, 3 removed
  - 1 ti:Territoire
  - X
  ~ 2 ti:rang of what was there already
id/table/b: 2 added, 0 removed
  + 1 ti:Territoire
  + Z
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    for name, text in (("before.trig", BEFORE), ("after.trig", AFTER)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return str(tmp_path / "before.trig"), str(tmp_path / "after.trig")


def test_a_difference_in_words(runner: CliRunner, files: tuple[str, str]) -> None:
    result = runner.invoke(main, ["diff", *files])
    assert (result.exit_code, result.stdout) == (1, SUMMARY)


def test_no_difference(runner: CliRunner, files: tuple[str, str]) -> None:
    result = runner.invoke(main, ["diff", files[0], files[0]])
    assert (result.exit_code, result.stdout) == (0, "")


def test_a_patch_makes_the_one_the_other(runner: CliRunner, files: tuple[str, str]) -> None:
    patch = runner.invoke(main, ["diff", *files, "--format", "patch"]).stdout.splitlines()
    before, after = (opened(Path(file)) for file in files)
    lines = before.lines(before.graph_names())
    assert len(patch) == 6
    for row in patch:
        letter, quad = row.split(" ", 1)
        (lines.add if letter == "A" else lines.remove)(quad.encode())
    assert lines == after.lines(after.graph_names())


def test_files_without_graphs_are_compared_as_they_are(runner: CliRunner, tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<a:a> <a:b> 1, 2 .")
    (tmp_path / "b.ttl").write_text("<a:a> <a:b> 2, 3 .")
    result = runner.invoke(
        main, ["diff", str(tmp_path / "a.ttl"), str(tmp_path / "b.ttl"), "--format", "patch"]
    )
    one = "<http://www.w3.org/2001/XMLSchema#integer>"
    assert result.stdout == f'D <a:a> <a:b> "1"^^{one} .\nA <a:a> <a:b> "3"^^{one} .\n'


def test_a_file_that_is_no_rdf_is_one_sentence(runner: CliRunner, tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("nonsense")
    result = runner.invoke(main, ["diff", str(tmp_path / "a.ttl"), str(tmp_path / "a.ttl")])
    assert result.exit_code == 2
    assert "a.ttl:1: not valid RDF" in result.stderr


def test_the_earlier_dataset_is_the_one_built_last(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(build, "BUILD", tmp_path)
    now = build.Dataset(tmp_path / "dataset-now", "")
    with pytest.raises(RequestError, match="no earlier dataset in build/: name one, or a dump"):
        build.earlier(now)
    for age, name in enumerate(["now", "last", "first"]):
        (tmp_path / f"dataset-{name}").mkdir()
        os.utime(tmp_path / f"dataset-{name}", (1e9 - age, 1e9 - age))
    assert build.earlier(now).name == "dataset-last"


SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> .
<a:s> sh:property [ sh:path <a:p> ; sh:minCount 1 ], [ sh:path <a:q> ; sh:in ( 1 2 ) ], [ ], [ ] .
"""


def test_blank_nodes_are_compared_by_what_is_said_of_them(runner: CliRunner, tmp_path: Path) -> None:
    before, after, same = (tmp_path / name for name in ("a.ttl", "b.ttl", "c.ttl"))
    before.write_text(SHAPES)
    same.write_bytes(b"\n".join(opened(before).lines([None])))
    assert runner.invoke(main, ["diff", str(before), str(same)]).stdout == ""
    after.write_text(SHAPES.replace("minCount 1", "minCount 2").replace(", [ ] .", " ."))
    result = runner.invoke(main, ["diff", str(before), str(after)])
    assert result.stdout == (
        "the default graph: 3 added, 4 removed\n"
        "  + 2 triples about 1 blank nodes\n"
        "  - 2 triples about 1 blank nodes\n"
        "  ~ 3 sh:property of what was there already\n"
    )
    patch = runner.invoke(main, ["diff", str(before), str(after), "--format", "patch"]).stdout
    assert len(patch.splitlines()) == 7
    assert '"1"' in patch and '"2"' in patch and "<a:q>" not in patch


def test_releases_are_compared(runner: CliRunner, files: tuple[str, str], tmp_path: Path) -> None:
    for file in files:
        folder = tmp_path / f"release-{Path(file).stem}"
        folder.mkdir()
        store = opened(Path(file))
        with gzip.open(folder / "ti-graph.nq.gz", "wb") as packed:
            packed.write(b"\n".join(store.lines(store.graph_names())))
    folders = [str(tmp_path / f"release-{name}") for name in ("before", "after")]
    assert runner.invoke(main, ["diff", *folders]).stdout == SUMMARY
    broken = tmp_path / "broken.nq.gz"
    broken.write_bytes(b"no")
    result = runner.invoke(main, ["diff", str(broken), str(broken)])
    assert (result.exit_code, "broken.nq.gz: not valid gzip" in result.stderr) == (2, True)
