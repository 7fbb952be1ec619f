"""Rewrite a query into one that the engine answers faster, with the same answer.

One rewrite so far. The engine answers an OPTIONAL of one triple pattern by looking it up for each row that it
has, but joins an OPTIONAL of several with everything that they match in the dataset. Where a variable that
is bound before stands in it, ``LATERAL { OPTIONAL { … } }`` has it looked up for each row, too:

    ?s a ex:Thing OPTIONAL { ?s ex:part ?part . ?part rdfs:label ?label }

The two are the same where the OPTIONAL has triple patterns and filters alone: LeftJoin(A, B, F) joins each
solution of A with the compatible ones of B (https://www.w3.org/TR/sparql11-query/#defn_algLeftJoin), which
are what B gives when its variables have the values that A gives them. That holds for no path of length zero,
which matches a given term though it be nowhere in the dataset, nor for EXISTS, BIND, VALUES and what nests,
where a variable need not be the one outside. All of that is left as it is, and so is an OPTIONAL that nests
in something itself, as the engine may evaluate what is around it with values from elsewhere.

LATERAL (https://github.com/w3c/sparql-dev/blob/main/SEP/SEP-0006) is no part of SPARQL 1.1, so only the
engine of this program sees it. ``tests/test_rewriting.py`` compares the answers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ti_graph.sparql import Token, tokens_of

#: What triple patterns are made of: kinds of tokens, words, and single characters.
_KINDS = frozenset({"variable", "iri", "name", "string", "language"})
_WORDS = frozenset({"a", "true", "false"})
_CHARACTERS = frozenset(".;,/^+-0123456789")
#: What stands between two triple patterns.
_BETWEEN = frozenset(".;,/")
#: An IRI with one of these may be less-than and what follows.
_AMBIGUOUS = re.compile("[?$'&()=!]")


def rewritten(text: str) -> str:
    """A query with the same answers.

    Arguments:
        text: SPARQL 1.1 Query; what is none comes back as it is, or as no query either.
    """
    lowered = text.lower()
    if "optional" not in lowered or "lateral" in lowered:
        return text
    tokens = tokens_of(text)
    if any(token.kind == "iri" and _AMBIGUOUS.search(token.text) for token in tokens):
        return text
    for start, end in reversed(_to_look_up(tokens)):
        first, behind = tokens[start].offset, tokens[end].offset + 1
        text = f"{text[:first]}LATERAL {{ {text[first:behind]} }}{text[behind:]}"
    return text


def _to_look_up(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Where the OPTIONALs that can be looked up begin and end, by position."""
    found = []
    bound: set[str] = set()
    braces = brackets = position = 0
    is_template = False
    while position < len(tokens):
        token = tokens[position]
        before = tokens[position - 1].text.upper() if position else ""
        is_own = braces == 1 and not is_template  # of the query's own group, not of what nests in it
        if token.text in ("{", "}"):
            is_template = before == "CONSTRUCT" if not braces else is_template
            braces += 1 if token.text == "{" else -1
        elif is_own and token.text.upper() == "OPTIONAL":
            end = _end_of_patterns(tokens, position + 1)
            if bound & {inner.text[1:] for inner in tokens[position:end] if inner.kind == "variable"}:
                found.append((position, end))
            position = max(position, end)
        elif is_own and token.kind == "variable" and not brackets and before != "VALUES":
            bound.add(token.text[1:])
        else:
            brackets += (token.kind == "open") - (token.kind == "close")
        position += 1
    return found


def _end_of_patterns(tokens: Sequence[Token], start: int) -> int:
    """The closing bracket of a group of two or more triple patterns, and filters; 0 of anything else."""
    if start >= len(tokens) or tokens[start].text != "{":
        return 0
    position, are_several = start + 1, False
    while position < len(tokens):
        token = tokens[position]
        if token.text == "}":
            return position if are_several else 0
        if token.text.upper() == "FILTER":
            position = _end_of_filter(tokens, position + 1)
            if not position:
                return 0
        elif token.text in _BETWEEN:
            are_several |= position + 1 < len(tokens) and tokens[position + 1].text not in "}.;"
        elif not _is_in_patterns(token):
            return 0
        position += 1
    return 0


def _is_in_patterns(token: Token) -> bool:
    if token.text.startswith("_:"):
        return False
    return token.kind in _KINDS or token.text in _CHARACTERS or token.text in _WORDS


def _end_of_filter(tokens: Sequence[Token], start: int) -> int:
    """The last bracket of a filter without EXISTS; 0 of any other."""
    depth = 0
    for position in range(start, len(tokens)):
        token = tokens[position]
        if token.text in ("{", "}") or token.text.upper() == "EXISTS":
            return 0
        depth += (token.kind == "open") - (token.kind == "close")
        if token.kind == "close" and not depth:
            return position
    return 0
