"""Styles of plain text: what préfectures, DREETS, régions, agencies, unions and local papers publish."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence

from pages.held_out_page import FIRMS, Page, Said
from pages.held_out_words import listed, plain, sentence

SECTORS = ("agroalimentaire", "plasturgie", "mécanique de précision", "textile", "bois", "aéronautique")
THEMES = ("recruter et former", "innover", "attirer des investisseurs", "simplifier", "réduire le carbone")
TOWNS = ("Saint-Aubin", "Beaumont", "Villeneuve", "Montreuil", "Châtillon", "Le Bourg-Neuf")
DAYS = ("lundi 15", "mardi 16", "mercredi 17", "jeudi 18", "vendredi 19", "samedi 20", "lundi 22", "mardi 23")


def chain(items: Sequence[str]) -> str:
    """Items as a careful editor lists them: semicolons for names with commas, no « et » after an « et »."""
    if any("," in item for item in items):
        return " ; ".join(items)
    return listed(items, " ainsi que " if any(" et " in item.lower() for item in items) else " et ")


def told(said: Sequence[Said]) -> str:
    """The members within a sentence."""
    return chain([one.told for one in said])


def shared(said: Sequence[Said]) -> str:
    """Members in the groups that share a form."""
    families: list[list[str]] = []
    for one in said:
        if one.follows:
            families[-1].append(one.told)
        else:
            families.append([one.told])
    return " ; ".join(chain(family) for family in families)


def folded(text: str, width: int = 92) -> str:
    """A paragraph in lines, as it comes out of a PDF."""
    return textwrap.fill(text, width, break_on_hyphens=False, break_long_words=False)


def filled(page: Page, text: str) -> str:
    """A text with somebody, a firm, a place, a sector, a community that is no member… where it has room."""
    rng = page.rng
    return text.format(
        place=page.place, PLACE=page.place.upper(), date=page.date, who=page.official, other=page.official,
        firm=rng.choice(FIRMS), stranger=page.stranger, town=rng.choice(TOWNS), sector=rng.choice(SECTORS),
        theme=rng.choice(THEMES), few=rng.randint(8, 18), some=rng.randint(20, 90),
        more=rng.randint(100, 999), count=f"{page.count} territoire{'s' if page.count > 1 else ''}"
    )  # fmt: skip


def whole(page: Page, head: str, parts: Sequence[str], foot: str, gap: str = "\n\n") -> str:
    """A page from its head to its foot."""
    return page.prose(gap.join((filled(page, head), *parts, filled(page, foot)))) + "\n"


def communique(page: Page) -> str:
    """A press release of a préfecture de région: a bullet for a territory, in lines as a PDF has them."""
    head = """PRÉFET DE LA RÉGION {PLACE} - Service de la communication - {date}

COMMUNIQUÉ DE PRESSE
Territoires d'industrie : {count} en {place}

Lancé en 2018, le programme Territoires d'industrie est piloté par l'Agence nationale de la
cohésion des territoires et la Direction générale des entreprises. Il complète Action cœur de
ville et Petites villes de demain. Composition arrêtée à ce jour dans la région :
"""
    foot = """
À la date de ce communiqué, {stranger} ne fait partie
d'aucun territoire d'industrie : une candidature reste possible lors d'une prochaine vague.
« L'industrie est une affaire d'équipe », a déclaré {who}, préfet de région.

Contact presse : 01 23 45 67 89 - pref-communication@territoires.example
@prefet_region                                                                 1/1"""
    parts = []
    for i, (label, said) in enumerate([page.say(territory, "full") for territory in page.territories], 1):
        parts.append(folded(f"• {label} : {told(said)}{'.' if i == page.count else ' ;'}"))
    return whole(page, head, parts, foot, "\n")


def dossier_de_presse(page: Page) -> str:
    """A press kit pasted from its PDF: contents, a heading and a sentence for a territory, feet of pages."""
    top = f"\fDOSSIER DE PRESSE | Territoires d'industrie en {page.place}\n"
    every = [page.say(territory, "full", "agglo") for territory in page.territories]
    contents = "\n".join(f"{i}. {label} {'.' * 30} {i // 3 + 4}" for i, (label, _) in enumerate(every, 1))
    head = f"{top[1:]}{{date}}\n\nSOMMAIRE\nÉditorial ............................ 3\n{contents}\n\n2\n{top}"
    head += "ÉDITORIAL\n« Produire ici, c'est possible. »\n{who}, ministre\n\n3"
    facts = "\nEmplois industriels : {few} {more}\nFilière : {sector}\nEntreprise : {firm} ({some} salariés)"
    parts = []
    for i, (label, said) in enumerate(every, 1):
        verb = "regroupe" if len(said) > 1 else "correspond au périmètre d'un seul membre :"
        text = f"{i}. {label}\n\n" + folded(f"Ce territoire {verb} {told(said)}.", 80) + filled(page, facts)
        parts.append(f"{top if i % 3 == 1 else ''}{text}\n" + ("" if i % 3 else f"\n{i // 3 + 3}"))
    return whole(page, head, parts, top + "CONTACTS PRESSE\n{who}, cabinet, 01 98 76 54 32", "\n")


def breve(page: Page) -> str:
    """A note on a DREETS's website: numbered territories, their départements, a dash for a member."""
    head = """DREETS {place} > Entreprises > Développement économique > Territoires d'industrie
Publié le {date} | Imprimer | Partager

Qui sont les Territoires d'industrie de la région ?
Le service économique de l'État en région (SEER) accompagne {count}, dont voici les membres."""
    foot = """Vos interlocuteurs à la DREETS
* {who}, chef du pôle Entreprises, emploi et économie
* {other}, chargé(e) de mission filières ({sector})

À lire aussi : Activité partielle de longue durée | Apprentissage : les aides | Fonds vert"""
    parts = []
    for i, territory in enumerate(page.territories, 1):
        label, said = page.say(territory, "list", "Full")
        where = listed(sorted({one.department for one in said}))
        lines = [f"{i} - {label}", f"Où : {where}", "Membres :", *(f"  - {one.text}" for one in said)]
        parts.append("\n".join(lines))
    return whole(page, head, parts, foot)


def discours(page: Page) -> str:
    """A speech as it was given: a paragraph for a territory."""
    ways = (
        "Je veux citer « {label} ». {those} : {them}.",
        "Et puis il y a le territoire « {label} ». Autour de la table, {them}. Merci pour votre patience.",
        "Deux mots de « {label} », que {carry} {them}.",
        "« {label} », maintenant. Qui en est ? {Them}. Personne d'autre, et cela suffit !",
    )
    head = """Intervention de {who}, président(e) du conseil régional
{place}, le {date} - Seul le prononcé fait foi

Madame la ministre, Mesdames et Messieurs les parlementaires, chers amis industriels,

On nous disait que l'usine, c'était fini. Regardez la carte ! (Applaudissements.) Permettez-moi de saluer un
par un nos Territoires d'industrie, et les collectivités qui les composent."""
    foot = """Je n'oublie pas {stranger}, qui n'a pas rejoint le programme : la porte reste ouverte.

J'étais encore hier chez {firm} : on y recrute ! (Sourires.) Vive la République et vive la France !"""
    parts = []
    for territory in page.territories:
        label, said = page.say(territory, "full", "bare")
        one, them = len(said) == 1, told(said)
        words = {"label": label, "them": them, "Them": sentence(them), "carry": "porte" if one else "portent"}
        words["those"] = "Une seule collectivité le porte" if one else f"Ils sont {len(said)} à s'être unis"
        parts.append(page.rng.choice(ways).format(**words))
    return whole(page, head, parts, foot)


def fil(page: Page) -> str:
    """A thread on a social network: a post for a territory, an arrow for a member."""
    handle = "@Prefet_" + "".join(c for c in plain(page.place) if c.isalpha())
    top, total = f"Préfecture {page.place} {handle} · {page.date}\n", page.count + 2
    seen = "\n💬 {few}   🔁 {some}   ❤️ {more}\n"
    head = f"{top}1/{total} 🧵 Quels sont les #TerritoiresIndustrie de la région ? On déroule 👇{seen}"
    foot = f"{top}{total}/{total} 👏 Bravo ! Non, {{stranger}} n'y est pas, on nous le demande.{seen}"
    parts = []
    for i, territory in enumerate(page.territories, 2):
        label, said = page.say(territory, "short", "list")
        tags = page.rng.choice(("#Industrie", "#Réindustrialisation #FranceRelance", "#France2030"))
        arrows = "\n".join(f"➡️ {one.text}" for one in said)
        parts.append(f"{top}{i}/{total} 🏭 {label}\n{arrows}\n{tags}{filled(page, seen)}")
    return whole(page, head, parts, foot, "\n")


def compte_rendu(page: Page) -> str:
    """Minutes of a regional committee: perimeter, discussion and opinion for a territory."""
    head = """Comité régional de pilotage Territoires d'industrie - {place}
Compte rendu du {date}
Présents : {who} (État), {other} (Bpifrance). Excusés : Business France, Banque des Territoires

1. Approbation du compte rendu précédent
Adopté sans observation.

2. Examen des périmètres"""
    talks = (
        "{who} souhaite que le plan d'action soit chiffré.",
        "{who} rappelle le calendrier de {firm}.",
        "{who} signale que {stranger} a renoncé à s'y joindre et reste donc hors du périmètre.",
    )
    parts = []
    for i, territory in enumerate(page.territories, 1):
        label, said = page.say(territory, "Full", "short")
        them, talk = " ; ".join(one.text for one in said), filled(page, page.rng.choice(talks))
        parts.append(f"2.{i} {label}\nPérimètre validé : {them}.\nDiscussion : {talk}\nAvis : favorable.")
    return whole(page, head, parts, "3. Questions diverses\nNéant. La séance est levée à 17 h 10.")


def agenda(page: Page) -> str:
    """The diary of a regional official: the signatures, among other appointments."""
    head = (
        "AGENDA PRÉVISIONNEL DE {who}, chargé(e) de l'industrie ({place})\nRendez-vous ouverts à la presse."
    )
    others = (
        "{town}, 18 h\nVisite de {firm}",
        "{town}, 19 h\nVœux aux forces vives, en présence de {who}",
        "{town}, 8 h\nComité départemental Petites villes de demain",
    )
    parts = []
    for i, territory in enumerate(page.territories):
        label, said = page.say(territory, "Full")
        parts += [DAYS[i // 3 % len(DAYS)].upper()] if i % 3 == 0 else []
        parts.append(
            filled(page, "{town}, {few} h 30\n")
            + f"Signature du contrat du Territoire d'industrie « {label} »\n"
            + "Côté État et Région : préfecture, conseil régional, Banque des Territoires\n"
            + f"Côté local : {chain([one.text for one in said])}"
        )
        parts += [filled(page, page.rng.choice(others))] if i % 3 == 1 else []
    return whole(page, head, parts, "Contact : cabinet@region.example - Photo : service communication")


def export(page: Page) -> str:
    """A file of open data: a line for a territory, its members in one column."""
    lines = ['"id";"region";"nom_territoire";"membres";"date_maj";"chef_projet";"etp";"theme"']
    for i, territory in enumerate(page.territories, 1):
        label, said = page.say(territory, "list", "Full")
        cells = (f"TI-{i:03}", page.place, label, " | ".join(one.text for one in said), page.date)
        cells += (page.official, "0,5", page.rng.choice(THEMES))
        lines.append(";".join(f'"{cell}"' for cell in cells))
    return page.prose("\n".join(lines)) + "\n"


def lettre(page: Page) -> str:
    """The newsletter of the Banque des Territoires, in its version without images."""
    head = """Si ce message ne s'affiche pas bien, consultez la version en ligne : https://lettre.example
------------------------------------------------------------
LA LETTRE DES TERRITOIRES - édition {place} - {date}
------------------------------------------------------------
À LA UNE : nos Territoires d'industrie, qui fait quoi ?
Ingénierie, foncier, prêts : {who}, à la direction régionale, fait le point.
"""
    foot = """------------------------------------------------------------
EN BREF
- Action cœur de ville : 234 villes, cinq ans de plus.
- Webinaire : financer une école de production, mardi à 11 h.
Vous recevez cette lettre car vous êtes inscrit. Se désabonner : https://lettre.example/stop"""
    facts = "\nNotre appui : {some} 000 euros. Thème : {theme}.\n> Lire la suite : https://lettre.example/{more}\n"
    parts = []
    for territory in page.territories:
        label, said = page.say(territory, "full", "agglo", "suffix")
        start = "Une alliance entre" if len(said) > 1 else "Un projet mené par"
        parts.append(f"*** {label} ***\n{folded(f'{start} {told(said)}.', 72)}{filled(page, facts)}")
    return whole(page, head, parts, foot, "\n")


def breves(page: Page) -> str:
    """A column of short items in a local paper: members that share their form."""
    ways = ("Aux manettes : {}.", "On y retrouve {}.", "La carte englobe {}.")
    head = "ÉCONOMIE\nTerritoires d'industrie : le tour de la région ({count})\n{who} - {date} - Abonnés"
    foot = """Et ailleurs ? — Rien pour {stranger}, qui n'est dans aucun de ces territoires.

MÉTÉO. Brouillard le matin, éclaircies l'après-midi. Saint du jour : Théodore."""
    parts = []
    for i, territory in enumerate(page.territories):
        label, said = page.share(territory)
        text = f"{label}. — {page.rng.choice(ways).format(shared(said))}"
        parts.append(text + (filled(page, " {firm} espère embaucher {some} personnes.") if i % 2 else ""))
    return whole(page, head, parts, foot)


def contacts(page: Page) -> str:
    """A directory of project leaders: who carries a territory, and with whom."""
    head = """Réseau Territoires d'industrie - {place} - annuaire au {date}
Agence nationale de la cohésion des territoires : industrie@anct.example"""
    facts = "Chef de projet : {who}, 06 {some} 00 11 22\nRéférent industriel : direction de {firm}"
    parts = []
    for territory in page.territories:
        label, said = page.say(territory, "list", "Full", "short")
        rest = " ; ".join(one.text for one in said[1:])
        lines = [f"Territoire d'industrie : {label}", f"Collectivité porteuse : {said[0].text}"]
        lines += [f"Collectivités partenaires : {rest}" if rest else "Sans autre collectivité partenaire"]
        parts.append("\n".join([*lines, filled(page, facts)]))
    return whole(page, head, parts, "Une erreur, un départ ? Écrivez-nous : reseau@territoires.example")


def tract(page: Page) -> str:
    """A union's leaflet: sums of communities."""
    head = """UNION RÉGIONALE - NE PAS JETER SUR LA VOIE PUBLIQUE
« TERRITOIRES D'INDUSTRIE » EN {PLACE} : DES LABELS, ET LES EMPLOIS ?

Ils ont découpé la région sans nous consulter. Voici qui est avec qui :
"""
    foot = """
Chez {firm}, {some} licenciements ! Et {stranger} ? Laissée hors de tout territoire d'industrie !
NOUS EXIGEONS : un moratoire sur les licenciements, 10 % d'augmentation, des embauches en CDI.
TOUS DEVANT LA PRÉFECTURE ! Contact : {who}, 06 00 00 00 00"""
    facts = "\n   -> {more} postes supprimés en cinq ans, {some} créés"
    parts = []
    for territory in page.territories:
        label, said = page.say(territory, "short", "list")
        parts.append(f"★ {label} = {' + '.join(one.text for one in said)}{filled(page, facts)}")
    return whole(page, head, parts, foot, "\n")


TEXTS: tuple[Callable[[Page], str], ...] = (
    communique, dossier_de_presse, breve, discours, fil, compte_rendu,
    agenda, export, lettre, breves, contacts, tract
)  # fmt: skip
