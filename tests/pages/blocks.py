"""Layouts in HTML without lists and tables, and lists with something beside each member."""

from __future__ import annotations

from pages import naming
from pages.copied import led, pair, regions
from pages.marked import MARKS
from pages.perimeters import Member
from pages.sheet import Entry, Sheet


def divisions(sheet: Sheet) -> str:
    """<div class="ti"><div class="nom">X</div><div class="liste"><span>A</span><span>B</span></div></div>"""

    def block(entry: Entry) -> str:
        spans = "\n".join(f'    <span class="epci">{each}</span>' for each in entry.members)
        return (
            f'<div class="ti">\n  <div class="nom">{entry.label}</div>\n'
            f'  <div class="liste">\n{spans}\n  </div>\n</div>'
        )

    return '<div class="grille">\n' + "\n".join(map(block, sheet.entries)) + "\n</div>"


def tiles(sheet: Sheet) -> str:
    """<div class="card">: a number, X, « 3 EPCI », then a <div> per member, a link « En savoir plus »"""
    return '<div class="row">\n' + "\n".join(
        f'<div class="card"><div class="card-body"><span class="badge">{number:02}</span>\n'
        f'<div class="card-title">{entry.label}</div>\n'
        f'<div class="card-subtitle">{len(entry.members)} EPCI</div>\n'
        + "\n".join(f'<div class="card-line">{each}</div>' for each in entry.stopped)
        + f'\n<a href="/ti/{number}" class="btn">En savoir plus</a></div></div>'
        for number, entry in enumerate(sheet.entries, 1)
    ) + "\n</div>"  # fmt: skip


def tabs(sheet: Sheet) -> str:
    """Tabs with the names, then the panels with the members of each"""
    heads = "\n".join(
        f'<button role="tab" id="onglet-{n}" aria-controls="panneau-{n}" '
        f'aria-selected="{"true" if n == 1 else "false"}">{entry.label}</button>'
        for n, entry in enumerate(sheet.entries, 1)
    )
    panels = "\n".join(
        f'<div role="tabpanel" id="panneau-{n}" aria-labelledby="onglet-{n}" tabindex="0">\n<p>'
        + "</p>\n<p>".join(entry.stopped)
        + "</p>\n</div>"
        for n, entry in enumerate(sheet.entries, 1)
    )
    tabs_list = f'<div role="tablist" aria-label="Territoires">\n{heads}\n</div>'
    return f'<div class="tabs">\n{tabs_list}\n{panels}\n</div>'


def figures(sheet: Sheet) -> str:
    """<figure> with a map and <figcaption> « X : A, B »"""
    return "\n".join(
        f'<figure>\n<img src="/cartes/{n}.png" alt="Carte">\n'
        f"<figcaption>Carte {n} – <em>{entry.label}</em> : {entry.joined()}</figcaption>\n</figure>"
        for n, entry in enumerate(sheet.entries, 1)
    )


def indented(sheet: Sheet) -> str:
    """<p><u>X</u></p>, then a <p> per member behind no-break spaces"""
    return "\n".join(
        f"<p><u>{entry.label}</u></p>\n"
        + "\n".join(f"<p>&nbsp;&nbsp;&nbsp;&nbsp;{each}</p>" for each in entry.stopped)
        for entry in sheet.entries
    )


def one_paragraph(sheet: Sheet) -> str:
    """X<br>A<br>B<br><br>Y<br>… in one paragraph"""
    return (
        "<p>"
        + "<br>\n<br>\n".join("<br>\n".join([f"{e.label} :", *e.stopped]) for e in sheet.entries)
        + "</p>"
    )


def blockquotes(sheet: Sheet) -> str:
    """<blockquote><h4>X (3 EPCI)</h4><p>A / B</p></blockquote>"""
    return "\n".join(
        f"<blockquote>\n<h4>{e.label} ({len(e.members)} EPCI)</h4>\n<p>{e.joined(' | ')}</p>\n</blockquote>"
        for e in sheet.entries
    )


def keyed(sheet: Sheet) -> str:
    """<dl> per territory: Territoire, Région, Intercommunalités, Binôme"""
    return "\n".join(
        f'<dl class="fiche">\n<dt>Territoire</dt><dd>{entry.label}</dd>\n'
        f"<dt>Région</dt><dd>{', '.join(regions(entry))}</dd>\n"
        f"<dt>Intercommunalités</dt><dd>{entry.joined()}</dd>\n<dt>Binôme</dt><dd>{pair(sheet)}</dd>\n</dl>"
        for entry in sheet.entries
    )


def annotated(sheet: Sheet) -> str:
    """<h3>X</h3>, then <li>A <small>SIREN … – 23 communes</small></li>"""

    def item(words: str, member: Member) -> str:
        count = f"{sheet.choose.randint(6, 80)} communes"
        beside = f"Insee {member.code}" if member.kind == "commune" else f"SIREN {member.code} – {count}"
        return f"<li>{words} <small>{beside}</small></li>"

    return "\n".join(
        f"<h3>{entry.label}</h3>\n<ul>\n"
        + "\n".join(map(item, entry.members, entry.territory.members))
        + "\n</ul>"
        for entry in sheet.entries
    )


def led_items(sheet: Sheet) -> str:
    """<li>X<br>A (chef de file), B</li>"""
    return "<ul>\n" + "\n".join(
        f"<li>{entry.label}<br>{' &bull; '.join(led(entry, sheet))}</li>" for entry in sheet.entries
    ) + "\n</ul>"  # fmt: skip


def two_languages(sheet: Sheet) -> str:
    """French beside German, of which only the French names the territory as the list does"""

    def german(member: Member) -> str:
        kind, rest = naming.split(member.name)
        return f"{'Stadtverband' if kind in ('CA', 'CU') else 'Gemeindeverband'} {rest}"

    return "\n".join(
        f'<div class="bilingue"><p lang="fr">Le territoire <b>{entry.label}</b> réunit '
        f"{entry.joined(last=' et ')}</p>\n"
        f'<p lang="de">Zum Industriegebiet <b>{MARKS.sub("", entry.label)}</b> gehören '
        f"{' und '.join(map(german, entry.territory.members))}</p></div>"
        for entry in sheet.entries
    )
