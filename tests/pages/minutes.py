"""Layouts in sentences: deliberations, dense articles, questions and answers."""

from __future__ import annotations

from pages.marked import STOP
from pages.prose import article, series
from pages.sheet import Entry, Sheet


def _start(words: str) -> str:
    return words[0].upper() + words[1:]


def considering(sheet: Sheet) -> str:
    """Considérant que le territoire X est composé des EPCI suivants : A, B ;"""
    forms = (
        "Considérant que le territoire d'industrie {e.label} est composé des EPCI suivants : {members} ;",
        "Considérant que le périmètre du territoire {e.label} recouvre celui des EPCI ci-après : {members} ;",
    )
    form = sheet.choose.choice(forms)
    return "\n\n".join(form.format(e=entry, members=", ".join(entry.members)) for entry in sheet.entries)


def articles(sheet: Sheet) -> str:
    """Article 3 : le territoire X comprend : a) A ; b) B."""
    return "\n\n".join(
        f"Article {number} : Le territoire « {entry.label} » comprend "
        + (
            "les établissements publics suivants : "
            if len(entry.members) > 1
            else "l'établissement suivant : "
        )
        + " ; ".join(
            f"{chr(96 + at)}) {each}" if len(entry.members) > 1 else each
            for at, each in enumerate(entry.stopped, 1)
        )
        for number, entry in enumerate(sheet.entries, 2)
    )


def decree(sheet: Sheet) -> str:
    """Art. 2. – Font partie du territoire X les intercommunalités suivantes :, then a line each"""
    return "\n\n".join(
        f"Art. {number}. – Le territoire {entry.label} est constitué des intercommunalités suivantes :\n"
        + " ;\n".join(f"{at}° {each}" for at, each in enumerate(entry.stopped, 1))
        for number, entry in enumerate(sheet.entries, 1)
    )


def members_first(sheet: Sheet) -> str:
    """ORNE. La A et la B s'unissent au sein du territoire « X »."""
    forms = (
        "{series} s'unissent au sein du territoire « {label} ».",
        "{series} forment le territoire « {label} ».",
        "Même démarche pour {series} (territoire « {label} »).",
        "Le dossier présenté par {series} a été retenu sous le nom de « {label} ».",
    )

    def sentence(entry: Entry) -> str:
        form = sheet.choose.choice(forms) if len(entry.members) > 1 else "{series} porte seule « {label} »."
        return _start(form.format(series=series(entry).replace(STOP, ""), label=entry.label))

    return "\n\n".join(
        f"{group.heading.name.upper()}. " + " ".join(map(sentence, group.entries)) for group in sheet.groups
    )


def in_one_breath(sheet: Sheet) -> str:
    """X, avec A et B ; Y (qui rassemble A, B) ; Z : A, rejointe par B"""

    def part(entry: Entry) -> str:
        first, *others = map(article, entry.members)
        if not others:
            return f"{entry.label}, que porte seule {first}"
        rest = ", ".join(others[:-1]) + (" et " if len(others) > 1 else "") + others[-1]
        return sheet.choose.choice(
            (
                f"{entry.label}, avec {', '.join([first, *others[:-1]])} et {others[-1]}",
                f"{entry.label} (qui rassemble {', '.join([first, *others])})",
                f"{entry.label} : {first}, rejointe par {rest}",
            )
        )

    parts = [part(entry) for entry in sheet.entries]
    size = 4
    groups = [" ; ".join(parts[at : at + size]) for at in range(0, len(parts), size)]
    leads = ("Sont labellisés", "S'y ajoutent", "Viennent ensuite", "Enfin, on trouve")
    last = len(groups) - 1
    return "\n\n".join(
        f"{leads[3 if at and at == last else min(at, 2)]} {group}." for at, group in enumerate(groups)
    )


def names_then_each(sheet: Sheet) -> str:
    """Ont été retenus : X ; Y ; Z. Then, for each, « X ». Y participent A, B et C."""
    names = " ; ".join(entry.label for entry in sheet.entries)
    forms = ("On y trouve {series}.", "Autour de la table : {series}.", "Y participent {series}.")

    def paragraph(entry: Entry) -> str:
        form = sheet.choose.choice(forms) if len(entry.members) > 1 else forms[0]
        return f"{entry.label}. {form.format(series=series(entry).replace(STOP, ''))}"

    return "\n\n".join([f"Ont été retenus : {names}.", *map(paragraph, sheet.entries)])


def questions(sheet: Sheet) -> str:
    """Quels EPCI composent X ? A et B."""
    question, before = sheet.choose.choice(
        (
            ("Quels EPCI composent « {label} » ?", ""),
            ("Q : Qui fait partie du territoire « {label} » ?", "R : "),
            ("– Et le territoire « {label} », quelles intercommunalités réunit-il ?", "– "),
        )
    )
    return "\n\n".join(
        f"{question.format(label=entry.label)}\n{before}{entry.joined(last=' et ')}."
        for entry in sheet.entries
    ).replace(STOP, "")
