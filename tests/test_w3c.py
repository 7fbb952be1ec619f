"""The W3C's tests of SPARQL 1.1 services, against a server over sockets.

They run against this project's server; to see how another one does, say where it is::

    W3C_TARGET="http://127.0.0.1:7878 /query /update /store" pytest tests/test_w3c.py

The words are the fields of ``w3c.Target``: address, paths of queries, updates and the graph store, token.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from server import Server, serving
from w3c import SERVICE_DESCRIPTION, Case, Target, play, read_cases

SUITES = Path(__file__).parents[1].parent / "shared" / "w3c" / "sparql11"
if not SUITES.is_dir():
    pytest.skip("the W3C's SPARQL 1.1 tests are not in ../shared/w3c/sparql11", allow_module_level=True)

PROTOCOL = read_cases(SUITES / "protocol" / "manifest.ttl")
GRAPH_STORE = read_cases(SUITES / "graph-store-protocol" / "manifest.ttl")
DESCRIPTION = read_cases(SUITES / "service-description" / "manifest.ttl")


@pytest.fixture(scope="module")
def plain_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of an empty plain dataset that a client with the token may write."""
    with serving("--store", str(tmp_path_factory.mktemp("plain") / "store"), token="secret") as running:
        yield running


@pytest.fixture(scope="module")
def target(request: pytest.FixtureRequest) -> Target:
    """The server under test."""
    if named := os.environ.get("W3C_TARGET"):
        return Target(*named.split())
    server = request.getfixturevalue("plain_server")
    return Target(server.address, token=server.token)


@pytest.mark.parametrize("case", PROTOCOL, ids=lambda case: case.name)
def test_protocol(target: Target, case: Case) -> None:
    play(case, target)


@pytest.mark.parametrize("case", GRAPH_STORE, ids=lambda case: case.name)
def test_graph_store_protocol(target: Target, case: Case) -> None:
    play(case, target)


@pytest.mark.parametrize("case", DESCRIPTION, ids=lambda case: case.name)
def test_service_description(target: Target, case: Case) -> None:
    SERVICE_DESCRIPTION[case.name](target)


def test_the_suites_are_complete() -> None:
    assert [len(suite) for suite in (PROTOCOL, GRAPH_STORE, DESCRIPTION)] == [34, 13, 3]
