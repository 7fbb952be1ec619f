"""Territories by what stands together: a sentence or a paragraph with one name set apart, and members.

However a sentence ties a name to its members, if it has one name in quotation marks or in italics, and
intercommunalités beside it, they belong together.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from ti_graph.assembly.announcement import Span
from ti_graph.ingest.entry import Entry, name_in
from ti_graph.ingest.lines import Line
from ti_graph.ingest.loose import loose
from ti_graph.ingest.members import Cutter, Mention
from ti_graph.ingest.phrases import REFUSED
from ti_graph.ingest.places import NOWHERE
from ti_graph.ingest.spotting import Spotter

_QUOTED = re.compile(r"«\s*([^«»]{2,130}?)\s*»|“\s*([^“”]{2,130}?)\s*”|\"\s*([^\"]{2,130}?)\s*\"")
#: What stands in quotation marks without being a territory's name: programmes, words that somebody says.
_OTHERS = loose(
    r"(?:programme\s+)?(?:territoires?\s+d\s?['’]\s?industrie|action\s+c(?:œ|oe)ur\s+de\s+ville|"
    r"petites\s+villes\s+de\s+demain|"
    r"fonds\s+vert|france\s+(?:relance|20\d\d)|rebond\s+industriel|villages?\s+d['’]avenir|"
    r"sites?\s+clés?\s+en\s+main)\b.*"
    r"|.*[!?.…]",
    re.IGNORECASE | re.DOTALL,
)
_RUN_IN = re.compile(r"(?P<name>[A-ZÀ-Þ0-9][^.:;!?«»\"()]{1,80}?)\s*\.(?:\s*[–—-])?\s+(?=[A-ZÀ-Þ])")
_SENTENCE = re.compile(r"(?<=[^\W\d_]{3})[.!?…]+\s+(?=[«“\"A-ZÀ-Þ])|(?<=[»”)\"])[.!?]\s+|\n\s*\n")


class Together:
    """Finds the territories whose name is set apart within the text that names their members.

    Arguments:
        cutter: knows how like a listed name a text is.
    """

    def __init__(self, cutter: Cutter):
        self._cutter, self._spotter = cutter, Spotter(cutter)

    def entries(self, text: str, line: Line, emphasised: Sequence[tuple[int, int]]) -> list[Entry]:
        """The territories of a line.

        Arguments:
            emphasised: where the words of the text are in italics and the like, in order.
        """
        names = self._names(text, line.start, line.end, emphasised) or self._run_in(text, line)
        if not names:
            return []
        sentences = list(_sentences(text, line.start, line.end))
        if len(names) == 1:
            kept = [part for part in sentences if not REFUSED.search(text, *part)]
            return self._paired(text, names[0], kept)
        found: list[Entry] = []
        for part in sentences:
            within = [name for name in names if part[0] <= name.start and name.end <= part[1]]
            if len(within) == 1 and not REFUSED.search(text, *part):
                found += self._paired(text, within[0], [part])
        return found

    def _names(self, text: str, start: int, end: int, emphasised: Sequence[tuple[int, int]]) -> list[Span]:
        spans = [match.span(match.lastindex or 0) for match in _QUOTED.finditer(text, start, end)]
        within = emphasised[bisect_left(emphasised, (start, start)) : bisect_left(emphasised, (end, end))]
        spans += [(first, last) for first, last in within if last <= end]
        found: list[Span] = []
        for first, last in sorted(spans):
            name = name_in(text, first, last)
            is_other = name is None or _OTHERS.fullmatch(name.text) or self._cutter.is_formal(name.text)
            is_inside = found and first < found[-1].end
            if name and not is_other and not is_inside and not name.text[0].islower():
                found.append(name)
        return found

    def _run_in(self, text: str, line: Line) -> list[Span]:
        """The name that a marked line begins with: « ■ Axe Seine. On y trouve … »."""
        match = _RUN_IN.match(text, line.start, line.end) if line.mark else None
        name = name_in(text, *match.span("name")) if match else None
        return [name] if name and not self._cutter.is_formal(name.text) else []

    def _paired(self, text: str, name: Span, parts: Sequence[tuple[int, int]]) -> list[Entry]:
        members: list[Mention] = []
        for first, last in parts:
            for a, b in ((first, min(last, name.start)), (max(first, name.end), last)):
                if a < b:
                    members += self._spotter.mentions(text, a, b)
        members = [each for each in members if each.span.end <= name.start or name.end <= each.span.start]
        if not members:
            return []
        start = min(name.start, members[0].span.start)
        end = max(name.end, members[-1].span.end)
        return [Entry(name, NOWHERE, tuple(members), Span.of(text, start, end))]


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in _SENTENCE.finditer(text, start, end):
        yield start, match.start()
        start = match.end()
    yield start, end
