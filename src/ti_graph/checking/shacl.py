"""SHACL shapes, checked fast: the core constraints by a Rust engine, the SPARQL ones as sets by the store.

The engine (``shacl`` on PyPI) reads the merge as N-Triples and checks it in seconds where pySHACL takes most
of a minute and ten times the memory; pySHACL stays as the reference (``reference_findings``). A SHACL-SPARQL
constraint is one query over all its focus nodes (``constraints``); where one constraint of a file cannot be
that, all of them are left to pySHACL. That both ways find the same is tested on the shapes of this project
and on the W3C's suite (``tests/test_shapes.py``, ``tests/test_shacl.py``).
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

import pyshacl
import rdflib
import shacl
from rdflib.exceptions import ParserError
from rdflib.namespace import OWL, RDF, RDFS, SH
from rdflib.plugins.parsers.notation3 import BadSyntax
from rdflib.term import Node
from rdflib.util import from_n3

from ti_graph.checking.constraints import as_set, by_language, name_of, query_of, rule_id, severity_of
from ti_graph.checking.footprint import Footprint, Part
from ti_graph.checking.reach import Reach
from ti_graph.checking.report import Finding
from ti_graph.errors import QuerySyntaxError, RequestError, SourceError
from ti_graph.files import read_text
from ti_graph.rdf import ID, NamedNode, Namespace, Quad, RdfFormat
from ti_graph.rdf.syntax import parse_file, write
from ti_graph.sparql.text import scan
from ti_graph.stores.store import Store

_SPARQL_CONSTRAINT = str(SH.SPARQLConstraintComponent)

#: What shapes say of themselves in SHACL core and, of queries, in SHACL-SPARQL: by none of it a shape looks
#: at a property that it does not name.
_CORE = Namespace(
    str(SH),
    """
    targetNode targetClass targetSubjectsOf targetObjectsOf path inversePath alternativePath
    zeroOrMorePath oneOrMorePath zeroOrOnePath property node not and or xone qualifiedValueShape
    qualifiedValueShapesDisjoint qualifiedMinCount qualifiedMaxCount class datatype nodeKind minCount
    maxCount minExclusive minInclusive maxExclusive maxInclusive minLength maxLength pattern flags
    languageIn uniqueLang equals disjoint lessThan lessThanOrEquals closed ignoredProperties hasValue in
    severity message deactivated name description order group defaultValue sparql select ask prefixes
    declare prefix namespace
    """,
).names


class Shapes:
    """The shapes of a file.

    Arguments:
        path: Turtle; the constraints stand on named shapes.

    Raises:
        SourceError: it cannot be read or parsed, or a SPARQL constraint is one that SHACL forbids.
        NotAllowedError: a SPARQL constraint reaches out to another server.
    """

    def __init__(self, path: Path):
        self._graph = _read(path)
        kinds = (SH.NodeShape, SH.PropertyShape)
        nodes = {shape for kind in kinds for shape in self._graph.subjects(RDF.type, kind)}
        #: The ids of the named shapes, sorted.
        self.ids = sorted(rule_id(shape) for shape in nodes if isinstance(shape, rdflib.URIRef))
        for query in (*self._graph.objects(None, SH.select), *self._graph.objects(None, SH.ask)):
            scan(str(query))
        for constraint in self._graph.objects(None, SH.sparql):
            _demand_syntax(query_of(self._graph, constraint), path)
        found = [as_set(self._graph, *pair) for pair in self._graph.subject_objects(SH.sparql)]
        #: Empty where one constraint is no set.
        self._sets = [constraint for constraint in found if constraint] if all(found) else []
        self._by_node = not all(found)
        if self._by_node:
            _demand_allowed_constraints(self._graph, path)
        parsed = parse_file(path)
        core = write((quad for quad in parsed if quad.predicate.value != str(SH.sparql)), RdfFormat.N_TRIPLES)
        try:
            self._core = shacl.Shapes.from_text(core.decode(), "ntriples")
        except ValueError as error:
            raise SourceError.at(path, None, str(error)) from None

    def findings(self, store: Store, part: Part | None = None) -> Iterator[Finding]:
        """Hold the merge of a dataset to the shapes.

        Arguments:
            store: the dataset.
            part: look only at this part, where the constraints allow; without it, at the whole.
        """
        merge = write(part.around, RdfFormat.N_TRIPLES) if part else store.merge(self._predicates)
        yield from self._core_findings(merge, part)
        if self._by_node:
            yield from (f for f in self.reference_findings(store) if f.component == _SPARQL_CONSTRAINT)
        else:
            yield from self._set_findings(store, part)

    def _set_findings(self, store: Store, part: Part | None) -> Iterator[Finding]:
        for constraint in (each for each in self._sets if Footprint.of(each.query).meets(part)):
            for row in store.query(constraint.query).texts():
                yield Finding.of_row(
                    constraint.severity, constraint.rule, constraint.messages, row, constraint.shape
                )

    @cached_property
    def _predicates(self) -> list[NamedNode] | None:
        """Those that core constraints can see: the ones that shapes name, and what makes a class.

        None for every one: what a closed shape looks at (https://www.w3.org/TR/shacl/#ClosedConstraintComponent),
        and perhaps what is not of SHACL core.
        """
        names = [str(name) for name in self._graph.predicates()]
        spoken = {name.removeprefix(str(SH)) for name in names if name.startswith(str(SH))}
        is_closed = any(str(closed) != "false" for closed in self._graph.objects(None, SH.closed))
        if is_closed or not spoken <= _CORE:
            return None
        named = {node for node in self._graph.all_nodes() if isinstance(node, rdflib.URIRef)}
        return [NamedNode(str(node)) for node in sorted({*named, RDF.type, RDFS.subClassOf})]

    @cached_property
    def reach(self) -> Reach:
        """How far the core constraints look."""
        return Reach.of(self._graph)

    def _core_findings(self, merge: bytes, part: Part | None) -> Iterator[Finding]:
        """The findings of core constraints in a graph, given as N-Triples; of the nodes of a part only."""
        try:
            report = self._core.validate_text(merge.decode(), "ntriples")
        except ValueError as error:
            raise RequestError(f"this cannot be checked, only RDF 1.1 can: {error}") from None
        for result in report.results:
            focus = str(_node(result.focus_node))
            if part is not None and focus not in part.focus:
                continue
            shape = _node(result.source_shape)
            said = [*self._graph.objects(shape, SH.message)] or [*map(rdflib.Literal, result.messages)]
            messages = by_language(said, rdflib.URIRef(result.component_iri))
            yield Finding(
                severity=severity_of(rdflib.URIRef(result.severity_iri)),
                rule=rule_id(shape),
                focus=focus,
                path=_text_of(_node(result.path)),
                value=_text_of(_node(result.value)),
                message_en=messages["en"],
                message_fr=messages["fr"],
                component=result.component_iri,
                shape=name_of(shape),
            )

    def reference_findings(self, store: Store) -> Iterator[Finding]:
        """The same by the reference engine alone: slow, to prove that the fast way finds the same."""
        yield from _by_pyshacl(store.triples(), self._graph)


def _read(path: Path) -> rdflib.Graph:
    try:
        shapes = rdflib.Graph().parse(data=read_text(path), format="turtle", publicID=ID)
    except BadSyntax as error:
        raise SourceError.at(path, error.lines + 1, "not valid Turtle") from None
    for importing, imported in [*shapes.subject_objects(OWL.imports)]:
        for source in shapes.transitive_objects(imported, OWL.imports):
            for declared in shapes.objects(source, SH.declare):
                shapes.add((importing, SH.declare, declared))
    return shapes


def _demand_syntax(query: str, path: Path) -> None:
    try:
        Store.in_memory([]).query(query)
    except QuerySyntaxError as error:
        raise SourceError.at(path, None, f"a SPARQL constraint: {error}\n{query}") from None


def _demand_allowed_constraints(shapes: rdflib.Graph, path: Path) -> None:
    """Have the reference engine read SPARQL constraints: a mistake is told before they are needed."""
    named = [str(shape) for shape in shapes.subjects(SH.sparql) if isinstance(shape, rdflib.URIRef)]
    try:
        _, results, text = pyshacl.validate(
            rdflib.Graph(),
            shacl_graph=shapes,
            inference="none",
            focus_nodes=["urn:any:node"],
            use_shapes=named,
        )
    except NotImplementedError as error:  # $shapesGraph
        raise SourceError.at(path, None, str(error)) from None
    if not isinstance(results, rdflib.Graph):
        raise SourceError.at(path, None, text.strip())


def _by_pyshacl(triples: Iterable[Quad], shapes: rdflib.Graph) -> Iterator[Finding]:
    merge = io.BytesIO(write(triples, RdfFormat.N_TRIPLES))
    try:
        data = rdflib.Graph().parse(merge, format="nt")
    except ParserError as error:
        raise RequestError(f"this cannot be checked, only RDF 1.1 can: {error}") from None
    _, results, text = pyshacl.validate(data, shacl_graph=shapes, inference="none")
    if not isinstance(results, rdflib.Graph):
        raise RequestError(f"this cannot be checked: {text}")
    for result in results.subjects(RDF.type, SH.ValidationResult):
        shape = results.value(result, SH.sourceShape)
        component = results.value(result, SH.sourceConstraintComponent)
        messages = by_language(results.objects(result, SH.resultMessage), component)
        yield Finding(
            severity=severity_of(results.value(result, SH.resultSeverity)),
            rule=rule_id(shape),
            focus=str(results.value(result, SH.focusNode)),
            path=_text_of(results.value(result, SH.resultPath)),
            value=_text_of(results.value(result, SH.value)),
            message_en=messages["en"],
            message_fr=messages["fr"],
            component=str(component),
            shape=name_of(shape),
        )


def _node(term: str | None) -> Node | None:
    """A term of the engine, which writes it as N-Triples do; a path of more than one property is none."""
    if term is None or not term.startswith(("<", '"', "_:")):
        return None
    return from_n3(term)  # type: ignore[return-value]


def _text_of(node: Node | None) -> str:
    """A node's text; a blank node (a path that is more than one property) has none that would last."""
    return "" if node is None or isinstance(node, rdflib.BNode) else str(node)
