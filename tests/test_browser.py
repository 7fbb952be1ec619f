"""The pages in a real browser: accessible, on a telephone, in the dark, by keyboard, from this host alone.

Needs Chromium (``apt-get install chromium``), axe-core (``make axe``) and the editor (``make pages``).
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from conftest import ROOT
from server import Server, serving

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
AXE = ROOT / "tests" / "node_modules" / "axe-core" / "axe.min.js"
if CHROMIUM is None or not AXE.exists():
    pytest.skip("needs Chromium and axe-core (make axe)", allow_module_level=True)
EDITOR = ROOT / "src" / "ti_graph" / "web" / "static" / "editor.js"
if not EDITOR.exists():
    pytest.skip("needs the SPARQL editor (make pages)", allow_module_level=True)

#: One page of each kind.
PAGES = [
    "/",
    "/announcement",
    "/map",
    "/map?list=2018&region=28",
    "/compare",
    "/compare?from=2018&to=2023&region=28",
    "/compare?from=2022&to=2023",
    "/compare?from=2022&to=2022",
    "/search",
    "/search?q=havre",
    "/search?q=zzzzzz",
    "/queries",
    "/queries/territory-of-commune?commune=76351",
    "/queries/members-of-territory",
    "/queries/members-of-territory?label=Axe+Seine&accessed=2026-11-25",
    "/join",
    "/sparql",
    "/sparql?query=SELECT%20*%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D%20LIMIT%2010",
    "/sparql?query=ASK%20%7B%7D",
    "/sparql?query=nonsense",
    "/doc/commune/76351",
    "/doc/commune/76191",
    "/doc/epci/247600596",
    "/doc/territoire/2018/axe-seine",
    "/doc/territoire/2023/ti-2802",
    "/doc/liste/2022",
    "/doc/region/28",
    "/doc/personne/fabienne-buccio",
    "/doc/passage/annonce/538-665",
    "/doc/enonce/territoire-cote-d-albatre",
    "/doc/enonce/citation-buccio?accessed=2026-11-25",
    "/doc/deduction/contours-2018",
    "/doc/table/liste-2023",
    "/doc/code/nature/CA",
    "/doc/no/such/thing",
    "/def",
    "/alignments",
    "/shapes",
    "/terms",
    "/catalog",
    "/dump/",
    "/validation",
    "/legal",
    "/accessibility",
]
#: Those of them that are answered with an error, which a browser notes.
MISSING = {"/doc/no/such/thing", "/compare?from=2022&to=2022", "/sparql?query=nonsense"}
_CHECK = """async () => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"];
  const found = await axe.run(document, { runOnly: tags });
  return found.violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.target} ${n.failureSummary}`));
}"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield running
        running.close()


@pytest.fixture
def opened(browser: Browser, server: Server) -> Iterator[Page]:
    context = browser.new_context(base_url=server.address, locale="fr-FR")
    yield context.new_page()
    context.close()


def violations(page: Page) -> list[str]:
    page.evaluate(Path(AXE).read_text(encoding="utf-8"))
    return page.evaluate(_CHECK)  # type: ignore[no-any-return]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_accessible_fits_a_telephone_and_asks_no_other_host(
    opened: Page, server: Server, path: str
) -> None:
    asked: list[str] = []
    said: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    opened.goto(path)
    assert opened.locator("h1").count() == 1
    assert violations(opened) == []
    assert [url for url in asked if not url.startswith((server.address, "data:"))] == []
    assert [text for text in said if path not in MISSING or "status of 40" not in text] == []
    opened.set_viewport_size({"width": 360, "height": 740})
    assert opened.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_graphs_of_the_files_are_accessible_when_unfolded(opened: Page) -> None:
    opened.goto("/dump/")
    for summary in opened.locator("main details > summary").all():
        summary.click()
    assert opened.locator("main details[open] tbody tr").count() == 123
    assert violations(opened) == []
    opened.set_viewport_size({"width": 360, "height": 740})
    assert opened.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize(
    "path", ["/", "/announcement", "/map", "/compare", "/doc/territoire/2018/axe-seine", "/join"]
)
def test_a_page_is_accessible_in_the_dark_and_in_english(opened: Page, path: str) -> None:
    opened.emulate_media(color_scheme="dark")
    opened.goto(path + "?lang=en")
    assert violations(opened) == []


def test_the_search_works_by_keyboard_alone(opened: Page) -> None:
    opened.goto("/")
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.className") == "skip"
    for _ in range(20):
        opened.keyboard.press("Tab")
        if opened.evaluate("document.activeElement.id") == "q":
            break
    opened.keyboard.type("le havre")
    opened.keyboard.press("Enter")
    opened.wait_for_url("**/search?q=le+havre*")
    assert opened.locator(".hits a").first.inner_text() == "Le Havre"


def test_a_band_leads_to_its_row_by_keyboard_alone(opened: Page) -> None:
    opened.goto("/compare?from=2018&to=2023&region=28")
    band = opened.locator('.flows a[href^="#flux-"]').first
    row = band.get_attribute("href")
    assert row
    band.focus()
    opened.keyboard.press("Enter")
    assert opened.evaluate("location.hash") == row
    assert opened.locator(row).is_visible()


def test_a_passage_that_was_chosen_is_shown(opened: Page) -> None:
    opened.goto("/announcement")
    opened.locator('a[href="#enonces-1236-1407"]').click()
    assert (
        opened.evaluate("getComputedStyle(document.getElementById('enonces-1236-1407')).outlineStyle")
        == "solid"
    )


def test_a_page_prints_without_its_navigation(opened: Page) -> None:
    opened.emulate_media(media="print")
    opened.goto("/doc/commune/76351")
    assert not opened.locator("header").is_visible()
    assert opened.locator("h1").is_visible()


def test_a_suggestion_leads_to_its_page_by_keyboard(opened: Page) -> None:
    opened.goto("/")
    opened.locator("#q").focus()
    opened.keyboard.type("cote albat")
    opened.locator("#suggestions li").first.wait_for()
    assert opened.locator("#q").get_attribute("aria-expanded") == "true"
    assert violations(opened) == []
    opened.keyboard.press("ArrowDown")
    first = opened.locator("#suggestions li").first
    assert first.get_attribute("aria-selected") == "true"
    assert opened.locator("#q").get_attribute("aria-activedescendant") == first.get_attribute("id")
    opened.keyboard.press("Escape")
    assert not opened.locator("#suggestions").is_visible()
    opened.keyboard.type("r")
    opened.locator("#suggestions li").first.wait_for()
    opened.keyboard.press("ArrowDown")
    opened.keyboard.press("Enter")
    opened.wait_for_url("**/doc/territoire/*/*")
    assert opened.locator("h1").inner_text() == "Côte d’Albâtre"


def typed(page: Page, query: str) -> None:
    """Replace what the editor has by a query, as a person with a keyboard would."""
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(query)


def test_the_editor_answers_a_query_by_keyboard_and_lets_the_keyboard_leave(opened: Page) -> None:
    opened.goto("/sparql")
    opened.locator(".cm-content").wait_for()
    assert violations(opened) == []
    typed(opened, "SELECT ('it works' AS ?x) {}")
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.name") == "inference"
    opened.locator(".cm-content").focus()
    opened.keyboard.press("Control+Enter")
    opened.wait_for_selector("main table")
    assert opened.locator("main td").inner_text() == "it works"


def test_the_editor_offers_terms_with_the_prefix_they_need(opened: Page) -> None:
    opened.goto("/sparql")
    opened.locator(".cm-content").wait_for()
    typed(opened, "")
    opened.keyboard.press("Backspace")
    opened.keyboard.type("SELECT * { ?x a ti:Territ")
    opened.locator(".cm-tooltip-autocomplete").wait_for()
    assert "Territoire d’industrie" in opened.locator("[aria-selected=true]").inner_text()
    opened.wait_for_timeout(100)  # the editor ignores Enter on a list that has just come up
    opened.keyboard.press("Enter")
    opened.locator(".cm-tooltip-autocomplete").wait_for(state="detached")
    text = opened.locator("textarea#query").input_value()
    assert "?x a ti:Territoire" in text
    assert text.startswith("PREFIX ti: <https://w3id.org/territoires-industrie/def#>\n")


def test_the_editor_marks_a_mistake_and_says_its_line(opened: Page) -> None:
    opened.goto("/sparql")
    opened.locator(".cm-content").wait_for()
    typed(opened, "SELECT * {\n  ?s ?p }")
    marked = opened.locator(".cm-lintRange-error")
    marked.wait_for()
    marked.hover()
    opened.locator(".cm-tooltip-lint").wait_for()
    assert "Erreur de syntaxe, ligne 2" in opened.locator(".cm-tooltip-lint").inner_text()


def test_the_licences_of_what_is_in_the_editor_go_along(server: Server) -> None:
    licences = server.request("/static/editor.licences.txt").text
    for name in ("@codemirror/view", "@codemirror/legacy-modes", "sparqljs"):
        assert re.search(rf"^{name} [\d.]+ \(MIT\)$", licences, re.MULTILINE)
    assert licences.count("Permission is hereby granted") >= 10


def test_an_example_fills_the_editor(opened: Page) -> None:
    opened.goto("/sparql")
    opened.locator(".cm-content").wait_for()
    opened.locator("summary").last.click()
    example = opened.locator("a.example").first
    example.click()
    href = example.get_attribute("href") or ""
    assert [opened.locator("textarea#query").input_value()] == parse_qs(urlsplit(href).query)["query"]


CONTOURS = """PREFIX ti: <https://w3id.org/territoires-industrie/def#>
PREFIX geo: <http://www.opengis.net/ont/geosparql#>
SELECT ?t ?wkt {
  ?t ti:liste <https://w3id.org/territoires-industrie/id/liste/2018> ; geo:hasGeometry/geo:asWKT ?wkt
}"""
FIGURES = """PREFIX ti: <https://w3id.org/territoires-industrie/def#>
SELECT ?t (COUNT(?c) AS ?n) {
  ?t ti:liste <https://w3id.org/territoires-industrie/id/liste/2018> ; ti:couvre ?c
} GROUP BY ?t ORDER BY DESC(?n)"""


def test_an_answer_with_contours_is_a_map_and_one_with_figures_a_chart(opened: Page, server: Server) -> None:
    opened.goto("/sparql?query=" + quote(CONTOURS))
    assert opened.locator("svg.map a").count() == 10
    assert violations(opened) == []
    opened.locator('svg.map a[aria-label="Axe Seine"]').focus()
    opened.keyboard.press("Enter")
    opened.wait_for_url("**/doc/territoire/2018/axe-seine")
    opened.goto("/sparql?query=" + quote(FIGURES))
    opened.get_by_text("Diagramme").click()
    assert opened.locator("svg.bars rect").count() == 10
    assert violations(opened) == []


def test_a_result_has_a_link_that_leads_to_it_again(opened: Page) -> None:
    opened.goto("/sparql")
    opened.locator(".cm-content").wait_for()
    typed(opened, "SELECT ('été & <b>' AS ?x) {}")
    opened.get_by_role("button", name="Exécuter").click()
    opened.get_by_text("Lien vers cette requête").click()
    opened.wait_for_url("**/sparql?query=*")
    assert opened.locator("main td").inner_text() == "été & <b>"
    assert opened.locator("textarea#query").input_value() == "SELECT ('été & <b>' AS ?x) {}"


def test_without_javascript_the_page_answers_too(browser: Browser, server: Server) -> None:
    context = browser.new_context(base_url=server.address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/sparql")
    page.locator("textarea#query").fill("SELECT ('plain' AS ?x) {}")
    page.locator("main form button").first.click()
    assert page.locator("main td").inner_text() == "plain"
    page.goto("/")
    page.locator("#q").fill("elbeuf")
    page.locator("#q").press("Enter")
    assert page.locator(".hits a").first.inner_text() == "Elbeuf"
    context.close()


def test_hostile_names_stay_text(opened: Page) -> None:
    opened.goto("/search?q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")
    assert opened.locator("img").count() == 0
    select = "SELECT ('<img src=x onerror=alert(1)>' AS ?x) (IRI('javascript:alert(1)') AS ?y) {}"
    opened.goto("/sparql")
    opened.locator(".cm-content").wait_for()
    typed(opened, select)
    opened.get_by_role("button", name="Exécuter").click()
    opened.wait_for_selector("main table")
    assert opened.locator("main table img").count() == 0
    assert opened.locator('a[href^="javascript"]').count() == 0
