"""The files of a release by name, with what writes each; made when first asked for, or all in a folder."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from pathlib import Path
from typing import IO

from filelock import FileLock

from ti_graph.apart import apart
from ti_graph.errors import RequestError, SourceError, StoreError, UnknownNameError
from ti_graph.files import gzipped, save, saving, sha256
from ti_graph.formats import CSVW, GEOJSON, GRAPHS, RESULTS, Format, by_name
from ti_graph.rdf import prologue
from ti_graph.rdf.syntax import KEEPS_GRAPHS
from ti_graph.release.dump import dump
from ti_graph.release.tabular import METADATA, tables_of, write_metadata, write_table
from ti_graph.sparql.catalogue import Catalogue
from ti_graph.stores.repository import Snapshot
from ti_graph.stores.states import existing_graph
from ti_graph.stores.store import Store
from ti_graph.views.atlas import Atlas, geojson
from ti_graph.views.terms import Rows

#: What the name of the file with a file's SHA-256 ends with.
SUM = ".sha256"
#: What a release has beside its files: the SHA-256 of all, and what catalogues say of it.
SUMS, CATALOG = "SHA256SUMS", "catalog.ttl"
_MERGE = {
    "fr": "La fusion des graphes de données, chaque triplet une fois",
    "en": "The merge of the data graphs, each triple once",
}
_NAMED = {
    "fr": "Les graphes nommés : quelle source dit quoi",
    "en": "The named graphs: which source says what",
}
_METADATA = {
    "fr": "Ce que sont les tables et leurs colonnes (CSVW)",
    "en": "What the tables and their columns are (CSVW)",
}
_LIST = {
    "fr": "Les contours des territoires de la liste",
    "en": "The contours of the territories of the list",
}
_YEARS = (
    prologue("geo", "ti")
    + """SELECT DISTINCT ?year WHERE {
  ?territory a ti:Territoire ; geo:hasGeometry/ti:annee ?year
} ORDER BY ?year"""
)
_CSV = by_name("csv", RESULTS)

Write = Callable[[Store, IO[bytes]], None]


@dataclass(frozen=True)
class File:
    """A file of a release.

    Arguments:
        name: its path in the release.
        form: its format.
        title: what it holds, by language.
        write: writes it, out of a dataset.
        compressed: whether it is written with gzip.
    """

    name: str
    form: Format
    title: Mapping[str, str]
    write: Write
    compressed: bool = False

    @property
    def content_type(self) -> str:
        """The Content-Type header."""
        return "application/gzip" if self.compressed else self.form.content_type

    def part(self, graph: str) -> File:
        """The same file of one graph alone.

        Raises:
            RequestError: it is no RDF.
        """
        if self.form not in GRAPHS:
            raise RequestError(f"{self.name} does not come graph by graph; ti-graph.ttl and its like do")
        return replace(self, write=partial(dump, to=self.form, graph=graph, compress=self.compressed))


def read_files(rows: Rows, catalogue: Catalogue) -> dict[str, File]:
    """The files of a release, by name: RDF, then tables and contours for people without RDF.

    Arguments:
        rows: asks the dataset.
        catalogue: the named queries, some of which are tables.
    """
    years = [row["year"]["value"] for row in rows(_YEARS)]
    return {file.name: file for file in (*_dumps(), *_tables(catalogue), *_contours(years))}


def _dumps() -> Iterator[File]:
    for form, compress in product(GRAPHS, (False, True)):
        name = f"ti-graph.{form.name}{'.gz' if compress else ''}"
        title = _NAMED if form.rdf in KEEPS_GRAPHS else _MERGE
        yield File(name, form, title, partial(dump, to=form, compress=compress), compress)


def _tables(catalogue: Catalogue) -> Iterator[File]:
    tables = tables_of(catalogue)
    yield File(f"tables/{METADATA}", CSVW, _METADATA, partial(write_metadata, tables))
    for table in tables:
        yield File(f"tables/{table.name}.csv", _CSV, table.title, partial(write_table, table))


def _contours(years: Sequence[str]) -> Iterator[File]:
    """A file for each list, and one that is always of the last."""
    for year in years:
        title = {language: f"{words} {year}" for language, words in _LIST.items()}
        file = File(f"territoires-{year}.geojson", GEOJSON, title, partial(_write_contours, year))
        yield file
        if year == years[-1]:
            yield replace(file, name="territoires.geojson")


def _write_contours(year: str, store: Store, output: IO[bytes]) -> None:
    areas = Atlas(rows_of(store)).layer("territoire", year)
    output.writelines(line.encode() for line in geojson(areas))


def rows_of(store: Store) -> Rows:
    """Puts queries to a store as pages do to a server."""

    def rows(text: str) -> list[dict[str, dict[str, str]]]:
        answer = io.BytesIO()
        store.query(text).write(RESULTS[0], answer)
        found: list[dict[str, dict[str, str]]] = json.loads(answer.getvalue())["results"]["bindings"]
        return found

    return rows


def find(files: Mapping[str, File], name: str) -> File:
    """The file of a name.

    Raises:
        UnknownNameError: there is none; says which there are.
    """
    if name not in files:
        raise UnknownNameError(f"no dump {name!r}; there are: {', '.join(files)}, each with {SUM}")
    return files[name]


def sums(digests: Mapping[str, str]) -> bytes:
    """The SHA-256 of files by name, as ``sha256sum --check`` reads them."""
    return "".join(f"{digests[name]}  {name}\n" for name in sorted(digests)).encode()


class Dumps:
    """The files of a dataset on disk, each made when it is first asked for, one at a time.

    Arguments:
        folder: where they are kept; those of an earlier state go when one of a later state is made.
    """

    def __init__(self, folder: Path):
        self._folder = folder

    def path(self, snapshot: Snapshot, file: File, graph: str | None = None) -> Path:
        """Where a file of a state is; beside it is its SHA-256, under its name with ``SUM``.

        Arguments:
            snapshot: the state.
            file: the file.
            graph: the IRI of a graph that it is of alone.

        Raises:
            UnknownNameError: there is no graph of that name.
            RequestError: the file does not come graph by graph.
            StoreError, WorkerDiedError: it cannot be written.
        """
        kept = self._folder / str(snapshot.number)
        if graph is not None:
            file = file.part(existing_graph(graph, snapshot.open().graph_names()).value)
            kept = kept / "graphs" / hashlib.sha256(graph.encode()).hexdigest()
        path = kept / file.name
        if not path.with_name(path.name + SUM).exists():
            self._make(snapshot, file, path)
        return path

    def digest(self, snapshot: Snapshot, file: File, graph: str | None = None) -> str:
        """The SHA-256 of a file of a state, made if need be; arguments as for ``path``."""
        path = self.path(snapshot, file, graph)
        return path.with_name(path.name + SUM).read_text(encoding="ascii").split()[0]

    def _make(self, snapshot: Snapshot, file: File, path: Path) -> None:
        try:
            self._folder.mkdir(exist_ok=True)
            with FileLock(self._folder / "lock"):
                for other in self._folder.glob("[0-9]*"):
                    if int(other.name) < snapshot.number:
                        shutil.rmtree(other)
                path.parent.mkdir(parents=True, exist_ok=True)
                if not path.with_name(path.name + SUM).exists():
                    apart(_keep, snapshot, file, path)
        except (OSError, SourceError) as error:
            raise StoreError(f"the dump {file.name} cannot be written: {error}") from None


def _keep(snapshot: Snapshot, file: File, path: Path) -> None:
    digest = written(snapshot.open(), file, path)
    save(path.with_name(path.name + SUM), f"{digest}  {path.name}\n".encode())


def written(store: Store, file: File, path: Path) -> str:
    """Write a file, whole or not at all: packed from the plain one where that is there. Gives its SHA-256."""
    plain = path.with_suffix("")
    with saving(path) as output:
        if file.compressed and plain.exists():
            with plain.open("rb") as content, gzipped(output) as packed:
                shutil.copyfileobj(content, packed)
        else:
            file.write(store, output)
    return sha256(path)
