"""The command that reads a page: ingest."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ti_graph.cli.group import built, content_of, demand_extra, main, progress

if TYPE_CHECKING:
    from ti_graph.ingest.outcome import Outcome

_DAY = click.DateTime(["%Y-%m-%d"])
_EXAMPLE = """\b
Example, from a checkout:
  ti-graph ingest data/announcement/text.txt --published 2018-11-22
      --url https://www.seine-maritime.gouv.fr/annonce --output read
"""


@main.command(epilog=_EXAMPLE)
@click.argument("page", metavar="FILE|-")
@click.option("--url", required=True, help="The address of the page.")
@click.option("--published", required=True, type=_DAY, metavar="DATE", help="The day it was published.")
@click.option("--publisher", default="", metavar="NAME", help="Who published it; else the address's host.")
@click.option(
    "--as-of",
    type=_DAY,
    metavar="DATE",
    help="Day of the lists of EPCI that names are matched with; else --published.",
)
@click.option(
    "--review", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="An edited review.csv."
)
@click.option("--add", is_flag=True, help="Also put it into the dataset, if it keeps the rules.")
@click.option(
    "--output",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for announcement.ttl, announcement.trig, members.csv, review.csv and text.txt.",
)
def ingest(
    page: str,
    url: str,
    published: datetime,
    publisher: str,
    as_of: datetime | None,
    review: Path | None,
    add: bool,
    output: Path,
) -> None:
    """Read a page that announces territories: a text or a saved HTML page, - for standard input.

    Writes its graph (Turtle, TriG), its members with their SIREN, the stored text that offsets count in, and
    what is left for a person to decide: edit the columns decision (a SIREN, the INSEE code of a commune, or
    none) and evidence of review.csv and give it back with --review. Needs the extra ti-graph[ingest].
    """
    demand_extra("ingest", "lxml", "trafilatura")
    from ti_graph.ingest.home import Source
    from ti_graph.ingest.outcome import Ingester, writing
    from ti_graph.rdf import web_iri

    web_iri(url)
    content = content_of(page)
    with progress() as tell:
        tell("reading the tables")
        ingester = Ingester()
        tell("reading the page")
        source = Source(url, published.date(), publisher.strip())
        outcome = ingester.ingest(content, source, (as_of or published).date(), review)
    with writing(outcome, output, keeps=review is None) as paths:
        if add:
            _add(outcome)
    for path in paths:
        click.echo(path)
    _summarise(outcome, output)


def _add(outcome: Outcome) -> None:
    from ti_graph.serving.change import Policy
    from ti_graph.serving.writer import Writer

    with closing(Writer(built().repository, Policy.built_in())) as writer:
        effect = writer.write(outcome.change())
    click.echo(f"added to the dataset: {effect.added} triples, {effect.removed} removed", err=True)


def _summarise(outcome: Outcome, output: Path) -> None:
    from ti_graph.ingest.outcome import REVIEW_CSV

    entries = outcome.reading.entries
    members = sum(len(entry.members) for entry in entries)
    found = f"{len(entries)} {'territory' if len(entries) == 1 else 'territories'}, {members} members"
    left = f"{outcome.open} to decide: {output / REVIEW_CSV}" if outcome.open else "all decided"
    click.echo(f"{found}, {left}; {len(outcome.quads)} triples", err=True)
