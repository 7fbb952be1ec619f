"""What can go wrong, and what it means for a shell and for HTTP.

TiGraphError                exit 2, HTTP 500
├── SourceError             a file is wrong, or cannot be read or written: every problem, with file and line
├── NonConformingError      exit 1, HTTP 422: a must-rule is violated; carries the report
├── ServeError              the server cannot start (port in use, unusable address)
├── StoreError              HTTP 500: the store cannot be read or written (damaged, disk full, in use)
├── WorkerDiedError         HTTP 500: the process that ran the query died under it
├── UpstreamError           HTTP 502: another server did not answer as it should
│   └── MissingError        HTTP 502: it has nothing at that address
├── BusyError               HTTP 503, with Retry-After
├── DeadlineError           HTTP 504: the query ran into its deadline
├── TooCostlyError          HTTP 507: more memory or a larger result than allowed
└── RequestError            the caller's mistake, HTTP 400
    ├── TextSyntaxError     400, with line and column: QuerySyntaxError, RdfSyntaxError
    ├── UnauthorizedError   401: the token is missing or wrong
    ├── NotAllowedError     403: this server does not do that
    ├── UnknownNameError    404: no query or graph of that name
    ├── MethodError         405
    ├── NotAcceptableError  406, with what is offered
    ├── TooLargeError       413: the request is larger than allowed
    └── MediaTypeError      415

Arguments of the constructors are kept in ``args``, so that an error crosses from a worker process whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ti_graph.layout import shown


class TiGraphError(Exception):
    """Base of every error that a user can read: one sentence, no stack trace."""

    exit_code = 2
    status = 500
    title = "Erreur interne / Internal error"


class Conformity(Protocol):
    """What an error needs of a validation report."""

    def to_text(self, language: str = ...) -> str: ...

    def violations_only(self) -> Conformity: ...


@dataclass(frozen=True)
class Problem:
    """One thing wrong in an input file.

    Arguments:
        where: file, with the line from 1 where there is one (``data/x.csv:12``).
        message: what is wrong, with the value.
    """

    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"

    @classmethod
    def at(cls, path: Path, line: int | None, message: str) -> Problem:
        """A problem at a line (counted from 1) of a file."""
        return cls(f"{shown(path)}:{line}" if line else shown(path), message)


class SourceError(TiGraphError):
    """A file is wrong, or cannot be read or written; carries every problem found in one run."""

    title = "Fichier inutilisable / Unusable file"

    def __init__(self, problems: Iterable[Problem]):
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))

    @classmethod
    def at(cls, path: Path, line: int | None, message: str) -> SourceError:
        """The error with a single problem."""
        return cls([Problem.at(path, line, message)])


class NonConformingError(TiGraphError):
    """The graph violates a must-rule, so it is not published.

    Arguments:
        report: the check's outcome (``checking.report.Report``), as text in English when shown.
    """

    exit_code = 1
    status = 422
    title = "Le graphe ne serait plus conforme / The graph would not conform"

    def __init__(self, report: Conformity):
        self.report = report
        super().__init__(report)

    def __str__(self) -> str:
        return self.report.violations_only().to_text("en").rstrip()


class ServeError(TiGraphError):
    """The server cannot start."""


class StoreError(TiGraphError):
    """The store cannot be read or written."""

    title = "Base inutilisable / Store unusable"


class WorkerDiedError(TiGraphError):
    """The process that ran the query died under it; it has been replaced."""

    title = "La requête a fait tomber son processus / The query brought its process down"


class UpstreamError(TiGraphError):
    """Another server did not answer as it should: a store elsewhere, or one that SERVICE or LOAD named."""

    status = 502
    title = "Un autre serveur n'a pas répondu / Another server did not answer"


class MissingError(UpstreamError):
    """Another server has nothing at that address."""


class BusyError(TiGraphError):
    """All places are taken; the same request may work a little later.

    Arguments:
        message: what is full.
        retry_after: seconds to wait.
    """

    status = 503
    title = "Serveur occupé / Server busy"

    def __init__(self, message: str, retry_after: int = 1):
        self.message, self.retry_after = message, retry_after
        super().__init__(message, retry_after)

    def __str__(self) -> str:
        return self.message


class DeadlineError(TiGraphError):
    """The query ran longer than it may."""

    status = 504
    title = "Délai dépassé / Deadline exceeded"


class TooCostlyError(TiGraphError):
    """The query needs more memory, or gives a larger result, than is allowed."""

    status = 507
    title = "Requête trop coûteuse / Query too costly"


class RequestError(TiGraphError):
    """The caller asked for something that cannot be done as asked."""

    status = 400
    title = "Requête incorrecte / Bad request"


class TextSyntaxError(RequestError):
    """A text does not parse.

    Arguments:
        message: what the parser expected.
        line, column: where, from 1; None when the parser does not say.
    """

    def __init__(self, message: str, line: int | None = None, column: int | None = None):
        self.message, self.line, self.column = message, line, column
        super().__init__(message, line, column)

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.message}" if self.line else self.message


class QuerySyntaxError(TextSyntaxError):
    """A query or an update does not parse."""

    title = "Erreur de syntaxe SPARQL / SPARQL syntax error"


class RdfSyntaxError(TextSyntaxError):
    """An RDF text does not parse."""

    title = "Erreur de syntaxe RDF / RDF syntax error"


class UnknownNameError(RequestError):
    """No query, graph or resource has that name.

    Arguments:
        message: what was asked for.
        near: things that may have been meant: the path of each under ``id/``, and its name.
    """

    status = 404
    title = "Introuvable / Not found"

    def __init__(self, message: str, near: Iterable[tuple[str, str]] = ()):
        self.near = tuple(near)
        super().__init__(message)


class UnauthorizedError(RequestError):
    """Writing needs the server's token."""

    status = 401
    title = "Jeton requis / Token required"


class TooLargeError(RequestError):
    """The request is larger than is allowed."""

    status = 413
    title = "Requête trop grande / Request too large"


class NotAllowedError(RequestError):
    """This server does not do that."""

    status = 403
    title = "Refusé / Forbidden"


class MethodError(RequestError):
    """The path exists, the method does not.

    Arguments:
        allowed: the methods that exist, for the Allow header.
    """

    status = 405
    title = "Méthode non permise / Method not allowed"

    def __init__(self, message: str, allowed: Iterable[str]):
        self.message, self.allowed = message, tuple(allowed)
        super().__init__(message, self.allowed)

    def __str__(self) -> str:
        return self.message


class NotAcceptableError(RequestError):
    """None of the media types asked for is offered here.

    Arguments:
        offered: media types that would work.
    """

    status = 406
    title = "Format non disponible / Not acceptable"

    def __init__(self, asked: str, offered: Iterable[str]):
        self.asked, self.offered = asked, tuple(offered)
        super().__init__(asked, self.offered)

    def __str__(self) -> str:
        return f"{self.asked!r} is not available here; offered: {', '.join(self.offered)}"


class MediaTypeError(RequestError):
    """The request body is in a media type that is not understood here."""

    status = 415
    title = "Type de contenu non pris en charge / Unsupported media type"
