"""A dataset on disk: numbered snapshots that never change, a pointer to the current one, a log of changes.

    DIR/current          the number of the current snapshot
    DIR/snapshots/N/     a store; opened for reading only
    DIR/changes/N.json   the change that led from snapshot N-1 to snapshot N
    DIR/lock             held by the one server that may write

A reader opens the current snapshot and keeps it as long as it likes. A writer adds a snapshot and its change,
then moves the pointer: the rename of one small file is the moment at which a change counts. What a crash
leaves behind is a snapshot that the pointer never named; the next writer removes it.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from ti_graph.errors import StoreError
from ti_graph.files import read_text
from ti_graph.rdf import NamedNode, Quad
from ti_graph.stores.store import Store

#: Seconds that a snapshot is kept after the next one, for readers that were told of it and still wait.
KEPT = 300.0
#: How the name of a dataset in the making begins.
_MAKING = ".making-"
#: Bytes of the pointer, at most.
_LONGEST_NUMBER = 32


@dataclass(frozen=True)
class Snapshot:
    """A state of the dataset: its number, from 0, and the directory of its store."""

    number: int
    path: Path

    @property
    def name(self) -> str:
        """What those who run the server call it."""
        return f"snapshot {self.number}"

    @cached_property
    def version(self) -> str:
        """A name that no other state of any dataset of this machine has."""
        made = self.path.stat().st_mtime_ns
        return hashlib.sha256(f"{self.path}\0{made}".encode()).hexdigest()[:16]

    @property
    def is_fixed(self) -> bool:
        """Nothing changes a snapshot."""
        return True

    def open(self) -> Store:
        """Open it for reading."""
        return Store.open(self.path)


class Repository:
    """A dataset on disk.

    Arguments:
        path: its directory; a link is followed now, so that moving it later changes nothing here.

    Raises:
        StoreError: there is no dataset in it.
    """

    #: A dataset on this machine keeps every promise.
    reductions: tuple[tuple[str, str], ...] = ()

    def __init__(self, path: Path):
        self.path = path.resolve()
        self._pointer = str(self.path / "current")
        self.current()

    @classmethod
    def create(cls, path: Path, data: Iterable[Quad] = (), system: Iterable[Quad] = ()) -> Repository:
        """Make a dataset, empty or of these quads, in a directory that is empty or does not exist.

        Raises:
            StoreError: the directory holds something, or cannot be written.
        """
        return cls._made(path, lambda store: Store.create(store, data, system))

    @classmethod
    def load(cls, path: Path, files: Iterable[Path], graph: NamedNode | None = None) -> Repository:
        """Make a dataset of RDF files, in a directory that is empty or does not exist, whole or not at all.

        Arguments:
            path: the directory.
            files: RDF, formats told by their suffixes, also packed (``.gz``).
            graph: where triples without a graph go; None for the default graph.

        Raises:
            StoreError: the directory holds something, or cannot be written.
            SourceError: a file cannot be read or parsed.
        """
        return cls._made(path, lambda store: Store.load_files(store, files, graph))

    @classmethod
    def _made(cls, path: Path, fill: Callable[[Path], None]) -> Repository:
        with made_whole(path) as partial:
            (partial / "snapshots").mkdir(parents=True)
            (partial / "changes").mkdir()
            fill(partial / "snapshots" / "0")
            _write(partial / "current", "0\n")
        return cls(path)

    @classmethod
    def open_or_create(cls, path: Path) -> Repository:
        """The dataset of a directory, made empty where there is none.

        Raises:
            StoreError: the directory holds something else.
        """
        if (path / "current").exists():
            return cls(path)
        if _holds_something(path):
            raise StoreError(f"{path} is not empty and holds no dataset; name another directory")
        return cls.create(path)

    def current(self) -> Snapshot:
        """The current snapshot."""
        return self.marked(self.mark())

    def mark(self) -> bytes:
        """What tells the current snapshot from every other: asked with each request, so it is found fast.

        Raises:
            StoreError: there is no dataset.
        """
        try:
            pointer = os.open(self._pointer, os.O_RDONLY)
        except OSError as error:
            raise StoreError(f"no dataset in {self.path}: {error}") from None
        try:
            return os.read(pointer, _LONGEST_NUMBER)
        finally:
            os.close(pointer)

    def marked(self, mark: bytes) -> Snapshot:
        """The snapshot of a mark."""
        try:
            number = int(mark)
        except ValueError as error:
            raise StoreError(f"no dataset in {self.path}: {error}") from None
        return Snapshot(number, self.path / "snapshots" / str(number))

    def changes(self) -> list[Mapping[str, Any]]:
        """The log: every change up to the current snapshot, in order."""
        current = self.current().number
        records = (record for record in read_log(self.path / "changes") if record["number"] <= current)
        return sorted(records, key=lambda record: int(record["number"]))

    def lock(self) -> FileLock:
        """Take the right to write, until the lock is released or the process ends.

        Raises:
            StoreError: another server has it, or the directory is read-only.
        """
        lock = FileLock(self.path / "lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise StoreError(f"another server writes to {self.path}") from None
        except OSError as error:
            raise StoreError(f"{self.path} cannot be written: {error.strerror}") from None
        return lock

    def advance(self, snapshot: Snapshot, change: Mapping[str, object]) -> None:
        """Make a new snapshot the current one; only the holder of the lock may.

        Arguments:
            snapshot: the next number, its store already in place.
            change: the record for the log.
        """
        record = json.dumps(change, ensure_ascii=False, indent=1) + "\n"
        _write(self.path / "changes" / f"{snapshot.number}.json", record)
        _write(self.path / "current", f"{snapshot.number}\n")
        for old in (self.path / "snapshots").iterdir():
            if old.name.isdigit() and int(old.name) < snapshot.number and _age(old) > KEPT:
                shutil.rmtree(old, ignore_errors=True)

    def backup(self, archive: Path) -> Snapshot:
        """Write the current snapshot and the log to a tar file, whole or not at all.

        A snapshot never changes, so this needs no lock and disturbs no writer.

        Raises:
            StoreError: the file cannot be written.
        """
        snapshot = self.current()
        partial = archive.with_name(archive.name + ".partial")
        try:
            with tarfile.open(partial, "w:gz") as tar:
                tar.add(snapshot.path, f"snapshots/{snapshot.number}")
                for number in range(1, snapshot.number + 1):
                    record = self.path / "changes" / f"{number}.json"
                    if record.exists():
                        tar.add(record, f"changes/{number}.json")
                pointer = tarfile.TarInfo("current")
                content = f"{snapshot.number}\n".encode()
                pointer.size = len(content)
                tar.addfile(pointer, io.BytesIO(content))
            partial.replace(archive)
        except OSError as error:
            raise StoreError(f"{archive} cannot be written: {error.strerror}") from None
        finally:
            with suppress(OSError):
                partial.unlink()
        return snapshot

    @classmethod
    def restore(cls, archive: Path, path: Path) -> Repository:
        """Make a dataset from a backup, in a directory that is empty or does not exist.

        Raises:
            StoreError: the directory holds something, or the file is no backup; nothing is left behind.
        """
        try:
            with made_whole(path) as partial:
                with tarfile.open(archive) as tar:
                    tar.extractall(partial, filter="data")
                if not (partial / "current").exists():
                    raise StoreError(f"{archive} is not a backup of a dataset")
                (partial / "changes").mkdir(exist_ok=True)
                cls(partial).current().open()
        except (OSError, tarfile.TarError, EOFError, StoreError, zlib.error) as error:
            raise StoreError(f"{archive} cannot be restored: {error}") from None
        return cls(path)

    def discard_unfinished(self) -> None:
        """Remove what a crash left: snapshots and records past the pointer, working copies."""
        current = self.current().number
        for folder in ("snapshots", "changes"):
            for path in (self.path / folder).iterdir():
                if not path.stem.isdigit() or int(path.stem) > current:
                    shutil.rmtree(path) if path.is_dir() else path.unlink()


@contextmanager
def made_whole(path: Path) -> Iterator[Path]:
    """A directory to fill, which takes its place when the block ends; when the block fails, nothing is left.

    Arguments:
        path: where it is to be: nothing is there, or an empty directory.

    Raises:
        StoreError: something is there, or it cannot be written.
    """
    if _holds_something(path):
        raise StoreError(f"{path} is not empty; name another directory")
    path = path.resolve()
    try:
        within = path if path.exists() else path.parent  # a mount point, perhaps, or where somebody is
        within.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=_MAKING, dir=within) as folder:
            partial = Path(folder) / "dataset"
            yield partial
            if within == path:
                for each in sorted(partial.iterdir(), key=lambda each: each.name == "current"):
                    each.rename(path / each.name)
            else:
                partial.rename(path)
    except OSError as error:
        raise StoreError(f"{path} cannot be made: {error.strerror or error}") from None


def _holds_something(path: Path) -> bool:
    """Whether there is more in a path than what a crash has left of a dataset in the making."""
    if not path.is_dir():
        return path.exists()
    return any(not each.name.startswith(_MAKING) for each in path.iterdir())


def _age(snapshot: Path) -> float:
    """Seconds since a snapshot was followed by the next, or since it was made if that is not known."""
    following = snapshot.with_name(str(int(snapshot.name) + 1))
    made = following if following.exists() else snapshot
    return time.time() - made.stat().st_mtime


def read_log(folder: Path) -> Iterator[Mapping[str, Any]]:
    """The records of a log of changes.

    Raises:
        StoreError: a file in the folder is no record.
    """
    for path in folder.glob("*.json"):
        try:
            yield json.loads(read_text(path))
        except json.JSONDecodeError as error:
            raise StoreError(f"{path} is no record of a change: {error}") from None


def _write(path: Path, content: str) -> None:
    """Replace a file as a whole, on disk before it counts."""
    partial = path.with_name(path.name + ".partial")
    with partial.open("w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
