"""Decide which intercommunalités the members of some territories are, by name and by place, or decide not.

The score of a name is how like a listed name it is, raised or lowered by whether the legal form agrees and by
whether the body is where the text says and where the territory's other members are. The best decides only
when its score and its lead over the next suffice; both bounds are calibrated (``benchmarks/ingest.py``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ti_graph.ingest.forms import telling
from ti_graph.ingest.gazetteer import Body, Gazetteer, Likeness
from ti_graph.ingest.places import NOWHERE, Place
from ti_graph.reference.words import ACRONYM, words

#: The least score that decides, and the least lead over the next best.
THRESHOLD = 0.8
LEAD = 0.06
#: Candidates shown of what is not decided, and the least score that they have.
_SHOWN = 5
_WORTH_SHOWING = 0.4

_NATURE_AGREES, _NATURE_DIFFERS, _AGGLO_OF_COMMUNES = 0.03, -0.12, -0.08
_STATED_HERE, _STATED_ELSEWHERE = 0.05, -0.5
_HEADED_HERE, _HEADED_ELSEWHERE = 0.04, -0.12
_NEAR, _SAME_REGION, _FAR = 0.06, 0.0, -0.12
_ON_PAGE, _OFF_PAGE = 0.02, -0.08
_ONLY_A_COMMUNE = -0.2
_EXACT = ("meme-nom", "ancien-nom")
_AWAY_FROM_EXACT, _ANOTHER_IS_EXACT = 0.4, -0.08
_CARRIED, _BY_INITIALS = 0.92, 0.86
_LONGEST_ACRONYM = 10


@dataclass(frozen=True)
class Named:
    """A member as a text names it.

    Arguments:
        mention: its name, without the place in brackets.
        place: the place in brackets.
        nature: the legal form that the text states for it elsewhere (« les communautés de communes A et B »).
    """

    mention: str
    place: Place = NOWHERE
    nature: str | None = None


@dataclass(frozen=True)
class Group:
    """The members of one territory, and the place that stands over it or beside its name."""

    members: tuple[Named, ...]
    place: Place = NOWHERE


@dataclass(frozen=True)
class Choice:
    """What a name stands for.

    Arguments:
        siren: the decided body; None when undecided.
        method: how the best candidate's name was found (``ontology/codes.ttl``); empty without any.
        score: that of the best candidate, 0 to 1.
        candidates: those that came into question, best first.
    """

    siren: str | None
    method: str
    score: float
    candidates: tuple[Likeness, ...]

    @property
    def why(self) -> str:
        """Why it is undecided: ``ambigu`` (several are as likely), ``incertain`` or ``inconnu`` (none is)."""
        if not self.candidates:
            return "inconnu"
        return "ambigu" if self.score >= THRESHOLD else "incertain"

    @property
    def best(self) -> Likeness | None:
        """The best candidate."""
        return self.candidates[0] if self.candidates else None

    def undecided(self) -> Choice:
        """The same with nothing decided."""
        return replace(self, siren=None)


class Matcher:
    """Decides against the names of one day.

    Arguments:
        gazetteer: the names.
        communes: for each name of a commune, as ``telling`` gives it, the départements that have one.
    """

    def __init__(self, gazetteer: Gazetteer, communes: Mapping[tuple[str, ...], frozenset[str]]):
        self.gazetteer = gazetteer
        self._communes = communes

    def decide(self, groups: Sequence[Group], page: Place = NOWHERE) -> list[list[Choice]]:
        """What each member of each territory stands for.

        Arguments:
            groups: the territories.
            page: the place that the whole text is about.
        """
        decided = [[self._choice(each, group.place, page, ()) for each in group.members] for group in groups]
        for _ in range(2):
            decided = [
                self._again(group, page, choices) for group, choices in zip(groups, decided, strict=True)
            ]
        return _each_once(decided)

    def _again(self, group: Group, page: Place, choices: list[Choice]) -> list[Choice]:
        """Decide anew, knowing where the other members are."""
        bodies = [self.gazetteer.bodies[c.siren] if c.siren else None for c in choices]
        found = []
        for number, each in enumerate(group.members):
            others = [body for other, body in enumerate(bodies) if body and other != number]
            found.append(self._choice(each, group.place, page, others))
        return found

    def _choice(self, named: Named, headed: Place, page: Place, others: Sequence[Body]) -> Choice:
        nature, rest = telling(named.mention)
        circumstances = _Circumstances(named, nature or named.nature, headed, page, tuple(others))
        candidates = list(self._candidates(named.mention, rest))
        has_exact = any(found.method in _EXACT for found in candidates)
        scored = sorted(
            (self._scored(found, circumstances, rest, has_exact) for found in candidates),
            key=lambda found: -found.score,
        )
        shown = tuple(found for found in scored if found.score >= _WORTH_SHOWING)[:_SHOWN]
        if not shown:
            return Choice(None, "", scored[0].score if scored else 0.0, ())
        best = shown[0]
        lead = best.score - shown[1].score if len(shown) > 1 else 1.0
        is_sure = best.score >= THRESHOLD and lead >= LEAD
        return Choice(best.name.body.siren if is_sure else None, best.method, best.score, shown)

    def _candidates(self, mention: str, rest: tuple[str, ...]) -> Iterable[Likeness]:
        found = {each.name.body.siren: each for each in self.gazetteer.alike(rest)}
        for acronym in acronyms(mention):
            for name, how in self.gazetteer.named(acronym).items():
                likeness = Likeness(name, _CARRIED if how == "sigle-porte" else _BY_INITIALS, how)
                before = found.get(name.body.siren)
                if before is None or before.score < likeness.score:
                    found[name.body.siren] = likeness
        return found.values()

    def _scored(
        self, found: Likeness, circumstances: _Circumstances, rest: tuple[str, ...], has_exact: bool
    ) -> Likeness:
        is_exact = found.method in _EXACT
        score = found.score + circumstances.weigh(found.name.body, is_exact)
        if has_exact and not is_exact:
            score += _ANOTHER_IS_EXACT
        if found.method in ("forme-courte", "ressemblance") and circumstances.nature is None:
            departements = self._communes.get(rest, frozenset())
            if not departements.isdisjoint(found.name.body.departements):
                score += _ONLY_A_COMMUNE
        return replace(found, score=round(max(0.0, score), 4))


@dataclass(frozen=True)
class _Circumstances:
    """What speaks for or against a body besides its name."""

    named: Named
    nature: str | None
    headed: Place
    page: Place
    others: tuple[Body, ...]

    @cached_property
    def _near(self) -> frozenset[str]:
        return frozenset(code for body in self.others for code in body.departements)

    @cached_property
    def _around(self) -> frozenset[str]:
        return frozenset(code for body in self.others for code in body.regions)

    def weigh(self, body: Body, is_exact: bool) -> float:
        """What they add to the score of a body; the place counts less against a name that is just so."""
        away = _AWAY_FROM_EXACT if is_exact else 1.0
        score = self._by_nature(body)
        if self.named.place:
            return score + (_STATED_HERE if self.named.place.holds(body) else _STATED_ELSEWHERE)
        if self.headed:
            score += _HEADED_HERE if self.headed.holds(body) else away * _HEADED_ELSEWHERE
        elif self.page:
            score += _ON_PAGE if self.page.holds(body) else away * _OFF_PAGE
        if self.others:
            if not self._near.isdisjoint(body.departements):
                score += _NEAR
            else:
                score += _SAME_REGION if not self._around.isdisjoint(body.regions) else away * _FAR
        return score

    def _by_nature(self, body: Body) -> float:
        if not self.nature or self.nature == "METRO":
            return 0.0
        if self.nature == "AGGLO":
            return _AGGLO_OF_COMMUNES if body.nature == "CC" else _NATURE_AGREES
        return _NATURE_AGREES if self.nature == body.nature else _NATURE_DIFFERS


def acronyms(mention: str) -> list[str]:
    """The acronyms that a name is or carries, in small letters."""
    outside = re.sub(r"\([^()]*\)", " ", mention)
    inside = re.findall(r"\(([^()]+)\)", mention)
    found = []
    for text in (outside, *inside):
        parts = text.replace(".", "").split()
        if parts and (len(parts) == 1 or parts[0] in ("CC", "CA", "CU")):
            letters = "".join(parts)
            if letters.isalpha() and letters.isupper() and ACRONYM <= len(letters) <= _LONGEST_ACRONYM:
                found.append("".join(words(letters)))
                if len(parts) > 1 and len(parts[-1]) >= ACRONYM:
                    found.append("".join(words(parts[-1])))
    return found


def _each_once(decided: list[list[Choice]]) -> list[list[Choice]]:
    """Where two names stand for one body, only the better one stays decided."""
    best: dict[str, float] = {}
    for choice in (choice for choices in decided for choice in choices):
        if choice.siren:
            best[choice.siren] = max(best.get(choice.siren, 0), choice.score)
    return [
        [
            choice.undecided() if choice.siren and choice.score < best[choice.siren] - LEAD else choice
            for choice in choices
        ]
        for choices in decided
    ]


def names_of_communes(
    communes: Iterable[tuple[str, str]],
) -> Mapping[tuple[str, ...], frozenset[str]]:
    """The départements in which a commune has a name, by its telling words.

    Arguments:
        communes: names and codes of départements.
    """
    found: dict[tuple[str, ...], set[str]] = {}
    for name, departement in communes:
        found.setdefault(telling(name)[1], set()).add(departement)
    return {name: frozenset(codes) for name, codes in found.items()}
