"""The named queries answer as a second reader of the page does (``tests/expected``)."""

from __future__ import annotations

import unicodedata
from collections import Counter
from urllib.parse import parse_qsl

import pytest
import rdflib

from conftest import ROOT, expected
from ti_graph import layout
from ti_graph.sparql.catalogue import Catalogue
from ti_graph.stores.store import Store

CATALOGUE = Catalogue(layout.QUERIES)
#: Queries over the tables and lists: the announcement's own Turtle does not hold those.
OVER_TIME = {
    name for name, query in CATALOGUE.items() if {"communes", "time", "geography"} & {*query.tags}
} | {
    "never-covered-epci",
    "territories-across-regions-by-list",
    "data-sources",
}
#: Those that give too much, or nothing, without a parameter.
WANTS_PARAMETERS = {
    *("territory-of-commune", "perimeter-changes", "communes-of-territory"),
    *("composition-at-date", "territories-near-point", "deduction-sources", "epci-flows"),
}
NEEDS_NAMED_GRAPHS = {"deduction-sources", "graphs", "passages", "statement-sources"}
COLUMNS = {
    "territories-announced": "territory label region",
    "members-of-territory": "territory territoryLabel mention epci siren epciName nature region regionLabel",
    "territories-across-regions": "territory territoryLabel epci epciName regionLabel",
    "officials-and-posts": "person personLabel post postLabel body",
    "quotations": "speaker speakerLabel text passage",
    "figures-stated": "indicator value unit scope passage",
    "programmes-and-instruments": "programme label kind",
    "documents": "document title issued mediaType size",
    "dates-and-events": "date event label",
    "statement-sources": "subject predicate object passage text",
}


@pytest.fixture
def ask(store: Store):  # type: ignore[no-untyped-def]
    """Runs a named query with parameters; rows as text."""

    def run(name: str, **values: str) -> list[dict[str, str]]:
        result = store.query(CATALOGUE[name].bind(values.items()))
        return [{key: term.value for key, term in row.items()} for row in result.rows()]

    return run


def folded(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def range_of(passage: str) -> tuple[int, int]:
    start, end = passage.rsplit("/", 1)[1].split("-")
    return int(start), int(end)


@pytest.mark.parametrize(("name", "columns"), COLUMNS.items())
def test_a_query_has_its_result_columns(store: Store, name: str, columns: str) -> None:
    assert store.query(CATALOGUE[name].text).variables == tuple(columns.split())


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_query_answers_and_so_do_its_examples(store: Store, name: str) -> None:
    query = CATALOGUE[name]
    if name in WANTS_PARAMETERS:
        assert all([*store.query(query.bind(parse_qsl(example))).rows()] for example in query.examples)
        return
    whole = [tuple(sorted(row.items())) for row in store.query(query.text).rows()]
    assert whole
    for example in query.examples:
        narrowed = [tuple(sorted(r.items())) for r in store.query(query.bind(parse_qsl(example))).rows()]
        assert narrowed, example
        assert Counter(narrowed) <= Counter(whole)
        assert len(narrowed) < len(whole), f"{example} narrows nothing"


def test_ten_territories_are_counted_under_normandie(ask) -> None:  # type: ignore[no-untyped-def]
    rows = ask("territories-announced")
    assert {row["label"] for row in rows} == {row["label"] for row in expected("territories-announced")}
    assert len(rows) == 10
    assert {row["region"] for row in rows} == {"https://w3id.org/territoires-industrie/id/region/28"}


def test_29_members_with_siren_name_nature_and_region(ask) -> None:  # type: ignore[no-untyped-def]
    columns = ("territoryLabel", "mention", "siren", "epciName", "nature", "regionLabel")
    found = [tuple(row[c] for c in columns) for row in ask("members-of-territory")]
    wanted = [tuple(row[c] for c in columns) for row in expected("members-of-territory")]
    assert sorted(found) == sorted(wanted)
    axe_seine = [row["mention"] for row in ask("members-of-territory", label="Axe Seine")]
    assert axe_seine == [
        r["mention"] for r in expected("members-of-territory") if r["territoryLabel"] == "Axe Seine"
    ]


def test_territories_across_regions_are_those_the_page_brackets(ask) -> None:  # type: ignore[no-untyped-def]
    found = {
        (r["territoryLabel"], r["epci"][-9:], r["regionLabel"]) for r in ask("territories-across-regions")
    }
    wanted = {
        (r["territoryLabel"], r["siren"], r["regionLabel"]) for r in expected("territories-across-regions")
    }
    assert found == wanted


def test_officials_hold_the_posts_of_the_page(ask) -> None:  # type: ignore[no-untyped-def]
    rows = ask("officials-and-posts")
    found = {(folded(row["personLabel"]), row["postLabel"]) for row in rows}
    assert found == {
        (folded(row["personLabel"]), row["postLabel"]) for row in expected("officials-and-posts")
    }
    assert {row["body"] for row in rows} == {"Normandie", "Seine-Maritime", "Gouvernement"}


def test_quotations_are_exact_and_located(ask) -> None:  # type: ignore[no-untyped-def]
    rows, wanted = ask("quotations"), expected("quotations")
    assert [(r["text"], *range_of(r["passage"])) for r in rows] == [
        (w["text"], int(w["start"]), int(w["end"])) for w in wanted
    ]
    speakers = [folded(row["speakerLabel"]) for row in rows]
    assert speakers == ["fabienne buccio", "edouard philippe", "edouard philippe"]


def test_figures_stand_where_the_page_states_them(ask) -> None:  # type: ignore[no-untyped-def]
    """Durations and file sizes are not figures here: see ``tests/expected/README.md``."""
    wanted = [w for w in expected("figures-stated") if w["unit"] not in ("ans", "Mb")]
    rows = ask("figures-stated")
    assert len(rows) == len(wanted) == 14
    for row, want in zip(rows, wanted, strict=True):
        start, end = range_of(row["passage"])
        assert row["value"] == want["value"]
        assert start <= int(want["start"]) < int(want["end"]) <= end
        if want["scope"] == "Normandie":
            assert row["scope"] == "Normandie"


def test_documents_as_the_page_offers_them(ask) -> None:  # type: ignore[no-untyped-def]
    found = {(r["title"], r["size"], r["issued"], r["mediaType"].rsplit("/", 1)[1]) for r in ask("documents")}
    wanted = {
        (w["title"], w["size"], "-".join(reversed(w["issued"].split("/"))), w["format"].lower())
        for w in expected("documents")
    }
    assert found == wanted


def test_dated_events_are_the_full_days_of_the_page(ask) -> None:  # type: ignore[no-untyped-def]
    """The Conseil is one event that two titles date; years without a day are no events."""
    wanted = Counter(w["date"] for w in expected("dates-and-events") if len(w["date"]) == 10)
    wanted["2018-11-22"] -= 1
    assert Counter(row["date"] for row in ask("dates-and-events")) == wanted


def test_programmes_and_instruments_by_kind(ask) -> None:  # type: ignore[no-untyped-def]
    kinds = Counter(row["kind"] for row in ask("programmes-and-instruments"))
    assert kinds["levier"] == 4
    assert kinds["contrat"] == 2
    assert kinds["projet"] == 4  # the filières' great projects and the three given as examples
    assert kinds["programme"] == kinds["mission"] == 1


def test_each_of_six_passages_says_124(ask) -> None:  # type: ignore[no-untyped-def]
    rows = [row for row in ask("statement-sources", object="124") if row["predicate"].endswith("#valeur")]
    stated = [w for w in expected("figures-stated") if w["value"] == "124"]
    assert len(rows) == len(stated) == 6
    for row, want in zip(rows, stated, strict=True):
        start, end = range_of(row["passage"])
        assert start <= int(want["start"]) < end
        assert "124" in row["text"]


def test_an_inferred_statement_has_no_passage_of_its_own(ask) -> None:  # type: ignore[no-untyped-def]
    membre = "https://w3id.org/territoires-industrie/def#membre"
    assert ask("statement-sources", predicate=membre) == []
    inputs = {row["input"] for row in ask("deduction-sources", predicate=membre)}
    assert "https://w3id.org/territoires-industrie/id/table/epci-2018" in inputs


def test_a_forecast_is_a_claim_and_never_a_dated_event(ask) -> None:  # type: ignore[no-untyped-def]
    claims = {row["text"] for row in ask("claims", modality="prevision")}
    assert "L'Europe en 2019 sera marqué par les élections des eurodéputés et le Brexit." in claims
    assert not [row for row in ask("dates-and-events") if "Brexit" in row["label"]]


def test_the_20_percent_is_the_prefete_s_own(store: Store) -> None:
    rows = store.query(
        """PREFIX ti: <https://w3id.org/territoires-industrie/def#>
        PREFIX prov: <http://www.w3.org/ns/prov#>
        SELECT ?who WHERE { GRAPH ?g { ?o ti:valeur 20 } ?g prov:wasAttributedTo ?who }"""
    ).rows()
    assert [row["who"].value.rsplit("/", 1)[1] for row in rows] == ["fabienne-buccio"]


@pytest.fixture(scope="module")
def loaded_turtle() -> rdflib.Graph:
    """The committed Turtle of the announcement, alone, in rdflib."""
    return rdflib.Graph().parse(ROOT / "data/announcement.ttl")


@pytest.mark.parametrize("name", sorted(CATALOGUE.keys() - NEEDS_NAMED_GRAPHS - OVER_TIME))
def test_the_committed_turtle_alone_gives_the_same_answers_in_rdflib(
    store: Store, loaded_turtle: rdflib.Graph, name: str
) -> None:
    result = store.query(CATALOGUE[name].text)
    ours = Counter(
        tuple(row[v].value if v in row else None for v in result.variables) for row in result.rows()
    )
    theirs = Counter(
        tuple(None if term is None else str(term) for term in row)
        for row in loaded_turtle.query(CATALOGUE[name].text)
    )
    assert ours == theirs
