"""The curated decisions: names that a person has decided, and the resolver that goes by them."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from ti_graph.errors import Problem, SourceError
from ti_graph.layout import ANNOUNCEMENT
from ti_graph.reference.resolve import CuratedDecision, Resolver
from ti_graph.reference.rows import Reference
from ti_graph.reference.sources import Manifest
from ti_graph.reference.tables import Cells, by_key, read

_COLUMNS = ("mention", "siren", "preuve_fr", "preuve_en")


def announcement_resolver(manifest: Manifest, reference: Reference) -> Resolver:
    """What resolves names as the announcement has them: by its year, curated decisions first.

    Raises:
        SourceError: with every wrong decision.
    """
    decisions = read_decisions(ANNOUNCEMENT / "decisions.csv", reference.epci)
    return Resolver(reference, manifest.announcement.year, decisions)


def read_decisions(path: Path, known: Collection[str]) -> list[CuratedDecision]:
    """Read curated decisions (``decisions.csv``).

    Arguments:
        path: the table.
        known: the SIREN that a decision may name.

    Raises:
        SourceError: with every wrong row: an unknown SIREN, no written evidence, a name decided twice.
    """
    problems: list[Problem] = []
    rows = read(path, _COLUMNS, problems, lambda cells: _decision(cells, known))
    decisions = by_key(path, "mention", rows, problems)
    if problems:
        raise SourceError(problems)
    return [*decisions.values()]


def _decision(cells: Cells, known: Collection[str]) -> CuratedDecision:
    evidence = {"fr": cells.words("preuve_fr"), "en": cells.words("preuve_en")}
    return CuratedDecision(cells.words("mention"), cells.member("siren", known), evidence)
