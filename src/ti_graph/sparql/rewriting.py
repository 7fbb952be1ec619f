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

#: Texts of more characters are left as they are.
_LONG = 20_000
#: Characters in which the word before a bracket is looked for.
_NEAR = 20
#: What may hold any character: IRIs, strings, comments. They are passed over.
_OPAQUE = re.compile(r"""<[^<>"{}|^`\\\x00-\x20]*>|"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*'|\#[^\r\n]*""")
#: Where a text may be read otherwise: less-than that looks like an IRI, a long string.
_AMBIGUOUS = re.compile(r"""<[^<>"{}|^`\\\x00-\x20]*[?$'&()=!][^<>"{}|^`\\\x00-\x20]*>|\'\'\'|\"\"\"|\\""")
_STRUCTURE = re.compile(r"[{}]|\bOPTIONAL\s*\{([^{}]*)\}", re.IGNORECASE)
_VARIABLE = re.compile(r"[?$](\w+)")
#: What binds nothing for certain: what is in round brackets, and the variables of VALUES.
_UNCERTAIN = re.compile(r"\([^()]*\)|\bVALUES\s+[?$]\w+", re.IGNORECASE)
#: A filter; its brackets nest no deeper than this.
_FILTER = re.compile(r"\bFILTER\s*[\w:]*\s*\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)", re.IGNORECASE)
#: Triple patterns of variables, names, IRIs and literals, with sequences and inverses of predicates.
_PATTERNS = re.compile(
    r"""(?: [\s\x00;,/^+]
          | [?$]\w++
          | (?:[^\W\d_][\w-]*+)?:[\w-]*+
          | \b(?:a|true|false)\b
          | @[a-zA-Z-]++
          | -?\d++(?:\.\d++)?
          | \.(?!\d) )*+""",
    re.VERBOSE,
)
#: What stands between two triple patterns.
_BETWEEN = re.compile(r"[.;,/]\s*[^\s.;]")


def rewritten(text: str) -> str:
    """A query with the same answers.

    Arguments:
        text: SPARQL 1.1 Query; what is none comes back as it is, or as no query either.
    """
    lowered = text.lower() if len(text) < _LONG else ""
    if "optional" not in lowered or "lateral" in lowered or _AMBIGUOUS.search(text):
        return text
    clear = _OPAQUE.sub(lambda found: "\0" * len(found.group()), text)
    for start, end in reversed(_to_look_up(clear)):
        text = f"{text[:start]}LATERAL {{ {text[start:end]} }}{text[end:]}"
    return text


def _to_look_up(clear: str) -> list[tuple[int, int]]:
    """Where the OPTIONALs that can be looked up begin and end: those of the query's own group."""
    found = []
    bound: set[str] = set()
    depth = done = 0
    is_template = False
    for part in _STRUCTURE.finditer(clear):
        own = clear[done : part.start()] if depth == 1 and not is_template else ""
        bound.update(_VARIABLE.findall(_UNCERTAIN.sub(" ", _UNCERTAIN.sub(" ", own))))
        done = part.end()
        if part.group() == "{":
            is_template = (
                clear[: part.start()].rstrip().upper().endswith("CONSTRUCT") if not depth else is_template
            )
            depth += 1
        elif part.group() == "}":
            depth -= 1
        elif depth == 1 and not is_template and _is_looked_up(part[1], bound):
            found.append(part.span())
    return found


def _is_looked_up(group: str, bound: set[str]) -> bool:
    """Whether a group has several triple patterns, filters besides, and a variable that is bound before."""
    patterns = _FILTER.sub(" ", group)
    are_patterns = _PATTERNS.fullmatch(patterns) and _BETWEEN.search(patterns)
    return are_patterns is not None and not bound.isdisjoint(_VARIABLE.findall(group))
