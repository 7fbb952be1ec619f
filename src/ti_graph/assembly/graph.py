"""Assemble the graph: the list as read, the prose as curated, the members as resolved, the tables.

Every triple has one home graph; a triple that would stand in two stops the build.
"""

from __future__ import annotations

from collections.abc import Iterator

from ti_graph.assembly.announced import AnnouncedList
from ti_graph.assembly.announcement import Announcement
from ti_graph.assembly.geography import Geography
from ti_graph.assembly.provenance import Provenance, table_quads
from ti_graph.assembly.statements import Statements
from ti_graph.assembly.territories import Territories
from ti_graph.layout import ANNOUNCEMENT, FILES, ONTOLOGY
from ti_graph.rdf import PROV, Quad, in_graph
from ti_graph.rdf.syntax import parse_facts
from ti_graph.reference.decisions import announcement_resolver
from ti_graph.reference.reading import read_reference
from ti_graph.reference.sources import read_manifest, table_node
from ti_graph.reference.timeline import Timeline

#: The code lists: data like the tables, but kept whole where an extract takes only some rows of those.
CODES = table_node("codes")

#: The tables that the announcement alone is read with.
_READ_WITH = ("regions", "departements", "epci-2018", "epci-annees", "codes")


def assemble() -> Iterator[Quad]:
    """The data graphs: the announcement, the reference tables, the lists, and what is inferred from them.

    Raises:
        SourceError: an input is wrong, or a member is not resolved.
    """
    sources = Sources()
    yield from sources.said
    for table in sources.manifest.tables.values():
        yield from table_quads(table)
    yield from code_quads()
    yield from Geography(sources.manifest, sources.timeline).quads()
    yield from Territories(sources.manifest, sources.timeline, sources.announced).quads()


def assemble_announcement() -> list[Quad]:
    """The announcement, and the tables that it is read with: régions, départements, EPCI of its year, codes.

    Raises:
        SourceError: an input is wrong, or a member is not resolved.
    """
    sources = Sources()
    tables = (sources.manifest.tables[name] for name in _READ_WITH)
    described = (quad for table in tables for quad in table_quads(table))
    rows = Geography(sources.manifest, sources.timeline).of_the_announcement()
    return [*sources.said, *described, *code_quads(), *rows]


class Sources:
    """What the graph is built from, read whole.

    Raises:
        SourceError: an input is wrong, or a member is not resolved.
    """

    def __init__(self) -> None:
        self.manifest = read_manifest(FILES)
        reference = read_reference(self.manifest)
        self.timeline = Timeline(reference)
        announcement = Announcement(self.manifest.announcement.file)
        provenance = Provenance(announcement, self.manifest.announcement)
        statements = Statements(ANNOUNCEMENT / "statements.trig", provenance)
        resolver = announcement_resolver(self.manifest, reference)
        announced = AnnouncedList(provenance, resolver, reference, self.manifest)
        #: What the announcement says and what is inferred from it alone, with its provenance.
        self.said = [*statements.quads, *announced.quads]
        for enonce in provenance.unattributed():
            for publisher in statements.publishers():
                provenance.note(enonce, PROV.wasAttributedTo, publisher)
        self.said += provenance.quads()
        #: The announcement's list with its resolved members.
        self.announced = announced.listed


def code_quads() -> Iterator[Quad]:
    """The code lists, in their graph."""
    return in_graph(CODES, (fact for fact, _ in parse_facts(ONTOLOGY / "codes.ttl")))
