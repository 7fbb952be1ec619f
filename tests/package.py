"""Build the packages, install them into empty environments outside of the checkout, and use them there.

    .venv/bin/python tests/package.py [--python python3.12 …] [--lowest]

They are in ``dist/``. For each Python: the wheel, and the wheel that pip makes of the source distribution;
with --lowest the oldest versions that pyproject.toml allows. Run by ``make package``.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
#: What a server answers, and words of it.
ASKED = (
    ("/", "Territoires d"),
    ("/doc/commune/76351", "Le Havre"),
    ("/doc/commune/76351.ttl", "igeo:Commune"),
    ("/queries/territory-of-commune?commune=76351&format=csv", "Axe Seine"),
    ("/search?q=havre", "Le Havre"),
    ("/sparql", "editor.js"),
    ("/static/editor.js", "codemirror"),
    ("/def.ttl", "owl:Ontology"),
    ("/compare", "2018"),
    ("/validation.json", "conforms"),
)
#: A page that announces a territory.
PAGE = "Les Territoires d'industrie de Normandie\n\nAxe Seine :\n- CA Seine-Eure\n- CC Roumois Seine\n"
PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}\n'
FRAME = "from ti_graph import api; print(len(api.frame('members-of-territory', label='Axe Seine')))"


def main() -> None:
    """Build and try them, and print how long each step took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", action="append", help="an interpreter; repeatable")
    parser.add_argument("--lowest", action="store_true", help="the oldest versions allowed, of the wheel")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ti-graph-package-") as name:
        wheel, source = built(ROOT / "dist")
        for number, python in enumerate(chosen.python or [sys.executable]):
            for package in [wheel] if chosen.lowest else [wheel, source]:
                place = Path(name) / f"{number}{package.suffix}"
                options = ["--constraint", str(oldest(Path(name), python))] if chosen.lowest else []
                with timed(f"{package.name} installed"):
                    program = installed(place, python, package, options)
                tried(program, place / "home")


def built(folder: Path) -> tuple[Path, Path]:
    """The wheel and the source distribution, made of the checkout."""
    shutil.rmtree(folder, ignore_errors=True)
    with timed("wheel and source distribution built"):
        hatchling = [sys.executable, "-m", "hatchling", "build", "--directory", str(folder)]
        subprocess.run([*hatchling, "--target", "sdist", "--target", "wheel"], cwd=ROOT, check=True)
    (wheel,), (source,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    for package in (wheel, source):
        print(f"{package.name}: {package.stat().st_size / 1e6:.1f} MB")
    return wheel, source


def oldest(folder: Path, python: str) -> Path:
    """The oldest version of each requirement that pyproject.toml allows, as constraints."""
    uv, constraints = str(Path(sys.executable).with_name("uv")), folder / "oldest.txt"
    command = [uv, "pip", "compile", "--quiet", "--no-annotate", "--resolution", "lowest-direct"]
    command += ["--all-extras", "--python", python, "--output-file", str(constraints), "pyproject.toml"]
    subprocess.run(command, cwd=ROOT, check=True)
    return constraints


def installed(place: Path, python: str, package: Path, options: Sequence[str]) -> Path:
    """The program ``ti-graph`` in an environment of its own."""
    uv, environment = str(Path(sys.executable).with_name("uv")), place / "venv"
    subprocess.run([uv, "venv", "--quiet", "--python", python, environment], check=True)
    install = [uv, "pip", "install", "--quiet", "--python", environment / "bin" / "python", *options]
    subprocess.run([*install, f"{package}[ingest,mcp,pandas]"], check=True)
    return environment / "bin" / "ti-graph"


def tried(program: Path, home: Path) -> None:
    """Use it as a newcomer would, in a folder of one's own."""
    home.mkdir()
    python = program.with_name("python")
    os.environ.update({"XDG_CACHE_HOME": str(home / "cache"), "PYTHONPATH": ""})
    print(" ", said(home, program, "--version").strip(), "on", said(home, python, "-V").strip())
    with timed("first answer, of the command line"):
        query = ["query", "territory-of-commune", "--param", "commune=76351", "--format", "csv"]
        assert "Axe Seine" in said(home, program, *query)
    with timed("second answer"):
        said(home, program, *query)
    assert json.loads(said(home, program, "check", "--format", "json"))["conforms"]
    (home / "page.txt").write_text(PAGE, encoding="utf-8")
    source = [
        "--url",
        "https://example.org/annonce",
        "--published",
        "2018-11-22",
        "--output",
        str(home / "read"),
    ]
    assert "members.csv" in said(home, program, "ingest", str(home / "page.txt"), *source)
    assert said(home, python, "-c", FRAME).strip() == "9"
    backup, copy = home / "backup.tar.gz", home / "copy"
    said(home, program, "backup", str(backup))
    said(home, program, "restore", str(backup), "--store", str(copy))
    assert '"id":1' in said(home, program, "mcp", given=PING)
    with serving(program, home) as address:
        for path, words in ASKED:
            asked = urllib.request.Request(address + path, headers={"Accept": "text/html, */*;q=0.5"})
            with urllib.request.urlopen(asked, timeout=60) as reply:
                assert words in reply.read().decode(), path
    print("  works")


@contextmanager
def serving(program: Path, home: Path) -> Iterator[str]:
    """The address of its server, until the block ends."""
    command = [program, "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=home, stderr=subprocess.PIPE, text=True) as process:
        try:
            with timed("server ready"):
                assert process.stderr
                address = process.stderr.readline().split()[2]
            yield address
        finally:
            process.terminate()
            assert process.stderr
            print("".join(line for line in process.stderr if not line.startswith("{")), end="")


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print how long it took."""
    began = time.perf_counter()
    yield
    print(f"  {what}: {time.perf_counter() - began:.1f} s", flush=True)


def said(home: Path, program: Path, *arguments: str, given: str = "") -> str:
    """What a command prints; that it fails is an error."""
    command = [program, *arguments]
    return subprocess.run(
        command, cwd=home, input=given, check=True, stdout=subprocess.PIPE, text=True, timeout=300
    ).stdout


if __name__ == "__main__":
    main()
