"""What is said of a thing: its names, its facts with where each comes from, and what points to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ti_graph.assembly.inference import INFERENCES
from ti_graph.rdf import RDF, RDFS, NamedNode, prologue
from ti_graph.views.terms import Rows, Term, TermNames, Value, named, value_of

#: How many of the things that point to a thing by one property are listed.
LISTED = 50
_PREFIXES = prologue("dcterms", "oa", "rdfs", "ti")
_FACTS = """SELECT ?graph ?property ?value ?label WHERE {{
  GRAPH ?graph {{ {thing} ?property ?value }}
  OPTIONAL {{ ?value rdfs:label ?label }}
  FILTER(?graph != {inferences})
}}"""
_INCOMING = (
    "SELECT ?property (COUNT(?thing) AS ?count) WHERE {{ ?thing ?property {thing} }} GROUP BY ?property"
)
_POINTING = """{{
    {{
      SELECT ?thing ({property} AS ?property) WHERE {{ ?thing {property} {thing} }}
      LIMIT {limit}
    }}
    OPTIONAL {{ ?thing rdfs:label ?label }}
  }}"""
_SOURCES = """SELECT ?graph ?passage ?said ?method ?title WHERE {{
  VALUES ?graph {{ {graphs} }}
  {{ ?graph ti:enoncePar ?passage . ?passage oa:hasSelector/oa:exact ?said }}
  UNION {{ ?graph ti:methode ?method }}
  UNION {{ ?graph dcterms:title ?title }}
}}"""
#: The variable that has the text of each kind of source.
_TEXTS = {"said": "said", "deduced": "method", "table": "title"}


@dataclass(frozen=True)
class Property:
    """A property with values: of a thing, or the things that have it as their value.

    Arguments:
        name: in the reader's language.
        iri: the property.
        values: all of them, or the first ``LISTED`` of what points to a thing.
        count: how many there are.
    """

    name: str
    iri: str
    values: tuple[Value, ...]
    count: int


@dataclass(frozen=True)
class Source:
    """Where facts come from: a sentence (``said``), a deduction's method, or a table's title.

    Arguments:
        graph: the named graph of those facts.
        kind: ``said``, ``deduced`` or ``table``.
        text: the sentence, word for word, the method, or the title.
        language: of the text.
        passage: the IRI of the sentence, where it is one.
    """

    graph: str
    kind: str
    text: str
    language: str
    passage: str = ""


@dataclass(frozen=True)
class Description:
    """What is said of a thing."""

    iri: str
    name: Value
    types: tuple[Value, ...]
    facts: tuple[Property, ...]
    incoming: tuple[Property, ...]
    sources: tuple[Source, ...]


def describe(rows: Rows, terms: TermNames, iri: str, language: str) -> Description | None:
    """What a dataset says of a thing; None where it says nothing.

    Arguments:
        rows: asks the dataset.
        terms: the names of properties and classes.
        iri: the thing, a valid IRI.
        language: ``fr`` or ``en``: which of several names is taken.
    """
    thing = str(NamedNode(iri))
    found = rows(_PREFIXES + _FACTS.format(thing=thing, inferences=INFERENCES))
    pointing = rows(_INCOMING.format(thing=thing))
    if not found and not pointing:
        return None
    facts = properties_of(found, terms, language)
    types = tuple(value for fact in facts if fact.iri == RDF.type.value for value in fact.values)
    names = [row["value"] for row in found if row["property"]["value"] == RDFS.label.value]
    shown = tuple(fact for fact in facts if fact.iri != RDF.type.value)
    graphs = sorted({row["graph"]["value"] for row in found})
    return Description(
        iri,
        named(iri, names, language),
        types,
        shown,
        _pointing(rows, pointing, terms, thing, language),
        _sources(rows, graphs, language),
    )


def properties_of(
    found: Iterable[Mapping[str, Term]], terms: TermNames, language: str
) -> tuple[Property, ...]:
    """Rows of ``?property ?value ?label ?graph`` by property, each value once."""
    values: dict[str, dict[tuple[str, ...], tuple[Term, list[Term], set[str]]]] = defaultdict(dict)
    for row in found:
        value = row["value"]
        key = value["type"], value["value"], value.get("xml:lang", ""), value.get("datatype", "")
        _, labels, graphs = values[row["property"]["value"]].setdefault(key, (value, [], set()))
        graphs.add(row["graph"]["value"])
        if "label" in row:
            labels.append(row["label"])
    properties = []
    for iri, each in values.items():
        shown = [value_of(term, labels, terms, language, graphs) for term, labels, graphs in each.values()]
        shown.sort(key=lambda value: (value.text, value.iri, value.language))
        properties.append(Property(terms.of(iri, language).text, iri, tuple(shown), len(shown)))
    return tuple(sorted(properties, key=lambda p: (p.count > 1, p.name, p.iri)))


def _pointing(
    rows: Rows, counted: Iterable[Mapping[str, Term]], terms: TermNames, thing: str, language: str
) -> tuple[Property, ...]:
    counts = {row["property"]["value"]: int(row["count"]["value"]) for row in counted}
    if not counts:
        return ()
    parts = [_POINTING.format(property=NamedNode(p), thing=thing, limit=LISTED) for p in sorted(counts)]
    found = rows(f"{_PREFIXES}SELECT ?property ?thing ?label WHERE {{\n  {' UNION '.join(parts)}\n}}")
    labels: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for row in found:
        labels[row["property"]["value"]][row["thing"]["value"]] += [row["label"]] if "label" in row else []
    properties = []
    for iri, things in labels.items():
        values = sorted((named(each, those, language) for each, those in things.items()), key=_by_text)
        properties.append(Property(terms.of(iri, language).text, iri, tuple(values), counts[iri]))
    return tuple(sorted(properties, key=lambda p: (p.name, p.iri)))


def _sources(rows: Rows, graphs: list[str], language: str) -> tuple[Source, ...]:
    if not graphs:
        return ()
    asked = " ".join(str(NamedNode(graph)) for graph in graphs)
    sources: dict[str, Source] = {}
    for row in rows(_PREFIXES + _SOURCES.format(graphs=asked)):
        graph = row["graph"]["value"]
        kind, term = next((kind, row[name]) for kind, name in _TEXTS.items() if name in row)
        source = Source(
            graph, kind, term["value"], term.get("xml:lang", ""), row.get("passage", {}).get("value", "")
        )
        if graph not in sources or source.language == language:
            sources[graph] = source
    return tuple(sources[graph] for graph in sorted(sources))


def _by_text(value: Value) -> tuple[str, str]:
    return value.text, value.iri
