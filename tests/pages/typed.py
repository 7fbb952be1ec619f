"""Layouts with signs: leaders, rules, letters, Markdown, wikis, arrows, additions to each member."""

from __future__ import annotations

from pages.copied import led, regions
from pages.finishing import width_of
from pages.sheet import Entry, Sheet

_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def _roman(number: int) -> str:
    made = ""
    for value, signs in _ROMAN:
        while number >= value:
            made, number = made + signs, number - value
    return made


def _people(sheet: Sheet) -> str:
    return f"{sheet.choose.randint(5, 290)} {sheet.choose.randint(0, 999):03}"


def dotted(sheet: Sheet) -> str:
    """X ........ A, B"""
    width = max(width_of(entry.label) for entry in sheet.entries) + 6
    return "\n".join(f"{e.label} {'.' * (width - width_of(e.label))} {e.joined()}" for e in sheet.entries)


def ruled(sheet: Sheet) -> str:
    """X between rules, then a line per member"""
    rule, under = sheet.choose.choice((("=" * 40, "-" * 40), ("*" * 40, "*" * 40), ("-" * 40, "-" * 40)))
    return (
        "\n".join(f"{rule}\n{e.label}\n{under}\n" + "\n".join(e.stopped) for e in sheet.entries) + f"\n{rule}"
    )


def roman(sheet: Sheet) -> str:
    """IV. X, then « a) A »"""
    return "\n\n".join(
        f"{_roman(number)}. {entry.label}\n"
        + "\n".join(f"   {chr(96 + at)}) {each}" for at, each in enumerate(entry.stopped, 1))
        for number, entry in enumerate(sheet.entries, 1)
    )


def hashes(sheet: Sheet) -> str:
    """## X (3 EPCI), then « * A »"""
    return "\n\n".join(
        f"### {e.label} ({len(e.members)} EPCI)\n\n" + "\n".join(f"* {each}" for each in e.stopped)
        for e in sheet.entries
    )


def stars(sheet: Sheet) -> str:
    """**X** : A, B"""
    return "\n\n".join(f"**{entry.label}** : {entry.joined()}" for entry in sheet.entries)


def wiki(sheet: Sheet) -> str:
    """A table of a wiki, members as links"""
    rows = "\n".join(
        f"|-\n| '''{e.label}''' || {', '.join(f'[[{each}]]' for each in e.members)}" for e in sheet.entries
    )
    return f'{{| class="wikitable sortable"\n! Territoire !! Intercommunalités\n{rows}\n|}}'


def wiki_headings(sheet: Sheet) -> str:
    """== X ==, then « * [[A]] »"""
    return "\n\n".join(
        f"== {entry.label} ==\n" + "\n".join(f"* [[{each}]]" for each in entry.members)
        for entry in sheet.entries
    )


def counted_communes(sheet: Sheet) -> str:
    """> X : A (23 communes), B (8 communes)"""
    return "\n".join(
        f"> {entry.label} : "
        + ", ".join(f"{m} ({sheet.choose.randint(6, 80)} communes)" for m in entry.members)
        for entry in sheet.entries
    )


def populated(sheet: Sheet) -> str:
    """X, then « – A – 12 450 hab. »"""
    return "\n\n".join(
        f"{entry.label} ({len(entry.members)} EPCI, {sheet.choose.randint(20, 190)}00 emplois)\n"
        + "\n".join(f"  • {each} – {_people(sheet)} hab." for each in entry.members)
        for entry in sheet.entries
    )


def departement_after(sheet: Sheet) -> str:
    """X :, then « . A – Orne (61) »"""
    return "\n\n".join(
        f"{entry.label} :\n"
        + "\n".join(
            f"  . {each} – {member.departement.name} ({member.departement.code})"
            for each, member in zip(entry.members, entry.territory.members, strict=True)
        )
        for entry in sheet.entries
    )


def leaders(sheet: Sheet) -> str:
    """» X : A (chef de file), B"""
    return "\n".join(f"» {entry.label} : {', '.join(led(entry, sheet))}" for entry in sheet.entries)


def regions_after(sheet: Sheet) -> str:
    """► X (Normandie / Hauts-de-France) : A, B"""
    return "\n".join(f"► {e.label} ({' / '.join(regions(e))}) : {e.joined()}" for e in sheet.entries)


def arrows(sheet: Sheet) -> str:
    """A + B + C → X"""
    return "\n".join(f"{' + '.join(entry.members)} → {entry.label}" for entry in sheet.entries)


def legend(sheet: Sheet) -> str:
    """[1] X · A · B under « Légende »"""
    return "Légende\n" + "\n".join(
        f"[{number}] {entry.label}\n     {entry.joined(' · ')}"
        for number, entry in enumerate(sheet.entries, 1)
    )


def by_member(entries: list[Entry]) -> list[tuple[str, str]]:
    """Each member with its territory's name, in the order of the members' names."""
    rows = [
        (member.name, each, entry.label)
        for entry in entries
        for each, member in zip(entry.members, entry.territory.members, strict=True)
    ]
    return [(each, name) for _, each, name in sorted(rows)]


def member_lines(sheet: Sheet) -> str:
    """A : X, a line per member, under « EPCI : territoire d'industrie »"""
    rows = (f"{member} : {name}" for member, name in by_member(sheet.entries))
    return "EPCI : territoire d'industrie de rattachement\n\n" + "\n".join(rows)
