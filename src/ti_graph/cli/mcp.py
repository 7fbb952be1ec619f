"""The command for assistants: mcp."""

from __future__ import annotations

from ti_graph.cli.group import built, demand_extra, main
from ti_graph.layout import QUERIES
from ti_graph.sparql.catalogue import Catalogue


@main.command()
def mcp() -> None:
    """Serve the dataset to an assistant by the Model Context Protocol, over standard input and output.

    Its tools search, answer named questions and SPARQL, and tell where a fact comes from; none changes
    anything. Needs the extra ti-graph[mcp].
    """
    demand_extra("mcp", "mcp")
    from ti_graph import assistants
    from ti_graph.serving.endpoint import Endpoint

    repository = built().repository
    with assistants.running(assistants.LIMITS) as pool:
        tools = assistants.Tools(Endpoint(repository, pool), Catalogue(QUERIES))
        assistants.server(tools).run("stdio")
