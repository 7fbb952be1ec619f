"""The pictures of the documents: the model, drawn from the ontology, and a page, as Chromium shows it.

    python docs/pictures.py

The model by Graphviz (``dot``): every class, and the properties that lead from one to another. Properties
without one class at each end are left out, and those that lead to a code list: the ontology's own pages
(/def) have them all. Run by ``make pictures``.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which

from playwright.sync_api import sync_playwright
from rdflib import OWL, RDF, RDFS, SKOS, Graph, URIRef

HERE = Path(__file__).parent
ONTOLOGY = HERE.parent / "ontology" / "ontology.ttl"
#: The page of the README's picture, and how much of it.
PAGE, WINDOW = "/doc/commune/76351?lang=fr", {"width": 1100, "height": 900}
_STYLE = """
  rankdir=LR; nodesep=0.25; ranksep=0.9; bgcolor=white; fontname="sans-serif";
  node [shape=box, style="rounded,filled", fillcolor="#eef2fb", color="#3f51b5"];
  node [fontname="sans-serif", fontsize=12];
  edge [color="#555555", fontname="sans-serif", fontsize=9, arrowsize=0.6];
"""


def main() -> None:
    """Draw the model and take the picture of the README."""
    ontology = Graph().parse(ONTOLOGY)
    drawn = subprocess.run(
        ["dot", "-Tsvg"], input=dot(ontology), check=True, stdout=subprocess.PIPE, text=True
    )
    plain = re.sub(r"<!--.*?-->\n?", "", drawn.stdout, flags=re.DOTALL)
    (HERE / "model.svg").write_text(plain, encoding="utf-8")
    with serving() as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport=WINDOW, locale="fr-FR", device_scale_factor=1.5)
        page.goto(address + PAGE, wait_until="networkidle")
        page.screenshot(path=HERE / "le-havre.png")
        browser.close()


@contextmanager
def serving() -> Iterator[str]:
    """The address of a server, until the block ends."""
    command = [sys.executable, "-m", "ti_graph", "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr
            yield process.stderr.readline().split()[2]
        finally:
            process.terminate()


def dot(ontology: Graph) -> str:
    """The model as Graphviz reads it."""
    lines = [f'"{start}" -> "{end}" [label="{label}"]' for start, end, label in sorted(arrows(ontology))]
    lines += [f'"{name}" -> "{above}" [arrowhead=empty, style=dashed]' for name, above in kinds(ontology)]
    return f"digraph model {{{_STYLE}  {'; '.join(lines)} }}"


def arrows(ontology: Graph) -> Iterable[tuple[str, str, str]]:
    """Class, class, and the property that leads from the one to the other."""
    for each in ontology.subjects(RDF.type, OWL.ObjectProperty):
        start, end = ontology.value(each, RDFS.domain), ontology.value(each, RDFS.range)
        if isinstance(start, URIRef) and isinstance(end, URIRef) and end != SKOS.Concept:
            yield ontology.qname(start), ontology.qname(end), ontology.qname(str(each)).partition(":")[2]


def kinds(ontology: Graph) -> Iterable[tuple[str, str]]:
    """A class, and the one that it is a kind of."""
    for each in sorted(ontology.subjects(RDF.type, OWL.Class)):
        for above in ontology.objects(each, RDFS.subClassOf):
            yield ontology.qname(str(each)), ontology.qname(str(above))


if __name__ == "__main__":
    main()
