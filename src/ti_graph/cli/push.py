"""The command that loads the dataset into a store elsewhere."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ti_graph.cli.group import built, main, progress
from ti_graph.errors import RequestError
from ti_graph.stores.credentials import METHODS, Credentials

if TYPE_CHECKING:
    from ti_graph.stores.push import Plan


@main.command("push")
@click.option("--to", required=True, metavar="URL", help="The Graph Store Protocol or update service.")
@click.option(
    "--protocol",
    type=click.Choice(["graph-store", "update"]),
    default="graph-store",
    show_default=True,
    help="What that service speaks.",
)
@click.option(
    "--query", "query_url", metavar="URL", help="The query service, to count by; without, graphs are fetched."
)
@click.option(
    "--default-graph",
    metavar="IRI",
    help="Put the merge into this named graph: for stores without a default graph of their own.",
)
@click.option("--auth", type=click.Choice(METHODS), help="How to show who writes.")
@click.option("--user", default="", metavar="NAME", help="Who writes; the secret: TI_GRAPH_PUSH_SECRET.")
@click.option("--timeout", default=300.0, show_default=True, help="Seconds to wait for the next byte.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and change nothing.")
def push_command(
    to: str,
    protocol: str,
    query_url: str | None,
    default_graph: str | None,
    auth: str | None,
    user: str,
    timeout: float,
    dry_run: bool,
) -> None:
    """Load the dataset into a store elsewhere, graph by graph, and count it there.

    Graphs that are there already are not sent again, so the same command goes on where it was stopped. Other
    graphs of that store are left alone.
    """
    from ti_graph.rdf import iri
    from ti_graph.stores.far_end import Asking, Counter, Fetching, GraphStore, Service, Updates
    from ti_graph.stores.push import Push
    from ti_graph.stores.remote import Remote

    credentials = Credentials(auth or "", user, os.environ.get("TI_GRAPH_PUSH_SECRET", ""))
    graph_store = GraphStore(Remote(to, credentials, timeout))
    service: Service = graph_store
    if protocol == "update":
        if query_url is None:
            raise RequestError("an update service tells nothing: name the query service with --query")
        service = Updates(Remote(to, credentials, timeout))
    counter: Counter = Fetching(graph_store)
    if query_url is not None:
        counter = Asking(Remote(query_url, credentials, timeout))
    with tempfile.TemporaryDirectory(prefix="ti-graph-push-") as folder:
        target = iri(default_graph) if default_graph else None
        push = Push(built().open(), service, counter, target, Path(folder))
        with progress() as tell:
            plan = push.plan(tell)
        _say(plan, dry_run)
        if not dry_run:
            with _bar(plan.triples) as advance:
                version = push.run(plan, advance)
            click.echo(f"release {version}")


def _say(plan: Plan, dry_run: bool) -> None:
    """Say what is to be done: on stdout when that is all, else on stderr."""
    for each in plan.send:
        click.echo(f"send    {each.triples:>9,}  {each.graph}", err=not dry_run)
    for each in plan.stale:
        click.echo(f"remove             {each.graph}", err=not dry_run)
    click.echo(
        f"{len(plan.send)} graphs to send ({plan.triples:,} triples), {len(plan.stale)} to remove, "
        f"{len(plan.there)} there already",
        err=True,
    )


@contextmanager
def _bar(triples: int) -> Iterator[Callable[[int], None]]:
    """Shows how many triples have been sent, when stderr is a terminal."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("sending", total=triples)
        yield lambda sent: bar.advance(task, sent)
