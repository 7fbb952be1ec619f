"""Commands that make and ask the dataset: build, check, query, queries, diff, dump."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from pathlib import Path

import click

from ti_graph.assembly.inference import asked_for
from ti_graph.cli.group import built, counting, main, pair, progress, text_table
from ti_graph.errors import RequestError
from ti_graph.files import read_text
from ti_graph.formats import GRAPHS, RESULTS, by_name
from ti_graph.layout import QUERIES
from ti_graph.rdf import BASE
from ti_graph.sparql.catalogue import Catalogue
from ti_graph.sparql.result import Result

_TABLE = "table"
_RESULT_FORMATS = [_TABLE, *(f.name for f in (*RESULTS, *GRAPHS))]


@main.command()
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Also write announcement.ttl and announcement.trig to this folder.",
)
def build(output: Path | None) -> None:
    """Build the dataset from data/ and check it, with what pages need of it; print where it is."""
    from ti_graph.build import write_announcement
    from ti_graph.serving.endpoint import Endpoint
    from ti_graph.web.readings import Readings

    dataset = built()
    Readings(Endpoint(dataset.repository), Catalogue(QUERIES)).keep()
    click.echo(dataset.path)
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
    from ti_graph import api
    from ti_graph.rdf import RdfFormat

    if not files:
        built()
    with progress() as tell:
        tell("checking the graph")
        report = api.check(*files)
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
@click.option("--inference", is_flag=True, help="Ask what the ontology and its alignments entail, too.")
def query(query: str, params: tuple[str, ...], form: str | None, inference: bool) -> None:
    """Run a named query, a query FILE, or - for standard input."""
    catalogue = Catalogue(QUERIES)
    values = [pair(param) for param in params]
    if query in catalogue:
        text = catalogue[query].bind(values)
    elif values:
        raise RequestError(f"--param is for named queries; there is none called {query!r}")
    elif query == "-":
        text = _standard_input()
    elif "." in query or "/" in query:
        text = read_text(Path(query))
    else:
        text = catalogue.find(query).text
    _print_result(built().open().query(text, besides=asked_for(inference)), form)


def _standard_input() -> str:
    try:
        return sys.stdin.buffer.read().decode()
    except UnicodeDecodeError as error:
        raise RequestError(f"standard input is not UTF-8: byte offset {error.start}") from None


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
        click.echo(text_table(["name", "parameters", "question"], rows))


@main.command("diff")
@click.argument("before", required=False, type=click.Path(path_type=Path, exists=True))
@click.argument("after", required=False, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--format", "form", type=click.Choice(["summary", "patch"]), default="summary", show_default=True
)
def diff_command(before: Path | None, after: Path | None, form: str) -> None:
    """Show what differs BEFORE and AFTER, each a dataset's folder, a release's, or an RDF file (also .gz).

    AFTER is the dataset as data/ gives it now, BEFORE the one built before it. Exit code 1 when they differ.
    """
    from ti_graph.build import earlier
    from ti_graph.release.diff import differences, opened, patch, summary

    later = opened(after or built().path)
    written = {"summary": summary, "patch": patch}[form]
    differ = False
    for difference in differences(opened(before or earlier(built())), later):
        differ = True
        for line in written(difference):
            click.echo(line)
    sys.exit(1 if differ else 0)


@main.command("dump")
@click.option("--format", "form", type=click.Choice([f.name for f in GRAPHS]), help="Default: ttl.")
@click.option("--graph", metavar="IRI", help="Only this graph.")
@click.option("--gzip", "compress", is_flag=True, help="Compress.")
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="A file; default: standard output."
)
@click.option(
    "--release",
    type=click.Path(path_type=Path, file_okay=False),
    help="A new folder: write every file there, whole or not at all.",
)
@click.option("--public-url", default=BASE, help="Where a release will be served, for its catalogue.")
def dump_command(
    form: str | None,
    graph: str | None,
    compress: bool,
    output: Path | None,
    release: Path | None,
    public_url: str,
) -> None:
    """Write the dataset: the merge (ttl, nt, rdf, jsonld) or the named graphs (trig, nq).

    With --release, write all files that /dump/ has, with SHA256SUMS and catalog.ttl (DCAT, VoID) beside.
    """
    if release is None:
        return _dump(form or "ttl", graph, compress, output)
    if form or graph or compress or output:
        raise RequestError("--release writes every file: leave out --format, --graph, --gzip and --output")
    from ti_graph.release.dcat import Place
    from ti_graph.release.publish import publish

    with counting() as tell:
        publish(built(), release, Place(public_url.rstrip("/") + "/"), tell)
    return None


def _dump(form: str, graph: str | None, compress: bool, output: Path | None) -> None:
    from ti_graph.files import saving
    from ti_graph.release.dump import dump

    with saving(output) if output else nullcontext(sys.stdout.buffer) as written:
        dump(built().open(), written, by_name(form, GRAPHS), graph, compress)


def _print_result(result: Result, form: str | None) -> None:
    if form in (None, _TABLE) and result.variables:
        columns = result.variables
        rows = [[row[c].value if c in row else "" for c in columns] for row in result.rows()]
        click.echo(text_table(columns, rows))
        return
    if form == _TABLE:
        form = None
    result.write(by_name(form, result.formats) if form else result.formats[0], sys.stdout.buffer)
