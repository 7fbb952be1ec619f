"""Documented ``.rq`` files: header lines ``#+ key: value``, then a query. The reading is strict."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from ti_graph.errors import Problem, SourceError
from ti_graph.files import read_text

_HEADER = re.compile(r"#\+ (?P<key>[a-z_]+): (?P<value>\S.*)")
#: Where the first group of a query begins.
WHERE = re.compile(r"\bWHERE \{")
#: Keys that a header may have more than once.
_REPEATED = frozenset({"param", "page", "example"})

#: The lines of a header by key, in their order.
Header = Mapping[str, list[str]]
Entry = TypeVar("Entry")


def read_headed(folder: Path, make: Callable[[str, Header, str], Entry]) -> dict[str, Entry]:
    """Every ``.rq`` file of a folder, by its name without the suffix, sorted.

    Arguments:
        folder: where they are.
        make: makes an entry of a file's name, its header and its query; raises HeaderError.

    Raises:
        SourceError: with every wrong header of every file.
    """
    read, problems = {}, []
    for path in sorted(folder.glob("*.rq")):
        try:
            header, text = _split(path)
            read[path.stem] = make(path.stem, header, text)
        except HeaderError as error:
            problems.append(Problem.at(path, error.line, str(error)))
        except SourceError as error:
            problems.extend(error.problems)
    if problems:
        raise SourceError(problems)
    return read


class HeaderError(Exception):
    """A header is wrong: why, and in which line if that can be said."""

    def __init__(self, message: str, line: int | None = None):
        self.line = line
        super().__init__(message)


def _split(path: Path) -> tuple[Header, str]:
    header: dict[str, list[str]] = {}
    lines = read_text(path).splitlines()
    for number, line in enumerate(lines, start=1):
        if not line.startswith("#+"):
            return header, "\n".join(lines[number - 1 :]).strip() + "\n"
        match = _HEADER.fullmatch(line)
        if match is None:
            raise HeaderError(f"a header line is not of the form '#+ key: value': {line!r}", number)
        if match["key"] in header and match["key"] not in _REPEATED:
            raise HeaderError(f"the header says {match['key']!r} twice", number)
        header.setdefault(match["key"], []).append(match["value"].strip())
    raise HeaderError("no query follows the header")


def with_values(text: str, values: str) -> str:
    """A query whose first group begins with a VALUES clause; the same where it has no ``WHERE {``."""
    return WHERE.sub(lambda found: f"{found.group()}\n  {values}", text, count=1)


def demand(header: Header, known: frozenset[str], needed: tuple[str, ...]) -> None:
    """Hold a header to the keys that it may and must have.

    Raises:
        HeaderError: one is unknown or missing.
    """
    unknown = header.keys() - known
    if unknown:
        raise HeaderError(f"unknown header key {min(unknown)!r}; known: {', '.join(sorted(known))}")
    missing = [key for key in needed if key not in header]
    if missing:
        raise HeaderError(f"the header lacks {missing[0]!r}")
