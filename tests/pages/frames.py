"""Whole pages: a list within its prose and within the furniture of a site."""

from __future__ import annotations

import random
from collections.abc import Callable

from pages.words import Words

_MENU = ("Actualités", "Actions de l’État", "Démarches", "Services de l’État", "Publications", "Contact")
_OTHERS = (
    "Sécheresse : le point au 8 novembre",
    "Campagne de vaccination contre la grippe",
    "Dotation de soutien à l’investissement local : 41 dossiers",
    "Ouverture d’une enquête publique – parc éolien",
    "Permanences du délégué du Défenseur des droits",
    "Recrutement : la préfecture propose 12 postes",
)


def plain(body: str, words: Words, choose: random.Random) -> str:
    """As a person copies a page: perhaps its crumbs, its text, its documents."""
    crumbs = choose.choice(
        ("", "Accueil > Actualités > Économie et emploi\n\n", "Vous êtes ici : Accueil\n\n")
    )
    documents = "\n".join(f"Télécharger {each}" for each in words.documents)
    parts = [crumbs + words.title, words.date, *words.opening, words.lead_in, body, *words.closing, documents]
    return "\n\n".join(part for part in parts if part) + "\n"


def press(body: str, words: Words, choose: random.Random) -> str:
    """A press release: place and date, no furniture."""
    head = f"COMMUNIQUÉ DE PRESSE\n\n{words.date}\n\n{words.title}"
    tail = choose.choice(("###", "* * *", "-- Fin --"))
    parts = [head, *words.opening, words.lead_in, body, *words.closing, tail]
    return "\n\n".join(part for part in parts if part) + "\n"


def _paragraphs(texts: list[str]) -> str:
    return "\n".join(f"<p>{each}</p>" for each in texts if each)


def _links(texts: tuple[str, ...] | list[str]) -> str:
    return "\n".join(f'<li><a href="/{number}">{each}</a></li>' for number, each in enumerate(texts))


def _page(title: str, head: str, body: str) -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="fr">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n{head}\n'
        f"</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def state(body: str, words: Words, choose: random.Random) -> str:
    """A site of the State of today: menu, crumbs, cookies, side column, share links, footer."""
    others = choose.sample(_OTHERS, 4)
    return _page(
        f"{words.title} - Les services de l’État",
        '<meta name="description" content="Territoires d’industrie : la liste">\n'
        '<script>window.dataLayer = [];</script>\n<style>.fr-nav { display: flex }</style>',
        f"""<div class="fr-skiplinks"><a href="#contenu">Aller au contenu</a></div>
<header role="banner" class="fr-header"><p class="fr-logo">République<br>Française</p>
<p>Les services de l’État</p>
<nav class="fr-nav" aria-label="Menu principal"><ul>
{_links(_MENU)}
</ul></nav></header>
<div id="cookies" class="fr-consent-banner"><h2>À propos des cookies</h2>
<p>Ce site utilise des cookies : mesure d’audience, vidéos, réseaux sociaux.</p>
<button>Tout accepter</button> <button>Tout refuser</button></div>
<nav class="fr-breadcrumb" aria-label="Fil d’Ariane"><ol>
{_links(["Accueil", "Actualités", "Économie et emploi"])}
<li>{words.title}</li></ol></nav>
<main id="contenu">
<h1>{words.title}</h1>
<p class="date">{words.date}</p>
{_paragraphs([*words.opening, words.lead_in])}
{body}
{_paragraphs(words.closing)}
<h2>Documents à télécharger</h2>
<ul>
{_links(words.documents)}
</ul>
<div class="fr-share"><p>Partager la page</p><ul>
{_links(["Partager sur Facebook", "Partager sur LinkedIn", "Copier dans le presse-papier"])}
</ul></div>
</main>
<aside><h2>À lire aussi</h2><ul>
{_links(others)}
</ul></aside>
<footer role="contentinfo"><ul>
{_links(["Accessibilité : non conforme", "Mentions légales", "Données personnelles", "Plan du site"])}
</ul><p>Sauf mention contraire, tous les contenus de ce site sont sous licence etalab-2.0</p></footer>""",
    )  # fmt: skip


def old(body: str, words: Words, choose: random.Random) -> str:
    """A site of fifteen years ago: columns of a table, a menu on the left, no semantics."""
    return f"""<html>
<head>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8">
<title>{words.title}</title>
</head>
<body bgcolor="#ffffff">
<table width="960" border="0"><tr>
<td width="180" valign="top">
<b>Rubriques</b><br>
{"<br>".join(f'<a href="rubrique{number}.html">{each}</a>' for number, each in enumerate(_MENU))}
</td>
<td valign="top">
<div class="fil">Accueil &gt; Économie &gt; Industrie</div>
<h1>{words.title}</h1>
<font size="1">{words.date}</font>
{_paragraphs([*words.opening, words.lead_in])}
{body}
<!-- fin de la liste -->
{_paragraphs(words.closing)}
<p>{"<br>".join(words.documents)}</p>
</td></tr></table>
<hr><font size="1">Copyright | Plan du site | Haut de page</font>
</body>
</html>
"""


def agency(body: str, words: Words, choose: random.Random) -> str:
    """A site of an agency or a région: articles, tags, figures in boxes, a newsletter."""
    return _page(
        f"{words.title} | Agence",
        '<link rel="stylesheet" href="/app.css">\n'
        '<script type="application/ld+json">{"@type": "Article"}</script>',
        f"""<div class="topbar"><ul>
{_links(["L’agence", "Nos missions", "Espace presse", "Nous rejoindre", "EN"])}
</ul></div>
<main><article>
<p class="tags"><a href="/industrie">Industrie</a> <a href="/territoires">Territoires</a></p>
<h1>{words.title}</h1>
<time datetime="x">{words.date}</time>
<div class="chapo"><p>{words.opening[0]}</p></div>
{_paragraphs([*words.opening[1:], words.lead_in])}
{body}
<blockquote><p>{words.closing[0]}</p></blockquote>
{_paragraphs(words.closing[1:])}
<section class="docs"><h2>Ressources</h2><ul>
{_links(words.documents)}
</ul></section>
</article>
<section class="newsletter"><h2>Restez informé</h2><p>Recevez chaque mois nos appels à projets.</p>
<form><label>Votre courriel</label><input type="email"><button>S’inscrire</button></form></section>
</main>
<footer><p>20, avenue de l’Usine 75000 Paris</p><ul>
{_links(["Mentions légales", "Cookies", "Marchés publics"])}
</ul></footer>""",
    )


def newspaper(body: str, words: Words, choose: random.Random) -> str:
    """A newspaper's site: sections, a subscription, the most read, comments."""
    return _page(
        f"{words.title} - Le Courrier",
        '<meta property="og:type" content="article">\n<script>var pub = 1 < 2;</script>',
        f"""<nav><a href="/">À la une</a> <a href="/eco">Économie</a>
<a href="/sport">Sport</a> <a>S’abonner</a></nav>
<article>
<h1>{words.title}</h1>
<p class="signature">Par la rédaction. {words.date}</p>
{_paragraphs([*words.opening, words.lead_in])}
<div class="pub">Publicité</div>
{body}
{_paragraphs(words.closing)}
</article>
<aside><h2>Les plus lus</h2><ol>
{_links(choose.sample(_OTHERS, 3))}
</ol></aside>
<section id="comments"><h2>Commentaires (2)</h2>
<p>Et les salariés dans tout ça ?</p><p>Enfin !</p></section>""",
    )


Frame = Callable[[str, Words, random.Random], str]
PLAIN: tuple[Frame, ...] = (plain, press)
HTML: tuple[Frame, ...] = (state, state, old, agency, newspaper)
