"""What pages need of the dataset, kept beside it: the next start reads none of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ti_graph.assembly.graph import assemble_announcement
from ti_graph.assembly.system import with_inferences
from ti_graph.errors import BusyError
from ti_graph.layout import QUERIES
from ti_graph.serving import prepared
from ti_graph.serving.change import Change, Policy
from ti_graph.serving.endpoint import Endpoint
from ti_graph.serving.writer import Writer
from ti_graph.sparql.catalogue import Catalogue
from ti_graph.stores.repository import Repository
from ti_graph.web.readings import Readings

FILE = "read.pickle"


class Refusing:
    """What answers no query."""

    def answer(self, *asked: object) -> None:
        raise BusyError("nothing is answered")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository.create(tmp_path / "data", *with_inferences(assemble_announcement()))


def test_the_next_start_asks_the_dataset_nothing(repository: Repository, catalogue: Catalogue) -> None:
    first = Readings(Endpoint(repository), catalogue)
    first.keep()
    second = Readings(Endpoint(repository, Refusing()), catalogue)  # type: ignore[arg-type]
    second.prepare()
    second.keep()  # it is kept already
    for text in ("axe seine", "nicolas hulot", "vallee de la bresle", "axe sein"):
        found = second.search.get().find(text)
        assert found == first.search.get().find(text)
        assert found or text == "nicolas hulot"
    assert second.overview.get() == first.overview.get()
    assert second.extent.get() == first.extent.get()
    assert second.perimeters.get().lists == first.perimeters.get().lists
    assert second.terms.get().of("http://www.w3.org/ns/prov#Entity", "fr") is not None
    assert second.join.get().names.find("Axe Seine")[0].is_exact


@pytest.mark.parametrize("place", [0, 40, -1])
def test_a_damaged_file_is_read_again(repository: Repository, catalogue: Catalogue, place: int) -> None:
    readings = Readings(Endpoint(repository), catalogue)
    readings.keep()
    kept = repository.path / FILE
    content = bytearray(kept.read_bytes())
    content[place] ^= 1
    kept.write_bytes(content)
    assert not prepared.recall(Endpoint(repository), repository.path, {})


def test_what_was_read_of_another_state_does_not_count(repository: Repository, catalogue: Catalogue) -> None:
    Readings(Endpoint(repository), catalogue).keep()
    writer = Writer(repository, Policy(), 4096)
    try:
        writer.write(Change("update", "INSERT DATA { <a:a> <a:b> 1 }"))
    finally:
        writer.close()
    assert not prepared.recall(Endpoint(repository), repository.path, {})


def test_what_was_read_by_another_query_does_not_count(
    repository: Repository, catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The home page lists the members of territories by a named query."""
    folder = shutil.copytree(QUERIES, tmp_path / "queries")
    monkeypatch.setattr("ti_graph.serving.prepared.QUERIES", folder, raising=False)
    Readings(Endpoint(repository), catalogue).keep()
    with (folder / "members-of-territory.rq").open("a", encoding="utf-8") as query:
        query.write("LIMIT 1\n")
    assert not prepared.recall(Endpoint(repository), repository.path, {})
