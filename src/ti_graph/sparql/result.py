"""The answer of a query, from the engine or as it came from another store."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import chain, islice
from typing import IO

import pyoxigraph

from ti_graph.errors import QuerySyntaxError, RequestError, UpstreamError
from ti_graph.formats import GRAPHS, RESULTS, Format
from ti_graph.rdf import Literal, NamedNode, Quad, Triple
from ti_graph.rdf.syntax import parse_open, write, write_as_found

_POSITION = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_LONGEST_MESSAGE = 300
#: An answer that is true, as the protocol writes it.
_TRUE = b'{"head": {}, "boolean": true}'
#: Graphs of fewer triples are sorted before they are written.
_SORTED = 5_000
#: Says in our words what goes wrong in its block.
Guard = Callable[[], AbstractContextManager[None]]


class Result:
    """The answer of a query, read once: rows (SELECT), a truth value (ASK) or a graph (the others).

    Arguments:
        answer: what the engine returned, or the triples of a graph.
        guarded: says in our words what goes wrong while the answer is read.
    """

    def __init__(
        self,
        answer: pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean | Iterable[Triple],
        guarded: Guard,
    ):
        self._answer, self._guarded = answer, guarded

    @classmethod
    def of_engine(
        cls, answer: pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean | pyoxigraph.QueryTriples
    ) -> Result:
        """What the engine returned."""
        return cls(answer, engine_errors)

    @classmethod
    def received(cls, content: IO[bytes], form: Format, like: Result) -> Result:
        """An answer as another store writes it; it is read as it is asked for, never held whole.

        Arguments:
            content: its text.
            form: the format of the text.
            like: the answer that an empty dataset gives to the query: of the same kind.

        Raises:
            UpstreamError: it is no such answer.
        """
        with answer_errors():
            if form.rdf and like.is_graph:
                return cls(_started(parse_open(content, form.rdf)), answer_errors)
            if form.results and not like.is_graph:
                answer = pyoxigraph.parse_query_results(content, format=form.results)
                if isinstance(answer, pyoxigraph.QuerySolutions) and like.is_truth:
                    answer = _truth(any(True for _ in answer))  # Virtuoso answers ASK with a row, or none
                return cls(answer, answer_errors)
        raise UpstreamError(f"the store answers in {form.label}, which is no answer to this query")

    @property
    def is_graph(self) -> bool:
        """Whether this is the graph of a CONSTRUCT or DESCRIBE."""
        return not isinstance(self._answer, pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean)

    @property
    def is_truth(self) -> bool:
        """Whether this is the truth value of an ASK."""
        return isinstance(self._answer, pyoxigraph.QueryBoolean)

    @property
    def formats(self) -> tuple[Format, ...]:
        """The formats that this answer can be written in, the preferred one first."""
        return GRAPHS if self.is_graph else RESULTS

    @property
    def variables(self) -> tuple[str, ...]:
        """The result columns of a SELECT, in order; none for the others."""
        if isinstance(self._answer, pyoxigraph.QuerySolutions):
            return tuple(variable.value for variable in self._answer.variables)
        return ()

    def rows(self) -> Iterator[dict[str, NamedNode | Literal]]:
        """The rows of a SELECT: terms by variable name, without the unbound ones."""
        assert isinstance(self._answer, pyoxigraph.QuerySolutions)
        variables = self.variables
        with self._guarded():
            for solution in self._answer:
                yield {name: term for name, term in zip(variables, solution, strict=True) if term is not None}

    def texts(self) -> Iterator[dict[str, str]]:
        """The rows of a SELECT, terms as text."""
        return ({name: term.value for name, term in row.items()} for row in self.rows())

    def write(self, to: Format, output: IO[bytes]) -> None:
        """Write the answer in one of its formats.

        A graph comes in a stable order, by subject; a large one in the order in which the engine finds it.
        """
        if isinstance(self._answer, pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean):
            with self._guarded():
                self._answer.serialize(output, format=to.results)
            return
        assert to.rdf
        with self._guarded():
            triples = iter(self._answer)
            first = list(islice(triples, _SORTED))
            if len(first) < _SORTED:
                write((Quad(*triple) for triple in first), to.rdf, output)
            else:
                write_as_found(chain(first, triples), to.rdf, output)


def _started(quads: Iterator[Quad]) -> Iterator[Triple]:
    """Their triples, the first of which has been read: what is no RDF at all is found out now."""
    first = next(quads, None)
    return (quad.triple for quad in chain([first] if first else [], quads))


def _truth(value: bool) -> pyoxigraph.QueryBoolean:
    written = _TRUE if value else _TRUE.replace(b"true", b"false")
    answer = pyoxigraph.parse_query_results(written, format=RESULTS[0].results)
    assert isinstance(answer, pyoxigraph.QueryBoolean)
    return answer


@contextmanager
def answer_errors() -> Iterator[None]:
    """Say what is wrong with the answer of another store.

    Raises:
        UpstreamError: it ends early, or is not what it says it is.
    """
    try:
        yield
    except SyntaxError as error:
        raise UpstreamError(f"the store's answer ends early or cannot be read: {error.msg}") from None
    except (OSError, RuntimeError, ValueError) as error:
        raise UpstreamError(f"the store's answer does not arrive whole: {error}") from None


@contextmanager
def engine_errors() -> Iterator[None]:
    """Say what the engine refuses in our own words.

    Raises:
        QuerySyntaxError: the text does not parse.
        RequestError: it cannot be evaluated (an unknown function, for one).
        UpstreamError: another server, or the disk, did not answer.
    """
    try:
        yield
    except SyntaxError as error:
        raise _syntax_error(str(error)) from None
    except UnicodeEncodeError as error:
        raise QuerySyntaxError(f"not Unicode text at character {error.start}") from None
    except RuntimeError as error:
        raise RequestError(f"this cannot be evaluated: {error}") from None
    except OSError as error:
        raise UpstreamError(f"no answer: {error}") from None


def _syntax_error(message: str) -> QuerySyntaxError:
    match = _POSITION.match(message)
    if match is None:
        return QuerySyntaxError(message[:_LONGEST_MESSAGE])
    line, column, expected = match.groups()
    if len(expected) > _LONGEST_MESSAGE:
        expected = "this does not continue the query"
    return QuerySyntaxError(expected.replace("[_]", "another token"), int(line), int(column))
