"""Load the dumps into software that others wrote, count them, and ask it the named queries.

    python tests/stores [--only NAME …]

What it needs: virtuoso-t and isql-vt (Debian: virtuoso-opensource-7-bin), rapper (raptor2-utils), roqet
(rasqal-utils), rdfproc (redland-utils), serdi (serdi), node with the packages of this folder; oxigraph and
rdflib come from PyPI. Exit code 1 when one is missing, a count differs, or an answer differs otherwise than
``KNOWN`` says.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(1, str(HERE.parent))

from answers import NAMED, Ask, compared, ours  # noqa: E402
from loaded import in_comunica, in_oxigraph, in_rasqal, in_rdflib, in_virtuoso  # noqa: E402

from engines import OXIGRAPH  # noqa: E402
from ti_graph.assembly.system import SYSTEM_GRAPHS  # noqa: E402
from ti_graph.build import dataset  # noqa: E402
from ti_graph.formats import GRAPHS, by_name  # noqa: E402
from ti_graph.layout import DATA  # noqa: E402
from ti_graph.rdf.syntax import parse_file  # noqa: E402
from ti_graph.release.dump import dump  # noqa: E402
from ti_graph.stores.store import Store  # noqa: E402

ANNOUNCEMENT = DATA / "announcement.ttl"
#: What is known to differ: engine, query, how, and why.
KNOWN = [
    ("virtuoso", "territories-near-point", "geosparql", "it has no GeoSPARQL functions"),
    ("comunica", "territories-near-point", "geosparql", "it has no GeoSPARQL functions"),
    ("rdflib", "epci-flows", "0 rows missing, 1 more", "it groups no rows into one"),
    ("rasqal", ".*", "syntax error", "it has no property paths, NOT EXISTS and sub-SELECT"),
]


@dataclass(frozen=True)
class Parser:
    """Software that only reads.

    Arguments:
        program: what must be there.
        told: a command that gives its version.
        command: what counts a file, given the format's name there and the path.
        pattern: finds the count in what it prints; empty where each line that it prints is a triple.
        formats: its names of our formats.
    """

    program: str
    told: list[str]
    command: Callable[[str, Path], list[str]]
    pattern: str
    formats: dict[str, str]

    def count(self, form: str, path: Path) -> int:
        """How many triples it finds in a file."""
        command = self.command(self.formats[form], path)
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
            assert process.stdout
            if not self.pattern:
                return sum(1 for _ in process.stdout)
            found = re.search(self.pattern, process.stdout.read().decode())
        if found is None:
            sys.exit(f"{command} says no number")
        return int(found[1])


#: Loads a file into a store of Redland on disk, and lists what is there.
_LOAD_AND_LIST = (
    'cd "$1" && rdfproc -q -n -s hashes all parse "$3" "$2" && rdfproc -q -s hashes all serialize ntriples'
)


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}


PARSERS = {
    "rapper": Parser(
        "rapper",
        ["rapper", "--version"],
        lambda form, path: ["rapper", "-c", "-i", form, str(path)],
        r"returned (\d+) triples",
        {"ttl": "turtle", "nt": "ntriples", "rdf": "rdfxml", "trig": "trig", "nq": "nquads"},
    ),
    "serdi": Parser(
        "serdi",
        ["serdi", "-v"],
        lambda form, path: ["serdi", "-i", form, "-o", "nquads", str(path)],
        "",
        {"ttl": "turtle", "nt": "ntriples", "trig": "trig", "nq": "nquads"},
    ),
    "rdfproc": Parser(
        "rdfproc",
        ["rdfproc", "--version"],
        lambda form, path: ["sh", "-c", _LOAD_AND_LIST, "sh", str(path.parent), form, str(path)],
        "",
        {"nt": "ntriples"},
    ),
    "n3.js": Parser(
        "node",
        ["node", "-p", f"require('{HERE}/node_modules/n3/package.json').version"],
        lambda form, path: ["node", str(HERE / "count.js"), form, str(path)],
        r"(\d+)",
        _same("ttl", "nt", "trig", "nq", "jsonld"),
    ),
}
#: Engines over the whole dataset.
STORES: dict[str, Callable[[Path, Collection[str]], AbstractContextManager[Ask]]] = {
    "oxigraph": in_oxigraph,
    "virtuoso": in_virtuoso,
}
#: Engines over the announcement alone: they keep everything in memory, or read the file for each query.
SMALL: dict[str, Callable[[Path], AbstractContextManager[Ask]]] = {
    "rdflib": in_rdflib,
    "comunica": in_comunica,
    "rasqal": in_rasqal,
}
PROGRAMS = {
    **{name: parser.program for name, parser in PARSERS.items()},
    "oxigraph": OXIGRAPH,
    "virtuoso": "virtuoso-t",
    "rdflib": sys.executable,
    "comunica": "node",
    "rasqal": "roqet",
}


def main() -> None:
    """Print what each makes of the dumps."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", choices=PROGRAMS, help="this one; repeatable")
    chosen = parser.parse_args().only or list(PROGRAMS)
    missing = [name for name in chosen if shutil.which(PROGRAMS[name]) is None]
    if missing:
        sys.exit(f"not on this machine: {', '.join(missing)}")
    with tempfile.TemporaryDirectory(prefix="ti-graph-stores-") as folder:
        wrong = sum(1 for line in tried(chosen, Path(folder)) if line.startswith("WRONG"))
    if wrong:
        sys.exit(f"{wrong} differences")


def tried(chosen: list[str], files: Path) -> Iterator[str]:
    """Try each; what is wrong begins with that word."""
    store = dataset().open()
    forms = {"ttl", "nq", *(form for name in chosen if name in PARSERS for form in PARSERS[name].formats)}
    for form in sorted(forms):
        with (files / f"dump.{form}").open("wb") as output:
            dump(store, output, by_name(form, GRAPHS))
    for name in chosen:
        if name in PARSERS:
            yield from told(read(name, files, len(store)))
        elif name in STORES:
            yield from told(asked_whole(name, files, store))
        else:
            yield from told(asked_small(name))


def told(lines: Iterator[str]) -> Iterator[str]:
    """The same lines, printed as they come."""
    for line in lines:
        print(line, flush=True)
        yield line


def read(name: str, files: Path, expected: int) -> Iterator[str]:
    """Have a parser count every format that it reads."""
    parser = PARSERS[name]
    said = subprocess.run(parser.told, capture_output=True, text=True, check=True).stdout.split("\n")[0]
    yield f"{name}: {said}"
    for form in parser.formats:
        began = time.perf_counter()
        found = parser.count(form, files / f"dump.{form}")
        took = time.perf_counter() - began
        yield f"{'ok' if found == expected else 'WRONG'} {name} {form}: {found:,} triples, {took:.0f} s"


def asked_whole(name: str, files: Path, store: Store) -> Iterator[str]:
    """Load a store with the whole dataset; count it, graph by graph, and ask it every named query."""
    sizes = {
        graph.value: sum(1 for _ in store.triples(graph))
        for graph in store.graph_names()
        if graph not in SYSTEM_GRAPHS
    }
    began = time.perf_counter()
    with STORES[name](files, sizes) as ask:
        yield f"{name}: loaded in {time.perf_counter() - began:.0f} s"
        total = ask("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
        yield f"{'ok' if number(total) == len(store) else 'WRONG'} {name}: {number(total):,} triples"
        counts = ask("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
        found = {graph[1]: n[1] for graph, n in counts if graph and n}
        same = found == {graph: f"{size:.6g}" for graph, size in sizes.items()}  # as answers have numbers
        yield f"{'ok' if same else 'WRONG'} {name}: {len(found)} named graphs, each as large as here"
        yield from queried(name, ask, ours(store))


def asked_small(name: str) -> Iterator[str]:
    """Ask an engine every named query over the announcement."""
    store = Store.in_memory(parse_file(ANNOUNCEMENT))
    with SMALL[name](ANNOUNCEMENT) as ask:
        total = number(ask("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"))
        yield f"{'ok' if total == len(store) else 'WRONG'} {name}: {total:,} triples (the announcement)"
        yield from queried(name, ask, ours(store), NAMED)


def queried(name: str, ask: Ask, here: Ask, left_out: Collection[str] = ()) -> Iterator[str]:
    """Ask every named query, and say how many answers are the same and which are not."""
    same, different = 0, []
    for query, difference in compared(ask, here, left_out):
        same += not difference
        if difference:
            different.append((query, difference))
    yield f"ok {name}: {same} of {same + len(different)} answers the same"
    for query, difference in different:
        reason = known(name, query, difference)
        yield f"{'known' if reason else 'WRONG'} {name}: {query}: {reason or difference}"


def known(engine: str, query: str, difference: str) -> str:
    """Why an engine is known to answer that query so; empty where it is not."""
    return next(
        (
            reason
            for name, queries, how, reason in KNOWN
            if name == engine and re.match(queries, query) and re.search(how, difference)
        ),
        "",
    )


def number(answer) -> int:  # type: ignore[no-untyped-def]
    """The one number of an answer."""
    return int(next(iter(answer))[0][1])


if __name__ == "__main__":
    main()
