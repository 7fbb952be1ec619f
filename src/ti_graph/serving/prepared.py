"""What is read out of a state of the dataset, kept in a file beside it from one start to the next."""

from __future__ import annotations

import gc
import hashlib
import pickle
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ti_graph.errors import SourceError
from ti_graph.files import read_bytes, save
from ti_graph.layout import CODE, QUERIES
from ti_graph.serving.current import Current
from ti_graph.serving.endpoint import Endpoint
from ti_graph.stores.states import State

_FILE = "read.pickle"
_DIGEST = hashlib.sha256
#: Whose objects are in the file.
_LIBRARIES = ("numpy", "shapely", "tantivy")


def recall(endpoint: Endpoint, folder: Path, things: Mapping[str, Current[Any]]) -> bool:
    """Take things from the file, if it holds them as they would be read now.

    Arguments:
        endpoint: the dataset.
        folder: where the file is.
        things: by name, the same as when they were kept.

    Returns:
        Whether it does.
    """
    state = endpoint.repository.current()
    try:
        content = read_bytes(folder / _FILE)
    except SourceError:
        return False
    size = _DIGEST().digest_size
    head, packed = content[:size], content[size:]
    if head != _key(state, packed):
        return False
    gc.disable()  # nothing of it is garbage: looking for some takes longer than the rest
    try:
        kept = pickle.loads(packed)
    finally:
        gc.enable()
    for name, thing in kept.items():
        things[name].put(state, thing)
    return True


def remember(endpoint: Endpoint, folder: Path, things: Mapping[str, Current[Any]]) -> None:
    """Read things, and keep them in the file.

    Arguments:
        endpoint: the dataset.
        folder: where the file goes.
        things: by name.

    Raises:
        SourceError: it cannot be written.
        TiGraphError: the dataset cannot be asked.
    """
    state = endpoint.repository.current()
    packed = pickle.dumps({name: each.get() for name, each in things.items()})
    if endpoint.repository.current() == state:  # else what was read may be of two states
        save(folder / _FILE, _key(state, packed) + packed)


def _key(state: State, packed: bytes) -> bytes:
    """A digest of what the file is made from, and of what is in it."""
    made_with = (state.version, platform.python_version(), *map(version, _LIBRARIES))
    digest = _DIGEST("\0".join(made_with).encode())
    for path in sorted([*CODE.rglob("*.py"), *QUERIES.glob("*.rq")]):
        digest.update(path.read_bytes())
    digest.update(packed)
    return digest.digest()
