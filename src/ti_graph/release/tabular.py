"""Whole answers of named queries as tables for people without RDF: CSV, with CSVW metadata.

A query is a table of a release by a line in its header, ``#+ table: NAME``. Beside a column with things
stands one with their codes, where ``queries/columns.csv`` has it (``communeCode`` for ``commune``).
https://www.w3.org/TR/tabular-metadata/
"""

from __future__ import annotations

import codecs
import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO

from ti_graph.rdf import PREFIXES
from ti_graph.release.stated import DATASET, LICENCE, about
from ti_graph.sparql.catalogue import Catalogue
from ti_graph.sparql.wording import Column
from ti_graph.stores.store import Store

#: Where a reader of a table looks for its metadata (https://www.w3.org/TR/tabular-data-model/#standard-path).
METADATA = "csv-metadata.json"
#: What a column ends with that says something of the things in another.
_SAYING = ("Code", "Label", "Name")


@dataclass(frozen=True)
class Table:
    """A table of a release.

    Arguments:
        name: kebab-case; its file is ``NAME.csv``.
        title, description: what it answers, by language.
        columns: what its cells are.
        text: the query whose answer it is.
    """

    name: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    columns: tuple[Column, ...]
    text: str


def tables_of(catalogue: Catalogue) -> list[Table]:
    """The tables of a release, by name."""
    empty, found = Store.in_memory(()), []
    for query in catalogue.values():
        if query.table:
            text = query.bind(query.table.pairs)
            columns = tuple(_columns(empty.query(text).variables, catalogue.columns))
            found.append(Table(query.table.name, query.summary, query.description, columns, text))
    return sorted(found, key=lambda table: table.name)


def write_table(table: Table, store: Store, output: IO[bytes]) -> None:
    """Write a table as CSV (UTF-8, RFC 4180), row by row.

    Arguments:
        table: which one.
        store: the dataset.
        output: a binary file to write to.
    """
    writer = csv.writer(codecs.getwriter("utf-8")(output), lineterminator="\r\n")
    writer.writerow(column.name for column in table.columns)
    for cells in store.texts(table.text):
        writer.writerow(_cell(cells, column.name) for column in table.columns)


def write_metadata(tables: Iterable[Table], _: Store, output: IO[bytes]) -> None:
    """Write what tables are, as CSVW has it."""
    described = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "fr"}],
        "@type": "TableGroup",
        "dc:title": _in_languages({language: about(language)["title"] for language in ("fr", "en")}),
        "dc:license": {"@id": LICENCE.value},
        "dc:source": {"@id": DATASET.value},
        "tables": [_described(table) for table in tables],
    }
    output.write((json.dumps(described, ensure_ascii=False, indent=1) + "\n").encode())


def _columns(variables: Iterable[str], known: Mapping[str, Column]) -> Iterator[Column]:
    for name in variables:
        yield known[name]
        if f"{name}Code" in known:
            yield known[f"{name}Code"]


def _cell(cells: Mapping[str, str], name: str) -> str:
    """What a row has in a column; a code is the end of the thing's IRI."""
    return cells.get(name) or cells.get(name.removesuffix("Code"), "").rpartition("/")[2]


def _described(table: Table) -> dict[str, object]:
    described = {"url": f"{table.name}.csv", "dc:title": _in_languages(table.title)}
    if table.description:
        described["dc:description"] = _in_languages(table.description)
    there = {column.name for column in table.columns}
    return described | {"tableSchema": {"columns": [_column(column, there) for column in table.columns]}}


def _column(column: Column, there: set[str]) -> dict[str, object]:
    """A column: what it is called, what its cells are, and of which thing they say what."""
    described: dict[str, object] = {
        "name": column.name,
        "titles": {"und": column.name, **column.title},
        "datatype": {"iri": "anyURI", "text": "string"}.get(column.datatype, column.datatype),
        "null": "",
    }
    if column.datatype == "text":
        described["lang"] = "fr"
    if column.datatype == "iri":
        described["valueUrl"] = f"{{+{column.name}}}"
    thing = next((column.name.removesuffix(end) for end in _SAYING if column.name.endswith(end)), "")
    if column.property and thing in there:
        prefix, _, term = column.property.partition(":")
        described |= {"aboutUrl": f"{{+{thing}}}", "propertyUrl": PREFIXES[prefix] + term}
    return described


def _in_languages(said: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"@value": text, "@language": language} for language, text in sorted(said.items())]
