"""What the citation of a thing says: whose words they are, from which document, of which day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ti_graph.assembly.inference import INFERENCES
from ti_graph.rdf import ID, NamedNode, prologue
from ti_graph.sparql.catalogue import NamedQuery
from ti_graph.views.citation import Citation, digest
from ti_graph.views.terms import Rows, Term, Value, named

_PREFIXES = prologue("dcterms", "oa", "prov", "rdfs", "schema", "ti")
_STATED = """SELECT ?name ?value ?label WHERE {{
  VALUES (?property ?name) {{
    (rdfs:label "label") (ti:methode "method") (prov:wasAttributedTo "speaker") (schema:url "url")
    (dcterms:title "title") (dcterms:creator "creator") (dcterms:publisher "publisher")
    (dcterms:issued "issued") (dcterms:modified "modified")
    (dcterms:provenance "provenance") (dcterms:source "source") (dcterms:license "license")
  }}
  GRAPH ?graph {{ {thing} ?property ?value }}
  OPTIONAL {{ ?value rdfs:label ?label }}
  FILTER(?graph != {inferences})
}}"""
_ANYTHING = """SELECT ?property WHERE {{
  {{ GRAPH ?graph {{ {thing} ?property ?value }} }} UNION {{ ?subject ?property {thing} }}
}} LIMIT 1"""
#: The words of a passage, or of the passages that a statement is made in, the first one first.
_QUOTED = """SELECT DISTINCT ?document ?start ?said WHERE {{
  {thing} ti:enoncePar? ?passage .
  ?passage oa:hasSource ?document ; oa:hasSelector ?selector .
  ?selector oa:exact ?said ; oa:start ?start .
}} ORDER BY ?start"""


@dataclass(frozen=True)
class Dataset:
    """The dataset that things are cited from: its title and its version."""

    title: str
    version: str

    def citation(self, url: str) -> Citation:
        """The citation of the dataset itself.

        Arguments:
            url: where it is described.
        """
        return Citation("dataset", "dataset", self.title, url, self.version, "fr")


class _Stated:
    """What is stated of a thing that its citation may say, as a reader reads it.

    Arguments:
        rows: asks the dataset.
        iri: the thing.
        language: ``fr`` or ``en``.
    """

    def __init__(self, rows: Rows, iri: str, language: str):
        self._language = language
        self._values: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for row in rows(_PREFIXES + _STATED.format(thing=NamedNode(iri), inferences=INFERENCES)):
            value, values = row["value"], self._values[row["name"]["value"]]
            if value["type"] == "uri":
                values[value["value"]] += [row["label"]] if "label" in row else []
            else:
                values[""].append(value)

    def first(self, *names: str) -> Value | None:
        """A value of the first of these that there is, a thing by its name; None for none."""
        for name in names:
            for iri, labels in sorted(self._values.get(name, {}).items()):
                return named(iri, labels, self._language)
        return None

    def __getitem__(self, names: str | tuple[str, ...]) -> str:
        """The same as text; empty for none."""
        value = self.first(*([names] if isinstance(names, str) else names))
        return value.text if value else ""

    @property
    def day(self) -> str:
        """The day of a document: of its issue, else of its last change."""
        return self["issued", "modified"]

    @property
    def author(self) -> str:
        """Who wrote a document, else who published it."""
        return self["creator", "publisher"]

    def place(self, french: str, english: str) -> str:
        """A document's address after some words, and that its day is that of an update, where it is."""
        words, updated = {"fr": (french, "mis à jour le"), "en": (english, "updated on")}[self._language]
        changed = f"{updated} {self['modified']}" if self["modified"] and not self["issued"] else ""
        return ", ".join(part for part in (words, self["url"], changed) if part)


def cite(rows: Rows, iri: str, dataset: Dataset, language: str) -> Citation | None:
    """The citation of a thing; None where a dataset says nothing of it.

    Arguments:
        rows: asks the dataset.
        iri: the thing, a valid IRI.
        dataset: what it is part of.
        language: ``fr`` or ``en``: of names that there are in both, and of the note.

    A passage is cited as the words of who published the document, and so is a statement; in whose name it is
    made, where that is another, is in the note. A deduction is cited by its method, a table by its title with
    its origin. Everything else is cited by its name, without author and day: no source tells them.
    """
    path = iri.removeprefix(ID)
    stated = _Stated(rows, iri, language)
    name = stated.first("label", "method", "title")
    if name is None and not rows(_ANYTHING.format(thing=NamedNode(iri))):
        return None
    name = name or named(iri, (), language)
    cited = Citation(path, "webpage", name.text, iri, dataset.version, name.language, container=dataset.title)
    make = _BY_KIND.get(path.partition("/")[0])
    return make(cited, stated, rows, language) if make else cited


def cite_query(
    query: NamedQuery, values: Mapping[str, str], address: str, dataset: Dataset, language: str
) -> Citation:
    """The citation of a query's answer.

    Arguments:
        query: the query.
        values: its parameters that are bound, as text, in the order in which it declares them.
        address: where it has this answer.
        dataset: what is asked.
        language: ``fr`` or ``en``.
    """
    colon = "\u00a0: " if language == "fr" else ": "
    bound = ", ".join(f"{name}{colon}{value}" for name, value in values.items())
    title = query.summary[language].rstrip(".") + (f" ({bound})" if bound else "")
    known = f"queries/{query.name}" + (f":{digest(repr([*values.items()]))}" if values else "")
    return Citation(known, "dataset", title, address, dataset.version, language, container=dataset.title)


def _document(cited: Citation, stated: _Stated, _: Rows, language: str) -> Citation:
    """A document: who made or published it, its day, and its own address."""
    return replace(cited, author=stated.author, issued=stated.day, note=stated.place("", ""))


def _quoted(cited: Citation, stated: _Stated, rows: Rows, language: str) -> Citation:
    """A passage or a statement: the words of a document."""
    found = rows(_PREFIXES + _QUOTED.format(thing=NamedNode(cited.url)))
    if not found:
        return cited
    said = " […] ".join(dict.fromkeys(row["said"]["value"] for row in found))
    document = _Stated(rows, found[0]["document"]["value"], language)
    title, speaker = document["title"], stated["speaker"]
    note = document.place(f"Extrait de «\u00a0{title}\u00a0»", f"From “{title}”")
    if speaker and speaker != document.author:
        note += {"fr": "\u00a0; au nom de\u00a0: ", "en": "; in the name of: "}[language] + speaker
    return replace(cited, title=said, language="fr", author=document.author, issued=document.day, note=note)


def _table(cited: Citation, stated: _Stated, _: Rows, language: str) -> Citation:
    """A table: where it comes from, and its licence."""
    origin = ", ".join(part for part in (stated["provenance"], stated["source"], stated["license"]) if part)
    note = {"fr": "D’après\u00a0: ", "en": "From: "}[language] + origin if origin else ""
    return replace(cited, kind="dataset", note=note)


#: How a thing is cited that is not cited by its name alone, by the head of its path.
_BY_KIND: Mapping[str, Callable[[Citation, _Stated, Rows, str], Citation]] = {
    "document": _document,
    "enonce": _quoted,
    "passage": _quoted,
    "table": _table,
}
