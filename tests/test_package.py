"""The wheel, unpacked outside of the checkout: all that it needs is inside, and nothing is built.

``make package`` installs it, and what pip makes of the source distribution, in environments of their own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from conftest import ROOT
from ti_graph.build import Dataset, carry, dataset
from ti_graph.errors import StoreError
from ti_graph.serving.change import Change, Policy
from ti_graph.serving.writer import Writer
from ti_graph.stores.repository import Repository

if shutil.which("npm") is None and not (ROOT / "src/ti_graph/web/static/editor.js").exists():
    pytest.skip("needs npm, which builds the editor that a wheel carries", allow_module_level=True)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel that this checkout gives."""
    folder = tmp_path_factory.mktemp("dist")
    dataset()
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


def test_a_wheel_has_data_rules_queries_pages_and_types(wheel: zipfile.ZipFile) -> None:
    inside = {name.removeprefix("ti_graph/") for name in wheel.namelist()}
    for file in (
        "_files/carried/dataset.nq.gz",
        "_files/carried/report.json",
        "_files/data/sources.toml",
        "_files/ontology/shapes.ttl",
        "_files/queries/territory-of-commune.rq",
        "py.typed",
        "web/static/editor.js",
        "web/static/editor.licences.txt",
        "web/templates/base.html",
    ):
        assert file in inside
    assert not [name for name in inside if "node_modules" in name or "__pycache__" in name]


def test_a_dataset_that_was_changed_is_not_carried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = Dataset(Repository.create(tmp_path / "data").path, "")
    writer = Writer(changed.repository, Policy(), 256)
    try:
        writer.write(Change("update", "INSERT DATA { <a:a> <a:b> 1 }"))
    finally:
        writer.close()
    monkeypatch.setattr("ti_graph.build.dataset", lambda: changed)
    with pytest.raises(StoreError, match="has changes of its own"):
        carry(tmp_path / "carried")
    assert not (tmp_path / "carried").exists()


def test_the_first_command_loads_what_the_wheel_carries(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path / "site")
    own = {"PYTHONPATH": str(tmp_path / "site"), "XDG_CACHE_HOME": str(tmp_path / "cache")}

    def said(*arguments: str) -> str:
        command = [sys.executable, "-m", "ti_graph", *arguments]
        done = subprocess.run(
            command, cwd=tmp_path, env=os.environ | own, check=True, capture_output=True, text=True
        )
        return done.stdout

    asked = ["query", "territory-of-commune", "--param", "commune=76351", "--format", "csv"]
    assert "Axe Seine" in said(*asked)
    (tmp_path / "count.rq").write_text("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", encoding="utf-8")
    assert said("query", "count.rq", "--format", "csv").split() == ["n", str(len(dataset().open()))]
    made = [path.name for path in (tmp_path / "cache" / "ti-graph").glob("dataset-*")]
    assert made == [dataset().path.name]
    assert said("get", "/validation.json").startswith("{")
