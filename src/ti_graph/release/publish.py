"""A whole release in one folder: every file, their checksums, and what catalogues say of it all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from ti_graph.build import Dataset
from ti_graph.files import made_whole, save
from ti_graph.layout import QUERIES
from ti_graph.rdf import Quad, RdfFormat
from ti_graph.rdf.syntax import write
from ti_graph.release.dcat import NOBODY, Place, description, read_extent
from ti_graph.release.files import CATALOG, SUMS, read_files, rows_of, sums, written
from ti_graph.sparql.catalogue import Catalogue

#: Told of each file before it is written: its name, how many are done, how many there are.
Progress = Callable[[str, int, int], None]


def publish(
    dataset: Dataset, folder: Path, place: Place, progress: Progress = lambda name, done, of: None
) -> None:
    """Write a release to a folder: whole or not at all; equal datasets give equal bytes.

    Arguments:
        dataset: what is released.
        folder: where; it must not exist, or be empty.
        place: where a server will have it.
        progress: told of each step.

    Raises:
        SourceError: the folder has something in it, or cannot be written.
    """
    with made_whole(folder) as made:
        _write_all(dataset, made, place, progress)


def _write_all(dataset: Dataset, folder: Path, place: Place, progress: Progress) -> None:
    store = dataset.open()
    rows = rows_of(store)
    files = read_files(rows, Catalogue(QUERIES))
    digests: dict[str, str] = {}
    for done, file in enumerate(files.values()):
        progress(file.name, done, len(files))
        path = folder / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        digests[file.name] = written(store, file, path)
    facts = description(place, read_extent(rows), NOBODY, dataset.version, files.values(), digests)
    catalog = write((Quad(*fact) for fact in facts), RdfFormat.TURTLE)
    save(folder / CATALOG, catalog)
    digests[CATALOG] = hashlib.sha256(catalog).hexdigest()
    save(folder / SUMS, sums(digests))
