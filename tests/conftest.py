"""The states of the world that the tests start from; everything real."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from server import Server, serving
from ti_graph import layout
from ti_graph.assembly.announcement import Announcement
from ti_graph.assembly.graph import assemble
from ti_graph.build import dataset
from ti_graph.rdf import Quad
from ti_graph.reference.reading import read_reference
from ti_graph.reference.rows import Reference
from ti_graph.reference.sources import read_manifest
from ti_graph.serving.endpoint import Endpoint
from ti_graph.sparql.catalogue import Catalogue
from ti_graph.stores.store import Store
from ti_graph.web import create_app

ROOT = Path(__file__).parents[1]
EXPECTED = Path(__file__).parent / "expected"


def expected(name: str) -> list[dict[str, str]]:
    """Rows derived from the text by hand, independently of the program (``tests/expected/README.md``)."""
    with (EXPECTED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def announcement() -> Announcement:
    """The announcement as stored."""
    return Announcement(layout.ANNOUNCEMENT / "text.txt")


@pytest.fixture(scope="session")
def reference() -> Reference:
    """The reference tables."""
    return read_reference(read_manifest(layout.FILES))


@pytest.fixture(scope="session")
def quads() -> list[Quad]:
    """The data graphs, freshly assembled."""
    return list(assemble())


@pytest.fixture(scope="session")
def store() -> Store:
    """The built dataset."""
    return dataset().open()


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The named queries."""
    return Catalogue(layout.QUERIES)


@pytest.fixture(scope="session")
def endpoint() -> Endpoint:
    """The built dataset, asked in this process."""
    return Endpoint(dataset().repository)


@pytest.fixture(scope="session")
def application(endpoint: Endpoint, catalogue: Catalogue) -> Flask:
    """The application over the built dataset."""
    return create_app(endpoint, catalogue)


@pytest.fixture
def client(application: Flask) -> FlaskClient:
    """A client of the application over the built dataset."""
    return application.test_client()


@pytest.fixture
def runner() -> CliRunner:
    """Runs commands in process."""
    return CliRunner()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server of the built dataset."""
    dataset()
    with serving() as running:
        yield running


def damage(path: Path, old: str, new: str) -> None:
    """Put something else where a file has this first; it must have it."""
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8")


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the project's files, to damage."""
    for name in ("src", "data", "ontology", "queries"):
        shutil.copytree(
            ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.fixture
def run(checkout: Path) -> Run:
    """Runs a command of the copy in a process of its own."""

    def run_command(*arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "ti_graph", *arguments],
            env={**os.environ, "PYTHONPATH": str(checkout / "src")},
            cwd=checkout,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run_command
