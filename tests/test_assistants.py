"""What an assistant can do, asked by a client of the protocol over standard input and output."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from mcp.types import TextContent

HAVRE = "https://w3id.org/territoires-industrie/id/commune/76351"


async def _called(calls: list[tuple[str, dict[str, Any]]]) -> list[tuple[bool, Any]]:
    command = StdioServerParameters(command=sys.executable, args=["-m", "ti_graph", "mcp"])
    async with Client(command, read_timeout_seconds=120) as client:
        results = [await client.call_tool(name, arguments) for name, arguments in calls]
    given = []
    for result in results:
        text = "".join(part.text for part in result.content if isinstance(part, TextContent))
        given.append((bool(result.is_error), text if result.is_error else result.structured_content))
    return given


def call(*calls: tuple[str, dict[str, Any]]) -> list[tuple[bool, Any]]:
    """For each call of a tool, whether it failed, and the message or what it gave."""
    return asyncio.run(_called(list(calls)))


def test_a_client_finds_asks_and_is_told_where_it_comes_from() -> None:
    found, answered, sourced, queried, built = call(
        ("search", {"text": "le havre", "kind": "commune"}),
        ("ask", {"question": "territory-of-commune", "parameters": {"commune": "76351"}}),
        ("sources", {"iri": "territoire/2018/axe-seine"}),
        ("sparql", {"query": f"SELECT ?p ?o {{ <{HAVRE}> ?p ?o }}", "limit": 2}),
        ("sparql", {"query": f"DESCRIBE <{HAVRE}>"}),
    )
    assert found[1]["result"][0]["iri"] == HAVRE
    assert any("Axe Seine" in row.values() for row in answered[1]["rows"])
    said = [source["text"] for source in sourced[1]["sources"] if source["kind"] == "said"]
    assert any("Axe Seine" in text for text in said), "the sentence, word for word"
    assert len(queried[1]["rows"]) == 2 < queried[1]["total"]
    assert "Le Havre" in built[1]["turtle"]


def test_every_named_question_is_listed_with_its_parameters() -> None:
    ((failed, given),) = call(("questions", {}))
    assert not failed
    questions = {each["question"]: each for each in given["result"]}
    assert questions["territory-of-commune"]["parameters"]["commune"] == "code"


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("ask", {"question": "nothing"}, "no query 'nothing'"),
        ("ask", {"question": "claims", "parameters": {"of": "x"}}, "has no parameter 'of'"),
        ("sparql", {"query": "SELECT * {"}, "line 1"),
        ("sparql", {"query": "DELETE WHERE { ?s ?p ?o }"}, ""),
        ("sparql", {"query": "SELECT * { SERVICE <https://example.org/> { ?s ?p ?o } }"}, "SERVICE"),
        ("sparql", {"query": "SELECT * { ?s ?p ?o }"}, "LIMIT"),
        ("sources", {"iri": "commune/nowhere"}, "nothing is said"),
    ],
)
def test_what_cannot_be_done_is_told(tool: str, arguments: dict[str, Any], told: str) -> None:
    ((failed, message),) = call((tool, arguments))
    assert failed
    assert told in message
    assert message != f"Error executing tool {tool}", "what the protocol's SDK tells of a crash"
