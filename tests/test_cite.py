"""Citations: what they say of whose words, in words, as BibTeX and as CSL-JSON, at addresses that stay."""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path

import bibtexparser
import citeproc
import pytest
from bibtexparser.model import Entry
from citeproc import Citation as Cited
from citeproc import CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

from ti_graph.assembly.announcement import Announcement
from ti_graph.formats import CITATIONS, GRAPHS, HTML, Format
from ti_graph.rdf import ID
from ti_graph.views.citation import Citation
from ti_graph.web.citations import of_dataset, shown, written

BIBTEX, CSL = (form.media_type for form in CITATIONS)
PREFECTURE = "Préfecture de la Seine-Maritime"
#: One thing of each kind.
THINGS = [
    "commune/76351",
    "departement/76",
    "region/28",
    "epci/200084952",
    "ept/200058097",
    "territoire/2018/axe-seine",
    "liste/2022",
    "personne/fabienne-buccio",
    "organisme/prefecture-76",
    "programme/territoires-industrie",
    "document/annonce",
    "document/discours",
    "passage/annonce/538-665",
    "enonce/territoire-cote-d-albatre",
    "enonce/124",
    "deduction/contours-2018",
    "table/liste-2023",
    "code/nature/CA",
    "rattachement/24461/200034197/2018",
]
HOSTILE = '100 % & #1 _a_ ~b^ {c} }d{ \\e $f$ "g" @misc{h, <script>x</script> l’été « œ » \n = , é'


def read(bibtex: str) -> Entry:
    """The one entry of a file, which has to be BibTeX to its last character."""
    library = bibtexparser.parse_string(bibtex)
    assert not library.failed_blocks
    assert len(library.blocks) == len(library.entries) == 1
    return library.entries[0]


def said(entry: Entry, field: str) -> str:
    """A field as TeX would print it."""
    context = get_default_latex_context_db()
    names = {"textbraceleft": "{", "textbraceright": "}", "textasciicircum": "^"}
    macros = [MacroTextSpec(name, text) for name, text in names.items()]
    context.add_context_category("braces", macros=macros, prepend=True)
    text = LatexNodes2Text(latex_context=context, strict_latex_spaces=True).latex_to_text(entry[field])
    return str(text)


def item(csl: str) -> dict[str, object]:
    """The one item of a file of CSL-JSON."""
    items = json.loads(csl)
    assert isinstance(items, list)
    assert len(items) == 1
    return dict(items[0])


def bibliography(csl: str) -> str:
    """What a reference manager prints, in the style that comes with the processor."""
    source = CiteProcJSON(json.loads(csl))
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    printed = CitationStylesBibliography(style, source, formatter.plain)
    printed.register(Cited([CitationItem(key) for key in source]))
    return str(printed.bibliography()[0])


@pytest.fixture(scope="module")
def vocabulary() -> set[str]:
    """The types and variables of CSL, out of its schema."""
    folder = Path(citeproc.__file__).parent / "data" / "schema" / "schemas" / "styles"
    text = "".join((folder / f"csl-{name}.rnc").read_text("utf-8") for name in ("types", "variables"))
    return set(re.findall(r'"([A-Za-z-]+)"', text))


def get(client: FlaskClient, path: str, **headers: str) -> str:
    reply = client.get(path, headers=headers)
    assert reply.status_code == 200, reply.text
    return reply.text


@pytest.mark.parametrize("path", THINGS)
def test_every_kind_of_thing_is_cited_alike_in_bibtex_and_csl(
    client: FlaskClient, path: str, vocabulary: set[str]
) -> None:
    entry, csl = read(get(client, f"/doc/{path}.bib")), get(client, f"/doc/{path}.csl")
    in_csl = item(csl)
    assert entry.key == in_csl["id"] == f"ti-graph:{path}"
    assert entry["url"] == in_csl["URL"] == ID + path
    assert said(entry, "title") == in_csl["title"]
    assert said(entry, "version") == in_csl["version"]
    assert re.fullmatch(r"0\.1\.0\+[0-9a-f]{8}", str(in_csl["version"]))
    assert said(entry, "note") == in_csl["note"]
    assert str(in_csl["note"]).endswith(f"http://localhost/doc/{path}")
    assert in_csl["publisher"] == "ti-graph"
    assert in_csl["container-title"] == "Territoires d’industrie"
    assert {*in_csl, in_csl["type"]} <= vocabulary | {"id", "type", "language"}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert ID + path in bibliography(csl)


@pytest.mark.parametrize("path", ["passage/annonce/538-665", "enonce/territoire-cote-d-albatre"])
def test_words_are_cited_as_those_of_the_prefecture(
    client: FlaskClient, announcement: Announcement, path: str
) -> None:
    entry = read(get(client, f"/doc/{path}.bib"))
    assert said(entry, "author") == PREFECTURE
    assert said(entry, "title") in announcement.text
    assert entry["date"] == "2023-01-02"
    assert "Extrait de «\u00a0Conseil national de l'industrie : Dix" in said(entry, "note")
    assert "mis à jour le 2023-01-02" in said(entry, "note")
    csl = item(get(client, f"/doc/{path}.csl"))
    assert csl["author"] == [{"literal": PREFECTURE}]
    assert csl["issued"] == {"date-parts": [[2023, 1, 2]]}
    assert bibliography(json.dumps([csl])).startswith(f"{PREFECTURE} (2023)")


def test_a_statement_of_several_passages_is_cited_with_each_of_them(
    client: FlaskClient, announcement: Announcement
) -> None:
    parts = said(read(get(client, "/doc/enonce/124.bib")), "title").split(" […] ")
    assert len(parts) == 6
    assert all(part in announcement.text for part in parts)


def test_a_statement_in_the_name_of_another_says_so(client: FlaskClient) -> None:
    entry = read(get(client, "/doc/enonce/citation-buccio.bib"))
    assert said(entry, "author") == PREFECTURE
    assert "; au nom de\u00a0: Fabienne Buccio" in said(entry, "note")


def test_a_document_is_cited_by_its_author_and_day(client: FlaskClient) -> None:
    speech = read(get(client, "/doc/document/discours.bib"))
    assert (said(speech, "author"), speech["date"]) == ("Édouard Philippe", "2018-11-22")
    assert "mis à jour" not in speech["note"]


def test_nobody_is_made_the_author_of_a_name(client: FlaskClient) -> None:
    for path in ("commune/76351", "deduction/contours-2018"):
        assert {"author", "date", "urldate"}.isdisjoint(read(get(client, f"/doc/{path}.bib")).fields_dict)


def test_a_table_is_cited_with_its_origin_and_licence(client: FlaskClient) -> None:
    entry = read(get(client, "/doc/table/liste-2023.bib"))
    assert entry.entry_type == "dataset"
    for part in ("ANCT, superposeur-anct", "https://github.com/anct-carto/", "licence-ouverte"):
        assert part in said(entry, "note")


def test_a_query_is_cited_with_its_parameters_and_nothing_else(client: FlaskClient) -> None:
    asked = "/queries/territory-of-commune?date=2020-01-01&lang=fr&format={}&timeout=5&commune=76351"
    entry, csl = read(get(client, asked.format("bib"))), item(get(client, asked.format("csl")))
    stable = "http://localhost/queries/territory-of-commune?commune=76351&date=2020-01-01"
    assert entry["url"] == csl["URL"] == stable
    assert said(entry, "title") == csl["title"]
    assert str(csl["title"]).endswith("(commune\u00a0: 76351, date\u00a0: 2020-01-01)")
    assert (entry.entry_type, csl["type"]) == ("dataset", "dataset")
    assert get(client, stable.removeprefix("http://localhost") + "&format=csv").count("\n") > 1


def test_a_query_with_other_parameters_or_inference_is_another_citation(client: FlaskClient) -> None:
    path = "/queries/territory-of-commune?format=bib&commune="
    keys = {
        read(get(client, path + rest)).key
        for rest in ("", "76351", "76540", "76351&inference=true", "A&lang=en")
    }
    assert len(keys) == 5
    assert read(get(client, path + "76351&lang=en")).key in keys


def test_a_citation_with_an_inference_that_is_neither_is_refused(client: FlaskClient) -> None:
    refused = client.get("/queries/documents?format=bib&inference=yes")
    assert refused.status_code == 400
    assert "inference 'yes' is neither true nor false" in refused.text


def test_a_query_shows_its_citation(client: FlaskClient) -> None:
    html = get(client, "/queries/territory-of-commune?commune=76351", Accept="text/html")
    assert "/queries/territory-of-commune?commune=76351&amp;format=bib" in html
    assert "@dataset{ti-graph:queries/territory-of-commune:" in html


def test_the_announcement_is_cited_as_its_document(client: FlaskClient) -> None:
    entry = read(get(client, "/announcement.bib"))
    assert entry["url"] == f"{ID}document/annonce"
    assert said(entry, "author") == PREFECTURE
    assert said(entry, "note").endswith("http://localhost/announcement")
    assert item(get(client, "/announcement", Accept=CSL))["id"] == entry.key


@pytest.mark.parametrize("path", ["/doc/commune/76351", "/announcement", "/queries/claims"])
@pytest.mark.parametrize("form", CITATIONS, ids=[form.name for form in CITATIONS])
def test_a_citation_is_asked_for_by_header_or_by_name(client: FlaskClient, path: str, form: Format) -> None:
    by_header = client.get(path, headers={"Accept": f"{form.media_type}, */*;q=0.1"})
    assert by_header.mimetype == form.media_type
    assert {"Accept", "Accept-Language"} <= set(by_header.vary)
    assert client.get(f"{path}?format={form.name}").text == by_header.text


@pytest.mark.parametrize("accept", ["", "*/*", "text/html", "text/*", "application/*", "application/json"])
def test_who_asks_for_something_else_gets_no_citation(client: FlaskClient, accept: str) -> None:
    for path in ("/doc/commune/76351", "/queries/territory-of-commune?commune=76351"):
        assert client.get(path, headers={"Accept": accept}).mimetype not in (BIBTEX, CSL)
    assert client.get("/doc/commune/76351", headers={"Accept": accept or "*/*"}).mimetype in {
        form.media_type for form in (HTML, *GRAPHS)
    }


@pytest.mark.parametrize("name", ["commune/99999", "nothing/here", "a b", "enonce/none"])
@pytest.mark.parametrize("suffix", ["bib", "csl"])
def test_what_is_not_there_is_not_cited(client: FlaskClient, name: str, suffix: str) -> None:
    assert client.get(f"/doc/{name}.{suffix}").status_code == 404
    assert client.get(f"/queries/{name}?format={suffix}").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/queries/territory-of-commune?communes=1&format=bib",
        "/queries/territory-of-commune?commune=%22&format=csl",
        "/doc/commune/76351.bib?accessed=yesterday",
        "/announcement?format=ttl",
    ],
)
def test_wrong_parameters_are_told(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 400


def test_a_citation_that_has_not_changed_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/doc/commune/76351.bib")
    tag = {"If-None-Match": first.headers["ETag"]}
    assert client.get("/doc/commune/76351.bib", headers=tag).status_code == 304
    assert client.get("/doc/commune/76351.csl", headers=tag).status_code == 200
    assert client.get("/doc/commune/76351.bib?accessed=2026-01-01", headers=tag).status_code == 200


def test_the_day_of_access_is_what_the_reader_says(client: FlaskClient) -> None:
    entry = read(get(client, "/doc/commune/76351.bib?accessed=2026-11-25"))
    assert entry["urldate"] == "2026-11-25"
    csl = get(client, "/queries/claims?format=csl&accessed=2026-11-25")
    assert item(csl)["accessed"] == {"date-parts": [[2026, 11, 25]]}
    assert "(Accessed: November 25, 2026)" in bibliography(csl)
    html = get(client, "/doc/commune/76351?accessed=2026-11-25", Accept="text/html")
    assert "(consulté le 2026-11-25)" in html
    assert "/doc/commune/76351.bib?accessed=2026-11-25" in html


def test_a_page_says_how_it_is_cited_in_the_readers_language(client: FlaskClient) -> None:
    french = get(client, "/doc/passage/annonce/538-665?lang=fr", Accept="text/html")
    assert f"{PREFECTURE} (2023-01-02). «\u00a0<span>L’objectif est d’accompagner" in french
    english = get(client, "/doc/passage/annonce/538-665?lang=en", Accept="text/html")
    assert '“<span lang="fr">L’objectif est d’accompagner' in english
    assert "In: Territoires d’industrie, ti-graph, version 0.1.0+" in english


def test_each_source_of_a_fact_is_one_step_from_its_citation(client: FlaskClient) -> None:
    html = get(client, "/doc/territoire/2018/axe-seine", Accept="text/html")
    sources = re.findall(r'<li id="source-\d+">.*?</li>', html, re.DOTALL)
    assert sources
    for source in sources:
        address = re.search(r'href="(/doc/[^"]+)#citer"', source)
        assert address
        assert 'id="citer"' in get(client, address[1], Accept="text/html")


@pytest.mark.parametrize("kind", ["webpage", "dataset"])
def test_hostile_words_stay_words(kind: str) -> None:
    address = "https://x.example/?a=%20_b&c=~1#{"
    citation = Citation(HOSTILE, kind, HOSTILE, address, HOSTILE, "fr", HOSTILE)
    entry = read(citation.bibtex())
    assert said(entry, "title") == HOSTILE.replace("\n", "").replace("  ", " ")
    assert said(entry, "author") == said(entry, "version") == said(entry, "title")
    assert entry["url"] == "https://x.example/?a=%20_b&c=~1#%7B"
    assert re.fullmatch(r"[A-Za-z0-9:/_.-]+", entry.key)
    assert item(citation.csl())["title"] == HOSTILE
    assert HOSTILE in citation.text("fr")


@given(st.text(alphabet="{}\\%&#_~^$\"@,= \nàé'a-`!?<>;", min_size=1).filter(str.strip))
def test_any_title_is_read_back(title: str) -> None:
    entry = read(Citation("x", "webpage", title, "https://x.example/", "1").bibtex())
    assert said(entry, "title").split() == title.split()


def test_names_that_are_cleaned_keep_keys_apart() -> None:
    keys = {Citation(name, "webpage", "t", "https://x.example/", "1").key for name in ("a b", "a,b", "a-b")}
    assert len(keys) == 3


def test_hostile_values_of_a_query_stay_in_their_field(client: FlaskClient) -> None:
    value = "}, evil = {x"
    reply = client.get("/queries/members-of-territory", query_string={"label": value, "format": "bib"})
    entry = read(reply.text)
    assert "evil" not in entry.fields_dict
    assert value in said(entry, "title")


def test_a_dataset_is_cited_by_title_address_and_version(client: FlaskClient) -> None:
    with client.application.test_request_context("/catalog?accessed=2026-11-25"):
        citation = of_dataset("Territoires d’industrie", "https://ti.example/catalog", "1.2")
        files = shown(citation, lambda form: f"/catalog.{form.name}").files
        assert [address for _, address in files] == ["/catalog.bib", "/catalog.csl"]
        entry = read(written(citation, CITATIONS[0]))
    assert (entry.key, entry["version"], entry["urldate"]) == ("ti-graph:dataset", "1.2", "2026-11-25")
    assert said(entry, "publisher") == "ti-graph"
    assert "series" not in entry.fields_dict
    assert citation.text("en") == (
        "ti-graph. “Territoires d’industrie”. Version 1.2. https://ti.example/catalog "
        "(accessed on 2026-11-25)"
    )
