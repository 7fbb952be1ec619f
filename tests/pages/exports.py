"""Layouts of files: separated values."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from pages.copied import pair
from pages.sheet import Sheet


def _written(rows: Iterable[list[str]], delimiter: str, quoting: int) -> str:
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, quoting=quoting, lineterminator="\n").writerows(rows)
    return file.getvalue().rstrip("\n")


def semicolons(sheet: Sheet) -> str:
    """territoire;epci;departement, a row per member"""
    rows = [
        [entry.label, each, member.departement.name]
        for entry in sheet.entries
        for each, member in zip(entry.members, entry.territory.members, strict=True)
    ]
    return _written([["territoire", "epci", "departement"], *rows], ";", csv.QUOTE_MINIMAL)


def quoted(sheet: Sheet) -> str:
    """ "Région","Territoire d'industrie","EPCI","Binôme", members with commas in one field"""
    rows = [
        [group.heading.name, entry.label, ", ".join(entry.members), pair(sheet)]
        for group in sheet.groups
        for entry in group.entries
    ]
    return _written([["Région", "Territoire d'industrie", "EPCI", "Binôme"], *rows], ",", csv.QUOTE_ALL)


def tabs(sheet: Sheet) -> str:
    """SIREN, name, population, territory with tabs, a row per member"""
    rows = [
        [
            member.code if member.kind != "commune" else "",
            each,
            str(sheet.choose.randint(4000, 290000)),
            entry.label,
        ]
        for entry in sheet.entries
        for each, member in zip(entry.members, entry.territory.members, strict=True)
    ]
    heads = ["SIREN", "Nom de l'EPCI", "Population", "Territoire d'industrie"]
    return _written([heads, *rows], "\t", csv.QUOTE_MINIMAL)


def by_region(sheet: Sheet) -> str:
    """Code région|Région|N°|Territoire|EPCI, a row per member, for the country"""
    rows: list[list[str]] = []
    number = 0
    for group in sheet.groups:
        for entry in group.entries:
            number += 1
            rows += [
                [group.heading.code, group.heading.name, str(number), entry.label, m] for m in entry.members
            ]
    return _written([["code_reg", "lib_reg", "num_ti", "lib_ti", "lib_epci"], *rows], ",", csv.QUOTE_MINIMAL)


def mailed(sheet: Sheet) -> str:
    """* X : A, B in a quoted mail"""
    return "\n".join(f"* {entry.label} : {entry.joined()}" for entry in sheet.entries)
