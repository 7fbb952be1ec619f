"""The words of the held-out pages: members as French pages write them, and the noise that pages carry.

Read by ``held_out`` only; nothing here comes from the reader that the pages are for.
"""

from __future__ import annotations

import csv
import random
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TABLES = Path(__file__).parents[2] / "data" / "tables"
FORMS = {
    "CC": ("la ", "communauté de communes", "les communautés de communes"),
    "CA": ("la ", "communauté d'agglomération", "les communautés d'agglomération"),
    "CU": ("la ", "communauté urbaine", "les communautés urbaines"),
    "EPT": ("l'", "établissement public territorial", "les établissements publics territoriaux"),
}
SHORT = {
    "CC": ("CC", "C.C.", "Com com", "Comcom", "CdC", "Com. de communes"),
    "CA": ("CA", "C.A.", "Agglo", "Com. d'agglo", "Com. d'agglomération"),
    "CU": ("CU", "C.U.", "Com. urbaine"),
    "EPT": ("EPT", "E.P.T."),
}
SMALL = {"de", "du", "des", "la", "le", "les", "et", "en"}
ADJECTIVES = ("Giennoise", "Bergeracoise", "Montargoise", "Intercommunale", "interrégionale")
ARTICLE = re.compile(r"(?:du |de la |de l'|des |de |d')?")
FROM = {True: "d'", False: "de "}
LEADS = {"du ": "le ", "de la ": "la ", "de l'": "l'", "des ": "les "}


@dataclass(frozen=True)
class Member:
    """A member of a territory.

    Arguments:
        name: as the list writes it.
        kind, code: epci, ept or commune, with its SIREN or INSEE code.
        nature: the abbreviated form that the name begins with, or nothing.
        article: what follows the form (``du ``), and core: what follows the article.
        department: the code and the name of the département where most of it lies.
        bare, shared: whether the core is unmistakable alone, and after its form in the plural.
        homonym: a commune that others have the name of.
        metropolis: a métropole by law.
    """

    name: str
    kind: str
    code: str
    nature: str
    article: str
    core: str
    department: tuple[str, str]
    bare: bool
    shared: bool
    homonym: bool
    metropolis: bool = False


@dataclass(frozen=True)
class Territory:
    """A territory of a list, with the region of its first member."""

    label: str
    region: str
    members: tuple[Member, ...]


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one of the project's tables."""
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def plain(text: str) -> str:
    """The text without accents; its length may change with ligatures."""
    text = text.replace("œ", "oe").replace("Œ", "OE")
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def _split(name: str) -> tuple[str, str, str]:
    """The form, the article and the core of a name."""
    nature, _, rest = name.partition(" ") if name.split()[0] in FORMS else ("", "", name)
    article = ARTICLE.match(rest).group() if nature else ""  # type: ignore[union-attr]
    return nature, article, re.sub(r" \([^)]*\)$", "", rest[len(article) :])


def _words(name: str) -> frozenset[str]:
    """The words that tell a name from others."""
    idle = SMALL | {"l", "d", "agglo", "agglomeration", "communaute", "metropole", "communes"}
    return frozenset(re.findall(r"[a-z0-9]+", plain(_split(name)[2]).lower())) - idle


@cache
def others(year: str) -> tuple[Member, ...]:
    """Communities that are in no territory of the list of a year, each with its département."""
    listed = {row["membre"] for row in rows(f"liste-{year}")}
    free = [r for r in rows("epci-annees") if r["annee"] == year and r["siren"] not in listed]
    named = [(r["nom"], r["siren"], *_split(r["nom"])) for r in free if r["nom"][:3] in ("CC ", "CA ")]
    spread = _spread(year)
    return tuple(
        Member(name, "epci", siren, nature, article, core, (spread[siren], ""), False, False, False)
        for name, siren, nature, article, core in named
        if siren in spread
    )


@cache
def _spread(year: str) -> dict[str, str]:
    """The département where most communes of a community lie."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows("rattachements"):
        if row["premiere_liste"] <= year <= row["derniere_liste"]:
            found[row["siren"]][row["commune"][: 3 if row["commune"] > "97" else 2]] += 1
    for row in rows("ept"):
        found[row["siren"]][row["commune"][:2]] += 1
    return {siren: count.most_common(1)[0][0] for siren, count in found.items()}


@cache
def regions() -> dict[str, str]:
    """The region of a département, by its code."""
    names = {row["code"]: row["nom"] for row in rows("regions")}
    return {row["code"]: names[row["region"]] for row in rows("departements") if row["region"] in names}


@cache
def territories(year: str) -> tuple[Territory, ...]:
    """The territories of the list of a year, in its order."""
    names = {row["code"]: row["nom"] for row in rows("regions")}
    departments = {row["code"]: row["nom"] for row in rows("departements")}
    communes = Counter(row["nom"] for row in rows("communes"))
    towns = {plain(name).lower().replace("-", " ") for name in communes}
    spread = _spread(year)
    of_year = [row for row in rows("epci-annees") if row["annee"] == year]
    words = {row["siren"]: _words(row["nom"]) for row in of_year}
    metropolises = {row["siren"] for row in of_year if row["nature"] == "METRO"}

    def member(row: dict[str, str]) -> Member:
        name, kind, code = row["libelle_membre"], row["genre"], row["membre"]
        if kind == "commune":
            where = (code[:2], departments[code[:2]])
            return Member(name, kind, code, "", "", name, where, False, False, communes[name] > 1)
        nature, article, core = _split(name)
        own = _words(name)
        alone = nature != "" and not any(own <= them for siren, them in words.items() if siren != code)
        regular = "," not in core and not core.startswith((*ADJECTIVES, "Agglo", "Communauté", "la ", "Le "))
        town = plain(core).lower().replace("-", " ") in towns
        whole = " " in core or "-" in core or len(core) > 7
        where = (spread[code], departments[spread[code]])
        unmistakable = alone and regular and not town and whole and "Agglo" not in core
        big = code in metropolises
        return Member(name, kind, code, nature, article, core, where, unmistakable, regular, False, big)

    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows(f"liste-{year}"):
        found[row["territoire"]].append(row)
    return tuple(
        Territory(its[0]["libelle"], names[its[0]["region"]], tuple(map(member, its)))
        for its in found.values()
    )


def wording(member: Member, form: str, rng: random.Random) -> tuple[str, str]:
    """What a sentence says before a member (an article, or nothing), and the mention of the member.

    A form that the member cannot take unmistakably gives way to the form spelled out.
    """
    name, nature, core = member.name, member.nature, member.core
    if member.kind == "commune":
        if form not in ("full", "Full") or re.match(r"L[ae]s? |L'", name):
            return "", name
        town = rng.choice(("commune", "ville"))
        return "la ", f"{town if form == 'full' else town.title()} {FROM[name[0] in 'AIOU']}{name}"
    if form == "list" or not nature:
        if form != "list" and (single := re.fullmatch(r"(\w+) Métropole", name)) and member.metropolis:
            return "la ", f"métropole {FROM[single[1][0] in 'AO']}{single[1]}"
        return ("la " if name.startswith("Métropole") or nature in ("CC", "CA", "CU") else ""), name
    if form == "bare" and member.bare:
        return LEADS.get(member.article, ""), core
    if form == "suffix" and member.bare and nature == "CA" and not re.search("Métropole|Communauté", core):
        return "", f"{core} Agglo"
    if form in ("index", "Index") and member.shared:
        short = nature if form == "index" else FORMS[nature][1]
        return "", f"{core} ({short}{' ' + member.article.strip() if member.article else ''})"
    rest = name[len(nature) + 1 :]
    if form == "short" and not rest.startswith(("Agglo", "Communauté")):
        short = rng.choice(SHORT[nature])
        return "la ", f"{nature if 'agglo' in short.lower() and 'Agglo' in rest else short} {rest}"
    if rest.startswith(("Agglo", "Communauté")):
        return ("l'" if rest[0] == "A" else "la "), rest
    lead, spelled, _ = FORMS[nature]
    if form == "agglo" and nature == "CA" and member.shared and "Agglo" not in rest:
        lead, spelled = "l'", "agglomération"
    if form in ("Full", "short", "Index", "index"):
        spelled = spelled[0].upper() + spelled[1:]
    return lead, f"{spelled} {rest}"


def acronym(mention: str) -> str:
    """The initials of a mention that spells its form out, in brackets after it."""
    letters = "".join(
        word[0].upper()
        for word in re.findall(r"\w+", plain(mention))
        if word.lower() not in SMALL and len(word) > 1
    )
    spelled = mention.lower().startswith(("communauté", "commu")) and "(" not in mention
    return f"{mention} ({letters})" if spelled and len(letters) > 2 else mention


class Voice:
    """How a page writes: the same letters throughout, and slips here and there when it is noisy."""

    MODES = ("accents", "capitals", "typos", "small", "spaces", "hyphens", "saint", "acronyms")

    def __init__(self, rng: random.Random, modes: int, curly: bool) -> None:
        self.rng = rng
        self.modes = set(rng.sample(self.MODES, modes))
        self.mark = rng.choice("’´'`") if modes else "’" if curly else "'"
        self.ligature = curly

    def prose(self, text: str) -> str:
        """Running text: its letters only."""
        if "accents" in self.modes:
            text = plain(text)
        elif self.ligature:
            text = re.sub(r"\b([Cc]|s|S)oeur", r"\1œur", text)
        return text.replace("'", self.mark).replace("’", self.mark)

    def _has(self, mode: str, share: float) -> bool:
        return mode in self.modes and self.rng.random() < share

    def name(self, text: str, member: bool = True) -> str:
        """A label or a mention, with what befalls names."""
        rng = self.rng
        if member and self._has("acronyms", 0.4):
            text = acronym(text)
        if self._has("small", 0.3):
            pieces = text.split(" ")
            kept = [p for i, p in enumerate(pieces) if i == 0 or p not in SMALL or rng.random() < 0.4]
            text = " ".join(kept) if len(kept) > 2 else text
        if self._has("saint", 0.7):
            text = re.sub(r"\bSaint(e?)[- ]", rng.choice((r"St\1-", r"St\1 ", r"St\1. ")), text)
        if "typos" in self.modes:
            text = re.sub(r"\w{8,}", lambda found: self._slip(found[0]), text)
        if self._has("hyphens", 0.4):
            text = re.sub(r"(?<=\w)-(?=\w)", rng.choice((" ", " - ", "‑", "–")), text)
        text = self.prose(text)
        if self._has("spaces", 0.4):
            text = text.replace(self.mark, self.mark + " ", 1) if rng.random() < 0.3 else text
            text = text.replace(" ", rng.choice(("\u00a0", "  ", "\u202f")), 1)
        return text.upper() if "capitals" in self.modes and (member or rng.random() < 0.5) else text

    def _slip(self, word: str) -> str:
        """A long word, with a slip of the fingers once in a while."""
        rng = self.rng
        if rng.random() > (0.015 if re.match("(?i)comm|agglo", word) else 0.06) or word.isupper():
            return word
        i = rng.randrange(2, len(word) - 3)
        kind = rng.randrange(3)
        if kind == 0:
            return word[:i] + word[i + 1] + word[i] + word[i + 2 :]
        return word[:i] + word[i + 1 :] if kind == 1 else word[:i] + word[i] + word[i:]


def listed(items: Sequence[str], last: str = " et ") -> str:
    """Items as a sentence lists them."""
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + last + items[-1]


def sentence(text: str) -> str:
    """A text that begins a sentence; a mention that begins it without an article is left as it is."""
    return text[0].upper() + text[1:] if re.match(r"l[ae]s? |l['’´`]", text) else text


def groups(members: Iterable[Member]) -> list[list[Member]]:
    """Members by form, those that can share theirs in the plural together."""
    found: dict[str, list[Member]] = {}
    for member in members:
        key = member.nature if member.shared and member.nature in ("CC", "CA") else member.code
        found.setdefault(key, []).append(member)
    return list(found.values())
