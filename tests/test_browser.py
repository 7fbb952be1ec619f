"""The pages in a real browser: accessible, on a telephone, in the dark, by keyboard, from this host alone.

Needs Chromium (``apt-get install chromium``) and axe-core (``make axe``).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from conftest import ROOT
from server import Server, serving

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
AXE = ROOT / "tests" / "node_modules" / "axe-core" / "axe.min.js"
if CHROMIUM is None or not AXE.exists():
    pytest.skip("needs Chromium and axe-core (make axe)", allow_module_level=True)

#: One page of each kind.
PAGES = [
    "/",
    "/announcement",
    "/map",
    "/map?list=2018&region=28",
    "/search",
    "/search?q=havre",
    "/search?q=zzzzzz",
    "/queries",
    "/queries/territory-of-commune?commune=76351",
    "/queries/members-of-territory",
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
def test_a_page_is_accessible_and_asks_no_other_host(opened: Page, server: Server, path: str) -> None:
    asked: list[str] = []
    said: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    opened.goto(path)
    assert opened.locator("h1").count() == 1
    assert violations(opened) == []
    assert [url for url in asked if not url.startswith((server.address, "data:"))] == []
    assert [text for text in said if "status of 40" not in text] == []


@pytest.mark.parametrize("path", ["/", "/announcement", "/map", "/doc/territoire/2018/axe-seine", "/join"])
def test_a_page_is_accessible_in_the_dark_and_in_english(opened: Page, path: str) -> None:
    opened.emulate_media(color_scheme="dark")
    opened.goto(path + "?lang=en")
    assert violations(opened) == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_a_telephone(opened: Page, path: str) -> None:
    opened.set_viewport_size({"width": 360, "height": 740})
    opened.goto(path)
    assert opened.evaluate("document.documentElement.scrollWidth") <= 360


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


def test_hostile_names_stay_text(opened: Page) -> None:
    opened.goto("/search?q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")
    assert opened.locator("img").count() == 0
    select = "SELECT ('<img src=x onerror=alert(1)>' AS ?x) (IRI('javascript:alert(1)') AS ?y) {}"
    opened.goto("/sparql")
    opened.locator("textarea[name=query]").first.fill(select)
    opened.locator("form button").nth(1).click()
    opened.wait_for_selector("table")
    assert opened.locator("table img").count() == 0
    assert opened.locator('a[href^="javascript"]').count() == 0
