"""Writing: only with the token, whole or not at all, within the rules, and never lost once acknowledged."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib
from click.testing import CliRunner

from drill import Drill
from server import Server, serving
from ti_graph.assembly.graph import assemble_announcement
from ti_graph.assembly.system import with_inferences
from ti_graph.build import Dataset, dataset
from ti_graph.cli import main
from ti_graph.serving.change import Change, Policy
from ti_graph.serving.writer import Writer
from ti_graph.stores.archive import backup
from ti_graph.stores.repository import Repository

TITLE = "https://w3id.org/territoires-industrie/id/enonce/titre"
PAGE = "<https://w3id.org/territoires-industrie/id/document/annonce>"
ALTERNATIVE = "<http://purl.org/dc/terms/alternative>"
GOOD = f'INSERT DATA {{ GRAPH <{TITLE}> {{ {PAGE} {ALTERNATIVE} "autre titre"@fr }} }}'
BAD = f"""INSERT DATA {{ GRAPH <{TITLE}> {{
    <https://w3id.org/territoires-industrie/id/epci/123456789> a <http://rdf.insee.fr/def/geo#Intercommunalite>
}} }}"""


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that may change a copy of the built dataset, under the project's rules."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("src", "data", "ontology", "queries", "pyproject.toml"):
        source = Path(__file__).parents[1] / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, folder / name)
    built = dataset()
    shutil.copytree(built.path, folder / "build" / built.path.name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(folder / "src"))
        with serving(token="secret") as running:
            yield running


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[Server]:
    """A server of an empty plain dataset."""
    with serving("--store", str(tmp_path / "data"), token="secret") as running:
        yield running


def test_writing_needs_the_token(plain: Server) -> None:
    update = "INSERT DATA { <a:a> <a:b> 1 }"
    for wrong in ("", "Bearer wrong", "Basic c2VjcmV0", "secret"):
        reply = plain.update(update, Authorization=wrong)
        assert reply.status == 401
        assert reply.headers["www-authenticate"].startswith("Bearer")
    assert plain.count() == 0
    assert plain.update(update).status == 204
    assert plain.count() == 1


def test_an_address_that_is_no_iri_names_no_graph(plain: Server) -> None:
    put = plain.request("/store/a{b}", b"<a:a> <a:b> 1 .", "PUT", Content_Type="text/turtle")
    for refused in (put, plain.request("/store/a{b}")):
        assert refused.status == 400
        assert "is not an absolute IRI" in refused.text


def test_reading_ignores_foreign_credentials(plain: Server) -> None:
    assert plain.query("ASK {}", Authorization="Basic eDp5").status == 200


def test_a_good_change_is_there_at_once_and_in_the_merge(guarded: Server) -> None:
    assert guarded.update(GOOD).status == 204
    assert guarded.count(f"{PAGE} {ALTERNATIVE} ?title") == 1
    assert guarded.count(f"GRAPH <{TITLE}> {{ {PAGE} {ALTERNATIVE} ?title }}") == 1
    assert guarded.update(GOOD.replace("INSERT", "DELETE")).status == 204
    assert guarded.count(f"{PAGE} {ALTERNATIVE} ?title") == 0


def test_a_change_that_breaks_a_rule_is_422_with_the_report(guarded: Server) -> None:
    before = guarded.count()
    reply = guarded.update(BAD)
    assert reply.status == 422
    rules = {finding["rule"] for finding in reply.json()["report"]["findings"]}
    assert "siren-control-key" in rules or "insee-code-single" in rules
    assert "Une région, un département ou une intercommunalité" in reply.json()["detail"]
    report = rdflib.Graph().parse(data=guarded.update(BAD, Accept="text/turtle").text, format="turtle")
    assert (None, rdflib.SH.conforms, rdflib.Literal(False)) in report
    assert guarded.count() == before


def test_a_second_home_for_a_triple_is_refused(guarded: Server) -> None:
    other = "https://w3id.org/territoires-industrie/id/enonce/124"
    copied = f"INSERT {{ GRAPH <{other}> {{ ?s ?p ?o }} }} WHERE {{ GRAPH <{TITLE}> {{ ?s ?p ?o }} }}"
    reply = guarded.update(copied)
    assert reply.status == 422
    assert "one-home-graph" in reply.text


@pytest.mark.parametrize(
    ("update", "says"),
    [
        (f"INSERT DATA {{ {PAGE} {ALTERNATIVE} 'x' }}", "the merge of the named graphs"),
        ("CLEAR DEFAULT", "the merge of the named graphs"),
        ("DROP GRAPH <https://w3id.org/territoires-industrie/shapes>", "comes with the release"),
        (
            f"INSERT DATA {{ GRAPH <{TITLE}> {{ {PAGE} {ALTERNATIVE} [] }} }}",
            "blank nodes and triple terms have no place",
        ),
        (
            f"INSERT DATA {{ GRAPH <{TITLE}> {{ {PAGE} {ALTERNATIVE} 'x'@ar--rtl }} }}",
            "has a base direction, which RDF 1.1 has not",
        ),
        ("LOAD <http://127.0.0.1:9/>", "requests to other servers are refused"),
    ],
)
def test_what_may_not_be_written_is_403_with_the_reason(guarded: Server, update: str, says: str) -> None:
    before = guarded.count()
    reply = guarded.update(update)
    assert (reply.status, says in reply.text) == (403, True), reply.text
    assert guarded.count() == before


def test_a_syntax_error_changes_nothing_and_the_next_change_works(plain: Server) -> None:
    assert plain.update("INSERT DATA { <a:a> <a:b> 1 ; }; INSERT DATUM {}").status == 400
    assert plain.update("INSERT DATA { <a:a> <a:b> 1 }").status == 204
    assert plain.count() == 1


def test_a_graph_is_put_read_and_deleted(plain: Server) -> None:
    turtle = b"<a:a> <a:b> 'caf\xc3\xa9\xc2\xa0'@fr ."
    assert plain.request("/store?graph=a:g", turtle, "PUT", Content_Type="text/turtle").status == 201
    assert plain.request("/store?graph=a:g", turtle, "PUT", Content_Type="text/turtle").status == 204
    assert (
        "content-type"
        not in plain.request("/store/?graph=a:g", turtle, "PUT", Content_Type="text/turtle").headers
    )
    read = plain.request("/store?graph=a:g", Accept="application/n-triples")
    assert read.text == '<a:a> <a:b> "café\u00a0"@fr .\n'
    assert plain.request("/store?graph=a:g", method="DELETE").status == 204
    assert plain.request("/store?graph=a:g").status == 404
    broken = plain.request("/store?graph=a:g", b"<a:a> <a:b>\n <a", "PUT", Content_Type="text/turtle")
    assert (broken.status, broken.json()["line"]) == (400, 2)
    assert broken.json()["type"].endswith("/problem/rdf-syntax")
    assert plain.request("/store?graph=a:g", b"x", "PUT", Content_Type="image/png").status == 415
    assert plain.request("/store?graph=a:g", b"", "PUT", Content_Type="application/trig").status == 415
    assert plain.request("/store", method="DELETE").status == 400


def test_a_plain_dataset_has_plain_semantics(plain: Server) -> None:
    """Nothing of the bookkeeping shows, and DROP ALL leaves nothing."""
    assert plain.count() == plain.count("GRAPH ?g { ?s ?p ?o }") == 0
    plain.update("INSERT DATA { GRAPH <a:g> { <a:a> <a:b> 1 } }")
    assert (plain.count(), plain.count("GRAPH ?g { ?s ?p ?o }")) == (0, 1)
    plain.update("DROP ALL")
    assert plain.count("GRAPH ?g { ?s ?p ?o }") == 0


def test_the_log_tells_each_change(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with serving("--store", str(folder), token="secret") as server:
        server.update("INSERT DATA { <a:a> <a:b> 1, 2 }")
        server.update("DELETE DATA { <a:a> <a:b> 1 }")
    changes = list(Repository(folder).changes())
    assert [(c["number"], c["added"], c["removed"]) for c in changes] == [(1, 2, 0), (2, 0, 1)]
    assert changes[0]["text"] == "INSERT DATA { <a:a> <a:b> 1, 2 }"
    assert len(str(changes[0]["sha256"])) == 64


def test_shapes_given_by_the_user_guard_a_plain_dataset(tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(
        """@prefix sh: <http://www.w3.org/ns/shacl#> .
        @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
        <a:shape> a sh:PropertyShape ; sh:targetSubjectsOf <a:age> ;
          sh:path <a:age> ; sh:datatype xsd:integer .""",
        encoding="utf-8",
    )
    with serving("--store", str(tmp_path / "data"), "--shapes", str(shapes), token="secret") as server:
        assert server.update("INSERT DATA { <a:a> <a:age> 'old' }").status == 422
        assert server.update("INSERT DATA { <a:a> <a:age> 7 }").status == 204


def test_shapes_that_reach_out_are_refused_at_the_start(tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(
        """@prefix sh: <http://www.w3.org/ns/shacl#> .
        <a:shape> a sh:NodeShape ; sh:targetNode <a:a> ; sh:sparql [ sh:message "x" ;
          sh:select "SELECT $this WHERE { SERVICE <http://127.0.0.1:9/> { $this ?p ?o } }" ] .""",
        encoding="utf-8",
    )
    arguments = ("--store", str(tmp_path / "data"), "--shapes", str(shapes))
    with (
        pytest.raises(AssertionError, match="requests to other servers are refused"),
        serving(*arguments, token="t"),
    ):
        pass


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    with serving("--store", str(tmp_path / "data"), token="secret") as first:
        first.update("INSERT DATA { <a:a> <a:b> 1 }")
        with serving("--store", str(tmp_path / "data")) as reader:
            assert reader.count() == 1
            assert reader.update("CLEAR ALL").status == 403
            first.update("INSERT DATA { <a:a> <a:b> 2 }")
            assert reader.count() == 2


def test_acknowledged_changes_survive_kill_9_and_no_partial_one_is_found(tmp_path: Path) -> None:
    """The short form of ``make drill``."""
    drill = Drill(tmp_path / "data", seed=1)
    for _ in range(3):
        drill.kill_in_the_middle_of_writes()
    assert drill.acknowledged >= 3
    assert drill.lost == drill.partial == 0


def test_a_directory_that_holds_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with (
        pytest.raises(AssertionError, match="is not empty; name another directory"),
        serving("--store", str(tmp_path)),
    ):
        pass
    assert json.dumps([p.name for p in tmp_path.iterdir()]) == '["notes.txt"]'


def test_what_was_changed_is_changed_again_in_a_new_built_in_dataset(
    tmp_path: Path, runner: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after an upgrade: the changes of a backup, held to the rules, where nobody has changed anything."""
    live, fresh = (Dataset(tmp_path / name, "") for name in ("live", "fresh"))
    for each in (live, fresh):
        Repository.create(each.path, *with_inferences(assemble_announcement()))
    writer = Writer(live.repository, Policy.built_in(), 4096)
    try:
        writer.write(Change("update", GOOD))
    finally:
        writer.close()
    assert live.version != fresh.version, "a release of a changed dataset is another version"
    backup(live.repository, tmp_path / "backup.tar.gz")
    monkeypatch.setattr("ti_graph.cli.keep.built", lambda: fresh)
    restored = runner.invoke(main, ["restore", str(tmp_path / "backup.tar.gz")])
    assert restored.exit_code == 0, restored.stderr
    assert [*fresh.open().texts(f"SELECT ?title {{ {PAGE} {ALTERNATIVE} ?title }}")] == [
        {"title": "autre titre"}
    ]
    again = runner.invoke(main, ["restore", str(tmp_path / "backup.tar.gz")])
    assert (again.exit_code, "has changes already" in again.stderr) == (2, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.tar.gz", "fresh", "live"]


def test_a_change_that_cannot_be_made_again_is_told_by_its_number(
    tmp_path: Path, runner: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    live, fresh = Repository.create(tmp_path / "live"), Dataset(tmp_path / "fresh", "")
    Repository.create(fresh.path, *with_inferences(assemble_announcement()))
    writer = Writer(live, Policy(), 4096)
    try:
        writer.write(Change("update", GOOD))
        writer.write(Change("update", BAD))
    finally:
        writer.close()
    backup(live, tmp_path / "backup.tar.gz")
    monkeypatch.setattr("ti_graph.cli.keep.built", lambda: fresh)
    refused = runner.invoke(main, ["restore", str(tmp_path / "backup.tar.gz")])
    assert refused.exit_code == 1
    assert "change 2" in refused.stderr
    assert fresh.repository.current().number == 1
