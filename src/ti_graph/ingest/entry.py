"""A territory as a text lists it: its name, its members, where both stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import category

from ti_graph.assembly.announcement import Span
from ti_graph.ingest.additions import after_number, shorn
from ti_graph.ingest.loose import loose, plain
from ti_graph.ingest.members import Mention
from ti_graph.ingest.places import Place

#: How like listed names the members of an entry must be on average.
ENOUGH = 0.55
#: Code points of a territory's name.
LONGEST_NAME = 130
_MOST_WORDS = 16
_MOST_MEMBERS = 40
#: Words that stand before or over a list without being a territory's name.
_NO_NAMES = re.compile(
    r"(?:(?:de|a|cc|objet|date) :.*|vous etes ici.*|agenda|sommaire|(?:l['’])?edito|editorial|chiffres cles|"
    r"(?:a )?lire aussi|voir aussi|a noter|accueil|contacts?(?: presse)?|tel|mail|courriel|telecharger|"
    r"documents?|sources?|pour info(?:rmation)?|rappel|attention|nb|ps|objet|date|periode|partenaires?|"
    r"territoires?(?:\s+d\s?['’]?\s?industrie)?|industrie|nom|regions?|departement|"
    r"(?:communes?|epci|collectivites?|intercommunalites?|membres?)(?: membres)?(?:[\s_]*(?:n°)?\s*\d{1,2})?|"
    r"\d+\s+(?:resultats?|elements?|fiches?)\b.*|publie le.*|mis a jour.*|"
    r"(?:la |les |voici )?(?:liste|composition|perimetre)s?"
    r"(?: des?(?: \d+)? territoires?(?: d['’]industrie)?)?)\W*",
    re.IGNORECASE,
)
#: What leads into a list instead of naming a territory.
_LEADS_IN = re.compile(
    r"\b(?:voici|suivant(?:e?s)?|ci-dessous|ci-apres|listes?|retenu(?:e?s)?|labellisee?s|intercommunalites|"
    r"concerne(?:nt)?|laureats?|selectionnee?s|(?:comprend|rassemble|regroupe|recouvre|reunit|associe|sont|"
    r"ont)(?:nt)?|annoncee?s|"
    r"(?:les|des|aux|\d+|nos|leurs|dix|deux|trois|ces)\s+territoires)\b"
    r"|^\d[\d\s]*\s(?:actions?|projets?|entreprises?|emplois?|millions?|euros?|intercommunalites?|epci)\b"
    r"|^objet\b|^une?\s+seule?\b|territoires\s+d\s?['’]?\s?industrie\s+(?:en|dans|de|du|des)\b",
    re.IGNORECASE,
)
#: What the name of no territory has in it: an official's post, or members.
_HOLDS_MEMBERS = re.compile(
    r",\s*(?:(?:sous-)?pref(?:et|ete)|(?:vice-)?president|maire|ministre|secretaire|directeur|directrice|"
    r"delegue)"
    r"|,\s*(?:CC|CA|CU|C\.C\.|C\.A\.|[Cc]ommunaute|[Cc]om\.|[Aa]gglo)\b|[)\]]\s*,",
    re.IGNORECASE,
)
#: A day, or the page number of a table of contents.
DATE = re.compile(
    r"\b\d{1,2}(?:er)?\s+[a-zéû]{3,9}\s+\d{4}\b"
    r"|^\d{1,2}(?:er)?\s+(?:janv|f[ée]vr|mars|avr|mai|juin|juil|ao[uû]t|sept|oct|nov|d[ée]c)[a-zé]*(?:$|"
    r"\s*,|\s+(?:à\b|\d))"
    r"|(?:\.\s?){3,}\s*\d*$|\b\d{1,2}/\d{1,2}/\d{4}\b",
    re.IGNORECASE,
)
#: What stands before members instead of a territory's name.
MEMBERS_OF = loose(
    r"(?:(?:(?:liste|composition|nombre|noms?)\s+des|les|\d{1,2}|une?|deux|trois|quatre|cinq|six|sept|huit|"
    r"neuf|dix)\s+)?"
    r"(?:EPCI|intercommunalités?|collectivités?|communautés?|membres?|communes?|périmètre|composition|"
    r"territoires? couverts?)"
    r"(?:\s*(?:et|ou|/|\()\s*(?:les\s+)?(?:communes?|EPCI|villes?|intercommunalités?)\)?)?"
    r"(?:\s+(?:membres?|concernée?s?|participante?s?|associée?s?|accompagnée?s?|bénéficiaires?|"
    r"du\s+territoire|signataires|porteu(?:rs|ses)|lauréate?s|engagée?s?))?"
    r"(?:\s*\(\d+\)|\s*(?:n°\s*)?\d{1,2})?\s*(?::|$)\s*",
    re.IGNORECASE,
)
#: What stands above a territory's name, or before it, in a record.
NAME_OF = loose(
    r"(?:noms?\s+)?(?:du\s+|de\s+)?territoires?(?:\s+d\s?['’]?\s?industrie)?\W*|nom\W*|intitulé\W*|"
    r"libellé\W*",
    re.IGNORECASE,
)
#: What a key says that is neither a territory nor its members.
OTHER_OF = loose(
    r".*\b(?:référente?s?|contacts?|chef(?:fe|\(fe\))?\s+de\s+projet|binômes?|élue?s?|industriel(?:le)?s?|"
    r"pilotes?|animat\w+|"
    r"téléphone|tél|courriel|mail|e-mail|adresse|lieu|date|statut|thém\w+|filières?|priorités?|actions?|"
    r"projets?|budget|"
    r"montant|emplois?|entreprises?|sites?|axes?|enjeux|objectifs?|crte|programmes?|population|habitants|"
    r"chômage|"
    r"régions?|départements?|préfet|président|sous-préfet|cofinancement|subvention)\b.*",
    re.IGNORECASE,
)
_KEYED = loose(
    r"(?:communautés|agglomérations|métropoles|EPT)\b|(?:EPCI|intercommunalités|collectivités|communautés|"
    r"membres|périmètre|composition)\b[^:]{0,25}:"
    r"|(?:territoire|fiche|carte|zone|lot|annexe|secteur|article|TI)\s*(?:n°|no|n)?\s*\d+$",
    re.IGNORECASE,
)
_COUNT = loose(
    r"\s*(?:\(\d{1,2}(?:/\d{1,2})?\)$|[(\[–—-]\s*\d[\d\s\u00a0\u202f]*\s*(?:EPCI|intercommunalités?|membres?|communes?|collectivités?|"
    r"communautés?|habitants?|hab\.?|emplois?)[^()]*[)\]]?\s*:?\s*$)",
    re.IGNORECASE,
)
_OPENS = loose(
    r"(?:(?:enfin|ensuite|puis|et|également|[Àà]\s+savoir|s['’]y\s+ajoutent|viennent|on\s+(?:re)?trouve|"
    r"sont\s+(?:labellisés|retenus)|ont\s+été\s+(?:labellisés|retenus)|il\s+s['’]agit\s+de)\s*[,:]?\s+)+",
    re.IGNORECASE,
)
#: A telephone number, an address.
CONTACT = re.compile(r"(?:\d\d[\s.-]?){4}\d\d|@\w|://")
_PARTED = re.compile(
    r"[!?]\s|^\d[\d\s.,]*\s[a-zà-ÿ]|\s(?:est|sera)\s+[a-zà-ÿ]+ée?s?\b|\s:\s|\s>\s|[^\s\d]\.\s+[A-ZÀ-Þ].*\.$"
    r"|\s(?:que|qui|dont|où|a|ont|sont|été|sera|seront|nous|vous|ils?|elles?)\s|\bqu['’]"
)
#: How a sentence begins that is no name.
_SPEAKS = re.compile(r"(?:ils?|elles?|on|nous|vous|je|ce|c['’]|ça|cela|voilà|voici)(?:\s|$)", re.IGNORECASE)
_EDGES = " \t\n\r\xa0\u202f\u2009:;,.–—-*_|=→>#"
_PAIRS = ("«»", "“”", "„“", "„”", '""', "‹›", "‘’", "''", "[]")
_QUOTES = tuple(
    re.compile(
        rf"{a}\s*((?:[^{a}{b}]|{b}(?=\w)){{1,300}}?)\s*{b}(?!\w)"
        if a in "'‘"  # they are apostrophes, too
        else rf"{a}\s*([^{a}{b}]+?)\s*{b}"
    )
    for a, b in ((re.escape(pair[0]), re.escape(pair[1])) for pair in _PAIRS)
)
_SAID = re.compile(
    r"(?:[Ll]e\s+|[Dd]u\s+|[Aa]u\s+)?territoire\s+(?:d\s?['’]\s?industrie\s+)?(?:de\s+la\s+|de\s+l['’]\s*|"
    r"du\s+|des\s+|de\s+|d['’]\s*)"
    r"(?=[A-ZÀ-ÖØ-Þ])"
)
_INTRODUCED = re.compile(
    r"(?:.*?\b(?:territoires?\s+d\s?['’]?\s?industrie|territoire|TI)\s+"
    r"(?:(?:dit|dénommé|intitulé|baptisé|nommé|labellisé)\s+)?)(?=[A-ZÀ-ÖØ-Þ0-9«“\"])",
    re.DOTALL,
)


@dataclass(frozen=True)
class Entry:
    """A territory of a list.

    Arguments:
        name: its name, without quotation marks and place.
        place: the place in brackets beside its name, or in its row.
        members: whom the text names, in order.
        passage: the stretch that says so.
        is_sure: whether its form leaves no doubt; a dash may part a name from a member, or two names.
    """

    name: Span
    place: Place
    members: tuple[Mention, ...]
    passage: Span
    is_sure: bool = True

    @property
    def quality(self) -> float:
        """How like listed names its members are, 0 to 1, on average."""
        return quality(self.members)

    @property
    def worth(self) -> float:
        """The more, the more members it has that are like listed names; none where they are too many."""
        if len(self.members) > _MOST_MEMBERS:
            return 0.0
        return sum(member.quality - 0.5 for member in self.members)


def quality(members: Sequence[Mention]) -> float:
    """How like listed names some members are, on average; 0 for none."""
    return sum(member.quality for member in members) / len(members) if members else 0.0


def name_in(text: str, start: int, end: int) -> Span | None:
    """The name of a territory that a stretch of a text is or ends with; None where it is none.

    Quotation marks, and what only says that it is a territory, are left out.
    """
    start, end = trimmed(text, *shorn(text, *trimmed(text, start, end)))
    opening = _OPENS.match(text, start, end)
    start = after_number(text, opening.end() if opening and opening.end() < end else start, end)
    for pattern in _QUOTES:
        quoted = list(pattern.finditer(text, start, end))
        if quoted and quoted[-1].end() == end:
            return _checked(text, *quoted[-1].span(1))
    said = _SAID.match(text, start, end)
    start = said.end() if said and said.end() < end else start
    introduced = _INTRODUCED.match(text, start, end)
    if introduced and introduced.end() < end and introduced.start() < introduced.end():
        start = introduced.end()
    return _checked(text, start, end)


def without_count(text: str, start: int, end: int) -> int:
    """Where a name ends that says how many members it has (« Axe Seine (9 EPCI) »)."""
    count = _COUNT.search(text[start:end])
    return start + count.start() if count and count.start() else end


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch without white space and punctuation at its edges."""
    while start < end and _is_edge(text[start]):
        start += 1
    while end > start and _is_edge(text[end - 1]):
        end -= 1
    return start, end


def _is_edge(character: str) -> bool:
    """White space, punctuation, or a pictogram."""
    return character in _EDGES or character == "\ufe0f" or category(character) in ("So", "Sk")


def _checked(text: str, start: int, end: int) -> Span | None:
    start, end = trimmed(text, start, end)
    name = text[start:end]
    bare = plain(name)
    is_one = (
        0 < len(name) <= LONGEST_NAME
        and len(name.split()) <= _MOST_WORDS
        and any(map(str.isalpha, name))
        and not _NO_NAMES.fullmatch(bare)
        and not _LEADS_IN.search(bare)
        and not DATE.search(name)
        and not _HOLDS_MEMBERS.search(bare)
        and not MEMBERS_OF.fullmatch(name)
        and not _KEYED.match(name)
        and not _PARTED.search(name)
        and not _SPEAKS.match(name)
        and "|" not in name
        and "\t" not in name
        and name.count('"') % 2 == 0
        and name.count("«") == name.count("»")
        and name.count("(") == name.count(")")
        and name.count("“") == name.count("”")
    )
    return Span(start, end, name) if is_one else None
