"""The names of the intercommunalités that a day knew, and how like one of them a text is.

A name is compared by its telling words: without accents, case, hyphens and apostrophes, without articles,
the legal form apart. A word weighs the more the fewer names have it, so that « Pays » or « Agglomération »
hardly count; it may be misspelt (Levenshtein), cut short (« Agglo ») or run together with its neighbour.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import log

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from ti_graph.errors import RequestError
from ti_graph.ingest.forms import EPCI, EPT, nature_of, telling
from ti_graph.reference.rows import EpciYear
from ti_graph.reference.timeline import Timeline, start_of
from ti_graph.reference.words import ACRONYM, LITTLE, acronym_in, words

#: Words that many bodies have in their names and that tell little.
_GENERIC = frozenset(
    [
        "communaute",
        "communes",
        "agglomeration",
        "metropole",
        "urbaine",
        "interco",
        "intercom",
        "intercommunalite",
        "intercommunale",
        "pays",
        "territoire",
        "territoires",
    ]
)
_GENERIC_WEIGHT = 0.25
_ABBREVIATION = 4  # letters that an abbreviated word must keep
_CUT_SHORT = 0.9  # what an abbreviated word counts
_MISSPELT = 5  # letters that a word must have to be recognised when misspelt
_ALIKE = 0.8  # the least likeness (Levenshtein, normalised) of a misspelt word
_RUN_TOGETHER = 0.88  # the least likeness of two names written without spaces
_CLOSEST = 16  # names compared in full
_SHARE = 0.4  # of the weight of words that the closest name has in common, what others must have
_MOST_WORDS = 14  # telling words that a name has
_OF_THE_TEXT = 0.65  # how much of the score is that the text's words are in the name; the rest, the reverse


@dataclass(frozen=True, slots=True)
class Body:
    """An intercommunalité as a day knew it.

    Arguments:
        siren: nine digits.
        kind: ``epci`` or ``ept``.
        nom: its name in the last list.
        nature: CC, CA, CU, METRO, MET69, or EPT.
        departements, regions: codes of where it has communes.
    """

    siren: str
    kind: str
    nom: str
    nature: str
    departements: frozenset[str]
    regions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Name:
    """A name that a list gives to a body; ``year`` is the last such list."""

    body: Body
    nom: str
    year: int
    words: tuple[str, ...]
    is_former: bool


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like a name a text is, 0 to 1, and by which method."""

    name: Name
    score: float
    method: str


class Gazetteer:
    """The names of the EPCI and EPT that a day knew.

    Only lists of up to that day count. EPT have been since 1 January 2016, and the one table of them is
    undated: they are there for any day.

    Arguments:
        timeline: the reference tables.
        as_of: the day.

    Raises:
        RequestError: no list is that old.
    """

    def __init__(self, timeline: Timeline, as_of: date):
        years = {year for _, year in timeline.reference.annees if year <= as_of.year}
        if not years:
            first = min(year for _, year in timeline.reference.annees)
            raise RequestError(f"no list of EPCI is as old as {as_of}: the first is of 1 January {first}")
        #: The year of the list that holds.
        self.year = max(years)
        self.bodies = {body.siren: body for body in _bodies(timeline, self.year)}
        self._names = list(_names(timeline, self.bodies, self.year))
        self._index: dict[str, list[int]] = defaultdict(list)
        for number, name in enumerate(self._names):
            for word in dict.fromkeys(name.words):
                self._index[word].append(number)
        self._vocabulary = list(self._index)
        every = log(len(self._names) + 1)
        self._weights = {
            word: (1 - log(len(numbers) + 1) / every) * (_GENERIC_WEIGHT if word in _GENERIC else 1)
            for word, numbers in self._index.items()
        }
        self._joined: dict[str, list[int]] = defaultdict(list)
        for number, name in enumerate(self._names):
            self._joined[_joined(name.words)].append(number)
        self._joined_names = list(self._joined)
        self._acronyms = _acronyms(self._names)
        self.alike = lru_cache(maxsize=100_000)(self._alike)
        self._meant = lru_cache(maxsize=100_000)(self._meanings)

    def knows(self, word: str) -> bool:
        """Whether a word is one of those that names are compared by."""
        return word in self._index

    def named(self, acronym: str) -> Mapping[Name, str]:
        """The names that an acronym may stand for, and how it comes about: carried, or by initials."""
        return self._acronyms.get(acronym, {})

    def _alike(self, rest: tuple[str, ...]) -> tuple[Likeness, ...]:
        """The names that some telling words may stand for, best first, one for each body."""
        best: dict[str, Likeness] = {}
        if len(rest) > _MOST_WORDS:
            return ()
        for number in self._closest(rest):
            found = self._compare(rest, self._names[number])
            before = best.get(found.name.body.siren)
            if before is None or _rank(found) > _rank(before):
                best[found.name.body.siren] = found
        return tuple(sorted(best.values(), key=_rank, reverse=True))

    def _closest(self, rest: tuple[str, ...]) -> list[int]:
        weighed: dict[int, float] = defaultdict(float)
        for word in dict.fromkeys(rest):
            for known, likeness in self._meant(word).items():
                for number in self._index[known]:
                    weighed[number] += likeness * self._weight(known)
        joined = _joined(rest)
        if len(joined) >= _MISSPELT:
            run = process.extract(
                joined, self._joined_names, scorer=fuzz.ratio, score_cutoff=100 * _RUN_TOGETHER, limit=5
            )
            for name, _, _ in run:
                for number in self._joined[name]:
                    weighed[number] += 100
        least = _SHARE * max(weighed.values(), default=0)
        near = [number for number, weight in weighed.items() if weight >= least]
        return sorted(near, key=lambda n: (-weighed[n], len(self._names[n].words)))[:_CLOSEST]

    def _compare(self, rest: tuple[str, ...], name: Name) -> Likeness:
        if sorted(rest) == sorted(name.words):
            return Likeness(
                name, 0.98 if name.is_former else 1.0, "ancien-nom" if name.is_former else "meme-nom"
            )
        # In order: sums over a set differ in their last digit from process to process.
        here, there = dict.fromkeys(rest), dict.fromkeys(name.words)
        pairs = {word: self._best(word, there) for word in here}
        back = {word: self._best_back(word, here) for word in there}
        score = _OF_THE_TEXT * self._share(pairs) + (1 - _OF_THE_TEXT) * self._share(back)
        run = Levenshtein.normalized_similarity(_joined(rest), _joined(name.words))
        score = max(score, run - 0.03 if run >= _RUN_TOGETHER else 0)
        short = all(pairs[word] == 1 for word in here)
        return Likeness(
            name, min(score, 0.99) - 0.02 * name.is_former, "forme-courte" if short else "ressemblance"
        )

    def _share(self, found: Mapping[str, float]) -> float:
        whole = sum(map(self._weight, found))
        return sum(self._weight(word) * likeness for word, likeness in found.items()) / whole if whole else 0

    def _weight(self, word: str) -> float:
        """What a word counts: 1 where no name has it, little where many have it or where it is generic."""
        return self._weights.get(word, 1.0)

    def _best(self, word: str, others: Iterable[str]) -> float:
        """How well the words of a name account for a word of the text."""
        meant = self._meant(word)
        return max((meant.get(other, 0) for other in others), default=0)

    def _best_back(self, known: str, others: Iterable[str]) -> float:
        return max((self._meant(other).get(known, 0) for other in others), default=0)

    def _meanings(self, word: str) -> Mapping[str, float]:
        """The words of the names that a word of a text may be, with how like they are."""
        found = {word: 1.0} if word in self._index else {}
        if found:
            return found
        if len(word) >= _ABBREVIATION and not word.isdigit():
            found = {known: _CUT_SHORT for known in self._vocabulary if known.startswith(word)}
        if len(word) >= _MISSPELT:
            near = process.extract(
                word, self._vocabulary, scorer=Levenshtein.normalized_similarity, score_cutoff=_ALIKE, limit=8
            )
            for known, likeness, _ in near:
                found[known] = max(found.get(known, 0), likeness)
        return found


def _joined(parts: tuple[str, ...]) -> str:
    """Words without what separates them, for names of which a hyphen was lost or added."""
    return "".join(word for word in parts if word not in _GENERIC)


def _rank(found: Likeness) -> tuple[float, bool, int]:
    return found.score, not found.name.is_former, found.name.year


def _bodies(timeline: Timeline, year: int) -> Iterator[Body]:
    members = timeline.members(start_of(year)) if year >= 2018 else timeline.members(start_of(2018))
    reference = timeline.reference
    for (siren, listed), row in reference.annees.items():
        if listed == year:
            communes = members.get(siren, ())
            yield Body(siren, EPCI, row.nom, row.nature, *_places(timeline, communes))
    names = {row.siren: row.nom for row in reference.ept}
    for siren, communes in reference.communes_of_ept.items():
        yield Body(siren, EPT, names[siren], "EPT", *_places(timeline, communes))


def _places(timeline: Timeline, communes: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    rows = [timeline.reference.communes[code] for code in communes]
    regions = {timeline.region_of(row.code) for row in rows}
    return frozenset(timeline.departement_of(row) for row in rows), frozenset(regions - {""})


def _names(timeline: Timeline, bodies: Mapping[str, Body], year: int) -> Iterator[Name]:
    """Each name of each body, the last list that has it; names that differ in nothing telling once."""
    last: dict[tuple[str, tuple[str, ...]], EpciYear] = {}
    for row in sorted(timeline.reference.annees.values(), key=lambda row: row.annee):
        if row.annee <= year and row.siren in bodies:
            last[row.siren, telling(row.nom)[1]] = row
    for (siren, telling_words), row in last.items():
        yield Name(bodies[siren], row.nom, row.annee, telling_words, row.annee < year)
    for body in bodies.values():
        if body.kind == EPT:
            yield Name(body, body.nom, year, telling(body.nom)[1], False)


def _acronyms(names: Iterable[Name]) -> Mapping[str, Mapping[Name, str]]:
    """For each acronym, in small letters, the names that carry it in brackets or have it as initials."""
    found: dict[str, dict[Name, str]] = defaultdict(dict)
    for name in names:
        for acronym in _initials(name):
            if len(acronym) >= ACRONYM:
                found[acronym][name] = "initiales"
        carried = acronym_in(name.nom)
        if carried:
            found[carried][name] = "sigle-porte"
    return found


def _initials(name: Name) -> set[str]:
    """The initials of a name: with or without articles, with or without the legal form."""
    parts = words(re.sub(r"\([^()]*\)", " ", name.nom))
    _, rest = nature_of(parts)
    every = "".join(word[0] for word in rest)
    some = "".join(word[0] for word in rest if word not in LITTLE)
    form = {"CC": "cc", "CA": "ca", "CU": "cu"}.get(name.body.nature, "")
    return {form + every, form + some, every, some} if len(rest) > 1 else {form + some}
