"""The dataset on disk: snapshots, backup and restore, damage, full and read-only disks."""

from __future__ import annotations

import filecmp
import gzip
import os
import shutil
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner

from conftest import ROOT
from server import serving
from ti_graph.cli import main
from ti_graph.errors import SourceError, StoreError, WorkerDiedError
from ti_graph.rdf import Literal, NamedNode, Quad
from ti_graph.serving.change import Change, Policy
from ti_graph.serving.writer import Writer
from ti_graph.stores.archive import backup, log_of, restore
from ti_graph.stores.repository import Repository

TRIPLE = Quad(NamedNode("a:a"), NamedNode("a:b"), NamedNode("a:c"), NamedNode("a:g"))


def size(repository: Repository) -> int:
    return len(repository.current().open())


def test_a_new_dataset_is_empty_and_found_again(tmp_path: Path) -> None:
    repository = Repository.open_or_create(tmp_path / "data")
    assert (repository.current().number, size(repository), repository.changes()) == (0, 0, [])
    assert Repository.open_or_create(tmp_path / "data").current() == repository.current()


def test_a_snapshot_stays_as_it_was_while_the_dataset_moves_on(tmp_path: Path) -> None:
    with serving("--store", str(tmp_path / "data"), token="t") as server:
        server.update("INSERT DATA { <a:a> <a:b> 1 }")
        repository = Repository(tmp_path / "data")
        before = repository.current().open()
        server.update("INSERT DATA { <a:a> <a:b> 2 }")
        assert (len(before), size(repository)) == (1, 2)


def test_old_snapshots_go_once_no_reader_can_wait_for_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = Repository.create(tmp_path / "data")
    writer = Writer(repository, Policy(), 256)
    try:
        for number in range(3):
            writer.write(Change("update", f"INSERT DATA {{ <a:a> <a:b> {number} }}"))
        assert sorted(p.name for p in (tmp_path / "data/snapshots").iterdir()) == ["0", "1", "2", "3"]
        monkeypatch.setattr("ti_graph.stores.repository.KEPT", -1.0)
        writer.write(Change("update", "INSERT DATA { <a:a> <a:b> 3 }"))
        assert [p.name for p in (tmp_path / "data/snapshots").iterdir()] == ["4"]
    finally:
        writer.close()


def test_who_gives_the_right_back_makes_no_change_any_more(tmp_path: Path) -> None:
    """Neither the one that is being made, which is ended at once, nor one that waits for its turn."""
    some = [Quad(NamedNode("a:a"), NamedNode("a:b"), Literal(n)) for n in range(200)]
    repository = Repository.create(tmp_path / "data", some)
    every = " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(5))
    endless = f"INSERT {{ <a:a> <a:b> ?n }} WHERE {{ SELECT (COUNT(*) AS ?n) {{ {every} }} }}"
    writer = Writer(repository, Policy(), 256)
    with ThreadPoolExecutor(2) as threads:
        making = threads.submit(writer.write, Change("update", endless))
        time.sleep(2)
        waiting = threads.submit(writer.write, Change("update", "INSERT DATA { <a:a> <a:b> 'x' }"))
        time.sleep(0.2)
        began = time.monotonic()
        writer.close()
        assert time.monotonic() - began < 5
        assert [type(each.exception()) for each in (making, waiting)] == [WorkerDiedError] * 2
    repository.lock().release()
    assert repository.current().number == 0


def test_a_backup_restores_state_and_log(tmp_path: Path) -> None:
    archive, copy = tmp_path / "backup.tar.gz", tmp_path / "copy"
    with serving("--store", str(tmp_path / "data"), token="t") as server:
        server.update("INSERT DATA { <a:a> <a:b> 1, 2 }")
        runner = CliRunner()
        assert runner.invoke(main, ["backup", str(archive), "--store", str(tmp_path / "data")]).exit_code == 0
        server.update("CLEAR ALL")
    assert CliRunner().invoke(main, ["restore", str(archive), "--store", str(copy)]).exit_code == 0
    assert size(Repository(copy)) == 2
    assert [change["number"] for change in Repository(copy).changes()] == [1]
    with serving("--store", str(copy), token="t") as server:
        assert server.update("INSERT DATA { <a:a> <a:b> 3 }").status == 204
        assert server.count() == 3


def test_a_log_is_replayed_after_a_backup(tmp_path: Path) -> None:
    archive, live, copy = tmp_path / "backup.tar.gz", tmp_path / "data", tmp_path / "copy"
    with serving("--store", str(live), token="t") as server:
        server.update("INSERT DATA { <a:a> <a:b> 1 }")
        backup(Repository(live), archive)
        server.update("INSERT DATA { <a:a> <a:b> 2, 3 }")
        server.request("/store?graph=a:g", b"<a:x> <a:y> 'caf\xc3\xa9' .", "PUT", Content_Type="text/turtle")
        server.update("DELETE DATA { <a:a> <a:b> 1 }")
    arguments = ["restore", str(archive), "--store", str(copy), "--changes", str(live / "changes")]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    states = [Repository(folder).current() for folder in (live, copy)]
    assert states[0].number == states[1].number == 4
    graphs = [None, *states[0].open().graph_names()]
    assert states[0].open().lines(graphs) == states[1].open().lines(graphs) != set()
    (live / "changes/3.json").unlink()
    again = CliRunner().invoke(
        main, ["restore", str(archive), "--store", str(tmp_path / "b"), *arguments[4:]]
    )
    assert (again.exit_code, "change 3 is missing" in again.stderr) == (2, True)


def test_the_folder_one_is_in_can_hold_a_dataset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert size(Repository.create(Path())) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["here"]


def test_a_writer_that_cannot_look_at_the_dataset_writes_when_it_can_again(tmp_path: Path) -> None:
    writer = Writer(Repository.create(tmp_path / "data"), Policy(), 256)
    change = Change("update", "INSERT DATA { <a:a> <a:b> 1 }")
    pointer = tmp_path / "data" / "current"
    try:
        pointer.rename(tmp_path / "aside")
        with pytest.raises(StoreError, match="no dataset in"):
            writer.write(change)
        (tmp_path / "aside").rename(pointer)
        assert writer.write(change).added == 1
    finally:
        writer.close()


def test_a_restore_leaves_nothing_behind_when_it_fails(tmp_path: Path) -> None:
    archive, copy = tmp_path / "broken.tar.gz", tmp_path / "copy"
    archive.write_bytes(b"not an archive")
    result = CliRunner().invoke(main, ["restore", str(archive), "--store", str(copy)])
    assert result.exit_code == 2
    assert "broken.tar.gz cannot be restored" in result.stderr
    assert not copy.exists()
    backup(Repository.create(tmp_path / "data", [TRIPLE]), archive)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").touch()
    with pytest.raises(SourceError, match="is not empty"):
        restore(archive, tmp_path / "full")


def test_a_damaged_backup_is_refused_or_whole_all_the_same(tmp_path: Path) -> None:
    """A bit that gzip does not use, as some at the end of its data, damages nothing."""
    archive, copy = tmp_path / "backup.tar.gz", tmp_path / "copy"
    data = Repository.create(tmp_path / "data", [TRIPLE]).path
    backup(Repository(data), archive)
    whole, refused = archive.read_bytes(), 0
    for place in range(10, len(whole), len(whole) // 40):
        content = bytearray(whole)
        content[place] ^= 16
        archive.write_bytes(content)
        try:
            restore(archive, copy)
        except StoreError as error:
            assert "backup.tar.gz cannot be restored" in str(error)
            refused += 1
        else:
            assert filecmp.dircmp(data / "snapshots/0", copy / "snapshots/0").diff_files == []
            shutil.rmtree(copy)
    assert refused >= 39
    for content in (whole[:-1], whole[:-8] + b"01234567"):
        archive.write_bytes(content)
        for unpacked in (lambda: restore(archive, copy), lambda: log_of(archive)):
            with pytest.raises(StoreError, match=r"backup\.tar\.gz cannot be restored"):
                unpacked()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.tar.gz", "data"]


def test_only_what_a_backup_holds_is_unpacked(tmp_path: Path) -> None:
    archive = tmp_path / "wrong.tar.gz"
    for name in ("../outside", "/tmp/outside", "snapshots/0/../../outside", "notes.txt"):
        with tarfile.open(archive, "w:gz") as tar:
            tar.addfile(tarfile.TarInfo(name))
        with pytest.raises(StoreError, match=r"wrong\.tar\.gz is not a backup of a dataset: it holds "):
            restore(archive, tmp_path / "copy")
    assert [path.name for path in tmp_path.iterdir()] == ["wrong.tar.gz"]


def test_what_a_crash_left_is_removed_by_the_next_writer(tmp_path: Path) -> None:
    repository = Repository.create(tmp_path / "data")
    (tmp_path / "data/snapshots/1").mkdir()
    (tmp_path / "data/snapshots/2.next").mkdir()
    (tmp_path / "data/changes/1.json").write_text("{}", encoding="utf-8")
    repository.discard_unfinished()
    assert [p.name for p in (tmp_path / "data/snapshots").iterdir()] == ["0"]
    assert list((tmp_path / "data/changes").iterdir()) == []


def test_a_damaged_store_is_one_sentence(tmp_path: Path) -> None:
    repository = Repository.create(tmp_path / "data", [TRIPLE])
    for path in repository.current().path.glob("MANIFEST*"):
        path.write_bytes(b"damaged")
    with pytest.raises(StoreError, match="no usable store"):
        repository.current().open()
    (tmp_path / "data/current").write_text("x", encoding="utf-8")
    with pytest.raises(StoreError, match="no dataset in"):
        Repository(tmp_path / "data")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with 3 MB of room, where the machine lets us mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder]
    if subprocess.run(mounting, capture_output=True).returncode:
        pytest.skip("needs the right to mount a file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def test_a_full_disk_refuses_the_change_and_keeps_the_dataset(disk: Path) -> None:
    with serving("--store", str(disk / "data"), token="t") as server:
        assert server.update("INSERT DATA { <a:a> <a:b> 1 }").status == 204
        (disk / "filling").write_bytes(b"x" * 1_000_000)
        statuses = set()
        for number in range(12):
            literal = f"{number} " + "x" * 300_000
            statuses.add(server.update(f"INSERT DATA {{ <a:{number}> <a:b> '{literal}' }}").status)
        assert statuses <= {204, 500}
        assert 500 in statuses
        kept = server.count()
        assert server.query("ASK {}").status == 200
    with serving("--store", str(disk / "data")) as server:
        assert server.count() == kept


def test_a_read_only_disk_serves_readers_and_refuses_a_writer(disk: Path) -> None:
    data = disk / "data"
    with serving("--store", str(data), token="t") as server:
        assert server.update("INSERT DATA { <a:a> <a:b> 1 }").status == 204
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    with serving("--store", str(data)) as server:
        assert server.count() == 1
    command = [sys.executable, "-m", "ti_graph", "serve", "--port", "0", "--store", data]
    environment = {**os.environ, "TI_GRAPH_TOKEN": "t"}
    refused = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert refused.returncode == 2
    assert f"{data} cannot be written: Read-only file system" in refused.stderr


def test_a_change_that_the_disk_refuses_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The directory of snapshots has become a file: as good as a read-only disk, also for root."""
    repository = Repository.create(tmp_path / "data")
    writer = Writer(repository, Policy(), 256)
    try:
        (tmp_path / "data/changes").rmdir()
        (tmp_path / "data/changes").touch()
        with pytest.raises(StoreError, match="cannot be stored"):
            writer.write(Change("update", "INSERT DATA { <a:a> <a:b> 1 }"))
        assert repository.current().number == 0
    finally:
        writer.close()


def test_a_dataset_in_use_by_another_writer_is_refused(tmp_path: Path) -> None:
    with serving("--store", str(tmp_path / "data"), token="t"):
        program = (
            "import sys; from pathlib import Path; from ti_graph.stores.repository import Repository\n"
            "Repository(Path(sys.argv[1])).lock()"
        )
        refused = subprocess.run(
            [sys.executable, "-c", program, str(tmp_path / "data")], cwd=ROOT, capture_output=True, text=True
        )
    assert "another server writes to" in refused.stderr


def test_files_become_a_dataset(tmp_path: Path) -> None:
    (tmp_path / "one.ttl").write_text("<a:a> <a:b> 1 . <x> <a:b> 2 .", encoding="utf-8")
    (tmp_path / "two.nq.gz").write_bytes(gzip.compress(b"<a:a> <a:b> <a:c> <a:g> ."))
    files = [str(tmp_path / name) for name in ("one.ttl", "two.nq.gz")]
    loaded = CliRunner().invoke(main, ["load", *files, "--store", str(tmp_path / "data")])
    assert (loaded.exit_code, "2 triples in the default graph, 1 in 1 named graphs" in loaded.stderr) == (
        0,
        True,
    )
    again = CliRunner().invoke(main, ["load", *files, "--store", str(tmp_path / "data")])
    assert (again.exit_code, "is not empty" in again.stderr) == (2, True)
    into = ["--store", str(tmp_path / "other"), "--graph", "a:all"]
    assert CliRunner().invoke(main, ["load", files[0], *into]).exit_code == 0
    with serving("--store", str(tmp_path / "data"), token="t") as server:
        assert server.count("GRAPH <a:g> { ?s ?p ?o }") == 1
        assert server.count(f"<{(tmp_path / 'x').as_uri()}> ?p ?o") == 1
        assert server.update("INSERT DATA { <a:new> <a:b> 3 }").status == 204
    assert Repository(tmp_path / "other").current().open().graph_names() == [NamedNode("a:all")]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("wrong.ttl", b"<a:a> <a:b> 1 .\n<a:a> <a:b> .", "wrong.ttl:2: not valid RDF"),
        ("wrong.pdf", b"", "'.pdf' tells no RDF format"),
        ("wrong.nt.gz", b"no gzip", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_loaded_leaves_nothing_behind(
    tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    (tmp_path / "good.nt").write_text("<a:a> <a:b> <a:c> .\n", encoding="utf-8")
    (tmp_path / name).write_bytes(content)
    files = [str(tmp_path / "good.nt"), str(tmp_path / name)]
    result = CliRunner().invoke(main, ["load", *files, "--store", str(tmp_path / "data")])
    assert (result.exit_code, says in result.stderr) == (2, True), result.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"good.nt", name}
