"""A dataset in a store elsewhere, asked by the SPARQL 1.1 Protocol: the same questions, fewer promises.

Every query is parsed here first. So a mistake in it is told as for a store on this machine, an update cannot
pass as a query, and neither can what an engine has besides SPARQL: its own statements and functions.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from ti_graph.errors import RequestError, TiGraphError, UpstreamError
from ti_graph.rdf import BASE, NamedNode, iri
from ti_graph.sparql.result import Result
from ti_graph.sparql.text import tokens_of, without_dataset
from ti_graph.stores.credentials import NOBODY, Credentials
from ti_graph.stores.publication import LOADED, MERGE, PUBLICATION, VERSION, loaded
from ti_graph.stores.remote import Remote, without_query
from ti_graph.stores.store import Store

#: What the address of such a dataset begins with.
SCHEME = "sparql+"
#: What cannot be promised of a store elsewhere.
REDUCTIONS = (
    (
        "Les réponses viennent d’une base distante, dans l’état où elle est à cet instant : deux requêtes "
        "d’une même page peuvent voir deux états.",
        "Answers come from a store elsewhere, as it is at that moment: two queries of one page may see two "
        "states.",
    ),
    (
        "Une requête arrêtée ici (délai, mémoire, client parti) peut continuer dans la base distante.",
        "A query that is ended here (deadline, memory, client gone) may go on in that store.",
    ),
    (
        "Ce serveur ne modifie pas les données : elles sont vérifiées puis chargées par « ti-graph push », "
        "graphe par graphe et non d’un seul coup.",
        "This server does not change the data: they are checked and then loaded by 'ti-graph push', graph by "
        "graph and not all at once.",
    ),
    (
        "Les fichiers à télécharger et le rapport de validation sont là où les données ont été préparées.",
        "The files to download and the validation report are where the data were made.",
    ),
)
#: Seconds after which it is asked again which release is there, and after a failure.
_LOOK_AFTER, _LOOK_AFTER_FAILURE = 5.0, 2.0
#: Seconds after which what was read of a store that names no release is read again.
_READ_AGAIN = 600
#: Seconds to wait for such a look.
_LOOK_TIMEOUT = 10.0
_GRAPHS = "SELECT DISTINCT ?graph WHERE { GRAPH ?graph { ?s ?p ?o } }"
#: A graph that no store has: an RDF dataset of this named graph alone has no named graphs.
_NONE = BASE + "none"


@dataclass(frozen=True)
class Address:
    """Where a store is.

    Arguments:
        url: of its SPARQL 1.1 query service.
        default_graph: the IRI of the named graph that is the default graph here; empty for the store's own.
        credentials: who asks.
    """

    url: str
    default_graph: str = ""
    credentials: Credentials = NOBODY

    @classmethod
    def parse(cls, text: str, credentials: Credentials = NOBODY) -> Address:
        """Read ``sparql+http://host/path?default-graph-uri=IRI``.

        Raises:
            RequestError: it is no such address.
        """
        url, query = without_query(text.removeprefix(SCHEME))
        Remote(url)
        given = parse_qsl(query, keep_blank_values=True)
        graphs = [value for name, value in given if name == "default-graph-uri"]
        others = [(name, value) for name, value in given if name != "default-graph-uri"]
        if len(graphs) > 1:
            raise RequestError(f"{text!r} names {len(graphs)} default graphs; name one")
        kept = f"{url}?{urlencode(others)}" if others else url
        return cls(kept, iri(graphs[0]).value if graphs else "", credentials)


@dataclass(frozen=True)
class RemoteState:
    """What is known of a store at some moment.

    Arguments:
        address: where it is.
        release: the release that it says it holds; empty where it says none.
        named: its named graphs, where they are known.
        read: which time it is read for, where no release tells two states apart.
    """

    address: Address
    release: str = ""
    named: tuple[str, ...] = ()
    read: int = 0

    @property
    def name(self) -> str:
        """What those who run the server call it."""
        return f"release {self.release[:16]}" if self.release else "a store that names no release"

    @property
    def version(self) -> str:
        """The release."""
        return self.release

    @property
    def is_fixed(self) -> bool:
        """Nobody can promise that."""
        return False

    def open(self) -> RemoteStore:
        """A store to ask."""
        return RemoteStore(self)


class RemoteDataset:
    """The states of a store elsewhere.

    Arguments:
        address: where it is.
    """

    def __init__(self, address: Address):
        self.reductions = REDUCTIONS
        self._address = address
        self._lock = threading.Lock()
        self._state: RemoteState | None = None
        self._failure: TiGraphError | None = None
        self._until = 0.0

    def current(self) -> RemoteState:
        """The state as it was some seconds ago at most; when the store fails to answer, the one before.

        Raises:
            UpstreamError: the store has not answered yet.
        """
        with self._lock:
            if time.monotonic() > self._until:
                self._look()
            if self._state is None:
                raise self._failure or UpstreamError(f"{self._address.url} has not answered")
            return self._state

    def _look(self) -> None:
        try:
            as_it_is = replace(self._address, default_graph="")
            store = RemoteStore(RemoteState(as_it_is), _LOOK_TIMEOUT)
            found = next(store.texts(VERSION), {}).get("version", "")
            if not found or self._state is None or self._state.release != found:
                self._state = self._read(store, found)
            self._until = time.monotonic() + _LOOK_AFTER
        except TiGraphError as error:
            self._failure = error
            self._until = time.monotonic() + _LOOK_AFTER_FAILURE

    def _read(self, store: RemoteStore, release: str) -> RemoteState:
        moment = 0 if release else int(time.monotonic() // _READ_AGAIN)
        if not release and self._state and (self._state.release, self._state.read) == ("", moment):
            return self._state
        hidden = {self._address.default_graph, MERGE, PUBLICATION.value}
        graphs = set(loaded(store.texts(LOADED)) if release else ())
        if not graphs and self._address.default_graph:
            graphs = {row["graph"] for row in store.texts(_GRAPHS)}
        return RemoteState(self._address, release, tuple(sorted(graphs - hidden)), moment)


class RemoteStore:
    """A store elsewhere, open for questions.

    Arguments:
        state: which, and what is known of it.
        timeout: seconds to wait for the next byte.
    """

    def __init__(self, state: RemoteState, timeout: float = 3600.0):
        self._state = state
        self._remote = Remote(state.address.url, state.address.credentials, timeout)
        self._empty = Store.in_memory(())

    def query(
        self,
        text: str,
        default_graphs: Iterable[str] = (),
        named_graphs: Iterable[str] = (),
        base: str = BASE,
        besides: Iterable[str] = (),
    ) -> Result:
        """Run a query; arguments and errors as for ``Store.query``, and what comes of the distance.

        Raises:
            RequestError: the store does not answer such queries.
            UpstreamError, BusyError, DeadlineError: the store gives no answer.
        """
        like = self._empty.query(text, base=base)
        words = {token.text.upper() for token in tokens_of(text) if token.kind == "word"}
        dataset = self._dataset(words, [*default_graphs], [*named_graphs], [*besides])
        if dataset:  # it goes before what the query names by FROM; Virtuoso would take both
            text = without_dataset(text)
        written = text if "BASE" in words else f"BASE <{base}> {text}"  # Virtuoso reads only one
        return self._remote.ask(written, like, dataset)

    def texts(self, text: str) -> Iterator[dict[str, str]]:
        """The rows of a SELECT, terms as text."""
        return self.query(text).texts()

    def graph_names(self) -> list[NamedNode]:
        """The names of the named graphs, sorted."""
        names = self._state.named or [row["graph"] for row in self.texts(_GRAPHS)]
        return sorted(map(iri, names), key=str)

    def _dataset(
        self, words: set[str], default: list[str], named: list[str], besides: list[str]
    ) -> list[tuple[str, str]]:
        """The parameters that make the store see the RDF dataset that a store on this machine would see.

        What the request names goes before what the query names, and that before this store's own
        (https://www.w3.org/TR/sparql11-protocol/#dataset).
        """
        own = self._state.address.default_graph
        if not default and not named:
            if besides and ("FROM" in words or not own):
                raise RequestError(
                    "this store cannot add inferences to its default graph: ask without 'inference', or ask "
                    f"the graphs by FROM: {', '.join(besides)}"
                )
            if "FROM" in words or not own:
                return []
            default, named = [own], [*self._state.named] if "GRAPH" in words else []
        default += besides
        pairs = [("default-graph-uri", iri(name).value) for name in default]
        return pairs + [("named-graph-uri", iri(name).value) for name in named or [_NONE]]
