"""Find the territories that a text lists, whatever the form of its list."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from ti_graph.ingest.entry import Entry, quality
from ti_graph.ingest.gazetteer import Gazetteer
from ti_graph.ingest.headed import Headed
from ti_graph.ingest.inline import Inline
from ti_graph.ingest.keys import DAY, NUMBER, keys_of, normal
from ti_graph.ingest.lines import Line
from ti_graph.ingest.members import Cutter
from ti_graph.ingest.page import Page
from ti_graph.ingest.places import NOWHERE, Places
from ti_graph.ingest.repeated import without_common
from ti_graph.ingest.tables import Tables
from ti_graph.ingest.together import Together
from ti_graph.reference.words import words

_WITHOUT_DOUBT = 0.9  # how like listed names members are without doubt
_FEW, _MOSTLY = 2, 0.7
_NEAR = 120  # code points between the entries of a list
_QUOTES = ("«", "“", "„", '"')
_IN_DOUBT = 0.3  # what an entry counts whose form leaves doubt


class Lister:
    """Finds lists of territories.

    Arguments:
        gazetteer: the names of intercommunalités by which members are known.
        places: régions and départements.
        communes: the names of communes, as ``telling`` gives them.
    """

    def __init__(self, gazetteer: Gazetteer, places: Places, communes: Collection[tuple[str, ...]]):
        cutter = Cutter(gazetteer, places, communes)
        self._cutter, self._places = cutter, places
        self._inline, self._together = Inline(cutter, places), Together(cutter)
        self._tables, self._headed = Tables(cutter, places), Headed(cutter, places)

    def entries(self, page: Page) -> list[Entry]:
        """The territories that a page lists, in order."""
        text, lines = page.text, page.lines
        keys = keys_of(text, lines)
        written = {key for key, _ in keys.values()}
        begin = {line: start for line, (key, start) in keys.items() if key in (DAY, NUMBER)}
        inline = {line: self._inline.entries(text, begin.get(line, line.start), line.end) for line in lines}
        inline = {
            line: [e for e in read if normal(e.name.text) not in written] for line, read in inline.items()
        }
        together = {line: self._together.entries(text, line, page.emphasised) for line in lines}
        found = {line: _better(inline[line], together[line]) for line in lines}
        found = {line: read for line, read in found.items() if read}
        for read, made_of, is_table in self._tables.entries(text, lines):
            if read and is_table:
                found |= dict.fromkeys(made_of, read)
            else:
                self._take_if_better(found, read, made_of)
        sure = {line for line, entries in found.items() if any(entry.is_sure for entry in entries)}
        for read, made_of in self._headed.entries(text, lines, keys, sure):
            self._take_if_better(found, read, made_of)
        entries = sorted(
            dict.fromkeys(entry for entries in found.values() for entry in entries),
            key=lambda entry: (entry.passage.start, entry.name.start),
        )
        entries = [entry for entry in entries if not self._is_named_by_member(entry)]
        entries = _capital(entries)
        entries = [entry for entry in entries if not self._stands_alone(text, entry, entries)]
        entries = without_common(entries, self._cutter.knows)
        return _each_once(self._placed(text, lines, entries, set(found)))

    def _stands_alone(self, text: str, entry: Entry, entries: Sequence[Entry]) -> bool:
        """Whether an entry is far from a list, and what it has for a member is no listed name."""
        if len(entries) <= _FEW or len(entry.members) > 1 or _is_said(text, entry):
            return False
        member = entry.members[0]
        near = (
            other is not entry
            and other.passage.start - _NEAR < entry.passage.end
            and entry.passage.start < other.passage.end + _NEAR
            for other in entries
        )
        return (member.quality < _WITHOUT_DOUBT) and not any(near)

    def _is_named_by_member(self, entry: Entry) -> bool:
        """Whether what was taken for a territory's name is a listed name that is none of its members."""
        name = entry.name.text
        if not self._cutter.is_formal(name) or self._cutter.quality(name) < _WITHOUT_DOUBT:
            return False
        body = self._cutter.body(name)
        return all(body != self._cutter.body(member.span.text) for member in entry.members)

    def names_members(self, page: Page) -> bool:
        """Whether a line of a page is a list of intercommunalités, though of no territory."""
        cut = (self._cutter.cut(page.text, line.start, line.end) for line in page.lines)
        return any(quality(found) >= _WITHOUT_DOUBT for found in cut)

    def _take_if_better(self, found: dict[Line, list[Entry]], read: list[Entry], made_of: list[Line]) -> None:
        """Read some lines together where that shows no fewer members than reading them one by one."""
        before = dict.fromkeys(each for line in made_of for each in found.get(line, ()))
        if read and self.worth(read) >= self.worth(before):
            found |= dict.fromkeys(made_of, read)

    def worth(self, entries: Iterable[Entry]) -> float:
        """The more, the more members are like listed names, and names of territories are not."""
        return sum(
            entry.worth * (1 if entry.is_sure else _IN_DOUBT) - self._cutter.as_member(entry.name.text)
            for entry in entries
        )

    def _placed(
        self, text: str, lines: Sequence[Line], entries: Sequence[Entry], used: set[Line]
    ) -> list[Entry]:
        """The entries with the place that a heading over them names."""
        heads = [
            (line.start, place)
            for line in lines
            if line not in used and (place := self._places.exactly(text[line.start : line.end]))
        ]
        placed, number, current = [], 0, NOWHERE
        for entry in entries:
            while number < len(heads) and heads[number][0] < entry.passage.start:
                current = heads[number][1]
                number += 1
            placed.append(entry if entry.place else replace(entry, place=current))
        return placed


def _better(read: list[Entry], together: list[Entry]) -> list[Entry]:
    """What a line says by its words, or by what stands together in it where that shows more."""
    named = {(entry.name.start, entry.name.end) for entry in read}
    shown, besides = (sum(len(entry.members) for entry in entries) for entries in (read, together))
    is_said = all((entry.name.start, entry.name.end) in named for entry in together)
    return read if not together or (is_said and shown >= besides) else together


def _capital(entries: list[Entry]) -> list[Entry]:
    """Entries whose names begin with a capital or a figure, where most do."""
    capital = [entry for entry in entries if not entry.name.text[0].islower()]
    return capital if len(capital) >= max(_FEW, _MOSTLY * len(entries)) else entries


def _is_said(text: str, entry: Entry) -> bool:
    """Whether words tie the member of an entry to its name, or the name stands in quotation marks."""
    first, last = sorted((entry.name, entry.members[0].span), key=lambda span: span.start)
    between = text[first.end : last.start]
    before = text[max(0, entry.name.start - _NEAR) : entry.name.start].rstrip()
    return any(map(str.isalpha, between)) or before[-1:] in _QUOTES


def _each_once(entries: list[Entry]) -> list[Entry]:
    """Where a territory is listed twice, the longer of the two."""
    best: dict[tuple[str, ...], Entry] = {}
    for entry in entries:
        key = words(entry.name.text)
        if key not in best or len(entry.members) > len(best[key].members):
            best[key] = entry
    return [entry for entry in entries if best[words(entry.name.text)] is entry]
