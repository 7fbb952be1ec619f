"""How what is on this server is cited: on a page, and as files for a reference manager.

No day of access is filled in here: a page that has not changed keeps its entity tag and is not sent again, so
a day in it would be that of another visit. The version says which state was seen; the reader gives the day by
``accessed=``, which is part of the address.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import request, url_for

from ti_graph import __version__
from ti_graph.formats import CITATIONS, Format
from ti_graph.serving.asked import day_of
from ti_graph.serving.current import StateRows
from ti_graph.sparql.catalogue import NamedQuery
from ti_graph.views.citable import Dataset, cite, cite_query
from ti_graph.views.citation import Citation
from ti_graph.web.language import language

_BIBTEX = CITATIONS[0]


@dataclass(frozen=True)
class Cited:
    """A citation with what a page says around it.

    Arguments:
        citation: the citation.
        files: the addresses of the same in the formats of reference managers.
    """

    citation: Citation
    files: tuple[tuple[Format, str], ...]


def dataset(state: StateRows) -> Dataset:
    """The dataset that is served, in a state: the program's version, and the first digits of the state's."""
    return Dataset(state.title, f"{__version__}+{state.version[:8]}")


def of_thing(state: StateRows, iri: str, route: str, **where: str) -> Citation | None:
    """The citation of a thing; None where the dataset says nothing of it.

    Arguments:
        state: the dataset.
        iri: the thing, a valid IRI.
        route, where: what shows it here.
    """
    cited = cite(state, iri, dataset(state), language())
    seen = url_for(route, **where, lang=None, _external=True)
    return replace(cited, seen=seen, accessed=_accessed()) if cited else None


def of_query(state: StateRows, query: NamedQuery, bound: Mapping[str, str], inference: bool) -> Citation:
    """The citation of a query's answer, at the address that has its parameters and nothing else.

    Arguments:
        state: the dataset.
        query: the query.
        bound: what its parameters are bound to, as text.
        inference: whether it asks what the ontology entails, too.
    """
    values = {p.name: bound[p.name] for p in query.parameters if bound.get(p.name)}
    if inference:
        values["inference"] = "true"
    address = url_for("pages.run_query", name=query.name, lang=None, _external=True)
    address += "?" + urlencode(values) if values else ""
    cited = cite_query(query, values, address, dataset(state), language())
    return replace(cited, accessed=_accessed())


def of_dataset(title: str, address: str, version: str) -> Citation:
    """The citation of a dataset.

    Arguments:
        title: in French.
        address: where it is described.
        version: which one.
    """
    return replace(Dataset(title, version).citation(address), accessed=_accessed())


def written(citation: Citation, form: Format) -> str:
    """A citation in one of the formats of ``CITATIONS``."""
    return citation.bibtex() if form is _BIBTEX else citation.csl()


def shown(citation: Citation, address: Callable[[Format], str]) -> Cited:
    """A citation for a page.

    Arguments:
        citation: the citation.
        address: where the same is in a format of ``CITATIONS``.
    """
    return Cited(citation, tuple((form, address(form)) for form in CITATIONS))


def _accessed() -> str:
    return day_of(request.args.get("accessed", ""), "accessed")
