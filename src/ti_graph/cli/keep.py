"""Commands that keep a dataset: load, backup, restore."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ti_graph.cli.group import DIRECTORY, FILE, built, main, progress
from ti_graph.errors import StoreError

if TYPE_CHECKING:
    from ti_graph.serving.change import Policy
    from ti_graph.stores.repository import Repository


@main.command()
@click.argument("archive", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--store", type=DIRECTORY, envvar="TI_GRAPH_STORE", help="The plain dataset in this directory.")
def backup(archive: Path, store: Path | None) -> None:
    """Write the current state of the dataset, and its log of changes, to ARCHIVE (.tar.gz).

    Works while a server runs on the dataset, and disturbs nobody.
    """
    from ti_graph.stores import archive as archives
    from ti_graph.stores.repository import Repository

    repository = Repository(store) if store else built().repository
    snapshot = archives.backup(repository, archive)
    click.echo(f"{archive}: snapshot {snapshot.number}", err=True)


@main.command()
@click.argument("archive", type=FILE)
@click.option(
    "--store", type=DIRECTORY, envvar="TI_GRAPH_STORE", help="An empty directory, for a plain dataset."
)
@click.option(
    "--changes", type=DIRECTORY, help="A log (the folder changes/ of a dataset) to replay after it."
)
def restore(archive: Path, store: Path | None, changes: Path | None) -> None:
    """Make a dataset from the backup ARCHIVE; with a log, bring it up to date.

    With --store a plain dataset, as it was. Without, the changes of the backup are made again on the built-in
    dataset, which nobody has changed yet, and held to its rules: also those made with an earlier version.
    """
    from ti_graph.serving.change import Policy
    from ti_graph.stores import archive as archives
    from ti_graph.stores.repository import read_log

    if store:
        repository = archives.restore(archive, store)
        _replay(repository, Policy(), read_log(changes) if changes else ())
    else:
        repository = built().repository
        if repository.current().number:
            changed = f"the built-in dataset has changes already: move {repository.path} away, then try again"
            raise StoreError(changed)
        again = [*archives.log_of(archive), *(read_log(changes) if changes else ())]
        if not again:
            raise StoreError(f"{archive} holds no changes; with --store it becomes a plain dataset")
        _replay(repository, Policy.built_in(), again)
    click.echo(f"{repository.path}: snapshot {repository.current().number}", err=True)


def _replay(repository: Repository, policy: Policy, changes: Iterable[Mapping[str, Any]]) -> None:
    from ti_graph.serving.writer import Writer

    with closing(Writer(repository, policy)) as writer:
        writer.replay(changes)


@main.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--store", type=DIRECTORY, required=True, envvar="TI_GRAPH_STORE", help="An empty directory.")
@click.option("--graph", metavar="IRI", help="Triples go to this graph; default: the default graph.")
def load(files: tuple[Path, ...], store: Path, graph: str | None) -> None:
    """Make a plain dataset of RDF files, to be served with --store; their suffixes tell their formats.

    Whole or not at all: a file that does not parse leaves nothing behind. Packed files end in .gz.
    """
    from ti_graph.rdf import iri
    from ti_graph.stores.repository import Repository

    named = iri(graph) if graph else None
    with progress() as tell:
        tell("loading")
        repository = Repository.load(store, files, named)
    made = repository.current().open()
    (counted,) = made.texts("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")
    there = f"{int(counted['n']):,} in {len(made.graph_names())} named graphs"
    click.echo(f"{store}: {len(made):,} triples in the default graph, {there}", err=True)
