"""The dataset for assistants: tools of the Model Context Protocol, over standard input and output.

Each query runs within the limits of the server (``serving.pool``), and none can change anything.
"""

from __future__ import annotations

import json
import select
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations

from ti_graph import __version__
from ti_graph.errors import TiGraphError, UnknownNameError
from ti_graph.formats import GRAPHS, RESULTS, by_name
from ti_graph.rdf import ID
from ti_graph.serving.answering import Query
from ti_graph.serving.current import Current, StateRows, content
from ti_graph.serving.endpoint import Endpoint
from ti_graph.serving.job import Limits
from ti_graph.serving.pool import LOOK, Pool
from ti_graph.sparql.catalogue import Catalogue
from ti_graph.views.describe import describe
from ti_graph.views.search import MOST, Search
from ti_graph.views.terms import TermNames

#: What a query of an assistant may take, and bytes that its answer may have: it is for reading.
LIMITS, ANSWER = Limits(timeout=20.0, workers=4), 1 << 20
#: Rows that an answer shows where nothing else is asked for.
ROWS = 50
_ABOUT = f"""The Territoires d'industrie of France as a knowledge graph: the announcement of 22 November 2018
for Normandie, sentence by sentence, the lists of 2018, 2022 and 2023, and each commune and intercommunalité
(EPCI) in time. Look a name up with `search`, prefer `ask` (named questions) to `sparql`, and tell where a
fact comes from with `sources`: the sentence of the announcement, the table, or how it was inferred. Say so
when a fact is inferred. IRIs begin with {ID}; parameters take them
without that."""
_READ_ONLY = ToolAnnotations(read_only_hint=True, open_world_hint=False)
_P = ParamSpec("_P")
_R = TypeVar("_R")


class Tools:
    """What an assistant can do.

    Arguments:
        endpoint: the dataset.
        catalogue: its named queries.
    """

    def __init__(self, endpoint: Endpoint, catalogue: Catalogue):
        self._endpoint, self._catalogue = endpoint, catalogue
        self._search, self._terms = Current(endpoint, Search), Current(endpoint, TermNames)

    def search(self, text: str, kind: str = "", limit: int = 10) -> list[dict[str, str]]:
        """Find communes, EPCI, territories, régions, people and programmes by name, INSEE code or SIREN.

        Args:
            text: a name or a part of it, in any spelling, or a code
            kind: only of this kind: commune, epci, territoire, region, departement, personne, programme…
            limit: at most so many, 60 at the most
        """
        found = self._search.get().find(text, min(limit, MOST), kind)
        return [{**asdict(hit), "iri": ID + hit.id} for hit in found]

    def questions(self) -> list[dict[str, Any]]:
        """List the named questions: what each answers, its parameters, and examples of their values."""
        return [
            {
                "question": query.name,
                "answers": query.summary["en"],
                "more": query.description.get("en", ""),
                "parameters": {each.name: each.type for each in query.parameters},
                "examples": list(query.examples),
            }
            for query in self._catalogue.values()
        ]

    def ask(
        self, question: str, parameters: dict[str, str] | None = None, limit: int = ROWS
    ) -> dict[str, Any]:
        """Answer a named question, with columns and rows.

        Args:
            question: its name, as `questions` lists it
            parameters: values by name; what is left out stays open. Things are given as `commune/76351`
            limit: rows to show; the answer says how many there are
        """
        query = self._catalogue.find(question)
        return self._rows(query.bind((parameters or {}).items()), limit)

    def sparql(self, query: str, limit: int = ROWS) -> dict[str, Any]:
        """Run a SPARQL 1.1 query of your own: rows for SELECT and ASK, Turtle for CONSTRUCT and DESCRIBE.

        It can only read, and has 20 seconds. GRAPH ?g leads to where a triple comes from.

        Args:
            query: the query, with its prefixes
            limit: rows to show; the answer says how many there are
        """
        return self._rows(query, limit)

    def sources(self, iri: str, language: str = "en") -> dict[str, Any]:
        """Tell all that is said of a thing, each fact with its source: a sentence, a table, or an inference.

        Args:
            iri: the thing, in full or as `commune/76351`
            language: fr or en, for names
        """
        full = iri if "://" in iri else ID + iri
        state = StateRows(self._endpoint, self._endpoint.repository.current())
        found = describe(state, self._terms.get(), full, language)
        if found is None:
            raise UnknownNameError(f"nothing is said of <{full}>")
        return asdict(found)

    def _rows(self, text: str, limit: int) -> dict[str, Any]:
        self._endpoint.scan(text)
        current = self._endpoint.repository.current()
        formats = by_name("json", RESULTS), by_name("ttl", GRAPHS)
        answer = self._endpoint.answer(Query(text, formats=formats, max_result=ANSWER), current)
        if answer.format == formats[1]:
            return {"turtle": content(answer).decode()}
        found = json.loads(content(answer))
        if "boolean" in found:
            return {"truth": found["boolean"]}
        rows = [{name: term["value"] for name, term in row.items()} for row in found["results"]["bindings"]]
        return {"columns": found["head"]["vars"], "rows": rows[: max(limit, 0)], "total": len(rows)}


def server(tools: Tools) -> MCPServer[Any]:
    """What speaks the protocol."""
    made: MCPServer[Any] = MCPServer(
        "ti-graph",
        title="Territoires d’industrie",
        instructions=_ABOUT,
        version=__version__,
        log_level="ERROR",
    )
    for tool in (tools.search, tools.questions, tools.ask, tools.sparql, tools.sources):
        made.add_tool(_told(tool), annotations=_READ_ONLY)
    return made


@contextmanager
def running(limits: Limits) -> Iterator[Pool]:
    """A pool that a thread looks after, until the block ends."""
    pool, stopping = Pool(limits), threading.Event()

    def look() -> None:
        while not stopping.is_set():
            select.select([pool.fileno()], [], [], LOOK)
            pool.turn()

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield pool
    finally:
        stopping.set()
        thread.join()
        pool.close()


def _told(tool: Callable[_P, _R]) -> Callable[_P, _R]:
    """A tool whose errors are told to the assistant."""

    @wraps(tool)
    def call(*arguments: _P.args, **named: _P.kwargs) -> _R:
        try:
            return tool(*arguments, **named)
        except TiGraphError as error:
            raise ToolError(str(error)) from None

    return call
