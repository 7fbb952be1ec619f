"""``/dump/``: the files of the dataset, whole and graph by graph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as BaseResponse

from ti_graph.errors import BusyError, UnknownNameError
from ti_graph.formats import CSVW, GRAPHS, HTML
from ti_graph.rdf import prologue
from ti_graph.release.files import CATALOG, SUM, SUMS, Dumps, File, find, sums
from ti_graph.release.tabular import METADATA
from ti_graph.serving.asked import parameters, single
from ti_graph.serving.current import Current, StateRows
from ti_graph.serving.endpoint import Endpoint
from ti_graph.sparql.catalogue import Catalogue
from ti_graph.stores.repository import Repository
from ti_graph.views.terms import Rows, Term, Value, named
from ti_graph.web.answers import CSV, Page, open_to_all
from ti_graph.web.language import said
from ti_graph.web.tables import address, number

_TITLES = (
    prologue("dcterms", "oa", "ti")
    + """SELECT ?graph ?title WHERE {
  { GRAPH ?home { ?graph dcterms:title|ti:methode ?title } }
  UNION { ?graph ti:enoncePar/oa:hasSelector ?selector . ?selector oa:exact ?title ; oa:start ?start }
} ORDER BY ?graph ?start ?title"""
)
#: The kinds of graphs as the query ``graphs`` says them, in the order of the page: what each is called.
_KINDS = {
    "table": ("Tables", "Tables"),
    "énoncé": ("Énoncés de l’annonce", "Statements of the announcement"),
    "déduction": ("Déductions", "Deductions"),
    "": ("Ce qui décrit les données", "What describes the data"),
}


@dataclass(frozen=True)
class NamedGraph:
    """A named graph.

    Arguments:
        iri: its name.
        triples: how many it has.
        titles: what it is, in one language or several.
    """

    iri: str
    triples: int
    titles: Sequence[Term]

    def title(self, language: str) -> Value:
        """What it is, in a reader's language where that is said."""
        return named(self.iri, self.titles, language)


def blueprint(
    endpoint: Endpoint, page: Page, catalogue: Catalogue, files: Current[dict[str, File]]
) -> Blueprint:
    """The routes of the files of a dataset; a plain one has none."""
    routes = Blueprint("release", __name__)
    routes.before_request(partial(demand_graph, endpoint))
    graphs = Current(endpoint, partial(read_graphs, catalogue=catalogue))

    @routes.get("/dump/")
    def dump() -> Response:
        here(endpoint)

        def body(state: StateRows) -> str:
            rdf = [file for file in files.get().values() if file.form in GRAPHS]
            return render_template(
                "dump.html",
                rdf=rdf,
                others=[file for file in files.get().values() if file.form not in GRAPHS],
                sum=SUM,
                formats=[file for file in rdf if not file.compressed],
                graphs=[(said(*_KINDS[kind]), found) for kind, found in graphs.get().items()],
                version=state.version,
                address=address,
                number=number,
            )

        return page(HTML, body)

    @routes.get("/dump/<path:name>")
    def file(name: str) -> Response:
        try:
            return open_to_all(sent(name))
        except FileNotFoundError:  # a file of a later state was asked for meanwhile
            raise BusyError("the dataset has just changed; ask again") from None

    def sent(name: str) -> Response:
        dataset = here(endpoint)
        dumps, snapshot = Dumps(dataset.path / "dumps"), dataset.current()
        if name == SUMS:
            digests = {each.name: dumps.digest(snapshot, each) for each in files.get().values()}
            return Response(sums(digests), content_type="text/plain; charset=utf-8")
        wanted = find(files.get(), name.removesuffix(SUM))
        graph = single(parameters(request.query_string), "graph")
        path = dumps.path(snapshot, wanted, graph)
        if name.endswith(SUM):
            beside = path.with_name(path.name + SUM)
            return send_file(beside, mimetype="text/plain", conditional=True, max_age=0)
        digest = dumps.digest(snapshot, wanted, graph)
        response = send_file(path, conditional=True, etag=digest, max_age=0)
        response.content_type = wanted.content_type
        if wanted.form is CSV:
            response.headers["Link"] = f'<{METADATA}>; rel="describedby"; type="{CSVW.media_type}"'
        return response

    @routes.get(f"/dump/{CATALOG}")
    def catalog_beside() -> BaseResponse:
        return redirect(url_for("dataset.catalog", suffix="ttl"), 303)

    return routes


def demand_graph(endpoint: Endpoint) -> None:
    """Let only a dataset of this graph have a catalogue, files and a report.

    Raises:
        UnknownNameError: it is a plain one.
    """
    if not endpoint.merged:
        raise UnknownNameError("this server has a plain dataset: no catalogue, dumps or report")


def is_here(endpoint: Endpoint) -> bool:
    """Whether the dataset is on this machine, with its files and its report."""
    return isinstance(endpoint.repository, Repository)


def here(endpoint: Endpoint) -> Repository:
    """The dataset on this machine.

    Raises:
        UnknownNameError: it is elsewhere.
    """
    if isinstance(endpoint.repository, Repository):
        return endpoint.repository
    *_, reason = endpoint.repository.reductions
    raise UnknownNameError(said(*reason))


def read_graphs(rows: Rows, catalogue: Catalogue) -> dict[str, list[NamedGraph]]:
    """The named graphs of a dataset by their kind, in the order of ``_KINDS``."""
    titles: dict[str, list[Term]] = defaultdict(list)
    for row in rows(_TITLES):
        titles[row["graph"]["value"]].append(row["title"])
    found: dict[str, list[NamedGraph]] = {kind: [] for kind in _KINDS}
    for row in rows(catalogue.find("graphs").text):
        iri, kind = row["graph"]["value"], row.get("kind", {}).get("value", "")
        told = titles[iri][: 1 if kind == "énoncé" else None]  # the first of its sentences stands for it
        found[kind].append(NamedGraph(iri, int(row["triples"]["value"]), told))
    return {kind: graphs for kind, graphs in found.items() if graphs}
