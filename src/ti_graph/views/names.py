"""Find communes, EPCI and territories by code or name: exactly where possible, by likeness to suggest.

A name is compared without accents, case, hyphens and apostrophes, "St" read as "Saint"; an EPCI's without the
legal form at its head, by each name that a yearly list gives it. Likeness is Levenshtein's, in percent
(rapidfuzz).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from ti_graph.rdf import ID, prologue
from ti_graph.reference.words import split_nature, words

#: Puts a query's text to a dataset; gives its rows, terms as text by variable.
Ask = Callable[[str], Iterable[Mapping[str, str]]]

COMMUNE, EPCI, TERRITORY = "commune", "epci", "territoire"
KINDS = (COMMUNE, EPCI, TERRITORY)

PREFIXES = prologue("igeo", "rdfs", "ti")
_COMMUNES = """SELECT ?thing ?code ?name ?within {
  ?thing a igeo:Commune ; igeo:codeINSEE ?code ; rdfs:label ?name .
  OPTIONAL { ?thing igeo:subdivisionDe ?within }
}"""
_EPCI = (
    "SELECT ?thing ?code ?name { ?thing a igeo:Intercommunalite ; igeo:codeINSEE ?code ; rdfs:label ?name }"
)
_NAMES_OF_EPCI = "SELECT DISTINCT ?thing ?name { ?state ti:etatDe ?thing ; ti:nom ?name }"
_TERRITORIES = "SELECT ?thing ?name ?within { ?thing a ti:Territoire ; rdfs:label ?name ; ti:liste ?within }"
#: The least likeness of a suggestion.
_ALIKE = 70
_EXACT = 100.0
#: So many things are offered for the beginning of a name.
_OFFERED = 10
#: Longer texts are no names: nothing is looked for that is alike.
_LONGEST = 200
_SAINT = {"st": "saint", "ste": "sainte"}


@dataclass(frozen=True)
class Thing:
    """A commune, an EPCI or a territory.

    Arguments:
        id: its IRI without ``https://w3id.org/territoires-industrie/id/``: ``commune/76351``.
        kind: one of ``KINDS``.
        code: INSEE code or SIREN; a territory has none.
        name: its name.
        within: the code of a commune's département, the slug of a territory's list; empty for an EPCI.
    """

    id: str
    kind: str
    code: str
    name: str
    within: str = ""

    def has_code(self, text: str) -> bool:
        """Whether a text is its code; spaces, and the zeros at its head, may differ."""
        return bool(self.code) and _code(text).lstrip("0") == self.code.lstrip("0")

    @property
    def shown(self) -> str:
        """The name with what tells it from others of that name."""
        return f"{self.name} ({self.within or self.code})"


@dataclass(frozen=True)
class Candidate:
    """A thing that a text may mean, and how alike its name is, 0 to 100; 100 is the same."""

    thing: Thing
    score: float

    @property
    def is_exact(self) -> bool:
        """Whether it has that very code or name."""
        return self.score == _EXACT


class Names:
    """The communes, EPCI and territories of a dataset, by code and by name.

    Arguments:
        ask: asks the dataset.
    """

    def __init__(self, ask: Ask):
        self.things: dict[str, Thing] = {}
        self._by_code: dict[str, Thing] = {}
        self._by_name: dict[str, dict[str, dict[str, None]]] = {kind: defaultdict(dict) for kind in KINDS}
        for kind, query in ((COMMUNE, _COMMUNES), (EPCI, _EPCI), (TERRITORY, _TERRITORIES)):
            for row in ask(PREFIXES + query):
                self._add(row, kind)
        for row in ask(PREFIXES + _NAMES_OF_EPCI):
            known = self.things.get(row["thing"].removeprefix(ID))
            if known:
                self._by_name[EPCI][_key(row["name"], EPCI)][known.id] = None

    def _add(self, row: Mapping[str, str], kind: str) -> None:
        within = row.get("within", "").rsplit("/", 1)[-1]
        thing = Thing(row["thing"].removeprefix(ID), kind, row.get("code", ""), row["name"], within)
        self.things[thing.id] = thing
        self._by_name[kind][_key(thing.name, kind)][thing.id] = None
        if thing.code:
            self._by_code[thing.code] = thing

    def find(
        self, text: str, kinds: Iterable[str] = KINDS, within: str = "", limit: int = 5, suggest: bool = True
    ) -> list[Candidate]:
        """What a text may mean, the likeliest first.

        Arguments:
            text: an INSEE code (a leading zero may be missing), a SIREN (spaces allowed), an IRI or a name.
            kinds: look only among these.
            within: prefer communes of the département of that code, territories of that list.
            limit: at most so many.
            suggest: whether to look for names that are alike where none is the same.

        Returns:
            Things that have that very code or name; only where there is none, suggestions.
        """
        kinds = tuple(kinds)
        exact = [thing for thing in self._exact(text, kinds) if thing.kind in kinds]
        if not exact:
            return self._alike(text, kinds, limit) if suggest and len(text) <= _LONGEST else []
        if within:
            exact = [thing for thing in exact if thing.within == within] or exact
        return [Candidate(thing, _EXACT) for thing in sorted(exact, key=lambda t: (t.name, t.id))][:limit]

    def starting_with(self, text: str) -> list[Thing]:
        """The thing with that code, and those whose names start with a text: the ten shortest names."""
        coded = self._by_code.get(_code(text))
        found: dict[str, None] = {coded.id: None} if coded else {}
        for kind in KINDS:
            start = _key(text, kind)
            for name, ids in self._by_name[kind].items():
                if start and name.startswith(start):
                    found.update(ids)
        things = (self.things[each] for each in found)
        return sorted(things, key=lambda thing: (len(thing.name), thing.name, thing.id))[:_OFFERED]

    def _exact(self, text: str, kinds: tuple[str, ...]) -> Iterator[Thing]:
        code = _code(text)
        given = text.strip().removeprefix(ID)
        for known in (self.things.get(given), self._by_code.get(code), self._by_code.get(code.zfill(5))):
            if known:
                yield known
                return
        for kind in kinds:
            for each in self._by_name[kind].get(_key(text, kind), ()):
                yield self.things[each]

    def _alike(self, text: str, kinds: tuple[str, ...], limit: int) -> list[Candidate]:
        best: dict[str, float] = {}
        for kind in kinds:
            names = self._by_name[kind]
            wanted = _key(text, kind)
            for name, score, _ in process.extract(
                wanted, names.keys(), scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=limit
            ):
                for each in names[name]:
                    best[each] = max(best.get(each, 0.0), min(round(score, 1), 99.0))
        ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))
        return [Candidate(self.things[each], score) for each, score in ranked[:limit]]


def _code(text: str) -> str:
    return re.sub(r"\s", "", text).upper()


def _key(name: str, kind: str) -> str:
    """What is compared of a name."""
    if kind == EPCI:
        return " ".join(split_nature(name)[1])
    return " ".join(_SAINT.get(word, word) for word in words(name))
