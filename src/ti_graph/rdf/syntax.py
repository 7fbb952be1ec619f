"""Read and write RDF text."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from pyoxigraph import CanonicalizationAlgorithm, Dataset, parse, serialize

from ti_graph.errors import SourceError
from ti_graph.files import read_unpacked
from ti_graph.rdf import (
    ID,
    PREFIXES,
    RDF,
    RDFS,
    DefaultGraph,
    Fact,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
)
from ti_graph.rdf.turtle import Statement, turtle

#: Formats that are written with graph names; in the others graphs are merged.
KEEPS_GRAPHS = frozenset({RdfFormat.TRIG, RdfFormat.N_QUADS})

_PREDICATES_FIRST = {RDF.type.value: 0, RDFS.label.value: 1}


@contextmanager
def reading(path: Path) -> Iterator[RdfFormat]:
    """Say what is wrong with an RDF file that is read in the block; gives its format, told by its suffix.

    Arguments:
        path: the file, also packed (``.gz``).

    Raises:
        SourceError: it cannot be read or parsed; with the line.
    """
    suffix = Path(path.name.removesuffix(".gz")).suffix
    rdf_format = RdfFormat.from_extension(suffix.lstrip("."))
    if rdf_format is None:
        raise SourceError.at(path, None, f"{suffix or 'no suffix'!r} tells no RDF format")
    try:
        yield rdf_format
    except SyntaxError as error:
        raise SourceError.at(path, error.lineno, f"not valid RDF: {error.msg}") from None
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError.at(path, None, f"cannot be read: {error}") from None


def parse_file(path: Path) -> Iterator[Quad]:
    """Read the quads of an RDF file; its blank nodes are those of no other.

    Arguments:
        path: the file, also packed (``.gz``); relative IRIs resolve against ``id/`` under the base.

    Raises:
        SourceError: the file cannot be read or parsed; with the line.
    """
    with reading(path) as rdf_format:
        content = read_unpacked(path)
        yield from parse(content, format=rdf_format, base_iri=ID, rename_blank_nodes=True)


def parse_text(content: bytes, rdf_format: RdfFormat) -> Iterator[Quad]:
    """Read the quads of an RDF text that is known to be valid."""
    return parse(content, format=rdf_format)


def parse_open(file: IO[bytes], rdf_format: RdfFormat) -> Iterator[Quad]:
    """Read the quads of an open file that is known to be valid, as they are asked for."""
    return parse(file, format=rdf_format)


def parse_facts(path: Path) -> Iterator[tuple[Fact, NamedNode | None]]:
    """Read the triples of a data file, each with its graph (None for the default graph).

    Raises:
        SourceError: as ``parse_file``, and for a blank node or a triple term: dumps must stay diffable.
    """
    for quad in parse_file(path):
        subject, value, graph = quad.subject, quad.object, quad.graph_name
        if isinstance(subject, NamedNode) and isinstance(value, NamedNode | Literal):
            if isinstance(graph, DefaultGraph):
                yield (subject, quad.predicate, value), None
                continue
            if isinstance(graph, NamedNode):
                yield (subject, quad.predicate, value), graph
                continue
        raise SourceError.at(path, None, f"a blank node or triple term in the data: {quad}")


def sort_key(quad: Quad) -> tuple[str, str, int, str, str]:
    """The order of dumps: graph, subject, then type and label before the other predicates."""
    predicate = quad.predicate.value
    return (
        str(quad.graph_name),
        str(quad.subject),
        _PREDICATES_FIRST.get(predicate, 2),
        predicate,
        str(quad.object),
    )


def canonical(quads: Iterable[Quad]) -> list[Quad]:
    """Quads with their blank nodes named canonically (RDFC-1.0, https://www.w3.org/TR/rdf-canon/)."""
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return [*dataset]


def write(quads: Iterable[Quad], rdf_format: RdfFormat, output: IO[bytes] | None = None) -> bytes:
    """Write quads in one stable order with the project's prefixes.

    Arguments:
        quads: what to write; graph names are kept by the formats that can, else merged.
        rdf_format: the format.
        output: a binary file to write to; without it the bytes are returned.
    """
    if rdf_format not in KEEPS_GRAPHS:
        quads = {quad.triple: Quad(*quad.triple) for quad in quads}.values()
    return write_ordered(sorted(quads, key=sort_key), rdf_format, output)


def write_ordered(quads: Iterable[Quad], rdf_format: RdfFormat, output: IO[bytes] | None = None) -> bytes:
    """Write quads as they come, with the project's prefixes; arguments as for ``write``."""
    if rdf_format in (RdfFormat.TURTLE, RdfFormat.TRIG):
        text = turtle(_statements(quads, rdf_format in KEEPS_GRAPHS), PREFIXES)
        if output is None:
            return "".join(text).encode()
        for piece in text:
            output.write(piece.encode())
        return b""
    found = quads if rdf_format in KEEPS_GRAPHS else (quad.triple for quad in quads)
    return serialize(found, output, rdf_format, prefixes=PREFIXES) or b""


def write_as_found(triples: Iterable[Triple], rdf_format: RdfFormat, output: IO[bytes]) -> None:
    """Write triples as they come, with the project's prefixes, by the engine's own writer."""
    serialize(triples, output, rdf_format, prefixes=PREFIXES)


def _statements(quads: Iterable[Quad], with_graphs: bool) -> Iterator[Statement]:
    for quad in quads:
        graph = quad.graph_name
        named = with_graphs and not isinstance(graph, DefaultGraph)
        yield str(graph) if named else "", str(quad.subject), str(quad.predicate), str(quad.object)
