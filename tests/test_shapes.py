"""The rules: each has a valid and a failing example, and the built graph keeps them all."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib

from ti_graph import layout
from ti_graph.assembly.system import SYSTEM_GRAPHS
from ti_graph.checking.check import Rules
from ti_graph.checking.checks import read_checks
from ti_graph.checking.report import Finding, Report
from ti_graph.checking.shacl import Shapes
from ti_graph.errors import SourceError
from ti_graph.rdf import RdfFormat
from ti_graph.rdf.syntax import parse_file
from ti_graph.stores.store import Store

RULES = Rules(layout.ONTOLOGY / "shapes.ttl", layout.CHECKS)
RULE_IDS = [*RULES.shapes.ids, *RULES.checks]
EXAMPLES = layout.ONTOLOGY / "examples"
SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")


def checked(path: Path) -> Report:
    quads = list(parse_file(path))
    data = [q for q in quads if q.graph_name not in SYSTEM_GRAPHS]
    return RULES.check(Store.in_memory(data, [q for q in quads if q.graph_name in SYSTEM_GRAPHS]))


@pytest.mark.parametrize("rule", RULE_IDS)
def test_a_rule_lets_its_valid_example_pass(rule: str) -> None:
    findings = checked(EXAMPLES / f"{rule}.valid.trig").findings
    assert [f for f in findings if f.rule == rule] == []


@pytest.mark.parametrize("rule", RULE_IDS)
def test_a_rule_catches_its_failing_example_in_two_languages(rule: str) -> None:
    findings = [f for f in checked(EXAMPLES / f"{rule}.invalid.trig").findings if f.rule == rule]
    assert findings
    for finding in findings:
        assert finding.message_fr and finding.message_en
        assert finding.message_fr != finding.message_en
        assert "{" not in finding.message_fr + finding.message_en


@pytest.mark.parametrize("rule", RULES.shapes.ids)
@pytest.mark.parametrize("kind", ["valid", "invalid"])
def test_the_reference_engine_finds_the_same_in_each_example(rule: str, kind: str) -> None:
    store = Store.in_memory(parse_file(EXAMPLES / f"{rule}.{kind}.trig"))

    def found(findings: Iterator[Finding]) -> set[tuple[str, str, str]]:
        """What is found, blank nodes without the name that each reading gives them."""
        return {(f.rule, f.severity, re.sub(r"^(N[0-9a-f]{32}|0_\w+)$", "_:", f.focus)) for f in findings}

    assert found(RULES.shapes.findings(store)) == found(RULES.shapes.reference_findings(store))


def test_every_example_belongs_to_a_rule() -> None:
    names = {path.name for path in EXAMPLES.iterdir()}
    assert names == {f"{rule}.{kind}.trig" for rule in RULE_IDS for kind in ("valid", "invalid")}


def test_every_shape_has_messages_severity_and_label() -> None:
    shapes = rdflib.Graph().parse(layout.ONTOLOGY / "shapes.ttl")
    for rule in RULES.shapes.ids:
        shape = rdflib.URIRef(f"https://w3id.org/territoires-industrie/shapes#{rule}")
        assert {m.language for m in shapes.objects(shape, SH.message)} == {"fr", "en"}, rule
        assert {m.language for m in shapes.objects(shape, rdflib.RDFS.label)} == {"fr", "en"}, rule
        assert shapes.value(shape, SH.severity) in (SH.Violation, SH.Warning), rule


def test_ids_are_not_shared_by_shapes_and_checks() -> None:
    assert not set(RULES.shapes.ids) & set(read_checks(layout.CHECKS))


def test_a_check_of_changed_graphs_has_a_group_to_name_them_in(tmp_path: Path) -> None:
    header = "#+ summary: x\n#+ summary_fr: x\n#+ severity: warning\n#+ message: x\n#+ message_fr: x\n"
    (tmp_path / "a.rq").write_text(
        f"{header}#+ changed: ?g\nSELECT ?focus {{ GRAPH ?g {{ ?focus ?p ?o }} }}\n"
    )
    with pytest.raises(SourceError, match=r"a\.rq: the query has no 'WHERE \{'"):
        read_checks(tmp_path)


def test_the_built_graph_breaks_no_must_rule(store: Store) -> None:
    report = RULES.check(store)
    assert report.violations == ()
    assert report.triples == len(store)


@pytest.fixture(scope="module")
def failing() -> Report:
    """A report with a violation."""
    return checked(EXAMPLES / "siren-control-key.invalid.trig")


def test_the_report_reads_as_text_json_and_turtle(failing: Report) -> None:
    assert failing.to_text("fr").startswith("non conforme : ")
    assert "violation siren-control-key: " in failing.to_text("en")
    content = json.loads(failing.to_json())
    assert content["conforms"] is False
    assert "siren-control-key" in {finding["rule"] for finding in content["findings"]}
    report = rdflib.Graph().parse(data=failing.to_rdf(RdfFormat.TURTLE), format="turtle")
    assert len(list(report.subjects(rdflib.RDF.type, SH.ValidationResult))) == len(failing.findings)
    assert len(list(report.subject_objects(SH.sourceConstraintComponent))) == len(failing.findings)
    assert (None, SH.conforms, rdflib.Literal(False)) in report


OWN_SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .
ex:NamedShape a sh:NodeShape ; sh:targetClass ex:C ; sh:nodeKind sh:Literal ;
  sh:property [ sh:path ex:p ; sh:minCount 1 ; sh:message "p is missing" ] ;
  sh:sparql [ sh:select "SELECT $this WHERE { $this a <http://example.org/C> }" ] .
"""


def own_findings(tmp_path: Path, by_reference: bool) -> list[Finding]:
    (tmp_path / "shapes.ttl").write_text(OWN_SHAPES, encoding="utf-8")
    (tmp_path / "data.ttl").write_text("<http://example.org/x> a <http://example.org/C> .", encoding="utf-8")
    shapes, store = Shapes(tmp_path / "shapes.ttl"), Store.in_memory(parse_file(tmp_path / "data.ttl"))
    return sorted(shapes.reference_findings(store) if by_reference else shapes.findings(store))


@pytest.mark.parametrize("by_reference", [False, True])
def test_a_report_names_the_shapes_that_have_a_name_and_no_others(tmp_path: Path, by_reference: bool) -> None:
    findings = own_findings(tmp_path, by_reference)
    report = rdflib.Graph().parse(data=Report(1, 1, 0, (*findings,)).to_rdf(RdfFormat.TURTLE))
    assert len(findings) == len([*report.subject_objects(SH.sourceConstraintComponent)]) == 3
    assert [*report.objects(None, SH.sourceShape)] == [rdflib.URIRef("http://example.org/NamedShape")] * 2


@pytest.mark.parametrize("by_reference", [False, True])
def test_a_shape_without_a_message_is_told_by_its_component(tmp_path: Path, by_reference: bool) -> None:
    told = {f.component.rpartition("#")[2]: f.message_fr for f in own_findings(tmp_path, by_reference)}
    assert told["MinCountConstraintComponent"] == "p is missing"
    assert told["SPARQLConstraintComponent"] == "SPARQLConstraintComponent"
    assert told["NodeKindConstraintComponent"]


def test_the_reports_of_our_own_rules_name_shapes_that_are_there() -> None:
    named = {rdflib.URIRef(shape) for shape in rdflib.Graph().parse(layout.SHAPES).subjects()}
    for rule in RULE_IDS:
        report = rdflib.Graph().parse(
            data=checked(EXAMPLES / f"{rule}.invalid.trig").to_rdf(RdfFormat.TURTLE)
        )
        shapes = {*report.objects(None, SH.sourceShape)}
        assert shapes <= named
        assert any(str(shape).endswith(f"#{rule}") for shape in shapes) == (rule in RULES.shapes.ids)


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"findings": [{}]}'])
def test_a_damaged_report_is_one_sentence(tmp_path: Path, content: str) -> None:
    (tmp_path / "report.json").write_text(content, encoding="utf-8")
    with pytest.raises(SourceError, match=r"report\.json: no report of a check"):
        Report.read(tmp_path / "report.json")


def test_a_mistake_in_a_sparql_constraint_is_told_when_the_shapes_are_read(tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    query = "SELECT $this WHERE { $this ex:one ?a ; ex:other ?a }"
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        f'<a:S> a sh:NodeShape ; sh:targetClass <a:C> ; sh:sparql [ sh:select "{query}" ] .\n',
        encoding="utf-8",
    )
    with pytest.raises(SourceError, match=r"shapes\.ttl: a SPARQL constraint: line 1, column"):
        Shapes(shapes)
