"""Layouts in HTML: tables with many columns, turned tables, tables ordered by member."""

from __future__ import annotations

import re
from itertools import zip_longest

from pages.copied import pair
from pages.marked import MARKS
from pages.plain import departements
from pages.sheet import Entry, Sheet
from pages.typed import by_member


def _row(cells: list[str], tag: str = "td") -> str:
    return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in cells) + "</tr>"


def many_columns(sheet: Sheet) -> str:
    """N°, région, départements, territory, EPCI, pair, date"""
    heads = ["N°", "Région", "Département(s)", "Territoire d'industrie", "EPCI", "Binôme", "Signature"]
    rows = []
    for group in sheet.groups:
        for entry in group.entries:
            date = f"{sheet.choose.randint(1, 28):02}/{sheet.choose.randint(1, 12):02}/2024"
            cells = [str(len(rows) + 1), group.heading.name, departements(entry), entry.label]
            rows.append(_row([*cells, entry.joined(), pair(sheet), date]))
    return '<table class="sortable">\n' + "\n".join([_row(heads, "th"), *rows]) + "\n</table>"


def turned(sheet: Sheet) -> str:
    """Territories as the heads of columns, their members below, four a table"""
    tables = []
    for start in range(0, len(sheet.entries), 4):
        some = sheet.entries[start : start + 4]
        rows = zip_longest(*(entry.members for entry in some), fillvalue="&nbsp;")
        body = "\n".join(_row(list(row)) for row in rows)
        tables.append(f"<table>\n{_row([e.label for e in some], 'th')}\n{body}\n</table>")
    return "\n".join(tables)


def by_nature(sheet: Sheet) -> str:
    """Two rows of heads: « Membres » over « Communautés de communes » and « Autres »; footnotes"""

    def cells(entry: Entry) -> str:
        small = [each for each in entry.members if re.match("(CC|C\\.C\\.) ", MARKS.sub("", each))]
        others = [each for each in entry.members if each not in small]
        return "".join(f"<td>{'<br>'.join(some) or '–'}</td>" for some in (others, small))

    body = "\n".join(f'<tr><th scope="row">{e.label}</th>{cells(e)}</tr>' for e in sheet.entries)
    return f"""<table>
<thead><tr><th rowspan="2">Territoire</th><th colspan="2">Membres</th></tr>
<tr><th>Agglomérations, métropoles et autres</th><th>Communautés de communes</th></tr></thead>
<tbody>
{body}
</tbody>
<tfoot><tr><td colspan="3">Source : préfecture. Périmètres au jour de la publication.</td></tr></tfoot>
</table>"""


def member_rows(sheet: Sheet) -> str:
    """« EPCI | Territoire d'industrie », a row per member, by their names"""
    rows = "\n".join(_row([member, name]) for member, name in by_member(sheet.entries))
    return f"<table>\n<thead>{_row(['EPCI', 'Territoire d’industrie'], 'th')}</thead>\n{rows}\n</table>"


def with_figures(sheet: Sheet) -> str:
    """The territory in a row of its own, then a row per member: SIREN, name, communes, inhabitants"""
    heads = _row(["SIREN", "Intercommunalité", "Communes", "Habitants"], "th")
    rows = []
    for entry in sheet.entries:
        rows.append(f'<tr class="ti"><td colspan="4"><strong>{entry.label}</strong></td></tr>')
        for each, member in zip(entry.members, entry.territory.members, strict=True):
            siren = member.code if member.kind != "commune" else "–"
            counts = [
                str(sheet.choose.randint(6, 80)),
                f"{sheet.choose.randint(5, 290)}&nbsp;{sheet.choose.randint(0, 999):03}",
            ]
            rows.append(_row([siren, each, *counts]))
    return "<table>\n" + "\n".join([heads, *rows]) + "\n</table>"
