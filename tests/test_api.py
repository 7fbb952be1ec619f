"""The dataset from Python: what the documentation shows runs, and what is wrong is told."""

from __future__ import annotations

import doctest
import subprocess
import sys
from pathlib import Path

import pytest
import rdflib

from conftest import ROOT
from ti_graph import api, layout
from ti_graph.errors import QuerySyntaxError, RequestError, SourceError, UnknownNameError


def test_the_examples_of_each_function_run() -> None:
    names = {"api": api, "rdflib": rdflib}
    assert doctest.testmod(api, extraglobs=names).failed == 0


def test_every_public_name_has_an_example() -> None:
    assert api.__all__ == sorted(api.__all__)
    functions = [getattr(api, name) for name in api.__all__ if name[0].islower()]
    assert all(">>>" in (function.__doc__ or "") for function in functions)


def test_what_is_unbound_is_none_and_a_number_is_one() -> None:
    row = api.records("SELECT (1 AS ?i) (1.5 AS ?d) (true AS ?t) ?none { }")
    assert [(type(value), value) for value in row[0].values()][:1] == [(int, 1)]
    assert row[0]["none"] is None and row[0]["t"] is True and str(row[0]["d"]) == "1.5"


def test_what_is_no_value_of_its_datatype_is_its_text() -> None:
    xsd = "http://www.w3.org/2001/XMLSchema#"
    rows = api.records(f"SELECT ('many'^^<{xsd}integer> AS ?i) ('1,5'^^<{xsd}decimal> AS ?d) {{ }}")
    assert rows == [{"i": "many", "d": "1,5"}]


def test_a_frame_without_rows_has_columns() -> None:
    frame = api.frame("members-of-territory", label="Nulle part")
    assert frame.empty
    assert "territory" in " ".join(frame.columns).lower()


def test_entailed_kinds_come_with_inference() -> None:
    kinds = "SELECT DISTINCT ?kind { ?s a ?kind }"
    assert len(api.records(kinds)) < len(api.records(kinds, inference=True))


def test_the_stores_have_the_same() -> None:
    table = "https://w3id.org/territoires-industrie/id/table/regions"
    loaded = api.as_rdflib(table)
    named = rdflib.URIRef(table)
    text = f"SELECT (COUNT(*) AS ?n) {{ GRAPH {named.n3()} {{ ?s ?p ?o }} }}"
    assert [row["n"].value for row in api.as_pyoxigraph().query(text)] == [str(len(loaded))]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("query", "parameters", "error"),
    [
        ("no-such-question", {}, UnknownNameError),
        ("claims", {"of": "x"}, RequestError),
        ("ASK {}", {}, RequestError),
        ("SELECT * { ?s ?p ?o } LIMIT 1", {"commune": "76351"}, RequestError),
        ("SELECT * {", {}, QuerySyntaxError),
    ],
)
def test_a_wrong_question_is_told(query: str, parameters: dict[str, str], error: type[Exception]) -> None:
    with pytest.raises(error):
        api.records(query, **parameters)


def test_a_wrong_graph_is_told() -> None:
    with pytest.raises(RequestError, match="no graph"):
        api.as_rdflib("https://example.org/none")


def test_files_and_graphs_are_checked_together(tmp_path: Path) -> None:
    broken = layout.ONTOLOGY / "examples" / "commune-code.invalid.trig"
    assert not api.check(broken).conforms
    assert api.check(rdflib.Graph()).conforms
    with pytest.raises(SourceError):
        api.check(tmp_path / "missing.ttl")


def test_blank_nodes_of_two_files_are_two(tmp_path: Path) -> None:
    """One epci in two files that call it the same: as one node it would have two codes."""
    geo = "@prefix igeo: <http://rdf.insee.fr/def/geo#> ."
    for name, code in (("a", "247600596"), ("b", "200035665")):
        text = f"{geo} _:p a igeo:Intercommunalite ; igeo:codeINSEE '{code}' ."
        (tmp_path / f"{name}.ttl").write_text(text, encoding="utf-8")
    one, two = (api.check(tmp_path / f"{name}.ttl") for name in "ab")
    both = api.check(tmp_path / "a.ttl", tmp_path / "b.ttl")
    assert both.triples == one.triples + two.triples
    assert len(both.findings) == len(one.findings) + len(two.findings)


def test_types_are_there_for_others(tmp_path: Path) -> None:
    """A program that is checked by mypy sees the types of the functions."""
    (tmp_path / "program.py").write_text(
        "from ti_graph import api\nreveal_type(api.resolve('CODAH').siren)\n", encoding="utf-8"
    )
    command = [sys.executable, "-m", "mypy", "--config-file=", "--ignore-missing-imports", "program.py"]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert 'Revealed type is "str | None"' in told.stdout.replace("builtins.", "").replace(
        "Union[str, None]", "str | None"
    )
    assert (ROOT / "src" / "ti_graph" / "py.typed").exists()
