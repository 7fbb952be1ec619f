"""Queries of every kind that SPARQL has, made from what a dataset holds.

Each template is filled with classes, properties and values drawn from the dataset's own statistics, so that
the queries have answers, and say nothing of what the dataset is about.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ti_graph.bench.drawn import Ask

_CLASSES = (
    "SELECT ?class (COUNT(*) AS ?n) WHERE { ?thing a ?class } GROUP BY ?class ORDER BY DESC(?n) LIMIT 20"
)
_PROPERTIES = (
    "SELECT ?p (COUNT(*) AS ?n) (SUM(IF(ISIRI(?o), 1, 0)) AS ?things) "
    "(SUM(IF(ISNUMERIC(?o), 1, 0)) AS ?numbers) "
    "WHERE {{ ?s a <{0}> ; ?p ?o }} GROUP BY ?p ORDER BY DESC(?n) ?p LIMIT 12"
)
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
_GEO = (
    "PREFIX geo: <http://www.opengis.net/ont/geosparql#>\n"
    "PREFIX geof: <http://www.opengis.net/def/function/geosparql/>\n"
    "PREFIX uom: <http://www.opengis.net/def/uom/OGC/1.0/>\n"
)
#: Rows that an answer may have.
_ROWS = 1000


@dataclass(frozen=True)
class Property:
    """A property of the things of a class: how many triples there are, what their values are."""

    iri: str
    count: int
    links: bool
    numeric: bool


@dataclass(frozen=True)
class Class:
    """A class with its size and its properties, the most used first."""

    iri: str
    size: int
    properties: tuple[Property, ...]

    def those(self, wanted: Callable[[Property], bool]) -> list[str]:
        """Its properties that are so, as SPARQL writes them."""
        return [f"<{each.iri}>" for each in self.properties if wanted(each)]


class Generic:
    """Makes queries; the same ones for the same seed and data.

    Arguments:
        ask: the dataset.
        seed: of the random numbers.
    """

    def __init__(self, ask: Ask, seed: int = 1):
        self._ask, self._random = ask, random.Random(seed)
        self._classes = [
            Class(row["class"], int(row["n"]), self._properties(row["class"]))
            for row in ask(_CLASSES)
            if int(row["n"]) > 10
        ]
        self._links = [c for c in self._classes if c.those(lambda p: p.links)]
        self._numbers = [c for c in self._classes if c.those(lambda p: p.numeric)]
        self._words = [c for c in self._classes if _LABEL in c.those(lambda p: not p.links)]
        self._wide = [c for c in self._classes if len(c.properties) >= 3]

    def queries(self, each: int = 4) -> dict[str, str]:
        """Queries by name: so many of every kind."""
        found: dict[str, str] = {}
        for name, make in self._kinds().items():
            texts: dict[str, None] = {}
            for _ in range(5 * each):
                texts[make()] = None
                if len(texts) == each:
                    break
            found |= {f"{name} {number}": text for number, text in enumerate(texts, start=1)}
        return found

    def _kinds(self) -> dict[str, Callable[[], str]]:
        return {
            "star": self._star,
            "star of many": lambda: self._star(of_one=False),
            "chain": self._chain,
            "optional": lambda: self._optional(1),
            "optional of several": lambda: self._optional(2),
            "optionals": self._optionals,
            "minus": lambda: self._without("MINUS {{ ?s {} ?x }}"),
            "not exists": lambda: self._without("FILTER NOT EXISTS {{ ?s {} ?x }}"),
            "exists": lambda: self._without("FILTER EXISTS {{ ?s {} ?x }}"),
            "union": self._union,
            "sequence path": lambda: self._path("{0}/{1}"),
            "inverse path": lambda: self._path("^{0}/{1}"),
            "alternative path": lambda: self._path("{0}|{1}"),
            "transitive path": lambda: self._path("({0}|{1})+"),
            "negated path": lambda: self._path("!({0}|{1})"),
            "count": self._count,
            "aggregate": self._aggregate,
            "having": self._having,
            "distinct": self._distinct,
            "sort": self._sort,
            "regex": lambda: self._words_like('REGEX(STR(?label), "{0}.*{1}", "i")'),
            "contains": lambda: self._words_like('CONTAINS(LCASE(STR(?label)), "{0}{1}")'),
            "language": lambda: self._words_like('LANG(?label) = "fr" && STRSTARTS(STR(?label), "{0}")'),
            "range": self._range,
            "values": self._values,
            "bind": self._bind,
            "subquery": self._subquery,
            "named graph": self._graph,
            "within": lambda: self._geo("geof:sfContains(?wkt, {0})"),
            "distance": lambda: self._geo("geof:distance(?wkt, {0}, uom:metre) < 40000"),
            "ask": lambda: self._star().replace("SELECT *", "ASK", 1).partition("LIMIT")[0],
            "construct": self._construct,
            "describe": lambda: f"DESCRIBE <{self._thing(self._some(self._classes))}>",
        }

    def _properties(self, of: str) -> tuple[Property, ...]:
        rows = self._ask(_PROPERTIES.format(of))
        return tuple(
            Property(
                r["p"], int(r["n"]), 2 * int(r["things"]) > int(r["n"]), 2 * int(r["numbers"]) > int(r["n"])
            )
            for r in rows
            if r["p"] != _TYPE
        )

    def _some(self, among: Sequence[Class]) -> Class:
        return self._random.choice(among)

    def _of(self, each: Class, count: int, wanted: Callable[[Property], bool] = lambda p: True) -> list[str]:
        found = each.those(wanted)
        return self._random.sample(found, min(count, len(found)))

    def _linked(self) -> tuple[Class, str]:
        """A class, and a property of it that leads to things."""
        each = self._some(self._links)
        [link] = self._of(each, 1, lambda p: p.links)
        return each, link

    def _thing(self, of: Class) -> str:
        offset = self._random.randrange(of.size)
        [row] = self._ask(f"SELECT ?s WHERE {{ ?s a <{of.iri}> }} ORDER BY ?s LIMIT 1 OFFSET {offset}")
        return row["s"]

    def _star(self, of_one: bool = True) -> str:
        each = self._some(self._wide)
        subject = f"<{self._thing(each)}>" if of_one else "?s"
        arms = " ; ".join(f"{p} ?o{n}" for n, p in enumerate(self._of(each, 3)))
        return f"SELECT * WHERE {{ {subject} a <{each.iri}> ; {arms} }} LIMIT {_ROWS}"

    def _chain(self) -> str:
        each, link = self._linked()
        start = f"<{self._thing(each)}> {link} ?a"
        return f"SELECT * WHERE {{ {start} . ?a ?p ?b . ?b {_LABEL} ?label }} LIMIT {_ROWS}"

    def _optional(self, count: int) -> str:
        each, link = self._linked()
        inner = f"?x {_LABEL} ?label" if count == 1 else f"?x {_LABEL} ?label ; ?p ?y . ?y a ?class"
        return f"SELECT * WHERE {{ ?s a <{each.iri}> ; {link} ?x OPTIONAL {{ {inner} }} }} LIMIT {_ROWS}"

    def _optionals(self) -> str:
        each = self._some(self._wide)
        arms = " ".join(f"OPTIONAL {{ ?s {p} ?o{n} }}" for n, p in enumerate(self._of(each, 3)))
        return f"SELECT * WHERE {{ ?s a <{each.iri}> {arms} }} LIMIT {_ROWS}"

    def _without(self, pattern: str) -> str:
        each, other = self._some(self._classes), self._some(self._classes)
        [absent] = self._of(other, 1)
        return f"SELECT ?s WHERE {{ ?s a <{each.iri}> {pattern.format(absent)} }} LIMIT {_ROWS}"

    def _union(self) -> str:
        each = self._some(self._wide)
        one, two = self._of(each, 2)
        thing = f"<{self._thing(each)}>"
        return f"SELECT * WHERE {{ {{ {thing} {one} ?a }} UNION {{ {thing} {two} ?b }} }}"

    def _path(self, path: str) -> str:
        each = self._some(self._links)
        links = self._of(each, 2, lambda p: p.links)
        written = path.format(links[0], links[-1])
        return f"SELECT DISTINCT ?x WHERE {{ <{self._thing(each)}> {written} ?x }} LIMIT {_ROWS}"

    def _count(self) -> str:
        each, link = self._linked()
        counted = f"?s a <{each.iri}> ; {link} ?x"
        return f"SELECT ?x (COUNT(*) AS ?n) WHERE {{ {counted} }} GROUP BY ?x ORDER BY DESC(?n) ?x LIMIT 50"

    def _aggregate(self) -> str:
        each = self._some(self._numbers)
        [number] = self._of(each, 1, lambda p: p.numeric)
        figures = (
            "(COUNT(DISTINCT ?v) AS ?n) (SUM(?v) AS ?sum) (MIN(?v) AS ?a) (MAX(?v) AS ?b) (AVG(?v) AS ?m)"
        )
        return f"SELECT {figures} WHERE {{ ?s a <{each.iri}> ; {number} ?v }}"

    def _having(self) -> str:
        each, link = self._linked()
        most = self._random.choice((1, 5, 20))
        pattern = f"?s a <{each.iri}> ; {link} ?x"
        return (
            f"SELECT ?x (COUNT(DISTINCT ?s) AS ?n) WHERE {{ {pattern} }} GROUP BY ?x "
            f"HAVING (COUNT(DISTINCT ?s) > {most}) ORDER BY ?x LIMIT {_ROWS}"
        )

    def _distinct(self) -> str:
        each = self._some(self._wide)
        [one] = self._of(each, 1)
        return f"SELECT DISTINCT ?o WHERE {{ ?s a <{each.iri}> ; {one} ?o }} ORDER BY STR(?o) LIMIT 100"

    def _sort(self) -> str:
        each = self._some(self._words)
        offset = self._random.choice((0, 10, 100))
        pattern = f"?s a <{each.iri}> ; {_LABEL} ?label"
        return f"SELECT * WHERE {{ {pattern} }} ORDER BY STR(?label) ?s LIMIT 20 OFFSET {offset}"

    def _words_like(self, condition: str) -> str:
        each = self._some(self._words)
        letters = self._random.choice("abcdehlmnoprstv"), self._random.choice("aeiou")
        filled = (
            condition.format(*letters)
            if "STRSTARTS" not in condition
            else condition.format(letters[0].upper())
        )
        return f"SELECT * WHERE {{ ?s a <{each.iri}> ; {_LABEL} ?label FILTER({filled}) }} LIMIT {_ROWS}"

    def _range(self) -> str:
        each = self._some(self._numbers)
        [number] = self._of(each, 1, lambda p: p.numeric)
        low = self._random.choice((0, 10, 1000))
        pattern = f"?s a <{each.iri}> ; {number} ?v FILTER(?v > {low} && ?v < {10 * low + 50})"
        return f"SELECT * WHERE {{ {pattern} }} ORDER BY ?v ?s LIMIT {_ROWS}"

    def _values(self) -> str:
        each = self._some(self._wide)
        things = " ".join(f"<{self._thing(each)}>" for _ in range(5))
        return f"SELECT * WHERE {{ VALUES ?s {{ {things} }} ?s ?p ?o }} LIMIT {_ROWS}"

    def _bind(self) -> str:
        each = self._some(self._words)
        made = 'BIND(CONCAT(UCASE(STR(?label)), "/", STR(STRLEN(?label))) AS ?made)'
        thing = f"<{self._thing(each)}>"
        kind = 'BIND(IF(STRLEN(?label) > 10, "long", "short") AS ?kind)'
        return f"SELECT ?made ?kind WHERE {{ {thing} {_LABEL} ?label {made} {kind} }}"

    def _subquery(self) -> str:
        each, link = self._linked()
        inner = f"SELECT ?x (COUNT(*) AS ?n) WHERE {{ ?s a <{each.iri}> ; {link} ?x }} GROUP BY ?x"
        return (
            f"SELECT ?x ?n ?label WHERE {{ {{ {inner} }} ?x {_LABEL} ?label }} ORDER BY DESC(?n) ?x LIMIT 50"
        )

    def _graph(self) -> str:
        thing = self._thing(self._some(self._classes))
        return f"SELECT * WHERE {{ GRAPH ?g {{ <{thing}> ?p ?o }} }} LIMIT {_ROWS}"

    def _geo(self, condition: str) -> str:
        longitude, latitude = self._random.uniform(-1.5, 6), self._random.uniform(44, 49.5)
        point = f'"POINT({longitude:.3f} {latitude:.3f})"^^geo:wktLiteral'
        near = "geof:distance" in condition
        pattern = (
            "?s ?property ?point . ?point geo:asWKT ?wkt" if near else "?s geo:hasGeometry/geo:asWKT ?wkt"
        )
        return (
            f"{_GEO}SELECT DISTINCT ?s WHERE {{ {pattern} FILTER({condition.format(point)}) }} LIMIT {_ROWS}"
        )

    def _construct(self) -> str:
        each, link = self._linked()
        made, thing = f"?x {_LABEL} ?label", f"<{self._thing(each)}>"
        return f"CONSTRUCT {{ {made} }} WHERE {{ {thing} {link} ?x . {made} }}"
