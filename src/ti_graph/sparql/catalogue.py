"""The named queries: documented ``.rq`` files with typed parameters.

A file starts with header lines ``#+ key: value`` and goes on with a standard SPARQL 1.1 query. A parameter
is a variable of its own, not a result column; its value is written as a term into a VALUES clause that
opens the query's WHERE, so nothing a caller sends becomes part of the query's text. Unbound means all.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl

from ti_graph.errors import RequestError, UnknownNameError
from ti_graph.rdf import ID, XSD, Literal, NamedNode
from ti_graph.sparql.headers import WHERE, Header, HeaderError, demand, read_headed, with_values
from ti_graph.sparql.wording import Wording, read_columns, read_values

#: Names that no parameter may have: they are options of the request itself.
RESERVED = frozenset({"accessed", "format", "inference", "lang", "timeout"})

_PARAMETER = re.compile(r"(?P<name>[a-z]\w*) (?P<type>[a-z]+) \?(?P<variable>[A-Za-z]\w*)")
_PAGE = re.compile(r"(?P<parameter>[a-z]\w*) on (?P<kinds>[a-z-]+(, [a-z-]+)*)")
_TABLE = re.compile(r"(?P<name>[a-z]+(-[a-z]+)*)( (?P<bound>\S+))?")
_QUERY_KEYS = frozenset(
    {"summary", "summary_fr", "description", "description_fr", "tags", "table", "param", "page", "example"}
)


def _code(value: str) -> Literal:
    if not re.fullmatch(r"[0-9A-Za-z-]{1,60}", value):
        raise ValueError("a code is 1 to 60 letters, digits and hyphens")
    return Literal(value)


def _iri(value: str) -> NamedNode:
    return NamedNode(value if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", value) else ID + value)


def _date(value: str) -> Literal:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        raise ValueError("a date is written YYYY-MM-DD")
    datetime.date.fromisoformat(value)
    return Literal(value, datatype=XSD.date)


def _number(value: str) -> Literal:
    if not re.fullmatch(r"[+-]?\d{1,9}(\.\d{1,9})?", value):
        raise ValueError("a number is written with digits and a point")
    return Literal(value, datatype=XSD.decimal)


#: How the value of a parameter becomes a term, by the parameter's type.
TYPES: Mapping[str, Callable[[str], Literal | NamedNode]] = {
    "code": _code,
    "date": _date,
    "iri": _iri,
    "name": lambda value: Literal(value, language="fr"),
    "number": _number,
    "text": Literal,
}


@dataclass(frozen=True)
class Parameter:
    """A declared parameter: its name, its type (a key of ``TYPES``) and the variable that it binds."""

    name: str
    type: str
    variable: str

    def term(self, value: str) -> Literal | NamedNode:
        """The term that a value stands for.

        Raises:
            RequestError: the value is not of the parameter's type.
        """
        try:
            return TYPES[self.type](value)
        except ValueError as error:
            raise RequestError(f"parameter {self.name!r}: {value!r} is not a {self.type}: {error}") from None


@dataclass(frozen=True)
class WholeTable:
    """A query's answer as a table of its own, among the files of a release.

    Arguments:
        name: kebab-case.
        pairs: the parameters bound for it, names with values.
    """

    name: str
    pairs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class NamedQuery:
    """A query of the catalogue.

    Arguments:
        name: kebab-case, the file's name without ``.rq``.
        summary: what it answers, by language (``en``, ``fr``).
        description: more on it, by language; empty for a query that needs none.
        tags: words to group it by.
        table: the table that its answer is, where it is one of a release.
        parameters: what can be bound.
        pages: kinds of things whose pages show its answer, and the parameter that the thing is given to: the
            kind is the head of the path of the thing's IRI (``commune``).
        examples: bindings that give an answer, as ``name=value``.
        text: the query, without the header.
    """

    name: str
    summary: Mapping[str, str]
    description: Mapping[str, str]
    tags: tuple[str, ...]
    table: WholeTable | None
    parameters: tuple[Parameter, ...]
    pages: tuple[tuple[str, str], ...]
    examples: tuple[str, ...]
    text: str

    def bind(self, pairs: Iterable[tuple[str, str]]) -> str:
        """The query with its parameters bound.

        Arguments:
            pairs: parameter names with values as text; what is left out or empty stays unbound.

        Raises:
            RequestError: a name that is not declared or is given twice, or a value that is not of its type.
        """
        values: dict[str, str] = {}
        for name, value in pairs:
            if name in values:
                raise RequestError(f"parameter {name!r} is given more than once")
            values[name] = value
        declared = {parameter.name: parameter for parameter in self.parameters}
        unknown = values.keys() - declared.keys()
        if unknown:
            there = ", ".join(declared) or "none"
            raise RequestError(f"{self.name} has no parameter {min(unknown)!r}; its parameters: {there}")
        bound = [(declared[name], declared[name].term(value)) for name, value in values.items() if value]
        if not bound:
            return self.text
        variables = " ".join(f"?{parameter.variable}" for parameter, _ in bound)
        terms = " ".join(str(term) for _, term in bound)
        return with_values(self.text, f"VALUES ({variables}) {{ ({terms}) }}")

    def about(self, thing: str) -> Iterator[tuple[str, str]]:
        """The bindings by which this query answers on a thing's page.

        Arguments:
            thing: the path of its IRI: ``commune/76351``. A parameter of type ``code`` gets what is after the
                last slash, another the path.
        """
        kind, _, rest = thing.partition("/")
        types = {parameter.name: parameter.type for parameter in self.parameters}
        for shown_on, name in self.pages:
            if shown_on == kind:
                yield name, rest.rpartition("/")[2] if types[name] == "code" else thing

    def described(self) -> dict[str, object]:
        """The query as JSON has it."""
        return {
            "name": self.name,
            "summary": dict(self.summary),
            "description": dict(self.description),
            "tags": self.tags,
            "parameters": [{"name": p.name, "type": p.type} for p in self.parameters],
            "examples": self.examples,
            "query": self.text,
        }


class Catalogue(Mapping[str, NamedQuery]):
    """The named queries of a folder, by name, sorted.

    Raises:
        SourceError: with every wrong header of every file, or every wrong row of a table of words.
    """

    def __init__(self, folder: Path):
        self._queries = read_headed(folder, _named_query)
        self.columns = read_columns(folder)
        titles = {name: column.title for name, column in self.columns.items()}
        self.wording = Wording(titles, read_values(folder))

    def __getitem__(self, name: str) -> NamedQuery:
        return self._queries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._queries)

    def __len__(self) -> int:
        return len(self._queries)

    def find(self, name: str) -> NamedQuery:
        """The query of that name.

        Raises:
            UnknownNameError: there is none; says which there are.
        """
        if name not in self._queries:
            raise UnknownNameError(f"no query {name!r}; there are: {', '.join(self._queries)}")
        return self._queries[name]


def _named_query(name: str, header: Header, text: str) -> NamedQuery:
    demand(header, _QUERY_KEYS, ("summary", "summary_fr"))
    if not WHERE.search(text):
        raise HeaderError("the query has no 'WHERE {'")
    if "ORDER BY" not in text:
        raise HeaderError("the query has no ORDER BY: its answer would have no stable order")
    parameters = tuple(_parameter(line, text) for line in header.get("param", []))
    return NamedQuery(
        name=name,
        summary={"en": header["summary"][0], "fr": header["summary_fr"][0]},
        description=_description(header),
        tags=tuple(tag.strip() for tag in header.get("tags", [""])[0].split(",") if tag.strip()),
        table=_table(header["table"][0], parameters) if "table" in header else None,
        parameters=parameters,
        pages=tuple(page for line in header.get("page", []) for page in _pages(line, parameters)),
        examples=tuple(header.get("example", [])),
        text=text,
    )


def _description(header: Header) -> dict[str, str]:
    """What a header says of a query in two languages, or nothing."""
    said = {language: header.get(key) for language, key in (("en", "description"), ("fr", "description_fr"))}
    given = {language: lines[0] for language, lines in said.items() if lines}
    if len(given) == 1:
        raise HeaderError("the header has one of 'description' and 'description_fr' without the other")
    return given


def _parameter(line: str, text: str) -> Parameter:
    match = _PARAMETER.fullmatch(line)
    if match is None:
        raise HeaderError(f"a parameter is declared as 'NAME TYPE ?variable', not {line!r}")
    parameter = Parameter(match["name"], match["type"], match["variable"])
    if parameter.type not in TYPES:
        raise HeaderError(f"unknown parameter type {parameter.type!r}; there are: {', '.join(sorted(TYPES))}")
    if parameter.name in RESERVED:
        raise HeaderError(f"{parameter.name!r} is a reserved name")
    if f"?{parameter.variable}" not in text:
        raise HeaderError(f"the query does not use ?{parameter.variable}")
    return parameter


def _table(line: str, parameters: Iterable[Parameter]) -> WholeTable:
    match = _TABLE.fullmatch(line)
    if match is None:
        raise HeaderError(f"a table is declared as 'NAME' or 'NAME PARAMETER=VALUE&…', not {line!r}")
    pairs = tuple(parse_qsl(match["bound"] or ""))
    unknown = {name for name, _ in pairs} - {parameter.name for parameter in parameters}
    if unknown:
        raise HeaderError(f"table {line!r}: the query has no parameter {min(unknown)!r}")
    return WholeTable(match["name"], pairs)


def _pages(line: str, parameters: Iterable[Parameter]) -> list[tuple[str, str]]:
    match = _PAGE.fullmatch(line)
    if match is None:
        raise HeaderError(f"pages are declared as 'PARAMETER on KIND, KIND', not {line!r}")
    if match["parameter"] not in {parameter.name for parameter in parameters}:
        raise HeaderError(f"pages {line!r}: the query has no parameter {match['parameter']!r}")
    return [(kind, match["parameter"]) for kind in match["kinds"].split(", ")]
