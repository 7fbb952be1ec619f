"""The search, asked from SPARQL.

    PREFIX search: <https://w3id.org/territoires-industrie/search#>
    SELECT ?thing ?rank WHERE { (?thing ?rank) search:matches "cote albatre" . ?thing a ti:Territoire }

Before the engine sees a query, each such pattern is replaced by a VALUES clause with what the search finds,
the best first, so that the rest of the query starts from a few things. ``?thing search:matches "…"`` leaves
the rank out. It is a pattern of its own and its text a constant: nothing else in the query can change what is
searched for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ti_graph.errors import RequestError
from ti_graph.rdf import BASE, ID, Literal, NamedNode, RdfFormat
from ti_graph.rdf.syntax import parse_text
from ti_graph.sparql.text import MAX_QUERY, Token, syntax_error_at, tokens_of

NAMESPACE = BASE + "search#"
PROPERTY = NAMESPACE + "matches"
#: Finds things by their names: their paths under ``id/``, the best first.
Find = Callable[[str], Iterable[str]]
#: Search patterns that one query may have.
_MOST = 20

_HOW = (
    'search:matches is a pattern of its own: ?thing search:matches "text" . '
    "(with the rank: (?thing ?rank) in the place of ?thing)"
)


def with_found(text: str, find: Find) -> str:
    """A query with what the search finds in the place of its search patterns.

    Arguments:
        text: SPARQL 1.1 Query; what is too long to be read comes back as it is.
        find: the search.

    Raises:
        QuerySyntaxError: ``search:matches`` stands where it cannot be answered.
        RequestError: it stands there too often.
    """
    if NAMESPACE not in text or len(text) > MAX_QUERY:
        return text
    tokens = tokens_of(text)
    prefixes = _prefixes(tokens)
    patterns = [position for position, token in enumerate(tokens) if _expanded(token, prefixes) == PROPERTY]
    if len(patterns) > _MOST:
        raise RequestError(f"{len(patterns):,} search patterns; at most {_MOST} are answered in one query")
    written, done = [], 0
    for position in patterns:
        variables, first = _subject(text, tokens, position)
        last = _object(text, tokens, position)
        found = find(_value(text, tokens[last]))
        written += [text[done : tokens[first].offset], _values(variables, found)]
        done = tokens[last].offset + len(tokens[last].text)
    return "".join([*written, text[done:]])


def _prefixes(tokens: Sequence[Token]) -> dict[str, str]:
    return {
        name.text.removesuffix(":"): iri.text[1:-1]
        for word, name, iri in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if word.text.upper() == "PREFIX" and iri.kind == "iri"
    }


def _expanded(token: Token, prefixes: dict[str, str]) -> str:
    """The IRI that a token names; empty for none."""
    if token.kind == "iri":
        return token.text[1:-1]
    prefix, colon, local = token.text.partition(":")
    return prefixes[prefix] + local if token.kind == "name" and colon and prefix in prefixes else ""


def _subject(text: str, tokens: Sequence[Token], position: int) -> tuple[list[str], int]:
    """The variables before the property, and where they start."""
    before = [token.kind for token in tokens[max(0, position - 4) : position]]
    if before[-1:] == ["variable"]:
        variables, first = [tokens[position - 1].text], position - 1
    elif before == ["open", "variable", "variable", "close"]:
        variables, first = [tokens[position - 3].text, tokens[position - 2].text], position - 4
    else:
        raise syntax_error_at(text, tokens[position].offset, _HOW)
    if first == 0 or tokens[first - 1].text not in ("{", "}", ".", ")"):
        raise syntax_error_at(text, tokens[first].offset, _HOW)
    return variables, first


def _object(text: str, tokens: Sequence[Token], position: int) -> int:
    """Where the text to search for is."""
    here = position + 1
    after = tokens[here + 1] if here + 1 < len(tokens) else None
    is_alone = after is not None and after.kind != "language" and after.text not in ("^", ",", ";")
    if here >= len(tokens) or tokens[here].kind != "string" or not is_alone:
        raise syntax_error_at(text, tokens[position].offset, _HOW)
    return here


def _value(text: str, token: Token) -> str:
    """What a string of SPARQL says; its escapes are those of Turtle."""
    try:
        [quad] = parse_text(f"<a:a> <a:a> {token.text} .".encode(), RdfFormat.TURTLE)
    except SyntaxError as error:
        raise syntax_error_at(text, token.offset, f"{token.text} is no string: {error.msg}") from None
    assert isinstance(quad.object, Literal)
    return quad.object.value


def _values(variables: Sequence[str], found: Iterable[str]) -> str:
    ranked = enumerate(found, start=1)
    rows = [" ".join((str(NamedNode(ID + each)), str(rank))[: len(variables)]) for rank, each in ranked]
    return f"VALUES ({' '.join(variables)}) {{ {' '.join(f'({row})' for row in rows)} }}"
