"""What befell a commune, an EPCI or a territory over the years: spans and events, in the order of time.

Where a commune is in an EPCI, and what an EPCI is called, is known by yearly lists. A list of territories
says how things are from the day of its publication until that of the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby, pairwise

from ti_graph.assembly.inference import INFERENCES
from ti_graph.rdf import ID, NamedNode, prologue
from ti_graph.views.terms import Rows, Term, Value, named

_PREFIXES = prologue("igeo", "rdfs", "ti")
_LISTS = '{{ ?key ti:publieeLe ?since ; rdfs:label ?name . BIND("list" AS ?kind) }}'
_COMMUNE = """
  {{ ?key ti:rattachementDe {thing} ; ti:rattachementA ?thing . ?thing rdfs:label ?name .
     GRAPH ?graph {{ ?key ti:constateDu ?since }} BIND("attached" AS ?kind) }}
  UNION {{ ?key ti:rattachementDe {thing} . GRAPH ?graph {{ ?key ti:constateAu ?until }}
     BIND("attached" AS ?kind) }}
  UNION {{ ?key igeo:suppression {thing} ; ti:communeNouvelle ?thing . ?thing rdfs:label ?name .
     GRAPH ?graph {{ ?key ti:premiereListe ?year }} BIND("merged" AS ?kind) }}
  UNION {{ ?event ti:communeNouvelle {thing} ; igeo:suppression ?thing . ?thing rdfs:label ?name .
     GRAPH ?graph {{ ?event ti:premiereListe ?year }} BIND("united" AS ?kind) BIND(?thing AS ?key) }}
  UNION {{ GRAPH ?graph {{ ?thing ti:couvre {thing} }} ?thing ti:liste ?list ; rdfs:label ?name .
     BIND("covered" AS ?kind) BIND(?thing AS ?key) }}
  UNION {{ GRAPH ?graph {{ ?thing ti:couvreParSuccession {thing} }} ?thing ti:liste ?list ; rdfs:label ?name .
     BIND("followed" AS ?kind) BIND(?thing AS ?key) }}
  UNION {{ GRAPH ?graph {{ {thing} ti:horsListe ?list }} ?list rdfs:label ?name .
     BIND("outside" AS ?kind) BIND(?list AS ?key) BIND(?list AS ?thing) }}
  UNION {{ GRAPH ?graph {{ {thing} ti:inconnueDansListe ?list }} ?list rdfs:label ?name .
     BIND("unknown" AS ?kind) BIND(?list AS ?key) BIND(?list AS ?thing) }}
  UNION {{ {thing} ti:annee ?year . BIND("last" AS ?kind) BIND({thing} AS ?key) }}
"""
_EPCI = """
  {{ ?key ti:etatDe {thing} ; ti:annee ?year ; ti:nature ?form . ?form rdfs:label ?formName .
     GRAPH ?graph {{ ?key ti:nom ?name }} BIND("state" AS ?kind) }}
  UNION {{ ?key ti:etatDe {thing} . GRAPH ?graph {{ ?key ti:nombreDeCommunes ?number }}
     BIND("state" AS ?kind) }}
  UNION {{ ?key ti:successeur {thing} ; ti:predecesseur ?thing . ?thing rdfs:label ?name .
     GRAPH ?graph {{ ?key ti:depuis ?since ; ti:communesTransferees ?number }} BIND("from" AS ?kind) }}
  UNION {{ ?key ti:predecesseur {thing} ; ti:successeur ?thing . ?thing rdfs:label ?name .
     GRAPH ?graph {{ ?key ti:depuis ?since ; ti:communesTransferees ?number }} BIND("into" AS ?kind) }}
  UNION {{ GRAPH ?graph {{ ?thing ti:aPourMembre {thing} }} ?thing ti:liste ?list ; rdfs:label ?name .
     BIND("member" AS ?kind) BIND(?thing AS ?key) }}
"""
_TERRITORY = """
  {{ GRAPH ?graph {{ {thing} ti:liste ?list }} ?list rdfs:label ?name .
     BIND("listed" AS ?kind) BIND(?list AS ?key) BIND(?list AS ?thing) }}
  UNION {{ ?key ti:apres {thing} ; ti:avant ?thing . ?thing ti:liste ?list ; rdfs:label ?name .
     GRAPH ?graph {{ ?key ti:communesCommunes ?number ; ti:partApres ?share }} BIND("before" AS ?kind) }}
  UNION {{ ?key ti:avant {thing} ; ti:apres ?thing . ?thing ti:liste ?list ; rdfs:label ?name .
     GRAPH ?graph {{ ?key ti:communesCommunes ?number ; ti:partAvant ?share }} BIND("after" AS ?kind) }}
"""
_ASKED = {"commune": _COMMUNE, "epci": _EPCI, "territoire": _TERRITORY}
#: What stands before the name of a thing, French and English, in the order of entries of one day.
_SAID = {
    "from": ("Reprend des communes de", "Takes communes of"),
    "united": ("Réunit", "Unites"),
    "merged": ("Réunie à d’autres dans", "United with others in"),
    "into": ("Ses communes passent à", "Its communes go to"),
    "state": ("Nom et forme\u00a0:", "Name and form:"),
    "attached": ("Membre de", "Member of"),
    "before": ("A des communes que couvrait", "Has communes that were covered by"),
    "listed": ("Ce territoire, dans", "This territory, in"),
    "after": ("Ses communes sont ensuite dans", "Its communes are later in"),
    "member": ("Membre du territoire", "Member of the territory"),
    "covered": ("Dans le territoire", "In the territory"),
    "followed": ("Par succession, dans le territoire", "By succession, in the territory"),
    "outside": ("Hors de", "Outside"),
    "unknown": ("On ne sait pas si elle est dans", "Not known whether it is in"),
}
_ORDER = {kind: place for place, kind in enumerate(_SAID)}


@dataclass(frozen=True)
class Entry:
    """Something that was so for a time, or that happened on a day.

    Arguments:
        kind: a key of the words for it: ``attached``, ``covered``, …
        since: the first day.
        until: the first day on which it is no longer so; the same as ``since`` for an event, None for still.
        when: the same in words.
        said: what stands before the name.
        thing: what it is about; without an IRI where that is but a name.
        detail: what stands after the name; may be empty.
        graphs: the named graphs that say so.
    """

    kind: str
    since: date
    until: date | None
    when: str
    said: str
    thing: Value
    detail: str = ""
    graphs: tuple[str, ...] = ()

    @property
    def is_event(self) -> bool:
        """Whether it happened on a day."""
        return self.since == self.until


@dataclass(frozen=True)
class History:
    """Entries in the order of time, with the years of their axis.

    Arguments:
        entries: the first one first.
        first, last: years; the axis goes from the start of the one to the end of the other.
    """

    entries: tuple[Entry, ...]
    first: int
    last: int

    @property
    def years(self) -> range:
        """The years of the axis."""
        return range(self.first, self.last + 1)

    def at(self, day: date | None) -> float:
        """Where a day is on the axis, from 0 to 100; None is its end."""
        start, end = date(self.first, 1, 1), date(self.last + 1, 1, 1)
        share = ((day or end) - start).days / (end - start).days
        return round(100 * min(1.0, max(0.0, share)), 2)


@dataclass
class _Fact:
    """The rows of one key, put together."""

    kind: str
    values: dict[str, str] = field(default_factory=dict)
    names: list[Term] = field(default_factory=list)
    forms: list[Term] = field(default_factory=list)
    graphs: set[str] = field(default_factory=set)


def history(rows: Rows, path: str, language: str) -> History | None:
    """The history of a thing; None for a kind of things that has none, or where nothing is known.

    Arguments:
        rows: asks the dataset, once.
        path: of the thing's IRI, after ``id/``: ``commune/76351``.
        language: ``fr`` or ``en``.
    """
    asked = _ASKED.get(path.partition("/")[0])
    if asked is None:
        return None
    thing = NamedNode(ID + path)
    text = f"{_PREFIXES}SELECT * WHERE {{{{{asked}  UNION {_LISTS}\n}}}}".format(thing=thing)
    facts = _facts(rows(text))
    lists = sorted(date.fromisoformat(f.values["since"]) for f in facts if f.kind == "list")
    days = {f.values["key"]: date.fromisoformat(f.values["since"]) for f in facts if f.kind == "list"}
    words = _Words(language, days, dict(pairwise(lists)), _end(facts))
    entries = [words.of_fact(f) for f in facts if f.kind in _SAID and f.kind != "state"]
    entries += words.of_states(f for f in facts if f.kind == "state")
    if not entries:
        return None
    entries.sort(key=lambda e: (e.since, _ORDER[e.kind], e.thing.text, e.thing.iri))
    known = [int(f.values["year"]) for f in facts if f.kind in ("last", "state") and "year" in f.values]
    # An open entry reaches to the end of the last year that anything is known of.
    last = max([*known, *(e.since.year for e in entries), *(day.year for day in lists)])
    return History(tuple(entries), min(e.since.year for e in entries), last)


def _facts(found: Iterable[Mapping[str, Term]]) -> list[_Fact]:
    facts: dict[tuple[str, str], _Fact] = {}
    for row in found:
        key = row["kind"]["value"], row["key"]["value"]
        fact = facts.setdefault(key, _Fact(key[0]))
        fact.values |= {name: term["value"] for name, term in row.items() if name not in ("name", "graph")}
        for name, labels in (("name", fact.names), ("formName", fact.forms)):
            if name in row and row[name] not in labels:
                labels.append(row[name])
        if "graph" in row and row["graph"]["value"] != INFERENCES.value:
            fact.graphs.add(row["graph"]["value"])
    return list(facts.values())


def _end(facts: Iterable[_Fact]) -> date | None:
    """When a commune was united with others, or an EPCI ended; None where it did not."""
    days = [f.values["since"] for f in facts if f.kind == "into"]
    days += [f"{f.values['year']}-01-01" for f in facts if f.kind == "merged"]
    return date.fromisoformat(min(days)) if days else None


class _Words:
    """Makes entries in a reader's language.

    Arguments:
        language: ``fr`` or ``en``.
        days: when each list of territories was published, by IRI.
        following: the day of the next list, by that of a list.
        end: the day on which the thing ended, None for none.
    """

    def __init__(
        self, language: str, days: Mapping[str, date], following: Mapping[date, date], end: date | None
    ):
        self._language, self._days, self._following, self._end = language, days, following, end

    def _say(self, french: str, english: str) -> str:
        return french if self._language == "fr" else english

    def _entry(self, fact: _Fact, since: date, until: date | None, when: str, detail: str = "") -> Entry:
        thing = named(fact.values.get("thing", ""), fact.names, self._language)
        graphs = tuple(sorted(fact.graphs))
        return Entry(fact.kind, since, until, when, self._say(*_SAID[fact.kind]), thing, detail, graphs)

    def of_fact(self, fact: _Fact) -> Entry:
        """An entry of a list of territories, of a yearly list that shows a change, or of dated bounds."""
        values = fact.values
        if "list" in values:
            return self._listed(fact)
        if "year" in values:
            since = date(int(values["year"]), 1, 1)
            return self._entry(fact, since, since, self._lists(since.year, since.year))
        since = date.fromisoformat(values["since"])
        if fact.kind != "attached":
            number = f"{values['number']} commune{'s' if values['number'] != '1' else ''}"
            return self._entry(fact, since, since, since.isoformat(), number)
        if "until" not in values:
            return self._entry(fact, since, None, self._say(f"depuis le {since}", f"since {since}"))
        until = date.fromisoformat(values["until"])
        return self._entry(fact, since, until, self._say(f"du {since} au {until}", f"{since} to {until}"))

    def _listed(self, fact: _Fact) -> Entry:
        """An entry of a list of territories, no longer than the thing was there."""
        since = self._days[fact.values["list"]]
        until = self._following.get(since)
        when = self._say(f"liste du {since}", f"list of {since}")
        if self._end and since < self._end and (until is None or self._end < until):
            until = self._end
            when += self._say(f", jusqu’au {until}", f", until {until}")
        elif until:
            when += self._say(f", jusqu’à celle du {until}", f", until that of {until}")
        else:
            when += self._say(", la dernière", ", the last")
        return self._entry(fact, since, until, when, self._shared(fact.values))

    def of_states(self, facts: Iterable[_Fact]) -> Iterator[Entry]:
        """An entry for each run of yearly lists with the same name and form, its communes counted."""
        states = sorted(facts, key=lambda f: int(f.values["year"]))
        numbered = enumerate(states)

        def same(each: tuple[int, _Fact]) -> tuple[str, str, int]:
            place, fact = each
            return fact.names[0]["value"], fact.values["form"], int(fact.values["year"]) - place

        for _, run in groupby(numbered, key=same):
            group = [fact for _, fact in run]
            first, last = (int(fact.values["year"]) for fact in (group[0], group[-1]))
            whole = _Fact("state", {}, group[0].names, [], set().union(*(fact.graphs for fact in group)))
            form = named("", group[0].forms, self._language).text
            detail = ", ".join(part for part in (form, self._counted(group)) if part)
            until = date(last + 1, 1, 1)
            yield self._entry(whole, date(first, 1, 1), until, self._lists(first, last), detail)

    def _counted(self, group: Iterable[_Fact]) -> str:
        """How many communes there are, each number with the first year that has it."""
        counts = [(f.values["number"], f.values["year"]) for f in group if "number" in f.values]
        changes = [next(run) for _, run in groupby(counts, key=lambda count: count[0])]
        if len(changes) == 1:
            return f"{changes[0][0]} communes"
        return ", ".join(f"{number} communes ({year})" for number, year in changes)

    def _shared(self, values: Mapping[str, str]) -> str:
        if "share" not in values:
            return ""
        percent = f"{100 * float(values['share']):.1f}".removesuffix(".0")
        return self._say(
            f"{values['number']} communes en commun, {percent.replace('.', ',')}\u00a0% de celles d’ici",
            f"{values['number']} communes in common, {percent}% of those here",
        )

    def _lists(self, first: int, last: int) -> str:
        if first == last:
            return self._say(f"liste de {first}", f"list of {first}")
        return self._say(f"listes de {first} à {last}", f"lists of {first} to {last}")
