"""How pages write the name of a member, and whether a careful person could still tell which it is."""

from __future__ import annotations

import random
import re
import unicodedata
from functools import cache

from rapidfuzz.distance import Levenshtein

from pages.perimeters import Member, Perimeter, perimeter

NATURES = {
    "CC": "communauté de communes",
    "CA": "communauté d'agglomération",
    "CU": "communauté urbaine",
    "EPT": "établissement public territorial",
}
_SHORT = {
    "CC": ("CC", "C.C.", "Com. com.", "Comcom", "CdC"),
    "CA": ("CA", "C.A.", "Agglo", "Agglomération", "Communauté d'agglo"),
    "CU": ("CU", "C.U."),
    "EPT": ("EPT",),
}
_NATURE = re.compile(
    r"(?P<nature>CC|C\.C\.|Com\. com\.|Comcom|CdC|CA|C\.A\.|CU|C\.U\.|EPT|Agglo(?:mération)?"
    r"|Communauté d['’]agglo(?:mération)?|Communauté de communes|Communauté urbaine"
    r"|Établissement public territorial)\s+",
    re.IGNORECASE,
)
_PARTICLE = re.compile(r"(?:de l['’]|d['’]|(?:du|des|de la|de)\s+)", re.IGNORECASE)
_STOP = {"de", "du", "des", "d", "la", "le", "les", "l", "en", "et", "a", "au", "aux", "sur", "sous"}
_GENERIC = {
    "communaute",
    "communautes",
    "communes",
    "agglomeration",
    "agglo",
    "metropole",
    "intercommunalite",
}


def split(name: str) -> tuple[str, str]:
    """The nature that a name begins with, as written ("" when it has none), and the rest."""
    match = _NATURE.match(name)
    return (match["nature"], name[match.end() :]) if match else ("", name)


def nature(name: str) -> str:
    """The code of the nature that a name begins with, "" when it begins with none."""
    written = split(name)[0].casefold().replace("’", "'")
    return next(
        (
            code
            for code, forms in _SHORT.items()
            if written in {NATURES[code], *(form.casefold() for form in forms)}
        ),
        "",
    )


def listed(name: str, choose: random.Random) -> str:
    """As the list has it."""
    return name


def spelled(name: str, choose: random.Random) -> str:
    """With the legal form spelled out."""
    code = nature(name)
    return f"{NATURES[code].capitalize()} {split(name)[1]}" if code else name


def lowered(name: str, choose: random.Random) -> str:
    """With the legal form spelled out as within a sentence."""
    code = nature(name)
    return f"{NATURES[code]} {split(name)[1]}" if code else name


def short(name: str, choose: random.Random) -> str:
    """With one of the usual abbreviations of the legal form."""
    code = nature(name)
    if not code:
        return name
    form = choose.choice(_SHORT[code])
    if form.startswith(("Agglo", "Comcom", "Communauté")) and not _PARTICLE.match(split(name)[1]):
        form = code
    return f"{form} {split(name)[1]}"


def bare(name: str, choose: random.Random) -> str:
    """Without the legal form and the particle after it."""
    code, rest = nature(name), split(name)[1]
    if not code:
        return name
    return without_particle(rest) if len("".join(key(rest))) >= 5 else name


def without_particle(rest: str) -> str:
    """What follows a nature, without « du », « de la » and the like, with a capital."""
    match = _PARTICLE.match(rest)
    rest = rest[match.end() :] if match else rest
    return rest[0].upper() + rest[1:]


def mixed(name: str, choose: random.Random) -> str:
    """In any of these ways, as real pages do."""
    return choose.choice((listed, listed, spelled, short, bare, bare))(name, choose)


@cache
def key(name: str) -> tuple[str, ...]:
    """The words that tell an EPCI from others: no case, accents, small words, nature or acronym."""
    name = re.sub(r"\s*\([A-Z0-9.]{2,}\)", "", name)
    name = split(" ".join(name.split()))[1].casefold().replace("œ", "oe").replace("æ", "ae")
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    words = [word for word in re.findall(r"\w+", plain) if word not in _STOP]
    return tuple(word for word in words if word not in _GENERIC) or tuple(words)


@cache
def _keys(year: int) -> dict[str, list[tuple[str, str]]]:
    """Of each EPCI of a year: its keys, joined, with their natures."""
    known = perimeter(year)
    found = {siren: [("".join(key(name)), nature(name))] for siren, name in known.names.items()}
    for territory in known.territories:
        for member in territory.members:
            if member.kind != "commune":
                found.setdefault(member.code, []).append(("".join(key(member.name)), nature(member.name)))
    return found


@cache
def decidable(words: str, member: Member, year: int, home: str) -> bool:
    """Whether a careful person with the EPCI of the year would take the words for this member.

    Arguments:
        home: the région where that person looks first; when the member is not there, everywhere.
    """
    if member.kind == "commune":
        return True
    known, sought, form = perimeter(year), "".join(key(words)), nature(words)
    inside = member.region.code == home
    own = min(Levenshtein.distance(sought, each) for each, _ in _keys(year)[member.code])
    if not sought or own > max(3, len(sought) // 4):
        return False
    for siren, keys in _keys(year).items():
        at_home = home in known.regions.get(siren, frozenset())
        if siren == member.code or (inside and not at_home):
            continue
        for other, nature_of_other in keys:
            alike = Levenshtein.distance(sought, other, score_cutoff=own + 1) <= own + (own > 0)
            nearer = not inside and at_home and not form and sought in other
            if nearer or (alike and not (form and nature_of_other and form != nature_of_other)):
                return False
    return True


def checked(known: Perimeter, member: Member, words: str, home: str) -> str:
    """The words when they still name this member and no other, else the name as listed."""
    return words if decidable(words, member, known.year, home) else member.name
