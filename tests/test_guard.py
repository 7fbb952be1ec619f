"""The guard finds what a check of the whole would find, looking only at what a change touched."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ti_graph import layout
from ti_graph.build import dataset
from ti_graph.checking.check import Rules
from ti_graph.checking.report import Report
from ti_graph.errors import NonConformingError
from ti_graph.serving.change import Change, Policy, apply
from ti_graph.serving.writer import share_files
from ti_graph.stores.store import Store

SHAPES, CHECKS = layout.ONTOLOGY / "shapes.ttl", layout.CHECKS
PREFIXES = """PREFIX ti: <https://w3id.org/territoires-industrie/def#>
PREFIX igeo: <http://rdf.insee.fr/def/geo#>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
BASE <https://w3id.org/territoires-industrie/id/>
"""
MISTAKES = {
    "a SIREN with a wrong digit": """DELETE { GRAPH ?g { ?e igeo:codeINSEE ?c } }
        INSERT { GRAPH ?g { ?e igeo:codeINSEE "247600597" } }
        WHERE { BIND(<epci/247600596> AS ?e) GRAPH ?g { ?e igeo:codeINSEE ?c } }""",
    "a statement without its passage": "DELETE WHERE { GRAPH ?g { <enonce/titre> ti:enoncePar ?p } }",
    "a figure that its words do not say": """DELETE { GRAPH ?g { ?o ti:valeur 10 } }
        INSERT { GRAPH ?g { ?o ti:valeur 11 } }
        WHERE { GRAPH ?g { ?o ti:valeur 10 } }""",
    "a member gone": """DELETE WHERE { GRAPH ?g {
        <territoire/2018/axe-seine> ti:aPourMembre <epci/247600596> } }""",
    "a member in two territories": """INSERT DATA { GRAPH <deduction/membres-2018-sud-manche> {
        <territoire/2018/sud-manche> ti:aPourMembre <epci/247600596> } }""",
    "an extract that is not in the text": """DELETE { GRAPH ?g { ?s oa:start 389 } }
        INSERT { GRAPH ?g { ?s oa:start 390 } }
        WHERE { GRAPH ?g { ?s oa:start 389 } }""",
    "a quotation without speaker": """DELETE WHERE { GRAPH ?g {
        <citation/buccio> schema:spokenByCharacter ?who } }""",
    "the yearly state of an EPCI gone": "DELETE WHERE { GRAPH ?g { <etat/247600596/2018> ?p ?o } }",
    "a code without label": "DELETE WHERE { GRAPH ?g { <code/nature/CA> skos:prefLabel ?l } }",
    "a literal for a code": """DELETE { GRAPH ?g { ?e ti:nature ?n } }
        INSERT { GRAPH ?g { ?e ti:nature "foo" } }
        WHERE { BIND(<etat/247600596/2018> AS ?e) GRAPH ?g { ?e ti:nature ?n } }""",
    "an undeclared term": "INSERT DATA { GRAPH <enonce/titre> { <document/annonce> ti:titre 'x' } }",
    "a graph without provenance": """INSERT DATA { GRAPH <enonce/nouveau> {
        <document/annonce> rdfs:label 'x'@fr } }""",
}  # fmt: skip


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Path]:
    """A copy of the built dataset's store, to be changed."""
    share_files(dataset().repository.current().path, tmp_path / "store")
    yield tmp_path / "store"


def broken(report: Report) -> set[tuple[str, str]]:
    return {(finding.rule, finding.focus) for finding in report.violations}


#: All of them with ``make guard``; the suite has one of each kind of rule: core, SPARQL, graph check.
SHORT = ("a literal for a code", "an extract that is not in the text", "a graph without provenance")
CHOSEN = {name: text for name, text in MISTAKES.items() if name in SHORT or os.environ.get("GUARD_ALL")}


@pytest.mark.parametrize("text", CHOSEN.values(), ids=CHOSEN)
def test_the_guard_finds_what_the_whole_check_finds(copy: Path, text: str) -> None:
    change = Change("update", PREFIXES + text)
    with pytest.raises(NonConformingError) as refused:
        apply(change, str(copy), Policy.built_in())
    assert isinstance(refused.value.report, Report)
    whole = Rules(SHAPES, CHECKS).check(Store.open(copy))
    assert broken(refused.value.report) == broken(whole) != set()
