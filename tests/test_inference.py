"""What the ontology and its alignments entail is found by who asks for it, and by nobody else."""

from __future__ import annotations

import shutil
from pathlib import Path

import owlrl
import pytest
import rdflib
from click.testing import CliRunner
from flask.testing import FlaskClient
from rdflib.term import Node as Term

from ti_graph import layout
from ti_graph.assembly.graph import assemble_announcement
from ti_graph.assembly.inference import AXIOMS, INFERENCES
from ti_graph.assembly.system import SYSTEM_GRAPHS, system_quads, with_inferences
from ti_graph.build import dataset
from ti_graph.cli import main
from ti_graph.errors import NotAllowedError
from ti_graph.rdf import RDF, RDFS, TI, NamedNode, Quad, RdfFormat, node
from ti_graph.rdf.syntax import write
from ti_graph.serving.change import Change, Policy, apply
from ti_graph.serving.writer import share_files
from ti_graph.stores.store import Store

PREFIXES = """PREFIX cv: <http://data.europa.eu/m8g/>
PREFIX geo: <http://www.opengis.net/ont/geosparql#>
PREFIX igeo: <http://rdf.insee.fr/def/geo#>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX ti: <https://w3id.org/territoires-industrie/def#>
BASE <https://w3id.org/territoires-industrie/id/>
"""
ORGANIZATIONS = PREFIXES + "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?o a org:Organization }"
EPCI = PREFIXES + "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?o a igeo:Intercommunalite }"
BOTH = EPCI.replace(
    "{ ?o a", "{ VALUES ?c { org:Organization cv:PublicOrganisation igeo:Intercommunalite } ?o a ?c } #"
)


def number(store: Store, query: str, **how: list[str]) -> int:
    return int(next(store.query(query, **how).rows())["n"].value)  # type: ignore[arg-type]


def test_an_epci_is_an_organisation_for_who_asks(store: Store) -> None:
    stated = number(store, ORGANIZATIONS)
    found = number(store, ORGANIZATIONS, besides=[INFERENCES.value])
    assert found == number(store, BOTH) > 1_200 > stated
    by_graph = ORGANIZATIONS.replace("{ ?o a", "{ GRAPH <../inferences> { ?o a").replace("}", "} }")
    assert number(store, by_graph) == number(store, BOTH)


def test_a_territory_is_a_feature_for_who_asks(client: FlaskClient) -> None:
    query = PREFIXES + "ASK { <territoire/2018/axe-seine> a geo:Feature }"
    answers = {
        word: client.get("/sparql", query_string={"query": query, "format": "json", "inference": word})
        for word in ("true", "false")
    }
    assert {name: answer.json for name, answer in answers.items()} == {
        "true": {"head": {}, "boolean": True},
        "false": {"head": {}, "boolean": False},
    }
    assert answers["true"].headers["ETag"] != answers["false"].headers["ETag"]


def test_other_words_than_true_and_false_are_refused(client: FlaskClient) -> None:
    answer = client.get("/sparql", query_string={"query": "ASK {}", "inference": "yes"})
    assert answer.status_code == 400
    assert "inference 'yes' is neither true nor false" in answer.text


def test_the_command_line_asks_too(runner: CliRunner, tmp_path: Path) -> None:
    (tmp_path / "q.rq").write_text(PREFIXES + "SELECT (1 AS ?yes) { <epci/247600596> a org:Organization }")
    command = ["query", str(tmp_path / "q.rq"), "--format", "csv"]
    assert runner.invoke(main, command).stdout.split() == ["yes"]
    assert runner.invoke(main, [*command, "--inference"]).stdout.split() == ["yes", "1"]


def test_the_rules_find_what_a_reasoner_finds() -> None:
    """On the announcement: classes and properties of all that RDFS and the symmetric properties entail."""
    said, system = with_inferences(assemble_announcement())
    data = list(said)
    ours = {
        (q.subject.value, q.predicate.value, q.object.value if isinstance(q.object, NamedNode) else "")
        for q in system
        if q.graph_name == INFERENCES and q.subject != INFERENCES
    }
    axioms = [quad for quad in system_quads() if quad.graph_name in AXIOMS]
    graph = rdflib.Graph().parse(data=write([*data, *axioms], RdfFormat.N_TRIPLES), format="nt")
    things = set(rdflib.Graph().parse(data=write(data, RdfFormat.N_TRIPLES), format="nt").subjects())
    before = set(graph)
    owlrl.DeductiveClosure(owlrl.RDFS_Semantics, axiomatic_triples=False).expand(graph)
    trivial = (rdflib.RDFS.Resource, rdflib.RDFS.Literal, rdflib.RDFS.Class, rdflib.RDF.Property)

    def key(s: Term, p: Term, o: Term) -> tuple[str, str, str]:
        """The reasoner gives a literal many spellings: of those only that there is one."""
        return str(s), str(p), str(o) if isinstance(o, rdflib.URIRef) else ""

    stated = {key(*triple) for triple in before}
    wanted = {
        key(s, p, o)
        for s, p, o in graph
        if s in things and o not in trivial and p not in (rdflib.RDFS.subClassOf, rdflib.RDFS.subPropertyOf)
    } - stated
    assert wanted - ours == set()
    assert ours - stated == wanted
    assert len(wanted) > 1_000


def test_only_the_ontology_and_its_alignments_entail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a change infers: a hierarchy among the shapes or the names of terms entails nothing of the data."""
    shutil.copytree(layout.ONTOLOGY, tmp_path / "ontology")
    for name, broader in (("ontology", "A"), ("shapes", "B"), ("terms", "C")):
        with (tmp_path / "ontology" / f"{name}.ttl").open("a", encoding="utf-8") as file:
            file.write(f"\n{TI.Territoire} {RDFS.subClassOf} <http://example.org/{broader}> .\n")
    monkeypatch.setattr("ti_graph.assembly.system.ONTOLOGY", tmp_path / "ontology")
    territory = node("territoire/2018/axe-seine")
    data, system = with_inferences([Quad(territory, RDF.type, TI.Territoire, node("table/liste-2023"))])
    assert len([*data]) == 1
    kinds = {str(q.object) for q in system if q.graph_name == INFERENCES and q.subject == territory}
    assert {kind for kind in kinds if "example.org" in kind} == {"<http://example.org/A>"}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    share_files(dataset().repository.current().path, tmp_path / "store")
    return tmp_path / "store"


def test_a_change_takes_its_inferences_along(copy: Path) -> None:
    system = tuple(name.value for name in SYSTEM_GRAPHS)
    policy = Policy(merged=True, system=system)
    feature = PREFIXES + "SELECT * { GRAPH <../inferences> { <territoire/x> a geo:Feature } }"

    def change(kind: str, graph: str) -> bool:
        """Say, or no longer say, that x is a territory; is it a feature then?"""
        text = f"{kind} DATA {{ GRAPH <enonce/{graph}> {{ <territoire/x> a ti:Territoire }} }}"
        apply(Change("update", PREFIXES + text), str(copy), policy)
        return list(Store.open(copy).query(feature).rows()) != []

    assert change("INSERT", "titre")
    assert change("INSERT", "unite")
    assert change("DELETE", "titre"), "the other graph still says so"
    assert not change("DELETE", "unite")


def test_the_graph_of_inferences_is_not_written_to(copy: Path) -> None:
    system = tuple(name.value for name in SYSTEM_GRAPHS)
    change = Change("update", f"{PREFIXES} INSERT DATA {{ GRAPH <../inferences> {{ <a:a> a geo:Feature }} }}")
    with pytest.raises(NotAllowedError, match="comes with the release"):
        apply(change, str(copy), Policy(merged=True, system=system))
