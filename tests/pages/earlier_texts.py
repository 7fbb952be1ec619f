"""The held-out styles of plain text."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from itertools import groupby

from pages.held_out_page import FIRMS, Expected, Page
from pages.held_out_words import listed, plain, sentence


def journal(page: Page) -> str:
    """A newspaper's article: a sentence for a territory, members before or after its name."""
    ways = (
        lambda label, them, one: f"« {label} » réunit {them}.",
        lambda label, them, one: (
            f"{sentence(them)} {'porte' if one else 'forment'} le territoire « {label} »."
        ),
        lambda label, them, one: f"Du côté de « {label} », c'est un périmètre qui associe {them}.",
        lambda label, them, one: f"Autre lauréat, « {label} », où l'on retrouve {them}.",
        lambda label, them, one: f"Le dossier « {label} » a été monté par {them} : il est retenu.",
    )
    paragraphs = [
        f"Industrie : {page.count} territoire(s) au tableau d'honneur ({page.place})",
        f"Publié le {page.date} à 18 h 42 - Par {page.official}",
        "L'attente aura duré tout l'automne. L'État a dévoilé la carte des Territoires d'industrie, un "
        "label créé en 2018 qui ouvre droit à un chef de projet et à des crédits d'ingénierie.",
    ]
    for i, territory in enumerate(page.territories):
        label, said = page.say(territory, "full", "bare", "agglo", "suffix")
        them = listed([s.told for s in said], page.rng.choice((" et ", " ainsi que ", " et enfin ")))
        paragraphs.append(page.rng.choice(ways)(label, them, len(said) == 1))
        if i % 3 == 1:
            paragraphs.append(
                f"« Nous avons {page.rng.randint(2, 40)} hectares de friches à rouvrir », rappelle "
                f"{page.official}, qui préside une PME de {page.rng.randint(20, 400)} salariés."
            )
    paragraphs.append(f"Déception en revanche pour {page.stranger}, dont la candidature n'a pas été retenue.")
    return "\n\n".join(page.prose(p) for p in paragraphs) + "\n"


def deliberation(page: Page) -> str:
    """Minutes of an assembly: a member a line, with who represents it."""
    lines = [
        "CONSEIL RÉGIONAL - " + page.place.upper(),
        "Extrait du registre des délibérations",
        f"Séance du {page.date}",
        "",
        f"L'an deux mille vingt-{'deux' if page.year == '2022' else 'trois'}, l'assemblée s'est réunie, "
        "légalement "
        f"convoquée. Présidence : {page.official}.",
        "",
        "Vu le code général des collectivités territoriales, notamment ses articles L. 4221-1 et suivants ;",
        f"Considérant que le périmètre de {page.stranger} relève d'une autre contractualisation ;",
        "",
        "Après en avoir délibéré, DÉCIDE :",
        "",
    ]
    for number, territory in enumerate(page.territories, 1):
        label, said = page.say(territory, "full")
        lines += [
            f"Article {number}. - Est approuvée la convention du territoire d'industrie « {label} », "
            "conclue avec :",
            "",
        ]
        ends = [" ;"] * (len(said) - 1) + ["."]
        for one, end in zip(said, ends, strict=True):
            title = page.rng.choice(
                (
                    f"représentée par {page.official}",
                    f"représentée par {page.official}, vice-président(e)",
                    "dûment habilitée",
                    "",
                )
            )
            lines.append(f"  - {one.told}{', ' if title else ''}{title}{end}")
        lines.append("")
    lines += [
        f"Article {page.count + 1}. - Une enveloppe de {page.rng.randint(2, 9)}00 000 euros est ouverte.",
        "",
        "Adopté à l'unanimité (pour : 54 ; contre : 0 ; abstention : 3).",
    ]
    width = 64 if page.voice.modes else 400
    return (
        "\n".join(
            textwrap.fill(
                page.prose(line),
                width,
                subsequent_indent="    " if line[:1] == " " else "",
                break_on_hyphens=False,
                break_long_words=False,
            )
            for line in lines
        )
        + "\n"
    )


def colonnes(page: Page) -> str:
    """The text of a PDF's table with its layout: the name of a territory beside the middle of its members."""
    blocks, wide = [], 0
    for territory in page.territories:
        label, said = page.say(territory, "list", "Full")
        label = " ".join(label.split())
        wide = max(wide, len(label))
        blocks.append((label, said))
    lines = [
        f"{'':30}Les Territoires d'industrie au {page.date}",
        "",
        f"{'Nom du territoire':{wide + 4}}{'EPCI ou communes composant le territoire':82}Département",
        "",
    ]
    for number, (label, said) in enumerate(blocks):
        for i, one in enumerate(said):
            name = label if i == (len(said) - 1) // 2 else ""
            lines.append(f"{name:{wide + 4}}{' '.join(one.mention.split()):82}{one.department}".rstrip())
        lines.append("")
        if number % 12 == 11:
            lines += [
                f"{'Source : administration centrale, mise en page du service':90}page {number // 12 + 1}",
                "\f",
                f"{'Nom du territoire':{wide + 4}}{'EPCI ou communes':82}Département",
                "",
            ]
    return "\n".join(page.prose(line) for line in lines) + "\n"


def courriel(page: Page) -> str:
    """A message that passes the list on."""
    lines = [
        f"De : {page.official} <secretariat@interco.example>",
        "À : liste-elus@interco.example",
        f"Objet : TR: TI {page.place} - ça y est, la liste est sortie",
        f"Date : {page.date} 09:14",
        "",
        "Bonjour à toutes et tous,",
        "",
        "Ci-dessous les retenus chez nous (reçu de la préf ce matin, sous "
        "embargo jusqu'à midi). Attention, pas de diffusion avant le point presse de 11h30 !",
        "",
    ]
    for territory in page.territories:
        label, said = page.say(territory, "short", "bare", "suffix", "list")
        where = "/".join(dict.fromkeys(s.code for s in said))
        plus = " +\n>      " if page.voice.modes and len(said) > 2 else " + "
        lines.append(f"> * {label} [{where}] -> {plus.join(s.text for s in said)}")
    lines += [
        "",
        f"Pour info : {page.stranger} redépose au printemps.",
        "Bonne journée,",
        page.official,
        "Mission développement économique",
        "Tél. 05 55 00 00 00 / 06 00 00 00 00",
        "--",
        "Pensez à l'environnement avant d'imprimer ce message.",
    ]
    return "\n".join(page.prose(line) for line in lines) + "\n"


def annexe(page: Page) -> str:
    """An old official document in capitals without accents, with numbers and letters."""
    lines = [
        "JOURNAL DES ACTES ADMINISTRATIFS",
        f"PUBLICATION DU {page.date}",
        "",
        "ANNEXE II",
        "LISTE DES TERRITOIRES D'INDUSTRIE ET DE LEURS COLLECTIVITES MEMBRES",
        "",
    ]
    by_region = groupby(sorted(page.territories, key=lambda t: t.region), key=lambda t: t.region)
    for number, (region, its) in enumerate(by_region, 1):
        lines += [f"{number}. REGION {region}", ""]
        for second, territory in enumerate(its, 1):
            label, said = page.say(territory, "Full", "list")
            lines.append(f"  {number}.{second}. {label}")
            lines += [
                f"      {chr(97 + i)}) {one.text}{',' if i < len(said) - 1 else '.'}"
                for i, one in enumerate(said)
            ] + [""]
        lines += [f"N. {page.rng.randint(100, 400)} - PAGE {number} SUR 17", ""]
    page.expected[:] = [
        Expected(
            plain(e.territory).upper(), tuple((plain(m).upper(), kind, code) for m, kind, code in e.members)
        )
        for e in page.expected
    ]
    return plain("\n".join(lines)).upper() + "\n"


def index(page: Page) -> str:
    """An index by community: its name inverted, a leader, its territory."""
    lines = [
        f"INDEX DES MEMBRES DES TERRITOIRES D'INDUSTRIE ({page.date})",
        "",
        "Intercommunalité ou commune ......................................... Territoire",
        "",
    ]
    entries = []
    for territory in page.territories:
        label, said = page.say(territory, "index", "Index")
        entries += [
            (plain(s.text).lower(), f"{s.text} {'.' * max(4, 90 - len(s.text))} {label}") for s in said
        ]
    letter = ""
    for key, entry in sorted(entries):
        if key[0] != letter and key[0].isalpha():
            letter = key[0]
            lines += ["", f"- {letter.upper()} -", ""]
        lines.append(entry)
    lines += ["", "CA : communauté d'agglomération ; CC : communauté de communes ; CU : communauté urbaine."]
    return "\n".join(page.prose(line) for line in lines) + "\n"


def depeche(page: Page) -> str:
    """An agency's dispatch: all the territories in one paragraph, wrapped."""
    items = []
    for territory in page.territories:
        label, said = page.say(territory, "agglo", "bare", "short", "full")
        where = ", ".join(dict.fromkeys(s.department for s in said))
        items.append(f"{label} ({where}) : {listed([s.text for s in said])}")
    body = (
        f"{page.place.upper()}, {page.date} - Le ministère de l'Industrie a publié la liste des Territoires "
        f"d'industrie. Voici les {page.count} retenu(s) ici, avec leurs membres. " + " ; ".join(items) + "."
    )
    after = f"Près de {page.rng.randint(2, 9)} 000 emplois sont concernés, selon {page.official}, expert."
    return (
        "\n\n".join(
            textwrap.fill(page.prose(p), 72, break_on_hyphens=False, break_long_words=False)
            for p in (body, after)
        )
        + "\n\nhm/yb/of\n"
    )


def fiches(page: Page) -> str:
    """Cards in plain text: a key and its value a line."""
    lines = [f"Territoires d'industrie - fiches d'identité - {page.place}", f"Situation au {page.date}", ""]
    for number, territory in enumerate(page.territories, 1):
        label, said = page.say(territory, "list", "short", "suffix")
        lines += [
            f"----- Fiche n° {number} -----",
            f"Nom : {label}",
            f"Région : {territory.region}",
            f"Périmètre : {' | '.join(s.text for s in said)}",
            f"Binôme : {page.official} (élu) et {page.official} ({page.rng.choice(FIRMS)})",
            f"Emploi industriel : {page.rng.randint(12, 48)} % des salariés",
            "Priorités : compétences | foncier | transition écologique",
            "",
        ]
    width = 76 if page.voice.modes else 1000
    return (
        "\n".join(
            textwrap.fill(
                page.prose(line),
                width,
                subsequent_indent="   ",
                break_on_hyphens=False,
                break_long_words=False,
            )
            for line in lines
        )
        + "\n"
    )


TEXTS: tuple[Callable[[Page], str], ...] = (
    journal,
    deliberation,
    colonnes,
    courriel,
    annexe,
    index,
    depeche,
    fiches,
)
