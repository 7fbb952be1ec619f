"""Load the dumps into stores that others wrote, count them, and ask them the named queries.

.venv/bin/python tests/stores.py [--only virtuoso --only oxigraph …]

Needs virtuoso-t and isql-vt (Debian: virtuoso-opensource-7-bin), oxigraph (PyPI: oxigraph), rapper
(raptor2-utils) and serdi (serdi). Exit code 1 when one is missing, a count differs, or an answer differs
otherwise than ``DEVIATIONS`` says.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from pathlib import Path

from engines import OXIGRAPH, oxigraph_server, virtuoso
from ti_graph.build import dataset
from ti_graph.catalogue import Catalogue
from ti_graph.dump import dump
from ti_graph.formats import GRAPHS, by_name
from ti_graph.layout import QUERIES
from ti_graph.store import Store

#: A term as far as stores may be expected to agree on it: kind, text, language.
Cell = tuple[str, str, str] | None
Answer = Counter[tuple[Cell, ...]]
Ask = Callable[[str], Answer]
#: What an engine is known to answer otherwise, by engine and query: why.
DEVIATIONS: dict[tuple[str, str], str] = {
    ("virtuoso", "territories-near-point"): "it has no GeoSPARQL distance",
    ("virtuoso", "territory-of-commune"): "the query ends the server",
}
#: Queries over the named graphs, which the merge does not have.
_NAMED = frozenset({"deduction-sources", "graphs", "passages", "statement-sources"})
_GRAPH = "https://w3id.org/territoires-industrie/merge"


@contextmanager
def oxigraph(files: Path) -> Iterator[Ask]:
    """The Oxigraph server over the Turtle dump."""
    store = files / "oxigraph"
    subprocess.run([OXIGRAPH, "load", "--location", store, "--file", files / "dump.ttl"], check=True)
    with oxigraph_server(store) as address:
        yield asking(f"{address}/query")


@contextmanager
def virtuoso_store(files: Path) -> Iterator[Ask]:
    """Virtuoso 7 over the Turtle dump, loaded in bulk into one graph."""
    with virtuoso(files / "virtuoso") as server:
        shutil.copy(files / "dump.ttl", server.folder)
        text = f"file_to_string_output('{server.folder}/dump.ttl')"
        server.execute(f"DB.DBA.TTLP_MT({text}, '', '{_GRAPH}', 0);")
        yield asking(f"{server.address}/sparql", _GRAPH)


def asking(endpoint: str, graph: str = "") -> Ask:
    """Asks an endpoint by the SPARQL 1.1 Protocol."""

    def ask(query: str) -> Answer:
        form = {"query": query} | ({"default-graph-uri": graph} if graph else {})
        request = urllib.request.Request(
            endpoint,
            urllib.parse.urlencode(form).encode(),
            {"Accept": "application/sparql-results+json"},
        )
        with urllib.request.urlopen(request, timeout=150) as reply:
            found = json.load(reply)
        return answer(found["head"]["vars"], found["results"]["bindings"])

    return ask


def answer(variables: list[str], rows: list[dict[str, dict[str, str]]]) -> Answer:
    """Rows, whatever their order, with numbers by value."""
    return Counter(tuple(cell(row.get(name)) for name in variables) for row in rows)


def cell(term: dict[str, str] | None) -> Cell:
    """A term; numbers of all types by their value to six digits, since engines add up in different types."""
    if term is None:
        return None
    if term["type"] == "uri":
        return "iri", term["value"], ""
    if re.search("#(integer|decimal|double|float|int)$", term.get("datatype", "")):
        try:
            return "number", f"{Decimal(term['value']):.6g}", ""
        except InvalidOperation:
            return "literal", term["value"], ""
    return "literal", term["value"], term.get("xml:lang", "").lower()


def ours(store: Store) -> Ask:
    """The built dataset, asked in this process."""

    def ask(query: str) -> Answer:
        result = store.query(query)
        rows = []
        for row in result.rows():
            terms = {}
            for name, term in row.items():
                language, datatype = getattr(term, "language", None), getattr(term, "datatype", None)
                kind = "literal" if datatype else "uri"
                terms[name] = {"type": kind, "value": term.value}
                terms[name] |= {"xml:lang": language} if language else {}
                terms[name] |= {"datatype": datatype.value} if datatype else {}
            rows.append(terms)
        return answer(list(result.variables), rows)

    return ask


def compared(name: str, ask: Ask, here: Ask) -> Iterator[str]:
    """Ask an engine and this program every named query with its examples; what differs."""
    for query in Catalogue(QUERIES).values():
        if query.name in _NAMED:
            continue
        for example in query.examples or ("",):
            text = query.bind(urllib.parse.parse_qsl(example))
            expected = here(text)
            try:
                found = ask(text)
            except urllib.error.HTTPError as error:
                with error:
                    told = error.read().decode("utf-8", "replace").strip().splitlines()
                difference = f"{error.code} {told[0][:160] if told else ''}"
            except TimeoutError:
                difference = "no answer in 150 seconds"
            except (ConnectionError, urllib.error.URLError) as error:
                difference = f"the server is gone: {error}"
            else:
                if found == expected:
                    continue
                less, more = ((a - b).total() for a, b in ((expected, found), (found, expected)))
                difference = f"{less} rows missing, {more} more"
            known = DEVIATIONS.get((name, query.name))
            yield f"{'known: ' + known if known else 'DIFFERS'}: {query.name} {example}: {difference}"


def counted(command: list[str], pattern: str) -> int:
    """How many triples a parser counts."""
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    match = re.search(pattern, done.stdout + done.stderr)
    return int(match[1]) if match else len(done.stdout.splitlines())


PARSERS = {
    "rapper": lambda path, form: counted(["rapper", "-c", "-i", form, str(path)], r"returned (\d+) triples"),
    "serdi": lambda path, form: counted(["serdi", "-i", form, "-o", "nquads", str(path)], r"(?!x)x(\d)"),
}
FORMS = {
    "rapper": {"ttl": "turtle", "nt": "ntriples", "rdf": "rdfxml", "trig": "trig", "nq": "nquads"},
    "serdi": {"ttl": "turtle", "nt": "ntriples", "trig": "trig", "nq": "nquads"},
}
STORES = {"oxigraph": oxigraph, "virtuoso": virtuoso_store}
PROGRAMS = {"oxigraph": OXIGRAPH, "virtuoso": "virtuoso-t", "rapper": "rapper", "serdi": "serdi"}


def main() -> None:
    """Print what each engine makes of the dumps."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", choices=PROGRAMS, help="this one; repeatable")
    engines = parser.parse_args().only or list(PROGRAMS)
    missing = [name for name in engines if shutil.which(PROGRAMS[name]) is None]
    if missing:
        sys.exit(f"not on this machine: {', '.join(missing)}")
    store, wrong = dataset().open(), 0
    with tempfile.TemporaryDirectory(prefix="ti-graph-stores-") as folder:
        files = Path(folder)
        forms = {"ttl", *(form for name in engines for form in FORMS.get(name, ()))}
        for form in sorted(forms):
            with (files / f"dump.{form}").open("wb") as output:
                dump(store, output, by_name(form, GRAPHS))
        for name in engines:
            for form, theirs in FORMS.get(name, {}).items():
                found = PARSERS[name](files / f"dump.{form}", theirs)
                print(f"{name:<10}{form:<6}{found:>10,} triples", flush=True)
                wrong += found != len(store)
            if name in STORES:
                began = time.perf_counter()
                with STORES[name](files) as ask:
                    total = next(iter(ask("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")))[0]
                    took = time.perf_counter() - began
                    print(f"{name:<10}ttl   {int(total[1]):>10,} triples in {took:.1f} s", flush=True)
                    wrong += total != cell(
                        {"type": "literal", "value": str(len(store)), "datatype": "#integer"}
                    )
                    for line in compared(name, ask, ours(store)):
                        print(f"{name:<10}{line}", flush=True)
                        wrong += "DIFFERS" in line
    if wrong:
        sys.exit(f"{wrong} differences")


if __name__ == "__main__":
    main()
