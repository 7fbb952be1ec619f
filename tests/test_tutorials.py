"""What the tutorials show runs, word for word; only the address of the server is another."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import urllib.request
from pathlib import Path

import nbformat
import pytest
from _pytest.mark import ParameterSet
from nbclient import NotebookClient

from conftest import ROOT
from server import Server
from ti_graph.stores.store import Store

FOLDER = ROOT / "docs" / "tutorials"
ADDRESS = "http://127.0.0.1:8000"


def blocks(kind: str) -> list[ParameterSet]:
    """The code of one kind, a parameter of a test each."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.md"))}
    return [
        pytest.param(code, id=f"{name}-{number}")
        for name, text in texts.items()
        for number, code in enumerate(re.findall(rf"(?ms)^```{kind}\n(.*?)^```$", text), start=1)
    ]


@pytest.mark.parametrize("query", blocks("sparql"))
def test_a_query_has_answers(store: Store, query: str) -> None:
    assert next(store.query(query).rows())


@pytest.mark.parametrize("program", blocks("python"))
def test_a_program_runs_and_prints(server: Server, program: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", program.replace(ADDRESS, server.address)]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert (run.returncode, bool(run.stdout.strip())) == (0, True), run.stderr


@pytest.mark.parametrize("command", blocks("sh"))
def test_a_command_has_an_answer(server: Server, command: str) -> None:
    program, *arguments = shlex.split(command)
    assert program == "curl"
    headers, data, address = {}, None, ""
    while arguments:
        match arguments.pop(0):
            case "-H":
                name, _, value = arguments.pop(0).partition(": ")
                headers[name] = value
            case "--data-binary":
                data = arguments.pop(0).encode()
            case given:
                address = given.replace(ADDRESS, server.address)
    with urllib.request.urlopen(urllib.request.Request(address, data, headers), timeout=60) as reply:
        assert len(reply.read().splitlines()) > 1


def test_the_notebook_runs() -> None:
    notebook = nbformat.read(FOLDER / "notebook.ipynb", as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells), "it is kept without what it prints"
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    assert all(cell.outputs for cell in notebook.cells if cell.cell_type == "code")
