"""The dataset from Python: load it, ask it, resolve a name, check a graph.

    >>> from ti_graph import api
    >>> for row in api.records("territory-of-commune", commune="76351", date="2018-12-31"):
    ...     print(row["territoryLabel"], row["status"])
    Axe Seine covered

The first call builds the dataset where it is not built yet, which takes some thirty seconds; the next ones
open it. What a query is called, and its parameters: ``queries()``. Every error is a ``TiGraphError``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph
import rdflib

from ti_graph.assembly.inference import asked_for
from ti_graph.assembly.system import system_quads
from ti_graph.build import dataset
from ti_graph.checking.check import Rules
from ti_graph.checking.report import Report
from ti_graph.errors import RequestError
from ti_graph.layout import CHECKS, FILES, QUERIES, SHAPES
from ti_graph.rdf import XSD, Literal, NamedNode, Quad, RdfFormat
from ti_graph.rdf.syntax import parse_file, parse_text, write_ordered
from ti_graph.reference.decisions import announcement_resolver
from ti_graph.reference.reading import read_reference
from ti_graph.reference.resolve import Resolution, Resolver
from ti_graph.reference.sources import read_manifest
from ti_graph.sparql.catalogue import Catalogue, NamedQuery
from ti_graph.stores.states import existing_graph
from ti_graph.stores.store import Store

if TYPE_CHECKING:
    import pandas

__all__ = [
    "Record",
    "Value",
    "as_pyoxigraph",
    "as_rdflib",
    "check",
    "frame",
    "queries",
    "records",
    "resolve",
    "resolver",
]

#: A cell of an answer: IRIs and texts are str; numbers, truth values and days as Python has them; years int.
Value = str | int | float | Decimal | bool | date | None
#: A row of an answer, by column; what is unbound is None.
Record = dict[str, Value]

Row = Mapping[str, NamedNode | Literal]

_READ: Mapping[NamedNode, Callable[[str], Value]] = {
    XSD.boolean: lambda text: text in ("true", "1"),
    XSD.date: date.fromisoformat,
    XSD.decimal: Decimal,
    XSD.double: float,
    XSD.gYear: int,
    XSD.integer: int,
}


def queries() -> Mapping[str, NamedQuery]:
    """The named queries, by name: what each answers, and what can be bound.

    >>> api.queries()["territory-of-commune"].parameters[0].name
    'commune'
    """
    return _catalogue()


def records(query: str, /, *, inference: bool = False, **parameters: object) -> list[Record]:
    """The rows of a named query, or of a SELECT in SPARQL.

    Arguments:
        query: the name of a named query, or the text of a query.
        inference: whether it asks what the ontology and its alignments entail, too.
        parameters: of a named query; the one called ``from`` is given as ``**{"from": …}``.

    Raises:
        UnknownNameError, RequestError, QuerySyntaxError: as the server would say.

    >>> api.records("SELECT (COUNT(*) AS ?n) { ?s <http://rdf.insee.fr/def/geo#codeINSEE> '76351' }")
    [{'n': 1}]
    """
    columns, rows = _answer(query, inference, parameters)
    return [_record(columns, row) for row in rows]


def frame(query: str, /, *, inference: bool = False, **parameters: object) -> pandas.DataFrame:
    """The same as a table of pandas, which the extra ``ti-graph[pandas]`` installs.

    >>> api.frame("members-of-territory", label="Axe Seine").shape[0]
    9
    """
    import pandas

    columns, rows = _answer(query, inference, parameters)
    return pandas.DataFrame([_record(columns, row) for row in rows], columns=list(columns))


def as_pyoxigraph() -> pyoxigraph.Store:
    """The whole dataset as a store that can only be read: the merge as default graph, and every named graph.

    >>> len(api.as_pyoxigraph()) > 1_000_000
    True
    """
    return pyoxigraph.Store.read_only(str(dataset().repository.current().path))


def as_rdflib(graph: str = "") -> rdflib.Graph:
    """The merge, or one named graph, as a graph of rdflib, in memory. The merge takes a minute and 1.3 GB.

    Arguments:
        graph: the IRI of a named graph.

    Raises:
        UnknownNameError: there is no such graph; with the names that are most like it.

    >>> len(api.as_rdflib("https://w3id.org/territoires-industrie/id/enonce/titre"))
    1
    """
    store = dataset().open()
    name = existing_graph(graph, store.graph_names()) if graph else None
    lines = write_ordered(store.triples(name), RdfFormat.N_TRIPLES)
    return rdflib.Graph().parse(data=lines, format="nt")


def resolve(name: str, regions: Collection[str] = (), departements: Collection[str] = ()) -> Resolution:
    """The SIREN of an intercommunalité in the list of the announcement's year, or its candidates.

    Arguments:
        name: as somebody writes it.
        regions, departements: INSEE codes of where it is; empty for anywhere in France.

    >>> api.resolve("CODAH").siren
    '247600596'
    """
    return resolver().resolve(name, regions, departements)


def check(*given: Path | rdflib.Graph) -> Report:
    """Hold RDF to the shapes and to the rules about graphs.

    Arguments:
        given: files of RDF and graphs of rdflib, taken together; the built-in dataset where there are none.

    Raises:
        SourceError: a file cannot be read or parsed; with the line.

    >>> api.check(rdflib.Graph()).conforms
    True
    """
    if given:
        quads = [quad for each in given for quad in _quads(each)]
        store = Store.in_memory(quads, system_quads())
    else:
        store = dataset().open()
    return Rules(SHAPES, CHECKS).check(store)


@cache
def resolver() -> Resolver:
    """What resolves names, from the tables in ``data/``: made once, for many names.

    >>> api.resolver().resolve("Perche", ["28"]).method
    'ambigu'
    """
    manifest = read_manifest(FILES)
    return announcement_resolver(manifest, read_reference(manifest))


@cache
def _catalogue() -> Catalogue:
    return Catalogue(QUERIES)


def _answer(
    query: str, inference: bool, parameters: Mapping[str, object]
) -> tuple[tuple[str, ...], Iterator[Row]]:
    """The columns and rows of a query."""
    if _is_name(query):
        given = ((name, str(value)) for name, value in parameters.items() if value is not None)
        query = _catalogue().find(query).bind(given)
    elif parameters:
        raise RequestError(f"parameters are for named queries: {', '.join(parameters)}")
    result = dataset().open().query(query, besides=asked_for(inference))
    if not result.variables:
        raise RequestError("only a SELECT has rows")
    return result.variables, result.rows()


def _is_name(query: str) -> bool:
    return query.replace("-", "").isalnum()


def _record(columns: Iterable[str], row: Row) -> Record:
    return {column: _value(row.get(column)) for column in columns}


def _value(term: NamedNode | Literal | None) -> Value:
    if isinstance(term, Literal):
        try:
            return _READ.get(term.datatype, str)(term.value)
        except (ArithmeticError, ValueError):  # 'many'^^xsd:integer
            return term.value
    return term if term is None else term.value


def _quads(given: Path | rdflib.Graph) -> Iterator[Quad]:
    if isinstance(given, rdflib.Graph):
        form = "nquads" if isinstance(given, rdflib.Dataset) else "nt"
        return parse_text(given.serialize(format=form, encoding="utf-8"), RdfFormat.N_QUADS)
    return parse_file(given)
