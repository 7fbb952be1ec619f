"""Resolve the name of an intercommunalité to its SIREN, with the method and the evidence.

The methods are tried in order; the first that leaves exactly one EPCI decides. What stays ambiguous or
unknown is returned with its candidates, never guessed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ti_graph.reference.rows import Epci, EpciYear, Reference
from ti_graph.reference.words import ACRONYM, acronym_in, initials, split_nature, words

_ABBREVIATION = 4  # letters that an abbreviated word must keep ("Agglo" for "Agglomération")


@dataclass(frozen=True)
class Resolution:
    """What a name stands for.

    Arguments:
        mention: the name as written.
        siren: the decided EPCI, nine digits; None when undecided.
        method: code of the method that decided (``ontology/codes.ttl``); else ``ambigu`` (several there),
            ``ailleurs`` (some, but not there) or ``inconnu``.
        evidence: why, in French and English.
        candidates: SIREN of the EPCI that came into question, sorted.
    """

    mention: str
    siren: str | None
    method: str
    evidence: Mapping[str, str]
    candidates: tuple[str, ...]

    def described(self) -> dict[str, object]:
        """The resolution as JSON has it."""
        return {
            "mention": self.mention,
            "siren": self.siren,
            "method": self.method,
            "evidence": dict(self.evidence),
            "candidates": self.candidates,
        }


@dataclass(frozen=True)
class CuratedDecision:
    """A person's decision that a mention is an EPCI, with the written evidence."""

    mention: str
    siren: str
    evidence: Mapping[str, str]


@dataclass(frozen=True)
class Context:
    """Where a name is said to be: INSEE codes of régions and départements, empty for anywhere in France."""

    regions: frozenset[str]
    departements: frozenset[str]

    def holds(self, epci: Epci) -> bool:
        """Whether an EPCI is, at least in part, there."""
        return (not self.regions or not self.regions.isdisjoint(epci.regions)) and (
            not self.departements or not self.departements.isdisjoint(epci.departements)
        )

    def in_french(self) -> str:
        """The place in words, with its codes."""
        return self._in_words("de la région", "du département", "de France")

    def in_english(self) -> str:
        """The place in words, with its codes."""
        return self._in_words("in région", "in département", "in France")

    def _in_words(self, region: str, departement: str, anywhere: str) -> str:
        named = [f"{region} {code}" for code in sorted(self.regions)]
        named += [f"{departement} {code}" for code in sorted(self.departements)]
        return ", ".join(named) or anywhere


class Resolver:
    """Resolves names against the EPCI lists up to a year.

    Arguments:
        reference: the tables.
        year: the last list whose names count (2018 for the announcement).
        decisions: curated decisions, which go before every rule.
    """

    def __init__(self, reference: Reference, year: int, decisions: Iterable[CuratedDecision] = ()):
        self.epci = reference.epci
        self.year = year
        self._decisions = {decision.mention: decision for decision in decisions}
        self._bare: dict[tuple[str, ...], set[str]] = defaultdict(set)
        self._former: dict[tuple[str, ...], list[EpciYear]] = defaultdict(list)
        self._carried: dict[str, dict[str, str]] = defaultdict(dict)
        self._initials: dict[str, set[str]] = defaultdict(set)
        self._words = {siren: split_nature(epci.nom)[1] for siren, epci in self.epci.items()}
        for siren, epci in self.epci.items():
            self._bare[self._words[siren]].add(siren)
            self._initials[initials(epci.nom)].add(siren)
            self._carry(epci.nom, siren)
        for name in reference.annees.values():
            if name.annee <= year and name.siren in self.epci:
                self._carry(name.nom, name.siren)
                if name.annee < year:
                    self._former[split_nature(name.nom)[1]].append(name)

    def _carry(self, name: str, siren: str) -> None:
        acronym = acronym_in(name)
        if acronym:
            self._carried[acronym][siren] = name

    def resolve(
        self, mention: str, regions: Iterable[str] = (), departements: Iterable[str] = ()
    ) -> Resolution:
        """Decide what a mention stands for.

        Arguments:
            mention: the name as written.
            regions, departements: INSEE codes of where it is said to be; empty means anywhere in France.
        """
        context = Context(frozenset(regions), frozenset(departements))
        if mention in self._decisions:
            decision = self._decisions[mention]
            return Resolution(mention, decision.siren, "decision", decision.evidence, (decision.siren,))
        considered: set[str] = set()
        several = False
        for method in (
            self._same_name,
            self._former_name,
            self._acronym,
            self._by_initials,
            self._short_form,
        ):
            found = method(mention, context)
            here = {siren for siren in found if context.holds(self.epci[siren])}
            stated = split_nature(mention)[0]
            if len(here) > 1 and stated:
                here = {siren for siren in here if self.epci[siren].nature == stated} or here
            if len(here) == 1:
                siren = here.pop()
                return Resolution(mention, siren, *found[siren], tuple(sorted(considered | found.keys())))
            considered |= found.keys()
            several = bool(here)
            if several:
                break
        why = "ambigu" if several else "ailleurs" if considered else "inconnu"
        return Resolution(mention, None, why, {}, tuple(sorted(considered)))

    def why_undecided(self, resolution: Resolution) -> str:
        """Why a name was not decided, with its candidates, as the end of an English sentence."""
        why = {
            "ambigu": "could be several intercommunalités",
            "ailleurs": "is not the name of an intercommunalité there",
            "inconnu": "is not the name of an intercommunalité",
        }[resolution.method]
        candidates = "; ".join(f"{siren} {self.epci[siren].nom}" for siren in resolution.candidates)
        return f"{why}; candidates: {candidates or 'none'}"

    def _same_name(self, mention: str, context: Context) -> _Found:
        nature, telling = split_nature(mention)
        evidence = {
            "fr": f"même nom après normalisation dans la liste de {self.year} : {{}}",
            "en": f"same name after normalisation in the list of {self.year}: {{}}",
        }
        found = self._bare.get(telling, ())
        fitting = [siren for siren in found if nature in (None, self.epci[siren].nature)]
        return {siren: ("meme-nom", _filled(evidence, self.epci[siren].nom)) for siren in fitting}

    def _former_name(self, mention: str, context: Context) -> _Found:
        nature, telling = split_nature(mention)
        return {
            name.siren: (
                "ancien-nom",
                {
                    "fr": f"nom porté dans la liste de {name.annee} : {name.nom}",
                    "en": f"name in the list of {name.annee}: {name.nom}",
                },
            )
            for name in self._former.get(telling, ())
            if nature in (None, name.nature)
        }

    def _acronym(self, mention: str, context: Context) -> _Found:
        evidence = {"fr": "sigle porté par le nom : {}", "en": "acronym that the name carries: {}"}
        carried = self._carried.get("".join(words(mention)), {}) if _is_acronym(mention) else {}
        return {siren: ("sigle-porte", _filled(evidence, name)) for siren, name in carried.items()}

    def _by_initials(self, mention: str, context: Context) -> _Found:
        """Initials decide only when no other EPCI of France has the same."""
        found = self._initials.get("".join(words(mention)), set()) if _is_acronym(mention) else set()
        evidence = {
            "fr": f"initiales de « {{}} », uniques parmi les {len(self.epci)} EPCI de {self.year}",
            "en": f"initials of “{{}}”, unique among the {len(self.epci)} EPCI of {self.year}",
        }
        unique = found if len(found) == 1 else set()
        return {siren: ("initiales", _filled(evidence, self.epci[siren].nom)) for siren in unique}

    def _short_form(self, mention: str, context: Context) -> _Found:
        nature, telling = split_nature(mention)
        evidence = {
            "fr": f"forme courte de « {{}} », seul nom {context.in_french()} à porter ces mots",
            "en": f"short form of “{{}}”, the only name {context.in_english()} with these words",
        }
        return {
            siren: ("forme-courte", _filled(evidence, self.epci[siren].nom))
            for siren, name in self._words.items()
            if telling
            and nature in (None, self.epci[siren].nature)
            and all(any(_stands_for(word, full) for full in name) for word in telling)
        }


_Found = dict[str, tuple[str, Mapping[str, str]]]


def _filled(evidence: Mapping[str, str], name: str) -> Mapping[str, str]:
    return {language: sentence.format(name) for language, sentence in evidence.items()}


def _is_acronym(mention: str) -> bool:
    letters = mention.replace(".", "")
    return letters.isalpha() and letters.isupper() and len(letters) >= ACRONYM


def _stands_for(word: str, full: str) -> bool:
    return word == full or (len(word) >= _ABBREVIATION and full.startswith(word))
