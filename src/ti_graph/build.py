"""Build the dataset: assemble the graph, check it, store it; published whole or not at all.

A dataset is a directory named by the fingerprint of what it is built from, so it is built once and found
again; two builds at once are safe.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from filelock import FileLock

from ti_graph.assembly.graph import CODES, assemble, assemble_announcement
from ti_graph.assembly.system import with_inferences
from ti_graph.checking.check import Rules
from ti_graph.errors import NonConformingError, RequestError, SourceError, StoreError
from ti_graph.files import gzipped, made_whole, make_folder, read_bytes, read_text, save, saving
from ti_graph.layout import ANNOUNCEMENT, BUILD, CARRIED, CHECKS, CODE, DATA, ONTOLOGY, SHAPES, TABLES, shown
from ti_graph.rdf import ID, TI, Quad, RdfFormat
from ti_graph.rdf.syntax import write
from ti_graph.stores.repository import Repository
from ti_graph.stores.store import Store

Progress = Callable[[str], None]

#: The last check of a dataset, in its directory.
REPORT = "report.json"
#: Beside it in what a wheel carries: every quad, those of the merge without a graph, and the fingerprint.
QUADS, FINGERPRINT = "dataset.nq.gz", "fingerprint"
#: Digits of a digest that name a version.
_VERSION = 16
#: The parts of the program that decide what is in the dataset: it is made again when one of them changes.
MADE_BY = (".", "rdf", "reference", "assembly", "sparql", "stores", "checking")
#: What ``build --output`` writes, and what is committed in ``data/``: by suffix, the format.
ANNOUNCEMENT_FILES = {"ttl": RdfFormat.TURTLE, "trig": RdfFormat.TRIG}


@dataclass(frozen=True)
class Dataset:
    """A built dataset.

    Arguments:
        path: its directory.
        fingerprint: SHA-256 over its inputs; the version of the dataset begins with it.
    """

    path: Path
    fingerprint: str

    @property
    def repository(self) -> Repository:
        """Its snapshots."""
        return Repository(self.path)

    @property
    def version(self) -> str:
        """What its current state is called: by what it is built from, and by the changes made since."""
        changes = self.repository.changes()
        log = hashlib.sha256(json.dumps(changes, sort_keys=True).encode()).hexdigest()
        return self.fingerprint[:_VERSION] + (f".{log[:_VERSION]}" if changes else "")

    def open(self) -> Store:
        """Open its current state for reading.

        Raises:
            StoreError: it is damaged.
        """
        try:
            return self.repository.current().open()
        except StoreError as error:
            error.add_note(f"Remove {self.path}, with the changes made in it, and it is made again.")
            raise


def dataset(progress: Progress = lambda step: None) -> Dataset:
    """The built-in dataset; where it is missing, a checkout builds it, a wheel loads the one that it carries.

    Arguments:
        progress: told of each step that takes time.

    Raises:
        SourceError: an input is wrong.
        NonConformingError: the graph violates a must-rule.
    """
    fingerprint = read_text(CARRIED / FINGERPRINT) if CARRIED else _fingerprint()
    built = Dataset(BUILD / f"dataset-{fingerprint[:_VERSION]}", fingerprint)
    if not built.path.is_dir():
        try:
            BUILD.mkdir(parents=True, exist_ok=True)
            with FileLock(BUILD / "lock"):
                if not built.path.is_dir():
                    with made_whole(built.path) as folder:
                        (_loaded if CARRIED else _made)(folder, progress)
        except OSError as error:
            raise SourceError.at(
                BUILD, None, f"the dataset cannot be written: {error.strerror or error}"
            ) from None
    return built


def earlier(than: Dataset) -> Path:
    """The directory of the dataset that was built last, another apart.

    Arguments:
        than: the other.

    Raises:
        RequestError: there is none.
    """
    others = [path for path in BUILD.glob("dataset-*") if path != than.path]
    if not others:
        raise RequestError("there is no earlier dataset in build/: name one, or a dump, to compare with")
    return max(others, key=lambda path: path.stat().st_mtime)


def write_announcement(folder: Path) -> list[Path]:
    """Write the announcement's own graphs, with what they refer to, as Turtle (the merge) and TriG.

    Arguments:
        folder: where ``announcement.ttl`` and ``announcement.trig`` go; made where missing.

    Raises:
        SourceError: an input is wrong, or a file cannot be written.
    """
    quads = announcement_quads(assemble_announcement())
    written = {folder / f"announcement.{suffix}": form for suffix, form in ANNOUNCEMENT_FILES.items()}
    make_folder(folder)
    for path, rdf_format in written.items():
        save(path, write(quads, rdf_format))
    return list(written)


def announcement_quads(quads: Iterable[Quad]) -> list[Quad]:
    """What the announcement says and what is inferred from it, with the rows of the tables it refers to.

    A row is taken when something taken refers to it; the yearly state of an EPCI comes with the EPCI.
    """
    rows: dict[object, list[Quad]] = {}
    taken: list[Quad] = []
    for quad in quads:
        if str(quad.graph_name).startswith(f"<{ID}table/") and quad.graph_name != CODES:
            owner = quad.object if quad.predicate == TI.etatDe else quad.subject
            rows.setdefault(owner, []).append(quad)
        else:
            taken.append(quad)
    states: dict[object, object] = {
        q.object: q.subject for row in rows.values() for q in row if q.predicate == TI.etatDe
    }
    wanted: set[object] = {term for q in taken for term in (q.subject, q.object)}
    while wanted:
        wanted |= {states[thing] for thing in wanted if thing in states}
        found = [quad for thing in wanted if thing in rows for quad in rows.pop(thing)]
        taken += found
        wanted = {quad.object for quad in found}
    return taken


def carry(folder: Path) -> None:
    """Write the built dataset, its report and its fingerprint, for a wheel to carry.

    Arguments:
        folder: where they go; made where missing.

    Raises:
        StoreError: the dataset has been changed since it was built.
        SourceError: an input is wrong, or a file cannot be written.
    """
    built = dataset()
    if built.repository.current().number:
        raise StoreError(f"{built.path} has changes of its own: move it away, and it is built again")
    make_folder(folder)
    with saving(folder / QUADS) as output, gzipped(output) as packed:
        built.open().dump(packed)
    save(folder / REPORT, read_bytes(built.path / REPORT))
    save(folder / FINGERPRINT, built.fingerprint.encode())


def _made(path: Path, progress: Progress) -> None:
    rules = Rules(SHAPES, CHECKS)  # a mistake in them is told before the work
    progress("assembling and storing the graph")
    repository = Repository.create(path, *with_inferences(assemble()))
    progress("checking the graph")
    report = rules.check(repository.current().open())
    if not report.conforms:
        raise NonConformingError(report)
    save(path / REPORT, report.to_json().encode())


def _loaded(path: Path, progress: Progress) -> None:
    assert CARRIED
    progress("loading the dataset, this once")
    Repository.load(path, [CARRIED / QUADS])
    save(path / REPORT, read_bytes(CARRIED / REPORT))


def _fingerprint() -> str:
    """A digest of everything that the dataset depends on: inputs, rules, code and engine."""
    engines = [f"{name} {version(name)}" for name in ("pyoxigraph", "pyshacl", "rdflib", "shacl", "shapely")]
    digest = hashlib.sha256("\0".join(engines).encode())
    for path in sorted(_inputs()):
        digest.update(f"\0{shown(path)}\0".encode())
        digest.update(read_bytes(path))
    return digest.hexdigest()


def _inputs() -> Iterator[Path]:
    yield DATA / "sources.toml"
    for folder, pattern in (
        (ANNOUNCEMENT, "*"),
        (TABLES, "*.csv"),
        (ONTOLOGY, "*.ttl"),
        (CHECKS, "*.rq"),
        *((CODE / part, "*.py") for part in MADE_BY),
    ):
        yield from (path for path in folder.glob(pattern) if not path.name.startswith("."))
