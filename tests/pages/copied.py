"""Layouts of text copied from documents: columns, records, sheets."""

from __future__ import annotations

from pages.finishing import CELL
from pages.marked import STOP
from pages.plain import departements
from pages.sheet import Entry, Sheet
from pages.words import person

_FIRMS = ("Forges du Val", "Plastiques Réunis", "Mécanique Astier", "Verrerie Delorme", "Papeteries Oudry")


def regions(entry: Entry) -> list[str]:
    """The names of the régions a territory is in, its own first."""
    names = [entry.territory.region.name, *(member.region.name for member in entry.territory.members)]
    return list(dict.fromkeys(names))


def pair(sheet: Sheet) -> str:
    """An invented elected person and an invented firm's."""
    return f"{person(sheet.choose)} / {person(sheet.choose, 'préfet')} ({sheet.choose.choice(_FIRMS)})"


def two_columns(sheet: Sheet) -> str:
    """Columns « Territoire   Membres », the members on as many lines as they need"""
    rows = [f"{entry.label}{CELL}{entry.joined()}" for entry in sheet.entries]
    return "\n".join([f"Territoire{CELL}Membres", *rows])


def three_columns(sheet: Sheet) -> str:
    """Columns « Territoire d'industrie   EPCI   Départements », each on as many lines as it needs"""
    rows = [f"{e.label}{CELL}{', '.join(e.members)}{CELL}{departements(e)}" for e in sheet.entries]
    return "\n".join([f"Territoire d'industrie{CELL}EPCI{CELL}Départements", *rows])


def member_lines(sheet: Sheet) -> str:
    """Columns, a line per member, the territory's name beside the first only"""
    rows = [
        f"{'' if at else entry.label}{CELL}{each}{CELL}{member.departement.code}"
        for entry in sheet.entries
        for at, (each, member) in enumerate(zip(entry.members, entry.territory.members, strict=True))
    ]
    return "\n".join([f"TERRITOIRE{CELL}INTERCOMMUNALITÉ{CELL}DÉP.", *rows])


def boxed(sheet: Sheet) -> str:
    """A box drawn with + - |"""
    rows = [f"{n}{CELL}{e.label}{CELL}{', '.join(e.members)}" for n, e in enumerate(sheet.entries, 1)]
    return "\n".join([f"N°{CELL}Territoire{CELL}EPCI concernés", *rows])


def keyed_members(sheet: Sheet) -> str:
    """X, then « EPCI membres : A, B »"""
    key = sheet.choose.choice(("EPCI membres", "Intercommunalités", "Membres", "Collectivités concernées"))
    return "\n\n".join(f"{entry.label}\n{key} : {entry.joined()}" for entry in sheet.entries)


def records(sheet: Sheet) -> str:
    """Territoire : X, Région : Y, EPCI : A, B, Binôme : …, a line each"""
    lines = [
        f"Territoire : {entry.label}\n"
        f"Région{'s' * (len(regions(entry)) > 1)} : {', '.join(regions(entry))}\n"
        f"EPCI : {entry.joined()}\n"
        f"Binôme : {pair(sheet)}"
        for entry in sheet.entries
    ]
    return "\n\n".join(lines)


def perimeters(sheet: Sheet) -> str:
    """Territoire n° 5 : X, then « Périmètre : A, B » and « Priorités : … »"""
    aims = ("compétences", "foncier", "transition écologique", "innovation", "attractivité", "mobilité")
    return "\n\n".join(
        f"Territoire n° {number} : {entry.label}\nPérimètre : {entry.joined(' ; ')}\n"
        f"Priorités : {', '.join(sheet.choose.sample(aims, 3))}"
        for number, entry in enumerate(sheet.entries, 1)
    )


def led(entry: Entry, sheet: Sheet) -> list[str]:
    """The members, one of them marked as the leader."""
    leader = sheet.choose.randrange(len(entry.members))
    mark = sheet.choose.choice((" (chef de file)", ", pilote", " – EPCI porteur", " (coordinateur)"))
    return [each + mark if at == leader else each for at, each in enumerate(entry.members)]


def fiches(sheet: Sheet) -> str:
    """Fiche n° 12 — X, a rule, « Membres », then members with ticks, one the leader"""
    return "\n\n".join(
        f"Fiche n° {number} — {entry.label}\n\nMembres\n"
        + "\n".join(f"  ✓ {each}" for each in led(entry, sheet))
        + f"\nContact\n  {person(sheet.choose)}, 01 99 00 12 {sheet.choose.randint(10, 99)}"
        for number, entry in enumerate(sheet.entries, sheet.choose.randint(1, 9))
    )


def told(sheet: Sheet) -> str:
    """X. Sur ce territoire, n intercommunalités s'associent : A, B et C. In narrow lines."""
    return "\n\n".join(
        f"{entry.label}. Sur ce territoire, {len(entry.members)} intercommunalité{_s(entry)} "
        f"travaille{'nt' * (len(entry.members) > 1)} avec les industriels : "
        f"{entry.joined(last=' et ').replace(STOP, '')}. La candidature a été instruite favorablement."
        for entry in sheet.entries
    )


def _s(entry: Entry) -> str:
    return "s" * (len(entry.members) > 1)
