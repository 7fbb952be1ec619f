"""Commands that serve and keep the dataset: serve, get, backup, restore."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ti_graph.catalogue import Catalogue
from ti_graph.cli.group import built, main, pair
from ti_graph.layout import CHECKS, ONTOLOGY, QUERIES

if TYPE_CHECKING:
    from flask import Flask

    from ti_graph.change import Policy
    from ti_graph.endpoint import Endpoint
    from ti_graph.pool import Limits
    from ti_graph.repository import Repository

_DIRECTORY = click.Path(path_type=Path, file_okay=False)
_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@main.command()
@click.argument("archive", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--store", type=_DIRECTORY, envvar="TI_GRAPH_STORE", help="The plain dataset in this directory."
)
def backup(archive: Path, store: Path | None) -> None:
    """Write the current state of the dataset, and its log of changes, to ARCHIVE (.tar.gz).

    Works while a server runs on the dataset, and disturbs nobody.
    """
    from ti_graph.repository import Repository

    repository = Repository(store) if store else built().repository
    snapshot = repository.backup(archive)
    click.echo(f"{archive}: snapshot {snapshot.number}", err=True)


@main.command()
@click.argument("archive", type=_FILE)
@click.option("--store", type=_DIRECTORY, required=True, envvar="TI_GRAPH_STORE", help="An empty directory.")
def restore(archive: Path, store: Path) -> None:
    """Make a dataset from a backup, to be served with --store."""
    from ti_graph.repository import Repository

    repository = Repository.restore(archive, store)
    click.echo(f"{store}: snapshot {repository.current().number}", err=True)


def _setting(flag: str, *names: str, **settings: Any) -> Callable[[Any], Any]:
    """An option of ``serve`` that the environment can set too: ``--max-memory`` is TI_GRAPH_MAX_MEMORY."""
    variable = "TI_GRAPH_" + flag.strip("-").replace("-", "_").upper()
    return click.option(flag, *names, envvar=variable, show_default=True, **settings)


@main.command()
@_setting("--host", default="127.0.0.1", help="Address to listen on.")
@_setting("--port", default=8000, help="Port to listen on; 0 lets the system choose.")
@_setting("--store", type=_DIRECTORY, help="Serve the plain dataset in this directory, made where missing.")
@_setting("--workers", default=4, type=click.IntRange(2, 64), help="Queries at once; half for short ones.")
@_setting("--query-timeout", default=30.0, type=click.FloatRange(0.1), help="Seconds that a query may run.")
@_setting("--max-memory", default=1024, type=click.IntRange(16), help="Megabytes that a query may allocate.")
@_setting("--max-result", default=256, type=click.IntRange(1), help="Megabytes that an answer may have.")
@_setting(
    "--allow-service", "allowed_hosts", multiple=True, metavar="HOST", help="SERVICE may name this host."
)
@_setting("--shapes", type=_FILE, help="Hold changes of the plain dataset to these SHACL shapes.")
@_setting("--public-url", default="", metavar="URL", help="The address that users know this server by.")
def serve(
    host: str,
    port: int,
    store: Path | None,
    workers: int,
    query_timeout: float,
    max_memory: int,
    max_result: int,
    allowed_hosts: tuple[str, ...],
    shapes: Path | None,
    public_url: str,
) -> None:
    """Serve the dataset: pages, named queries, SPARQL and the graph store.

    With TI_GRAPH_TOKEN set, who sends it as a bearer token may change the dataset; without, it is read-only.
    """
    from ti_graph import server
    from ti_graph.change import Policy
    from ti_graph.graph import SYSTEM_GRAPHS
    from ti_graph.pool import Limits
    from ti_graph.repository import Repository
    from ti_graph.web import create_app, operations

    listener = server.listen(host, port)
    if store:
        repository, policy = server.apart(Repository.open_or_create, store), Policy(shapes=shapes)
    else:
        system = tuple(name.value for name in SYSTEM_GRAPHS)
        policy = Policy(merged=True, system=system, shapes=ONTOLOGY / "shapes.ttl", checks=CHECKS)
        repository = server.apart(built).repository
    catalogue = Catalogue(QUERIES)
    limits = Limits(query_timeout, max_memory, max_result, workers)
    token = os.environ.get("TI_GRAPH_TOKEN", "")

    endpoints: list[Endpoint] = []

    def make_app() -> Flask:
        endpoints.append(_endpoint(repository, limits, policy, token, allowed_hosts))
        operations.log_to_stderr()
        return create_app(endpoints[-1], catalogue, public_url)

    def close() -> None:
        for endpoint in endpoints:
            endpoint.close()

    address, bound = listener.getsockname()[:2]
    click.echo(f"ti-graph serves http://{address}:{bound} (stop with Ctrl-C)", err=True)
    server.run(make_app, close, listener)


def _endpoint(
    repository: Repository, limits: Limits, policy: Policy, token: str, allowed_hosts: tuple[str, ...]
) -> Endpoint:
    """The endpoint that a server needs: killable workers and, with a token, the writer."""
    from ti_graph.endpoint import Endpoint
    from ti_graph.pool import Pool
    from ti_graph.writer import Writer

    return Endpoint(
        repository,
        runner=Pool(limits),
        changer=Writer(repository, policy, limits.memory) if token else None,
        token=token,
        merged=policy.merged,
        allowed_hosts=allowed_hosts,
        max_result=limits.result << 20,
    )


@main.command()
@click.argument("path")
@click.option(
    "--header", "-H", "headers", multiple=True, metavar="'NAME: VALUE'", help="A request header; repeatable."
)
def get(path: str, headers: tuple[str, ...]) -> None:
    """Answer one GET request in process, without a server; print the body, the status on stderr.

    Exit code 1 when the status is 400 or more.
    """
    from ti_graph.endpoint import Endpoint
    from ti_graph.web import create_app

    app = create_app(Endpoint(built().repository), Catalogue(QUERIES))
    pairs = [pair(header, ":") for header in headers]
    response = app.test_client().get(path, headers=[(name, value.strip()) for name, value in pairs])
    click.echo(f"{response.status} {response.content_type}", err=True)
    sys.stdout.buffer.write(response.data)
    sys.exit(0 if response.status_code < 400 else 1)
