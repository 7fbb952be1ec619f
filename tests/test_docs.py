"""The documents tell the truth: every command, option and path is there, and what they show runs."""

from __future__ import annotations

import re
import shlex
import shutil
import tomllib
from dataclasses import fields
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import click
import pytest
import rdflib
from click.testing import CliRunner
from flask.testing import FlaskClient

from conftest import ROOT
from ti_graph import layout
from ti_graph.cli import main
from ti_graph.formats import GRAPHS, HTML, RESULTS
from ti_graph.reference.sources import TableSource
from ti_graph.sparql.catalogue import RESERVED, TYPES, Catalogue
from ti_graph.stores.store import Store

README = (ROOT / "README.md").read_text(encoding="utf-8")
REFERENCE = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
CURLS = re.findall(r"^curl '([^']+)'$", README, re.MULTILINE)


@pytest.mark.parametrize("name", main.commands)
def test_every_command_and_option_is_in_the_reference(name: str) -> None:
    line = next(line for line in REFERENCE.splitlines() if line.startswith(f"| `ti-graph {name}"))
    for parameter in main.commands[name].params:
        if isinstance(parameter, click.Option):
            assert any(option in line for option in parameter.opts), parameter.opts


def test_the_reference_has_no_option_that_does_not_exist() -> None:
    options = {o for command in main.commands.values() for p in command.params for o in p.opts}
    table = [line for line in REFERENCE.splitlines() if line.startswith("| `ti-graph ")]
    assert {o for line in table for o in re.findall(r"(?<!-)--[a-z-]+", line)} <= options


@pytest.mark.parametrize("address", CURLS)
def test_the_questions_of_the_readme_have_answers(client: FlaskClient, address: str) -> None:
    url = urlsplit(address)
    response = client.get(f"{url.path}?{url.query}")
    assert response.status_code == 200
    assert len(response.text.splitlines()) > 1 or '"value"' in response.text


def test_there_are_three_questions() -> None:
    assert len(CURLS) == 3


def test_the_command_of_the_readme_runs(runner: CliRunner) -> None:
    command = re.search(r"`\.venv/bin/ti-graph (query [^`]+)`", README)
    assert command
    assert "247600596" in runner.invoke(main, shlex.split(command[1])).stdout


def test_every_format_is_in_the_reference() -> None:
    for form in (*RESULTS, *GRAPHS, HTML):
        assert re.search(rf"\b{form.name}\b", REFERENCE)


def test_every_named_query_of_the_documents_exists() -> None:
    catalogue = Catalogue(layout.QUERIES)
    named = set(re.findall(r"/queries/([a-z-]+)", README)) - {"checks"}
    assert named and named <= set(catalogue)


def test_every_file_that_the_documents_link_to_exists() -> None:
    documents = (
        *(ROOT / folder / "README.md" for folder in (".", "data", "ontology")),
        *(ROOT / "docs").rglob("*.md"),
        ROOT / "CONTRIBUTING.md",
    )
    for document in documents:
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), (document, target)


def test_every_make_target_is_real() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    paths = ("README.md", "CONTRIBUTING.md", "data/README.md", "ontology/README.md", "docs/serving.md")
    documents = "\n".join((ROOT / path).read_text(encoding="utf-8") for path in paths)
    assert set(re.findall(r"(?:`|^)make ([a-z]+)\b", documents, re.MULTILINE)) <= targets


def test_every_folder_of_the_program_is_in_the_architecture() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = "\n".join(line.split("|")[1] for line in text.splitlines() if line.startswith("| `"))
    folders = {path.parent.name for path in (ROOT / "src" / "ti_graph").glob("*/__init__.py")}
    assert folders <= set(re.findall(r"`([a-z]+)`", table))


def test_the_picture_of_the_model_is_that_of_the_ontology() -> None:
    ontology = rdflib.Graph().parse(ROOT / "ontology" / "ontology.ttl")
    query = """SELECT ?from ?to WHERE {
      { ?property a owl:ObjectProperty ; rdfs:domain ?from ; rdfs:range ?to FILTER (?to != skos:Concept) }
      UNION { ?from a owl:Class ; rdfs:subClassOf ?to }
      FILTER (isIRI(?from) && isIRI(?to))
    }"""
    arrows = sorted(f"{ontology.qname(a)}->{ontology.qname(b)}" for a, b in ontology.query(query))
    picture = ElementTree.parse(ROOT / "docs" / "model.svg")
    titles = [each.text or "" for each in picture.iter("{http://www.w3.org/2000/svg}title")]
    assert sorted(title for title in titles if "->" in title) == arrows


ADDING = (ROOT / "docs" / "adding.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", ADDING, re.MULTILINE | re.DOTALL)


def test_the_question_that_shows_how_is_one(tmp_path: Path, store: Store) -> None:
    (block,) = blocks("rq")
    (tmp_path / "shown.rq").write_text(block, encoding="utf-8")
    for name in ("columns.csv", "values.csv"):
        shutil.copy(ROOT / "queries" / name, tmp_path)
    query = Catalogue(tmp_path).find("shown")
    (example,) = query.examples
    assert [*store.texts(query.bind([tuple(example.split("="))]))]


def test_every_key_of_a_header_is_told() -> None:
    told = set(re.findall(r"`([a-z_]+)`", "".join(re.findall(r"^\| (`[^|]+) \|", ADDING, re.MULTILINE))))
    used = {
        line.partition(":")[0].removeprefix("#+ ")
        for path in (ROOT / "queries").rglob("*.rq")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("#+ ")
    }
    assert used <= told
    assert all(f"`{name}`" in ADDING for name in (*TYPES, *RESERVED))


def test_the_entry_of_a_table_that_shows_how_is_one() -> None:
    (block,) = blocks("toml")
    ((name, row),) = tomllib.loads(block)["tables"].items()
    keys = {each.name for each in fields(TableSource)} - {"name", "about"}
    assert keys <= row.keys()
    TableSource(name=name, **{k: row[k] for k in keys}, about={k: row[k] for k in row.keys() - keys})
