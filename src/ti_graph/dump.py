"""Write the dataset for other software: the merge, or its named graphs."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from gzip import GzipFile
from itertools import chain
from pathlib import Path
from typing import IO, cast

from filelock import FileLock

from ti_graph.apart import apart
from ti_graph.errors import SourceError, StoreError, UnknownNameError
from ti_graph.files import save, saving
from ti_graph.formats import GRAPHS, Format
from ti_graph.graph import SYSTEM_GRAPHS
from ti_graph.rdf import KEEPS_GRAPHS, Quad, RdfFormat, iri, write_ordered
from ti_graph.repository import Snapshot
from ti_graph.sorting import in_order, lines_in_order
from ti_graph.store import Store

#: The files of a release by name: the format of each, and whether it is compressed.
FILES: Mapping[str, tuple[Format, bool]] = {
    f"ti-graph.{form.name}{'.gz' if compress else ''}": (form, compress)
    for form in GRAPHS
    for compress in (False, True)
}
_SUM = ".sha256"
#: Formats of one quad a line.
_LINES = frozenset({RdfFormat.N_TRIPLES, RdfFormat.N_QUADS})


def dump(
    store: Store, to: Format, output: IO[bytes], graph: str | None = None, compress: bool = False
) -> None:
    """Write the dataset in a format, sorted, so that equal data give equal bytes; memory stays as it is.

    Turtle, N-Triples, RDF/XML and JSON-LD hold the merge of the data graphs, each triple once; TriG and
    N-Quads hold the named data graphs and nothing else. N-Triples and N-Quads are canonical: a checksum of
    them identifies the data.

    Arguments:
        store: the dataset.
        to: one of ``formats.GRAPHS``.
        output: a binary file to write to.
        graph: the IRI of one graph to write alone (also the ontology, alignments or shapes).
        compress: gzip, without a time stamp.

    Raises:
        UnknownNameError: there is no graph of that name.
    """
    assert to.rdf
    chosen = _chosen(store, to, graph)
    with ExitStack() as ends:
        if compress:
            output = cast(IO[bytes], ends.enter_context(GzipFile("", "wb", fileobj=output, mtime=0)))
        if to.rdf in _LINES:
            output.writelines(lines_in_order(chain.from_iterable(chosen), to.rdf))
        else:
            write_ordered(chain.from_iterable(in_order(quads) for quads in chosen), to.rdf, output)


def _chosen(store: Store, to: Format, graph: str | None) -> list[Iterator[Quad]]:
    """What is written, graph by graph in the order of their names."""
    names = store.graph_names()
    if graph is not None:
        wanted = iri(graph)
        if wanted not in names:
            raise UnknownNameError(
                f"no graph <{graph}>; there are {len(names)}, listed by the query 'graphs'"
            )
        return [store.triples(wanted)]
    if to.rdf in KEEPS_GRAPHS:
        return [store.triples(name) for name in names if name not in SYSTEM_GRAPHS]
    return [store.triples()]


class Dumps:
    """The dumps of a dataset as files, each made when it is first asked for, one at a time.

    Arguments:
        folder: where they are kept; those of an earlier state go when one of a later state is made.
    """

    def __init__(self, folder: Path):
        self._folder = folder

    def file(self, snapshot: Snapshot, name: str) -> Path:
        """A dump of a state; beside it is its SHA-256, under its name with ``.sha256``.

        Arguments:
            snapshot: the state.
            name: a key of ``FILES``, also with ``.sha256``.

        Raises:
            UnknownNameError: there is no file of that name.
            StoreError: it cannot be written.
        """
        content = name.removesuffix(_SUM)
        if content not in FILES:
            raise UnknownNameError(f"no dump {name!r}; there are: {', '.join(FILES)}, each with {_SUM}")
        kept = self._folder / str(snapshot.number)
        if not (kept / (content + _SUM)).exists():
            self._make(snapshot, kept, content)
        return kept / name

    def _make(self, snapshot: Snapshot, kept: Path, name: str) -> None:
        try:
            self._folder.mkdir(exist_ok=True)
            with FileLock(self._folder / "lock"):
                for other in self._folder.glob("[0-9]*"):
                    if int(other.name) < snapshot.number:
                        shutil.rmtree(other)
                kept.mkdir(exist_ok=True)
                if not (kept / (name + _SUM)).exists():
                    apart(_save, snapshot, kept / name)
        except (OSError, SourceError) as error:
            raise StoreError(f"the dump {name} cannot be written: {error}") from None


def _save(snapshot: Snapshot, path: Path) -> None:
    form, compress = FILES[path.name]
    with saving(path) as output:
        dump(snapshot.open(), form, output, compress=compress)
    with path.open("rb") as written:
        digest = hashlib.file_digest(written, "sha256").hexdigest()
    save(path.with_name(path.name + _SUM), f"{digest}  {path.name}\n".encode())
