"""What can go wrong, and what it means for a shell and for HTTP.

TiGraphError              exit 2, HTTP 500
├── SourceError           an input file is wrong: every problem with its file, line and value
├── NonConformingError    exit 1: the graph violates a must-rule
├── ServeError            the server cannot start (port in use, unusable address)
└── RequestError          the caller's mistake, HTTP 400
    ├── QuerySyntaxError  400, with line and column
    ├── UnknownNameError  404: no query, format or graph of that name
    ├── NotAllowedError   403: this server only reads
    ├── MethodError       405
    ├── NotAcceptableError 406, with what is offered
    └── MediaTypeError    415
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


class TiGraphError(Exception):
    """Base of every error that a user can read: one sentence, no stack trace."""

    exit_code = 2
    status = 500
    title = "Erreur interne / Internal error"


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
        return cls(f"{path}:{line}" if line else str(path), message)


class SourceError(TiGraphError):
    """An input file cannot be used; carries every problem found in one run."""

    title = "Données d'entrée incorrectes / Bad input data"

    def __init__(self, problems: Iterable[Problem]):
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))

    @classmethod
    def at(cls, path: Path, line: int | None, message: str) -> SourceError:
        """The error with a single problem."""
        return cls([Problem.at(path, line, message)])


class NonConformingError(TiGraphError):
    """The graph violates a must-rule, so it is not published."""

    exit_code = 1


class ServeError(TiGraphError):
    """The server cannot start."""


class RequestError(TiGraphError):
    """The caller asked for something that cannot be done as asked."""

    status = 400
    title = "Requête incorrecte / Bad request"


class QuerySyntaxError(RequestError):
    """The SPARQL text does not parse.

    Arguments:
        message: what the parser expected.
        line, column: where, from 1; None when the parser does not say.
    """

    title = "Erreur de syntaxe SPARQL / SPARQL syntax error"

    def __init__(self, message: str, line: int | None = None, column: int | None = None):
        self.line, self.column = line, column
        at = f"line {line}, column {column}: " if line else ""
        super().__init__(at + message)


class UnknownNameError(RequestError):
    """No query, format or resource has that name."""

    status = 404
    title = "Introuvable / Not found"


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
        self.allowed = tuple(allowed)
        super().__init__(message)


class NotAcceptableError(RequestError):
    """None of the media types asked for is offered here.

    Arguments:
        offered: media types that would work.
    """

    status = 406
    title = "Format non disponible / Not acceptable"

    def __init__(self, asked: str, offered: Iterable[str]):
        self.offered = tuple(offered)
        super().__init__(f"{asked!r} is not available here; offered: {', '.join(self.offered)}")


class MediaTypeError(RequestError):
    """The request body is in a media type that is not understood here."""

    status = 415
    title = "Type de contenu non pris en charge / Unsupported media type"
