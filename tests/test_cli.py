"""The command line: what each command prints, its exit codes, and what bad input looks like."""

from __future__ import annotations

import csv
import gzip
import io
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import rdflib
from click.testing import CliRunner

from conftest import ROOT, Run, damage
from ti_graph.cli import main
from ti_graph.formats import GRAPHS, by_name
from ti_graph.rdf.syntax import parse_text

COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"


def test_query_runs_a_named_query_with_parameters(runner: CliRunner) -> None:
    result = runner.invoke(
        main, ["query", "members-of-territory", "--param", "label=Axe Seine", "--format", "csv"]
    )
    assert result.exit_code == 0
    assert [row["mention"] for row in csv.DictReader(io.StringIO(result.stdout))][:2] == [
        "CODAH",
        "Caux Estuaire",
    ]


def test_query_prints_a_table_by_default(runner: CliRunner) -> None:
    lines = runner.invoke(main, ["query", "territories-announced"]).stdout.splitlines()
    assert lines[0].split() == ["territory", "label", "region"]
    assert len(lines) == 12


def test_query_reads_a_file_and_standard_input(runner: CliRunner, tmp_path: Path) -> None:
    path = tmp_path / "count.rq"
    path.write_text(COUNT, encoding="utf-8")
    by_file = runner.invoke(main, ["query", str(path), "--format", "json"])
    by_stdin = runner.invoke(main, ["query", "-", "--format", "json"], input=COUNT)
    assert by_file.stdout == by_stdin.stdout
    assert json.loads(by_file.stdout)["results"]["bindings"][0]["n"]["value"].isdigit()


def test_query_writes_graphs(runner: CliRunner) -> None:
    result = runner.invoke(main, ["query", "-"], input="CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1")
    assert len(rdflib.Graph().parse(data=result.stdout, format="turtle")) == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["query", "no-such"], "no query 'no-such'; there are: claims"),
        (["query", "documents", "--param", "colour=1"], "documents has no parameter 'colour'"),
        (["query", "documents", "--param", "colour"], "'colour' is not of the form NAME=VALUE"),
        (["query", "documents", "--format", "ttl"], "no format 'ttl' for this answer; there are: json"),
        (["dump", "--graph", "https://example.org/none"], "no graph <https://example.org/none>"),
        (["dump", "--graph", "none"], "'none' is not an absolute IRI"),
        (["dump", "--output", "/no/such/folder/x.ttl"], "/no/such/folder/x.ttl: cannot be written"),
        (["dump", "--output", "/dev/null/x.ttl"], "/dev/null/x.ttl: cannot be written"),
        (["serve", "--public-url", "example.org"], "'example.org' is no web address"),
        (["serve", "--store", "sparql+http://[::1"], "is no web address"),
        (
            ["serve", "--shapes", "ontology/shapes.ttl"],
            "--shapes is for a plain dataset: give --store DIR too",
        ),
        (["bench", "http://[::1"], "is no web address"),
        (["queries", "no-such"], "no query 'no-such'"),
        (["get", "/sparql", "-H", "Accept"], "'Accept' is not of the form NAME:VALUE"),
    ],
)
def test_a_mistake_is_one_sentence_and_exit_code_2(
    runner: CliRunner, arguments: list[str], says: str
) -> None:
    result = runner.invoke(main, arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("ti-graph: ")
    assert says in result.stderr


@pytest.mark.parametrize(
    ("arguments", "module"),
    [
        (
            ["ingest", "page.txt", "--url", "https://x.org", "--published", "2018-11-22", "--output", "o"],
            "lxml",
        ),
        (["mcp"], "mcp"),
    ],
)
def test_what_an_extra_brings_is_told_where_it_is_not_there(
    runner: CliRunner, arguments: list[str], module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ti_graph.cli.group.find_spec", lambda name: None if name == module else object())
    result = runner.invoke(main, arguments)
    told = f"ti-graph: no module {module}: install the extra, pip install 'ti-graph[{arguments[0]}]'\n"
    assert (result.exit_code, result.stderr) == (2, told)


def test_a_syntax_error_says_where(runner: CliRunner) -> None:
    result = runner.invoke(main, ["query", "-"], input="SELECT *\nWHERE { ?s ?p }")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "line 2, column 16" in result.stderr
    result = runner.invoke(main, ["query", "-"], input=b"SELECT * { ?s ?p 'caf\xe9' }")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "standard input is not UTF-8: byte offset 21" in result.stderr


def test_queries_lists_and_shows(runner: CliRunner) -> None:
    assert "territories-announced" in runner.invoke(main, ["queries"]).stdout
    assert "SELECT ?territory" in runner.invoke(main, ["queries", "territories-announced"]).stdout
    assert json.loads(runner.invoke(main, ["queries", "--format", "json"]).stdout)[0]["name"] == "claims"


def test_resolve_shows_siren_method_and_evidence(runner: CliRunner) -> None:
    result = runner.invoke(main, ["resolve", "CASE", "CODAH", "--region", "28"])
    assert result.exit_code == 0
    assert "200035665" in result.stdout and "247600596" in result.stdout


def test_resolve_lists_candidates_of_what_is_ambiguous(runner: CliRunner) -> None:
    result = runner.invoke(main, ["resolve", "Perche", "--region", "28", "--format", "json"])
    assert result.exit_code == 1
    resolution = json.loads(result.stdout)[0]
    assert (resolution["siren"], resolution["method"]) == (None, "ambigu")
    assert "200068435" in resolution["candidates"]


@pytest.mark.parametrize("form", ["nt", "nq"])
def test_a_dump_holds_every_triple(runner: CliRunner, form: str) -> None:
    """The whole dataset, read again by the engine's parsers; one graph by rdflib's below."""
    counted = json.loads(runner.invoke(main, ["query", "-", "--format", "json"], input=COUNT).stdout)
    dumped = runner.invoke(main, ["dump", "--format", form]).stdout_bytes
    rdf_format = by_name(form, GRAPHS).rdf
    assert rdf_format is not None
    triples = {quad.triple for quad in parse_text(dumped, rdf_format)}
    assert len(triples) == int(counted["results"]["bindings"][0]["n"]["value"])


@pytest.mark.parametrize("form", [f.name for f in GRAPHS])
def test_rdflib_reads_each_format(runner: CliRunner, form: str) -> None:
    names = {"nt": "nt", "ttl": "turtle", "rdf": "xml", "jsonld": "json-ld", "trig": "trig", "nq": "nquads"}
    graph = "https://w3id.org/territoires-industrie/id/table/liste-2023"
    loaded = rdflib.Dataset(default_union=True)
    arguments = ["dump", "--format", form, "--graph", graph]
    loaded.parse(data=runner.invoke(main, arguments).stdout, format=names[form])
    assert len({q[:3] for q in loaded.quads()}) == 4787


def test_dump_of_one_graph_compressed_to_a_file(runner: CliRunner, tmp_path: Path) -> None:
    path = tmp_path / "titre.ttl.gz"
    graph = "https://w3id.org/territoires-industrie/id/enonce/titre"
    assert runner.invoke(main, ["dump", "--graph", graph, "--gzip", "--output", str(path)]).exit_code == 0
    assert len(rdflib.Graph().parse(data=gzip.decompress(path.read_bytes()), format="turtle")) == 1
    assert [p.name for p in tmp_path.iterdir()] == ["titre.ttl.gz"]


def test_get_answers_in_process(runner: CliRunner) -> None:
    result = runner.invoke(main, ["get", "/queries/documents", "-H", "Accept: text/csv"])
    assert result.exit_code == 0
    assert result.stdout.startswith("document,title,issued,mediaType,size")
    assert result.stderr.startswith("200 OK text/csv")
    assert runner.invoke(main, ["get", "/nowhere"]).exit_code == 1


def test_check_of_the_built_dataset_conforms(runner: CliRunner) -> None:
    result = runner.invoke(main, ["check"])
    assert result.exit_code == 0
    assert result.stdout.startswith("conforme : ")


@pytest.mark.parametrize(
    ("form", "holds"),
    [("text", "siren-control-key"), ("json", '"conforms": false'), ("ttl", "sh:conforms false")],
)
def test_check_of_a_file_that_violates_is_exit_code_1(runner: CliRunner, form: str, holds: str) -> None:
    result = runner.invoke(
        main, ["check", "ontology/examples/siren-control-key.invalid.trig", "--format", form]
    )
    assert result.exit_code == 1
    assert holds in result.stdout


def test_check_of_what_cannot_be_read_is_exit_code_2(runner: CliRunner, tmp_path: Path) -> None:
    path = tmp_path / "broken.ttl"
    path.write_text("<a> <b>\n<c>,, .", encoding="utf-8")
    result = runner.invoke(main, ["check", str(path)])
    assert result.exit_code == 2
    assert "broken.ttl:2: not valid RDF" in result.stderr


# ── Damaged inputs, in a copy of the project ────────────────────────────────────────────────────────────


TEXT, STATEMENTS = "data/announcement/text.txt", "data/announcement/statements.trig"


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "says"),
    [
        (
            TEXT,
            "20 septembre dernier",
            "21 septembre dernier",
            2,
            "nearest is passage 389–537 « Lancée le 21",
        ),
        (TEXT, "« Axe Seine » :", "Axe Seine :", 2, f"{TEXT}:13: a list item is not of the form"),
        (
            TEXT,
            "CC du Perche (",
            "CC du Perche Inconnu (",
            2,
            "« CC du Perche Inconnu » is not the name of an intercommunalité; candidates: none",
        ),
        (TEXT, "Centre Val de Loire", "Centre Val", 2, "« Centre Val » is not the name of a région"),
        (
            STATEMENTS,
            'cur:nomme "20%"',
            'cur:nomme "21%"',
            2,
            "enonce/poids-de-l-industrie: « 21% » is not in passage",
        ),
        (
            STATEMENTS,
            "<enonce/titre> a ti:Enonce ;",
            "<enonce/titre> a ti:Enonce ;;;,",
            2,
            f"{STATEMENTS}:29: not valid RDF",
        ),
        ("data/tables/epci-2018.csv", "247600596", "247600597", 2, "siren '247600597' fails its control key"),
        ("data/sources.toml", 'slug = "annonce"', "slug = annonce", 2, "data/sources.toml: not TOML"),
        (
            "queries/documents.rq",
            "#+ summary:",
            "#+ sumary:",
            2,
            "queries/documents.rq: unknown header key 'sumary'",
        ),
        ("queries/checks/one-home-graph.rq", "#+ severity:", "#+ weight:", 2, "unknown header key 'weight'"),
        ("ontology/shapes.ttl", "@prefix", "@prefix prefix", 2, "ontology/shapes.ttl:"),
        (STATEMENTS, "ti:valeur 10 ;", "ti:valeur 11 ;", 1, "violation "),
    ],
)
def test_a_damaged_input_stops_the_build_and_leaves_nothing(
    checkout: Path, run: Run, file: str, old: str, new: str, code: int, says: str
) -> None:
    damage(checkout / file, old, new)
    command = ("queries",) if file == "queries/documents.rq" else ("build",)
    result = run(*command)
    assert (result.returncode, result.stdout) == (code, "")
    assert says in result.stderr
    assert "Traceback" not in result.stderr
    build = checkout / "build"
    assert not build.exists() or [path.name for path in build.iterdir()] == ["lock"]


def test_an_unreadable_announcement_is_named(checkout: Path, run: Run) -> None:
    (checkout / TEXT).unlink()
    result = run("build")
    assert result.returncode == 2
    assert f"{TEXT}: cannot be read: No such file or directory" in result.stderr


def test_build_writes_the_announcement_where_asked(runner: CliRunner, tmp_path: Path) -> None:
    result = runner.invoke(main, ["build", "--output", str(tmp_path / "out")])
    assert result.exit_code == 0
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["announcement.trig", "announcement.ttl"]


def test_two_commands_at_once_build_once(checkout: Path, run: Run) -> None:
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda _: run("query", "territories-announced", "--format", "csv"), range(2)))
    assert [r.returncode for r in results] == [0, 0]
    assert results[0].stdout == results[1].stdout
    assert len([p for p in (checkout / "build").iterdir() if p.is_dir()]) == 1


def test_a_reader_that_leaves_is_no_error() -> None:
    command = f"'{sys.executable}' -m ti_graph dump --format nt | head -1"
    result = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.stderr == ""
    assert result.stdout.count("\n") == 1
