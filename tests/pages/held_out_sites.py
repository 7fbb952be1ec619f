"""Styles of websites: services of the State, régions, agencies, newspapers, a mayor, a wiki."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from pages.held_out_page import FIRMS, Page, Said
from pages.held_out_words import listed

THEMES = ("Compétences", "Innovation", "Foncier", "Transition écologique", "Attractivité", "Mobilités")
MONTHS = ("mars", "avril", "mai", "juin", "septembre", "octobre", "novembre", "décembre")


def words(page: Page, text: str) -> str:
    """A text in the letters of the page, its signs as entities."""
    return escape(page.prose(text), quote=False).replace("\u00a0", "&nbsp;").replace("’", "&#8217;")


def chain(page: Page, said: Sequence[Said]) -> str:
    """The members within a sentence: semicolons for names with commas, no « et » after an « et »."""
    items = [one.told for one in said]
    if any("," in item for item in items):
        return words(page, " ; ".join(items))
    return words(page, listed(items, " ainsi que " if any(" et " in i.lower() for i in items) else " et "))


def groups(page: Page, said: Sequence[Said]) -> str:
    """Members in the groups that share a form."""
    starts = [i for i, one in enumerate(said) if not one.follows]
    pairs = zip(starts, [*starts[1:], len(said)], strict=True)
    return " ; ".join(chain(page, said[start:end]) for start, end in pairs)


def each(page: Page, said: Sequence[Said], before: str, after: str) -> str:
    """The members between two tags."""
    return "".join(f"{before}{words(page, one.text)}{after}" for one in said)


def filled(page: Page, text: str) -> str:
    """A piece of a page with somebody, a firm, a figure, a community that is no member… where it has room."""
    rng = page.rng
    return page.prose(text).format(
        place=words(page, page.place), date=words(page, page.date), who=words(page, page.official),
        other=words(page, page.official), firm=words(page, rng.choice(FIRMS)), n=page.count,
        stranger=words(page, page.stranger), theme=words(page, rng.choice(THEMES)), some=rng.randint(20, 90),
        more=rng.randint(100, 999), month=words(page, rng.choice(MONTHS))
    )  # fmt: skip


def document(page: Page, before: str, parts: Sequence[str], after: str, head: str = "") -> str:
    """A whole document of HTML."""
    title = filled(page, "Territoires d'industrie en {place}")
    body = "\n".join((filled(page, before), *parts, filled(page, after)))
    start = (
        f'<!DOCTYPE html>\n<html lang="fr"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
    )
    return f"{start}\n<body>\n{body}\n</body></html>\n"


def public(page: Page, owner: str, before: str, parts: Sequence[str], after: str) -> str:
    """A page of a public body: menu, path, contents, footer."""
    top = """<div class=fr-skiplinks><a href=#content>Contenu</a> <a href=#footer>Pied de page</a></div>
<header class=fr-header><p class=fr-logo>OWNER</p><p>{place}</p>
<form><label>Rechercher</label><input type=search></form></header>
<nav class=fr-nav><ul><li><a href=/1>Actualités</a></li><li><a href=/2>Nos actions</a></li>
<li><a href=/3>Démarches</a></li><li><a href=/4>Publications</a></li></ul></nav>
<main id=content><nav class=fr-breadcrumb><ol><li><a href=/>Accueil</a></li><li>Économie</li></ol></nav>
"""
    foot = """</main><footer id=footer><ul><li>legifrance.gouv.fr</li><li>service-public.fr</li></ul>
<p>Plan du site | Accessibilité : non conforme | Données personnelles | Gestion des cookies</p></footer>"""
    return document(
        page,
        top.replace("OWNER", owner) + before,
        parts,
        after + foot,
        '<link rel=stylesheet href="/dsfr.min.css">',
    )


def paper(page: Page, before: str, parts: Sequence[str], after: str) -> str:
    """A page of a newspaper or of a blog: sections, article, other articles, comments."""
    top = """<header><a href=/>Accueil</a> <a href=/sport>Sport</a> <a href=/faits>Faits divers</a>
<a href=/eco>Économie</a> <a href=/abo>S'abonner</a></header><article class=entry-content>"""
    foot = """</article><aside><h4>Les plus lus</h4><ol><li>Accident : la RN {some} coupée</li>
<li>Petites villes de demain : le bilan</li><li>{firm} cherche un repreneur</li></ol></aside>
<footer>Mentions légales - CGU - Nous contacter</footer>"""
    return document(
        page, top + before, parts, after + foot, "<script>var pub = {slot: 4, off: true};</script>"
    )


def actualite(page: Page) -> str:
    """A préfecture's news: a paragraph for a territory, its label in bold, a colon."""
    before = """<h1>Territoires d'industrie : la liste pour la région {place}</h1><p>Mis à jour le {date}</p>
<p>{n} territoire(s) bénéficient de l'accompagnement de l'État, avec la composition suivante.</p>"""
    after = """<h2>Et les autres ?</h2><p>La candidature portée par {stranger} n'a pas été retenue.</p>
<h2>Contact</h2><p>{who}, sous-préfet à la relance - 01 23 45 67 89</p>"""
    parts = []
    for territory in page.territories:
        label, said = page.say(territory, "full")
        parts.append(f"<p><strong>{words(page, label)}&nbsp;:</strong> {chain(page, said)}.</p>")
    return public(page, "Les services de l'État", before, parts, after)


def region(page: Page) -> str:
    """The site of a région: a heading, a picture and bullets for a territory."""
    before = """<h1>Nos Territoires d'industrie</h1><p class=chapo>La Région {place} pilote le programme.</p>
<h2>Découvrir les territoires et leurs membres</h2>"""
    after = """<h2>Nos autres dispositifs</h2><ul><li>Pass Export</li><li>Prêt Croissance</li>
<li>Contrat avec {stranger} (ruralité, hors Territoires d'industrie)</li></ul><p>Contact : {who}</p>"""
    parts = []
    for territory in page.territories:
        label, said = page.say(territory, "Full", "short")
        picture = (
            "<figure><img src=/{more}.jpg alt=photo><figcaption>Atelier de {firm} © DR</figcaption></figure>"
        )
        bullets = f"<ul>\n{each(page, said, '<li>', '</li>')}\n</ul>"
        parts.append(f"<h3>{words(page, label)}</h3>{filled(page, picture)}{bullets}")
    return public(page, "Conseil régional", before, parts, after)


def faq(page: Page) -> str:
    """The questions that a région is asked: one for a territory, among others."""
    before = """<h1>Foire aux questions : Territoires d'industrie</h1>
<h2>Qui pilote le programme ?</h2><p>La Région {place}, avec l'État, depuis 2018.</p>"""
    after = """<h2>Mon usine n'est dans aucun de ces territoires. Est-ce grave ?</h2>
<p>Non. Ainsi, {stranger}, qui n'en fait pas partie, a d'autres aides. Écrivez à {who}.</p>"""
    parts = []
    for territory in page.territories:
        label, said = page.say(territory, "full", "agglo", "bare")
        asked = words(page, f"Qui sont les membres de « {label} » ?")
        start = f"Ils sont {len(said)} : " if len(said) > 1 else "Un seul membre : "
        parts.append(f"<h2>{asked}</h2><p>{words(page, start)}{chain(page, said)}.</p>")
    return public(page, "Conseil régional", before, parts, after)


def subventions(page: Page) -> str:
    """An annex of figures: a row for a territory, its members in one cell, what it receives."""
    before = """<h1>Ingénierie : crédits {date}</h1><table><caption>Action cœur de ville</caption>
<tr><th>Ville</th><th>Montant</th></tr><tr><td>Beaumont</td><td>{some} 000 €</td></tr></table>
<table><caption>Territoires d'industrie</caption><thead><tr><th>Territoire</th><th>Membres</th>
<th>Objet</th><th>Montant</th></tr></thead><tbody>"""
    after = "<tr><th colspan=3>Total</th><td>{more} 000 €</td></tr></tbody></table><p>Source : DREETS.</p>"
    parts = []
    for territory in page.territories:
        label, said = page.say(territory, "list", "Full")
        members = each(page, said, "", "<br>").removesuffix("<br>")
        rest = filled(page, "<td>Chef de projet, {theme}</td><td>{some} 000 €</td></tr>")
        parts.append(f"<tr><td>{words(page, label)}</td><td>{members}</td>{rest}")
    return public(page, "DREETS", before, parts, after)


def word(page: Page) -> str:
    """A document of a word processor saved as HTML: spans everywhere, bullets that are signs."""
    before = """<div class=WordSection1><p class=MsoTitle>Note à l'attention de {who}<o:p></o:p></p>
<p class=MsoNormal><span style="mso-fareast-language:FR">Objet&nbsp;: composition des territoires
d'industrie en {place}, au {date}<o:p></o:p></span></p>"""
    after = "<p class=MsoNormal><i>Hors programme&nbsp;: {stranger}.</i><o:p>&nbsp;</o:p></p></div>"
    sign = "<p class=MsoListParagraph><span style='font-family:Symbol'>·<span>&nbsp;&nbsp; </span></span>"
    parts = []
    for i, territory in enumerate(page.territories, 1):
        label, said = page.say(territory, "list", "Full")
        cut = len(label.split(" ")[0])
        title = f"<b><span>{words(page, label[:cut])}</span>{words(page, label[cut:])}</b>"
        parts.append(f"<p class=MsoNormal><span>{i})&nbsp;</span>{title}<o:p></o:p></p>")
        parts.append(each(page, said, sign + "<span class=SpellE>", "</span><o:p></o:p></p>\n"))
    office = "<meta name=Generator content='Microsoft Word 15'><style>p.MsoNormal {margin:0cm}</style>"
    return document(page, before, parts, after, office)


def legende(page: Page) -> str:
    """The key of a map: a disc, a number, a label, then its members between dots."""
    before = """<h1>Carte des Territoires d'industrie - {place}</h1><svg viewBox="0 0 90 90">
<text x=4 y=9>Saint-Aubin</text><text x=40 y=52>Beaumont</text></svg><h2>Légende</h2><ol class=legende>"""
    after = """</ol><p><span class=hachures></span> En blanc, hors Territoires d'industrie, par exemple :
{stranger}</p><p>Sources : IGN Admin Express, ANCT. Réalisation : SGAR, {date}</p>"""
    parts = []
    for i, territory in enumerate(page.territories, 1):
        label, said = page.say(territory, "list", "short", "suffix")
        disc = f"<span class=disque style='background:#{page.rng.randrange(4096):03x}'>{i}</span>"
        dots = each(page, said, "", " · ").removesuffix(" · ")
        parts.append(f"<li>{disc} <b>{words(page, label)}</b><br><small>{dots}</small></li>")
    return public(page, "Les services de l'État", before, parts, after)


def vue(page: Page) -> str:
    """A view of Drupal on the site of an agency: fields with their names."""
    before = "<h1>Les lauréats en {place}</h1><form><select><option>Tous les thèmes</option></select></form>"
    after = "<ul class=pager><li>Page courante 1</li><li><a href=?page=1>Suivant</a></li></ul>"
    field = "<div class='views-field views-field-{}'><span class=views-label>{}</span> {}</div>"
    parts = []
    for territory in page.territories:
        label, said = page.say(territory, "short", "index")
        items = each(page, said, "<div class=field__item>", "</div>\n")
        rows = (
            f"<h3 class=field-content><a href=/ti/{page.rng.randint(9, 999)}>{words(page, label)}</a></h3>",
            field.format("epci", words(page, "Collectivités membres :"), f"<div>{items}</div>"),
            field.format("theme", words(page, "Thème :"), filled(page, "{theme}")),
            field.format(
                "elu", words(page, "Binôme élu-industriel :"), filled(page, "{who}, {other} ({firm})")
            ),
        )
        parts.append(f"<div class=views-row>{''.join(rows)}</div>")
    return public(page, "Agence économique", before, parts, after)


def chronologie(page: Page) -> str:
    """A timeline: a signature for a territory, among what else happened."""
    before = """<h1>Territoires d'industrie : les grandes étapes</h1><ol class=timeline>
<li><time>novembre 2018</time><p>Le Premier ministre lance le programme.</p></li>"""
    after = (
        """<li><time>{date}</time><p>La liste est close ; {stranger} reste hors programme.</p></li></ol>"""
    )
    others = "<li><time>{month} 2022</time><p>Visite ministérielle chez {firm}, avec {who}.</p></li>"
    parts = []
    for i, territory in enumerate(page.territories):
        label, said = page.say(territory, "full")
        time, title = filled(page, "<time>{month} 2022</time>"), words(page, f"Territoire « {label} »")
        start = words(page, "Contrat signé par ")
        parts.append(f"<li>{time}<h4>{title}</h4><p>{start}{chain(page, said)}.</p></li>")
        parts += [filled(page, others)] if i % 3 == 2 else []
    return public(page, "Banque des Territoires", before, parts, after)


def quotidien(page: Page) -> str:
    """An article of a daily: paragraphs, members that share their form, quoted speech."""
    ways = (("Le territoire <em>{}</em> réunit", ""), ("Dans <em>{}</em>, on trouve", " : rien de plus"))
    before = """<h1>Industrie : ces territoires de {place} que l'État va aider</h1><p>Par {who}, le {date}</p>
<div class=paywall>Article réservé aux abonnés</div><p>La liste était attendue chez {firm}.</p>"""
    after = "<h2>Des déçus</h2><p>Dossier recalé, en revanche, pour {stranger}.</p><p>3 commentaires</p>"
    speech = "<p>« Nous visons {some} embauches », confie {who}, qui dirige {firm}.</p>"
    parts = []
    for i, territory in enumerate(page.territories):
        label, said = page.share(territory)
        start, end = page.rng.choice(ways)
        text = page.prose(start).format(words(page, label))
        parts.append(f"<p>{text} {groups(page, said)}{words(page, end)}.</p>")
        parts += [filled(page, speech)] if i % 3 == 1 else []
    return paper(page, before, parts, after)


def billet(page: Page) -> str:
    """A mayor's blog: what he makes of the list, members as links."""
    before = """<h1>Territoires d'industrie : qui va avec qui ?</h1><p>Posté par {who} le {date}</p>
<p>Chers amis, on m'interroge au marché. Voici, pour {place}, chaque territoire et qui le compose.</p>"""
    after = """<p>Bonne semaine à tous !</p><h3>2 réponses</h3><ul><li><cite>Jeannot</cite> : il manque
{stranger}, non ?</li><li><cite>{who}</cite> : non, elle n'en fait pas partie.</li></ul>"""
    parts = []
    for territory in page.territories:
        label, said = page.say(territory, "Full", "suffix", "short")
        links = [f"<a href='https://{one.code}.example'>{words(page, one.text)}</a>" for one in said]
        start = words(page, f"« {label} », c'est ")
        parts.append(f"<p>{start}{' + '.join(links)}.</p>")
    return paper(page, before, parts, after)


def wiki(page: Page) -> str:
    """An article of an encyclopedia: a sortable table, links, notes."""
    before = """<h1 id=firstHeading>Territoires d'industrie de {place}</h1><p id=toc>1 Liste 2 Notes</p>
<p>Cet article est une ébauche.</p><h2>Liste<span>[modifier | modifier le code]</span></h2>
<table class="wikitable sortable"><tr><th>Territoire</th><th>Départements</th><th>Membres</th></tr>"""
    after = """</table><h2>Notes et références</h2><ol><li>↑ Liste publiée le {date}.</li></ol>
<p>Catégories : Industrie en France | Politique économique</p>"""
    parts = []
    for i, territory in enumerate(page.territories, 1):
        label, said = page.say(territory, "Full", "list")
        where = words(page, ", ".join(sorted({one.department for one in said})))
        links = "<br>".join(
            f"<a href=/wiki/{page.rng.randrange(9999)}>{words(page, s.text)}</a>" for s in said
        )
        name = f"{words(page, label)}<sup>[{i}]</sup>"
        parts.append(f"<tr><th scope=row>{name}</th><td>{where}</td><td>{links}</td></tr>")
    return document(page, before, parts, after)


def infolettre(page: Page) -> str:
    """A newsletter by e-mail: tables for the layout, a block for a territory."""
    before = """<table role=presentation width=600><tr><td>Voir en ligne</td></tr>
<tr><td><img alt="Agence" src=l.png></td></tr>
<tr><td><h1>L'actu des Territoires d'industrie</h1>{place}, le {date}</td></tr>"""
    after = """<tr><td>Question sur {stranger}, qui n'est pas membre ? Écrivez à {who}.</td></tr>
<tr><td>Se désinscrire | Confidentialité</td></tr></table>"""
    facts = "<font color=#888888>{theme} - {some} projets - avec {firm}</font><br><a href=/{more}>Lire</a>"
    parts = []
    for territory in page.territories:
        label, said = page.say(territory, "full", "agglo")
        start = words(page, "Sont associés : " if len(said) > 1 else "Seul membre : ")
        block = f"<b style='color:#000091'>{words(page, label)}</b><br>{start}{chain(page, said)}."
        parts.append(f"<tr><td><table><tr><td>{block}<br>{filled(page, facts)}</td></tr></table></td></tr>")
    return document(page, before, parts, after)


SITES: tuple[Callable[[Page], str], ...] = (
    actualite, region, faq, subventions, word, legende, vue, chronologie, quotidien, billet, wiki, infolettre
)  # fmt: skip
