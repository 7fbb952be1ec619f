"""Sort more quads than memory holds: runs that fit are sorted and put aside in files, then merged."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from tempfile import TemporaryFile
from typing import IO

from ti_graph.rdf import Quad, RdfFormat
from ti_graph.rdf.syntax import parse_open, sort_key, write_ordered

#: Quads that are sorted at once; they take some 100 MB.
RUN = 100_000


def in_order(quads: Iterable[Quad], run: int = RUN) -> Iterator[Quad]:
    """Quads as dumps list them (``rdf.syntax.sort_key``).

    Arguments:
        quads: each once, in any order.
        run: how many to sort at once.
    """
    with ExitStack() as files:
        runs: list[Iterable[Quad]] = []
        for chunk in _chunks(quads, run):
            chunk.sort(key=sort_key)
            if len(chunk) == run:
                file = files.enter_context(TemporaryFile(prefix="ti-graph-"))
                write_ordered(chunk, RdfFormat.N_QUADS, file)
                runs.append(parse_open(_rewound(file), RdfFormat.N_QUADS))
            else:
                runs.append(chunk)
        yield from heapq.merge(*runs, key=sort_key)


def lines_in_order(quads: Iterable[Quad], rdf_format: RdfFormat, run: int = RUN) -> Iterator[bytes]:
    """Quads as lines of N-Quads or N-Triples in the order of code points, which is the canonical one.

    https://www.w3.org/TR/rdf-canon/#canonical-quads

    Arguments:
        quads: each once, in any order, without blank nodes.
        rdf_format: one of the two.
        run: how many to sort at once.
    """
    with ExitStack() as files:
        runs: list[Iterable[bytes]] = []
        for chunk in _chunks(quads, run):
            lines = sorted(write_ordered(chunk, rdf_format).splitlines(keepends=True))
            if len(chunk) == run:
                file = files.enter_context(TemporaryFile(prefix="ti-graph-"))
                file.writelines(lines)
                runs.append(_rewound(file))
            else:
                runs.append(lines)
        yield from heapq.merge(*runs)


def _chunks(quads: Iterable[Quad], size: int) -> Iterator[list[Quad]]:
    rest = iter(quads)
    while chunk := list(islice(rest, size)):
        yield chunk


def _rewound(file: IO[bytes]) -> IO[bytes]:
    file.flush()
    file.seek(0)
    return file
