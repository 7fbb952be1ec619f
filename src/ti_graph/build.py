"""Build the dataset: assemble the graph, check it, store it; published whole or not at all.

A dataset is a directory named by the fingerprint of what it is built from, so it is built once and found
again; two builds at once are safe.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from filelock import FileLock

from ti_graph.check import Rules
from ti_graph.errors import NonConformingError, RequestError, SourceError
from ti_graph.files import read_bytes, save
from ti_graph.graph import CODES, assemble, assemble_announcement, with_inferences
from ti_graph.layout import ANNOUNCEMENT, BUILD, CHECKS, CODE, DATA, ONTOLOGY, TABLES, shown
from ti_graph.rdf import ID, TI, Quad, RdfFormat, write
from ti_graph.repository import Repository
from ti_graph.store import Store

Progress = Callable[[str], None]

#: What ``build --output`` writes, and what is committed in ``data/``: by suffix, the format.
ANNOUNCEMENT_FILES = {"ttl": RdfFormat.TURTLE, "trig": RdfFormat.TRIG}


@dataclass(frozen=True)
class Dataset:
    """A built dataset.

    Arguments:
        path: its directory.
        fingerprint: SHA-256 over its inputs, the version of the dataset.
    """

    path: Path
    fingerprint: str

    @property
    def repository(self) -> Repository:
        """Its snapshots."""
        return Repository(self.path)

    def open(self) -> Store:
        """Open its current state for reading."""
        return self.repository.current().open()


def dataset(progress: Progress = lambda step: None) -> Dataset:
    """The built-in dataset, built first where it is missing or its inputs have changed.

    Arguments:
        progress: told of each step that takes time.

    Raises:
        SourceError: an input is wrong.
        NonConformingError: the graph violates a must-rule.
    """
    fingerprint = _fingerprint()
    built = Dataset(BUILD / f"dataset-{fingerprint[:16]}", fingerprint)
    if not built.path.is_dir():
        try:
            BUILD.mkdir(parents=True, exist_ok=True)
            with FileLock(BUILD / "lock"):
                if not built.path.is_dir():
                    _publish(built.path, progress)
        except OSError as error:
            raise SourceError.at(
                BUILD, None, f"the dataset cannot be written: {error.strerror or error}"
            ) from None
    return built


def earlier(than: Dataset) -> Path:
    """The dataset that was built last before another.

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
    """
    quads = announcement_quads(assemble_announcement())
    written = {folder / f"announcement.{suffix}": form for suffix, form in ANNOUNCEMENT_FILES.items()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SourceError.at(folder, None, f"cannot be made: {error.strerror}") from None
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


def _publish(path: Path, progress: Progress) -> None:
    rules = Rules(ONTOLOGY / "shapes.ttl", CHECKS)  # a mistake in them is told before the work
    with tempfile.TemporaryDirectory(prefix="building-", dir=path.parent) as folder:
        made = Path(folder) / "dataset"
        progress("assembling and storing the graph")
        repository = Repository.create(made, *with_inferences(assemble()))
        progress("checking the graph")
        report = rules.check(repository.current().open())
        if not report.conforms:
            raise NonConformingError(report)
        (made / "report.json").write_text(report.to_json(), encoding="utf-8")
        made.rename(path)


def _fingerprint() -> str:
    """A digest of everything that the dataset depends on: inputs, rules, code and engine."""
    engines = [f"{name} {version(name)}" for name in ("pyoxigraph", "pyshacl", "rdflib")]
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
        (CODE, "*.py"),
    ):
        yield from (path for path in folder.glob(pattern) if not path.name.startswith("."))
