"""The one writer: each change becomes the next snapshot, or is thrown away with a reason.

A change is applied to a copy that shares the files of the current snapshot (they never change), checked as
the dataset would become, and becomes current by moving a pointer. Readers keep what they have open.
"""

from __future__ import annotations

import datetime
import os
import shutil
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ti_graph.errors import (
    BusyError,
    DeadlineError,
    StoreError,
    TiGraphError,
    TooCostlyError,
    WorkerDiedError,
)
from ti_graph.serving import change as change_module
from ti_graph.serving.change import Change, Effect, Policy
from ti_graph.serving.killable import Worker, started
from ti_graph.stores.repository import Repository, Snapshot

#: Seconds that a change may take, its check included.
TIMEOUT = 60.0
#: Megabytes that it may take at least: one that may touch any graph is compared with the whole.
MEMORY = 4096


class Writer:
    """The right to change a dataset.

    Arguments:
        repository: the dataset.
        policy: what it allows.
        memory: megabytes that applying a change may allocate.

    Raises:
        StoreError: another server has the right, or the directory cannot be written.
    """

    def __init__(self, repository: Repository, policy: Policy, memory: int = MEMORY):
        self._repository, self._policy = repository, policy
        self._held = repository.lock()
        repository.discard_unfinished()
        self._memory = memory
        self._worker: Worker | None = None
        self._turn = threading.Lock()
        #: Held while a worker is taken or let go of.
        self._hand = threading.Lock()
        self._is_closed = False

    def write(self, change: Change) -> Effect:
        """Make a change, whole or not at all; when this returns, it is on disk.

        Raises:
            BusyError: other changes took too long.
            NonConformingError, RequestError: it is refused, and nothing has changed.
            WorkerDiedError: the right was given back meanwhile.
        """
        if not self._turn.acquire(timeout=TIMEOUT):
            raise BusyError("other changes are still being made")
        try:
            self._demand_right()
            return self._stored(change)
        finally:
            self._turn.release()

    def replay(self, changes: Iterable[Mapping[str, Any]]) -> int:
        """Make logged changes again: those that follow the current snapshot, in order.

        Updates that call NOW, RAND, UUID, STRUUID or BNODE give other values than they gave.

        Returns:
            How many were made.

        Raises:
            StoreError: a change is missing between the current snapshot and those at hand.
            TiGraphError: as ``write``, with a note that tells the change.
        """
        made = 0
        for record in sorted(changes, key=lambda record: int(record["number"])):
            expected = self._repository.current().number + 1
            if record["number"] < expected:
                continue
            if record["number"] > expected:
                raise StoreError(f"change {expected} is missing; the next at hand is {record['number']}")
            try:
                self.write(Change.of(record))
            except TiGraphError as error:
                error.add_note(f"This was change {expected} of the log; those before it have been made.")
                raise
            made += 1
        return made

    def close(self) -> None:
        """Give the right back, after the change that is being made has come to its end: at once, unmade."""
        with self._hand:
            self._is_closed = True
            if self._worker is not None:
                self._worker.kill()
        with self._turn:
            self._held.release()

    def _demand_right(self) -> None:
        if self._is_closed:
            raise WorkerDiedError("the server is stopping")

    def _stored(self, change: Change) -> Effect:
        before = self._repository.current()
        try:
            return self._make(change)
        except OSError as error:
            is_made = self._repository.current() != before
            state = "it is made, but may be lost with the power" if is_made else "nothing has changed"
            raise StoreError(f"the change cannot be stored safely, {state}: {error.strerror}") from None

    def _make(self, change: Change) -> Effect:
        current = self._repository.current()
        number = current.number + 1
        copy = current.path.with_name(f"{number}.next")
        shutil.rmtree(copy, ignore_errors=True)
        try:
            share_files(current.path, copy)
            effect = self._apply(change, copy)
            following = Snapshot(number, current.path.with_name(str(number)))
            shutil.rmtree(following.path, ignore_errors=True)
            copy.rename(following.path)
        except BaseException:
            shutil.rmtree(copy, ignore_errors=True)
            raise
        self._repository.advance(following, _record(number, change, effect))
        return effect

    def _apply(self, change: Change, copy: Path) -> Effect:
        """Apply a change in a process of its own; one that fails under it is not used again."""
        each = self._taken()
        try:
            each.start(change_module.apply, change, str(copy), self._policy)
            if not each.wait(TIMEOUT):
                raise DeadlineError(f"the change took longer than {TIMEOUT:.0f} s; nothing has changed")
            effect: Effect = each.outcome()
            return effect
        except (DeadlineError, StoreError, TooCostlyError, WorkerDiedError):
            with self._hand:
                each.kill()
                self._worker = None
            raise

    def _taken(self) -> Worker:
        """The process that makes changes."""
        made = self._worker or started(self._memory, ["ti_graph.serving.change"])
        with self._hand:
            self._worker = made
            if self._is_closed:
                made.kill()
            self._demand_right()
        return made


def share_files(source: Path, copy: Path) -> None:
    """Copy a store that nobody has open for writing.

    Its tables (``*.sst``) are never written again, so the copy links to them; the rest is small and copied
    (as RocksDB's own checkpoints do: https://github.com/facebook/rocksdb/wiki/Checkpoints).
    """
    copy.mkdir()
    for path in source.iterdir():
        if path.suffix == ".sst":
            os.link(path, copy / path.name)
        elif path.name != "LOCK":
            shutil.copy2(path, copy / path.name)


def _record(number: int, change: Change, effect: Effect) -> dict[str, object]:
    """What the log keeps: the change, when it was made, and what it did."""
    made = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
    did = {"added": effect.added, "removed": effect.removed}
    return {"number": number, "time": made, **change.recorded(), **did}
