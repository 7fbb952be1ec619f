"""The graph: provenance to the character, one home per triple, said and inferred apart, same bytes."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import Counter, defaultdict

import pytest

from conftest import ROOT, expected
from ti_graph import layout
from ti_graph.assembly.announcement import Announcement
from ti_graph.assembly.graph import assemble_announcement
from ti_graph.assembly.statements import VERBATIM
from ti_graph.assembly.system import DESCRIPTIONS, system_quads
from ti_graph.build import ANNOUNCEMENT_FILES, announcement_quads
from ti_graph.ingest.home import Source
from ti_graph.ingest.outcome import Ingester
from ti_graph.rdf import (
    ID,
    OA,
    PREFIXES,
    PROV,
    RDF,
    SPDX,
    TI,
    XSD,
    Literal,
    NamedNode,
    Namespace,
    Quad,
    RdfFormat,
)
from ti_graph.rdf.syntax import write
from ti_graph.reference.sources import read_manifest
from ti_graph.stores.store import Store


def values(quads: list[Quad], predicate: NamedNode) -> dict[str, list[str]]:
    found = defaultdict(list)
    for quad in quads:
        if quad.predicate == predicate:
            found[quad.subject.value].append(quad.object.value)
    return found


def test_the_stored_text_is_the_published_text_byte_for_byte() -> None:
    content = (layout.ANNOUNCEMENT / "text.txt").read_bytes()
    assert hashlib.sha256(content).hexdigest() == (
        "5272e29bfc05b15b3efcd079ebf299ef7cbdaf6ea23877efb070ffe4914ee657"
    )


def test_every_extract_stands_in_the_text_at_its_offsets(
    quads: list[Quad], announcement: Announcement
) -> None:
    starts, ends, exacts = (values(quads, p) for p in (OA.start, OA.end, OA.exact))
    assert len(starts) > 150
    for selector, (start,) in starts.items():
        (end,), (exact,) = ends[selector], exacts[selector]
        assert announcement.text[int(start) : int(end)] == exact, selector


def test_a_triple_has_one_home(quads: list[Quad]) -> None:
    assert len({(q.subject, q.predicate, q.object) for q in quads}) == len(set(quads)) == len(quads)


def test_every_graph_says_where_it_comes_from(quads: list[Quad]) -> None:
    """An énoncé names its passages, a deduction its inputs and method, a table is described."""
    kinds, said_by = values(quads, RDF.type), values(quads, TI.enoncePar)
    inputs, methods = values(quads, PROV.wasDerivedFrom), values(quads, TI.methode)
    passages = {s for s, types in kinds.items() if TI.Passage.value in types}
    for graph in {quad.graph_name.value for quad in quads}:
        types = set(kinds[graph])
        if TI.Enonce.value in types:
            assert said_by[graph] and set(said_by[graph]) <= passages
        elif TI.Deduction.value in types:
            assert inputs[graph] and len(methods[graph]) == 2
        else:
            assert TI.Table.value in types, graph


def test_every_sentence_has_statements_or_a_reason_for_none(
    quads: list[Quad], announcement: Announcement
) -> None:
    used = {value for found in values(quads, TI.enoncePar).values() for value in found}
    parts = values(quads, NamedNode("http://purl.org/dc/terms/isPartOf"))
    used |= {passage for passage, wholes in parts.items() if used & set(wholes)}
    reasons = values(quads, TI.sansEnonce)
    without = []
    for passage in announcement.passages:
        node = f"{ID}passage/annonce/{passage.start}-{passage.end}"
        assert (node in used) != (node in reasons), passage
        without += [node] if node in reasons else []
    assert without == [f"{ID}passage/annonce/3047-3178"]
    assert len(reasons[without[0]]) == 2


def test_inferred_facts_stand_in_deductions_only(quads: list[Quad]) -> None:
    kinds = values(quads, RDF.type)
    for quad in quads:
        types = kinds[quad.graph_name.value]
        if quad.predicate in (
            TI.indice,
            TI.methodeRapprochement,
            TI.couvre,
            TI.voisinDe,
            TI.pointRepresentatif,
        ):
            assert TI.Deduction.value in types
        if quad.predicate in (TI.membre, TI.aPourMembre):
            assert (TI.Table if "/2018/" not in quad.subject.value else TI.Deduction).value in types
        if quad.predicate in (TI.mention, TI.regionTextuelle):
            assert TI.Enonce.value in types


def test_the_124_is_said_by_six_passages_the_10_by_three(quads: list[Quad]) -> None:
    said_by = values(quads, TI.enoncePar)
    stated = Counter(w["value"] for w in expected("figures-stated") if w["unit"] == "territoires")
    assert len(said_by[f"{ID}enonce/124"]) == stated["124"] == 6
    assert len(said_by[f"{ID}enonce/10"]) == stated["10"] == 3


def test_a_checksum_is_hexadecimal(quads: list[Quad]) -> None:
    sums = [q.object for q in quads if q.predicate == SPDX.checksumValue]
    assert len(sums) > 10
    assert {value.datatype for value in sums if isinstance(value, Literal)} == {XSD.hexBinary}


def test_the_data_have_no_blank_node(quads: list[Quad]) -> None:
    assert all(isinstance(quad.subject, NamedNode) for quad in quads)
    assert all(isinstance(quad.object, NamedNode | Literal) for quad in quads)


def test_two_builds_in_two_processes_give_the_same_bytes() -> None:
    program = (
        "import hashlib; from ti_graph.assembly.graph import assemble\n"
        "from ti_graph.rdf import RdfFormat; from ti_graph.rdf.syntax import write\n"
        "quads = assemble()\n"
        "for f in (RdfFormat.TRIG, RdfFormat.TURTLE): print(hashlib.sha256(write(quads, f)).hexdigest())"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


@pytest.mark.parametrize("suffix", ANNOUNCEMENT_FILES)
def test_the_committed_announcement_is_what_the_build_writes(suffix: str) -> None:
    """When this fails after a meant change: ``make announcement``, then review the diff."""
    built = write(announcement_quads(assemble_announcement()), ANNOUNCEMENT_FILES[suffix])
    assert (ROOT / "data" / f"announcement.{suffix}").read_bytes() == built


def test_local_names_in_turtle_need_no_escape(quads: list[Quad]) -> None:
    turtle = write(quads, RdfFormat.TURTLE).decode()
    assert r"\/" not in turtle
    assert "@prefix ti:" in turtle


def declared() -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for quad in system_quads():
        if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(TI.iri):
            found[quad.subject.value].add(quad.predicate.value)
    return found


def test_every_term_in_code_and_data_is_declared_with_labels_and_an_example(quads: list[Quad]) -> None:
    terms = declared()
    used = {q.predicate.value for q in quads} | {q.object.value for q in quads if q.predicate == RDF.type}
    assert {term for term in used if term.startswith(TI.iri)} <= terms.keys()
    assert {TI.iri + name for name in TI.names} <= terms.keys()
    for term, predicates in terms.items():
        for needed in ("label", "definition", "example", "isDefinedBy"):
            assert any(p.endswith(("#" + needed, "/" + needed)) for p in predicates), (term, needed)


def test_the_verbatim_properties_are_the_words_of_the_page() -> None:
    """``ti:mention`` and ``ti:regionTextuelle`` come from the list parser, others from a machine."""
    sub_property = NamedNode("http://www.w3.org/2000/01/rdf-schema#subPropertyOf")
    words = {
        q.subject
        for q in system_quads()
        if (q.predicate, q.object.value) == (sub_property, TI.iri + "motsDeLaPage")
    }
    theirs = {NamedNode(PREFIXES["schema"] + "text"), NamedNode(PREFIXES["dcterms"] + "title")}
    read_by_machine = {TI.lieuTextuel, TI.motsLus, TI.uniteTextuelle}
    assert words - {TI.mention, TI.regionTextuelle} - read_by_machine == VERBATIM - theirs


def test_system_graphs_have_headers() -> None:
    title = NamedNode(PREFIXES["dcterms"] + "title")
    titled = {q.subject for q in system_quads() if q.predicate == title}
    assert titled >= set(DESCRIPTIONS)


def test_a_mistyped_term_is_an_error() -> None:
    with pytest.raises(AttributeError, match="no term 'Teritoire' in <http://x/>"):
        _ = Namespace("http://x/", "Territoire").Teritoire


def test_the_example_of_each_term_is_in_the_graph(store: Store) -> None:
    """The built graph has it, or that of the announcement as the machine reads it."""
    source = read_manifest(layout.FILES).announcement
    page = source.file.read_bytes() + "\n\n  • « Essai » : Vallée de la Seine, CA du Cotentin\n".encode()
    read = Ingester().ingest(page, Source(source.url, source.published), source.published)
    ingested = Store.in_memory([*read.quads, *read.rows])
    prefixes = "".join(f"PREFIX {prefix}: <{name}>\n" for prefix, name in PREFIXES.items())
    examples = [q.object.value for q in system_quads() if q.predicate.value == PREFIXES["skos"] + "example"]
    assert len(examples) > 100
    made_up = []
    for example in examples:
        count = f"{prefixes} BASE <{ID}> SELECT (COUNT(*) AS ?n) WHERE {{ {example} }}"
        if all(next(each.query(count).rows())["n"].value == "0" for each in (store, ingested)):
            made_up.append(example)
    assert not made_up
