"""What a request asks of the endpoint: a query with its dataset, formats, limits; what heads its answer."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl

from ti_graph.errors import RequestError
from ti_graph.formats import Format
from ti_graph.serving.answering import Query
from ti_graph.stores.states import State

#: Names and values of a request's parameters, in order.
Pairs = list[tuple[str, str]]
#: Default and named graphs of the protocol's RDF dataset.
Graphs = tuple[Collection[str], Collection[str]]
#: What to write rows in, and a graph; None where that is not acceptable.
Formats = tuple[Format | None, Format | None]
#: Lets pages of other sites read an answer, without credentials (CORS).
OPEN_TO_ALL = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag, Location"}


def parameters(encoded: bytes | str) -> Pairs:
    """The pairs of a query string or form body, in order.

    Raises:
        RequestError: the percent-encoding does not give UTF-8.
    """
    try:
        text = encoded.decode("ascii") if isinstance(encoded, bytes) else encoded
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=1000)
    except (UnicodeDecodeError, ValueError) as error:
        raise RequestError(f"the parameters cannot be read: {error}") from None


def single(pairs: Pairs, name: str) -> str | None:
    """The value of a parameter that may be given once, None where it is not given.

    Raises:
        RequestError: it is given more than once.
    """
    values = [value for key, value in pairs if key == name]
    if len(values) > 1:
        raise RequestError(f"parameter {name!r} is given {len(values)} times; give it once")
    return values[0] if values else None


def every(pairs: Pairs, name: str) -> list[str]:
    """All values of a parameter that may be repeated."""
    return [value for key, value in pairs if key == name]


@dataclass(frozen=True)
class Tag:
    """An entity tag: the same for the same bytes; a weak one for what means the same (RFC 9110, 8.8.1)."""

    value: str
    is_weak: bool


def headers_of(tag: Tag | None) -> dict[str, str]:
    """The headers of every answer from a state: who may read it, how long it holds, what it varies with."""
    found = {
        **OPEN_TO_ALL,
        "Cache-Control": "no-cache" if tag else "no-store",
        "Vary": "Accept, Accept-Encoding",
    }
    if tag:
        found["ETag"] = f'{"W/" if tag.is_weak else ""}"{tag.value}"'
    return found


def entity_tag(state: State, *parts: object) -> Tag | None:
    """A tag over everything that decides an answer; None where one state cannot be told from another."""
    if not state.version:
        return None
    decides = json.dumps((state.version, *parts), default=list)
    return Tag(hashlib.sha256(decides.encode()).hexdigest()[:32], not state.is_fixed)


@dataclass(frozen=True)
class Asked:
    """A query as a request asks it.

    Arguments:
        text: SPARQL 1.1 Query.
        default_graphs, named_graphs: the protocol's RDF dataset.
        formats: what to write rows and graphs in; None where that is not acceptable.
        base: the IRI that relative IRIs resolve against.
        timeout: seconds; None for the server's limit.
        inference: whether the default graph holds what the ontology entails, too.
        takes_gzip: whether the answer may come packed.
    """

    text: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    formats: Formats
    base: str
    timeout: float | None
    inference: bool
    takes_gzip: bool

    @classmethod
    def of(
        cls, text: str, pairs: Pairs, graphs: Graphs, formats: Formats, base: str, takes_gzip: bool
    ) -> Asked:
        """What a request asks.

        Arguments:
            text: the query.
            pairs: the request's parameters.
            graphs: default and named graphs that it names.
            formats: for rows, and for a graph.
            base: the request's address without its query string.
            takes_gzip: whether the client reads gzip.

        Raises:
            RequestError: a parameter is wrong.
        """
        timeout, inference = seconds(single(pairs, "timeout")), yes_or_no(pairs, "inference")
        return cls(text, tuple(graphs[0]), tuple(graphs[1]), formats, base, timeout, inference, takes_gzip)

    def query(self, accept: str, max_result: int) -> Query:
        """The query to answer.

        Arguments:
            accept: what the caller asked for, to say so when no format is acceptable.
            max_result: the largest answer, in bytes.
        """
        graphs = self.default_graphs, self.named_graphs
        return Query(self.text, *graphs, self.formats, accept, max_result, self.base, self.inference)

    def tag(self, state: State, *more: object) -> Tag | None:
        """The entity tag of its answer from a state."""
        names = [form.name if form else "" for form in self.formats]
        graphs = self.default_graphs, self.named_graphs
        return entity_tag(state, self.text, *graphs, names, self.inference, self.base, self.takes_gzip, *more)


def yes_or_no(pairs: Pairs, name: str) -> bool:
    """The value of a parameter that is true or false; false where it is not given.

    Raises:
        RequestError: it is neither.
    """
    value = single(pairs, name) or "false"
    if value not in ("true", "false"):
        raise RequestError(f"{name} {value!r} is neither true nor false")
    return value == "true"


def seconds(value: str | None) -> float | None:
    """A number of seconds."""
    if value is None:
        return None
    if not re.fullmatch(r"\s*[+]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", value) or not 0 < float(value) < 1e9:
        raise RequestError(f"timeout {value!r} is not a number of seconds")
    return float(value)


def day_of(value: str, name: str = "date") -> str:
    """A day that a caller gives by a parameter of that name; empty for none.

    Raises:
        RequestError: it is no day.
    """
    try:
        return date.fromisoformat(value).isoformat() if value else ""
    except ValueError:
        raise RequestError(f"{name} {value!r} is not a day: YYYY-MM-DD") from None
