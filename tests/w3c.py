"""The W3C's test suites for SPARQL 1.1 services: read from their manifests, played against a server.

The manifests state requests and the answers they must get in the W3C's HTTP vocabulary. The suites:
SPARQL 1.1 Protocol, Graph Store Protocol, Service Description (https://github.com/w3c/rdf-tests). The
manifest of the last only names its tests; what they ask is the recommendation's section on conformance.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from http.client import HTTPConnection, HTTPMessage
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

from rdflib import RDF, RDFS, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic
from rdflib.query import Result
from rdflib.term import Node

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")

#: Seconds to wait for an answer.
TIMEOUT = 60
#: Characters of a body shown when a test fails.
SHOWN = 2000

_BOOLEANS = {"application/sparql-results+json", "application/sparql-results+xml"}
#: ``mf:expectedFormat`` and the media types that satisfy it, as the names of the tests list them. (They
#: allow RDFa too, which nothing here reads.)
FORMATS = {
    "boolean": _BOOLEANS,
    "tabular": _BOOLEANS | {"text/csv", "text/tab-separated-values"},
    "RDF": {"application/rdf+xml", "text/turtle", "application/n-triples"},
}


@dataclass(frozen=True)
class Target:
    """A server under test, and where it puts what the manifests call ``/sparql/`` and ``/gsp``."""

    base_url: str
    sparql_path: str = "/sparql"
    update_path: str = "/sparql"
    store_path: str = "/store"
    token: str | None = field(default=None, repr=False)

    @property
    def endpoint(self) -> str:
        """The IRI of the query endpoint."""
        return self.base_url + self.sparql_path

    def path(self, request: Request) -> str:
        """Where a manifest's request goes on this server."""
        if request.path.startswith("/gsp"):
            return self.store_path + request.path.removeprefix("/gsp")
        own = self.update_path if request.updates else self.sparql_path
        return own + request.path.removeprefix("/sparql/")

    def connect(self) -> closing[HTTPConnection]:
        """A connection, closed at the end of the ``with``."""
        return closing(HTTPConnection(urlsplit(self.base_url).netloc, timeout=TIMEOUT))


@dataclass(frozen=True)
class Request:
    """A request as a manifest states it."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: str | None = None
    encoding: str = "UTF-8"
    updates: bool = False

    def filled(self, variables: Mapping[str, str]) -> Request:
        """This request with template variables (``$LOCATION$``) replaced in path and body."""
        path, body = self.path, self.body
        for name, value in variables.items():
            path = path.replace(name, value)
            body = body and body.replace(name, value)
        return replace(self, path=path, body=body)


@dataclass(frozen=True)
class Expected:
    """What a manifest asks of an answer; None where it asks nothing."""

    statuses: frozenset[str]
    form: str | None = None
    boolean: bool | None = None
    media_type: str | None = None
    body: str | None = None
    location: str | None = None


@dataclass(frozen=True)
class Case:
    """A test: graphs to load, then requests to send in order, each with the answer it must get."""

    name: str
    title: str
    graphs: Mapping[str, str]
    steps: tuple[tuple[Request, Expected], ...]


@dataclass(frozen=True)
class Exchange:
    """A request as it was sent, and the answer it got."""

    url: str
    request: Request
    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def media_type(self) -> str:
        """The answer's media type, without parameters; empty where it states none."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str:
        """The answer's charset parameter; UTF-8 where it states none."""
        return str(self.headers.get_param("charset", "utf-8", "Content-Type")).lower()

    def __str__(self) -> str:
        sent = [f"{self.request.method} {self.url}", *map(": ".join, self.request.headers.items())]
        came = [str(self.status), *map(": ".join, self.headers.items())]
        answer = self.body.decode("utf-8", "backslashreplace")
        return _shown("> ", sent, self.request.body or "") + "\n" + _shown("< ", came, answer)


def _shown(mark: str, head: list[str], body: str) -> str:
    lines = [*head, "", *body[:SHOWN].splitlines()] if body else head
    return "\n".join(mark + line for line in lines)


# Reading the manifests


def read_cases(manifest: Path) -> list[Case]:
    """The tests that a manifest and those it includes list, in order."""
    graph = Graph().parse(manifest, format="turtle", publicID=manifest.as_uri())
    here, folder = URIRef(manifest.as_uri()), manifest.parent
    cases = [_case(graph, entry, folder) for entry in _items(graph, here, MF.entries)]
    for included in _items(graph, here, MF.include):
        cases += read_cases(folder / _name(included))
    return cases


def _case(graph: Graph, entry: Node, folder: Path) -> Case:
    name = _name(entry)
    graphs = {
        str(graph.value(data, RDFS.label)): (folder / _name(graph.value(data, UT.graph))).read_text("utf-8")
        for data in graph.objects(entry, UT.graphData)
    }
    steps = tuple(
        (_request(graph, node, name), _expected(graph, graph.value(node, HT.resp)))
        for node in _items(graph, graph.value(entry, MF.action), HT.requests)
    )
    return Case(name, str(graph.value(entry, MF.name)), graphs, steps)


def _request(graph: Graph, node: Node, test: str) -> Request:
    body = graph.value(node, HT.body)
    headers = _headers(graph, node)
    return Request(
        method=str(graph.value(node, HT.methodName)),
        path=str(graph.value(node, HT.absolutePath)),
        headers=headers,
        body=_text(graph, body, CNT.chars),
        encoding=_text(graph, body, CNT.characterEncoding) or "UTF-8",
        # A server may take updates elsewhere than queries, and a bad update's media type does not tell
        # which it is; the test's name does, but for the queries that look at what an update did.
        updates="update" in test and headers.get("content-type") != "application/sparql-query",
    )


def _expected(graph: Graph, node: Node | None) -> Expected:
    boolean = graph.value(node, MF.expectedBoolean)
    content_type = _headers(graph, node).get("content-type")
    return Expected(
        statuses=frozenset(map(_name, graph.objects(node, MF.expectedStatus))),
        form=_text(graph, node, MF.expectedFormat),
        boolean=bool(boolean.toPython()) if isinstance(boolean, Literal) else None,
        media_type=content_type and content_type.partition(";")[0],
        body=_text(graph, graph.value(node, HT.body), CNT.chars),
        location=_text(graph, node, MF.expectedLocation),
    )


def _headers(graph: Graph, node: Node | None) -> dict[str, str]:
    return {
        str(graph.value(header, HT.fieldName)).lower(): str(graph.value(header, HT.fieldValue))
        for header in _items(graph, node, HT.headers)
    }


def _items(graph: Graph, node: Node | None, predicate: URIRef) -> Iterator[Node]:
    """The members of the list that is a property's value; none where it has no value."""
    return graph.items(graph.value(node, predicate) or RDF.nil)


def _text(graph: Graph, node: Node | None, predicate: URIRef) -> str | None:
    value = graph.value(node, predicate)
    return None if value is None else str(value)


def _name(iri: Node | None) -> str:
    """The last part of an IRI."""
    return re.split("[#/]", str(iri))[-1]


# Playing them


def play(case: Case, target: Target) -> None:
    """Empty the server, load the test's graphs, send its requests over one connection, check each answer.

    Raises:
        AssertionError: an answer is not what the manifest asks; the notes show it and its request.
    """
    reset(target, case.graphs)
    variables: dict[str, str] = {}
    with target.connect() as connection:
        for number, (request, expected) in enumerate(case.steps, 1):
            exchange = send(connection, target, request.filled(variables))
            with _noted(f"{case.title}: request {number} of {len(case.steps)}", exchange):
                check(exchange, expected)
            if expected.location:
                variables[expected.location] = exchange.headers["Location"]


def reset(target: Target, graphs: Mapping[str, str]) -> None:
    """Make the server hold these named graphs (IRI to N-Triples) and nothing else, by an update."""
    loads = [f"INSERT DATA {{ GRAPH <{iri}> {{ {triples} }} }}" for iri, triples in graphs.items()]
    headers = {"content-type": "application/sparql-update"}
    update = Request("POST", "/sparql/", headers, ";\n".join(["DROP ALL", *loads]), updates=True)
    with target.connect() as connection:
        exchange = send(connection, target, update)
    with _noted("the state to start from", exchange):
        check(exchange, Expected(frozenset({"StatusCode2xx"})))


def send(connection: HTTPConnection, target: Target, request: Request) -> Exchange:
    """Send a request as it stands, in its encoding, with the target's token, and read the whole answer."""
    path = target.path(request)
    headers = dict(request.headers)
    if target.token:
        headers["authorization"] = f"Bearer {target.token}"
    body = None if request.body is None else request.body.encode(request.encoding)
    connection.request(request.method, path, body, headers)
    response = connection.getresponse()
    return Exchange(target.base_url + path, request, response.status, response.headers, response.read())


@contextmanager
def _noted(what: str, exchange: Exchange) -> Iterator[None]:
    """Whatever is raised inside carries the request and the answer."""
    try:
        yield
    except Exception as error:
        error.add_note(f"{what}\n{exchange}")
        raise


def check(exchange: Exchange, expected: Expected) -> None:
    """Assert that an answer is what a manifest asks."""
    wanted = " or ".join(sorted(expected.statuses))
    assert any(_is(exchange.status, term) for term in expected.statuses), f"{exchange.status}, not {wanted}"
    if expected.location:
        assert exchange.headers["Location"], "no Location header"
    if expected.form:
        _check_form(exchange, expected.form)
    if expected.boolean is not None:
        answer = _results(exchange).askAnswer
        assert answer is expected.boolean, f"{answer}, not {expected.boolean}"
    if expected.media_type:
        assert exchange.media_type == expected.media_type, f"{exchange.media_type}, not {expected.media_type}"
        assert exchange.charset == "utf-8", f"charset {exchange.charset}, not utf-8"
    if expected.body is not None:
        wanted_graph = Graph().parse(data=expected.body, format=expected.media_type)
        assert isomorphic(_rdf(exchange), wanted_graph), f"not the graph\n{textwrap.dedent(expected.body)}"


def _is(status: int, term: str) -> bool:
    """Whether a status is the one, or of the class, that a term of the status code vocabulary names."""
    if of_class := re.fullmatch(r"StatusCode(\d)xx", term):
        return status // 100 == int(of_class[1])
    return status == {known.name.replace("_", ""): known for known in HTTPStatus}[term.upper()]


def _check_form(exchange: Exchange, form: str) -> None:
    wanted = FORMATS[form]
    assert exchange.media_type in wanted, f"{exchange.media_type}, not {' or '.join(sorted(wanted))}"
    if form == "RDF":
        _rdf(exchange)
    else:
        assert _results(exchange).type == {"boolean": "ASK", "tabular": "SELECT"}[form], f"not {form}"


def _results(exchange: Exchange) -> Result:
    return Result.parse(BytesIO(exchange.body), content_type=exchange.media_type)


def _rdf(exchange: Exchange) -> Graph:
    return Graph().parse(data=exchange.body, format=exchange.media_type, publicID=exchange.url)


# The service description

#: The properties of the vocabulary, what they are stated of, and of what kind their values are (section 3
#: of the recommendation); None where the values need no type of the vocabulary.
PROPERTIES: dict[str, tuple[str, str | None]] = {
    "endpoint": ("Service", None),
    "feature": ("Service", "Feature"),
    "defaultEntailmentRegime": ("Service", "EntailmentRegime"),
    "defaultSupportedEntailmentProfile": ("Service", "EntailmentProfile"),
    "extensionFunction": ("Service", "Function"),
    "extensionAggregate": ("Service", "Aggregate"),
    "languageExtension": ("Service", "Feature"),
    "supportedLanguage": ("Service", "Language"),
    "propertyFeature": ("Service", "Feature"),
    "inputFormat": ("Service", None),
    "resultFormat": ("Service", None),
    "defaultDataset": ("Service", "Dataset"),
    "availableGraphs": ("Service", "GraphCollection"),
    "defaultGraph": ("Dataset", "Graph"),
    "namedGraph": ("GraphCollection", "NamedGraph"),
    "name": ("NamedGraph", None),
    "graph": ("NamedGraph", "Graph"),
    "entailmentRegime": ("NamedGraph", "EntailmentRegime"),
    "supportedEntailmentProfile": ("NamedGraph", "EntailmentProfile"),
}
CLASSES = {kind for pair in PROPERTIES.values() for kind in pair if kind}
INDIVIDUALS = {
    "SPARQL10Query", "SPARQL11Query", "SPARQL11Update",
    "DereferencesURIs", "UnionDefaultGraph", "RequiresDataset", "EmptyGraphs", "BasicFederatedQuery",
}  # fmt: skip
#: A class, and those whose instances are its instances too.
NARROWER = {
    "GraphCollection": {"Dataset"},
    "Feature": {"Function", "Aggregate", "Language", "EntailmentRegime", "EntailmentProfile"},
}


def returns_rdf(target: Target) -> None:
    """GET on the endpoint, without a query, returns RDF."""
    with _description(target) as description:
        assert description, "no triple"


def has_endpoint_triple(target: Target) -> None:
    """Something in the description has the address that was asked as its ``sd:endpoint``."""
    with _description(target) as description:
        endpoint = URIRef(target.endpoint)
        services = set(description.subjects(SD.endpoint, endpoint))
        assert services, f"nothing has sd:endpoint {endpoint.n3()}"
        assert services <= set(description.subjects(RDF.type, SD.Service)), "it is not typed sd:Service"


def conforms_to_schema(target: Target) -> None:
    """The vocabulary is used as it is defined."""
    with _description(target) as description:
        faults = sorted(_faults(description))
        assert not faults, "\n".join(faults)


#: The tests of the suite, by the names in its manifest.
SERVICE_DESCRIPTION: dict[str, Callable[[Target], None]] = {
    "returns-rdf": returns_rdf,
    "has-endpoint-triple": has_endpoint_triple,
    "conforms-to-schema": conforms_to_schema,
}


@contextmanager
def _description(target: Target) -> Iterator[Graph]:
    """The service description of a server that holds one named graph."""
    reset(target, {"http://example.org/graph": "<http://example.org/s> <http://example.org/p> 1 ."})
    accept = "text/turtle, application/rdf+xml;q=0.9, application/n-triples;q=0.8"
    with target.connect() as connection:
        exchange = send(connection, target, Request("GET", "/sparql/", {"accept": accept}))
    with _noted("the service description", exchange):
        check(exchange, Expected(frozenset({"StatusCode2xx"}), form="RDF"))
        yield _rdf(exchange)


def _faults(description: Graph) -> Iterator[str]:
    """Where a description departs from the vocabulary."""
    for term in {term for triple in description for term in triple if _local(term)}:
        if _local(term) not in CLASSES | INDIVIDUALS | PROPERTIES.keys():
            yield f"{term} is not a term of the vocabulary"
    named = {*description.subjects(RDF.type, SD.NamedGraph), *description.objects(None, SD.namedGraph)}
    for graph in named - set(description.subjects(SD.name)):
        yield f"the named graph {graph.n3()} has no sd:name"
    for name, (domain, kind) in PROPERTIES.items():
        for subject, value in description.subject_objects(SD[name]):
            if isinstance(value, Literal):
                yield f"{value.n3()} is a literal, as the value of sd:{name}"
            if not _may_be(description, subject, domain):
                yield f"{subject.n3()} has sd:{name}, but is not an sd:{domain}"
            if kind and not _may_be(description, value, kind):
                yield f"{value.n3()} is the value of an sd:{name}, but is not an sd:{kind}"


def _may_be(description: Graph, node: Node, kind: str) -> bool:
    """Whether a node states that it is of a kind, or states no type of the vocabulary at all."""
    stated = {_local(type_) for type_ in description.objects(node, RDF.type)} - {""}
    return not stated or bool(stated & ({kind} | NARROWER.get(kind, set())))


def _local(term: Node) -> str:
    """The name of a term of the vocabulary; empty for any other."""
    return str(term).removeprefix(SD) if isinstance(term, URIRef) and term.startswith(SD) else ""
