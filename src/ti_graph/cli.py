"""The command line: each command parses, makes one library call, and prints.

Results go to stdout, everything else to stderr. Exit codes: 0 done, 1 the check found a violation (or a
name stays unresolved), 2 it could not be done.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ti_graph import __version__
from ti_graph.catalogue import Catalogue
from ti_graph.errors import RequestError, TiGraphError
from ti_graph.files import read_text
from ti_graph.formats import GRAPHS, RESULTS, by_name
from ti_graph.layout import ANNOUNCEMENT, CHECKS, FILES, ONTOLOGY, QUERIES, TABLES
from ti_graph.store import Result

if TYPE_CHECKING:
    from flask import Flask

    from ti_graph.build import Dataset
    from ti_graph.change import Policy
    from ti_graph.endpoint import Endpoint
    from ti_graph.pool import Limits
    from ti_graph.repository import Repository
    from ti_graph.resolve import Resolution, Resolver

# The rest is imported by the command that needs it: worker processes start from this module too.

_TABLE = "table"
_RESULT_FORMATS = [_TABLE, *(f.name for f in (*RESULTS, *GRAPHS))]


class _Group(click.Group):
    """Says what went wrong in one sentence and exits with the error's code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except TiGraphError as error:
            click.echo(f"ti-graph: {error}", err=True)
            ctx.exit(error.exit_code)
        except UnicodeDecodeError as error:
            click.echo(f"ti-graph: standard input is not UTF-8: byte offset {error.start}", err=True)
            ctx.exit(2)
        except BrokenPipeError:  # the reader of stdout has left, as `head` does
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """Shows the step under way when stderr is a terminal."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda step: None
        return
    with console.status("reading") as status:
        yield lambda step: status.update(step)


def _built() -> Dataset:
    from ti_graph.build import dataset

    with _progress() as progress:
        return dataset(progress)


@click.group(cls=_Group)
@click.version_option(__version__)
def main() -> None:
    """The announcement of the Territoires d'industrie as a checked, sourced knowledge graph."""


@main.command()
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Also write announcement.ttl and announcement.trig to this folder.",
)
def build(output: Path | None) -> None:
    """Build the dataset from data/ and check it; print where it is."""
    from ti_graph.build import write_announcement

    built = _built()
    click.echo(built.path)
    for path in write_announcement(output) if output else ():
        click.echo(path)


@main.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "ttl"]), default="text", show_default=True
)
@click.option(
    "--lang",
    type=click.Choice(["fr", "en"]),
    default="fr",
    show_default=True,
    help="Language of the text report.",
)
def check(files: tuple[Path, ...], form: str, lang: str) -> None:
    """Check the dataset, or RDF FILES, against the shapes and graph checks.

    Exit codes: 0 conforms (warnings alone are 0), 1 a must-rule is violated, 2 could not be checked.
    """
    from ti_graph.check import Rules
    from ti_graph.graph import system_quads
    from ti_graph.rdf import RdfFormat, parse_file
    from ti_graph.store import Store

    if files:
        data = [quad for path in files for quad in parse_file(path, str(path))]
        store = Store.in_memory(data, system_quads())
    else:
        store = _built().open()
    rules = Rules(ONTOLOGY / "shapes.ttl", CHECKS)
    with _progress() as progress:
        progress("checking the graph")
        report = rules.check(store)
    written: dict[str, Callable[[], str]] = {
        "text": partial(report.to_text, lang),
        "json": report.to_json,
        "ttl": partial(report.to_rdf, RdfFormat.TURTLE),
    }
    click.echo(written[form](), nl=False)
    sys.exit(0 if report.conforms else 1)


@main.command()
@click.argument("query")
@click.option(
    "--param", "params", multiple=True, metavar="NAME=VALUE", help="Bind a parameter of a named query."
)
@click.option(
    "--format", "form", type=click.Choice(_RESULT_FORMATS), help="Default: a table, Turtle for graphs."
)
def query(query: str, params: tuple[str, ...], form: str | None) -> None:
    """Run a named query, a query FILE, or - for standard input."""
    catalogue = Catalogue(QUERIES)
    values = [_pair(param) for param in params]
    if query in catalogue:
        text = catalogue[query].bind(values)
    elif values:
        raise RequestError(f"--param is for named queries; there is none called {query!r}")
    elif query == "-":
        text = sys.stdin.read()
    elif "." in query or "/" in query:
        text = read_text(Path(query))
    else:
        text = catalogue.find(query).text
    _print_result(_built().open().query(text), form)


@main.command()
@click.argument("name", required=False)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def queries(name: str | None, form: str) -> None:
    """List the named queries, or show one whole."""
    catalogue = Catalogue(QUERIES)
    chosen = [catalogue.find(name)] if name else list(catalogue.values())
    if form == "json":
        click.echo(json.dumps([query.described() for query in chosen], ensure_ascii=False, indent=2))
    elif name:
        click.echo(f"{chosen[0].summary['en']}\n{chosen[0].summary['fr']}\n\n{chosen[0].text}", nl=False)
    else:
        rows = [[q.name, ", ".join(p.name for p in q.parameters), q.summary["en"]] for q in chosen]
        click.echo(_table(["name", "parameters", "question"], rows))


@main.command()
@click.argument("names", nargs=-1, required=True)
@click.option("--region", "regions", multiple=True, help="INSEE code of a région it is in; repeatable.")
@click.option("--departement", "departements", multiple=True, help="INSEE code of a département; repeatable.")
@click.option("--format", "form", type=click.Choice([_TABLE, "json"]), default=_TABLE, show_default=True)
def resolve(
    names: tuple[str, ...], regions: tuple[str, ...], departements: tuple[str, ...], form: str
) -> None:
    """Resolve NAMES of intercommunalités to their SIREN in the list of the announcement's year.

    Exit code 1 when a name stays undecided; its candidates are shown.
    """
    from ti_graph.resolve import Resolver, read_decisions
    from ti_graph.sources import read_manifest
    from ti_graph.tables import read_reference

    year = read_manifest(FILES).announcement.year
    reference = read_reference(TABLES)
    decisions = read_decisions(ANNOUNCEMENT / "decisions.csv", reference.epci)
    resolver = Resolver(reference, year, decisions)
    resolved = [resolver.resolve(name, regions, departements) for name in names]
    if form == "json":
        click.echo(
            json.dumps([resolution.described() for resolution in resolved], ensure_ascii=False, indent=2)
        )
    else:
        rows = [_resolution_row(resolver, resolution) for resolution in resolved]
        click.echo(_table(["name", "siren", "epci", "method", "evidence"], rows))
    sys.exit(0 if all(resolution.siren for resolution in resolved) else 1)


@main.command("dump")
@click.option(
    "--format", "form", type=click.Choice([f.name for f in GRAPHS]), default="ttl", show_default=True
)
@click.option("--graph", metavar="IRI", help="Only this graph.")
@click.option("--gzip", "compress", is_flag=True, help="Compress.")
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="A file; default: standard output."
)
def dump_command(form: str, graph: str | None, compress: bool, output: Path | None) -> None:
    """Write the dataset: the merge (ttl, nt, rdf, jsonld) or the named graphs (trig, nq)."""
    from ti_graph.dump import dump
    from ti_graph.files import save

    content = dump(_built().open(), by_name(form, GRAPHS), graph, compress)
    if output:
        save(output, content)
    else:
        sys.stdout.buffer.write(content)


def _setting(flag: str, *names: str, **settings: Any) -> Callable[[Any], Any]:
    """An option of ``serve`` that the environment can set too: ``--max-memory`` is TI_GRAPH_MAX_MEMORY."""
    variable = "TI_GRAPH_" + flag.strip("-").replace("-", "_").upper()
    return click.option(flag, *names, envvar=variable, show_default=True, **settings)


_DIRECTORY = click.Path(path_type=Path, file_okay=False)
_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


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
        repository = server.apart(_built).repository
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

    app = create_app(Endpoint(_built().repository), Catalogue(QUERIES))
    pairs = [_pair(header, ":") for header in headers]
    response = app.test_client().get(path, headers=[(name, value.strip()) for name, value in pairs])
    click.echo(f"{response.status} {response.content_type}", err=True)
    sys.stdout.buffer.write(response.data)
    sys.exit(0 if response.status_code < 400 else 1)


def _pair(text: str, separator: str = "=") -> tuple[str, str]:
    name, found, value = text.partition(separator)
    if not found:
        raise RequestError(f"{text!r} is not of the form NAME{separator}VALUE")
    return name, value


def _print_result(result: Result, form: str | None) -> None:
    if form in (None, _TABLE) and result.variables:
        columns = result.variables
        rows = [[row[c].value if c in row else "" for c in columns] for row in result.rows()]
        click.echo(_table(columns, rows))
        return
    if form == _TABLE:
        form = None
    result.write(by_name(form, result.formats) if form else result.formats[0], sys.stdout.buffer)


def _table(columns: tuple[str, ...] | list[str], rows: list[list[str]]) -> str:
    """Columns under their names, each as wide as its longest value."""
    lines = [list(columns), *([" ".join(cell.split()) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, ["-" * width for width in widths])
    padded = ("  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)) for line in lines)
    return "\n".join(line.rstrip() for line in padded)


def _resolution_row(resolver: Resolver, resolution: Resolution) -> list[str]:
    if resolution.siren:
        found = resolver.epci[resolution.siren].nom
        return [resolution.mention, resolution.siren, found, resolution.method, resolution.evidence["en"]]
    return [resolution.mention, "", "", resolution.method, resolver.why_undecided(resolution)]
