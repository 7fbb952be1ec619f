"""The sentences around the lists: all invented, as are the people who speak in them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from pages.perimeters import Perimeter, Place, Territory

_IN = {
    "11": "en Île-de-France", "44": "dans le Grand Est", "32": "dans les Hauts-de-France",
    "52": "dans les Pays de la Loire", "04": "à La Réunion", "06": "à Mayotte",
}  # fmt: skip
_MONTHS = {11: "novembre", 12: "décembre"}
_FIRST = {
    "préfète": ("Hélène", "Inès", "Claire", "Solène", "Aïcha"),
    "préfet": ("Marc", "Thibault", "Yanis", "Bertrand", "Gaspard"),
}
_LAST = ("Vauquelin", "Delorme-Roux", "Kermadec", "Astier", "Benhaddou", "Lespinasse", "Tournier", "Oudry")


@dataclass(frozen=True)
class Words:
    """What a page says besides the list."""

    title: str
    date: str
    opening: list[str]
    lead_in: str
    closing: list[str]
    documents: list[str]


def where(region: Place | None) -> str:
    """« en Normandie », « dans le Grand Est »"""
    return "en France" if region is None else _IN.get(region.code, f"en {region.name}")


def person(choose: random.Random, office: str = "préfète") -> str:
    """An invented name."""
    return f"{choose.choice(_FIRST[office])} {choose.choice(_LAST)}"


def words(
    known: Perimeter,
    region: Place | None,
    territories: Sequence[Territory],
    introduces: bool,
    choose: random.Random,
) -> Words:
    """The prose of one page; ``introduces``: a sentence with a colon stands right before the list."""
    there, total, day = where(region), len(known.territories), known.published
    count = len(territories)
    some = f"{count} territoires" if count > 1 else "un territoire"
    written = f"{day.day} {_MONTHS[day.month]} {day.year}"
    office = choose.choice(list(_FIRST))
    official = f"{person(choose, office)}, {office}" + (f" de la région {region.name}" if region else "")
    title = choose.choice(
        (
            f"Territoires d’industrie : {some} {there}",
            f"« Territoires d'industrie » : la nouvelle carte {there}",
            f"Industrie : {some} labellisé{'s' * (count > 1)} {there}",
        )
    )
    opening = [
        choose.choice(
            (
                f"Le Gouvernement a rendu publique la liste des {total} « Territoires d’industrie » retenus "
                f"dans le pays. {there[0].upper() + there[1:]}, on en compte {count}.",
                f"L’État et les Régions ont arrêté ensemble la carte du programme Territoires d'industrie : "
                f"{total} territoires, dont {count} {there}.",
            )
        ),
        choose.choice(
            (
                "Le programme aide les élus et les chefs d’entreprise à bâtir une feuille de route commune : "
                "former, recruter, trouver du foncier, alléger les démarches, économiser l’énergie et l’eau.",
                "Chaque territoire est animé par un binôme formé d’un élu et d’un industriel. Quatre "
                "priorités guident leur action : compétences, foncier, transition écologique, innovation.",
            )
        ),
    ]
    if count > 2 and choose.random() < 0.4:
        first, second = choose.sample(territories, 2)
        opening.append(
            f"« {first.label} » et « {second.label} » avaient déposé leur dossier les premiers ; tous les "
            "candidats ont désormais leur réponse."
        )
    lead_in = choose.choice(
        (
            f"Les territoires retenus {there} et leurs intercommunalités :",
            f"Voici la composition des territoires d'industrie {there} :",
            f"La liste complète {there} est la suivante :",
        )
    )
    after = choose.choice(("Le détail territoire par territoire.", "Tour d’horizon.", ""))
    return Words(
        title,
        choose.choice((f"Publié le {day:%d/%m/%Y}", f"Mis à jour le {day:%d/%m/%Y}", f"Le {written}")),
        opening,
        lead_in if introduces else after,
        _closing(official, total, choose.choice(territories), choose),
        [
            f"Dossier de presse - Territoires d’industrie - {day:%d.%m.%Y} (PDF - 2,4 Mo)",
            f"Carte des territoires {day.year} (PDF - 860 ko)",
        ],
    )


def _closing(official: str, total: int, near: Territory, choose: random.Random) -> list[str]:
    host = choose.choice(near.members).name
    figures = (
        f"En chiffres : {total} territoires, {choose.randint(520, 640)} intercommunalités, "
        f"{choose.randint(2, 9)} millions d’emplois, {choose.randint(60, 95)} % hors des grandes métropoles.",
        f"Depuis le lancement, {choose.randint(1200, 2400)} projets ont été accompagnés, pour "
        f"{choose.randint(11, 60)} millions d’euros d’ingénierie et 100 millions d’euros d’aides par an.",
    )
    speech = (
        f"Pour {official}, « ces territoires montrent que l’usine a sa place près de chez nous. "
        "Nous serons à leurs côtés : ingénierie, financements, simplification. »",
        f"« C’est une méthode : partir du terrain, réunir élus et industriels, puis débloquer les projets "
        f"un par un », résume {official}.",
        f"{official} : « L'industrie, ce sont des métiers, des savoir-faire et des familles. »",
    )
    partners = (
        "Les partenaires du programme : Banque des Territoires, Bpifrance, Business France, ADEME.",
        "Quatre services suivent les projets au quotidien : la sous-préfecture, la DREETS et la Région.",
        "Le prochain comité de pilotage se tiendra au printemps ; il fera le point sur les contrats.",
    )
    if choose.random() < 0.4:
        partners = (
            f"Une première réunion est prévue au siège de {host} au début de l’année.",
            f"{person(choose)}, vice-présidente de {host} chargée de l’économie, animera les échanges.",
        )
    contact = f"Contact presse : {person(choose)}, 01 99 00 {choose.randint(10, 99)} {choose.randint(10, 99)}"
    chosen = [choose.choice(speech), choose.choice(figures), choose.choice(partners)]
    choose.shuffle(chosen)
    return [*chosen, contact]
