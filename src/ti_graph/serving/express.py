"""Queries that go the short way: asked by GET, answered with data.

The process that speaks HTTP hands such a request to a worker as it came, and sends what it gets back; nothing
else stands between socket and engine. Whatever is not as simple as that is declined, and goes the long way
through the web application, which alone tells what is wrong with a request. An answer is the same either way
(tests/test_express.py).
"""

from __future__ import annotations

import gzip
import hashlib
import pickle
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from ti_graph.errors import TiGraphError, TooCostlyError
from ti_graph.formats import wanted
from ti_graph.serving.answering import answer
from ti_graph.serving.asked import Asked, Pairs, every, headers_of, parameters, single
from ti_graph.serving.kept import Sendable
from ti_graph.sparql.catalogue import RESERVED, Catalogue
from ti_graph.sparql.fulltext import NAMESPACE
from ti_graph.sparql.text import is_plain
from ti_graph.stores.states import State

#: Answers smaller than this are sent as they are; bytes.
WORTH_PACKING = 1_000
_HEAD = re.compile(
    rb"GET (?P<target>/[!-~]*) HTTP/1\.1\r\n(?P<headers>(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[ -~\t]*\r\n)*)\r\n"
)
#: Headers that decide an answer, in the order of ``Request``.
_COUNTS = ("host", "accept", "accept-encoding", "accept-language")
#: Headers that make a request one for the long way.
_ASIDE = frozenset(
    (
        *("content-length", "expect", "range", "transfer-encoding"),
        *("if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since"),
    )
)
_HOST = re.compile(r"[0-9A-Za-z.-]+(:[0-9]+)?|\[[0-9a-fA-F:]+\](:[0-9]+)?")
#: Ways to ask for what is no data.
_PAGES = re.compile("html|bib|citation", re.IGNORECASE)
#: Encodings between which the long way has to choose.
_WEIGHED = re.compile("[;*]")
#: Parameters that the long way looks at.
_LONG_WAY = frozenset({"update", "using-graph-uri", "using-named-graph-uri", "timeout", "lang", "accessed"})


class Request(NamedTuple):
    """All of a GET request that its answer depends on."""

    target: str
    host: str
    accept: str
    encoding: str
    language: str

    @property
    def is_query(self) -> bool:
        """Whether it may go the short way."""
        path = self.target.partition("?")[0]
        asks = path == "/sparql" or (path.startswith("/queries/") and "%" not in path)
        asks = asks and "timeout=" not in self.target
        return asks and not _PAGES.search(self.accept) and not _WEIGHED.search(self.encoding)


def read(data: bytes) -> Request | None:
    """The request that some bytes are, if it is a plain one and whole."""
    head = _HEAD.fullmatch(data)
    if head is None:
        return None
    found: dict[str, str] = {}
    for line in head["headers"].decode("ascii").split("\r\n"):
        name, _, value = line.partition(":")
        name = name.lower()
        if name in _COUNTS:
            if name in found:
                return None
            found[name] = value.strip()
        elif name in _ASIDE or (name == "connection" and value.strip().lower() != "keep-alive"):
            return None
    host, accept, encoding, language = (found.get(name, "") for name in _COUNTS)
    if not _HOST.fullmatch(host):
        return None
    return Request(head["target"].decode("ascii"), host, accept, encoding, language)


@dataclass(frozen=True)
class House:
    """What the server has decided for all requests.

    Arguments:
        merged: whether the default graph is the merge of the data graphs.
        max_result: the largest answer, in bytes.
        queries: the folder of the named queries.
        address: the public one, which a proxy stands at; empty for that of the request.
    """

    merged: bool
    max_result: int
    queries: Path
    address: str = ""


@dataclass(frozen=True)
class Reply:
    """What a worker gives back: an answer, the file of a large one, its bytes, and whether it may be kept."""

    answer: Sendable
    file: Path | None
    size: int
    is_kept: bool


def reply(request: Request, packed: bytes, spool: str) -> Reply | None:
    """Answer a request, in a worker; None where it has to go the long way.

    Arguments:
        request: what it was.
        packed: the state to ask and the house, pickled.
        spool: the file that a large answer goes to.

    Raises:
        TooCostlyError: the answer is too large.
    """
    state, house = _unpacked(packed)
    path, _, encoded = request.target.partition("?")
    try:
        pairs = parameters(encoded)
        if any(name in _LONG_WAY for name, _ in pairs):
            return None
        text, route = _text(path, pairs, house.queries)
        if not is_plain(text) or NAMESPACE in text:
            return None
        graphs = every(pairs, "default-graph-uri"), every(pairs, "named-graph-uri")
        takes_gzip = "gzip" in request.encoding.lower()
        base = f"{house.address.rstrip('/') or 'http://' + request.host}{path}"
        formats = wanted(request.accept, single(pairs, "format"))
        asked = Asked.of(text, pairs, graphs, formats, base, takes_gzip)
        if asked.inference and not house.merged:
            return None
        given = answer(asked.query(request.accept, house.max_result), state, spool)
    except TooCostlyError:
        raise
    except TiGraphError:
        return None
    body, tag = given.body, asked.tag(state)
    headers = headers_of(tag)
    if takes_gzip and len(body) > WORTH_PACKING:
        body = pack(body)
        headers["Content-Encoding"] = "gzip"
    size = given.file.stat().st_size if given.file else len(body)
    headers |= {"Content-Length": str(size), "Content-Type": given.format.content_type, "Server": "ti-graph"}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    sendable = Sendable(head.encode("ascii"), body, route, digest(text))
    return Reply(sendable, given.file, size, tag is not None and not tag.is_weak)


def pack(body: bytes) -> bytes:
    """An answer's content with gzip: the same bytes for the same content."""
    return gzip.compress(body, compresslevel=3, mtime=0)


def digest(asked: str) -> str:
    """What finds a query again in the log, without saying it."""
    return hashlib.sha256(asked.encode("utf-8", "replace")).hexdigest()[:12]


def text_of(target: str, queries: Path) -> str:
    """The query that a request asks, which some worker was given.

    Raises:
        RequestError, UnknownNameError: it asks none.
    """
    path, _, encoded = target.partition("?")
    return _text(path, parameters(encoded), queries)[0]


def _text(path: str, pairs: Pairs, queries: Path) -> tuple[str, str]:
    """The query that a request asks, and the rule that answers it."""
    if path == "/sparql":
        return single(pairs, "query") or "", "/sparql"
    named = _catalogue(queries).find(path.removeprefix("/queries/"))
    return named.bind((name, value) for name, value in pairs if name not in RESERVED), "/queries/<name>"


@lru_cache(2)
def _unpacked(packed: bytes) -> tuple[State, House]:
    found: tuple[State, House] = pickle.loads(packed)
    return found


@lru_cache(1)
def _catalogue(folder: Path) -> Catalogue:
    return Catalogue(folder)
