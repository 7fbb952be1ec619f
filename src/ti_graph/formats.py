"""One table of formats: what can be written, under which name, media type and suffix.

Negotiation, suffixes, ``--format``, and the pages all read this table; its order is the order of preference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from ti_graph.errors import NotAcceptableError, RequestError
from ti_graph.rdf import QueryResultsFormat, RdfFormat

#: What the IRI of a media type begins with.
IANA = "https://www.iana.org/assignments/media-types/"


@dataclass(frozen=True)
class Format:
    """A way to write an answer.

    Arguments:
        name: for ``--format``, ``format=`` and as a suffix.
        media_type: what is sent as Content-Type.
        label: what a person reads.
        aliases: other media types that ask for it.
        results: the writer of SELECT and ASK answers, None if it writes none.
        rdf: the writer of graphs, None if it writes none.
    """

    name: str
    media_type: str
    label: str
    aliases: tuple[str, ...] = ()
    results: QueryResultsFormat | None = None
    rdf: RdfFormat | None = None

    def __reduce__(self) -> tuple[Callable[[str], Format], tuple[str]]:
        """By name they cross between processes, as the engine's own cannot; ``JSON`` and citations do not."""
        return _of_table, (self.name,)

    @property
    def content_type(self) -> str:
        """The Content-Type header: text formats say that they are UTF-8."""
        return self.media_type + ("; charset=utf-8" if self.media_type.startswith("text/") else "")


JSON = Format("json", "application/json", "JSON")
GEOJSON = Format("geojson", "application/geo+json", "GeoJSON")
#: What CSV tables are (https://www.w3.org/TR/tabular-data-model/).
CSVW = Format("csvm", "application/csvm+json", "CSVW")
#: Citations, always last in what is offered: who asks for anything gets the thing, not how it is cited.
CITATIONS = (
    Format("bib", "application/x-bibtex", "BibTeX", ("text/x-bibtex",)),
    Format("csl", "application/vnd.citationstyles.csl+json", "CSL-JSON"),
)
HTML = Format("html", "text/html", "HTML", ("application/xhtml+xml",))
RESULTS = (
    Format(
        "json",
        "application/sparql-results+json",
        "JSON",
        ("application/json",),
        results=QueryResultsFormat.JSON,
    ),
    Format(
        "xml",
        "application/sparql-results+xml",
        "XML",
        ("application/xml", "text/xml"),
        results=QueryResultsFormat.XML,
    ),
    Format("csv", "text/csv", "CSV", results=QueryResultsFormat.CSV),
    Format("tsv", "text/tab-separated-values", "TSV", results=QueryResultsFormat.TSV),
)
GRAPHS = (
    Format("ttl", "text/turtle", "Turtle", ("application/x-turtle",), rdf=RdfFormat.TURTLE),
    Format("nt", "application/n-triples", "N-Triples", ("text/plain",), rdf=RdfFormat.N_TRIPLES),
    Format("rdf", "application/rdf+xml", "RDF/XML", ("application/xml", "text/xml"), rdf=RdfFormat.RDF_XML),
    Format("jsonld", "application/ld+json", "JSON-LD", ("application/json",), rdf=RdfFormat.JSON_LD),
    Format("trig", "application/trig", "TriG", rdf=RdfFormat.TRIG),
    Format("nq", "application/n-quads", "N-Quads", rdf=RdfFormat.N_QUADS),
)


def _of_table(name: str) -> Format:
    return by_name(name, (*RESULTS, *GRAPHS, HTML, GEOJSON, CSVW))


def by_name(name: str, offered: Iterable[Format]) -> Format:
    """The format of that name.

    Raises:
        RequestError: not among those offered.
    """
    offered = tuple(offered)
    for candidate in offered:
        if candidate.name == name:
            return candidate
    names = ", ".join(f.name for f in offered)
    raise RequestError(f"no format {name!r} for this answer; there are: {names}")


def of_media_type(media_type: str, offered: Iterable[Format]) -> Format | None:
    """The format of a Content-Type in small letters and without parameters; None if it is not offered."""
    return next((form for form in offered if media_type in (form.media_type, *form.aliases)), None)


@lru_cache(1000)
def wanted(accept: str | None, name: str | None) -> tuple[Format | None, Format | None]:
    """The formats to answer in, for rows and for a graph, before it is known which of them the answer is.

    Arguments:
        accept: the Accept header.
        name: a format by name, which goes before the header.

    Raises:
        NotAcceptableError, RequestError: neither has one.
    """
    if name is not None:
        form = by_name(name, (*RESULTS, *GRAPHS))
        return (form, None) if form.results else (None, form)
    found: list[Format | None] = []
    for offered in (RESULTS, GRAPHS):
        try:
            found.append(negotiate(accept, offered))
        except NotAcceptableError:
            found.append(None)
    if found == [None, None]:
        raise NotAcceptableError(accept or "", [f.media_type for f in (*RESULTS, *GRAPHS)])
    return found[0], found[1]


def negotiate(accept: str | None, offered: Iterable[Format]) -> Format:
    """The format that an Accept header asks for (RFC 9110, section 12.5.1).

    Parameters of media types other than ``q`` do not count: ``text/turtle; charset=utf-8`` is Turtle. Among
    equals the order of the table decides; no header means the first.

    Arguments:
        accept: the header's value, None or empty when there is none.
        offered: the formats that this answer has.

    Raises:
        NotAcceptableError: none of them is acceptable.
    """
    offered = tuple(offered)
    ranges = _ranges(accept or "*/*")
    scored = [(_quality(f, ranges), -position, f) for position, f in enumerate(offered)]
    quality, _, best = max(scored, key=lambda item: item[:2])
    if not quality[0]:
        raise NotAcceptableError(accept or "", [f.media_type for f in offered])
    return best


def _ranges(accept: str) -> dict[str, float]:
    ranges: dict[str, float] = {}
    for item in accept.split(","):
        media_range, *parameters = (part.strip().lower() for part in item.split(";"))
        quality = next((p[2:] for p in parameters if p.startswith("q=")), "1")
        try:
            ranges[media_range] = max(ranges.get(media_range, 0.0), min(1.0, float(quality)))
        except ValueError:
            ranges[media_range] = 0.0
    return ranges


def _quality(offer: Format, ranges: dict[str, float]) -> tuple[float, int]:
    """How much a format is wanted: the quality, then how precisely it was named."""
    if offer.media_type in ranges:
        return ranges[offer.media_type], 3
    named = [ranges[alias] for alias in offer.aliases if alias in ranges]
    if named:
        return max(named), 2
    family = offer.media_type.split("/")[0] + "/*"
    if family in ranges:
        return ranges[family], 1
    return ranges.get("*/*", 0.0), 0
