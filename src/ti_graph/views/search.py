"""Full-text search over everything that has a name: ranked, blind to accents, case and hyphens.

The engine is tantivy, in memory. Each name is indexed twice: as the words that ``reference.words.words``
makes of it (accents, case, hyphens and apostrophes gone), for whole words, beginnings of words and words with
a typing mistake; and as French stems. Every word that is asked for must match in one of these ways.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import tantivy

from ti_graph.rdf import ID, prologue
from ti_graph.reference.words import LITTLE, words
from ti_graph.views.terms import Rows

_PREFIXES = prologue("igeo", "rdfs", "skos", "ti")
#: Each gives names of things; the first gives the name that a thing goes by.
_NAMES = (
    "SELECT ?thing ?name WHERE { ?thing rdfs:label ?name }",
    "SELECT DISTINCT ?thing ?name WHERE { ?state ti:etatDe ?thing ; ti:nom ?name }",
    "SELECT DISTINCT ?thing ?name WHERE { ?membership ti:membre ?thing ; ti:mention ?name }",
    "SELECT ?thing ?name WHERE { ?thing skos:altLabel ?name }",
)
_CODES = "SELECT ?thing ?code WHERE { ?thing igeo:codeINSEE ?code }"
_PEOPLE = "SELECT ?thing ?people WHERE { ?thing ti:population ?people }"
_WITHIN = """SELECT ?thing ?within WHERE {
  { ?thing igeo:subdivisionDe ?place } UNION { ?thing ti:departement ?place } UNION { ?thing ti:liste ?place }
  ?place rdfs:label ?within
}"""
#: How much more a thing of a kind is worth than a commune without people.
_WORTH = {
    "territoire": 4.0,
    "epci": 3.0,
    "programme": 3.0,
    "personne": 3.0,
    "region": 3.0,
    "departement": 3.0,
}
_FORMS = {
    "CA": "communauté d'agglomération",
    "CC": "communauté de communes",
    "CU": "communauté urbaine",
    "MET": "métropole",
}
#: Texts that are longer are cut; nobody's name has as many characters.
_LONGEST = 100
#: What the engine makes of the rest.
_ENGINES = frozenset(["_stems", "_schema", "_index"])
#: So many of the engine's best answers are ranked anew; a search finds no more.
MOST = 60


@dataclass(frozen=True)
class Hit:
    """Something found.

    Arguments:
        id: its IRI without ``https://w3id.org/territoires-industrie/id/``.
        name: the name it goes by.
        kind: the head of its id: ``commune``, ``epci``, ``territoire``…
        code: INSEE code or SIREN; empty where it has none.
        within: the département of a commune, the list of a territory; may be empty.
        matched: the other name by which it was found; empty if it was this one.
    """

    id: str
    name: str
    kind: str
    code: str
    within: str
    matched: str = ""


class Search:
    """An index of the names in a dataset.

    Arguments:
        rows: asks the dataset.
    """

    def __init__(self, rows: Rows):
        names: dict[str, dict[str, None]] = defaultdict(dict)
        for query in _NAMES:
            for thing, name in _pairs(rows, query, "name"):
                names[thing][name] = None
        codes, within = dict(_pairs(rows, _CODES, "code")), dict(_pairs(rows, _WITHIN, "within"))
        people = dict(_pairs(rows, _PEOPLE, "people"))
        self._names = {thing: tuple(given) for thing, given in names.items()}
        self._worth = {thing: _worth(thing, int(people.get(thing, "0"))) for thing in names}
        self._hits = {
            thing: Hit(thing, given[0], thing.split("/")[0], codes.get(thing, ""), within.get(thing, ""))
            for thing, given in self._names.items()
        }
        self._by_code = {code: thing for thing, code in codes.items() if thing in names}
        self._stems = _french_stems()
        self._schema = _schema()
        self._index = self._indexed()

    def find(self, text: str, limit: int = 20, kind: str = "") -> list[Hit]:
        """The things whose names have the words of a text, the best first.

        Arguments:
            text: words in any order, the last one perhaps unfinished; or an INSEE code or SIREN.
            limit: at most so many.
            kind: only of this kind.
        """
        coded = self._by_code.get(re.sub(r"\s", "", text).upper())
        if coded:
            return [self._hits[coded]]
        asked = words(text[:_LONGEST])
        found = self._matching(asked, kind)
        ranked = sorted(found.items(), key=lambda item: (-self._rank(item, asked), item[0]))
        return [self._hit(thing, asked) for thing, _ in ranked[:limit]]

    def __getstate__(self) -> dict[str, Any]:
        """All but what the engine made, and the files of its index."""
        kept = {name: value for name, value in vars(self).items() if name not in _ENGINES}
        with TemporaryDirectory(prefix="ti-graph-index-") as folder:
            self._indexed(folder)
            return kept | {"files": {path.name: path.read_bytes() for path in Path(folder).iterdir()}}

    def __setstate__(self, kept: dict[str, Any]) -> None:
        files = kept.pop("files")
        vars(self).update(kept)
        self._stems, self._schema = _french_stems(), _schema()
        with TemporaryDirectory(prefix="ti-graph-index-") as folder:
            for name, content in files.items():
                (Path(folder) / name).write_bytes(content)
            self._index = tantivy.Index(self._schema, path=folder)
            self._index.searcher()

    def _indexed(self, folder: str | None = None) -> tantivy.Index:
        index = tantivy.Index(self._schema, path=folder)
        writer = index.writer(heap_size=50_000_000, num_threads=1)
        for thing, names in self._names.items():
            document = tantivy.Document(id=thing, kind=self._hits[thing].kind)
            for name in (*names, *_spelt_out(names)):
                each = words(name)
                document.add_text("words", " ".join((*each, "".join(each))))  # "lehavre" finds Le Havre
                document.add_text("stems", " ".join(self._stems.analyze(name)))
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        return index

    def _matching(self, asked: tuple[str, ...], kind: str) -> dict[str, float]:
        """Things with their scores by the engine; with fewer words where no thing has all."""
        if not asked:
            return {}
        needed = [word for word in asked if word not in LITTLE] or asked
        each = [self._word(word, last=word is asked[-1]) for word in needed]
        searcher = self._index.searcher()
        for fewest in {len(each): None, max(1, len(each) - 1): None}:
            wanted = [(tantivy.Occur.Must, tantivy.Query.boolean_query(_should(each), fewest))]
            if kind:
                wanted.append((tantivy.Occur.Must, tantivy.Query.term_query(self._schema, "kind", kind)))
            best = searcher.search(tantivy.Query.boolean_query(wanted), MOST)
            if best.hits:
                return {str(searcher.doc(at)["id"][0]): float(score) for score, at in best.hits}
        return {}

    def _word(self, word: str, *, last: bool) -> tantivy.Query:
        """A word as it is, by its stem, as a beginning if it is the last one, or with a mistake in it."""
        schema, query = self._schema, tantivy.Query
        ways = [(4.0, query.term_query(schema, "words", word))]
        ways += [(1.5, query.term_query(schema, "stems", stem)) for stem in self._stems.analyze(word)]
        if last:
            ways.append((2.0, query.fuzzy_term_query(schema, "words", word, distance=0, prefix=True)))
        if len(word) > 4 and not word.isdigit():
            mistakes = 1 if len(word) < 8 else 2
            ways.append((0.5, query.fuzzy_term_query(schema, "words", word, distance=mistakes, prefix=last)))
        return query.disjunction_max_query([query.boost_query(way, boost) for boost, way in ways])

    def _rank(self, found: tuple[str, float], asked: tuple[str, ...]) -> float:
        """The engine's score, by what the thing is worth, more where a name is or starts with the text."""
        thing, score = found
        text = " ".join(asked)
        names = [" ".join(words(name)) for name in self._names[thing]]
        same = 8.0 if text in names else 2.0 if any(name.startswith(text) for name in names) else 1.0
        return score * same * self._worth[thing]

    def _hit(self, thing: str, asked: tuple[str, ...]) -> Hit:
        """A thing, with the name that has the most of the words if it is not the one that it goes by."""
        hit = self._hits[thing]
        best = max(self._names[thing], key=lambda name: sum(word in words(name) for word in asked))
        if len(set(asked) & set(words(best))) <= len(set(asked) & set(words(hit.name))):
            return hit
        return Hit(hit.id, hit.name, hit.kind, hit.code, hit.within, best)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    builder.add_text_field("kind", tokenizer_name="raw")
    for name in ("words", "stems"):
        builder.add_text_field(name, tokenizer_name="whitespace")
    return builder.build()


def _french_stems() -> tantivy.TextAnalyzer:
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.stemmer("french"))
        .filter(tantivy.Filter.ascii_fold())
        .build()
    )


def _should(queries: Iterable[tantivy.Query]) -> list[tuple[tantivy.Occur, tantivy.Query]]:
    return [(tantivy.Occur.Should, query) for query in queries]


def _pairs(rows: Rows, query: str, variable: str) -> Iterator[tuple[str, str]]:
    """The things under the project's own IRIs, by their ids, with a value."""
    found = rows(_PREFIXES + query)
    for row in sorted(
        found, key=lambda row: row[variable].get("xml:lang", "fr") != "fr"
    ):  # French names first
        iri = row["thing"]["value"]
        if iri.startswith(ID):
            yield iri.removeprefix(ID), row[variable]["value"]


def _spelt_out(names: Iterable[str]) -> Iterator[str]:
    """Names of EPCI with the legal form in full."""
    for name in names:
        form, _, rest = name.partition(" ")
        if form in _FORMS:
            yield f"{_FORMS[form]} {rest}"


def _worth(thing: str, people: int) -> float:
    return _WORTH.get(thing.split("/")[0], 1.0 + math.log10(people + 1) / 2)
