"""The held-out styles of websites, with what surrounds an announcement there."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from itertools import groupby

from pages.held_out_page import FIRMS, Page, Said
from pages.held_out_words import listed

MENU = ("Accueil", "Actualités", "Aides et appels à projets", "Marchés publics", "Nos services", "Contact")
NEWS = (
    "Fonds vert : {n} dossiers soutenus l'an passé",
    "Sécheresse : {n} communes placées en vigilance",
    "Recensement de la population : ce qui change",
    "Une école de production ouvre ses portes aux apprentis",
    "Très haut débit : {n} 000 prises raccordées",
)
TOWNS = ("Saint-Aubin", "Beaumont", "Villeneuve", "La Ferté", "Montreuil", "Châtillon", "Le Bourg-d'Iré")


def html(page: Page, text: str) -> str:
    """A text in HTML, some of its signs written as entities on some sites."""
    text = escape(text, quote=False).replace("\u00a0", "&nbsp;")
    return text.replace("’", "&rsquo;").replace("é", "&eacute;") if len(page.territories) % 2 else text


def site(page: Page, title: str, body: str) -> str:
    """A page of a website: its menu, its banner of cookies, related news and its footer around the body."""
    rng = page.rng

    def words(text: str) -> str:
        return html(page, page.prose(text))

    menu = "".join(f'<li class="nav-item"><a href="/{i}">{words(m)}</a></li>' for i, m in enumerate(MENU))
    news = "".join(
        f'<li><a href="/actu/{i}">{words(text.format(n=rng.randint(7, 90)))}</a></li>'
        for i, text in enumerate(rng.sample(NEWS, 3))
    )
    towns = "".join(f"<li>{words(town)}</li>" for town in rng.sample(TOWNS, 4))
    return f"""<!DOCTYPE html>
<html lang="fr"><head><meta charset="utf-8"><title>{words(title)} | {words(page.place)}</title>
<style>.nav-item {{ display: inline }}</style><script>window.dataLayer = ["territoires", "CC", "CA"];</script>
</head><body>
<div id="cookies" role="dialog"><p>{words("Ce site utilise des cookies pour mesurer son audience.")}</p>
<button>{words("Tout accepter")}</button> <button>{words("Personnaliser")}</button></div>
<header><a href="#contenu">{words("Aller au contenu")}</a><nav><ul>{menu}</ul></nav></header>
<main id="contenu"><p class="ariane">{words("Accueil > Actualités > Économie")}</p>
<h1>{words(title)}</h1><p class="date">{words(f"Mis à jour le {page.date}")}</p>
{body}
<p>{words("Partager :")} <a href="#">Facebook</a> <a href="#">LinkedIn</a></p></main>
<aside><h2>{words("À lire aussi")}</h2><ul>{news}</ul>
<h2>{words("Petites villes de demain : quatre communes accompagnées")}</h2><ul>{towns}</ul></aside>
<footer><p>{words("Mentions légales - Accessibilité : partiellement conforme - Plan du site")}</p></footer>
</body></html>
"""


def tableau(page: Page) -> str:
    """A table with merged cells: region, territory, member, département."""
    lines = []
    by_region = groupby(sorted(page.territories, key=lambda t: t.region), key=lambda t: t.region)
    for region, group in by_region:
        its = [page.say(t, "list", "Full", "short") for t in group]
        first = f'<td rowspan="{sum(len(said) for _, said in its)}">{html(page, page.prose(region))}</td>'
        for label, said in its:
            second = f'<td rowspan="{len(said)}"><strong>{html(page, label)}</strong></td>'
            for one in said:
                cells = (
                    f"<td>{html(page, one.mention)}</td><td>{html(page, one.department)} ({one.code})</td>"
                )
                lines.append(f"<tr>{first}{second}{cells}</tr>")
                first = second = ""
    head = "".join(
        f"<th>{html(page, page.prose(t))}</th>" for t in ("Région", "Territoire", "Membres", "Dép.")
    )
    body = "\n".join(lines)
    note = html(page, page.prose("Un clic sur l'en-tête trie le tableau. Export : ODS, CSV."))
    table = f"<p>{note}</p><table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>"
    return site(page, "Les territoires d'industrie et leur composition", table)


def accordeon(page: Page) -> str:
    """Panels that open: a button for a territory, its members between line breaks."""
    parts = [f"<p>{html(page, page.prose('Cliquez sur un nom pour découvrir sa composition.'))}</p>"]
    for number, territory in enumerate(page.territories):
        label, said = page.say(territory, "Full", "bare", "suffix")
        lines = "<br>\n".join(html(page, one.text) for one in said)
        about = page.prose(f"Contact : {page.official}, pour {page.rng.choice(FIRMS)}.")
        parts.append(
            f'<div class="accordion-item"><h3><button aria-expanded="false" aria-controls="p{number}">'
            f'{html(page, label)}</button></h3><div id="p{number}" hidden><p>{lines}</p>'
            f"<p><em>{html(page, about)}</em></p></div></div>"
        )
    return site(page, f"Territoires d'industrie : les retenus ({page.place})", "\n".join(parts))


def definitions(page: Page) -> str:
    """A site in two languages: a list of definitions, a member a definition."""
    parts = [
        '<p lang="fr">'
        + html(
            page,
            page.prose(
                f"{page.count} territoire(s) sur {149 if page.year == '2022' else 183} se trouvent ici."
            ),
        )
        + "</p>",
        '<p lang="en">Here are the selected industrial areas, with the local authorities that make up each '
        "of them (names in French).</p>",
        "<dl>",
    ]
    for territory in page.territories:
        label, said = page.say(territory, "list", "Full", "index")
        parts.append(f"<dt>{html(page, label)}</dt>")
        parts += [f"<dd>{html(page, one.mention)} ({html(page, one.department)})</dd>" for one in said]
    parts.append("</dl>")
    parts.append('<p lang="en">Contact: invest@example.org - <a href="/en">English version</a></p>')
    return site(page, "Territoires d'industrie / Industrial territories", "\n".join(parts))


def cartes(page: Page) -> str:
    """Cards without lists: a heading, a tag, and a sentence of members after their number."""
    parts = ['<div class="grid">']
    for territory in page.territories:
        label, said = page.say(territory, "short", "agglo", "bare")
        where = " - ".join(dict.fromkeys(one.department for one in said))
        many = page.prose("1 collectivité" if len(said) == 1 else f"{len(said)} collectivités")
        parts.append(
            f'<div class="card"><div class="card-title">{html(page, label)}</div><div class="tag">'
            f'{html(page, where)}</div><div class="card-text">{html(page, many)} : '
            f"{html(page, listed([one.text for one in said]))}</div>"
            f'<a href="#">{html(page, page.prose("Voir la fiche"))}</a></div>'
        )
    parts.append("</div>")
    return site(page, f"La carte des Territoires d'industrie - {page.place}", "\n".join(parts))


def imbriquee(page: Page) -> str:
    """Lists within lists: a département, a territory, its members."""
    ranked = sorted(page.territories, key=lambda t: t.members[0].department)
    parts = [
        f"<p>{html(page, page.prose(f'« Un signal fort », salue {page.official}, du conseil.'))}</p>",
        "<ul>",
    ]
    for (code, name), group in groupby(ranked, key=lambda t: t.members[0].department):
        parts.append(f"<li>{html(page, page.prose(name))} ({code})<ul>")
        for territory in group:
            label, said = page.say(territory, "Full", "bare", "agglo", "list")
            items = "".join(f"\n<li>{html(page, one.mention)} ({one.code})</li>" for one in said)
            parts.append(f"<li><b>{html(page, label)}</b><ul>{items}</ul></li>")
        parts.append("</ul></li>")
    parts.append("</ul>")
    return site(page, f"Industrie : la liste par département ({page.place})", "\n".join(parts))


def prefecture(page: Page) -> str:
    """A release of a préfecture: sentences in which members of one form share it in the plural."""
    ranked = sorted(page.territories, key=lambda t: t.members[0].department)
    intro = (
        f"Le préfet de région se félicite du choix de {page.count} territoire(s). Le dossier de "
        f"{page.stranger} pourra être représenté en 2025."
    )
    parts = [f"<p>{html(page, page.prose(intro))}</p>"]
    for (code, name), group in groupby(ranked, key=lambda t: t.members[0].department):
        parts.append(f"<h2>{html(page, page.prose(f'Département {code} - {name}'))}</h2>")
        for territory in group:
            label, said = page.share(territory)
            verb = page.rng.choice((" : ", " regroupe ", " rassemble ", ", qui associe "))
            them = told(said, page.rng.choice((" et ", " ainsi que ")))
            parts.append(f"<p><strong>{html(page, label)}</strong>{verb}{html(page, them)}.</p>")
    parts.append(f"<p>{html(page, page.prose(f'Contact presse : {page.official}, 01 00 00 00 00'))}</p>")
    return site(page, f"Communiqué : les Territoires d'industrie ({page.place})", "\n".join(parts))


def told(said: list[Said], last: str) -> str:
    """Members in groups: those that share a form within commas, the groups one after another."""
    parts: list[list[str]] = []
    for one in said:
        if one.follows:
            parts[-1].append(one.told)
        else:
            parts.append([one.told])
    return listed([listed(part) for part in parts], last)


def damier(page: Page) -> str:
    """Tables three territories wide: names in a row, members in the cells below."""
    parts = []
    for start in range(0, page.count, 3):
        its = [page.say(t, "list", "suffix", "Full") for t in page.territories[start : start + 3]]
        heads = "".join(f"<td><b>{html(page, label)}</b></td>" for label, _ in its)
        cells = "".join(
            "<td>" + "".join(f"<p>{html(page, one.text)}</p>" for one in said) + "</td>" for _, said in its
        )
        parts.append(f'<table class="spip"><tr>{heads}</tr>\n<tr>{cells}</tr></table>')
    return site(page, f"{page.place} : qui est dans quel territoire d'industrie ?", "\n".join(parts))


SITES: tuple[Callable[[Page], str], ...] = (
    tableau,
    accordeon,
    definitions,
    cartes,
    imbriquee,
    prefecture,
    damier,
)
