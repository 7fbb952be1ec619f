"""The house: imports point one way, five modules know the engine, one knows where files are."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

from conftest import ROOT
from ti_graph.build import MADE_BY

PACKAGE = ROOT / "src" / "ti_graph"

#: From the ground up: a folder, or a module that stands alone, may import only from lines before its own.
FLOORS = [
    {"layout"},
    {"errors"},
    {"files", "apart"},
    {"rdf"},
    {"formats", "reference"},
    {"sparql", "assembly"},
    {"stores", "views", "bench"},
    {"checking"},
    {"build", "serving"},
    {"release"},
    {"web", "ingest", "api", "assistants"},
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


def inside(path: Path) -> set[str]:
    """The modules of the package that a module imports."""
    every = modules()
    named = {name.removeprefix("ti_graph.") for name in imports(path) if name.startswith("ti_graph.")}
    return {name for name in named if name in every}


def floor_of(module: str) -> str:
    return module.partition(".")[0]


def test_imports_point_down() -> None:
    level = {name: number for number, names in enumerate(FLOORS) for name in names}
    assert set(level) == {floor_of(module) for module in modules()} - {""}
    for module, path in modules().items():
        for imported in inside(path):
            here, there = floor_of(module), floor_of(imported)
            assert not module or here == there or level[there] < level[here], f"{module} imports {imported}"


def test_no_two_modules_need_each_other() -> None:
    TopologicalSorter({module: inside(path) - {module} for module, path in modules().items()}).prepare()


def test_whatever_the_dataset_is_made_by_is_part_of_its_fingerprint() -> None:
    paths, reached, new = modules(), set[str](), {"build"}
    while new:
        reached |= new
        new = {name for module in new for name in inside(paths[module])} - reached
    for module in reached:
        folder = paths[module].parent.relative_to(PACKAGE)
        assert str(folder) in MADE_BY, f"a change in {module} goes unnoticed"


def test_only_four_modules_and_the_api_know_the_engine() -> None:
    users = {
        module
        for module, path in modules().items()
        if any(i.split(".")[0] == "pyoxigraph" for i in imports(path))
    }
    assert users == {"api", "rdf", "rdf.syntax", "sparql.result", "stores.store"}


def test_only_layout_asks_where_files_are() -> None:
    users = {module for module, path in modules().items() if "__file__" in path.read_text(encoding="utf-8")}
    assert users == {"layout"}


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    long = {
        module: n for module, path in modules().items() if (n := path.read_text("utf-8").count("\n")) > 400
    }
    assert not long
