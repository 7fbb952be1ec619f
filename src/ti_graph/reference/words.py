"""What names are compared by: their words, their legal form, their initials, the acronym that they carry."""

from __future__ import annotations

import re
import unicodedata

#: Letters that an acronym must have.
ACRONYM = 3
_NATURES = {
    "communaute de communes": "CC",
    "communaute d agglomeration": "CA",
    "communaute urbaine": "CU",
    "cc": "CC",
    "ca": "CA",
    "cu": "CU",
}
#: Words that tell little.
LITTLE = frozenset(["a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "sur"])
_SMALL_WORDS = LITTLE - {"au", "sur"}


def words(name: str) -> tuple[str, ...]:
    """The words of a name without accents, case, ligatures, hyphens and apostrophes."""
    folded = name.lower().replace("œ", "oe").replace("æ", "ae")
    plain = "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
    return tuple(re.findall(r"[a-z0-9]+", plain))


def split_nature(name: str) -> tuple[str | None, tuple[str, ...]]:
    """The legal form that a name states at its head (None if none) and its telling words."""
    parts = words(re.sub(r"\([^()]*\)", " ", name))
    for head, nature in _NATURES.items():
        size = len(head.split())
        if " ".join(parts[:size]) == head and len(parts) > size:
            return nature, tuple(w for w in parts[size:] if w not in _SMALL_WORDS)
    return None, tuple(w for w in parts if w not in _SMALL_WORDS)


def acronym_in(name: str) -> str | None:
    """The acronym that a name carries in brackets: ``CA Havraise (Co.D.A.H.)`` carries ``codah``."""
    bracket = re.search(r"\(([^()]+)\)", name)
    letters = "".join(words(bracket[1])) if bracket else ""
    return letters if len(letters) >= ACRONYM else None


def initials(name: str) -> str:
    """The initials of a name's telling words, legal form included: ``CA Seine Eure`` gives ``case``."""
    nature, telling = split_nature(name)
    return (nature or "").lower() + "".join(w[0] for w in telling)


def slugify(name: str) -> str:
    """A readable IRI part: ``Pays de l’Aigle`` gives ``pays-de-l-aigle``."""
    return "-".join(words(name))
