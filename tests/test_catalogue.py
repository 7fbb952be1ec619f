"""The catalogue: strict headers, typed parameters, values that stay values."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph
import pytest

from ti_graph.errors import RequestError, SourceError, UnknownNameError
from ti_graph.release.tabular import tables_of
from ti_graph.sparql.catalogue import Catalogue, NamedQuery

HEADER = "#+ summary: What?\n#+ summary_fr: Quoi ?\n"
QUERY = "SELECT ?x\nWHERE {\n  ?x ?p ?nameParam .\n}\nORDER BY ?x\n"


def read(tmp_path: Path, content: str) -> Catalogue:
    (tmp_path / "a-question.rq").write_text(content, encoding="utf-8")
    return Catalogue(tmp_path)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (QUERY, "the header lacks 'summary'"),
        ("#+ summary What?\n" + QUERY, "a-question.rq:1: a header line is not of the form '#+ key: value'"),
        (HEADER + "#+ sumary: x\n" + QUERY, "unknown header key 'sumary'"),
        (HEADER + "#+ summary: again\n" + QUERY, "a-question.rq:3: the header says 'summary' twice"),
        (HEADER, "no query follows the header"),
        (
            HEADER + "#+ description: x\n" + QUERY,
            "one of 'description' and 'description_fr' without the other",
        ),
        (HEADER + "#+ param: a\n" + QUERY, "a parameter is declared as 'NAME TYPE ?variable', not 'a'"),
        (HEADER + "#+ param: a colour ?nameParam\n" + QUERY, "unknown parameter type 'colour'"),
        (HEADER + "#+ param: a text ?other\n" + QUERY, "the query does not use ?other"),
        (HEADER + "#+ param: format text ?nameParam\n" + QUERY, "'format' is a reserved name"),
        (HEADER + QUERY.replace("ORDER BY ?x", ""), "the query has no ORDER BY"),
        (HEADER + QUERY.replace("WHERE", ""), "the query has no 'WHERE {'"),
    ],
)
def test_a_broken_header_is_refused(tmp_path: Path, content: str, complaint: str) -> None:
    with pytest.raises(SourceError) as refused:
        read(tmp_path, content)
    assert complaint in str(refused.value)


def query_with(tmp_path: Path, kind: str) -> NamedQuery:
    return read(tmp_path, f"{HEADER}#+ param: a {kind} ?nameParam\n{QUERY}")["a-question"]


@pytest.mark.parametrize(
    ("kind", "value", "term"),
    [
        ("code", "76351", '"76351"'),
        ("date", "2019-06-01", '"2019-06-01"^^<http://www.w3.org/2001/XMLSchema#date>'),
        ("iri", "region/28", "<https://w3id.org/territoires-industrie/id/region/28>"),
        ("iri", "urn:x", "<urn:x>"),
        ("name", "Axe Seine", '"Axe Seine"@fr'),
        ("text", 'a" } # \\', '"a\\" } # \\\\"'),
        ("name", "l’Aigle\n}", '"l’Aigle\\n}"@fr'),
    ],
)
def test_a_value_becomes_a_term_in_a_leading_values(tmp_path: Path, kind: str, value: str, term: str) -> None:
    bound = query_with(tmp_path, kind).bind([("a", value)])
    assert bound == QUERY.replace("WHERE {", f"WHERE {{\n  VALUES (?nameParam) {{ ({term}) }}")


def test_unbound_means_all(tmp_path: Path) -> None:
    assert query_with(tmp_path, "text").bind([]) == QUERY


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("code", "7635 1"),
        ("date", "2019-13-01"),
        ("date", "01/06/2019"),
        ("iri", "http://x/<y>"),
        ("iri", "region/2 8"),
    ],
)
def test_a_value_of_another_type_is_refused(tmp_path: Path, kind: str, value: str) -> None:
    with pytest.raises(RequestError, match=r"parameter 'a'|is not an absolute IRI"):
        query_with(tmp_path, kind).bind([("a", value)])


def test_an_empty_value_is_unbound_and_a_second_value_refused(tmp_path: Path) -> None:
    query = query_with(tmp_path, "text")
    assert query.bind([("a", "")]) == QUERY
    for second in ("2", "1"):
        with pytest.raises(RequestError, match="parameter 'a' is given more than once"):
            query.bind([("a", "1"), ("a", second)])


def test_an_undeclared_parameter_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="a-question has no parameter 'b'; its parameters: a"):
        query_with(tmp_path, "text").bind([("b", "1")])


def test_an_unknown_query_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="no query 'b'; there are: a-question"):
        read(tmp_path, HEADER + QUERY).find("b")


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("columns.csv", "column,fr\nabout,à propos de\n", "columns.csv:1: columns are 'column,fr', expected"),
        ("columns.csv", "column,fr,en,datatype,property\nabout,,about,,\n", "columns.csv:2: fr '' is empty"),
        ("values.csv", "value,fr,en\nfound,trouvé\n", "values.csv:2: not 3 cells"),
    ],
)
def test_a_table_of_words_is_held_to_its_form(
    tmp_path: Path, name: str, content: str, complaint: str
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(SourceError) as refused:
        Catalogue(tmp_path)
    assert complaint in str(refused.value)


def test_every_parameter_has_a_name_in_two_languages(catalogue: Catalogue) -> None:
    parameters = {p.name for query in catalogue.values() for p in query.parameters}
    assert parameters <= catalogue.wording.columns.keys()


def test_every_column_has_a_name_in_two_languages(catalogue: Catalogue) -> None:
    columns = {
        column.value
        for query in catalogue.values()
        for column in pyoxigraph.Store().query(query.text).variables  # type: ignore[union-attr]
    }
    naming = {
        name for name in columns for end in ("Label", "Name") if name.removesuffix(end) in columns - {name}
    }
    assert columns - naming - {"territoryLabel"} <= catalogue.wording.columns.keys()
    assert all(all(said.values()) for said in catalogue.wording.columns.values())


def test_a_query_says_on_which_pages_it_answers(catalogue: Catalogue) -> None:
    assert [*catalogue["territory-of-commune"].about("commune/76351")] == [("commune", "76351")]
    assert [*catalogue["continuity"].about("territoire/2018/axe-seine")] == [
        ("territory", "territoire/2018/axe-seine")
    ]
    assert [*catalogue["continuity"].about("commune/76351")] == []


@pytest.mark.parametrize("line", ["on commune", "commune", "other on commune", "commune on Commune"])
def test_a_page_that_is_not_declared_well_is_told(tmp_path: Path, line: str) -> None:
    (tmp_path / "q.rq").write_text(
        f"#+ summary: a\n#+ summary_fr: b\n#+ param: commune code ?code\n#+ page: {line}\n"
        "SELECT ?x\nWHERE {\n  ?x ?y ?code\n}\nORDER BY ?x\n",
        encoding="utf-8",
    )
    with pytest.raises(SourceError, match="page"):
        Catalogue(tmp_path)


@pytest.mark.parametrize("line", ["Members", "members other=x", "members a list"])
def test_a_table_that_is_not_declared_well_is_told(tmp_path: Path, line: str) -> None:
    with pytest.raises(SourceError, match="table"):
        read(tmp_path, HEADER + f"#+ table: {line}\n" + QUERY)


def test_every_column_of_a_table_has_a_datatype(catalogue: Catalogue) -> None:
    tables = tables_of(catalogue)
    assert len({table.name for table in tables}) == len(tables) == 22
    assert [c.name for table in tables for c in table.columns if not c.datatype] == []
