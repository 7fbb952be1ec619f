"""The fast way of checking agrees with the reports of the W3C's SHACL suite.

The suite (https://github.com/w3c/data-shapes) gives a report for each test; results are compared by focus
node, value, component and severity, blank nodes without their names.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import RDF, SH

from ti_graph.checking.check import Rules
from ti_graph.checking.guard import report_on_change
from ti_graph.checking.report import Finding
from ti_graph.checking.shacl import Shapes
from ti_graph.errors import NotAllowedError, RequestError, SourceError
from ti_graph.rdf import ID, Quad
from ti_graph.rdf.syntax import parse_file
from ti_graph.stores.store import Store

SUITE = Path(__file__).parents[1].parent / "shared" / "w3c" / "shacl"
if not SUITE.is_dir():
    pytest.skip("the W3C's SHACL tests are not in ../shared/w3c/shacl", allow_module_level=True)

MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = rdflib.Namespace("http://www.w3.org/ns/shacl-test#")
Row = tuple[str, str, str, str]


def cases(part: str) -> list[Path]:
    return [
        path
        for path in sorted((SUITE / part).rglob("*.ttl"))
        if (None, RDF.type, SHT.Validate) in rdflib.Graph().parse(path)
    ]


def shown(node: rdflib.term.Node | str | None) -> str:
    return "_" if node is None or isinstance(node, rdflib.BNode) else str(node)


def expected(path: Path) -> tuple[Path, Path, bool, Counter[Row]]:
    """The data, the shapes, whether they conform, and the results that the test demands."""
    graph = rdflib.Graph().parse(path, publicID=ID)
    test = next(graph.subjects(RDF.type, SHT.Validate))
    action, report = graph.value(test, MF.action), graph.value(test, MF.result)
    names = [str(graph.value(action, which)).removeprefix(ID) for which in (SHT.dataGraph, SHT.shapesGraph)]
    files = [path.with_name(name) if name else path for name in names]
    results = Counter(
        (
            shown(graph.value(result, SH.focusNode)),
            shown(graph.value(result, SH.value)) if graph.value(result, SH.value) else "",
            shown(graph.value(result, SH.sourceConstraintComponent)),
            shown(graph.value(result, SH.resultSeverity)).split("#")[-1],
        )
        for result in graph.objects(report, SH.result)
    )
    conforms = graph.value(report, SH.conforms)
    assert conforms is not None
    return files[0], files[1], bool(conforms.toPython()), results


def found(data: Path, shapes: Path) -> Counter[Row]:
    """What the fast way finds: core constraints with every severity of the suite, SPARQL ones as sets."""
    engine = Shapes(shapes)
    quads = list(parse_file(data))
    merge = Store.in_memory(quads).merge(engine._predicates)  # what a whole check sees
    core = engine._core.validate_text(merge.decode(), "ntriples").results
    rows = [
        (
            shown(term(result.focus_node)),
            shown(term(result.value)) if result.value is not None else "",
            result.component_iri,
            result.severity_iri.split("#")[-1],
        )
        for result in core
    ]
    sets = [
        f
        for f in engine.findings(Store.in_memory(quads))
        if f.component.endswith("#SPARQLConstraintComponent")
    ]
    rows += [(f.focus, f.value, f.component, f.severity.capitalize()) for f in sets]
    return Counter(rows)


def term(text: str) -> rdflib.term.Node | None:
    return rdflib.util.from_n3(text)  # type: ignore[return-value]


@pytest.mark.parametrize("path", cases("core"), ids=lambda path: path.stem)
def test_the_reports_of_the_w3c(path: Path) -> None:
    data, shapes, conforms, results = expected(path)
    assert (not found(data, shapes)) == conforms
    assert found(data, shapes) == results


#: What SHACL forbids beside a pre-bound variable, and what pySHACL does not have.
REFUSED = {"pre-binding-006", "shapesGraph-001", *(f"unsupported-sparql-00{n}" for n in range(1, 7))}


@pytest.mark.parametrize(
    "path",
    [p for p in cases("sparql") if p.stem not in REFUSED],
    ids=lambda path: f"{path.parent.name}-{path.stem}",
)
def test_the_reports_of_the_w3c_with_sparql(path: Path) -> None:
    data, shapes, _, results = expected(path)
    assert found(data, shapes) == results


@pytest.mark.parametrize(
    "path", [p for p in cases("sparql") if p.stem in REFUSED], ids=lambda path: path.stem
)
def test_what_shacl_forbids_is_refused(path: Path) -> None:
    """Also ``$shapesGraph``, which an engine may leave out (SHACL, section 5.3.1)."""
    store = Store.in_memory(list(parse_file(path)))
    with pytest.raises((SourceError, RequestError, NotAllowedError)):
        list(Shapes(path).findings(store))


def test_the_suite_is_whole() -> None:
    assert (len(cases("core")), len(cases("sparql")), len(REFUSED)) == (98, 23, 8)


@pytest.mark.parametrize("path", cases("core"), ids=lambda path: path.stem)
def test_after_a_change_the_part_shows_what_the_whole_shows(path: Path) -> None:
    """Each triple of a test is taken away in turn: what is new is found, and nothing else than what is."""
    data, shapes, _, _ = expected(path)
    rules = Rules(shapes, None)
    quads = list(parse_file(data))
    before = violations(rules, quads)
    for gone in quads:
        rest = [quad for quad in quads if quad != gone]
        whole = violations(rules, rest)
        part = {*map(named, report_on_change(Store.in_memory(rest), rules, [gone]).findings)}
        assert whole - before <= part <= whole, gone


def violations(rules: Rules, quads: list[Quad]) -> set[tuple[str, ...]]:
    return {*map(named, rules.check(Store.in_memory(quads)).findings)}


def named(finding: Finding) -> tuple[str, ...]:
    """A finding without the names of blank nodes."""
    texts = (finding.rule, finding.component, finding.focus, finding.path, finding.value)
    return tuple("_" if re.fullmatch(r"[0-9a-f]{20,}|\d+_b\w+", text) else text for text in texts)
