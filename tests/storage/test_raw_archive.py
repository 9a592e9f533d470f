"""Closed WARC files go to a folder or a bucket, and everybody finds them there."""

from __future__ import annotations

import hashlib
import logging
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import object_server
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from object_server import Bucket
from typer.testing import CliRunner

from crawler.pipelines import Archive
from mercato.cli import build
from mercato.errors import ArchiveError, StoreError
from mercato.model import Capture
from mercato.settings import Settings, load_settings
from scheduler.putting_away import put_away
from storage import excision
from storage.engine import open_database
from storage.inspection import inspect
from storage.object_store import ObjectStore
from storage.raw_archive import RawArchive, raw_archive
from storage.warc import WarcWriter

NOW = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)
PAGES = [f"<p>page {number}</p>".encode() * 50 for number in range(4)]


@pytest.fixture(scope="module")
def server() -> Iterator[Bucket]:
    """One server for all: the driver keeps its connection to a bucket as long as the process lives."""
    with object_server.serve() as running, pytest.MonkeyPatch.context() as patch:
        for name, value in running.environment().items():
            patch.setenv(name, value)
        yield running


@pytest.fixture
def bucket(server: Bucket) -> Bucket:
    """The server's bucket, empty and well."""
    server.objects.clear()
    server.down = server.spoils = False
    return server


@pytest.fixture(params=["folder", "memory", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ObjectStore]:
    """A mounted folder, fsspec's own memory, and a bucket reached over HTTP."""
    if request.param == "folder":
        (tmp_path / "shared").mkdir()
        yield ObjectStore(str(tmp_path / "shared"))
    elif request.param == "memory":
        MemoryFileSystem.store.clear()
        yield ObjectStore("memory://raw")
        MemoryFileSystem.store.clear()
    else:
        request.getfixturevalue("bucket")
        yield ObjectStore(f"s3://{object_server.BUCKET}/raw")


def write(folder: Path, pages: list[bytes]) -> list[Capture]:
    with WarcWriter(folder, software="essai", now=NOW) as writer:
        return [writer.response(f"https://a.example/{len(page)}", 200, "OK", [], page, NOW) for page in pages]


def read(raw: RawArchive, captures: list[Capture]) -> list[bytes]:
    return [raw.answer(capture).body for capture in captures]


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if not path.name.startswith(".")}


def test_closed_files_move_and_are_read_as_before(tmp_path: Path, store: ObjectStore) -> None:
    raw = RawArchive(tmp_path / "archive", store)
    captures = write(raw.folder, PAGES[:2]) + write(raw.folder, PAGES[2:3])
    before = raw.merge_index().read_text(encoding="utf-8")
    with WarcWriter(raw.folder, software="essai", now=NOW) as writer:
        captures.append(writer.response("https://a.example/open", 200, "OK", [], PAGES[3], NOW))
        assert raw.put_away() == sorted({capture.file for capture in captures[:3]})
        assert files(raw.folder) == {"index.cdxj", captures[3].file + ".open"}, "what is being written stays"
        assert read(raw, captures) == PAGES
    assert raw.put_away() == [captures[3].file]
    assert raw.put_away() == []
    assert files(raw.folder) == {"index.cdxj"}
    assert raw.names() == sorted({capture.file for capture in captures})
    assert {name.rpartition(".")[2] for name in store.sizes()} == {"gz", "cdxj"}, "nothing is left on its way"
    assert read(raw, captures) == PAGES
    assert raw.offsets(captures[0].file) == {captures[0].offset, captures[1].offset}
    assert set(before.splitlines()) < set(raw.merge_index().read_text(encoding="utf-8").splitlines())
    known: dict[str, dict[int, Capture]] = {}
    for capture in captures:
        known.setdefault(capture.file, {})[capture.offset] = capture
    assert [check.problems for check in inspect(raw, known)] == [(), (), ()]
    lost = inspect(raw, {"absent.warc.gz": {0: captures[0]}})
    assert [check.problems for check in lost if check.file == "absent.warc.gz"] == [
        ("is missing, with the pages of 1 articles",)
    ]
    with pytest.raises(ArchiveError, match="neither in"):
        raw.answer(replace(captures[0], file="absent.warc.gz"))
    with pytest.raises(ArchiveError, match="not the one"):
        raw.answer(replace(captures[0], sha256="0" * 64))


def test_whatever_broke_off_is_taken_up_again(tmp_path: Path, store: ObjectStore) -> None:
    raw = RawArchive(tmp_path / "archive", store)
    (first,) = write(raw.folder, PAGES[:1])
    (second,) = write(raw.folder, PAGES[1:2])
    whole = raw.folder / first.file
    torn = tmp_path / (first.file + ".part")
    torn.write_bytes(whole.read_bytes()[:100])
    store.put(torn)  # as if half of it had come through
    store.put(raw.folder / second.file)  # as if only letting go of it here had been left to do
    (raw.folder / (second.file + ".cdxj")).unlink()
    (third,) = write(raw.folder, PAGES[2:3])
    store.put(raw.folder / third.file)
    with (raw.folder / third.file).open("r+b") as file:
        file.truncate(third.offset)  # as an older backup brings it back
    (raw.folder / "x.warc.gz.part").write_bytes(b"half")
    assert raw.put_away() == sorted([first.file, second.file, third.file])
    assert files(raw.folder) == set()
    assert read(raw, [first, second, third]) == PAGES[:3]
    assert raw.offsets(second.file) == {second.offset}, "by the file, where its index lacks"


def test_nothing_is_moved_over_another_file(tmp_path: Path, store: ObjectStore) -> None:
    raw = RawArchive(tmp_path / "archive", store)
    (capture,) = write(raw.folder, PAGES[:1])
    other = tmp_path / capture.file
    other.write_bytes(b"of another machine")
    store.put(other)
    (fellow,) = write(raw.folder, PAGES[1:2])
    with pytest.raises(ArchiveError, match="other files named"):
        raw.put_away()
    assert (raw.folder / capture.file).exists()
    assert not (raw.folder / fellow.file).exists(), "the others go on"
    assert store.part(capture.file, 0, 18) == b"of another machine"


def test_records_are_taken_out_of_a_file_in_the_store(tmp_path: Path, store: ObjectStore) -> None:
    raw = RawArchive(tmp_path / "archive", store)
    gone, kept = write(raw.folder, PAGES[:2])
    raw.put_away()
    going = excision.beside(raw, gone.file, {kept.offset})
    done = excision.without(raw, gone.file, going, why="essai", software="essai", now=NOW)
    moved = excision.relocated(done, {gone.offset: gone, kept.offset: kept})
    raw.delete(gone.file)
    assert moved[gone.offset] is None
    there = moved[kept.offset]
    assert there is not None
    assert read(raw, [there]) == PAGES[1:2]
    assert raw.put_away() == [done.new.name]
    assert set(store.sizes()) == {done.new.name, done.new.name + ".cdxj"}, "the old one is gone, with its index"
    assert read(raw, [there]) == PAGES[1:2]
    again = excision.without(raw, there.file, [], why="essai", software="essai", now=NOW)
    assert again.new.name not in store.sizes(), "never under the name of a file that there is"


def test_what_comes_back_otherwise_stays_here(tmp_path: Path, bucket: Bucket) -> None:
    raw = RawArchive(tmp_path / "archive", ObjectStore(f"s3://{object_server.BUCKET}/raw"))
    (capture,) = write(raw.folder, PAGES[:1])
    bucket.spoils = True
    with pytest.raises(StoreError, match="came back otherwise"):
        raw.put_away()
    assert read(raw, [capture]) == PAGES[:1]
    bucket.spoils = False
    assert raw.put_away() == [capture.file]
    assert read(raw, [capture]) == PAGES[:1]


def test_a_store_that_is_down_keeps_nobody_from_working(
    tmp_path: Path, bucket: Bucket, caplog: pytest.LogCaptureFixture
) -> None:
    settings = _settings(tmp_path, f"s3://{object_server.BUCKET}/raw")
    raw = raw_archive(settings)
    assert raw is not None
    (away,) = write(raw.folder, PAGES[:1])
    assert put_away(settings) == 1
    (here,) = write(raw.folder, PAGES[1:2])
    bucket.down = True
    with caplog.at_level(logging.WARNING):
        assert put_away(settings) == 0
    assert "closed raw files wait in" in caplog.text
    assert "check that the store can be reached" in caplog.text
    with open_database(settings.database_url) as database, closing(ExitStack()) as open_files:
        crawl = Archive(database, raw, lambda: NOW, open_files)
        assert crawl.read_before(away) is None
        asked = len(bucket.asked)
        assert crawl.read_before(away) is None
        assert len(bucket.asked) == asked, "a crawl waits for it once"
        before = crawl.read_before(here)
        assert before is not None
        assert before.body == PAGES[1]
    bucket.down = False
    assert put_away(settings) == 1
    assert read(raw, [away, here]) == PAGES[:2]


def test_a_folder_that_is_not_mounted_is_not_made(tmp_path: Path) -> None:
    raw = RawArchive(tmp_path / "archive", ObjectStore(str(tmp_path / "mount" / "raw")))
    write(raw.folder, PAGES[:1])
    with pytest.raises(StoreError, match="mount it, or make it"):
        raw.put_away()
    assert len(raw.waiting()) == 1
    with pytest.raises(StoreError, match="no such store"):
        ObjectStore("nuage://seau").sizes()


def test_moving_takes_turns(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    raw = RawArchive(tmp_path / "archive", ObjectStore(str(tmp_path / "shared")))
    write(raw.folder, PAGES[:1])
    with raw.alone(), pytest.raises(ArchiveError, match="being moved or rewritten"):
        raw.put_away()
    assert len(raw.put_away()) == 1


def test_by_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MERCATO_LANGUAGE", "en")
    (tmp_path / "shared").mkdir()
    _settings(tmp_path, "shared")
    monkeypatch.chdir(tmp_path)
    (capture,) = write(tmp_path / "archive", PAGES[:1])
    digest = hashlib.sha256((tmp_path / "archive" / capture.file).read_bytes()).hexdigest()
    result = CliRunner().invoke(build(), ["archive", "put-away"])
    assert result.output == f"Files moved to {tmp_path / 'shared'}: 1\n"
    assert hashlib.sha256((tmp_path / "shared" / capture.file).read_bytes()).hexdigest() == digest
    assert CliRunner().invoke(build(), ["archive", "verify"]).exit_code == 0
    shutil.rmtree(tmp_path / "shared")
    assert CliRunner().invoke(build(), ["archive", "verify"]).exit_code != 0


def _settings(folder: Path, captures: str) -> Settings:
    file = folder / "mercato.toml"
    file.write_text(f'[storage]\ncaptures = "{captures}"\n[crawl]\ncontact = "mailto:a@b.example"\n', encoding="utf-8")
    return load_settings(file, {})
