"""Layouts in HTML: tables."""

from __future__ import annotations

from collections.abc import Iterable

from pages.plain import departements
from pages.sheet import Entry, Sheet

_TERRITORY = ("Territoire d'industrie", "Territoire", "Nom du territoire", "Territoires d’industrie")
_MEMBERS = ("Intercommunalités", "EPCI", "EPCI membres", "Composition", "Périmètre (EPCI)")


def _table(sheet: Sheet, rows: Iterable[str], before: str = "", after: str = "", caption: str = "") -> str:
    heads = [before, sheet.choose.choice(_TERRITORY), sheet.choose.choice(_MEMBERS), after]
    cells = "".join(f'<th scope="col">{head}</th>' for head in heads if head)
    title = f"<caption>{caption}</caption>\n" if caption else ""
    body = "\n".join(f"<tr>{row}</tr>" for row in rows)
    return f"<table>\n{title}<thead><tr>{cells}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"


def commas(sheet: Sheet) -> str:
    """A row per territory, its members in one cell with commas"""
    return _table(sheet, (f"<td>{e.label}</td><td>{e.joined()}</td>" for e in sheet.entries))


def breaks(sheet: Sheet) -> str:
    """A row per territory, its members in one cell with <br>"""
    rows = (f"<td><strong>{e.label}</strong></td><td>{'<br>'.join(e.stopped)}</td>" for e in sheet.entries)
    return _table(sheet, rows, caption="Les territoires retenus")


def paragraphs(sheet: Sheet) -> str:
    """A row per territory, its members in one cell as paragraphs or items"""

    def cell(entry: Entry) -> str:
        if sheet.choose.random() < 0.5:
            return "".join(f"<p>{each}</p>" for each in entry.stopped)
        return "<ul>" + "".join(f"<li>{each}</li>" for each in entry.stopped) + "</ul>"

    return _table(sheet, (f"<td><p>{e.label}</p></td><td>{cell(e)}</td>" for e in sheet.entries))


def spanned(sheet: Sheet) -> str:
    """A row per member, the territory's cell over all its rows"""

    def rows(entry: Entry) -> Iterable[str]:
        first, *others = entry.stopped
        yield f'<td rowspan="{len(entry.members)}">{entry.label}</td><td>{first}</td>'
        yield from (f"<td>{each}</td>" for each in others)

    return _table(sheet, (row for entry in sheet.entries for row in rows(entry)))


def repeated(sheet: Sheet) -> str:
    """A row per member, the territory's name in each"""
    return _table(sheet, (f"<td>{e.label}</td><td>{each}</td>" for e in sheet.entries for each in e.members))


def numbered(sheet: Sheet) -> str:
    """Columns number, territory, members, départements"""
    return _table(
        sheet,
        (
            f"<td>{n}</td><td>{e.label}</td><td>{e.joined(' ; ')}</td><td>{departements(e)}</td>"
            for n, e in enumerate(sheet.entries, 1)
        ),
        before="N°",
        after="Départements",
    )


def with_regions(sheet: Sheet) -> str:
    """A row per territory, the région's cell over all its rows"""

    def rows() -> Iterable[str]:
        for group in sheet.groups:
            for number, entry in enumerate(group.entries):
                region = f'<td rowspan="{len(group.entries)}">{group.heading.name}</td>' if not number else ""
                yield f"{region}<td>{entry.label}</td><td>{entry.joined()}</td>"

    return _table(sheet, rows(), before="Région")


def region_rows(sheet: Sheet) -> str:
    """A row with the région's name alone, then a row per territory"""

    def rows() -> Iterable[str]:
        for group in sheet.groups:
            yield f'<th colspan="2">{group.heading.name}</th>'
            yield from (f"<td>{e.label}</td><td>{'<br />'.join(e.stopped)}</td>" for e in group.entries)

    return _table(sheet, rows())


def headless(sheet: Sheet) -> str:
    """A row per territory in a table for layout, without a head"""
    rows = "\n".join(
        f'<tr valign="top"><td width="30%"><b>{e.label}</b></td><td>{e.joined(last=" et ")}</td></tr>'
        for e in sheet.entries
    )
    return f'<table border="0" cellpadding="4">\n{rows}\n</table>'
