"""Read and write files so that what goes wrong is one sentence with the file, and nothing is half-written."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, cast

from ti_graph.errors import SourceError
from ti_graph.layout import shown


def read_bytes(path: Path) -> bytes:
    """The content of a file.

    Raises:
        SourceError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError.at(shown(path), None, f"cannot be read: {error.strerror or error}") from None


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
        raise SourceError.at(shown(path), None, f"not valid gzip: {error}") from None


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
        raise SourceError.at(shown(path), line, message) from None


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


def gzipped(output: IO[bytes]) -> IO[bytes]:
    """A file that writes with gzip into another, without name or time: equal content gives equal bytes."""
    return cast(IO[bytes], gzip.GzipFile("", "wb", fileobj=output, mtime=0))


def save(path: Path, content: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        SourceError: it cannot be written.
    """
    with saving(path) as output:
        output.write(content)
