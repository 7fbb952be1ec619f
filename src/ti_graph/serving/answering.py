"""Answers a query from a state of the dataset, in a worker or in this process.

It imports little, so that a killed worker is replaced in a moment.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from ti_graph.assembly.inference import asked_for
from ti_graph.errors import NotAcceptableError, TooCostlyError
from ti_graph.formats import Format
from ti_graph.rdf import BASE
from ti_graph.stores.states import Queryable, State

#: Answers up to this size come back through the pipe, larger ones in a file; bytes.
_INLINE = 64_000

#: Bytes that are written to a file at once.
_BUFFER = 1 << 18

_open: tuple[State, Queryable] | None = None


@dataclass(frozen=True)
class Query:
    """A query to answer.

    Arguments:
        text: SPARQL 1.1 Query.
        default_graphs, named_graphs: the protocol's RDF dataset.
        formats: what to write, for rows and for graphs; None where not acceptable.
        accept: what the caller asked for, to say so when that is neither.
        max_result: the largest answer, in bytes.
        base: the IRI that relative IRIs resolve against.
        inference: whether the default graph holds what the ontology entails, too.
    """

    text: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    formats: tuple[Format | None, Format | None] = (None, None)
    accept: str = ""
    max_result: int = 2**62
    base: str = BASE
    inference: bool = False


@dataclass(frozen=True)
class Answer:
    """An answer, whole: its format, and its bytes or the file that holds them."""

    format: Format
    body: bytes
    file: Path | None = None


class _Spool:
    """Where an answer is written: it refuses to grow past a limit, and moves to a file when large."""

    def __init__(self, limit: int, path: str):
        self._limit, self._path = limit, path
        self._file: IO[bytes] = io.BytesIO()
        self._size = 0

    def write(self, content: bytes) -> int:
        self._size += len(content)
        if self._size > self._limit:
            raise TooCostlyError(
                f"the result is larger than {self._limit:,} bytes; ask for less with LIMIT, take it as CSV "
                "(format=csv: pages show less than other formats hold), or take a dump"
            )
        if isinstance(self._file, io.BytesIO) and self._size > _INLINE:
            written, self._file = self._file.getvalue(), Path(self._path).open("xb", _BUFFER)  # noqa: SIM115
            self._file.write(written)
        return self._file.write(content)

    def flush(self) -> None:
        self._file.flush()

    def finish(self, form: Format) -> Answer:
        if isinstance(self._file, io.BytesIO):
            return Answer(form, self._file.getvalue())
        self._file.close()
        return Answer(form, b"", Path(self._path))

    def discard(self) -> None:
        self._file.close()
        Path(self._path).unlink(missing_ok=True)


def answer(query: Query, state: State, spool: str) -> Answer:
    """Answer a query.

    Arguments:
        query: the query.
        state: the state to ask; kept open for the next query.
        spool: the file that a large answer goes to.

    Raises:
        QuerySyntaxError, RequestError: the query is wrong.
        NotAcceptableError: the answer has no format that was asked for.
        TooCostlyError: the answer is too large.
    """
    global _open
    if _open is None or _open[0] != state:
        _open = (state, state.open())
    return answer_from(_open[1], query, spool)


def answer_from(store: Queryable, query: Query, path: str) -> Answer:
    """Answer a query from an open store; otherwise as ``answer``."""
    besides = asked_for(query.inference)
    result = store.query(query.text, query.default_graphs, query.named_graphs, query.base, besides)
    form = query.formats[1 if result.is_graph else 0]
    if form is None:
        raise NotAcceptableError(query.accept, [f.media_type for f in result.formats])
    spool = _Spool(query.max_result, path)
    try:
        result.write(form, cast(IO[bytes], spool))
    except BaseException:
        spool.discard()
        raise
    return spool.finish(form)
