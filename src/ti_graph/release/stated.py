"""What is said of the dataset wherever it is: its names, its title, its licences (``data/catalog.ttl``)."""

from __future__ import annotations

from functools import cache

from ti_graph.layout import DATA
from ti_graph.rdf import BASE, DCTERMS, Fact, Literal, NamedNode
from ti_graph.rdf.syntax import parse_facts

CATALOG = NamedNode(BASE + "catalog")
DATASET = NamedNode(CATALOG.value + "#dataset")
LICENCE = NamedNode("https://creativecommons.org/licenses/by/4.0/")


@cache
def stated() -> tuple[Fact, ...]:
    """What is said of the dataset wherever it is served (``data/catalog.ttl``); read once."""
    path = DATA / "catalog.ttl"
    return tuple(fact for fact, _ in parse_facts(path))


def about(language: str) -> dict[str, str]:
    """The title and the description of the dataset in a language."""
    names = {DCTERMS.title: "title", DCTERMS.description: "description"}
    said = [(names[p], value) for thing, p, value in stated() if thing == DATASET and p in names]
    return {name: v.value for name, v in said if isinstance(v, Literal) and v.language == language}


def licences() -> dict[str, str]:
    """The names of licences, by IRI."""
    facts = stated()
    named = {thing.value for thing, _, value in facts if value == DCTERMS.LicenseDocument}
    return {thing.value: v.value for thing, p, v in facts if thing.value in named and p == DCTERMS.title}
