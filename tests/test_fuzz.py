"""Generated and mutated requests: every answer is explained, and the same process is alive at the end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server import Server, form, serving
from ti_graph import layout
from ti_graph.build import dataset
from ti_graph.sparql.catalogue import Catalogue

EXPECTED = {200, 304, 400, 403, 404, 405, 406, 413, 415, 503, 504, 507}
SEEDS = [query.text for query in Catalogue(layout.QUERIES).values()]
FRAGMENTS = st.sampled_from(
    ["{", "}", "(", ")", "?x", "a", ".", ";", "OPTIONAL", "UNION", "MINUS", "FILTER", "SELECT", "WHERE", "*",
     "/", "'", '"""', "<a:b>", "<", "\\u0041", "\u00a0", "#", "SERVICE", "VALUES", "UNDEF", "COUNT",
     "GROUP BY ?x", "LIMIT 1", "1e9", "@fr", "^^", "<<", ">>", "\x00", "é", "🏭"]
)  # fmt: skip

relaxed = settings(
    max_examples=600, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """The built dataset under tight limits."""
    dataset()
    with serving("--query-timeout", "1", "--max-memory", "200") as running:
        yield running


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A named query with pieces cut out, doubled, and put in."""
    text = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 20)))
        text = text[:start] + draw(FRAGMENTS) * draw(st.integers(0, 3)) + text[end:]
    return text


def check(server: Server, status: int, text: str) -> None:
    assert status in EXPECTED, (status, text)
    assert server.process.poll() is None


@relaxed
@given(text=mutated())
def test_a_mutated_query_has_an_explained_answer(server: Server, text: str) -> None:
    check(server, server.request("/sparql", form(query=text)).status, text)


@relaxed
@given(text=st.lists(FRAGMENTS, max_size=30).map(" ".join))
def test_a_generated_query_has_an_explained_answer(server: Server, text: str) -> None:
    check(server, server.request("/sparql", form(query=text)).status, text)


@relaxed
@given(body=st.binary(max_size=200), kind=st.sampled_from(["query", "update", "form", "none"]))
def test_a_binary_body_has_an_explained_answer(server: Server, body: bytes, kind: str) -> None:
    types = {
        "query": "application/sparql-query",
        "update": "application/sparql-update",
        "form": "application/x-www-form-urlencoded",
        "none": "application/octet-stream",
    }
    check(server, server.request("/sparql", body, Content_Type=types[kind]).status, repr(body))


@relaxed
@given(
    path=st.sampled_from(["/sparql", "/store", "/queries", "/queries/claims", "/", "/metrics", "/store/x"]),
    method=st.sampled_from(["GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS", "PATCH"]),
    accept=st.sampled_from(
        ["*/*", "text/html", "image/png", "text/*;q=0.5, */*;q=x", ";;,", "text/turtle;q=2"]
    ),
    query=st.text(st.sampled_from("abq=&?%2F+é<>"), max_size=30),
)
def test_an_odd_request_has_an_explained_answer(
    server: Server, path: str, method: str, accept: str, query: str
) -> None:
    from urllib.parse import quote

    reply = server.request(f"{path}?{quote(query, safe='=&?%+')}", method=method, Accept=accept)
    check(server, reply.status, f"{method} {path}?{query}")
