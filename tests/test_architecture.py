"""The house: imports point one way, one module knows the engine, one knows where files are."""

from __future__ import annotations

import ast
from pathlib import Path

from conftest import ROOT

PACKAGE = ROOT / "src" / "ti_graph"

#: From the ground up: a module may import only from lines above its own.
STOREYS = [
    {"errors", "layout"},
    {"files", "apart", "turtle"},
    {"headers", "credentials"},
    {"rdf"},
    {
        "blanks",
        "formats",
        "citation",
        "sorting",
        "stated",
        "announcement",
        "tables",
        "sparql",
        "footprint",
        "inference",
    },
    {"rewriting"},
    {"result", "publication", "remote", "fulltext", "sources", "catalogue", "checks", "updates", "describe"},
    {"states", "store", "history", "kept"},
    {"asked", "bench"},
    {"perimeters"},
    {"groups"},
    {"comparison", "flows"},
    {
        "reference",
        "provenance",
        "report",
        "reach",
        "constraints",
        "worker",
        "repository",
        "remote_store",
        "far_end",
    },
    {"years", "push"},
    {"reading", "resolve", "timeline", "contours", "statements", "shacl", "killable"},
    {"geography", "lists", "check", "pool", "express", "bench.wrk", "bench.drawn"},
    {"bench.generic"},
    {"lane"},
    {"succession", "outlines"},
    {"territories"},
    {"graph", "names", "search", "atlas", "marked", "citable"},
    {"pictures", "guard", "build", "diff", "dump", "situation", "tabular"},
    {"release", "api"},
    {"dcat"},
    {"publish"},
    {"change", "join"},
    {"writer", "endpoint", "reconcile"},
    {"web.language"},
    {"web.tables"},
    {"web.answers"},
    {"web.metadata", "web.problems", "web.operations"},
    {"web.current"},
    {"web.protocol", "web.citations"},
    {
        "web.crawlers",
        "web.graphs",
        "web.joins",
        "web.notices",
        "web.reconciliation",
        "web.release",
        "web.searching",
    },
    {
        "web.announcement",
        "web.comparing",
        "web.dataset",
        "web.editing",
        "web.maps",
        "web.ontology",
        "web.pages",
        "web.resources",
    },
    {"web", "assistants"},
    {
        "ingest",
        "ingest.columns",
        "ingest.facts",
        "ingest.forms",
        "ingest.language",
        "ingest.lines",
        "ingest.loose",
        "ingest.markup",
    },
    {
        "ingest.additions",
        "ingest.delimited",
        "ingest.gazetteer",
        "ingest.keys",
        "ingest.page",
        "ingest.phrases",
    },
    {"ingest.matching"},
    {"ingest.places", "ingest.review", "ingest.words"},
    {"ingest.members"},
    {"ingest.entry"},
    {"ingest.common", "ingest.heads", "ingest.inline", "ingest.spotting"},
    {"ingest.seen", "ingest.tables", "ingest.together"},
    {"ingest.headed"},
    {"ingest.listing"},
    {"ingest.reader", "ingest.home"},
    {"ingest.said"},
    {"ingest.graph"},
    {"ingest.outcome"},
    {"connection"},
    {"server"},
    {"cli.group"},
    {"cli.ask", "cli.bench", "cli.ingest", "cli.match", "cli.mcp", "cli.push", "cli.run"},
    {"cli"},
    {"__main__"},
]


def modules() -> dict[str, Path]:
    found = {}
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        name = ".".join(part for part in parts if part != "__init__")
        found[name] = path
    return found


def imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def test_imports_point_down() -> None:
    storey = {module: level for level, names in enumerate(STOREYS) for module in names}
    paths = modules()
    assert set(storey) == set(paths) - {""}
    for module, path in paths.items():
        for imported in imports(path):
            inner = imported.removeprefix("ti_graph.")
            if imported.startswith("ti_graph.") and inner in storey and module not in ("", inner):
                assert storey[inner] < storey[module], f"{module} imports {inner}"


def test_only_three_modules_and_the_api_know_the_engine() -> None:
    users = {
        module
        for module, path in modules().items()
        if any(i.split(".")[0] == "pyoxigraph" for i in imports(path))
    }
    assert users == {"api", "rdf", "result", "store"}


def test_only_layout_asks_where_files_are() -> None:
    users = {module for module, path in modules().items() if "__file__" in path.read_text(encoding="utf-8")}
    assert users == {"layout"}


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    long = {
        module: n for module, path in modules().items() if (n := path.read_text("utf-8").count("\n")) > 400
    }
    assert not long
