"""What pages need of the dataset besides the queries of each: read once for each of its states."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from ti_graph.errors import TiGraphError
from ti_graph.release.dcat import read_extent
from ti_graph.release.files import read_files
from ti_graph.serving import prepared
from ti_graph.serving.current import Current, StateRows
from ti_graph.serving.endpoint import Endpoint
from ti_graph.sparql.catalogue import Catalogue
from ti_graph.stores.repository import Repository
from ti_graph.views.atlas import Atlas
from ti_graph.views.join import Join
from ti_graph.views.names import Names
from ti_graph.views.perimeters import Perimeters
from ti_graph.views.search import Search
from ti_graph.views.terms import TermNames, texts
from ti_graph.web.pages import read_overview


class Readings:
    """What is read of a dataset.

    Arguments:
        endpoint: the dataset.
        catalogue: its named queries.
    """

    def __init__(self, endpoint: Endpoint, catalogue: Catalogue):
        self._endpoint = endpoint
        self.terms = Current(endpoint, TermNames)
        self.search = Current(endpoint, Search)
        self.overview = Current(endpoint, partial(read_overview, catalogue=catalogue))
        self.atlas = Current(endpoint, Atlas)
        self.extent = Current(endpoint, read_extent)
        self.files = Current(endpoint, partial(read_files, catalogue=catalogue))
        self.perimeters = Current(endpoint, Perimeters)
        self._names = Current(endpoint, lambda rows: Names(partial(texts, rows)))
        self.join = Current(endpoint, self._joined)

    def prepare(self) -> None:
        """Have it all before a page is asked for: as ``keep`` has kept it, or read in a thread, and kept."""
        if not self._recalled():
            threading.Thread(target=self._try_to_read, daemon=True).start()

    def keep(self) -> None:
        """Read it all, unless that is kept already, and keep it beside the dataset for the next start.

        Raises:
            SourceError: it cannot be written.
            TiGraphError: the dataset cannot be asked.
        """
        if not self._recalled():
            self._read()

    def _recalled(self) -> bool:
        repository = self._endpoint.repository
        return isinstance(repository, Repository) and prepared.recall(
            self._endpoint, repository.path, self._kept
        )

    def _read(self) -> None:
        repository = self._endpoint.repository
        if isinstance(repository, Repository):
            prepared.remember(self._endpoint, repository.path, self._kept)
        else:
            for each in self._kept.values():
                each.get()

    @property
    def _kept(self) -> Mapping[str, Current[Any]]:
        return {
            "terms": self.terms,
            "search": self.search,
            "overview": self.overview,
            "atlas": self.atlas,
            "names": self._names,
            "extent": self.extent,
            "perimeters": self.perimeters,
        }

    def _try_to_read(self) -> None:
        with suppress(TiGraphError):  # told to whoever asks for it; where it cannot be kept, it is read again
            self._read()

    def _joined(self, rows: StateRows) -> Join:
        return Join(partial(texts, rows), self._names.get())
