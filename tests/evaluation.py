"""The queries of the W3C's evaluation tests, as they are and as they are rewritten for the engine.

    .venv/bin/python tests/evaluation.py SUITE

SUITE is the folder ``sparql`` of https://github.com/w3c/rdf-tests, which is no part of this project. Exit
code 1 when a rewritten query has another answer. Run by ``make evaluation``.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pyoxigraph
import rdflib
from rdflib.term import Node

from ti_graph.sparql.rewriting import rewritten

MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")


@dataclass(frozen=True)
class Case:
    """A query, the file that holds it, and the data that it asks, by the name of their graph."""

    query: Path
    data: tuple[Path, ...]
    graphs: tuple[Path, ...]

    def store(self) -> pyoxigraph.Store:
        """What it asks."""
        store = pyoxigraph.Store()
        for path in self.data:
            store.load(path=path, base_iri=path.as_uri())
        for path in self.graphs:
            store.load(path=path, base_iri=path.as_uri(), to_graph=pyoxigraph.NamedNode(path.as_uri()))
        return store


def cases(suite: Path) -> Iterator[Case]:
    """Every query with files of its own, of every manifest."""
    for manifest in sorted(suite.rglob("manifest.ttl")):
        graph = rdflib.Graph().parse(manifest, publicID=manifest.as_uri())
        for action in sorted(graph.objects(None, MF.action)):
            query = graph.value(action, QT.query)
            if query is not None and _path(query).exists():
                data, named = (graph.objects(action, term) for term in (QT.data, QT.graphData))
                yield Case(_path(query), tuple(map(_path, data)), tuple(map(_path, named)))


def answer(store: pyoxigraph.Store, text: str, base: str) -> object:
    """What the engine gives: rows or triples, however often each, a truth value, or an error."""
    try:
        result = store.query(text, base_iri=base)
    except (SyntaxError, RuntimeError, ValueError) as error:
        return type(error)
    return bool(result) if isinstance(result, pyoxigraph.QueryBoolean) else Counter(map(str, result))


def _path(iri: Node) -> Path:
    return Path(unquote(urlsplit(str(iri)).path))


def main() -> None:
    """Compare, and print what differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("suite", type=Path)
    read = changed = wrong = 0
    for case in cases(parser.parse_args().suite.resolve()):
        text, base = case.query.read_text(encoding="utf-8"), case.query.as_uri()
        read += 1
        if rewritten(text) != text:
            changed += 1
            if answer(case.store(), text, base) != answer(case.store(), rewritten(text), base):
                wrong += 1
                print(f"WRONG {case.query}")
    print(f"{read} queries; {changed} are rewritten, {wrong} of them have another answer")
    sys.exit(wrong > 0 or not changed)


if __name__ == "__main__":
    main()
