"""Commands that serve the dataset: serve, get."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ti_graph.cli.group import FILE, built, main, pair
from ti_graph.errors import RequestError
from ti_graph.layout import QUERIES
from ti_graph.sparql.catalogue import Catalogue
from ti_graph.stores.credentials import METHODS, Credentials

if TYPE_CHECKING:
    from ti_graph.stores.repository import Repository


def _setting(flag: str, *names: str, **settings: Any) -> Callable[[Any], Any]:
    """An option of ``serve`` that the environment can set too: ``--max-memory`` is TI_GRAPH_MAX_MEMORY."""
    variable = "TI_GRAPH_" + flag.strip("-").replace("-", "_").upper()
    return click.option(flag, *names, envvar=variable, show_default=True, **settings)


@main.command()
@_setting("--host", default="127.0.0.1", help="Address to listen on.")
@_setting("--port", default=8000, help="Port to listen on; 0 lets the system choose.")
@_setting(
    "--store",
    metavar="DIR|URL",
    help="Serve the plain dataset in DIR, made where missing, or stand before the store at sparql+http(s)://…",
)
@_setting("--store-auth", type=click.Choice(METHODS), help="How to show who asks that store.")
@_setting("--store-user", default="", metavar="NAME", help="Who asks it; the secret: TI_GRAPH_STORE_SECRET.")
@_setting("--workers", default=8, type=click.IntRange(2, 64), help="Queries at once; half for short ones.")
@_setting("--query-timeout", default=30.0, type=click.FloatRange(0.1), help="Seconds that a query may run.")
@_setting("--max-memory", default=1024, type=click.IntRange(16), help="Megabytes that a query may allocate.")
@_setting("--cache", default=64, type=click.IntRange(0), help="Megabytes for answers that are kept; 0: none.")
@_setting("--max-result", default=256, type=click.IntRange(1), help="Megabytes that an answer may have.")
@_setting(
    "--allow-service", "allowed_hosts", multiple=True, metavar="HOST", help="SERVICE may name this host."
)
@_setting("--shapes", type=FILE, help="Hold changes of the plain dataset to these SHACL shapes.")
@_setting("--public-url", default="", metavar="URL", help="The address that users know this server by.")
@_setting("--tiles", default="", metavar="URL", help="Tiles under every map: an address with {z}, {x}, {y}.")
@_setting("--tiles-credit", default="", metavar="WORDS", help="Whose tiles they are.")
@_setting("--operator", "name", default="", metavar="NAME", help="Who answers for this server.")
@_setting("--contact", default="", metavar="ADDRESS", help="Where errors are reported: e-mail or web.")
@_setting("--hosting", default="", metavar="WORDS", help="Who hosts this server, with their address.")
def serve(
    host: str,
    port: int,
    store: str | None,
    store_auth: str | None,
    store_user: str,
    workers: int,
    query_timeout: float,
    max_memory: int,
    cache: int,
    max_result: int,
    allowed_hosts: tuple[str, ...],
    shapes: Path | None,
    public_url: str,
    tiles: str,
    tiles_credit: str,
    name: str,
    contact: str,
    hosting: str,
) -> None:
    """Serve the dataset: pages, named queries, SPARQL and the graph store.

    With TI_GRAPH_TOKEN set, who sends it as a bearer token may change the dataset; without, and before a
    store elsewhere, it is read-only.
    """
    from ti_graph.apart import apart
    from ti_graph.rdf import web_iri
    from ti_graph.release.dcat import Operator
    from ti_graph.serving.change import Policy
    from ti_graph.serving.endpoint import Endpoint
    from ti_graph.serving.express import House
    from ti_graph.serving.job import Limits
    from ti_graph.serving.kept import Kept
    from ti_graph.serving.lane import Lane
    from ti_graph.serving.pool import Pool
    from ti_graph.serving.writer import MEMORY, Writer
    from ti_graph.stores.remote_store import SCHEME, Address, RemoteDataset
    from ti_graph.stores.repository import Repository
    from ti_graph.web import MAX_BODY, create_app, operations, server
    from ti_graph.web.front import Application
    from ti_graph.web.maps import Tiles

    catalogue, operator = Catalogue(QUERIES), Operator(name, contact, hosting)
    if public_url:
        web_iri(public_url)  # what is wrong with it is told now
    background = Tiles(tiles, tiles_credit) if tiles else None
    limits, largest = Limits(query_timeout, max_memory, workers), max_result << 20
    token = os.environ.get("TI_GRAPH_TOKEN", "")
    find: Callable[[], Repository | RemoteDataset]
    if store and store.startswith(SCHEME):
        secret = os.environ.get("TI_GRAPH_STORE_SECRET", "")
        policy = Policy(merged=True)
        find = partial(RemoteDataset, Address.parse(store, Credentials(store_auth or "", store_user, secret)))
    elif store:
        if shapes:
            apart(_read_rules, shapes)  # a mistake in them is told now, not at the first change
        policy = Policy(shapes=shapes)
        find = partial(Repository.open_or_create, Path(store))
    elif shapes:
        raise RequestError("--shapes is for a plain dataset: give --store DIR too")
    else:
        policy = Policy.built_in()
        find = partial(apart, _built_repository)

    listener = server.listen(host, port)

    def application(repository: Repository | RemoteDataset) -> Application:
        changer, lane, journal = None, None, operations.Journal(sys.stderr)
        with ExitStack() as begun:  # ended again where the rest cannot be made
            if token and isinstance(repository, Repository):
                changer = begun.enter_context(closing(Writer(repository, policy, max(MEMORY, limits.memory))))
            pool = begun.enter_context(closing(Pool(limits)))
            if isinstance(repository, Repository):
                house = House(policy.merged, largest, QUERIES, public_url)
                lane = Lane(repository, pool, house, Kept(cache << 20), journal.note)
            endpoint = Endpoint(repository, pool, changer, token, policy.merged, allowed_hosts, largest)
            app = create_app(endpoint, catalogue, public_url, operator, background, policy.merged, journal)
            begun.pop_all()
        return Application(app, pool, lane, journal.flush, endpoint.close)

    serves = find()

    def renew() -> Application | None:
        nonlocal serves
        found = find()
        if isinstance(found, Repository) and isinstance(serves, Repository) and found.path != serves.path:
            made = application(found)
            serves = found
            return made
        return None

    first = application(serves)
    address, bound = listener.getsockname()[:2]
    click.echo(f"ti-graph serves http://{address}:{bound} (stop with Ctrl-C)", err=True)
    server.run(first, renew, listener, MAX_BODY)


def _read_rules(shapes: Path) -> None:
    from ti_graph.checking.check import Rules

    Rules(shapes, None)


def _built_repository() -> Repository:
    return built().repository


@main.command()
@click.argument("path")
@click.option(
    "--header", "-H", "headers", multiple=True, metavar="'NAME: VALUE'", help="A request header; repeatable."
)
def get(path: str, headers: tuple[str, ...]) -> None:
    """Answer one GET request in process, without a server; print the body, the status on stderr.

    Exit code 1 when the status is 400 or more.
    """
    from ti_graph.serving.endpoint import Endpoint
    from ti_graph.web import create_app

    app = create_app(Endpoint(built().repository), Catalogue(QUERIES))
    pairs = [pair(header, ":") for header in headers]
    response = app.test_client().get(path, headers=[(name, value.strip()) for name, value in pairs])
    click.echo(f"{response.status} {response.content_type}", err=True)
    sys.stdout.buffer.write(response.data)
    sys.exit(0 if response.status_code < 400 else 1)
