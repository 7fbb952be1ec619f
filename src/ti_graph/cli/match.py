"""The command that matches names and codes: resolve."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from ti_graph.cli.group import built, content_of, main, text_table
from ti_graph.errors import RequestError

if TYPE_CHECKING:
    from ti_graph.reference.resolve import Resolution, Resolver

_SHOWN = 20


@main.command()
@click.argument("names", nargs=-1)
@click.option("--region", "regions", multiple=True, help="INSEE code of a région it is in; repeatable.")
@click.option("--departement", "departements", multiple=True, help="INSEE code of a département; repeatable.")
@click.option("--csv", "table", metavar="FILE", help="Join a table instead; - is standard input.")
@click.option("--column", default="", help="Its column with codes or names; needed where it has several.")
@click.option("--departement-column", default="", help="Its column with codes of départements.")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Only the last list by then.")
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv"]), help="Default: table; csv with --csv."
)
def resolve(
    names: tuple[str, ...],
    regions: tuple[str, ...],
    departements: tuple[str, ...],
    table: str | None,
    column: str,
    departement_column: str,
    day: datetime | None,
    form: str | None,
) -> None:
    """Resolve NAMES of intercommunalités to their SIREN in the list of the announcement's year.

    With --csv, join a table's INSEE codes, SIREN or names of communes, intercommunalités and territories with
    each list: territory, dates and status. Exit code 1 when a name or a row stays undecided.
    """
    if bool(names) == bool(table):
        raise RequestError("give names, or a table with --csv")
    if table:
        _join(table, column, departement_column, day.date() if day else None, form or "csv")
    else:
        _resolve(names, regions, departements, form or "table")


def _join(table: str, column: str, within: str, day: date | None, form: str) -> None:
    from ti_graph.views.join import Join, JoinTable, to_csv
    from ti_graph.views.names import Names

    given = JoinTable.of_csv(content_of(table), column, within)
    ask = built().open().texts
    rows = list(Join(ask, Names(ask)).rows(given, day.isoformat() if day else ""))
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    elif form == "table":
        click.echo(text_table(given.columns, [list(row.values()) for row in rows]))
    else:
        for line in to_csv(given.columns, rows):
            click.echo(line, nl=False)
    _say_unmatched(given.unmatched(rows))


def _say_unmatched(left: dict[str, str]) -> None:
    for value, some in list(left.items())[:_SHOWN]:
        click.echo(f"not matched: {value}" + (f" – perhaps {some}" if some else ""), err=True)
    if left:
        click.echo(f"{len(left)} values not matched, in rows with match none or ambiguous", err=True)
        sys.exit(1)


def _resolve(
    names: tuple[str, ...], regions: tuple[str, ...], departements: tuple[str, ...], form: str
) -> None:
    from ti_graph import api

    resolved = [api.resolve(name, regions, departements) for name in names]
    if form == "json":
        click.echo(
            json.dumps([resolution.described() for resolution in resolved], ensure_ascii=False, indent=2)
        )
    else:
        rows = [_resolution_row(api.resolver(), resolution) for resolution in resolved]
        click.echo(text_table(["name", "siren", "epci", "method", "evidence"], rows))
    sys.exit(0 if all(resolution.siren for resolution in resolved) else 1)


def _resolution_row(resolver: Resolver, resolution: Resolution) -> list[str]:
    if resolution.siren:
        found = resolver.epci[resolution.siren].nom
        return [resolution.mention, resolution.siren, found, resolution.method, resolution.evidence["en"]]
    return [resolution.mention, "", "", resolution.method, resolver.why_undecided(resolution)]
