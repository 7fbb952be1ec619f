"""What reading a page gives: its graph, checked; its members as a table; what a person has to decide."""

from __future__ import annotations

import csv
import datetime
import io
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ti_graph.assembly.geography import Geography
from ti_graph.assembly.graph import code_quads
from ti_graph.assembly.provenance import PROVENANCE, deduction_facts, table_quads
from ti_graph.assembly.system import system_quads
from ti_graph.checking.check import Rules
from ti_graph.errors import NonConformingError, RequestError, SourceError
from ti_graph.files import save
from ti_graph.ingest.graph import page_quads
from ti_graph.ingest.home import Source
from ti_graph.ingest.reader import Reader, Reading
from ti_graph.ingest.review import Decisions, has_decisions, key, read_review, review_csv
from ti_graph.layout import CHECKS, FILES, SHAPES
from ti_graph.rdf import PROV, Quad, RdfFormat, in_graph, node
from ti_graph.rdf.syntax import write
from ti_graph.reference.reading import read_reference
from ti_graph.reference.sources import read_manifest
from ti_graph.reference.timeline import Timeline
from ti_graph.serving.change import Change
from ti_graph.stores.store import Store

MEMBERS = ("territory", "mention", "siren", "epciName", "method", "score", "start", "end")
#: The files that are written, by what is in them.
GRAPH_TTL, GRAPH_TRIG = "announcement.ttl", "announcement.trig"
MEMBERS_CSV, REVIEW_CSV, TEXT = "members.csv", "review.csv", "text.txt"

_REFERRED = {
    "fr": "les lignes des tables de référence auxquelles la page renvoie, avec leur origine",
    "en": "the rows of the reference tables that the page refers to, with their origin",
}


@dataclass(frozen=True)
class Outcome:
    """What reading a page gave.

    Arguments:
        reading: what was read.
        decisions: what a person has decided.
        slug: the page's name in IRIs.
        quads: its own graphs.
        rows: what they refer to in the reference tables and code lists.
    """

    reading: Reading
    decisions: Decisions
    slug: str
    quads: Sequence[Quad]
    rows: Sequence[Quad]

    @property
    def open(self) -> int:
        """How many members are left for a person to decide."""
        return sum(
            choice.siren is None and key(entry.name.text, mention.span.text) not in self.decisions
            for entry, mention, choice in self.reading.members()
        )

    def files(self) -> Mapping[str, bytes]:
        """The files that are written, by name."""
        quads = [*self.quads, *self.rows]
        rows = [
            (entry.name.text, mention.span.text, mention.span.start, mention.span.end, choice)
            for entry, mention, choice in self.reading.members()
        ]
        return {
            GRAPH_TTL: write(quads, RdfFormat.TURTLE),
            GRAPH_TRIG: write(quads, RdfFormat.TRIG),
            MEMBERS_CSV: self._members(),
            REVIEW_CSV: review_csv(rows, self.decisions),
            TEXT: self.reading.page.text.encode(),
        }

    def change(self) -> Change:
        """The change that puts the page into a dataset, in place of an earlier reading of it."""
        graphs: dict[str, list[str]] = defaultdict(list)
        for quad in self.quads:
            graphs[str(quad.graph_name)].append(f"{quad.subject} {quad.predicate} {quad.object} .")
        provenance, lecture = node(f"graphe/provenance/{self.slug}"), node(f"lecture/{self.slug}")
        read = f"GRAPH {provenance} {{ ?g {PROV.wasGeneratedBy} {lecture} }}"
        stale = f"DELETE {{ GRAPH ?g {{ ?s ?p ?o }} }} WHERE {{ GRAPH ?g {{ ?s ?p ?o }} {read} }}"
        inserted = "\n".join(
            f"GRAPH {graph} {{\n" + "\n".join(facts) + "\n}" for graph, facts in graphs.items()
        )
        return Change("update", f"{stale} ;\nINSERT DATA {{\n{inserted}\n}}")

    def _members(self) -> bytes:
        output = io.StringIO()
        writer = csv.writer(output, lineterminator="\n")
        writer.writerow(MEMBERS)
        for entry, mention, choice in self.reading.members():
            where = (mention.span.start, mention.span.end)
            decision = self.decisions.get(key(entry.name.text, mention.span.text))
            if decision:
                name = self.reading.names.get(decision.code, "")
                siren = decision.code if decision.kind in ("epci", "ept") else ""
                row: tuple[object, ...] = (siren, name, "decision", "1.00")
            elif choice.siren and choice.best:
                score = f"{min(choice.score, 1.0):.2f}"
                row = (choice.siren, choice.best.name.body.nom, choice.method, score)
            else:
                row = ("", "", choice.why, f"{min(choice.score, 1.0):.2f}")
            writer.writerow((entry.name.text, mention.span.text, *row, *where))
        return output.getvalue().encode()


class Ingester:
    """Reads any number of pages against the reference tables, which it reads once."""

    def __init__(self) -> None:
        self._manifest = read_manifest(FILES)
        self.timeline = Timeline(read_reference(self._manifest))
        self._geography = Geography(self._manifest, self.timeline)
        self._rules = Rules(SHAPES, CHECKS)

    def ingest(
        self, content: bytes, source: Source, as_of: datetime.date, review: Path | None = None
    ) -> Outcome:
        """Read a page and check the graph of it.

        Arguments:
            content: a text or an HTML page.
            source: where it comes from.
            as_of: names are matched with the last list of EPCI up to this day.
            review: an edited review file.

        Raises:
            RequestError: the page cannot be read, lists no territories, or no list of EPCI is that old.
            SourceError: the review is wrong.
            NonConformingError: the graph violates a must-rule.
        """
        reader = Reader(self.timeline, as_of)
        reading = reader.read(content, source.url)
        decisions: Decisions = {}
        if review:
            listed = ((entry.name.text, mention.span.text) for entry, mention, _ in reading.members())
            decisions = read_review(review, reader.gazetteer, self.timeline.reference.communes, listed)
        quads = page_quads(reading, source, decisions)
        rows = self._rows(reading, decisions)
        report = self._rules.check(Store.in_memory([*quads, *rows], system_quads()))
        if not report.conforms:
            raise NonConformingError(report)
        return Outcome(reading, decisions, source.slug, quads, rows)

    def _rows(self, reading: Reading, decisions: Decisions) -> list[Quad]:
        """What a page's graph refers to, as the reference tables and code lists say it."""
        bodies = {each.name.body.siren for _, _, choice in reading.members() for each in choice.candidates}
        bodies |= {each.code for each in decisions.values() if each.kind in ("epci", "ept")}
        communes = [each.code for each in decisions.values() if each.kind == "commune"]
        codes = self._manifest.tables["codes"]
        described = deduction_facts(PROVENANCE, self._manifest.nodes("epci-annees", "codes"), _REFERRED)
        return [
            *self._geography.extract(bodies, communes, reading.year),
            *code_quads(),
            *table_quads(codes),
            *in_graph(PROVENANCE, described),
        ]


@contextmanager
def writing(outcome: Outcome, folder: Path, keeps: bool) -> Iterator[list[Path]]:
    """Write the files of an outcome when the block ends well: all of them, or none.

    Arguments:
        folder: where they go; made where missing, files of an earlier reading replaced.
        keeps: whether a review there that was edited is to stay: it was not given.

    Raises:
        RequestError: there is an edited review.
        SourceError: it cannot be written.
    """
    files = outcome.files()
    try:
        if keeps and has_decisions(folder / REVIEW_CSV):
            edited = folder / REVIEW_CSV
            raise RequestError(f"{edited} has decisions: give it with --review, or move it away")
        folder.mkdir(parents=True, exist_ok=True)
        blocked = [folder / name for name in files if (folder / name).is_dir()]
        if blocked:
            raise SourceError.at(blocked[0], None, "cannot be written: it is a directory")
        with tempfile.TemporaryDirectory(prefix=".reading-", dir=folder) as working:
            for name, content in files.items():
                save(Path(working) / name, content)
            yield [folder / name for name in files]
            for name in files:
                (Path(working) / name).replace(folder / name)
    except OSError as error:
        raise SourceError.at(folder, None, f"cannot be written: {error.strerror or error}") from None
