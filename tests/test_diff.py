"""What differs between two states is shown graph by graph, to review and to apply."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from ti_graph import build
from ti_graph.cli import main
from ti_graph.diff import opened
from ti_graph.errors import RequestError

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
