"""A whole release in one folder: every file, their checksums, and what catalogues say of it all."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path

from ti_graph.build import Dataset
from ti_graph.errors import RequestError, SourceError
from ti_graph.files import save
from ti_graph.layout import QUERIES
from ti_graph.rdf import Quad, RdfFormat
from ti_graph.rdf.syntax import write
from ti_graph.release.dcat import NOBODY, Place, description, read_extent
from ti_graph.release.files import CATALOG, SUMS, read_files, rows_of, sums, written
from ti_graph.sparql.catalogue import Catalogue

#: Digits of a dataset's fingerprint that name a release.
_VERSION = 16

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
        RequestError: the folder has something in it.
        SourceError: it cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RequestError(f"{folder} is there already and not empty; name another folder, or remove it")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="release-", dir=folder.parent) as working:
            made = Path(working) / "release"
            _write_all(dataset, made, place, progress)
            made.rename(folder)
    except OSError as error:
        raise SourceError.at(folder, None, f"cannot be written: {error.strerror or error}") from None


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
    version = dataset.fingerprint[:_VERSION]
    facts = description(place, read_extent(rows), NOBODY, version, files.values(), digests)
    catalog = write((Quad(*fact) for fact in facts), RdfFormat.TURTLE)
    save(folder / CATALOG, catalog)
    digests[CATALOG] = hashlib.sha256(catalog).hexdigest()
    save(folder / SUMS, sums(digests))
