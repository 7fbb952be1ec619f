"""Read and write files so that what goes wrong is one sentence with the file, and nothing is half-written."""

from __future__ import annotations

import gzip
import hashlib
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, cast

from ti_graph.errors import SourceError

#: How the name of a directory in the making begins.
_MAKING = ".making-"


def read_bytes(path: Path) -> bytes:
    """The content of a file.

    Raises:
        SourceError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError.at(path, None, f"cannot be read: {error.strerror or error}") from None


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits.

    Raises:
        SourceError: it cannot be read.
    """
    try:
        with path.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        raise SourceError.at(path, None, f"cannot be read: {error.strerror or error}") from None


def read_unpacked(path: Path) -> bytes:
    """The content of a file, that of what is packed in it where its name ends with ``.gz``.

    Raises:
        SourceError: it cannot be read or unpacked.
    """
    content = read_bytes(path)
    if path.suffix != ".gz":
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError.at(path, None, f"not valid gzip: {error}") from None


def read_text(path: Path) -> str:
    """The content of a UTF-8 text file, its line ends untouched.

    Raises:
        SourceError: it cannot be read, or is not UTF-8; with the line.
    """
    content = read_bytes(path)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"not UTF-8: byte 0x{content[error.start]:02x} at byte offset {error.start}"
        raise SourceError.at(path, line, message) from None


@contextmanager
def saving(path: Path) -> Iterator[IO[bytes]]:
    """A file to write to, that is there whole when the block ends, or not at all.

    Raises:
        SourceError: it cannot be written.
    """
    partial = path.with_name(path.name + ".partial")
    try:
        with partial.open("wb") as output:
            yield output
        partial.replace(path)
    except OSError as error:
        raise SourceError.at(path, None, f"cannot be written: {error.strerror or error}") from None
    finally:
        with suppress(OSError):
            partial.unlink()


def gzipped(output: IO[bytes], level: int = 9) -> IO[bytes]:
    """A file that writes with gzip into another, without name or time: equal content gives equal bytes.

    Arguments:
        output: where it writes.
        level: from 1, fast, to 9, small.
    """
    return cast(IO[bytes], gzip.GzipFile("", "wb", level, output, mtime=0))


def save(path: Path, content: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        SourceError: it cannot be written.
    """
    with saving(path) as output:
        output.write(content)


def make_folder(path: Path) -> None:
    """Make a directory, and those that it is in, where they are missing.

    Raises:
        SourceError: it cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SourceError.at(path, None, f"cannot be made: {error.strerror or error}") from None


@contextmanager
def made_whole(path: Path) -> Iterator[Path]:
    """A directory to fill, which takes its place when the block ends; when the block fails, nothing is left.

    Arguments:
        path: where it is to be: nothing is there, or an empty directory.

    Raises:
        SourceError: something is there, or it cannot be written.
    """
    if _holds_something(path):
        raise SourceError.at(path, None, "is not empty; name another directory")
    path = path.resolve()
    try:
        within = path if path.exists() else path.parent  # a mount point, perhaps, or where somebody is
        within.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=_MAKING, dir=within) as folder:
            partial = Path(folder) / "made"
            yield partial
            if within == path:
                for each in sorted(partial.iterdir(), key=Path.is_file):  # a pointer comes last
                    each.rename(path / each.name)
            else:
                partial.rename(path)
    except OSError as error:
        raise SourceError.at(path, None, f"cannot be written: {error.strerror or error}") from None


def _holds_something(path: Path) -> bool:
    """Whether there is more in a path than what a crash has left of a directory in the making."""
    if not path.is_dir():
        return path.exists()
    return any(not each.name.startswith(_MAKING) for each in path.iterdir())
