"""The look at a query before it runs: what must be refused, and the look-alikes that must pass."""

from __future__ import annotations

import socket
from random import Random

import pyoxigraph
import pytest

from ti_graph.errors import NotAllowedError, QuerySyntaxError
from ti_graph.sparql.text import MAX_DEPTH, scan

EVIL = "<http://127.0.0.1:9/>"

REFUSED = [
    f"SELECT * {{ SERVICE {EVIL} {{ ?s ?p ?o }} }}",
    f"SELECT * {{ service silent {EVIL} {{ ?s ?p ?o }} }}",
    f"SELECT * {{ SeRvIcE{EVIL}{{?s ?p ?o}} }}",
    f"SELECT * {{ SERVICESILENT{EVIL}{{?s ?p ?o}} }}",
    f"SELECT * {{ ?s ?p trueSERVICE{EVIL}{{?s ?p ?o}} }}",
    f"SELECT * {{ ?s ?p 1SERVICE{EVIL}{{?s ?p ?o}} }}",
    f"SELECT * {{ ?s ?p 'x'^^<http://x/y>SERVICE{EVIL}{{?s ?p ?o}} }}",
    f"SELECT * {{ SERVICE # {EVIL}\n {EVIL} {{ ?s ?p ?o }} }}",
    f"SELECT * {{ #\rSERVICE {EVIL} {{ ?s ?p ?o }} }}",
    f'SELECT * {{ ?s ?p "\\"" SERVICE {EVIL} {{ ?s ?p ?o }} }}',
    f"SELECT * {{ ?s ?p '''a'b''' SERVICE {EVIL} {{ ?s ?p ?o }} }}",
    f"SELECT * {{ ?s ?p '\\\\' SERVICE {EVIL} {{ ?s ?p '' }} }}",
    "SELECT * { ?s ?p ?o SERVICE ?s { ?a ?b ?c } }",
    "PREFIX e: <http://127.0.0.1:9/> SELECT * { SERVICE e:x { ?s ?p ?o } }",
    "PREFIX : <http://127.0.0.1:9/> SELECT * { SERVICE:x { ?s ?p ?o } }",
    "PREFIX : <http://127.0.0.1:9/> SELECT * { SERVICE:x{ ?s ?p ?o } }",
    f"SELECT * {{ SELECT * {{ FILTER EXISTS {{ SERVICE {EVIL} {{ ?s ?p ?o }} }} }} }}",
    f"SELECT * {{ VALUES ?c {{'a'}} FILTER(?c>'1'||?c<'>') SERVICE {EVIL} {{?s ?p ?o}} FILTER(#'\ntrue) }}",
    f"SELECT * {{ ?a ?b ?c FILTER(?c<#> '''\n1) SERVICE {EVIL} {{?s ?p ?o}} #'''\n }}",
    f"INSERT {{}} WHERE {{ ?a ?b ?c FILTER(?c<'>') }}; LOAD {EVIL}; INSERT {{}} WHERE {{ FILTER(#'\ntrue) }}",
    "SELECT * { SERVICE <http://[x/> {} }",
    f"LOAD {EVIL}",
    f"LOAD{EVIL} INTO GRAPH <http://x/>",
    f"LOADSILENT{EVIL}",
    f"CLEAR ALL; load silent {EVIL}",
    "PREFIX : <http://127.0.0.1:9/> LOAD:x",
    "PREFIX : <http://127.0.0.1:9/> CLEAR ALL; LOAD:x INTO GRAPH :y",
    f"INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE {EVIL} {{ ?s ?p ?o }} }}",
]

COMPANY = [
    "1",
    "1.",
    "true",
    "'",
    "''",
    "'''",
    '"',
    '"""',
    "\\'",
    "@en",
    "@en-",
    "^^<a:b>",
    "_:a",
    "_:a.",
    "ex:a",
    ".",
    ";",
    ",",
    "(",
    ")",
    "[",
    "]",
    "<",
    "?x",
    "?x<",
    "?x<'>",
    "<#>",
    "OPTIONAL",
    "UNION",
    "LATERAL",
    "GRAPH ?g",
    "FILTER EXISTS",
    "{",
    "}",
    "#",
    "#\n",
    "\r",
    "\u00b7",
    "²",
    "%20",
    "\\.",
    "-",
    "!",
    "a",
]

HARMLESS = [
    "SELECT ?service { ?service ?load ?o }",
    "SELECT * { ?s ?p 'SERVICE <http://127.0.0.1:9/> { }' }",
    'SELECT * { ?s ?p """LOAD <http://x/> " SERVICE""" }',
    "SELECT * { ?s ?p ?o } # SERVICE <http://127.0.0.1:9/> { }",
    "SELECT * { ?s <http://x/SERVICE> ?o }",
    "PREFIX service: <http://x/> SELECT * { service:a service:b service:c }",
    "PREFIX load: <http://x/> SELECT * { ?s load:p ?o . <http://s> load:p 1 }",
    "PREFIX service: <http://x/> SELECT * { GRAPH service:g { ?s ?p ?o } }",
    "PREFIX e: <http://x/> SELECT * { ?s e:service ?o ; e:load ?l }",
    "PREFIX load: <http://x/> INSERT DATA { load:a load:b load:c }",
    "SELECT * { ?s ?p 'x'@en-load }",
    "SELECT * { _:service ?p ?o }",
    "SELECT * { ?s ?p '\\u0053ERVICE' }",
    "SELECT * { FILTER(?a < ?b && ?c > 2) }",
    "SELECT * { ?s <http://x/def#service> ?service ; <http://x/l'a> 'x' }",
    "PREFIX x: <http://x#>\nSELECT * { ?s x:service 'load' }",
]


@pytest.mark.parametrize("text", REFUSED)
def test_reaching_out_is_refused(text: str) -> None:
    with pytest.raises(NotAllowedError, match=r"SERVICE|LOAD"):
        scan(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_a_look_alike_passes(text: str) -> None:
    scan(text)


def test_nothing_that_passes_makes_the_engine_connect() -> None:
    """Thousands of texts around SERVICE, in every company that could hide it; those that pass are run."""
    random = Random(2018)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        url = f"<http://127.0.0.1:{listening.getsockname()[1]}/>"
        store = pyoxigraph.Store()
        for value in (True, 1, "x", ""):
            triple = pyoxigraph.NamedNode("a:s"), pyoxigraph.NamedNode("a:p"), pyoxigraph.Literal(value)
            store.add(pyoxigraph.Quad(*triple))
        ran = 0
        for _ in range(30_000):
            company = [random.choice(COMPANY) for _ in range(random.randrange(5))]
            keyword = random.choice(["SERVICE", "service", "SERVICESILENT", "sERVICE SILENT"])
            target = random.choice([url, ":x"]) + random.choice(["", " "]) + "{?a ?b ?c}"
            parts = [*company, keyword, random.choice(["", " ", "#\n"]), target, random.choice(COMPANY)]
            text = f"PREFIX : {url} SELECT * {{?s ?p {random.choice(['', ' ']).join(parts)}}}"
            try:
                scan(text)
                list(store.query(text))
            except (NotAllowedError, QuerySyntaxError, SyntaxError, RuntimeError, OSError):
                continue
            ran += 1
        with pytest.raises(BlockingIOError):
            listening.accept()
    assert ran > 5


def test_an_allowed_host_passes_and_only_that_host() -> None:
    query = "SELECT * {{ SERVICE <{}> {{ ?s ?p ?o }} }}"
    scan(query.format("https://query.wikidata.org/sparql"), {"query.wikidata.org"})
    scan(query.format("http://127.0.0.1:3030/sparql"), {"127.0.0.1:3030"})
    for other in (
        "http://127.0.0.1:9/",
        "http://query.wikidata.org.evil.org/",
        "http://query.wikidata.org@evil.org/",
        "http://evil.org/query.wikidata.org",
        "file:///etc/passwd",
        "query.wikidata.org",
    ):
        with pytest.raises(NotAllowedError, match=r"allowed hosts: query\.wikidata\.org"):
            scan(query.format(other), {"query.wikidata.org"})


@pytest.mark.parametrize("brackets", ["()", "{}", "[]"])
def test_a_nesting_bomb_is_refused_where_it_gets_too_deep(brackets: str) -> None:
    opening, closing = brackets
    scan("SELECT * { " + opening * (MAX_DEPTH - 1) + closing * (MAX_DEPTH - 1) + " }")
    with pytest.raises(QuerySyntaxError, match="nested deeper than 200 brackets") as refused:
        scan("SELECT *\n{ " + opening * 10_000 + closing * 10_000 + " }")
    assert (refused.value.line, refused.value.column) == (2, 2 + MAX_DEPTH)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("SELECT * { ( }", "line 1, column 14: '}' closes nothing"),
        ("ASK {\n {", "line 2, column 2: '{' is never closed"),
    ],
)
def test_unbalanced_brackets_are_refused(text: str, says: str) -> None:
    with pytest.raises(QuerySyntaxError, match=says):
        scan(text)


def test_brackets_in_strings_iris_and_comments_do_not_nest() -> None:
    scan("SELECT * { ?s ?p '((((' . # {{{{\n ?s <http://x/(> \"[[\" }")


@pytest.mark.parametrize(
    ("text", "repeatable"),
    [
        ("SELECT (NOW() AS ?t) {}", False),
        ("SELECT (rand() AS ?t) {}", False),
        ("SELECT (STRUUID() AS ?t) {}", False),
        ("SELECT ?now ?rand { ?now ?rand 'UUID()' }", True),
        ("SELECT * { ?s ?p ?o }", True),
    ],
)
def test_what_cannot_be_repeated_is_told(text: str, repeatable: bool) -> None:
    assert scan(text).repeatable is repeatable


def test_a_scan_of_a_long_text_is_quick_enough_to_finish() -> None:
    """A megabyte of each kind of token; no pattern may backtrack over it."""
    for part in ("<a ", "'", "'''a", '"\\', "?x ", "a:b.", "((", "# x\n", "_:", "-", "@", "0.", "''' "):
        with_bomb = "SELECT * { " + part * (900_000 // len(part))
        with pytest.raises(QuerySyntaxError):
            scan(with_bomb)
