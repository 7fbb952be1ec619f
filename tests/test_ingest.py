"""Pages that announce territories: read, resolved, sourced, reviewed, refused, added."""

from __future__ import annotations

import csv
import datetime
import io
import itertools
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import rdflib
from click.testing import CliRunner, Result

from conftest import expected
from pages import noises
from pages.mutations import mutations
from pages.scoring import Score, rows_of, score
from pages.styles import Page, pages
from ti_graph import layout
from ti_graph.assembly.graph import assemble_announcement
from ti_graph.assembly.system import with_inferences
from ti_graph.cli import main
from ti_graph.errors import RequestError, TiGraphError
from ti_graph.ingest.entry import name_in
from ti_graph.ingest.facts import facts_in
from ti_graph.ingest.home import Source
from ti_graph.ingest.lines import lines_of
from ti_graph.ingest.outcome import MEMBERS, Ingester
from ti_graph.ingest.reader import Reader
from ti_graph.rdf import Literal, Quad, node
from ti_graph.serving.change import Policy
from ti_graph.serving.writer import Writer
from ti_graph.stores.repository import Repository

URL = "https://www.seine-maritime.gouv.fr/annonce"
TEXT = layout.ANNOUNCEMENT / "text.txt"
DAY = datetime.date(2018, 11, 22)

Ingest = Callable[..., Result]


@pytest.fixture(scope="module")
def ingester() -> Ingester:
    """What reads pages; it reads the reference tables once."""
    return Ingester()


@pytest.fixture
def ingest(tmp_path: Path, runner: CliRunner) -> Ingest:
    """The command on a text, its files in ``read/``."""

    def run(content: bytes | str, *options: str) -> Result:
        path = tmp_path / "page"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        given = ["--url", URL, "--published", "2018-11-22", "--output", str(tmp_path / "read"), *options]
        return runner.invoke(main, ["ingest", str(path), *given])

    return run


def rows(folder: Path, name: str = "members.csv") -> list[dict[str, str]]:
    """The rows of a file that was written."""
    return list(csv.DictReader(io.StringIO((folder / "read" / name).read_text("utf-8"), newline="")))


def members(
    ingester: Ingester, text: str, as_of: datetime.date = DAY, url: str = URL
) -> dict[str, list[tuple[str, str]]]:
    """The members of each territory of a text, with their SIREN."""
    found: dict[str, list[tuple[str, str]]] = {}
    for entry, mention, choice in Reader(ingester.timeline, as_of).read(text.encode(), url).members():
        found.setdefault(entry.name.text, []).append((mention.span.text, choice.siren or ""))
    return found


# ── The announcement ─────────────────────────────────────────────────────────────────────────────────────


def test_the_machine_reads_the_announcement_as_it_was_read_by_hand(ingest: Ingest, tmp_path: Path) -> None:
    assert ingest(TEXT.read_bytes()).exit_code == 0
    by_hand = [(row["mention"], row["siren"]) for row in expected("members-of-territory")]
    read = rows(tmp_path)
    assert list(read[0]) == list(MEMBERS)
    assert len(by_hand) == 29
    assert [(row["mention"], row["siren"]) for row in read] == by_hand


def test_offsets_count_code_points_of_the_stored_text(ingest: Ingest, tmp_path: Path) -> None:
    ingest(TEXT.read_bytes())
    text = (tmp_path / "read" / "text.txt").read_text("utf-8")
    assert text == TEXT.read_text("utf-8")
    assert all(text[int(row["start"]) : int(row["end"])] == row["mention"] for row in rows(tmp_path))


def test_the_graph_conforms_and_other_software_reads_it(
    ingest: Ingest, tmp_path: Path, runner: CliRunner
) -> None:
    ingest(TEXT.read_bytes())
    trig, turtle = (str(tmp_path / "read" / f"announcement.{suffix}") for suffix in ("trig", "ttl"))
    assert runner.invoke(main, ["check", trig]).exit_code == 0
    merged = rdflib.Graph().parse(turtle)
    named = rdflib.Dataset().parse(trig)
    assert {triple for *triple, _ in map(list, named.quads()) for triple in [tuple(triple)]} == set(merged)


def test_everything_that_was_read_leads_to_its_passage_and_its_reading(ingester: Ingester) -> None:
    outcome = ingester.ingest(TEXT.read_bytes(), Source(URL, DAY), DAY)
    graph = rdflib.Dataset()
    graph.parse(data=outcome.files()["announcement.trig"], format="trig")
    unsourced = """
      PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX ti: <https://w3id.org/territoires-industrie/def#>
      SELECT ?g { GRAPH ?g { ?s a ?kind }
        VALUES ?kind { ti:TerritoireLu ti:AppartenanceLue ti:JourLu ti:ChiffreLu }
        FILTER NOT EXISTS { GRAPH ?p { ?g ti:enoncePar ?passage ; prov:wasGeneratedBy ?reading } } }"""
    assert not list(graph.query(unsourced))
    said = {
        str(kind): sum(1 for _ in graph.quads((None, rdflib.RDF.type, kind, None)))
        for kind in (
            rdflib.URIRef("https://w3id.org/territoires-industrie/def#TerritoireLu"),
            rdflib.URIRef("http://xmlns.com/foaf/0.1/Person"),
            rdflib.URIRef("https://schema.org/Quotation"),
            rdflib.URIRef("https://w3id.org/territoires-industrie/def#DocumentLu"),
        )
    }
    assert list(said.values()) == [10, 2, 2, 2]


def test_reading_in_another_process_gives_the_same() -> None:
    """Sets have another order in each process, and sums of fractions another last digit."""
    read = """
from pages.styles import pages
from ti_graph.ingest.outcome import Ingester
from ti_graph.ingest.reader import Reader
page = next(iter(pages("table-turned")))
reading = Reader(Ingester().timeline, page.published).read(page.text.encode(), page.url)
for entry, mention, choice in reading.members():
    print(entry.name, mention.span, mention.quality, choice.siren, choice.score)
"""
    one, two = (
        subprocess.run(
            [sys.executable, "-c", read],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    )
    assert one == two


def test_a_file_on_offer_has_the_media_type_of_its_format() -> None:
    text = "".join(
        f"Télécharger Liste des territoires {form} - 1,2 Mo\n"
        for form in ("PDF", "DOC", "XLSX", "PPT", "ODS")
    )
    assert [document.media_type for document in facts_in(text).documents] == [
        "application/pdf",
        "application/msword",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.ms-powerpoint",
        "application/vnd.oasis.opendocument.spreadsheet",
    ]


def test_reading_twice_gives_the_same_bytes(ingester: Ingester) -> None:
    one, two = (ingester.ingest(TEXT.read_bytes(), Source(URL, DAY), DAY).files() for _ in range(2))
    assert one == two


# ── Forms of lists ───────────────────────────────────────────────────────────────────────────────────────

CODAH, CAUX, FLERS, VIRE = "247600596", "247600539", "200035814", "200068799"
FORMS = {
    "quotes": "« Axe Seine » : CODAH, Caux Estuaire\n« Collines » : Flers Agglo",
    "straight quotes": '- "Axe Seine" : CODAH, Caux Estuaire\n- "Collines" : Flers Agglo',
    "dash": "1. Axe Seine – CODAH, CC Caux Estuaire\n2. Collines – CA Flers Agglo",
    "brackets": "Sont retenus : Axe Seine (CODAH, Caux Estuaire) et Collines (Flers Agglo).",
    "lines": "Axe Seine\n- CODAH\n- Caux Estuaire\n\nCollines\n- Flers Agglo\n",
    "numbers of two levels": "1. Axe Seine\n1.1 CODAH\n1.2 Caux Estuaire\n2. Collines\n2.1 Flers Agglo\n",
    "sentence": "Le territoire Axe Seine, qui regroupe la CODAH et la CC Caux Estuaire, avance. "
    "Le territoire d’industrie « Collines » réunit Flers Agglo.",
    "capitals": "AXE SEINE : CODAH, CAUX ESTUAIRE\nCOLLINES : FLERS AGGLO",
    "wrapped": "Le préfet annonce les territoires de la région, dont la liste complète suit,\n"
    "avec les intercommunalités qui les composent et qui signeront bientôt avec\n"
    "l’État une convention de plusieurs années pour leur industrie locale :\n\n"
    "  • « Axe Seine » : communauté d’agglomération havraise (CODAH), communauté de\n"
    "    communes Caux Estuaire\n"
    "  • « Collines » : Flers Agglo",
    "html": "<!DOCTYPE html><html><body><nav><a href='/'>Accueil</a></nav><main><h1>La liste</h1><p>Voici la "
    "liste des territoires de la région, avec leurs membres.</p><ul><li>Axe Seine<ul><li>CODAH</li>"
    "<li>Caux Estuaire</li></ul></li><li>Collines<ul><li>Flers Agglo</li></ul></li></ul></main></html>",
    "table": "Territoire | EPCI\nAxe Seine | CODAH\n | Caux Estuaire\nCollines | Flers Agglo",
    "records": "Contrat : Axe Seine\nLieu : Rouen\nMembres signataires : CODAH, Caux Estuaire\n\n"
    "Contrat : Collines\nLieu : Flers\nMembres signataires : Flers Agglo",
    "export": 'id_ti;lib_ti;membres\n1;"Axe Seine";"CODAH|Caux Estuaire"\n2;"Collines";"Flers Agglo"',
    "columns": "N°   Territoire          Membres\n\n1    Axe Seine           Communauté d’agglomération\n"
    "                         havraise (CODAH), CC Caux\n                         Estuaire\n\n"
    "2    Collines            Flers Agglo\n\n3    Noireau             CC Intercom de la\n"
    "                         Vire au Noireau\n",
    "emphasis": "<!DOCTYPE html><html><body><main><p>Il fallait oser mettre d’accord la CODAH et la CC Caux "
    "Estuaire : c’est <em>Axe Seine</em>.</p><p>Pour <em>Collines</em>, comptez sur Flers Agglo et sur la "
    "CA Flers Agglo.</p></main></body></html>",
    "quoted e-mail": "Bonjour,\n\n> Voici la liste :\n> Axe Seine : CODAH,\n> Caux Estuaire\n"
    "> Collines : Flers Agglo\n",
    "in common": "Signature du contrat de Axe Seine\nPour la CODAH et la CC Caux Estuaire.\n\n"
    "Signature du contrat de Collines\nPour la CA Flers Agglo.\n",
    "by member": "EPCI ; Territoire\nCODAH ; Axe Seine\nCaux Estuaire ; Axe Seine\nFlers Agglo ; Collines",
}


@pytest.mark.parametrize("form", FORMS)
def test_a_list_is_read_in_each_form(ingester: Ingester, form: str) -> None:
    found = members(ingester, FORMS[form])
    sirens = {name.casefold(): [siren for _, siren in each] for name, each in found.items()}
    assert sirens["axe seine"] == [CODAH, CAUX]
    assert sirens["collines"][:1] == [FLERS]


def test_a_comma_or_et_parts_members_only_where_the_listed_names_say_so(ingester: Ingester) -> None:
    found = members(
        ingester,
        "« X » : CC Lieuvin Pays d’Auge, CC Seine-et-Vilaine et CC Lyons Andelle, CC Granville, Terre et Mer",
    )
    assert [mention for mention, _ in found["X"]] == [
        "CC Lieuvin Pays d’Auge",
        "CC Seine-et-Vilaine",
        "CC Lyons Andelle",
        "CC Granville, Terre et Mer",
    ]


def test_only_a_bracketed_place_is_cut_off_a_mention(ingester: Ingester) -> None:
    text = "« A » : CC du Vimeu (Hauts de France), CA Versailles Grand Parc (CAVGP)"
    assert [mention for mention, _ in members(ingester, text)["A"]] == [
        "CC du Vimeu",
        "CA Versailles Grand Parc (CAVGP)",
    ]


# ── Resolution ───────────────────────────────────────────────────────────────────────────────────────────


def test_names_are_matched_with_the_lists_up_to_the_day(ingester: Ingester) -> None:
    """Le Havre Seine Métropole was made on 1 January 2019; the CODAH ended with it."""
    text = "« Axe Seine » : CODAH, Le Havre Seine Métropole"
    assert dict(members(ingester, text)["Axe Seine"]) == {"CODAH": CODAH, "Le Havre Seine Métropole": ""}
    later = dict(members(ingester, text, datetime.date(2019, 3, 1))["Axe Seine"])
    assert later["Le Havre Seine Métropole"] == "200084952"
    assert later["CODAH"] != CODAH


def test_a_homonym_is_decided_by_its_place_and_otherwise_not_at_all(ingester: Ingester) -> None:
    day, elsewhere = datetime.date(2022, 1, 1), "https://x.fr"
    placed = "« A » : CC des Quatre Rivières (Normandie)\n« B » : CC des Quatre Rivières (74)"
    found = members(ingester, placed, day, elsewhere)
    assert (found["A"][0][1], found["B"][0][1]) == ("200069730", "247400666")
    unplaced = members(ingester, "« A » : CC des Quatre Rivières", day, elsewhere)
    assert unplaced["A"] == [("CC des Quatre Rivières", "")]


def test_what_a_sentence_denies_is_no_member(ingester: Ingester) -> None:
    text = "Le territoire Lorient rassemble Lorient Agglomération, mais pas Brest Métropole."
    assert [mention for mention, _ in members(ingester, text)["Lorient"]] == ["Lorient Agglomération"]
    text += "\n\nSeul regret : la CA de Vannes reste à l’écart."
    assert list(members(ingester, text)) == ["Lorient"]
    heading = "Orne : quatre territoires\nLe territoire Vitré : CA Vitré Communauté\n"
    assert list(members(ingester, heading)) == ["Vitré"]


def test_a_commune_is_no_intercommunalite(ingester: Ingester) -> None:
    found = dict(
        members(ingester, "« A » : Vierzon, CC Coeur de Berry, CA Bourges Plus", url="https://x.fr")["A"]
    )
    assert found["Vierzon"] == ""
    assert found["CA Bourges Plus"]


def test_the_established_territories_of_greater_paris_are_known(ingester: Ingester) -> None:
    found = dict(
        members(ingester, "« Boucle » : Plaine Commune, Est Ensemble", datetime.date(2023, 11, 9))["Boucle"]
    )
    assert found == {"Plaine Commune": "200057867", "Est Ensemble": "200057875"}


# ── Review ───────────────────────────────────────────────────────────────────────────────────────────────

OPEN = "« Perche » : Vallée de Quelque Part, Alençon, CODAH\n« Axe » : Caux Estuaire, CC Lyons Andelle"


def test_what_is_undecided_is_a_warning_with_candidates_and_a_row_to_review(
    ingest: Ingest, tmp_path: Path
) -> None:
    result = ingest(OPEN)
    assert result.exit_code == 0
    assert "to decide" in result.stderr
    undecided = [row["mention"] for row in rows(tmp_path) if not row["siren"]]
    assert "Vallée de Quelque Part" in undecided
    assert [row["mention"] for row in rows(tmp_path, "review.csv")] == undecided


@pytest.mark.parametrize("separator", [",", ";"])
def test_a_review_decides(ingest: Ingest, tmp_path: Path, separator: str) -> None:
    ingest(OPEN)
    lines = [["territory", "mention", "decision", "evidence"]]
    lines += [
        ["Perche", "Vallée de Quelque Part", "none", "no such body"],
        ["Perche", "Alençon", "61001", "the town itself"],
    ]
    lines += [["Perche", "CODAH", "247 600 596", "as the page of the CODAH says"]]
    review = tmp_path / "review.csv"
    review.write_text("\n".join(separator.join(line) for line in lines), encoding="utf-8-sig")
    assert ingest(OPEN, "--review", str(review)).exit_code == 0
    decided = {row["mention"]: (row["siren"], row["method"]) for row in rows(tmp_path)}
    assert decided["CODAH"] == (CODAH, "decision")
    assert decided["Alençon"] == ("", "decision")
    graph = rdflib.Graph().parse(str(tmp_path / "read" / "announcement.ttl"))
    commune = rdflib.URIRef("https://w3id.org/territoires-industrie/id/commune/61001")
    assert list(graph.subjects(rdflib.URIRef("https://w3id.org/territoires-industrie/def#membre"), commune))


def test_a_second_review_keeps_the_first_and_none_is_thrown_away(ingest: Ingest, tmp_path: Path) -> None:
    ingest(OPEN)
    review = tmp_path / "read" / "review.csv"
    review.write_text(
        "territory,mention,decision,evidence\nPerche,Vallée de Quelque Part,none,no such body\n",
        encoding="utf-8",
    )
    refused = ingest(OPEN)
    assert refused.exit_code == 2
    assert "review.csv has decisions" in refused.stderr
    assert ingest(OPEN, "--review", str(review)).exit_code == 0
    assert ingest(OPEN, "--review", str(review)).exit_code == 0
    kept = {row["mention"]: (row["decision"], row["evidence"]) for row in rows(tmp_path, "review.csv")}
    assert kept["Vallée de Quelque Part"] == ("none", "no such body")


def test_nothing_is_written_where_one_file_cannot_be(ingest: Ingest, tmp_path: Path) -> None:
    (tmp_path / "read" / "text.txt").mkdir(parents=True)
    result = ingest(OPEN)
    assert result.exit_code == 2
    assert "text.txt: cannot be written: it is a directory" in result.stderr
    assert [path.name for path in (tmp_path / "read").iterdir()] == ["text.txt"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("Perche,CODAH,999999999,x", "'CODAH': 999999999 is not in the list of intercommunalités of 2018"),
        ("Perche,CODAH,abc,x", "'CODAH': 'abc' is no SIREN"),
        ("Perche,CODAH,247600596,", "'CODAH': no evidence"),
        ("Perche,Nobody,none,x", "the page lists no 'Nobody' in 'Perche'"),
    ],
)
def test_a_wrong_review_is_refused_with_its_line(
    ingest: Ingest, tmp_path: Path, row: str, message: str
) -> None:
    review = tmp_path / "review.csv"
    review.write_text(f"territory,mention,decision,evidence\n{row}\n", encoding="utf-8")
    result = ingest(OPEN, "--review", str(review))
    assert result.exit_code == 2
    assert f"review.csv:2: {message}" in result.stderr
    assert not (tmp_path / "read").exists()


def test_every_wrong_row_of_a_review_is_told_at_once(ingest: Ingest, tmp_path: Path) -> None:
    review = tmp_path / "review.csv"
    review.write_text(
        "territory,mention,decision,evidence\nPerche,Nobody,none,x\nPerche,CODAH,247600596,\n", "utf-8"
    )
    told = ingest(OPEN, "--review", str(review)).stderr
    assert "review.csv:2: the page lists no 'Nobody' in 'Perche'" in told
    assert "review.csv:3: 'CODAH': no evidence" in told


@pytest.mark.parametrize("length", [10, 200_000])
def test_a_review_with_a_stray_quotation_mark_is_refused(ingest: Ingest, tmp_path: Path, length: int) -> None:
    """It would make one cell of all that follows, decisions and all."""
    review = tmp_path / "review.csv"
    review.write_text(
        'territory,mention,decision,evidence\nPerche,CODAH,247600596,"as its page says\n'
        f"Perche,Alençon,61001,{'the town itself ' * (length // 10)}\n",
        "utf-8",
    )
    result = ingest(OPEN, "--review", str(review))
    assert result.exit_code == 2
    assert "review.csv:2: not CSV: " in result.stderr
    assert not (tmp_path / "read").exists()


# ── Refused ──────────────────────────────────────────────────────────────────────────────────────────────

REFUSED = {
    "empty": (b"", "the page is empty"),
    "blank": (b"  \n\t\n", "the page is empty"),
    "picture": (b"\x89PNG\r\n\x1a\n\x00\x00", "a picture"),
    "pdf": (b"%PDF-1.7\n", "a PDF document"),
    "binary": ("« A » : CODAH\x00, Caux Estuaire".encode(), "character U+0000 at offset 13"),
    "latin-1": (
        "« Axe Seine » : CODAH, préfecture".encode("latin-1"),
        "not UTF-8: byte 0xab at byte offset 0",
    ),
    "json": (b'{"territoire": "A", "membres": ["CODAH"]}', "it is JSON"),
    "mistaken encoding": ("Ã©Ã¨ « A » : CODAH Ã©Ã¨".encode(), "encoding was mistaken"),
    "no words": (b"... --- ...", "no words"),
    "no list": (
        "Le préfet a visité une usine de la vallée et remercié les élus.".encode(),
        "lists no territories",
    ),
    "no names": ("• : CODAH, Caux Estuaire, CC Lyons Andelle".encode(), "no name of a territory"),
    "english": (
        b"The government has announced the list of the territories. The prefect of the region is pleased "
        b"with the support of the State for the industry, and by the work of the elected officials.",
        "seems to be in English",
    ),
    "charset that is none": (b"<html><meta charset='undefined'><p>CODAH", "'undefined', which is not known"),
    "charset of host names": (b"<html><meta charset='punycode'><p>CODAH", "which is not known"),
    "surrogate": (
        rb"<html><meta charset='unicode_escape'><p>CODAH \ud800",
        "character U+D800 at offset 46",
    ),
    "menu": (
        b"<!DOCTYPE html><html><body><nav><a href='/'></a></nav></body></html>",
        "no content that could be found",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_page_that_cannot_be_read_is_one_sentence_and_nothing_is_written(
    ingest: Ingest, tmp_path: Path, case: str
) -> None:
    content, message = REFUSED[case]
    result = ingest(content)
    assert result.exit_code == 2
    assert message in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "read").exists()


def test_a_page_larger_than_is_read_is_refused(ingest: Ingest, tmp_path: Path) -> None:
    result = ingest(b"a " * 50_000_000)
    assert result.exit_code == 2
    assert "at most 10,000,000 are read" in result.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--url", "annonce"), "is no web address"),
        (("--as-of", "2010-01-01"), "no list of EPCI is as old as 2010-01-01"),
        (("--published", "yesterday"), "does not match the format"),
    ],
)
def test_a_wrong_option_is_refused(
    ingest: Ingest, tmp_path: Path, options: tuple[str, str], message: str
) -> None:
    result = ingest(TEXT.read_bytes(), *options)
    assert result.exit_code == 2
    assert message in result.stderr
    assert not (tmp_path / "read").exists()


def test_an_output_that_is_a_file_is_refused(tmp_path: Path, runner: CliRunner) -> None:
    (tmp_path / "file").write_text("mine")
    given = ["--url", URL, "--published", "2018-11-22", "--output", str(tmp_path / "file")]
    result = runner.invoke(main, ["ingest", str(TEXT), *given])
    assert result.exit_code == 2
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("reference", ["&#0;", "&#11;", "&#x1F", "&#xD800;", "&#xFFFE;", "&#99999999999;"])
def test_a_reference_to_what_is_no_character_of_xml_is_a_replacement_character(
    ingester: Ingester, reference: str
) -> None:
    page = f"<!DOCTYPE html><html><body><h2>Liste<button>{reference}</button></h2><pre>Lorient{reference} :"
    found = members(
        ingester, f"{page}\nLorient Agglomération</pre><p>« Vitré » : CA Vitré Communauté</p></body></html>"
    )
    assert list(found)[-1] == "Vitré"


def test_html_in_its_own_charset_is_read(ingester: Ingester) -> None:
    page = (
        "<html><head><meta charset='iso-8859-1'></head><body><h1>Les territoires</h1><p>Voici la liste des "
        "territoires retenus en Normandie, pour les industriels.</p><p>« Côte d'Albâtre » : CC de "
        "la Côte d'Albâtre, Région Dieppoise</p></body></html>"
    )
    reading = Reader(ingester.timeline, DAY).read(page.encode("latin-1"), URL)
    assert [entry.name.text for entry in reading.entries] == ["Côte d'Albâtre"]
    assert all(choice.siren for _, _, choice in reading.members())


# ── Into the dataset ─────────────────────────────────────────────────────────────────────────────────────


def test_a_page_is_added_once_and_replaced_when_it_is_read_again(ingester: Ingester, tmp_path: Path) -> None:
    repository = Repository.create(tmp_path / "data", *with_inferences(assemble_announcement()))
    writer = Writer(repository, Policy.built_in(), 4096)
    try:
        page = "« Collines » : Flers Agglo, Vallée de Quelque Part\n« Sud » : Villedieu Intercom"
        first = writer.write(ingester.ingest(page.encode(), Source(URL, DAY), DAY).change())
        again = writer.write(ingester.ingest(page.encode(), Source(URL, DAY), DAY).change())
        shorter = ingester.ingest("« Collines » : Flers Agglo, Caen la mer".encode(), Source(URL, DAY), DAY)
        writer.write(shorter.change())
    finally:
        writer.close()
    assert first.added > 50
    assert (again.added, again.removed) == (0, 0)
    store = repository.current().open()
    read = "PREFIX ti: <https://w3id.org/territoires-industrie/def#> SELECT ?m { ?m a ti:AppartenanceLue }"
    assert len(list(store.query(read).rows())) == 2
    graphs = {str(quad.graph_name) for quad in shorter.quads}
    filled = store.query("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }").rows()
    assert {str(row["g"]) for row in filled if shorter.slug in row["g"].value} == graphs


@pytest.mark.timeout(20)
def test_the_change_of_a_page_with_many_graphs_is_soon_written(ingester: Ingester) -> None:
    """Time must grow with the triples, not with the triples times the graphs."""
    outcome = ingester.ingest(TEXT.read_bytes(), Source(URL, DAY), DAY)
    first, graphs = outcome.quads[0], [node(f"graphe/{number}") for number in range(4_000)]
    quads = [
        Quad(first.subject, first.predicate, Literal(number), graph)
        for graph in graphs
        for number in range(20)
    ]
    written = replace(outcome, quads=quads).change().text
    assert written.count("GRAPH <") == len(graphs) + 1
    assert written.count(" .\n") == len(quads)


# ── Many pages ───────────────────────────────────────────────────────────────────────────────────────────


def read(ingester: Ingester, readers: dict[datetime.date, Reader], page: Page) -> Score:
    """How well a page is read."""
    reader = readers.setdefault(page.published, Reader(ingester.timeline, page.published))
    try:
        reading = reader.read(page.text.encode(), page.url)
    except RequestError:
        return score(page, [])
    return score(page, rows_of(reading), reading.page.text)


#: Styles that pages of préfectures mostly have; ``benchmarks/ingest.py`` measures all of them.
USUAL = [
    *(
        "guillemets",
        "straight-quotes",
        "curly-quotes",
        "numbered",
        "brackets",
        "colons",
        "nested",
        "placed-codes",
    ),
    *("prose-semicolons", "html-quoted-items", "html-headed-lists", "table-commas"),
]


def test_clean_pages_of_usual_styles_are_read_with_the_right_siren(ingester: Ingester) -> None:
    readers: dict[datetime.date, Reader] = {}
    chosen = [page for style in USUAL for page in itertools.islice(pages(style), 3, None, 9)]
    total = sum((read(ingester, readers, page) for page in chosen), Score())
    assert total.misplaced == 0
    assert total.sirens.precision >= 0.995
    assert total.sirens.recall >= 0.97


def test_noisy_pages_of_usual_styles_are_read_with_few_wrong_siren(ingester: Ingester) -> None:
    readers: dict[datetime.date, Reader] = {}
    chosen = [page for style in USUAL for page in itertools.islice(pages(style, noises.any_of), 3, None, 9)]
    total = sum((read(ingester, readers, page) for page in chosen), Score())
    assert total.misplaced == 0
    assert total.sirens.precision >= 0.97
    assert total.sirens.recall >= 0.92


@pytest.mark.timeout(30)
def test_apostrophes_without_end_do_not_hold_the_reader_up() -> None:
    """They are quotation marks, too; a pattern with two ways to read each would double its time with each."""
    assert name_in("'" + "l’a " * 60, 0, 241) is None


@pytest.mark.timeout(20)
def test_a_text_of_many_lines_is_soon_parted_into_them() -> None:
    """Time must grow with the text, not with its square."""
    assert len(lines_of("Lorient Agglomération\n\nVitré\n" * 200_000)) == 400_000


def test_no_mutated_text_brings_the_reader_down(ingester: Ingester) -> None:
    """A short form of ``make mutations``."""
    reader = Reader(ingester.timeline, datetime.date(2022, 12, 31))
    text = next(iter(pages("guillemets"))).text
    outcomes = set()
    for mutated in itertools.islice(mutations(text, seed=7), 150):
        try:
            reader.read(mutated.encode(), URL)
            outcomes.add("read")
        except TiGraphError:
            outcomes.add("refused")
    assert outcomes == {"read", "refused"}
