"""Layouts in HTML: lists, paragraphs, headings. Tables are apart."""

from __future__ import annotations

from pages import prose
from pages.plain import departements
from pages.sheet import Entry, Sheet


def _items(entries: list[str], indent: str = "  ") -> str:
    return "\n".join(f"{indent}<li>{each}</li>" for each in entries)


def _list(entries: list[str]) -> str:
    return f"<ul>\n{_items(entries)}\n</ul>"


def quoted_items(sheet: Sheet) -> str:
    """<li>« Name » : member, member</li>"""
    return _list([f"«&nbsp;{entry.label}&nbsp;» : {entry.joined()}" for entry in sheet.entries])


def strong_items(sheet: Sheet) -> str:
    """<li><strong>Name</strong> : member, member et member</li>"""
    return _list([f"<strong>{e.label}</strong>&nbsp;: {e.joined(last=' et ')}" for e in sheet.entries])


def strong_inside(sheet: Sheet) -> str:
    """<li><p><strong>Name :</strong> member ; member</p></li>"""
    return _list([f"<p><strong>{e.label} :</strong> {e.joined(' ; ')}</p>" for e in sheet.entries])


def ordered(sheet: Sheet) -> str:
    """<ol> of « Name – member, member »"""
    items = _items([f"{entry.label} – {entry.joined()}" for entry in sheet.entries])
    return f'<ol class="spip">\n{items}\n</ol>'


def bracket_items(sheet: Sheet) -> str:
    """<li>Name (member, member)</li>"""
    return _list([f"{entry.label} ({', '.join(entry.members)})" for entry in sheet.entries])


def strong_breaks(sheet: Sheet) -> str:
    """<strong>Name</strong> : member, member<br> in one paragraph"""
    lines = [f"<strong>{entry.label}</strong> : {entry.joined()}" for entry in sheet.entries]
    return "<p>" + "<br>\n".join(lines) + "</p>"


def bullets_in_breaks(sheet: Sheet) -> str:
    """• <b>Name</b> : member, member<br /> as a text pasted into an old site"""
    lines = [f"&bull;&nbsp;<b>{entry.label}</b> : {entry.joined()}" for entry in sheet.entries]
    return '<p class="texte">' + "<br />\n".join(lines) + "</p>"


def member_per_break(sheet: Sheet) -> str:
    """<p><strong>Name</strong><br>member<br>member</p>"""
    return "\n".join(
        f"<p><strong>{e.label}</strong><br>\n" + "<br>\n".join(e.stopped) + "</p>" for e in sheet.entries
    )


def dashes_in_breaks(sheet: Sheet) -> str:
    """<p><b>Name :</b><br>- member<br>- member</p>"""
    return "\n".join(
        f"<p><b>{e.label} :</b>" + "".join(f"<br>\n- {each}" for each in e.stopped) + "</p>"
        for e in sheet.entries
    )


def headed_lists(sheet: Sheet) -> str:
    """<h3>Name</h3><ul><li>member</li></ul>"""
    return "\n".join(f"<h3>{entry.label}</h3>\n{_list(entry.stopped)}" for entry in sheet.entries)


def headed_paragraphs(sheet: Sheet) -> str:
    """<h4>Name</h4><p>member, member</p>"""
    return "\n".join(f"<h4>{entry.label}</h4>\n<p>{entry.joined()}</p>" for entry in sheet.entries)


def nested(sheet: Sheet) -> str:
    """<li>Name<ul><li>member</li></ul></li>"""
    return _list(
        [f"{entry.label}\n    <ul>\n{_items(entry.stopped, '      ')}\n    </ul>" for entry in sheet.entries]
    )


def definitions(sheet: Sheet) -> str:
    """<dt>Name</dt><dd>member, member</dd>"""
    rows = "\n".join(f"  <dt>{entry.label}</dt>\n  <dd>{entry.joined()}</dd>" for entry in sheet.entries)
    return f"<dl>\n{rows}\n</dl>"


def definitions_each(sheet: Sheet) -> str:
    """<dt>Name</dt>, then a <dd> per member"""

    def rows(entry: Entry) -> str:
        return f"  <dt>« {entry.label} »</dt>\n" + "\n".join(f"  <dd>{each}</dd>" for each in entry.stopped)

    return "<dl>\n" + "\n".join(rows(entry) for entry in sheet.entries) + "\n</dl>"


def accordion(sheet: Sheet) -> str:
    """Sections that open: the name on a button, the members below"""
    return "\n".join(
        f'<section class="fr-accordion">\n<h3 class="fr-accordion__title"><button class="fr-accordion__btn" '
        f'aria-expanded="false" aria-controls="accordion-{n}">{entry.label}</button></h3>\n'
        f'<div class="fr-collapse" id="accordion-{n}">{_list(entry.stopped)}</div>\n</section>'
        for n, entry in enumerate(sheet.entries, 1)
    )


def cards(sheet: Sheet) -> str:
    """Cards: the name a link, the département a tag, the members a paragraph"""
    return '<div class="cards">\n' + "\n".join(
        f'<article class="card"><p class="card__tag">{departements(entry)}</p>\n'
        f'<h3 class="card__title"><a href="/territoires/{n}">{entry.label}</a></h3>\n'
        f'<p class="card__text">{entry.joined()}</p></article>'
        for n, entry in enumerate(sheet.entries, 1)
    ) + "\n</div>"  # fmt: skip


def details(sheet: Sheet) -> str:
    """<details><summary>Name</summary> members one per line </details>"""
    return "\n".join(
        f"<details><summary>{entry.label}</summary>\n<p>" + "<br>".join(entry.stopped) + "</p></details>"
        for entry in sheet.entries
    )


def pasted(sheet: Sheet) -> str:
    """Paragraphs pasted from a word processor: every run in a span of its own"""
    span = '<span style="font-family:Arial; mso-fareast-language:FR">'

    def runs(words: str) -> str:
        return " ".join(
            f"{span}{each}</span>" for each in (words.rpartition(" ")[0], words.rpartition(" ")[2]) if each
        )

    return "\n".join(
        f'<p class="MsoListParagraph">{span}·&nbsp;&nbsp;</span><b>{span}« {entry.label} »</span></b>'
        f"{span} : </span>{f'{span}, </span>'.join(map(runs, entry.stopped))}</p>"
        for entry in sheet.entries
    )


def by_region(sheet: Sheet) -> str:
    """<h2>Région</h2>, then <li>« Name » : member, member</li>"""
    return "\n".join(
        f"<h2>{group.heading.name}</h2>\n"
        + _list([f"« {entry.label} » : {entry.joined()}" for entry in group.entries])
        for group in sheet.groups
    )


def by_region_nested(sheet: Sheet) -> str:
    """<h2>Région</h2><h3>Name</h3><ul> of members"""
    return "\n".join(
        f'<h2 id="r{group.heading.code}">{group.heading.name} ({len(group.entries)})</h2>\n'
        + "\n".join(f"<h3>{entry.label}</h3>\n{_list(entry.stopped)}" for entry in group.entries)
        for group in sheet.groups
    )


def by_departement(sheet: Sheet) -> str:
    """<h3>Département</h3>, then <p><strong>Name</strong> : member, member</p>"""
    return "\n".join(
        f"<h3>{group.heading.name}</h3>\n"
        + "\n".join(f"<p><strong>{e.label}</strong> : {e.joined()}</p>" for e in group.entries)
        for group in sheet.groups
    )


def newspaper(sheet: Sheet) -> str:
    """Sentences in paragraphs"""
    return "\n".join(f"<p>{paragraph}</p>" for paragraph in prose.newspaper(sheet).split("\n\n"))


def composed(sheet: Sheet) -> str:
    """<p>Le territoire d'industrie « X » est composé de A, B et C.</p>"""
    return "\n".join(f"<p>{paragraph}</p>" for paragraph in prose.composed(sheet).split("\n\n"))
