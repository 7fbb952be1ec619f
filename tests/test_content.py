"""What the graph says is what a second reader of the page found there (``tests/expected``).

Both sides are compared word by word and stretch by stretch: a claim of the graph is known by where it stands.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import pytest

from conftest import expected
from ti_graph import layout
from ti_graph.assembly.announcement import Announcement
from ti_graph.rdf import PREFIXES
from ti_graph.sparql.catalogue import Catalogue
from ti_graph.stores.store import Store

Row = dict[str, str]

CATALOGUE = Catalogue(layout.QUERIES)
CLAIMS = expected("claims")
CONTEXTS = expected("contexts")
EVENTS = expected("events")
PROGRAMMES = expected("programmes")

LIST = "Liste des Territoires d’industrie annoncée le 22 novembre 2018"
PUBLISHER = "Préfecture de la Seine-Maritime"

#: The codes of the graph for the reader's words.
INDICATORS = {
    "territoires annoncés": "nombre-de-territoires",
    "territoires à accompagner": "nombre-de-territoires-vise",
    "part de l'industrie dans la valeur ajoutée": "part-industrie-valeur-ajoutee",
    "enjeux majeurs": "nombre-d-enjeux",
    "contrats de filière": "nombre-de-contrats-de-filiere",
    "contrats de filière déjà signés": "nombre-de-contrats-de-filiere-signes",
}
UNSAID = {"zone non précisée", "période non précisée"}


@dataclass(frozen=True)
class Claim:
    """A claim or steering of the graph, by the words that stand for it."""

    thing: str
    start: int
    end: int
    text: str
    modality: str

    def meets(self, row: Row) -> bool:
        """Whether one of the two stretches lies within the other."""
        start, end = int(row["start"]), int(row["end"])
        return (start <= self.start and self.end <= end) or (self.start <= start and end <= self.end)


def ask(store: Store, query: str) -> list[Row]:
    """The rows of a query, as text."""
    head = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
    return [{key: term.value for key, term in row.items()} for row in store.query(head + query).rows()]


def named(store: Store, name: str) -> list[Row]:
    """The rows of a named query, as text."""
    rows = store.query(CATALOGUE[name].text).rows()
    return [{key: term.value for key, term in row.items()} for row in rows]


def values(store: Store, thing: str, path: str) -> set[str]:
    """What a property path leads to from a thing, as text."""
    return {row["value"] for row in ask(store, f"SELECT ?value WHERE {{ <{thing}> {path} ?value }}")}


def names(store: Store, thing: str, path: str) -> set[str]:
    """The French labels of what a property path leads to from a thing."""
    query = f'SELECT ?label WHERE {{ <{thing}> ({path})/rdfs:label ?label FILTER(LANG(?label) = "fr") }}'
    return {row["label"] for row in ask(store, query)}


def plain(text: str) -> str:
    """A name without accents, case, kind of apostrophe or leading article."""
    text = "les 124 territoires" if text == LIST else text
    letters = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    return re.sub(r"^(l'|les? |la )", "", "".join(c for c in letters if not unicodedata.combining(c)))


def plains(texts: Iterable[str]) -> set[str]:
    return {plain(text) for text in texts if text}


def listed(cell: str) -> set[str]:
    """The values of a cell that must all be there."""
    return plains(cell.split("|"))


def readings(row: Row) -> set[tuple[str, str]]:
    """The pairs of modality and bearer that a reader can defend; a single bearer goes with them all."""
    modalities, bearers = row["modality"].split("|"), row["bearer"].split("|")
    if len(bearers) == 1:
        bearers *= len(modalities)
    return {(modality, plain(bearer)) for modality, bearer in zip(modalities, bearers, strict=True)}


def start_of(passage: str) -> str:
    return passage.rsplit("/", 1)[1].split("-")[0]


def title_of(row: Row) -> str:
    return row.get("text", row.get("words", ""))[:40]


@pytest.fixture(scope="module")
def claims(store: Store) -> list[Claim]:
    """Everything in the graph that has a modality."""
    query = """SELECT ?thing ?start ?end ?exact ?modality WHERE {
        ?thing ti:modalite/skos:notation ?modality .
        ?mention ti:designe ?thing ; oa:hasSelector ?selector .
        ?selector oa:start ?start ; oa:end ?end ; oa:exact ?exact .
        OPTIONAL { ?thing schema:text ?text }
        FILTER(!BOUND(?text) || STR(?text) = ?exact)
    }"""
    return [
        Claim(row["thing"], int(row["start"]), int(row["end"]), row["exact"], row["modality"])
        for row in ask(store, query)
    ]


@pytest.mark.parametrize("name", ["claims", "programmes", "figures", "events", "contexts"])
def test_the_second_reader_quotes_the_page(announcement: Announcement, name: str) -> None:
    column = {"claims": "text", "programmes": "label"}.get(name, "words")
    for row in expected(name):
        assert announcement.text.startswith(row[column], int(row["start"])), row
        if "end" in row:
            assert int(row["end"]) == int(row["start"]) + len(row[column]), row


def test_every_claim_of_the_graph_is_one_that_the_page_makes(store: Store, claims: list[Claim]) -> None:
    counted = ask(store, "SELECT DISTINCT ?claim WHERE { ?claim a schema:Claim }")
    assert {row["claim"] for row in counted} <= {claim.thing for claim in claims}
    strangers = [claim for claim in claims if not any(claim.meets(row) for row in CLAIMS)]
    assert strangers == []


@pytest.mark.parametrize("row", [row for row in CLAIMS if not row["held_in"]], ids=title_of)
def test_a_claim_of_the_page_has_its_modality_speaker_and_bearer(
    store: Store, claims: list[Claim], row: Row
) -> None:
    found = [claim for claim in claims if claim.meets(row)]
    assert found, "the graph does not have this claim"
    for claim in found:
        bearers = names(store, claim.thing, "ti:porteur") or {""}
        assert {(claim.modality, plain(bearer)) for bearer in bearers} <= readings(row)
        assert names(store, claim.thing, "ti:locuteur") == ({row["speaker"]} if row["speaker"] else set())


@pytest.mark.parametrize("row", [row for row in CLAIMS if not row["held_in"]], ids=title_of)
def test_a_claim_of_the_page_is_attributed_to_who_makes_it(
    store: Store, claims: list[Claim], row: Row
) -> None:
    for claim in claims:
        if claim.meets(row):
            authors = ask(
                store,
                f"""SELECT ?author WHERE {{
                    GRAPH ?enonce {{ <{claim.thing}> ti:modalite ?modality }}
                    ?enonce prov:wasAttributedTo/rdfs:label ?author
                }}""",
            )
            assert {author["author"] for author in authors} == {row["speaker"] or PUBLISHER}


@pytest.mark.parametrize("row", [row for row in CLAIMS if not row["held_in"]], ids=title_of)
def test_a_claim_of_the_page_says_of_what_for_whom_what_for_and_why(
    store: Store, claims: list[Claim], row: Row
) -> None:
    """A purpose may stand in the claim's own words only."""
    starts = {claim.thing: claim.start for claim in claims}
    for claim in claims:
        if claim.meets(row):
            assert listed(row["about"]) <= plains(names(store, claim.thing, "schema:about"))
            assert listed(row["serves"]) <= plains(names(store, claim.thing, "ti:beneficiaire"))
            assert row["purpose"] in claim.text or row["purpose"] in values(store, claim.thing, "ti:finalite")
            reasons = {str(starts[reason]) for reason in values(store, claim.thing, "ti:motif")}
            assert reasons == ({row["reason"]} if row["reason"] else set())


def test_no_claim_serves_or_aims_beyond_the_words(store: Store, claims: list[Claim]) -> None:
    for claim in claims:
        rows = [row for row in CLAIMS if claim.meets(row)]
        assert values(store, claim.thing, "ti:finalite") <= {row["purpose"] for row in rows}
        served = plains(names(store, claim.thing, "ti:beneficiaire"))
        assert served <= set().union(*(listed(row["serves"]) for row in rows))


@pytest.mark.parametrize("row", [row for row in CLAIMS if row["held_in"] == "none"], ids=title_of)
def test_a_judgement_that_nothing_could_query_has_its_reason(store: Store, row: Row) -> None:
    reasons = ask(
        store,
        """SELECT ?start ?end WHERE { ?passage ti:sansEnonce ?reason ; oa:hasSelector ?selector .
            ?selector oa:start ?start ; oa:end ?end }""",
    )
    assert any(int(r["start"]) <= int(row["start"]) < int(row["end"]) <= int(r["end"]) for r in reasons)


def test_the_steering_and_the_team_have_the_actors_of_the_page(store: Store) -> None:
    found = sorted((row["role"], row["actorLabel"]) for row in named(store, "steering-and-team"))
    assert found == sorted((row["role"], row["actor"]) for row in expected("steering"))
    assert {(row["role"], plain(row["thingLabel"])) for row in named(store, "steering-and-team")} == {
        ("pilotage", "pilotage de territoires d'industrie"),
        ("équipe de la mission", "mission de definition"),
    }


def test_programmes_and_instruments_are_those_of_the_page(store: Store) -> None:
    found = sorted((row["label"], row["kind"]) for row in named(store, "programmes-and-instruments"))
    assert found == sorted((row["label"], row["kind"]) for row in PROGRAMMES)


@pytest.mark.parametrize("row", PROGRAMMES, ids=lambda row: row["label"][:40])
def test_a_programme_is_led_placed_and_meant_as_the_page_says(store: Store, row: Row) -> None:
    (thing,) = (
        found["programme"]
        for found in named(store, "programmes-and-instruments")
        if found["label"] == row["label"]
    )
    assert plains(values(store, thing, "skos:altLabel")) == listed(row["other_label"])
    assert plains(names(store, thing, "ti:conduitePar|ti:confieePar")) == listed(row["by"])
    assert plains(names(store, thing, "ti:voletDe|^ti:levier|^dcterms:hasPart")) == listed(row["part_of"])
    assert values(store, thing, "ti:objectif|ti:finalite") == ({row["purpose"]} if row["purpose"] else set())
    assert plains(names(store, thing, "ti:aIdentifie")) == listed(row["found"])


def test_the_programme_is_for_territories_that_wish_it(store: Store) -> None:
    (row,) = ask(store, "SELECT ?label ?words WHERE { ?programme ti:critere ?words ; rdfs:label ?label }")
    assert row["label"] == "Territoires d’Industrie"
    assert row["words"] == (
        "territoires qui souhaitent faire de l’industrie un axe fort de leur développement"
    )


def test_the_two_lists_that_end_in_etc_are_open(store: Store) -> None:
    query = "SELECT ?label ?property WHERE { ?thing ti:listeOuverte ?property ; rdfs:label ?label }"
    rows = ask(store, query)
    assert {(row["label"], re.split("[#/]", row["property"])[-1]) for row in rows} == {
        ("Territoires d’Industrie", "levier"),
        ("grands projets d'innovation des filières", "hasPart"),
    }


def test_the_priorities_have_rank_year_and_precedence(store: Store) -> None:
    labels = {row["priority"]: plain(row["label"]) for row in named(store, "priorities")}
    ranked = {
        (plain(row["label"]), row["rank"], labels[row["above"]] if "above" in row else "")
        for row in named(store, "priorities")
    }
    wanted = expected("priorities")
    assert ranked == {(plain(w["label"]), w["rank"], a) for w in wanted for a in listed(w["above"]) or {""}}
    for priority, label in labels.items():
        (want,) = (w for w in wanted if plain(w["label"]) == label)
        assert names(store, priority, "ti:periode") == {want["year"]}
        assert plains(values(store, priority, "skos:altLabel")) == listed(want["other_label"])


def test_the_priority_in_the_contracts_is_innovation(store: Store) -> None:
    query = "SELECT ?contract ?priority WHERE { ?c ti:integre/rdfs:label ?priority ; rdfs:label ?contract }"
    found = [(row["contract"], plain(row["priority"])) for row in ask(store, query)]
    assert found == [("contrats de filière", "innovation")]


def test_the_projects_have_their_purposes(store: Store) -> None:
    found = {(row["label"], row["purpose"]) for row in named(store, "projects")}
    assert found == {(row["label"], row["purpose"]) for row in expected("projects")}


def test_each_post_is_over_its_own_jurisdiction(store: Store) -> None:
    found = ask(
        store,
        """SELECT ?person ?post ?jurisdiction ?level WHERE {
            VALUES (?kind ?level) {
                (igeo:Region "région") (igeo:Departement "département") (cv:PublicOrganisation "organisme")
            }
            ?holder a foaf:Person ; foaf:name ?person ; org:holds ?held .
            ?held rdfs:label ?post ; ti:ressort|org:postIn ?over .
            ?over a ?kind ; rdfs:label ?jurisdiction
        }""",
    )
    assert len(found) == len(expected("posts"))
    for want in expected("posts"):
        assert [
            row
            for row in found
            if (row["person"], row["post"], row["level"]) == (want["person"], want["post"], want["level"])
            and row["jurisdiction"] in want["jurisdiction"].split("|")
        ], want


def test_each_figure_counts_what_the_page_counts_in_its_place(store: Store) -> None:
    rows = ask(
        store,
        """SELECT ?value ?code ?unit ?scope ?period ?counted ?start ?end WHERE {
            ?observation ti:indicateur ?indicator ; ti:valeur|ti:valeurTextuelle ?value ;
                ti:unite/rdfs:label ?unit ; ti:zone/rdfs:label ?scope ; ti:periode/rdfs:label ?period .
            ?indicator skos:notation ?code .
            OPTIONAL { ?observation ti:porteSur/rdfs:label ?counted }
            ?mention ti:designe ?observation ; oa:hasSelector ?selector .
            ?selector oa:start ?start ; oa:end ?end
            FILTER(LANG(?unit) = "fr" && LANG(?scope) = "fr" && LANG(?period) = "fr")
        } ORDER BY ?start""",
    )
    wanted = expected("figures")
    assert len(rows) == len(wanted)
    for row, want in zip(rows, wanted, strict=True):
        assert int(row["start"]) <= int(want["start"]) < int(want["end"]) <= int(row["end"])
        assert (row["value"], row["code"]) == (want["value"], INDICATORS[want["indicator"]])
        assert row["unit"] == want["unit"]
        assert ("" if row["scope"] in UNSAID else row["scope"]) == want["place"]
        assert ("" if row["period"] in UNSAID else row["period"]) == want["period"]
        assert plain(row.get("counted", "")) == plain(want["counts"])


def test_the_dated_events_are_named_as_what_happened(store: Store) -> None:
    found = sorted((row["date"], row["label"]) for row in named(store, "dates-and-events"))
    assert found == sorted((row["date"], row["label"]) for row in EVENTS if row["label"])


@pytest.mark.parametrize("row", [row for row in EVENTS if row["label"]], ids=lambda row: row["label"][:40])
def test_an_event_has_its_words_place_author_and_occasion(store: Store, row: Row) -> None:
    (event,) = (e["event"] for e in named(store, "dates-and-events") if e["label"] == row["label"])
    assert any(row["words"] in words for words in values(store, event, "ti:dateTextuelle"))
    assert values(store, event, "ti:lieu|ti:lorsDe/ti:lieu") == ({row["place"]} if row["place"] else set())
    authors = names(store, event, "ti:annoncePar|ti:confieePar|dcterms:creator")
    assert authors == ({row["who"]} if row["who"] else set())
    assert names(store, event, "ti:lorsDe") == ({row["at"]} if row["at"] else set())


def test_a_time_that_is_no_day_is_said_of_a_claim(store: Store, claims: list[Claim]) -> None:
    """A year or "dans les prochains mois" is the period or the words of the claim that it stands in."""
    wanted = {(row["date"] or row["words"], int(row["start"])) for row in EVENTS if not row["label"]}
    found = set()
    for claim in claims:
        for time in names(store, claim.thing, "ti:periode") | values(store, claim.thing, "ti:dateTextuelle"):
            assert time in claim.text
            found.add((time, claim.start + claim.text.index(time)))
    assert found == wanted


def test_the_announced_list_is_of_the_first_phase_and_whole_for_normandie(store: Store) -> None:
    """The page names no phase: the first one ran from the launch to the end of 2022."""
    (row,) = ask(
        store,
        """SELECT ?label ?date ?phase ?announcement ?region WHERE {
            ?list a ti:Liste ; rdfs:label ?label ; ti:etatAu ?date ; ti:phase ?phase ;
                ti:completePour/rdfs:label ?region .
            ?announced a ti:Annonce ; ti:porteSur ?list ; rdfs:label ?announcement
            FILTER(?date = "2018-11-22"^^<http://www.w3.org/2001/XMLSchema#date>)
        }""",
    )
    assert (row["label"], row["phase"], row["region"]) == (LIST, "1", "Normandie")
    assert row["announcement"] == "Annonce de la liste des Territoires d’industrie"


def test_a_quotation_says_where_it_was_said_and_that_it_is_cut(store: Store) -> None:
    rows = ask(
        store,
        """SELECT ?text ?occasion ?cut WHERE { ?quotation a schema:Quotation ; schema:text ?text
            OPTIONAL { ?quotation ti:lorsDe/rdfs:label ?occasion }
            OPTIONAL { ?quotation ti:coupee ?cut } }""",
    )
    said = {row["text"].split()[0]: (plain(row.get("occasion", "")), row.get("cut")) for row in rows}
    assert said == {
        "L’industrie": ("", None),
        "Tout": ("conseil national de l'industrie", None),
        "Ces": ("", "true"),
    }


def contexts_of(store: Store) -> list[tuple[set[str], set[str]]]:
    """For each énoncé, where its passages start and where their contexts do."""
    rows = ask(
        store,
        """SELECT ?enonce ?passage ?context WHERE {
            ?enonce ti:enoncePar ?passage OPTIONAL { ?enonce ti:contexte ?context } }""",
    )
    found: dict[str, tuple[set[str], set[str]]] = {}
    for row in rows:
        passages, contexts = found.setdefault(row["enonce"], (set(), set()))
        passages.add(start_of(row["passage"]))
        contexts |= {start_of(row["context"])} if "context" in row else set()
    return list(found.values())


@pytest.mark.parametrize("row", [row for row in CONTEXTS if row["needed"] == "yes"], ids=title_of)
def test_what_cannot_be_understood_alone_names_its_context(store: Store, row: Row) -> None:
    """Of every énoncé that rests on the passage alone."""
    resting = [contexts for passages, contexts in contexts_of(store) if passages == {row["start"]}]
    assert resting
    for contexts in resting:
        assert contexts & set(row["context_start"].split("|")), row["why"]


def test_no_context_is_one_that_a_reader_would_not_turn_to(store: Store) -> None:
    allowed = {(row["start"], start) for row in CONTEXTS for start in row["context_start"].split("|")}
    for passages, contexts in contexts_of(store):
        assert {(passage, context) for passage in passages for context in contexts} <= allowed


def test_the_documents_have_the_type_and_size_that_the_page_rounds(store: Store) -> None:
    rows = ask(
        store,
        """SELECT ?title ?type ?size WHERE {
            ?document dcterms:title ?title ; dcat:mediaType ?type ; dcat:byteSize ?size }""",
    )
    found = {(row["title"], row["type"].split("/media-types/")[1], row["size"]) for row in rows}
    assert found == {
        (row["title"], row["media_type"], row["byte_size"]) for row in expected("documents-inferred")
    }
