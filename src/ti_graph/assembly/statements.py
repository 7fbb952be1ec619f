"""Read the curated statements: the facts of the prose, each graph anchored to the words it rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from ti_graph.assembly.announcement import Announcement, Span
from ti_graph.assembly.provenance import Provenance, path_of
from ti_graph.errors import Problem, SourceError
from ti_graph.rdf import BASE, DCTERMS, PROV, RDF, SCHEMA, TI, Fact, Literal, NamedNode, Namespace, Quad, Term
from ti_graph.rdf.syntax import parse_facts

CUR = Namespace(BASE + "curation#", "extrait contexte nomme sansEnonce")

#: Properties whose literals are words of the page: the build looks for them in the passage.
VERBATIM = frozenset(
    {
        DCTERMS.title,
        SCHEMA.text,
        TI.critere,
        TI.dateTextuelle,
        TI.finalite,
        TI.formatTextuel,
        TI.objectif,
        TI.tailleTextuelle,
        TI.valeurTextuelle,
    }
)


#: What the curated file says of a graph, by its type, and of a passage without statements.
_ABOUT_GRAPH = {
    str(TI.Enonce): frozenset({RDF.type, CUR.extrait, CUR.contexte, PROV.wasAttributedTo}),
    str(TI.Deduction): frozenset({RDF.type, CUR.extrait, PROV.wasDerivedFrom, TI.methode, DCTERMS.source}),
}
_ABOUT_PASSAGE = frozenset({RDF.type, CUR.extrait, CUR.sansEnonce})


class Statements:
    """The curated graphs of an announcement.

    Arguments:
        path: the TriG file; what its graphs and ``cur:`` properties mean is at its head.
        provenance: told of every passage, mention, énoncé and deduction.

    Raises:
        SourceError: with every quotation or mention that the text does not bear out.
    """

    def __init__(self, path: Path, provenance: Provenance[Announcement]):
        self._path, self._provenance = path, provenance
        self._problems: list[Problem] = []
        self._about: dict[NamedNode, dict[NamedNode, list[Term]]] = defaultdict(lambda: defaultdict(list))
        self._graphs: dict[NamedNode, list[Fact]] = defaultdict(list)
        for fact, graph in parse_facts(path):
            if graph is None:
                subject, predicate, value = fact
                self._about[subject][predicate].append(value)
            else:
                self._graphs[graph].append(fact)
        self._quotations = {
            subject
            for facts in self._graphs.values()
            for subject, _, kind in facts
            if kind == SCHEMA.Quotation
        }
        self._demand_known_terms()
        self.quads = [
            Quad(*fact, subject) for subject in list(self._about) for fact in self._statement(subject)
        ]
        for graph in self._graphs.keys() - self._about.keys():
            self._problem(f"{path_of(graph)} says nothing of where it comes from")
        if self._problems:
            raise SourceError(self._problems)

    def _demand_known_terms(self) -> None:
        """A mistyped type or property would drop a fact without a word, or let one in."""
        for subject, about in self._about.items():
            known = _ABOUT_PASSAGE
            for kind in about[RDF.type]:
                known = _ABOUT_GRAPH.get(str(kind), frozenset())
            for predicate in about.keys() - known:
                self._problem(
                    f"{path_of(subject)}: {predicate} is not among what is said here of such a thing"
                )
            if about[RDF.type] and subject not in self._graphs:
                self._problem(f"{path_of(subject)} has no statements")
        for graph, facts in self._graphs.items():
            for _, predicate, _ in facts:
                if predicate.value.startswith(CUR.iri) and predicate != CUR.nomme:
                    self._problem(f"{path_of(graph)}: {predicate} has no place inside a graph")

    def publishers(self) -> list[Term]:
        """Who publishes the document, as the statements have it."""
        document = self._provenance.document
        return [
            value
            for facts in self._graphs.values()
            for subject, predicate, value in facts
            if (subject, predicate) == (document, DCTERMS.publisher)
        ]

    def _statement(self, subject: NamedNode) -> Iterator[Fact]:
        about = self._about[subject]
        spans = self._located(subject, CUR.extrait)
        passages = [self._provenance.passage(span) for span in spans]
        kinds = about[RDF.type]
        if TI.Enonce in kinds:
            contexts = [self._provenance.passage(span) for span in self._located(subject, CUR.contexte)]
            said_by = about[PROV.wasAttributedTo]
            self._provenance.enonce(subject, passages, contexts, said_by)
            yield from self._said(subject, spans)
        elif TI.Deduction in kinds:
            inputs = [*passages, *about[PROV.wasDerivedFrom]]
            methods = [m for m in about[TI.methode] if isinstance(m, Literal)]
            self._provenance.deduction(subject, inputs, {m.language or "": m.value for m in methods})
            for source in about[DCTERMS.source]:
                self._provenance.note(subject, DCTERMS.source, source)
            yield from self._graphs[subject]
        else:
            for passage in passages:
                for reason in about[CUR.sansEnonce]:
                    self._provenance.note(passage, TI.sansEnonce, reason)
        if not passages and not about[PROV.wasDerivedFrom]:
            self._problem(f"{path_of(subject)} quotes no passage and names no input")

    def _said(self, graph: NamedNode, spans: list[Span]) -> Iterator[Fact]:
        """The triples of an énoncé; its mentions and verbatim words become offsets on the way."""
        named: dict[NamedNode, list[Span]] = defaultdict(list)
        for subject, predicate, value in self._graphs[graph]:
            if predicate == CUR.nomme or predicate in VERBATIM:
                found = self._mentions(graph, spans, subject, value.value)
                if predicate == CUR.nomme:
                    named[subject] += found
                if predicate == SCHEMA.text and subject in self._quotations:
                    for span in found:
                        self._provenance.note(subject, PROV.wasQuotedFrom, self._provenance.passage(span))
            if predicate != CUR.nomme:
                yield subject, predicate, value
        for subject, found in named.items():
            for span in spans:
                if found and not any(span.start <= f.start and f.end <= span.end for f in found):
                    self._problem(f"{path_of(graph)}: {path_of(subject)} is not named in {span}")

    def _mentions(self, graph: NamedNode, spans: list[Span], thing: NamedNode, words: str) -> list[Span]:
        found = []
        for span in spans:
            count = span.text.count(words)
            if count > 1:
                self._problem(f"{path_of(graph)}: « {words} » stands {count} times in {span}: say more of it")
            if count == 1:
                start = span.start + span.text.index(words)
                found.append(self._provenance.announcement.span(start, start + len(words)))
                self._provenance.mention(found[-1], thing)
        if not found and spans:
            self._problem(f"{path_of(graph)}: « {words} » is not in {' nor in '.join(map(str, spans))}")
        return found

    def _located(self, subject: NamedNode, predicate: NamedNode) -> list[Span]:
        spans = []
        for quotation in self._about[subject][predicate]:
            try:
                spans.append(self._provenance.announcement.locate(quotation.value))
            except SourceError as error:
                self._problem(f"{path_of(subject)}: {error}")
        return sorted(spans)

    def _problem(self, message: str) -> None:
        self._problems.append(Problem.at(self._path, None, message))
