"""Layouts in plain text: lists."""

from __future__ import annotations

from collections.abc import Callable

from pages.sheet import Entry, Sheet

Line = Callable[[int, Entry], str]


def _lines(sheet: Sheet, line: Line, between: str = "\n") -> str:
    return between.join(line(number, entry) for number, entry in enumerate(sheet.entries, 1))


def guillemets(sheet: Sheet) -> str:
    """• « Name » : member, member"""
    return _lines(sheet, lambda _, entry: f"  • « {entry.label} » : {entry.joined()}")


def straight(sheet: Sheet) -> str:
    """- "Name" : member, member"""
    return _lines(sheet, lambda _, entry: f'- "{entry.label}" : {entry.joined()}')


def curly(sheet: Sheet) -> str:
    """– “Name”: member ; member"""
    return _lines(sheet, lambda _, entry: f"– “{entry.label}”: {entry.joined(' ; ')}")


def dash(sheet: Sheet) -> str:
    """Name – member, member"""
    return _lines(sheet, lambda _, entry: f"{entry.label} – {entry.joined()}")


def hyphen(sheet: Sheet) -> str:
    """* Name - member, member et member"""
    return _lines(sheet, lambda _, entry: f"* {entry.label} - {entry.joined(last=' et ')}")


def numbered(sheet: Sheet) -> str:
    """1. Name : member, member et member"""
    return _lines(sheet, lambda n, entry: f"{n}. {entry.label} : {entry.joined(last=' et ')}")


def numbered_brackets(sheet: Sheet) -> str:
    """1) Name (member, member)"""
    return _lines(sheet, lambda n, entry: f"{n}) {entry.label} ({', '.join(entry.members)})")


def brackets(sheet: Sheet) -> str:
    """• Name (member, member) ;"""
    lines = [f"• {entry.label} ({', '.join(entry.members)})" for entry in sheet.entries]
    return " ;\n".join(lines) + "."


def colons(sheet: Sheet) -> str:
    """Name : member, member"""
    return _lines(sheet, lambda _, entry: f"{entry.label} : {entry.joined()}")


def paragraphs(sheet: Sheet) -> str:
    """« Name » : member, member, one paragraph each, without a bullet"""
    return _lines(sheet, lambda _, entry: f"« {entry.label} » : {entry.joined()}", "\n\n")


def headings(sheet: Sheet) -> str:
    """Name on a line, then a line « - member » each"""
    return _lines(
        sheet, lambda _, entry: "\n".join([entry.label, *(f"- {each}" for each in entry.stopped)]), "\n\n"
    )


def bare_lines(sheet: Sheet) -> str:
    """Name : on a line, then a line per member without a bullet, then an empty line"""
    return _lines(sheet, lambda _, entry: "\n".join([f"{entry.label} :", *entry.stopped]), "\n\n")


def nested(sheet: Sheet) -> str:
    """• Name, then indented lines « o member »"""
    mark = sheet.choose.choice(("o", "◦", "-"))
    return _lines(
        sheet, lambda _, entry: "\n".join([f"• {entry.label}", *(f"    {mark} {m}" for m in entry.stopped)])
    )


def numbered_nested(sheet: Sheet) -> str:
    """1. Name, then indented lines « - member ; »"""
    return _lines(
        sheet, lambda n, entry: f"{n}. « {entry.label} »\n" + " ;\n".join(f"   - {m}" for m in entry.stopped)
    )


def slashes(sheet: Sheet) -> str:
    """▪ Name : member / member"""
    return _lines(sheet, lambda _, entry: f"▪ {entry.label} : {entry.joined(' / ')}")


def tabs(sheet: Sheet) -> str:
    """A table copied as text: cells separated by a tab"""
    rows = _lines(sheet, lambda _, entry: f"{entry.label}\t{', '.join(entry.members)}")
    return f"Territoire d’industrie\tIntercommunalités concernées\n{rows}"


def pipes(sheet: Sheet) -> str:
    """A table in Markdown"""
    rows = _lines(sheet, lambda n, entry: f"| {n} | {entry.label} | {', '.join(entry.members)} |")
    return f"| N° | Territoire | EPCI |\n|---|---|---|\n{rows}"


def placed(sheet: Sheet) -> str:
    """• « Name » (département) : member, member"""

    def line(_: int, entry: Entry) -> str:
        return f"• « {entry.label} » ({departements(entry)}) : {entry.joined()}"

    return _lines(sheet, line)


def placed_codes(sheet: Sheet) -> str:
    """Name (76, 27) : member, member"""

    def line(_: int, entry: Entry) -> str:
        codes = ", ".join(place.code for place in entry.territory.departements)
        return f"{entry.label} ({codes}) : {entry.joined()}"

    return _lines(sheet, line)


def departements(entry: Entry) -> str:
    """The names of a territory's départements as in a sentence."""
    *before, last = [place.name for place in entry.territory.departements]
    return f"{', '.join(before)} et {last}" if before else last


def by_departement(sheet: Sheet) -> str:
    """A heading per département, then « - Name : member, member »"""
    return "\n\n".join(
        "\n".join(
            [f"{group.heading.name} ({group.heading.code})", ""]
            + [f"- {entry.label} : {entry.joined()}" for entry in group.entries]
        )
        for group in sheet.groups
    )


def by_region(sheet: Sheet) -> str:
    """A heading in capitals per région, then « • Name : member ; member »"""
    return "\n\n".join(
        "\n".join(
            [group.heading.name.upper()]
            + [f"• {entry.label} : {entry.joined(' ; ')}" for entry in group.entries]
        )
        for group in sheet.groups
    )


def by_region_counted(sheet: Sheet) -> str:
    """« Normandie : 10 territoires », then « Name (member, member) » a line each"""
    return "\n\n".join(
        "\n".join(
            [f"{group.heading.name} : {len(group.entries)} territoire{'s' * (len(group.entries) > 1)}"]
            + [f"  – {entry.label} ({', '.join(entry.members)})" for entry in group.entries]
        )
        for group in sheet.groups
    )
