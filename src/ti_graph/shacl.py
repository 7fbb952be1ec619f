"""SHACL shapes, checked fast: the core constraints by a Rust engine, the SPARQL ones as sets by the store.

The engine (``shacl`` on PyPI) reads the merge as N-Triples and checks it in seconds where pySHACL takes most
of a minute and ten times the memory; pySHACL stays as the reference (``reference_findings``). A SHACL-SPARQL
constraint is one query over all its focus nodes: the shape's targets become a pattern that binds ``?this``.
That both ways find the same is tested on the shapes of this project and on the W3C's suite
(``tests/test_shapes.py``, ``tests/test_shacl.py``); a constraint that would tell them apart, by using
``$this`` where a joined variable is not seen, belongs in ``queries/checks/``.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyshacl
import rdflib
import shacl
from rdflib.exceptions import ParserError
from rdflib.namespace import RDF, SH
from rdflib.plugins.parsers.notation3 import BadSyntax
from rdflib.term import Node
from rdflib.util import from_n3

from ti_graph.errors import RequestError, SourceError
from ti_graph.files import read_text
from ti_graph.footprint import Footprint, Part
from ti_graph.layout import shown
from ti_graph.rdf import Quad, RdfFormat, parse_file, write
from ti_graph.reach import Reach
from ti_graph.report import Finding, filled
from ti_graph.sparql import scan
from ti_graph.store import Store

_WHERE = re.compile(r"\bWHERE\s*\{", re.IGNORECASE)
_DOLLAR = re.compile(r"\$(?=[A-Za-z_])")  # a variable, not the $1 of a replacement
_TARGETS = {
    SH.targetClass: "?this a {}",
    SH.targetSubjectsOf: "?this {} ?targetObject",
    SH.targetObjectsOf: "?targetSubject {} ?this",
    SH.targetNode: "BIND({} AS ?this)",
}


@dataclass(frozen=True)
class SparqlConstraint:
    """A SHACL-SPARQL constraint as one query over all the focus nodes of its shape."""

    rule: str
    severity: str
    messages: Mapping[str, str]
    query: str


class Shapes:
    """The shapes of a file.

    Arguments:
        path: Turtle; the constraints stand on named shapes.

    Raises:
        SourceError: it cannot be read or parsed.
        NotAllowedError: a SPARQL constraint reaches out to another server.
    """

    def __init__(self, path: Path):
        self._graph = _read(path)
        kinds = (SH.NodeShape, SH.PropertyShape)
        nodes = {shape for kind in kinds for shape in self._graph.subjects(RDF.type, kind)}
        #: The ids of the named shapes, sorted.
        self.ids = sorted(_rule_id(shape) for shape in nodes if isinstance(shape, rdflib.URIRef))
        self._sets = [self._constraint(s, c) for s, c in self._graph.subject_objects(SH.sparql)]
        for query in (*self._graph.objects(None, SH.select), *self._graph.objects(None, SH.ask)):
            scan(str(query))
        parsed = parse_file(path, shown(path))
        core = write((quad for quad in parsed if quad.predicate.value != str(SH.sparql)), RdfFormat.N_TRIPLES)
        try:
            self._core = shacl.Shapes.from_text(core.decode(), "ntriples")
        except ValueError as error:
            raise SourceError.at(Path(shown(path)), None, str(error)) from None

    def findings(self, store: Store, part: Part | None = None) -> Iterator[Finding]:
        """Hold the merge of a dataset to the shapes.

        Arguments:
            store: the dataset.
            part: look only at this part, where the constraints allow; without it, at the whole.
        """
        merge = write(part.around, RdfFormat.N_TRIPLES) if part else store.merge()
        yield from self._core_findings(merge, part)
        for constraint in (each for each in self._sets if Footprint.of(each.query).meets(part)):
            for row in store.query(constraint.query).rows():
                values = {name: term.value for name, term in row.items()}
                yield Finding(
                    severity=constraint.severity,
                    rule=constraint.rule,
                    focus=values["this"],
                    path=values.get("path", ""),
                    value=values.get("value", values["this"]),
                    message_en=filled(constraint.messages["en"], values),
                    message_fr=filled(constraint.messages["fr"], values),
                )

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
            own = self._graph.objects(_node(result.source_shape), SH.message)
            messages = _by_language([*own] or [rdflib.Literal(text) for text in result.messages])
            yield Finding(
                severity=_severity(rdflib.URIRef(result.severity_iri)),
                rule=_rule_id(_node(result.source_shape)),
                focus=focus,
                path=_text_of(_node(result.path)),
                value=_text_of(_node(result.value)),
                message_en=messages["en"],
                message_fr=messages["fr"],
                component=result.component_iri,
            )

    def reference_findings(self, store: Store) -> Iterator[Finding]:
        """The same by the reference engine alone: slow, to prove that the fast way finds the same."""
        yield from _by_pyshacl(store.triples(), self._graph)

    def _constraint(self, shape: Node, constraint: Node) -> SparqlConstraint:
        value = self._graph.value
        prefixes = "".join(
            f"PREFIX {value(declared, SH.prefix)}: <{value(declared, SH.namespace)}>\n"
            for source in self._graph.objects(constraint, SH.prefixes)
            for declared in self._graph.objects(source, SH.declare)
        )
        select = _DOLLAR.sub("?", str(value(constraint, SH.select)))
        targets = " UNION ".join(
            f"{{ {pattern.format(target.n3())} }}"
            for kind, pattern in _TARGETS.items()
            for target in self._graph.objects(shape, kind)
            if isinstance(target, rdflib.URIRef)
        )
        focus = f"WHERE {{ {{ SELECT DISTINCT ?this WHERE {{ {targets} }} }}"
        messages = list(self._graph.objects(constraint, SH.message)) or list(
            self._graph.objects(shape, SH.message)
        )
        return SparqlConstraint(
            rule=_rule_id(shape),
            severity=_severity(value(shape, SH.severity)),
            messages=_by_language(messages),
            query=prefixes + _WHERE.sub(lambda _: focus, select, count=1),
        )


def _read(path: Path) -> rdflib.Graph:
    at = Path(shown(path))
    try:
        return rdflib.Graph().parse(data=read_text(path), format="turtle")
    except BadSyntax as error:
        raise SourceError.at(at, error.lines + 1, "not valid Turtle") from None


def _by_pyshacl(triples: Iterable[Quad], shapes: rdflib.Graph) -> Iterator[Finding]:
    merge = io.BytesIO(write(triples, RdfFormat.N_TRIPLES))
    try:
        data = rdflib.Graph().parse(merge, format="nt")
    except ParserError as error:
        raise RequestError(f"this cannot be checked, only RDF 1.1 can: {error}") from None
    _, results, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none")
    assert isinstance(results, rdflib.Graph)
    for result in results.subjects(RDF.type, SH.ValidationResult):
        messages = _by_language(results.objects(result, SH.resultMessage))
        yield Finding(
            severity=_severity(results.value(result, SH.resultSeverity)),
            rule=_rule_id(results.value(result, SH.sourceShape)),
            focus=str(results.value(result, SH.focusNode)),
            path=_text_of(results.value(result, SH.resultPath)),
            value=_text_of(results.value(result, SH.value)),
            message_en=messages["en"],
            message_fr=messages["fr"],
            component=str(results.value(result, SH.sourceConstraintComponent)),
        )


def _node(term: str | None) -> Node | None:
    """A term of the engine, which writes it as N-Triples do; a path of more than one property is none."""
    if term is None or not term.startswith(("<", '"', "_:")):
        return None
    return from_n3(term)  # type: ignore[return-value]


def _by_language(messages: Iterable[Node]) -> Mapping[str, str]:
    """Messages by language; a shape that has only one says it in both."""
    found = {getattr(m, "language", None) or "en": str(m) for m in messages}
    only = next(iter(found.values()), "")
    return {"en": found.get("en", only), "fr": found.get("fr", only)}


def _severity(node: Node | None) -> str:
    """SHACL's default severity is sh:Violation (https://www.w3.org/TR/shacl/#severity)."""
    return "violation" if node in (None, SH.Violation) else "warning"


def _rule_id(shape: Node | None) -> str:
    return re.split(r"[#/]", str(shape))[-1]


def _text_of(node: Node | None) -> str:
    """A node's text; a blank node (a path that is more than one property) has none that would last."""
    return "" if node is None or isinstance(node, rdflib.BNode) else str(node)
