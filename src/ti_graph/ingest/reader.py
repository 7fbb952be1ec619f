"""Read a page: its text, the territories that it lists with their members decided, and what else it says."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ti_graph.errors import RequestError
from ti_graph.ingest.entry import Entry
from ti_graph.ingest.facts import Facts, facts_in
from ti_graph.ingest.gazetteer import Gazetteer
from ti_graph.ingest.language import refuse_other_languages
from ti_graph.ingest.listing import Lister
from ti_graph.ingest.matching import Choice, Group, Matcher, Named, names_of_communes
from ti_graph.ingest.members import Mention
from ti_graph.ingest.page import Page, read_page
from ti_graph.ingest.places import Places
from ti_graph.reference.timeline import Timeline

_NO_LIST = "the page lists no territories with members that look like intercommunalités"
_NO_NAMES = "the page lists intercommunalités, but no name of a territory that they are members of"
#: How much more of a list another way to see a page must show to be preferred.
_MORE, _LESS = 1.02, 0.85
_BEFORE = 2  # lines before a list that belong to it: its heading, the head of its table


@dataclass(frozen=True)
class Reading:
    """What was read.

    Arguments:
        page: the text.
        entries: the territories that it lists, in order.
        choices: for each, what each member stands for.
        facts: what else it says.
        names: the names of all bodies, by SIREN.
        year: the year of the list of EPCI that names were matched with.
    """

    page: Page
    entries: Sequence[Entry]
    choices: Sequence[Sequence[Choice]]
    facts: Facts
    names: Mapping[str, str]
    year: int

    def members(self) -> Iterator[tuple[Entry, Mention, Choice]]:
        """Each member with its territory and what it stands for, in order."""
        for entry, choices in zip(self.entries, self.choices, strict=True):
            for mention, choice in zip(entry.members, choices, strict=True):
                yield entry, mention, choice


class Reader:
    """Reads pages, as of a day.

    Arguments:
        timeline: the reference tables; of the EPCI only what lists of up to that day say is used.
        as_of: the day.

    Raises:
        RequestError: no list of EPCI is that old.
    """

    def __init__(self, timeline: Timeline, as_of: datetime.date):
        reference = timeline.reference
        self.gazetteer = Gazetteer(timeline, as_of)
        self._places = Places(reference)
        rows = reference.communes.values()
        communes = names_of_communes((row.nom, timeline.departement_of(row)) for row in rows)
        self._lister = Lister(self.gazetteer, self._places, communes)
        self._matcher = Matcher(self.gazetteer, communes)

    def read(self, content: bytes, url: str) -> Reading:
        """What a page says.

        Arguments:
            content: a text or an HTML page (``page.read_page``).
            url: its address, which may tell its région.

        Raises:
            RequestError: it cannot be read, or lists no territories.
        """
        page, entries = self._best(read_page(content))
        groups = [
            Group(tuple(Named(m.span.text, m.place, m.nature) for m in entry.members), entry.place)
            for entry in entries
        ]
        choices = self._matcher.decide(groups, self._places.about(page.text, url))
        names = {siren: body.nom for siren, body in self.gazetteer.bodies.items()}
        return Reading(page, entries, choices, facts_in(page.text), names, self.gazetteer.year)

    def _best(self, pages: Sequence[Page]) -> tuple[Page, list[Entry]]:
        """The way to see a page that shows most of its list; the first, where it leaves out none of it."""
        refuse_other_languages(pages[0].text)
        page, entries = pages[0], self._lister.entries(pages[0])
        for other in pages[1:]:
            found = self._lister.entries(other)
            worth, before = self._lister.worth(found), self._lister.worth(entries)
            if worth > _MORE * before or (worth > _LESS * before and _leaves_out(page, other, found)):
                page, entries = other, found
        if not entries:
            named = any(self._lister.names_members(each) for each in pages)
            raise RequestError(_NO_NAMES if named else _NO_LIST)
        return page, entries


def _leaves_out(page: Page, other: Page, entries: Sequence[Entry]) -> bool:
    """Whether a page lacks lines that stand before or between the territories of another."""
    if not entries:
        return False
    text = other.text
    start = text.rfind("\n", 0, entries[0].passage.start) + 1
    before = [line for line in text[:start].split("\n") if line][-_BEFORE:]
    within = text[start : max(entry.passage.end for entry in entries)].splitlines()
    known = {line.strip() for line in page.text.splitlines()}
    return any(line.strip() not in known for line in (*before, *within))
