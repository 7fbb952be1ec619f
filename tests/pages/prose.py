"""Layouts in sentences, as newspapers and press releases write."""

from __future__ import annotations

import re

from pages import naming
from pages.marked import STOP
from pages.sheet import Entry, Sheet

_PLURALS = {
    "communauté de communes ": "communautés de communes ",
    "communauté d'agglomération ": "communautés d'agglomération ",
    "communauté urbaine ": "communautés urbaines ",
}


def article(member: str) -> str:
    """The member with its article where it begins with its nature in small letters."""
    words = re.sub("^[\ue000-\ue003\U000f0000-\U000fffff]+", "", member)
    if words.startswith("communauté") or re.match("(CC|CA|CU) ", words):
        return "la " + member
    return "l'" + member if words.startswith("établissement") else member


def series(entry: Entry, last: str = " et ") -> str:
    """« la A, la B et la C »"""
    *before, final = [article(each) for each in entry.stopped]
    return f"{', '.join(before)}{last}{final}" if before else final


def _number(count: int) -> str:
    words = ("zéro", "une", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix")
    return words[count] if count < len(words) else str(count)


def groups_of(sheet: Sheet) -> str:
    """Le territoire X, qui regroupe A, B et C, …"""
    ends = (
        "travaille sur les compétences",
        "mise sur la décarbonation de ses sites",
        "veut attirer de nouvelles usines",
        "prépare la reconversion de ses friches",
    )
    return "\n\n".join(
        f"Le territoire {entry.label}, qui regroupe {series(entry)}, {sheet.choose.choice(ends)}."
        for entry in sheet.entries
    )


def unites(sheet: Sheet) -> str:
    """X réunit A et B."""
    verbs = ("réunit", "rassemble", "associe", "regroupe")
    return "\n".join(f"{e.label} {sheet.choose.choice(verbs)} {series(e)}." for e in sheet.entries)


def composed(sheet: Sheet) -> str:
    """Le territoire d'industrie « X » est composé de A, B et C."""

    def members(entry: Entry) -> str:
        return ", ".join(entry.stopped[:-1]) + (" et " if len(entry.members) > 1 else "") + entry.stopped[-1]

    forms = ("est composé de", "se compose de", "comprend", "est constitué de")
    return "\n\n".join(
        f"Le territoire d'industrie « {entry.label} » {sheet.choose.choice(forms)} {members(entry)}."
        for entry in sheet.entries
    )


def part_of(sheet: Sheet) -> str:
    """Font partie du territoire X : A, B."""
    lines = []
    for entry in sheet.entries:
        verb = "Font partie" if len(entry.members) > 1 else "Fait partie"
        lines.append(f"{verb} du territoire « {entry.label} » : {entry.joined()}.")
    return "\n".join(lines)


def semicolons(sheet: Sheet) -> str:
    """Sont retenus : X (A, B) ; Y (C, D) ; et Z (E)."""
    items = [f"{entry.label} ({', '.join(entry.members)})" for entry in sheet.entries]
    last = f" ; et {items.pop()}" if len(items) > 1 else ""
    return f"Sont retenus : {' ; '.join(items)}{last}."


def colons_in_a_sentence(sheet: Sheet) -> str:
    """… sont les suivants : « X » : A, B ; « Y » : C."""
    items = [f"« {entry.label} » : {entry.joined()}" for entry in sheet.entries]
    return f"Les territoires concernés sont les suivants : {' ; '.join(items)}."


def newspaper(sheet: Sheet) -> str:
    """One verb after another, with asides."""
    forms = (
        "À « {label} », {count} travaillent déjà ensemble : {series}.",
        "Le périmètre de « {label} » couvre {series}.",
        "« {label} » s'étend sur {series}.",
        "Avec « {label} », ce sont {series} qui s'engagent.",
        "Le dossier « {label} », porté par {series}, a été retenu.",
        "« {label} » ({departement}) réunit {series}.",
    )
    sentences = []
    for entry in sheet.entries:
        several = len(entry.members) > 1
        form = sheet.choose.choice(forms if several else forms[1:3])
        sentences.append(
            form.format(
                label=entry.label,
                count=f"{_number(len(entry.members))} intercommunalités" if several else "",
                series=series(entry),
                departement=entry.territory.departements[0].name,
            )
        )
    return "\n\n".join(" ".join(sentences[start : start + 3]) for start in range(0, len(sentences), 3))


def shared_nature(sheet: Sheet) -> str:
    """X : les communautés de communes A, B et C et la communauté d'agglomération D"""
    return "\n".join(f"- {entry.label} : {_by_nature(entry)}{STOP}" for entry in sheet.entries)


def _by_nature(entry: Entry) -> str:
    """The members of one nature together: it is named once, in the plural and outside the mentions."""
    kinds: dict[str, list[str]] = {}
    for member in entry.members:
        nature = next((each for each in _PLURALS if member[2:].startswith(each)), "")
        kinds.setdefault(nature, []).append(member)
    parts = []
    for nature, names in kinds.items():
        if not nature or len(names) == 1:
            parts += [article(each) for each in names]
            continue
        *before, last = [each[:2] + naming.without_particle(each[2 + len(nature) :]) for each in names]
        parts.append(f"les {_PLURALS[nature]}{', '.join(before)} et {last}")
    return ", ".join(parts[:-1]) + (" et " if len(parts) > 1 else "") + parts[-1]
