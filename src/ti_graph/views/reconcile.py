"""Reconciliation of a column with communes, EPCI and territories, as OpenRefine asks for it.

The API in two versions: 0.2 (https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/),
which OpenRefine speaks, and the W3C Entity Reconciliation Community Group's draft 1.0
(https://www.w3.org/community/reconciliation/).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ti_graph.errors import RequestError, TooLargeError
from ti_graph.views.join import Join, Row
from ti_graph.views.names import COMMUNE, EPCI, KINDS, TERRITORY, Candidate, Names, Thing

#: The most queries, and things to extend, in one request.
MAX_BATCH = 200
_LIMIT = 5
_KEYS_OF_02 = {"query", "type", "type_strict", "limit", "properties"}

TYPES = {COMMUNE: "Commune", EPCI: "Intercommunalité (EPCI)", TERRITORY: "Territoire d’industrie"}
#: What a query may say of a thing besides its name: the département or the list that it is in.
_WITHIN = ("departement", "liste")
_PROPERTIES = {"code": "Code Insee ou SIREN", "departement": "Département", "liste": "Liste"}
#: What is known of a thing for each list: property, column of ``join.COLUMNS``, French name.
_BY_LIST = {
    "statut": ("status", "Statut"),
    "territoire": ("territory", "Territoire"),
    "epci": ("epci", "Intercommunalité"),
}
_COLUMN_OF_NAME = {"territory": "territoryLabel", "epci": "epciName"}

#: Of a thing, by property, the values: ``str``, or ``id`` and ``name``.
Values = dict[str, list[dict[str, str]]]


@dataclass(frozen=True)
class Query:
    """A value to reconcile.

    Arguments:
        text: the value.
        kinds: the kinds of things that it may be; empty when a type was asked for that there is not.
        within: the code of a département or the slug of a list that the thing is in; empty for any.
        limit: at most so many candidates.
    """

    text: str
    kinds: tuple[str, ...] = KINDS
    within: str = ""
    limit: int = _LIMIT


def queries_of_02(batch: Any) -> dict[str, Query]:
    """The queries of a batch of version 0.2, by their keys.

    Raises:
        RequestError: it is not as the specification says, with what is wrong.
        TooLargeError: there are more than ``MAX_BATCH``.
    """
    batch = _object(batch, "the batch of queries")
    _demand_few(batch)
    found = {}
    for key, item in batch.items():
        query = _object(item, f"query {key!r}")
        unknown = query.keys() - _KEYS_OF_02
        if unknown:
            raise RequestError(
                f"query {key!r} has {min(unknown)!r}; there are {', '.join(sorted(_KEYS_OF_02))}"
            )
        pairs = [
            (_text(_object(pair, f"a property of {key!r}"), "pid"), pair.get("v"))
            for pair in _list(query.get("properties", []), f"the properties of {key!r}")
        ]
        text = "" if pairs and "query" not in query else _text(query, "query")
        found[key] = _query(text, query.get("type"), pairs, query.get("limit"))
    return found


def queries_of_draft(batch: Any) -> list[Query]:
    """The queries of a batch of the draft 1.0; errors as ``queries_of_02``."""
    queries = _list(_object(batch, "the batch of queries").get("queries"), "'queries'")
    _demand_few(queries)
    found = []
    for item in queries:
        query = _object(item, "a query")
        conditions = [_object(each, "a condition") for each in _list(query.get("conditions"), "'conditions'")]
        if not conditions:
            raise RequestError("a query has no condition")
        kinds = [_text(condition, "matchType") for condition in conditions]
        if not set(kinds) <= {"name", "property"}:
            raise RequestError("a condition's matchType is neither 'name' nor 'property'")
        pairs = [
            (_text(each, "propertyId"), each.get("propertyValue"))
            for each, kind in zip(conditions, kinds, strict=True)
            if kind == "property"
        ]
        names = [each for each, kind in zip(conditions, kinds, strict=True) if kind == "name"]
        name = _text(names[0], "propertyValue") if names else ""
        if "type" in query:
            _text(query, "type")  # one, where version 0.2 allows several
        found.append(_query(name, query.get("type"), pairs, query.get("limit")))
    return found


def candidates(names: Names, query: Query) -> list[dict[str, Any]]:
    """The candidates of a query; ``match`` where one thing alone has that very code or name."""
    if not query.text or not query.kinds:
        return []
    found = names.find(query.text, query.kinds, query.within, max(query.limit, 2))  # two tell a homonym
    sole = len(found) == 1
    return [_candidate(each) | {"match": each.is_exact and sole} for each in found[: query.limit]]


def suggested(names: Names, prefix: str) -> list[dict[str, Any]]:
    """Things whose name starts so."""
    return [_described(thing) for thing in names.starting_with(prefix)]


def types(prefix: str = "") -> list[dict[str, str]]:
    """The types, or those whose name starts so."""
    return [_type(kind) for kind, name in TYPES.items() if name.lower().startswith(prefix.lower())]


def properties(lists: Sequence[str], prefix: str = "") -> list[dict[str, str]]:
    """The properties that things have, or those whose name starts so.

    Arguments:
        lists: the slugs of the lists.
        prefix: the start of a name.
    """
    known = _PROPERTIES | {
        f"{name}-{each}": f"{label} ({each})" for each in lists for name, (_, label) in _BY_LIST.items()
    }
    return [
        {"id": key, "name": name} for key, name in known.items() if name.lower().startswith(prefix.lower())
    ]


def extended(join: Join, request: Any) -> tuple[list[dict[str, str]], dict[str, Values]]:
    """What is known of things: the properties asked for, and by thing and property the values.

    Arguments:
        join: the things, and where they stand.
        request: ``ids`` and ``properties``, as both versions have them.

    Raises:
        RequestError, TooLargeError: the request is not as the specification says, or too long.
    """
    asked = _object(request, "the extension")
    ids = [str(each) for each in _list(asked.get("ids"), "'ids'")]
    _demand_few(ids)
    wanted = [
        _text(_object(each, "a property"), "id") for each in _list(asked.get("properties"), "'properties'")
    ]
    known = {each["id"]: each["name"] for each in properties(join.lists)}
    for name in wanted:
        if name not in known:
            raise RequestError(f"there is no property {name!r}; there are {', '.join(known)}")
    things = {each: join.names.things[each] for each in ids if each in join.names.things}
    situations = join.situations(list(things.values()))
    rows = {
        each: {name: _values(name, things.get(each), situations.get(each, [])) for name in wanted}
        for each in ids
    }
    return [{"id": name, "name": known[name]} for name in wanted], rows


def _values(name: str, thing: Thing | None, rows: Sequence[Row]) -> list[dict[str, str]]:
    if thing is None:
        return []
    if name == "code":
        return [{"str": thing.code}] if thing.code else []
    if name in _WITHIN:
        is_list = thing.kind == TERRITORY
        return [{"str": thing.within}] if thing.within and is_list == (name == "liste") else []
    kind, _, which = name.partition("-")
    column = _BY_LIST[kind][0]
    values = {
        (row.get(column, ""), row.get(_COLUMN_OF_NAME.get(column, ""), ""))
        for row in rows
        if row["list"] == which
    }
    return [
        {"id": value, "name": label} if label else {"str": value} for value, label in sorted(values) if value
    ]


def _query(text: str, kind: Any, pairs: Sequence[tuple[str, Any]], limit: Any) -> Query:
    asked = kind if isinstance(kind, list) else [kind] if kind else list(KINDS)
    within = next((str(value) for name, value in pairs if name in _WITHIN and value), "")
    if limit is not None and (not isinstance(limit, int) or limit < 1):
        raise RequestError(f"limit {limit!r} is not a whole number above 0")
    return Query(text, tuple(k for k in KINDS if k in asked), within, min(limit or _LIMIT, 50))


def _candidate(found: Candidate) -> dict[str, Any]:
    return _described(found.thing) | {"type": [_type(found.thing.kind)], "score": found.score}


def _described(thing: Thing) -> dict[str, Any]:
    where = f" · {thing.within}" if thing.within else ""
    code = f" · {thing.code}" if thing.code else ""
    return {"id": thing.id, "name": thing.name, "description": f"{TYPES[thing.kind]}{where}{code}"}


def _type(kind: str) -> dict[str, str]:
    return {"id": kind, "name": TYPES[kind]}


def _object(value: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise RequestError(f"{what} is not a JSON object")
    return value


def _list(value: Any, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise RequestError(f"{what} is not a JSON array")
    return value


def _text(value: Mapping[str, Any], name: str) -> str:
    text = value.get(name)
    if not isinstance(text, str) or not text:
        raise RequestError(f"{name!r} is missing, or is no text")
    return text


def _demand_few(batch: Sequence[Any] | Mapping[str, Any]) -> None:
    if len(batch) > MAX_BATCH:
        raise TooLargeError(f"{len(batch):,} in one request; at most {MAX_BATCH:,} are answered")
