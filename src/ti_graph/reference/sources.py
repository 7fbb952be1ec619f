"""The manifest of sources (``data/sources.toml``)."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ti_graph.errors import RequestError, SourceError
from ti_graph.files import read_text
from ti_graph.rdf import NamedNode, iri, node

#: The kinds of tables, and what the manifest says of a table of each kind besides its origin.
ABOUT: Mapping[str, Mapping[str, type]] = {
    "regions": {},
    "departements": {},
    "collectivites": {},
    "epci-2018": {},
    "epci-annees": {},
    "communes": {},
    "rattachements": {},
    "annee": {"year": int},
    "communes-nouvelles": {},
    "ept": {},
    "evenements": {},
    "exceptions": {},
    "liste": {
        "list": str,
        "year": int,
        "phase": int,
        "state": datetime.date,
        "published": datetime.date,
        "dates_fr": str,
        "dates_en": str,
    },
    "contours": {"of": str, "year": int},
    "codes": {},
}
_WORDS = ("title_fr", "title_en", "creator", "source", "license")
_ORIGIN = ("kind", "file", *_WORDS)


def table_node(name: str) -> NamedNode:
    """A table, which is also the name of its graph."""
    return node(f"table/{name}")


@dataclass(frozen=True)
class AnnouncementSource:
    """The announcement: its stored text, its address, and the list that it publishes."""

    slug: str
    file: Path
    url: str
    language: str
    list: str
    year: int
    published: datetime.date

    def __post_init__(self) -> None:
        if not isinstance(self.year, int):
            raise ValueError(f"year {self.year!r} is not a whole number")
        if not isinstance(self.published, datetime.date):
            raise ValueError(f"published {self.published!r} is not a date")
        if not re.fullmatch(r"[a-z0-9-]+", self.slug):
            raise ValueError(f"slug {self.slug!r} is not made of a–z, 0–9 and hyphens")


@dataclass(frozen=True)
class TableSource:
    """A reference table; its rows are a graph.

    Arguments:
        name: part of its IRI.
        kind: what its rows are, and so how they are read.
        about: what a table of its kind says besides: the year, the list.
    """

    name: str
    kind: str
    file: Path
    title_fr: str
    title_en: str
    creator: str
    source: str
    license: str
    about: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unknown = self.about.keys() ^ ABOUT.get(self.kind, {}).keys()
        if self.kind not in ABOUT or unknown:
            what = f"keys {sorted(unknown)} missing or unknown" if self.kind in ABOUT else "unknown"
            raise ValueError(f"table {self.name!r} of kind {self.kind!r}: {what}")
        values = {**{key: getattr(self, key) for key in _WORDS}, **self.about}
        for key, kind in {**dict.fromkeys(_WORDS, str), **ABOUT[self.kind]}.items():
            if type(values[key]) is not kind:  # true is no number, and a time no day
                raise ValueError(f"table {self.name}: {key} {values[key]!r} is no {kind.__name__}")
        iri(self.license)

    @property
    def node(self) -> NamedNode:
        """The table, which is also the name of its graph."""
        return table_node(self.name)


@dataclass(frozen=True)
class Manifest:
    """The sources of the graph."""

    announcement: AnnouncementSource
    tables: Mapping[str, TableSource]

    def of_kind(self, kind: str) -> list[TableSource]:
        """The tables of a kind, in order."""
        return [table for table in self.tables.values() if table.kind == kind]

    def nodes(self, *kinds: str) -> list[NamedNode]:
        """The tables of some kinds as resources, kind by kind."""
        return [table.node for kind in kinds for table in self.of_kind(kind)]


def read_manifest(files: Path) -> Manifest:
    """Read ``data/sources.toml``; the files that it names are relative to the project's files.

    Raises:
        SourceError: unreadable, not TOML, a key missing or unknown, or a value not of its type.
    """
    path = files / "data" / "sources.toml"
    try:
        content = tomllib.loads(read_text(path))
        announcement = dict(content["announcement"])
        announcement["file"] = files / announcement["file"]
        tables = {name: _table(files, name, row) for name, row in content["tables"].items()}
        return Manifest(AnnouncementSource(**announcement), tables)
    except tomllib.TOMLDecodeError as error:
        raise SourceError.at(path, None, f"not TOML: {error}") from None
    except (KeyError, TypeError, AttributeError) as error:
        raise SourceError.at(path, None, f"a key is missing or unknown: {error}") from None
    except (ValueError, RequestError) as error:
        raise SourceError.at(path, None, str(error)) from None


def _table(files: Path, name: str, row: Mapping[str, Any]) -> TableSource:
    origin = {key: row[key] for key in _ORIGIN}
    origin["file"] = files / row["file"]
    about = {key: value for key, value in row.items() if key not in _ORIGIN}
    return TableSource(name, **origin, about=about)
