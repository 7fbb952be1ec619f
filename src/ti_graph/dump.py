"""Write the dataset for other software: the merge, or its named graphs."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

from ti_graph.errors import UnknownNameError
from ti_graph.formats import Format
from ti_graph.graph import SYSTEM_GRAPHS
from ti_graph.rdf import KEEPS_GRAPHS, Quad, iri, write
from ti_graph.store import Store


def dump(store: Store, to: Format, graph: str | None = None, compress: bool = False) -> bytes:
    """The dataset in a format, sorted, so that equal data give equal bytes.

    Turtle, N-Triples, RDF/XML and JSON-LD hold the merge of the data graphs, each triple once; TriG and
    N-Quads hold the named data graphs and nothing else.

    Arguments:
        store: the dataset.
        to: one of ``formats.GRAPHS``.
        graph: the IRI of one graph to write alone (also the ontology, alignments or shapes).
        compress: gzip, without a time stamp.

    Raises:
        UnknownNameError: there is no graph of that name.
    """
    assert to.rdf
    content = write(_chosen(store, to, graph), to.rdf)
    return gzip.compress(content, mtime=0) if compress else content


def _chosen(store: Store, to: Format, graph: str | None) -> Iterator[Quad]:
    names = store.graph_names()
    if graph is not None:
        wanted = iri(graph)
        if wanted not in names:
            raise UnknownNameError(
                f"no graph <{graph}>; there are {len(names)}, listed by the query 'graphs'"
            )
        yield from store.triples(wanted)
    elif to.rdf in KEEPS_GRAPHS:
        for name in names:
            if name not in SYSTEM_GRAPHS:
                yield from store.triples(name)
    else:
        yield from store.triples()
