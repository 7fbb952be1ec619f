"""Régions and départements as texts name them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from ti_graph.ingest.gazetteer import Body
from ti_graph.reference.rows import Area, Reference
from ti_graph.reference.words import words

_SHORT = {"paca": "93", "aura": "84", "bfc": "27", "idf": "11", "hdf": "32", "cvl": "24", "pdl": "52"}
_BEFORE = (
    r"(?:(?:en|dans|pour|la|le|les|l|de|du|des|d|region|regions|departement|departements|dept|dep|dpt|"
    r"academie|prefecture|collectivite) )*"
)
_AFTER = r"(?: (?:region|departement|\d{1,3} territoires?(?: d industrie)?|\d{1,3}))?"
_SEPARATOR = re.compile(r"\s*[,;/&+]\s*|\s+et\s+|\s+[-–—]\s+")
#: A text that names more régions than this is about none of them.
_ABOUT = 3


@dataclass(frozen=True)
class Place:
    """INSEE codes of régions and départements; nothing where both are empty."""

    regions: frozenset[str] = frozenset()
    departements: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.regions or self.departements)

    def holds(self, body: Body) -> bool:
        """Whether a body is, at least in part, there."""
        if self.departements:
            return not self.departements.isdisjoint(body.departements)
        return not self.regions.isdisjoint(body.regions)


#: What a text that names no place is in.
NOWHERE = Place()


class Places:
    """The names of régions and départements.

    Arguments:
        reference: the tables.
    """

    def __init__(self, reference: Reference):
        self._regions = {" ".join(words(area.nom)): area.code for area in reference.regions.values()}
        self._departements = {
            " ".join(words(area.nom)): area.code for area in reference.departements.values()
        }
        self._region_of = {code: area.region for code, area in reference.departements.items()}
        self.exactly = lru_cache(maxsize=100_000)(self._exactly)
        self._whole = re.compile(
            f"{_BEFORE}(?P<name>{self._any(reference.regions.values())}|"
            f"{self._any(reference.departements.values())}|{'|'.join(_SHORT)}|"
            rf"\d\d|2a|2b|97\d){_AFTER}"
        )
        self._region = re.compile(rf"(?<![a-z0-9])(?:{self._any(reference.regions.values())})(?![a-z0-9])")

    @staticmethod
    def _any(areas: Iterable[Area]) -> str:
        """The names, longest first."""
        return "|".join(sorted((" ".join(words(area.nom)) for area in areas), key=len, reverse=True))

    def _exactly(self, text: str) -> Place:
        """The place, or places, that a text is the name of; none where it says anything else."""
        regions, departements = set[str](), set[str]()
        for part in _SEPARATOR.split(text.strip(" .:")):
            plain = " ".join(words(part))
            match = self._whole.fullmatch(plain)
            if not match:
                return self._one(" ".join(words(text)))
            place = self._named(match["name"])
            regions |= place.regions
            departements |= place.departements
        return Place(frozenset(regions), frozenset(departements))

    def _one(self, plain: str) -> Place:
        match = self._whole.fullmatch(plain)
        return self._named(match["name"]) if match else NOWHERE

    def _named(self, name: str) -> Place:
        if name in self._regions:
            return Place(frozenset([self._regions[name]]))
        if name in _SHORT:
            return Place(frozenset([_SHORT[name]]))
        code = self._departements.get(name, name.upper())
        return Place(departements=frozenset([code])) if code in self._region_of else NOWHERE

    def about(self, text: str, url: str) -> Place:
        """The régions that a page is about: that of its address, else those that it names.

        A page that names many is about none.
        """
        addressed = self._addressed(url)
        if addressed:
            return addressed
        plain = " ".join(words(text))
        named = Counter(self._regions[name] for name in self._region.findall(plain))
        often = frozenset(code for code, count in named.items() if count * 3 >= max(named.values()))
        return Place(often) if len(often) <= _ABOUT else NOWHERE

    def _addressed(self, url: str) -> Place:
        parts = urlsplit(url)
        host = [" ".join(words(part)) for part in (parts.hostname or "").split(".")]
        path = [" ".join(words(part)) for part in parts.path.split("/")]
        for name in [*host, *path]:
            if name in self._regions:
                return Place(frozenset([self._regions[name]]))
        for name in host:
            if name in self._departements and "gouv" in host:
                return Place(frozenset([self._region_of[self._departements[name]]]))
        return NOWHERE
