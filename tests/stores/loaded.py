"""Engines that the dumps are loaded into, each from a context that gives who can be asked."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import rdflib
from answers import PATIENCE, Answer, Ask, NoAnswerError, answer, asking
from rdflib.query import Result, ResultException

from engines import OXIGRAPH, oxigraph_server, virtuoso

MERGE = "https://w3id.org/territoires-industrie/merge"
#: Virtuoso's flags for reading N-Quads with their graphs.
_N_QUADS = 512
#: How roqet says that a variable has no value, which SPARQL results do by silence.
_UNBOUND = re.compile(rb"<binding name=\"[^\"]*\">\s*<unbound/>\s*</binding>")
_HERE = Path(__file__).parent


@contextmanager
def in_oxigraph(files: Path, named: Collection[str]) -> Iterator[Ask]:
    """The Oxigraph server: the Turtle dump in one graph, the N-Quads dump in its own."""
    load = [OXIGRAPH, "load", "--location", files / "oxigraph", "--file"]
    subprocess.run([*load, files / "dump.ttl", "--graph", MERGE], check=True, capture_output=True)
    subprocess.run([*load, files / "dump.nq"], check=True, capture_output=True)
    with oxigraph_server(files / "oxigraph") as address:
        yield asking(f"{address}/query", MERGE, named)


@contextmanager
def in_virtuoso(files: Path, named: Collection[str]) -> Iterator[Ask]:
    """Virtuoso: the same, by its bulk loader."""
    with virtuoso(files / "virtuoso") as server:
        for name, graph, flags in (("dump.ttl", MERGE, 0), ("dump.nq", "urn:none", _N_QUADS)):
            shutil.copy(files / name, server.folder)
            text = f"file_to_string_output('{server.folder}/{name}')"
            server.execute(f"DB.DBA.TTLP_MT({text}, '', '{graph}', {flags});")
        yield asking(f"{server.address}/sparql", MERGE, named)


@contextmanager
def in_rdflib(turtle: Path) -> Iterator[Ask]:
    """rdflib, over a Turtle file."""
    graph = rdflib.Graph().parse(turtle)

    def ask(query: str) -> Answer:
        return _read(graph.query(query))

    yield ask


@contextmanager
def in_comunica(turtle: Path) -> Iterator[Ask]:
    """Comunica over N3.js, in Node, over a Turtle file."""
    command = ["node", str(_HERE / "ask.js"), str(turtle)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout

        def ask(query: str) -> Answer:
            assert process.stdin
            assert process.stdout
            process.stdin.write(json.dumps(query) + "\n")
            process.stdin.flush()
            found = json.loads(process.stdout.readline())
            if "error" in found:
                raise NoAnswerError(found["error"][:150])
            return answer(found)

        yield ask
        process.stdin.close()


@contextmanager
def in_rasqal(turtle: Path) -> Iterator[Ask]:
    """Redland's roqet, over a Turtle file."""

    def ask(query: str) -> Answer:
        command = ["roqet", "-q", "-i", "sparql", "-r", "xml", "-D", str(turtle), "-e", query]
        try:
            done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)
        except subprocess.TimeoutExpired:
            raise NoAnswerError(f"nothing in {PATIENCE} s") from None
        try:
            found = _UNBOUND.sub(b"", done.stdout)
            return _read(Result.parse(io.BytesIO(found), format="xml"))
        except (SyntaxError, ResultException):
            told = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise NoAnswerError(told[0][-150:] if told else f"exit code {done.returncode}") from None

    yield ask


def _read(result: Result) -> Answer:
    written = result.serialize(format="json")
    assert written
    return answer(json.loads(written))
