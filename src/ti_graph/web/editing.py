"""What the SPARQL editor of ``/sparql`` offers while one types: the terms and prefixes of this dataset."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from flask import Blueprint, Response, json

from ti_graph.formats import JSON
from ti_graph.layout import CODE
from ti_graph.rdf import PREFIXES
from ti_graph.release.dcat import Extent
from ti_graph.serving.current import Current
from ti_graph.sparql.fulltext import NAMESPACE
from ti_graph.views.terms import Rows, TermNames
from ti_graph.web.answers import Page
from ti_graph.web.language import language
from ti_graph.web.tables import number

#: The bundle that ``make pages`` writes; without it the page has its text area alone.
_BUNDLE = CODE / "web" / "static" / "editor.js"
_OFFERED = PREFIXES | {"search": NAMESPACE}


def blueprint(page: Page, extent: Current[Extent], terms: Current[TermNames]) -> Blueprint:
    """The route of the vocabulary."""
    routes = Blueprint("editing", __name__)
    has_editor = _BUNDLE.is_file()

    @routes.get("/sparql/vocabulary")
    def vocabulary() -> Response:
        def body(_: Rows) -> str:
            found = extent.get()
            offered = [
                *_terms(found.classes, "class", terms.get()),
                *_terms(found.properties, "property", terms.get()),
            ]
            return json.dumps({"prefixes": _OFFERED, "terms": offered}, ensure_ascii=False)

        return page(JSON, body)

    @routes.app_context_processor
    def words() -> dict[str, bool]:
        return {"has_editor": has_editor}

    return routes


def _terms(counts: Mapping[str, int], kind: str, names: TermNames) -> Iterator[dict[str, object]]:
    """Terms as the editor offers them: those that are used most come first."""
    for iri, count in counts.items():
        prefix = next((name for name, start in _OFFERED.items() if iri.startswith(start)), None)
        if prefix is not None:
            yield {
                "name": f"{prefix}:{iri.removeprefix(_OFFERED[prefix])}",
                "label": names.of(iri, language()).text,
                "kind": kind,
                "count": number(count),
                "boost": round(math.log10(count + 1)),
            }
