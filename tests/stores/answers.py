"""Answers of engines, made comparable; and who gives them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from decimal import Decimal, InvalidOperation
from urllib.parse import parse_qsl

from ti_graph.errors import TiGraphError
from ti_graph.layout import QUERIES
from ti_graph.sparql.catalogue import Catalogue
from ti_graph.stores.remote import Remote
from ti_graph.stores.store import Store

#: A term as far as stores may be expected to agree on it: kind, text, language.
Cell = tuple[str, str, str] | None
Answer = Counter[tuple[Cell, ...]]
Ask = Callable[[str], Answer]
#: A term, and an answer, as SPARQL 1.1 results in JSON have them.
Term = dict[str, str]
#: Seconds that an engine has for a query.
PATIENCE = 150
#: Queries over the named graphs, which the merge does not have.
NAMED = frozenset({"deduction-sources", "graphs", "passages", "statement-sources"})
_DIRECTORY = "https://w3id.org/territoires-industrie/"
_SYSTEM = frozenset(_DIRECTORY + name for name in ("alignments", "def", "inferences", "shapes", "terms"))


class NoAnswerError(Exception):
    """An engine gave none; says why."""


def answer(found: dict) -> Answer:  # type: ignore[type-arg]
    """Rows, whatever their order, with numbers by value."""
    variables, rows = found["head"]["vars"], found["results"]["bindings"]
    return Counter(tuple(cell(row.get(name)) for name in variables) for row in rows)


def cell(term: Term | None) -> Cell:
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


def asking(endpoint: str, default: str, named: Collection[str]) -> Ask:
    """Asks an endpoint by the SPARQL 1.1 Protocol, of an RDF dataset of these graphs."""
    remote = Remote(endpoint, timeout=PATIENCE)
    dataset = [("default-graph-uri", default), *(("named-graph-uri", name) for name in named)]

    def ask(query: str) -> Answer:
        graphs = dataset if "GRAPH" in query else dataset[:1]
        try:
            with remote.send(
                "POST",
                data=[("query", query), *graphs],
                headers={"Accept": "application/sparql-results+json"},
            ) as reply:
                return answer(json.load(reply))
        except TiGraphError as error:
            raise NoAnswerError(str(error)) from None

    return ask


def ours(store: Store) -> Ask:
    """A dataset of this program, asked in this process; without the graphs that no dump has."""

    def ask(query: str) -> Answer:
        result = store.query(query)
        rows = [{name: _term(term) for name, term in row.items()} for row in result.rows()]
        kept = [row for row in rows if row.get("graph", {}).get("value") not in _SYSTEM]
        return answer({"head": {"vars": result.variables}, "results": {"bindings": kept}})

    return ask


def _term(term) -> Term:  # type: ignore[no-untyped-def]
    language, datatype = getattr(term, "language", None), getattr(term, "datatype", None)
    made = {"type": "literal" if datatype else "uri", "value": term.value}
    made |= {"xml:lang": language} if language else {}
    return made | ({"datatype": datatype.value} if datatype else {})


def compared(ask: Ask, here: Ask, left_out: Collection[str] = ()) -> Iterator[tuple[str, str]]:
    """Ask an engine and this program every named query with its examples.

    Yields:
        The query with its parameters, and how the engine's answer differs; empty where it does not.
    """
    for query in Catalogue(QUERIES).values():
        if query.name in left_out:
            continue
        for example in query.examples or ("",):
            text = query.bind(parse_qsl(example))
            yield f"{query.name}?{example}".rstrip("?"), _difference(ask, here(text), text)


def _difference(ask: Ask, expected: Answer, text: str) -> str:
    try:
        found = ask(text)
    except NoAnswerError as error:
        return f"no answer: {error}"
    if found == expected:
        return ""
    less, more = ((a - b).total() for a, b in ((expected, found), (found, expected)))
    return f"{less} rows missing, {more} more"
