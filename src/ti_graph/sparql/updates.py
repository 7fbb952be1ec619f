"""Read an update as far as the protocol and the guard need it: what it reads and what it writes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from ti_graph.errors import RequestError
from ti_graph.rdf import iri
from ti_graph.sparql.text import Token, tokens_of

#: The words that may stand outside brackets in an update that names what it writes.
_UNDERSTOOD = {"PREFIX", "BASE", "WITH", "USING", "NAMED", "INSERT", "DELETE", "DATA", "WHERE"}
#: The operations on a whole graph.
_WHOLE = {"CLEAR", "DROP", "CREATE"}
#: Those that a name may follow.
_BEFORE_A_NAME = {"WITH", "USING", "NAMED"}


@dataclass(frozen=True)
class Target:
    """A graph that an update writes to.

    Arguments:
        name: as the text has it, an IRI in brackets, a prefixed name or a variable; empty for the default
            graph.
        prologue: the PREFIX and BASE lines that hold there.
        pattern: for a variable, the WHERE clause that binds it, with its brackets; read before the update.
    """

    name: str
    prologue: str = ""
    pattern: str = ""


class _UnclearError(Exception):
    """What is written cannot be told without running the update."""


def targets(text: str) -> set[Target] | None:
    """The graphs that an update may write to, so that only those are compared before and after.

    Arguments:
        text: SPARQL 1.1 Update, already scanned.

    Returns:
        None where the text does not tell: an operation on several graphs (CLEAR ALL, COPY), a variable whose
        values depend on an operation before or on WITH or USING, or a spelling that can be read in two ways.
    """
    tokens = tokens_of(text)
    spans_lines = any(t.kind == "string" and t.text.startswith(("'''", '"""')) for t in tokens)
    hides = ("'", "#") if spans_lines else ("'",)
    if any(token.kind == "iri" and any(mark in token.text for mark in hides) for token in tokens):
        return None
    try:
        return set(_targets(text, tokens))
    except _UnclearError:
        return None


def _targets(text: str, tokens: list[Token]) -> Iterator[Target]:
    prologue, around = "", Target("")
    position, is_template = 0, False
    variables: list[Target] = []
    reads_state_before = True
    while position < len(tokens):
        token = tokens[position]
        word = token.text.upper() if token.kind == "word" else ""
        if word in _WHOLE:
            target, length = _whole(tokens[position : position + 4], prologue)
            yield target
            position += length
            continue
        if word and word not in _UNDERSTOOD:
            raise _UnclearError
        if word in ("PREFIX", "BASE"):
            length = 3 if word == "PREFIX" else 2
            prologue += " ".join(t.text for t in tokens[position : position + length]) + "\n"
            position += length
            continue
        if token.kind in ("iri", "name") and tokens[position - 1].text.upper() not in _BEFORE_A_NAME:
            raise _UnclearError  # a keyword glued to what stands beside it
        if word == "WITH":
            around = Target(_name(tokens, position + 1), prologue)
        if token.text == ";":
            around = Target("")
        if word in ("WITH", "USING") or token.text == ";":
            reads_state_before = False
        if word in ("INSERT", "DELETE"):
            is_template = True
        elif word == "WHERE" and tokens[position - 1].text.upper() != "DELETE":
            is_template = False
        if token.kind == "open":
            block = _block(tokens, position)
            if is_template:
                written = set(_in_template(block[1:-1], around, prologue))
                variables += (target for target in written if target.name.startswith(("?", "$")))
                yield from written.difference(variables)
            if tokens[position - 1].text.upper() == "WHERE":
                if variables and not reads_state_before:
                    raise _UnclearError
                pattern = text[token.offset : block[-1].offset + 1]
                yield from (replace(target, pattern=pattern) for target in variables)
                variables = []
            is_template = False
            position += len(block)
        else:
            position += 1


def _whole(tokens: list[Token], prologue: str) -> tuple[Target, int]:
    """What an operation on a whole graph writes to, and how many tokens it has."""
    words = [token.text.upper() for token in tokens]
    at = 2 if "SILENT" in words[1:2] else 1
    if "GRAPH" in words[at : at + 1]:
        return Target(_name(tokens, at + 1), prologue), at + 2
    if "DEFAULT" in words[at : at + 1]:
        return Target(""), at + 1
    raise _UnclearError


def _in_template(tokens: list[Token], around: Target, prologue: str) -> Iterator[Target]:
    """The graphs of a template; what stands outside GRAPH goes into the graph around it."""
    position = 0
    while position < len(tokens):
        token = tokens[position]
        if token.kind == "word" and token.text.upper() == "GRAPH":
            yield Target(_name(tokens, position + 1, "variable"), prologue)
            position += 2 + len(_block(tokens, position + 2))
            continue
        if "GRAPH" in token.text.upper() and token.kind in ("word", "name"):  # glued to what follows
            raise _UnclearError
        if token.text != ".":
            yield around
        position += 1


def _name(tokens: list[Token], position: int, *also: str) -> str:
    if position >= len(tokens) or tokens[position].kind not in ("iri", "name", *also):
        raise _UnclearError
    return tokens[position].text


def _block(tokens: list[Token], start: int) -> list[Token]:
    """The tokens from a bracket to the one that closes it."""
    depth = 0
    for end, token in enumerate(tokens[start:], start):
        depth += {"open": 1, "close": -1}.get(token.kind, 0)
        if depth == 0:
            return tokens[start : end + 1]
    return []


def with_using(text: str, default_graphs: Collection[str], named_graphs: Collection[str]) -> str:
    """An update whose WHERE clauses read the graphs that the protocol's parameters name.

    The engine takes no such parameters, so USING clauses are put before each WHERE
    (https://www.w3.org/TR/sparql11-protocol/#update-dataset).

    Arguments:
        text: SPARQL 1.1 Update, already scanned.
        default_graphs, named_graphs: IRIs of ``using-graph-uri`` and ``using-named-graph-uri``.

    Raises:
        RequestError: the update says itself what it reads, by USING or WITH.
    """
    if not default_graphs and not named_graphs:
        return text
    clauses = " ".join(
        [*(f"USING {iri(g)}" for g in default_graphs), *(f"USING NAMED {iri(g)}" for g in named_graphs)]
    )
    tokens = tokens_of(text)
    written, end, depth = [], 0, 0
    for position, token in enumerate(tokens):
        depth += {"open": 1, "close": -1}.get(token.kind, 0)
        word = token.text.upper() if token.kind == "word" and depth == 0 else ""
        if "WHERE" in word and word != "WHERE":
            raise RequestError(f"write a space before WHERE: {token.text}")
        if word in ("USING", "WITH"):
            raise RequestError(f"using-graph-uri parameters do not go with {word} in the update")
        if word == "WHERE":
            written.append(text[end : token.offset])
            if position and tokens[position - 1].text.upper() == "DELETE":
                block = _block(tokens, position + 1)
                written.append(text[block[0].offset : block[-1].offset + 1] + " " if block else "")
            written.append(clauses + " ")
            end = token.offset
    return "".join(written) + text[end:]
