"""Turtle and TriG for people and for ``diff``: grouped by subject, one statement a line, prefixes by name.

    commune:76351
        a igeo:Commune ;
        rdfs:label "Le Havre"@fr ;
    .

The predicate stands on every line and the full stop on its own, so a statement that came, went or changed is
one line of a diff, which tells what it says. Terms come as N-Triples have them; those that need no escape are
written shorter. https://www.w3.org/TR/turtle/
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import groupby

from ti_graph.rdf import RDF, XSD

#: Graph (empty for none), subject, predicate and object, each as N-Triples have it.
Statement = tuple[str, str, str, str]

_RDF_TYPE = str(RDF.type)
#: Local names that every reader knows without an escape.
_LOCAL = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
#: Lexical forms that stand for themselves, by datatype.
_BARE = {
    XSD.integer.value: re.compile(r"[+-]?[0-9]+"),
    XSD.decimal.value: re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD.double.value: re.compile(r"[+-]?([0-9]+\.[0-9]*|\.?[0-9]+)[eE][+-]?[0-9]+"),
    XSD.boolean.value: re.compile(r"true|false"),
}
#: Terms whose short form is kept: those that come again do so soon, or are few.
_KEPT = 50_000


def turtle(statements: Iterable[Statement], prefixes: Mapping[str, str]) -> Iterator[str]:
    """Statements as Turtle, or TriG where they have graphs, in pieces as they come.

    Arguments:
        statements: those of a graph together, and in it those of a subject.
        prefixes: namespaces by prefix.
    """
    for prefix, namespace in sorted(prefixes.items()):
        yield f"@prefix {prefix}: <{namespace}> .\n"
    short = _shortening(prefixes)
    for graph, in_graph in groupby(statements, key=lambda statement: statement[0]):
        yield f"\n{short(graph)} {{\n" if graph else ""
        for subject, about in groupby(in_graph, key=lambda statement: statement[1]):
            yield f"\n{short(subject)}\n"
            for _, _, predicate, value in about:
                verb = "a" if predicate == _RDF_TYPE else short(predicate)
                yield f"\t{verb} {short(value)} ;\n"
            yield ".\n"
        yield "\n}\n" if graph else ""


def _shortening(prefixes: Mapping[str, str]) -> Callable[[str], str]:
    names = {namespace: prefix for prefix, namespace in prefixes.items()}

    def name(iri: str) -> str:
        start = max(iri.rfind("/"), iri.rfind("#")) + 1
        prefix = names.get(iri[:start])
        if prefix is not None and _LOCAL.fullmatch(iri, start):
            return f"{prefix}:{iri[start:]}"
        return f"<{iri}>"

    @lru_cache(_KEPT)
    def short(term: str) -> str:
        if term.startswith("<") and term.endswith(">") and not term.startswith("<<"):
            return name(term[1:-1])
        if not (term.startswith('"') and term.endswith(">")):
            return term
        text, _, datatype = term[:-1].rpartition('"^^<')
        if datatype in _BARE and _BARE[datatype].fullmatch(text, 1):
            return text[1:]
        return f'{text}"^^{name(datatype)}'

    return short
