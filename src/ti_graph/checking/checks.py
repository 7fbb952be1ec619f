"""The graph checks: documented queries that return no row where a rule about graphs is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ti_graph.sparql.headers import WHERE, Header, HeaderError, demand, read_headed, with_values

_CHECK_KEYS = frozenset({"summary", "summary_fr", "severity", "message", "message_fr", "changed"})


@dataclass(frozen=True)
class GraphCheck:
    """A rule about graphs: a SELECT that returns no row where the rule is kept.

    Arguments:
        name: the rule's id, the file's name without ``.rq``.
        summary: the rule, by language.
        severity: ``violation`` or ``warning``.
        messages: by language, with ``{?column}`` for values of a row.
        changed: a variable of graphs: after a change it is enough to look at those touched. Empty for none.
        text: the query; its column ``focus`` is what breaks the rule.
    """

    name: str
    summary: Mapping[str, str]
    severity: str
    messages: Mapping[str, str]
    changed: str
    text: str

    def on(self, touched: Iterable[str]) -> str:
        """The query on what a change touched: graphs, and graphs that it says something of (IRIs)."""
        if not self.changed:
            return self.text
        nodes = " ".join(f"<{node}>" for node in sorted(touched))
        return with_values(self.text, f"VALUES {self.changed} {{ {nodes} }}")


def read_checks(folder: Path) -> Mapping[str, GraphCheck]:
    """The graph checks of a folder, by rule id.

    Raises:
        SourceError: with every wrong header of every file.
    """
    return read_headed(folder, _graph_check)


def _graph_check(name: str, header: Header, text: str) -> GraphCheck:
    demand(header, _CHECK_KEYS, ("summary", "summary_fr", "severity", "message", "message_fr"))
    if "?focus" not in text:
        raise HeaderError("the query has no column ?focus: what breaks the rule")
    if "changed" in header and not WHERE.search(text):
        raise HeaderError("the query has no 'WHERE {', where the graphs that were changed are named")
    severity = header["severity"][0]
    if severity not in ("violation", "warning"):
        raise HeaderError(f"severity is 'violation' or 'warning', not {severity!r}")
    return GraphCheck(
        name=name,
        summary={"en": header["summary"][0], "fr": header["summary_fr"][0]},
        severity=severity,
        messages={"en": header["message"][0], "fr": header["message_fr"][0]},
        changed=header.get("changed", [""])[0],
        text=text,
    )
