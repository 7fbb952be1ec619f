"""Terms as a reader sees them: how a view asks a dataset, and the names of what it finds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ti_graph.rdf import BASE, ID, NamedNode, prologue

#: A term as the SPARQL results in JSON have it: ``type``, ``value``, ``xml:lang``, ``datatype``.
Term = Mapping[str, str]
#: Puts a query's text to a dataset; gives its rows, terms by variable.
Rows = Callable[[str], Sequence[Mapping[str, Term]]]

_PREFIXES = prologue("rdfs", "ti")
#: The yearly states of EPCI have a name of that year instead of a label.
_LABELS = "SELECT ?thing ?label WHERE {{ VALUES ?thing {{ {things} }} ?thing rdfs:label|ti:nom ?label }}"
_NAMES = """SELECT ?term ?label WHERE {{
  GRAPH ?graph {{ ?term rdfs:label ?label }}
  FILTER(?graph IN (<{base}def>, <{base}terms>))
}}"""
#: Which label is taken where there is none in the reader's language.
_LIKING = {"fr": 0, "": 1, "en": 2}


@dataclass(frozen=True)
class Value:
    """A value as a reader sees it.

    Arguments:
        text: a literal's text, or a name of a thing.
        iri: of a thing; empty for a literal.
        language: of the text, where it has one.
        graphs: the named graphs that say so.
    """

    text: str
    iri: str = ""
    language: str = ""
    graphs: tuple[str, ...] = ()


class TermNames:
    """The names of properties and classes, in French and English.

    Arguments:
        rows: asks the dataset.
    """

    def __init__(self, rows: Rows):
        self._names: dict[str, list[Term]] = defaultdict(list)
        for row in rows(_PREFIXES + _NAMES.format(base=BASE)):
            self._names[row["term"]["value"]].append(row["label"])

    def __contains__(self, iri: str) -> bool:
        return iri in self._names

    def of(self, iri: str, language: str) -> Value:
        """The name of a term in a language; its local name where it has none."""
        if iri in self._names:
            return named(iri, self._names[iri], language)
        return Value(iri.rstrip("/#").replace("#", "/").rpartition("/")[2] or iri, iri)


def texts(rows: Rows, query: str) -> Iterator[dict[str, str]]:
    """The rows of a SELECT, terms as text."""
    for row in rows(query):
        yield {name: term["value"] for name, term in row.items()}


def names_of(rows: Rows, iris: Iterable[str], language: str) -> dict[str, Value]:
    """The names of things, by IRI; of those that have one."""
    asked = " ".join(str(NamedNode(iri)) for iri in sorted(iris))
    if not asked:
        return {}
    labels: dict[str, list[Term]] = defaultdict(list)
    for row in rows(_PREFIXES + _LABELS.format(things=asked)):
        labels[row["thing"]["value"]].append(row["label"])
    return {iri: named(iri, given, language) for iri, given in labels.items()}


def value_of(
    term: Term, labels: Sequence[Term], terms: TermNames, language: str, graphs: Iterable[str] = ()
) -> Value:
    """A term as a reader sees it, by one of its labels where it is a thing."""
    if term["type"] != "uri":
        return Value(term["value"], "", term.get("xml:lang", ""), tuple(sorted(graphs)))
    iri = term["value"]
    best = terms.of(iri, language) if not labels and iri in terms else named(iri, labels, language)
    return Value(best.text, iri, best.language, tuple(sorted(graphs)))


def named(iri: str, labels: Sequence[Term], language: str) -> Value:
    """A thing by the one of its labels that suits a reader; without one, by its IRI."""
    if not labels:
        path = iri.removeprefix(ID)
        return Value(path.replace("/", " · ") if path != iri else iri, iri)
    liking = _LIKING | {language: -1}
    best = min(labels, key=lambda label: (liking.get(label.get("xml:lang", ""), 3), label["value"]))
    return Value(best["value"], iri, best.get("xml:lang", ""))
