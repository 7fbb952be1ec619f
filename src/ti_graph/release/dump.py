"""Write the dataset for other software: the merge, or its named graphs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import chain
from typing import IO

from ti_graph.assembly.system import SYSTEM_GRAPHS
from ti_graph.files import gzipped
from ti_graph.formats import Format
from ti_graph.rdf import Quad, RdfFormat
from ti_graph.rdf.sorting import in_order, lines_in_order
from ti_graph.rdf.syntax import KEEPS_GRAPHS, write_ordered
from ti_graph.stores.states import existing_graph
from ti_graph.stores.store import Store

#: Formats of one quad a line.
_LINES = frozenset({RdfFormat.N_TRIPLES, RdfFormat.N_QUADS})


def dump(
    store: Store, output: IO[bytes], to: Format, graph: str | None = None, compress: bool = False
) -> None:
    """Write the dataset in a format, sorted, so that equal data give equal bytes; memory stays as it is.

    Turtle, N-Triples, RDF/XML and JSON-LD hold the merge of the data graphs, each triple once; TriG and
    N-Quads hold the named data graphs and nothing else. N-Triples and N-Quads are canonical: a checksum of
    them identifies the data.

    Arguments:
        store: the dataset.
        output: a binary file to write to.
        to: one of ``formats.GRAPHS``.
        graph: the IRI of one graph to write alone (also the ontology, alignments or shapes).
        compress: gzip, without a time stamp.

    Raises:
        UnknownNameError: there is no graph of that name.
    """
    assert to.rdf
    chosen = _chosen(store, to, graph)
    with ExitStack() as ends:
        if compress:
            output = ends.enter_context(gzipped(output))
        if to.rdf in _LINES:
            output.writelines(lines_in_order(chain.from_iterable(chosen), to.rdf))
        else:
            write_ordered(chain.from_iterable(in_order(quads) for quads in chosen), to.rdf, output)


def _chosen(store: Store, to: Format, graph: str | None) -> list[Iterator[Quad]]:
    """What is written, graph by graph in the order of their names."""
    names = store.graph_names()
    if graph is not None:
        return [store.triples(existing_graph(graph, names))]
    if to.rdf in KEEPS_GRAPHS:
        return [store.triples(name) for name in names if name not in SYSTEM_GRAPHS]
    return [store.triples()]
