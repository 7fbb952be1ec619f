"""Look at a SPARQL text before anything runs it: nesting, federation, functions that make it unrepeatable.

This is a scan of the terminals of the grammar (https://www.w3.org/TR/sparql11-query/#sparqlGrammar), not a
parser. It errs on the safe side: the engine accepts a keyword glued to what stands before or after it
(``trueSERVICE<…>``, ``SERVICESILENT<…>``, ``SERVICE:a``), so a keyword is looked for inside bare words too.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

from ti_graph.errors import NotAllowedError, QuerySyntaxError, TooLargeError

#: The longest query and the longest update that are read, in characters.
MAX_QUERY, MAX_UPDATE = 1_000_000, 10_000_000
#: The deepest nesting of brackets of any kind. The engine's parser overflows its stack near 3,000.
MAX_DEPTH = 200

_TOKEN = re.compile(
    r"""
      (?P<space>[\ \t\r\n]+|\#[^\r\n]*)
    | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
    | (?P<string>'''(?:(?:'|'')?(?:[^'\\]|\\.))*'''
               |\"\"\"(?:(?:"|"")?(?:[^"\\]|\\.))*\"\"\"
               |'(?:[^'\\\r\n]|\\.)*'
               |"(?:[^"\\\r\n]|\\.)*")
    | (?P<unclosed>['"])
    | (?P<variable>[?$]\w+)
    | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<name>(?:[^\W\d_][\w.-]{0,254}+)?:(?:[\w:%-]|\\.|\.(?=[\w:%\\.-]))*|_:[\w.-]+)
    | (?P<word>[^\W\d]\w*)
    | (?P<open>[({\[])
    | (?P<close>[)}\]])
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
#: What one query may have otherwise than another of the same shape.
_VARYING = re.compile(
    r"""<[^<>"{}|^`\\\x00-\x20]*>|"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*'|\#[^\r\n]*|[\ \t\r\n]+"""
)
_STARTS_INSIDE = re.compile("['#]")
_FEDERATION = re.compile("service|load", re.IGNORECASE)
_UNREPEATABLE = re.compile(r"(?:now|rand|uuid|bnode)$", re.IGNORECASE)
_CALLS = re.compile(r"(?:now|rand|uuid|bnode)\b")
_PAIRS = {")": "(", "]": "[", "}": "{"}


class Token(NamedTuple):
    """A terminal: its kind (a group of the pattern), its text, and where it starts."""

    kind: str
    text: str
    offset: int


@dataclass(frozen=True)
class Scan:
    """What the look found.

    Arguments:
        repeatable: whether the same text on the same data gives the same answer.
    """

    repeatable: bool


def scan(text: str, allowed_hosts: Collection[str] = (), max_length: int = MAX_QUERY) -> Scan:
    """Look at a query or an update.

    Arguments:
        text: SPARQL 1.1.
        allowed_hosts: hosts (``host`` or ``host:port``) that SERVICE and LOAD may name.
        max_length: the longest text, in characters.

    Raises:
        TooLargeError: the text is longer.
        QuerySyntaxError: nested deeper than ``MAX_DEPTH``, or a bracket that closes nothing.
        NotAllowedError: SERVICE or LOAD with a host that is not allowed, or with a variable.
    """
    if len(text) > max_length:
        raise TooLargeError(f"{len(text):,} characters; at most {max_length:,} are read")
    opened: list[Token] = []
    repeatable = True
    tokens = tokens_of(text)
    _demand_one_reading(text, tokens)
    for position, token in enumerate(tokens):
        if token.kind == "unclosed":
            raise syntax_error_at(text, token.offset, f"the string that {token.text} opens is never closed")
        if token.kind == "open":
            opened.append(token)
            if len(opened) > MAX_DEPTH:
                raise syntax_error_at(text, token.offset, f"nested deeper than {MAX_DEPTH} brackets")
        elif token.kind == "close":
            if not opened or opened.pop().text != _PAIRS[token.text]:
                raise syntax_error_at(text, token.offset, f"{token.text!r} closes nothing that is open")
        elif _reaches_out(tokens, position, len(opened)):
            _demand_allowed(tokens, position, allowed_hosts)
        elif token.kind == "word" and _UNREPEATABLE.search(token.text):
            repeatable = False
    if opened:
        raise syntax_error_at(text, opened[-1].offset, f"{opened[-1].text!r} is never closed")
    return Scan(repeatable)


def fingerprint(text: str) -> str:
    """The same for texts that differ only in white space, comments, IRIs and strings."""
    return hashlib.sha256(_VARYING.sub("", text).encode("utf-8", "replace")).hexdigest()


def is_plain(text: str) -> bool:
    """Whether a text is nothing that ``scan`` would refuse or call unrepeatable, told without reading it all.

    False says nothing: such words may stand in a string.
    """
    depth = text.count("(") + text.count("{") + text.count("[")
    if depth > MAX_DEPTH or len(text) > MAX_QUERY:
        return False
    lowered = text.lower()
    reaches_out = "service" in lowered or "load" in lowered or "\\u" in lowered
    calls = "now" in lowered or "rand" in lowered or "uuid" in lowered or "bnode" in lowered
    return not reaches_out and not (calls and _CALLS.search(lowered))


def _demand_one_reading(text: str, tokens: list[Token]) -> None:
    """Refuse SERVICE and LOAD that only another reading of the text shows.

    ``?a<'>`` is an IRI in a pattern, but in an expression it is less-than and the start of a string (or, with
    ``#``, of a comment), and from there on code and strings change places. Both readings are followed.
    """
    seen = {token.offset for token in tokens}
    ambiguous = list(tokens)
    while ambiguous:
        token = ambiguous.pop()
        inner = _STARTS_INSIDE.search(token.text) if token.kind == "iri" else None
        if inner is None:
            continue
        other = tokens_of(text, token.offset + inner.start(), seen)
        for position, found in enumerate(other):
            if _reaches_out(other, position, 1) or _reaches_out(other, position, 0):
                raise NotAllowedError(
                    f"{found.text} may be a request to another server, as {token.text} can be read as "
                    "less-than; write the IRI with a prefix, or put a space after less-than"
                )
        seen.update(found.offset for found in other)
        ambiguous += other


def tokens_of(text: str, start: int = 0, known: Collection[int] = ()) -> list[Token]:
    """The terminals, up to a string that is never closed (what follows cannot be told) or a known offset."""
    tokens = []
    for match in _TOKEN.finditer(text, start):
        if match.start() in known:
            break
        kind = match.lastgroup or "other"
        if kind != "space":
            tokens.append(Token(kind, match.group(), match.start()))
        if kind == "unclosed":
            break
    return tokens


def without_dataset(text: str) -> str:
    """A query without its FROM clauses, for a dataset that is given otherwise."""
    written, end = [], 0
    tokens = tokens_of(text)
    for position, token in enumerate(tokens):
        if token.kind == "word" and token.text.upper() == "FROM":
            is_named = tokens[position + 1].text.upper() == "NAMED"
            written.append(text[end : token.offset])
            name = tokens[position + 1 + is_named]
            end = name.offset + len(name.text)
    return "".join(written) + text[end:]


def _reaches_out(tokens: list[Token], position: int, depth: int) -> bool:
    """Whether SERVICE or LOAD can start here: in a bare word, or read out of the prefix of a name."""
    token = tokens[position]
    if token.kind == "word":
        return bool(_FEDERATION.search(token.text))
    if token.kind != "name" or not _FEDERATION.search(token.text.split(":")[0]):
        return False
    before = tokens[position - 1] if position else None
    after = tokens[position + 1] if position + 1 < len(tokens) else None
    if before and before.kind == "word" and before.text.upper() in ("PREFIX", "GRAPH"):
        return False
    glued_service = after is not None and after.text == "{"
    starts_operation = depth == 0 and (before is None or before.text == ";" or before.kind == "iri")
    return glued_service or starts_operation


def _demand_allowed(tokens: list[Token], position: int, allowed_hosts: Collection[str]) -> None:
    keyword = "LOAD" if "load" in tokens[position].text.lower() else "SERVICE"
    target = next((t for t in tokens[position + 1 :] if t.text.upper() != "SILENT"), None)
    if target is None or target.kind != "iri" or tokens[position].kind == "name":
        raise NotAllowedError(
            f"{keyword} may only name a server by its full IRI, from the list of allowed hosts"
        )
    try:
        url = urlsplit(target.text[1:-1])
    except ValueError as error:
        raise NotAllowedError(f"{keyword} {target.text}: {error}") from None
    if url.netloc not in allowed_hosts or url.scheme not in ("http", "https"):
        there = ", ".join(sorted(allowed_hosts)) or "none"
        raise NotAllowedError(
            f"{keyword} {target.text}: requests to other servers are refused; allowed hosts: {there}"
        )


def syntax_error_at(text: str, offset: int, message: str) -> QuerySyntaxError:
    """A mistake in a text, at an offset in characters."""
    line = text.count("\n", 0, offset) + 1
    column = offset - text.rfind("\n", 0, offset)
    return QuerySyntaxError(message, line, column)
