"""A dataset in one file: its current snapshot and its log, as a tar archive packed with gzip.

The checksum of gzip stands at the end of the file, so an archive counts only when it was read to its end.
"""

from __future__ import annotations

import gzip
import io
import re
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ti_graph.errors import StoreError
from ti_graph.files import gzipped, made_whole, saving
from ti_graph.stores.repository import Repository, Snapshot, record

_AT_ONCE = 1 << 20
#: The files of a store are packed already: more effort takes six times as long, for a twentieth.
_LEVEL = 1
#: What an archive holds; nothing else is unpacked.
_MEMBER = re.compile(r"current|changes/[0-9]+\.json|snapshots/[0-9]+(/[\w.-]+)?")


def backup(repository: Repository, archive: Path) -> Snapshot:
    """Write the current snapshot and the log to a file, whole or not at all.

    A snapshot never changes, so this needs no lock and disturbs no writer.

    Returns:
        The snapshot that was written.

    Raises:
        SourceError: the file cannot be written.
    """
    snapshot = repository.current()
    with (
        saving(archive) as output,
        gzipped(output, _LEVEL) as packed,
        tarfile.open(fileobj=packed, mode="w|") as tar,
    ):
        for number in range(1, snapshot.number + 1):
            change = repository.path / "changes" / f"{number}.json"
            if change.exists():
                tar.add(change, f"changes/{number}.json")
        tar.add(snapshot.path, f"snapshots/{snapshot.number}")
        pointer, content = tarfile.TarInfo("current"), f"{snapshot.number}\n".encode()
        pointer.size = len(content)
        tar.addfile(pointer, io.BytesIO(content))
    return snapshot


def restore(archive: Path, path: Path) -> Repository:
    """Make a dataset from a backup, in a directory that is empty or does not exist, whole or not at all.

    Raises:
        StoreError: the file is no backup, or is damaged.
        SourceError: the directory holds something, or cannot be written.
    """
    with made_whole(path) as partial:
        with _opened(archive) as tar:
            for member in tar:
                if not _MEMBER.fullmatch(member.name):
                    raise StoreError(f"{archive} is not a backup of a dataset: it holds {member.name!r}")
                tar.extract(member, partial)
        try:
            Repository(partial).current().open()
        except StoreError as error:
            raise StoreError(f"{archive} is not a backup of a dataset: {error}") from None
        (partial / "changes").mkdir(exist_ok=True)
    return Repository(path)


def log_of(archive: Path) -> list[Mapping[str, Any]]:
    """The changes that a backup holds, in no order.

    Raises:
        StoreError: the file is no backup, or is damaged.
    """
    with _opened(archive) as tar:
        return [*_records(archive, tar)]


def _records(archive: Path, tar: tarfile.TarFile) -> Iterator[Mapping[str, Any]]:
    for member in tar:
        content = tar.extractfile(member) if member.name.startswith("changes/") else None
        if content:
            yield record(f"{archive}: {member.name}", content.read())


@contextmanager
def _opened(archive: Path) -> Iterator[tarfile.TarFile]:
    """Read an archive in order, and when the block ends well to its end, where its checksum is."""
    try:
        with gzip.open(archive) as unpacked:
            with tarfile.open(fileobj=unpacked, mode="r|") as tar:
                tar.extraction_filter = getattr(
                    tarfile, "data_filter", None
                )  # not in Python 3.11.0 to 3.11.3
                yield tar
            while unpacked.read(_AT_ONCE):
                pass
    except (OSError, EOFError, tarfile.TarError, zlib.error) as error:
        raise StoreError(f"{archive} cannot be restored: {error}") from None
