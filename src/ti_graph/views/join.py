"""Join a column of codes or names with the lists of territories: nothing lost, what is not matched said."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ti_graph.errors import RequestError
from ti_graph.views.names import COMMUNE, EPCI, TERRITORY, Ask, Candidate, Names, Thing
from ti_graph.views.situation import Attachment, Published, Situation, Situations, attachments

#: What is added to each row, in this order.
COLUMNS = (
    "match", "thing", "name", "list", "listDate", "phase", "status", "communes",
    "territory", "territoryLabel", "epci", "epciName", "candidates",
)  # fmt: skip
#: For so many values that match nothing, names that are alike are looked for.
_SUGGESTED = 100
_DELIMITERS = ";,\t|"
#: What CSV is separated by that is written.
SEPARATORS = (",", ";")
#: Of a territory when the list that holds it is not asked about.
_NOT_THEN = {"status": "not then"}

Row = dict[str, str]


@dataclass(frozen=True)
class JoinTable:
    """A table, and which of its columns names the things.

    Arguments:
        header: the names of the columns.
        rows: the rows, each as long as the header.
        name: the column with codes or names.
        within: the column with codes of départements, to tell homonyms apart; empty for none.
    """

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    name: str
    within: str = ""

    @classmethod
    def of_lines(cls, text: str) -> JoinTable:
        """One value per line; empty lines are left out."""
        values = [line.strip() for line in text.splitlines()]
        return cls(("value",), [(value,) for value in values if value], "value")

    @classmethod
    def of_csv(cls, content: bytes, name: str = "", within: str = "") -> JoinTable:
        """A CSV file with a header: UTF-8, separated by semicolon, comma, tab or bar.

        Arguments:
            content: the file.
            name: the column's name; may be empty where there is only one.
            within: the name of the column of départements; empty for none.

        Raises:
            RequestError: it is not UTF-8 or no CSV, has a column twice or none, or a row has too many cells.
        """
        text = _decoded(content)
        try:
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))
        except csv.Error as error:
            raise RequestError(f"the table cannot be read: {error}") from None
        if not rows:
            raise RequestError("the table is empty")
        header = _headings(rows[0])
        name = name or (header[0] if len(header) == 1 else "")
        for wanted in (name, within) if within else (name,):
            if wanted not in header:
                there = ", ".join(header)
                raise RequestError(f"name the column with codes or names: {wanted!r} is not one of {there}")
        for line, row in enumerate(rows[1:], start=2):
            if len(row) > len(header):
                raise RequestError(f"row {line} has {len(row)} cells, the header {len(header)}")
        padded = [row + [""] * (len(header) - len(row)) for row in rows[1:] if any(row)]
        return cls(header, padded, name, within)

    def result(self, column: str) -> str:
        """The name of one of ``COLUMNS`` beside the table's own."""
        while column in self.header:
            column = f"ti_{column}"
        return column

    @property
    def columns(self) -> list[str]:
        """What a joined row has: the table's own columns, then ``COLUMNS``."""
        return [*self.header, *map(self.result, COLUMNS)]

    def unmatched(self, rows: Iterable[Row]) -> dict[str, str]:
        """The values of joined rows that were not matched, each with its candidates."""
        match, candidates = self.result("match"), self.result("candidates")
        return {row[self.name]: row[candidates] for row in rows if row[match] in ("none", "ambiguous")}


class Join:
    """Joins tables with the lists of a dataset.

    Arguments:
        ask: asks the dataset.
        names: its communes, EPCI and territories.
    """

    def __init__(self, ask: Ask, names: Names):
        self._ask = ask
        self.names = names
        self._situations = Situations(ask)

    @property
    def lists(self) -> list[str]:
        """The codes of the lists, the oldest first."""
        return [each.code for each in self._situations.lists]

    def rows(self, table: JoinTable, day: str = "") -> Iterator[Row]:
        """The rows of a table with where each thing stands: one row per list and territory.

        Arguments:
            table: the table.
            day: YYYY-MM-DD: only the last list published on or before that day; empty for every list.

        Returns:
            The columns ``table.columns``.
            ``match`` is ``code``, ``name``, ``ambiguous`` or ``none``; the last two have ``candidates``.
        """
        at = table.header.index(table.name)
        among = table.header.index(table.within) if table.within else None
        asked = [(row[at], row[among] if among is not None else "") for row in table.rows]
        found = self._found(set(asked))
        things = [thing for candidates in found.values() for thing in _matched(candidates)]
        situations = self.situations(things, day)
        for row, value in zip(table.rows, asked, strict=True):
            given = dict(zip(table.header, row, strict=True))
            for result in _results(value[0], found[value], situations):
                yield given | {table.result(column): result.get(column, "") for column in COLUMNS}

    def situations(self, things: Sequence[Thing], day: str = "") -> dict[str, list[Row]]:
        """Where things stand, by id; rows with some of ``COLUMNS``.

        An EPCI stands where the communes do that it has on the list's day: ``covered`` when all are,
        ``partly covered`` when some are. A territory stands in its own list.
        """
        communes = {thing.id for thing in things if thing.kind == COMMUNE}
        members: dict[str, list[Attachment]] = defaultdict(list)
        for each in attachments(self._ask, "epci", [thing.id for thing in things if thing.kind == EPCI]):
            members[each.epci].append(each)
        everyone = communes | {each.commune for some in members.values() for each in some}
        known = self._situations.of(sorted(everyone), day)
        found = {
            thing.id: [vars(each) for each in known[thing.id]] for thing in things if thing.id in communes
        }
        for thing in things:
            if thing.kind == EPCI:
                found[thing.id] = list(self._of_epci(members[thing.id], known, day))
            elif thing.kind == TERRITORY:
                found[thing.id] = [
                    _in(each) | {"status": "covered", "territory": thing.id, "territoryLabel": thing.name}
                    for each in self._situations.lists_on(day)
                    if each.code == thing.within
                ]
        return found

    def _found(self, asked: set[tuple[str, str]]) -> dict[tuple[str, str], list[Candidate]]:
        found, left = {}, _SUGGESTED
        for value, within in sorted(asked):
            candidates = self.names.find(value, within=within, suggest=left > 0) if value.strip() else []
            if not (candidates and candidates[0].is_exact):
                left = max(0, left - 1)
            found[value, within] = candidates
        return found

    def _of_epci(
        self, members: Sequence[Attachment], known: Mapping[str, list[Situation]], day: str
    ) -> Iterator[Row]:
        lists = self._situations.lists_on(day)
        if not lists:
            yield {"status": "not yet"}
        for which in lists:
            there = [each.commune for each in members if each.holds_on(which.state)]
            rows = [row for commune in there for row in known[commune] if row.list == which.code]
            covered = {row.commune for row in rows if row.status == "covered"}
            common = _in(which) | {
                "communes": f"{len(covered)}/{len(there)}",
                "status": _status(there, covered, rows),
            }
            territories = {(row.territory, row.territoryLabel) for row in rows if row.territory}
            for territory, label in sorted(territories) or [("", "")]:
                yield common | {"territory": territory, "territoryLabel": label}


def _status(there: Sequence[str], covered: set[str], rows: Sequence[Situation]) -> str:
    """The status of an EPCI from those of its communes."""
    if not there:
        return "not there"
    if covered:
        return "covered" if covered == set(there) else "partly covered"
    return "unknown" if any(row.status == "unknown" for row in rows) else "not covered"


def _in(which: Published) -> Row:
    return {"list": which.code, "listDate": which.published, "phase": which.phase}


def _matched(candidates: Sequence[Candidate]) -> list[Thing]:
    """What a value means: one thing, or a territory that several lists have under that name."""
    things = [each.thing for each in candidates if each.is_exact]
    lists = {thing.within for thing in things if thing.kind == TERRITORY}
    return things if len(things) == 1 or len(lists) == len(things) else []


def _results(
    value: str, candidates: Sequence[Candidate], situations: Mapping[str, list[Row]]
) -> Iterator[Row]:
    things = _matched(candidates)
    if not things:
        match = "ambiguous" if candidates and candidates[0].is_exact else "none"
        yield {"match": match, "candidates": "; ".join(each.thing.shown for each in candidates)}
    for thing in things:
        match = "code" if thing.has_code(value) else "name"
        for row in situations[thing.id] or [_NOT_THEN]:
            yield {"match": match, "thing": thing.id, "name": thing.name} | row


def to_csv(columns: Sequence[str], rows: Iterable[Row], separator: str = ",") -> Iterator[str]:
    """Rows as lines of CSV, with a header.

    Arguments:
        columns: the header.
        rows: what to write.
        separator: a semicolon is what French spreadsheets read without being asked; they then also need the
            byte order mark that comes first, or take the text for another encoding.
    """
    output = io.StringIO("\ufeff" if separator == ";" else "")
    output.seek(0, io.SEEK_END)
    writer = csv.DictWriter(output, columns, delimiter=separator, lineterminator="\r\n")
    writer.writeheader()
    yield output.getvalue()
    for row in rows:
        output.seek(0)
        output.truncate()
        writer.writerow(row)
        yield output.getvalue()


def _headings(cells: Sequence[str]) -> list[str]:
    """The names of columns; those without one are called ``column_2`` and so on, by their place."""
    header = [cell.strip() for cell in cells]
    twice = [column for column in header if column and header.count(column) > 1]
    if twice:
        raise RequestError(f"the table has {twice[0]!r} twice in its header: name each column apart")
    for place, column in enumerate(header):
        if not column:
            name = f"column_{place + 1}"
            while name in header:
                name += "_"
            header[place] = name
    return header


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise RequestError(
            f"line {line} is not UTF-8: save the table as CSV UTF-8, which spreadsheets offer by that name"
        ) from None


def _delimiter(text: str) -> str:
    """The separator that is most often in the header."""
    header = text.partition("\n")[0]
    return max(_DELIMITERS, key=header.count)
