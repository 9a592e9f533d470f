# warcio carries no types:
# mypy: allow-untyped-calls

from __future__ import annotations

import fcntl
import gzip
import random
import time
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from storage_processes import PAGE, recover_at_once, start, wait_for, write_pages_for_ever
from storage_samples import NOW
from warcio.archiveiterator import ArchiveIterator

from mercato.errors import ArchiveError
from mercato.model import Capture
from storage import cdxj
from storage.warc import WarcWriter, read_answer, read_capture, recover

HEADERS = [("Content-Type", "text/html; charset=iso-8859-1")]
URL = "https://fil.example/élodie?q=a b"


def writer(folder: Path) -> WarcWriter:
    return WarcWriter(folder, software="Mercato/1.0", now=NOW)


def write(folder: Path, *bodies: bytes) -> list[Capture]:
    with writer(folder) as warc:
        return [warc.response(URL, 200, "OK", HEADERS, body, NOW) for body in bodies]


def records(path: Path) -> list[tuple[str, dict[str, str], list[tuple[str, str]], bytes]]:
    with path.open("rb") as file:
        return [
            (
                record.rec_type,
                dict(record.rec_headers.headers),
                list(record.http_headers.headers) if record.http_headers else [],
                record.raw_stream.read(),
            )
            for record in ArchiveIterator(file, check_digests="raise")
        ]


def test_pages_come_back_as_they_went_in(tmp_path: Path) -> None:
    bodies = [PAGE, b"", "Élodie".encode("cp1252"), b"\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", bytes(3_000_000)]
    captures = write(tmp_path / "archive", *bodies)
    assert [read_capture(tmp_path / "archive", capture) for capture in captures] == bodies


def test_the_file_is_a_warc_1_1_file(tmp_path: Path) -> None:
    (capture,) = write(tmp_path, PAGE)
    path = tmp_path / capture.file
    assert gzip.decompress(path.read_bytes()).startswith(b"WARC/1.1\r\n")
    (info_type, info, _, told), (page_type, page, http, body) = records(path)
    assert (info_type, page_type) == ("warcinfo", "response")
    assert info["WARC-Filename"] == capture.file
    assert b"software: Mercato/1.0\r\n" in told
    assert page["WARC-Target-URI"] == "https://fil.example/%C3%A9lodie?q=a%20b"
    assert page["WARC-Date"] == "2026-03-18T09:30:00.000000Z"
    assert page["WARC-Payload-Digest"].startswith("sha1:")
    assert http == [*HEADERS, ("Content-Length", str(len(PAGE)))]
    assert body == PAGE


def test_each_record_can_be_read_alone(tmp_path: Path) -> None:
    captures = write(tmp_path, PAGE, b"deux")
    raw = (tmp_path / captures[0].file).read_bytes()
    for capture, body in zip(captures, (PAGE, b"deux"), strict=True):
        assert gzip.decompress(raw[capture.offset : capture.offset + capture.length]).endswith(body + b"\r\n\r\n")


def test_headers_of_the_wire_do_not_mislead_about_the_decoded_body(tmp_path: Path) -> None:
    wire = [("Content-Encoding", "gzip"), ("transfer-encoding", "chunked"), ("Content-Length", "9"), ("Server", "x")]
    with writer(tmp_path) as warc:
        capture = warc.response(URL, 200, "OK", wire, PAGE, NOW)
    http = records(tmp_path / capture.file)[1][2]
    assert http == [
        ("X-Archive-Orig-Content-Encoding", "gzip"),
        ("X-Archive-Orig-transfer-encoding", "chunked"),
        ("X-Archive-Orig-Content-Length", "9"),
        ("Server", "x"),
        ("Content-Length", str(len(PAGE))),
    ]


def test_hostile_headers_stay_on_their_line(tmp_path: Path) -> None:
    hostile = [
        ("X-A", "a\r\nSet-Cookie: b"),
        ("X\r\nY: z", "c"),
        ("é", "gone"),
        ("X-É", "Œuvre ☃ \ud800\x00"),
    ]
    with writer(tmp_path) as warc:
        capture = warc.response("https://fil.example/\r\nX: y", 404, "Non\r\ntrouvé", hostile, PAGE, NOW)
    _, page, http, body = records(tmp_path / capture.file)[1]
    assert [name for name, _ in http] == ["X-A", "XYz", "X-", "Content-Length"]
    assert http[0] == ("X-A", "a Set-Cookie: b")
    assert http[2][1].startswith("%C5%92uvre %E2%98%83 ")
    assert all(value.isascii() and value.isprintable() for _, value in http)
    assert page["WARC-Target-URI"] == "https://fil.example/%0D%0AX:%20y"
    assert body == read_capture(tmp_path, capture) == PAGE


def test_a_file_is_open_until_it_is_closed_and_readable_all_the_time(tmp_path: Path) -> None:
    warc = writer(tmp_path)
    capture = warc.response(URL, 200, "OK", HEADERS, PAGE, NOW)
    assert [path.name for path in tmp_path.iterdir()] == [capture.file + ".open"]
    assert read_capture(tmp_path, capture) == PAGE
    warc.close()
    warc.close()
    assert {path.name for path in tmp_path.iterdir()} == {capture.file, capture.file + ".cdxj"}
    assert read_capture(tmp_path, capture) == PAGE


def test_the_index_kept_while_writing_is_the_one_that_reading_gives(tmp_path: Path) -> None:
    with writer(tmp_path) as warc:
        capture = warc.response(URL, 200, "OK", HEADERS, PAGE, NOW, asked=[("Accept", "text/html")])
        warc.revisit(URL, 200, "OK", HEADERS, NOW, read_answer(tmp_path, capture))
        warc.response(f"{URL}?b=2&a=1", 404, "", [], b"", NOW)
    index = (tmp_path / f"{capture.file}.cdxj").read_text(encoding="utf-8")
    with (tmp_path / capture.file).open("rb") as file:
        assert index == "".join(sorted(cdxj.lines(capture.file, file)))
    assert index.count("\n") == 3


def test_a_run_without_pages_leaves_no_file(tmp_path: Path) -> None:
    with writer(tmp_path / "archive"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_two_runs_in_the_same_second_have_files_of_their_own(tmp_path: Path) -> None:
    with writer(tmp_path) as one, writer(tmp_path) as two:
        captures = [warc.response(URL, 200, "OK", HEADERS, PAGE, NOW) for warc in (one, two)]
    captures += write(tmp_path, PAGE)
    assert len({capture.file for capture in captures}) == 3


def test_a_folder_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("")
    with pytest.raises(ArchiveError, match=r"cannot be archived: .*; make room or check the rights"):
        writer(tmp_path / "archive").response(URL, 200, "OK", HEADERS, PAGE, NOW)


def test_a_missing_a_short_and_a_changed_file_are_explained(tmp_path: Path) -> None:
    first, second = write(tmp_path, PAGE, b"deux")
    path = tmp_path / first.file
    swapped = Capture(file=first.file, offset=second.offset, length=second.length, sha256=first.sha256)
    with pytest.raises(ArchiveError, match="not the one that was archived"):
        read_capture(tmp_path, swapped)
    whole = path.read_bytes()
    path.write_bytes(whole[: second.offset + 5])
    with pytest.raises(ArchiveError, match=f"record at byte {second.offset}"):
        read_capture(tmp_path, second)
    path.write_bytes(whole[: first.offset] + bytes(len(whole) - first.offset))
    with pytest.raises(ArchiveError, match=f"record at byte {first.offset}"):
        read_capture(tmp_path, first)
    path.unlink()
    with pytest.raises(ArchiveError, match="No such file"):
        read_capture(tmp_path, first)


def left_open(folder: Path, *bodies: bytes) -> tuple[Path, list[Capture]]:
    """A file as a killed process leaves it."""
    captures = write(folder, *bodies)
    path = folder / captures[0].file
    return path.rename(path.with_name(path.name + ".open")), captures


@pytest.mark.parametrize("tail", [b"", b"\x1f\x8b\x08\x00", bytes(4096), b"garbage", PAGE])
def test_a_torn_tail_is_cut_off(tmp_path: Path, tail: bytes) -> None:
    path, captures = left_open(tmp_path, PAGE, b"deux")
    whole = path.read_bytes()
    path.write_bytes(whole + tail)
    assert recover(tmp_path) == [tmp_path / captures[0].file]
    assert (tmp_path / captures[0].file).read_bytes() == whole
    assert [read_capture(tmp_path, capture) for capture in captures] == [PAGE, b"deux"]
    assert recover(tmp_path) == []


@pytest.mark.slow
def test_a_file_torn_anywhere_keeps_its_whole_records(tmp_path: Path) -> None:
    path, captures = left_open(tmp_path / "whole", b"un", b"deux", b"trois")
    whole = path.read_bytes()
    for cut in range(len(whole)):
        folder = tmp_path / str(cut)
        folder.mkdir()
        (folder / path.name).write_bytes(whole[:cut])
        saved = recover(folder)
        kept = [capture for capture in captures if capture.offset + capture.length <= cut]
        assert [read_capture(folder, capture) for capture in kept] == [b"un", b"deux", b"trois"][: len(kept)]
        left = [path.name for path in folder.iterdir() if path.suffix != ".cdxj"]
        assert left == ([] if cut < captures[0].offset else [captures[0].file])
        assert [path.name for path in saved] == left
        if saved:
            assert len(records(saved[0])) == 1 + len(kept)


def test_a_living_process_is_left_alone(tmp_path: Path) -> None:
    with writer(tmp_path) as warc:
        first = warc.response(URL, 200, "OK", HEADERS, PAGE, NOW)
        assert recover(tmp_path) == []
        second = warc.response(URL, 200, "OK", HEADERS, b"deux", NOW)
    assert [read_capture(tmp_path, capture) for capture in (first, second)] == [PAGE, b"deux"]


def test_a_file_that_another_recovery_holds_is_left_to_it(tmp_path: Path) -> None:
    path, captures = left_open(tmp_path, PAGE)
    with path.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert recover(tmp_path) == []
    assert recover(tmp_path) == [tmp_path / captures[0].file]


@pytest.mark.slow
def test_a_killed_writer_loses_no_page_that_it_reported(tmp_path: Path) -> None:
    chance = random.Random(7)
    for _ in range(3):
        process = start(write_pages_for_ever, str(tmp_path))
        wait_for(tmp_path / "notes")
        time.sleep(chance.uniform(0.1, 0.5))
        process.kill()
        process.join()
        process.close()
    go = tmp_path / "go"
    recoveries = [start(recover_at_once, str(tmp_path), str(go)) for _ in range(2)]
    go.touch()
    for process in recoveries:
        process.join(60)
        assert process.exitcode == 0
        process.close()
    assert list(tmp_path.glob("*.open")) == []
    lines = [line.split() for line in (tmp_path / "notes").read_text().splitlines() if line.count(" ") == 3]
    for file, offset, length, sha256 in lines:
        capture = Capture(file=file, offset=int(offset), length=int(length), sha256=sha256)
        assert read_capture(tmp_path, capture) == PAGE
    assert len(lines) > 10
    for path in tmp_path.glob("*.warc.gz"):
        assert {kind for kind, *_ in records(path)} == {"warcinfo", "response"}


def test_fetched_in_another_zone_is_told_in_utc(tmp_path: Path) -> None:
    paris = NOW.astimezone(ZoneInfo("Europe/Paris")) + timedelta(hours=1)
    with writer(tmp_path) as warc:
        capture = warc.response(URL, 200, "OK", HEADERS, PAGE, paris)
    assert records(tmp_path / capture.file)[1][1]["WARC-Date"] == "2026-03-18T10:30:00.000000Z"
