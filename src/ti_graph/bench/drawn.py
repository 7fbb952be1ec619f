"""Requests drawn at random: named queries with parameters from the data, as traffic may be.

Every value of a parameter is as likely as another; which of a pool comes how often is Zipf's law, as it is
for requests to web servers (Breslau and others, Web caching and Zipf-like distributions, INFOCOM 1999, who
found exponents of 0.64 to 0.83).
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from urllib.parse import parse_qsl

from ti_graph.rdf import prologue
from ti_graph.sparql.catalogue import Catalogue, NamedQuery, Parameter

#: The exponent of Zipf's law.
EXPONENT = 0.8
#: Puts a query to the dataset: rows of text by variable.
Ask = Callable[[str], Iterator[Mapping[str, str]]]

_PREFIXES = prologue("foaf", "igeo", "oa", "rdfs", "schema", "skos", "ti")
_LISTS = '?list a ti:Liste . BIND(STRAFTER(STR(?list), "/liste/") AS ?value)'
#: Where the values of parameters come from: patterns that bind ?value, by name, or by name and type.
_VALUES = {
    "about": "?claim a schema:Claim ; schema:about ?value",
    "commune": "?commune a igeo:Commune ; igeo:codeINSEE ?value",
    "deduction": "?value a ti:Deduction",
    "epci": "?epci a igeo:Intercommunalite ; igeo:codeINSEE ?value",
    "from code": _LISTS,
    "from iri": "?value a ti:Liste",
    "indicator": "?observation ti:indicateur ?value",
    "kind": "?genre ti:pourClasse ?class ; skos:notation ?value",
    "label": "?territory ti:liste <https://w3id.org/territoires-industrie/id/liste/2018> ; rdfs:label ?value",
    "list": _LISTS,
    "mention": "?membership a ti:Appartenance ; ti:mention ?value",
    "method": "?membership ti:methodeRapprochement/skos:notation ?value",
    "modality": "?claim a schema:Claim ; ti:modalite/skos:notation ?value",
    "name": "?commune a igeo:Commune ; rdfs:label ?value",
    "object": "?enonce ti:enoncePar ?passage . GRAPH ?enonce { ?subject ?predicate ?value }",
    "passage": "?value a ti:Passage",
    "person": "?person a foaf:Person ; rdfs:label ?value",
    "predicate": "?enonce ti:enoncePar ?passage . GRAPH ?enonce { ?subject ?value ?object }",
    "region": "?region a igeo:Region ; igeo:codeINSEE ?value",
    "siren": "?membership a ti:Appartenance ; ti:membre/igeo:codeINSEE ?value",
    "speaker": "?quotation schema:spokenByCharacter ?value",
    "subject": "?enonce ti:enoncePar ?passage . GRAPH ?enonce { ?value ?predicate ?object }",
    "successor": "?succession ti:successeur/igeo:codeINSEE ?value",
    "territory": "?value ti:liste ?list",
    "text": "?passage a ti:Passage ; oa:hasSelector/oa:exact ?value",
    "thing": "?mention ti:designe ?value",
    "to code": _LISTS,
    "to iri": "?value a ti:Liste",
}
#: Days that are asked for: from the first list of the reference tables to today's.
_FIRST, _LAST = datetime.date(2014, 1, 1), datetime.date(2026, 12, 31)
#: What the parameters of a kind are between: numbers of degrees over metropolitan France.
_DEGREES = {"longitude": (-4.8, 8.2), "latitude": (42.3, 51.1)}


class Drawing:
    """Draws requests; the same ones for the same seed and data.

    Arguments:
        ask: the dataset.
        catalogue: the named queries.
        seed: of the random numbers.
    """

    def __init__(self, ask: Ask, catalogue: Catalogue, seed: int = 1):
        self._ask, self._catalogue, self._random = ask, catalogue, random.Random(seed)
        self._values: dict[str, Sequence[str]] = {}

    def named(self, name: str, count: int) -> list[str]:
        """A named query with parameters bound: up to so many different texts.

        Which parameters are bound together is what its examples show.
        """
        query = self._catalogue.find(name)
        patterns = [tuple(key for key, _ in parse_qsl(example)) for example in query.examples] or [()]
        found: dict[str, None] = {}
        for _ in range(2 * count):
            found[query.bind(self._pairs(query, self._random.choice(patterns)))] = None
            if len(found) == count:
                break
        return [*found]

    def traffic(self, count: int, pool: int) -> list[str]:
        """Requests as they come: every named query as often as another, of its texts some more often.

        Arguments:
            count: of requests.
            pool: how many different texts of each query there are to draw from, at most.
        """
        pools = [self.named(name, pool) for name in self._catalogue]
        weights = [[*accumulate((rank + 1) ** -EXPONENT for rank in range(len(texts)))] for texts in pools]
        chosen = (self._random.randrange(len(pools)) for _ in range(count))
        return [self._random.choices(pools[n], cum_weights=weights[n])[0] for n in chosen]

    def things(self, count: int) -> list[str]:
        """IRIs of things of any kind that have a name."""
        return self._random.sample(self._asked("?value rdfs:label ?label . FILTER(ISIRI(?value))"), count)

    def _pairs(self, query: NamedQuery, names: Sequence[str]) -> list[tuple[str, str]]:
        parameters = {parameter.name: parameter for parameter in query.parameters}
        pairs = {name: self._value(parameters[name]) for name in names}
        for start, end in (("from", "to"), ("from", "until")):
            if start in pairs and end in pairs and pairs[start] > pairs[end]:
                pairs[start], pairs[end] = pairs[end], pairs[start]
        return [*pairs.items()]

    def _value(self, parameter: Parameter) -> str:
        if parameter.type == "date":
            days = (_LAST - _FIRST).days
            return (_FIRST + datetime.timedelta(self._random.randrange(days))).isoformat()
        if parameter.type == "number":
            return f"{self._random.uniform(*_DEGREES[parameter.name]):.4f}"
        if parameter.name == "language":
            return self._random.choice(("fr", "en"))
        pattern = _VALUES.get(parameter.name) or _VALUES[f"{parameter.name} {parameter.type}"]
        return self._random.choice(self._asked(pattern))

    def _asked(self, pattern: str) -> Sequence[str]:
        if pattern not in self._values:
            text = f"{_PREFIXES}SELECT DISTINCT ?value WHERE {{ {pattern} }} ORDER BY STR(?value)"
            self._values[pattern] = [row["value"] for row in self._ask(text)]
        return self._values[pattern]
