"""Pages around a list that are no web pages: minutes, a mail, a note, a document, a bare file."""

from __future__ import annotations

import random

from pages import noise
from pages.words import Words, person


def minutes(body: str, words: Words, choose: random.Random) -> str:
    """Minutes of a council: who was there, what was seen, what was decided."""
    count = choose.randint(25, 60)
    lead_in = f"{words.lead_in}\n\n" if words.lead_in.endswith(":") else ""
    return f"""EXTRAIT DU REGISTRE DES DÉLIBÉRATIONS DU CONSEIL

Délibération n° {choose.randint(2, 99):02}-{choose.randint(100, 900)}
{words.date}

Nombre de conseillers en exercice : {count}
Présents : {count - 6} – Pouvoirs : 4 – Absents : 2
Secrétaire de séance : {person(choose)}

Objet : {words.title}

Le rapporteur expose :

{words.opening[0]}

Vu le code général des collectivités territoriales, notamment ses articles L. 5211-1 et suivants ;
Vu le protocole d'accord signé avec l'État ;

{lead_in}{body}

Après en avoir délibéré, le conseil, à l'unanimité, PREND ACTE de cette liste et AUTORISE la signature de
tout document utile.

Le président certifie le caractère exécutoire de cet acte, transmis au représentant de l'État.
"""


def mail(body: str, words: Words, choose: random.Random) -> str:
    """A mail that answers another, which has the list."""
    first, second = person(choose), person(choose, "préfet")
    said = "\n\n".join(filter(None, [words.title, *words.opening, words.lead_in, body, words.closing[0]]))
    asked = "\n".join(f"> {line}".rstrip() for line in said.split("\n"))
    return f"""De : {first}
À : {second}
Objet : RE: {words.title}
Pièce jointe : carte.pdf (860 ko)

Bonjour,

Merci, c'est bien reçu. Je transmets la liste à mes collègues. Peut-on se parler mardi à 14 h 30 ?

Bien à vous,

--
{first}
Chargée de mission industrie
Tél. : 01 99 00 {choose.randint(10, 99)} {choose.randint(10, 99)}
Pensez à l'environnement avant d'imprimer ce message.

{words.date}, {second} <contact@prefecture.example> a écrit :
{asked}
>
> Cordialement,
>
> {second}
> Secrétariat général pour les affaires régionales
"""


def note(body: str, words: Words, choose: random.Random) -> str:
    """A note in capitals without accents."""
    text = f"""NOTE D'INFORMATION N° {choose.randint(3, 80)}
=====================

Objet : {words.title}
Réf. : SGAR/ECO/{choose.randint(100, 999)}

{words.opening[0]}

{words.lead_in}

{body}

*****
{words.closing[0]}

Fin de la note
"""
    return noise.capitals(noise.plain_letters(text, choose), choose)


def document(body: str, words: Words, choose: random.Random) -> str:
    """The text of a document: its title, its chapters, its list."""
    parts = ["Dossier de presse", words.title, words.date, "1. Le programme", *words.opening]
    parts += ["2. Les territoires", words.lead_in, body, "3. Et demain ?", *words.closing]
    return "\n\n".join(part for part in parts if part) + "\n"


def readme(body: str, words: Words, choose: random.Random) -> str:
    """A text in Markdown."""
    parts = [f"# {words.title}", f"*{words.date}*", *words.opening, words.lead_in, body, "## Contacts"]
    parts += [
        f"> {words.closing[0]}",
        *words.closing[1:],
        *(f"- [{each}](/doc.pdf)" for each in words.documents),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def bare(body: str, words: Words, choose: random.Random) -> str:
    """Nothing but the list, as an export is."""
    return body + "\n"
