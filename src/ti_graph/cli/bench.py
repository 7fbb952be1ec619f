"""The command that measures endpoints: bench."""

from __future__ import annotations

from urllib.parse import urlencode

import click

from ti_graph.cli.group import built, counting, main, text_table
from ti_graph.layout import QUERIES
from ti_graph.rdf import web_address
from ti_graph.sparql.catalogue import Catalogue

#: Where ``ti-graph serve`` answers by default.
_HERE = "http://127.0.0.1:8000/sparql"
#: Different texts of each query that are drawn.
_TEXTS = 400


@main.command()
@click.argument("addresses", nargs=-1, metavar="[URL]...")
@click.option("--query", "names", multiple=True, metavar="NAME", help="Only this named query; repeatable.")
@click.option("--seconds", default=2, show_default=True, type=click.IntRange(1), help="Each, of each query.")
@click.option("--connections", default=8, show_default=True, type=click.IntRange(1, 1000), help="At once.")
@click.option("--seed", default=1, show_default=True, help="Of the random numbers that draw parameters.")
def bench(
    addresses: tuple[str, ...], names: tuple[str, ...], seconds: int, connections: int, seed: int
) -> None:
    """Ask SPARQL endpoints the named queries, parameters drawn at random, and print answers a second.

    URL is where an endpoint takes queries, by default this program's. Needs wrk; the parameters come from the
    built dataset, which the endpoints should hold. How this program compares: docs/benchmark.md.
    """
    from ti_graph.bench.drawn import Drawing
    from ti_graph.bench.wrk import load

    catalogue = Catalogue(QUERIES)
    asked = [catalogue.find(name).name for name in names or catalogue]
    endpoints = [_endpoint(address) for address in addresses or (_HERE,)]
    drawing = Drawing(built().open().texts, catalogue, seed)
    rows = []
    with counting() as tell:
        for number, name in enumerate(asked):
            texts = drawing.named(name, _TEXTS)
            row = [name, str(len(texts))]
            for origin, path in endpoints:
                tell(f"{name} at {origin}", number, len(asked))
                targets = [f"{path}{urlencode({'query': text})}" for text in texts]
                found = load(origin, targets, seconds, "application/sparql-results+json", connections)
                refused = f" ({found.refused + found.failed} failed)" if found.refused + found.failed else ""
                row += [f"{found.per_second:,.0f}/s{refused}", f"{found.median:,.1f}", f"{found.p95:,.1f}"]
            rows.append(row)
    columns = [
        text for origin, _ in endpoints for text in (origin.partition("//")[2], "median ms", "95 % ms")
    ]
    click.echo(text_table(["query", "texts", *columns], rows))


def _endpoint(address: str) -> tuple[str, str]:
    """Scheme and host of an endpoint; its path, ready for the query."""
    parts = web_address(address)
    query = f"{parts.query}&" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc}", f"{parts.path or '/'}?{query}"
