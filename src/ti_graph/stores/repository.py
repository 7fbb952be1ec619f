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
import json
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from ti_graph.errors import StoreError
from ti_graph.files import made_whole, read_bytes
from ti_graph.rdf import NamedNode, Quad
from ti_graph.stores.store import Store

#: Seconds that a snapshot is kept after the next one, for readers that were told of it and still wait.
KEPT = 300.0
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
            SourceError: the directory holds something, or cannot be written.
            StoreError: the store cannot be made.
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
            SourceError: the directory holds something or cannot be written; a file cannot be read or parsed.
            StoreError: the store cannot be made.
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
            SourceError: the directory holds something else, or cannot be written.
            StoreError: the dataset cannot be read or made.
        """
        return cls(path) if (path / "current").exists() else cls.create(path)

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

    def discard_unfinished(self) -> None:
        """Remove what a crash left: snapshots and records past the pointer, working copies."""
        current = self.current().number
        for folder in ("snapshots", "changes"):
            for path in (self.path / folder).iterdir():
                if not path.stem.isdigit() or int(path.stem) > current:
                    shutil.rmtree(path) if path.is_dir() else path.unlink()


def _age(snapshot: Path) -> float:
    """Seconds since a snapshot was followed by the next, or since it was made if that is not known."""
    following = snapshot.with_name(str(int(snapshot.name) + 1))
    made = following if following.exists() else snapshot
    return time.time() - made.stat().st_mtime


def read_log(folder: Path) -> Iterator[Mapping[str, Any]]:
    """The records of a log of changes.

    Raises:
        StoreError: a file in the folder is no record.
        SourceError: one cannot be read.
    """
    for path in folder.glob("*.json"):
        yield record(str(path), read_bytes(path))


def record(where: str, content: bytes) -> Mapping[str, Any]:
    """A record of a change.

    Arguments:
        where: the file it stands in, for the message.
        content: JSON.

    Raises:
        StoreError: it is none.
    """
    try:
        found = json.loads(content)
    except ValueError as error:
        raise StoreError(f"{where} is no record of a change: {error}") from None
    if not isinstance(found, dict) or not isinstance(found.get("number"), int):
        raise StoreError(f"{where} is no record of a change: it has no number")
    return found


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
