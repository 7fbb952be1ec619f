"""What a person has to decide, as a table to edit, and what they have decided, read back."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ti_graph.errors import Problem, SourceError
from ti_graph.files import read_bytes
from ti_graph.ingest.gazetteer import Gazetteer
from ti_graph.ingest.matching import Choice
from ti_graph.reference.rows import Commune

#: What a person writes where a name is no intercommunalité and no commune.
NONE = "none"
COLUMNS = ("territory", "mention", "start", "end", "decision", "evidence", "why", "candidates")
_NEEDED = ("territory", "mention", "decision", "evidence")


@dataclass(frozen=True)
class Decision:
    """A person's decision on a member.

    Arguments:
        kind: ``epci``, ``ept``, ``commune``, or ``none``.
        code: SIREN or INSEE code; empty for none.
        evidence: why, in the person's words.
    """

    kind: str
    code: str
    evidence: str


#: Decisions by territory and mention, white space aside.
Decisions = Mapping[tuple[str, str], Decision]


def key(territory: str, mention: str) -> tuple[str, str]:
    """By what a decision is found again."""
    return " ".join(territory.split()), " ".join(mention.split())


def review_csv(rows: Iterable[tuple[str, str, int, int, Choice]], decisions: Decisions) -> bytes:
    """The members for a person: those decided already, and those that nobody has decided, with candidates.

    Arguments:
        rows: territory, mention, its offsets, and what came into question.
        decisions: what a person has decided.
    """
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow(COLUMNS)
    for territory, mention, start, end, choice in rows:
        decision = decisions.get(key(territory, mention))
        if decision or choice.siren is None:
            candidates = " | ".join(
                f"{each.name.body.siren} {each.name.body.nom} ({min(each.score, 1.0):.2f})"
                for each in choice.candidates
            )
            decided = (decision.code or NONE, decision.evidence) if decision else ("", "")
            writer.writerow((territory, mention, start, end, *decided, choice.why, candidates))
    return output.getvalue().encode()


def has_decisions(path: Path) -> bool:
    """Whether a review that stands somewhere already has been edited."""
    if not path.is_file():
        return False
    text = read_bytes(path).decode("utf-8", "replace").removeprefix("\ufeff")
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        return any((row.get("decision") or "").strip() for row in rows)
    except csv.Error:  # somebody has been at it
        return True


def _delimiter(text: str) -> str:
    head = text.partition("\n")[0]
    return ";" if head.count(";") > head.count(",") else ","


def read_review(
    path: Path, gazetteer: Gazetteer, communes: Mapping[str, Commune], listed: Iterable[tuple[str, str]]
) -> Decisions:
    """The decisions of an edited review; rows without a decision are left open.

    Arguments:
        path: the review.
        gazetteer: the bodies of the year.
        communes: the communes by INSEE code.
        listed: territory and mention of what the page lists.

    Raises:
        SourceError: it is no CSV, a column is missing, a decision is no SIREN of the year, no INSEE code and
            not ``none``, has no evidence, is on what the page does not list, or contradicts another; with
            every such line.
    """
    known = {key(*each) for each in listed}
    found: dict[tuple[str, str], Decision] = {}
    problems: list[Problem] = []
    for line, row in _rows(path):
        code = (row["decision"] or "").strip()
        if not code:
            continue
        decision = _decision(code, (row["evidence"] or "").strip(), gazetteer, communes)
        where = key(row["territory"] or "", row["mention"] or "")
        if isinstance(decision, str):
            problems.append(Problem.at(path, line, f"{where[1]!r}: {decision}"))
        elif where not in known:
            problems.append(Problem.at(path, line, f"the page lists no {where[1]!r} in {where[0]!r}"))
        elif found.setdefault(where, decision) != decision:
            problems.append(Problem.at(path, line, f"{where[1]!r} is decided differently before"))
    if problems:
        raise SourceError(problems)
    return found


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, str | None]]]:
    """The rows of a review, each with its line.

    Raises:
        SourceError: it is no CSV in UTF-8, or a column is missing.
    """
    content = read_bytes(path)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SourceError.at(
            path, line, f"not UTF-8: byte offset {error.start}; save it as CSV UTF-8"
        ) from None
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        missing = [name for name in _NEEDED if name not in (rows.fieldnames or ())]
        if missing:
            raise SourceError.at(path, 1, f"columns missing: {', '.join(missing)}")
        for row in rows:
            yield rows.line_num, row
    except csv.Error as error:
        first_unread = rows.line_num + 1
        raise SourceError.at(path, first_unread, f"not CSV: {error}") from None


def _decision(
    code: str, evidence: str, gazetteer: Gazetteer, communes: Mapping[str, Commune]
) -> Decision | str:
    """The decision that a code is, or what is wrong with it."""
    if not evidence:
        return "no evidence is given for the decision"
    plain = code.replace(" ", "").replace("\u00a0", "")
    if plain.casefold() == NONE:
        return Decision(NONE, "", evidence)
    if plain in gazetteer.bodies:
        return Decision(gazetteer.bodies[plain].kind, plain, evidence)
    if plain.zfill(5) in communes:
        return Decision("commune", plain.zfill(5), evidence)
    if plain.isdigit() and len(plain) == 9:
        return f"{plain} is not in the list of intercommunalités of {gazetteer.year}"
    return f"{code!r} is no SIREN (nine digits), no INSEE code of a commune, and not {NONE!r}"
