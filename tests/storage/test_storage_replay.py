"""Request and revisit records, rotation, the index, and the inspection of the archive."""

# warcio carries no types:
# mypy: allow-untyped-calls

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from storage_samples import NOW
from warcio.archiveiterator import ArchiveIterator

from storage import cdxj
from storage.inspection import inspect
from storage.raw_archive import RawArchive
from storage.warc import WarcWriter, read_answer, read_capture

HEADERS = [("Content-Type", "text/html; charset=utf-8")]
URL = "https://fil.example/élodie?q=a b"
PAGE = b"<html>" + b"une page " * 200 + b"</html>"


def writer(folder: Path) -> WarcWriter:
    return WarcWriter(folder, software="Mercato/1.0", now=NOW)


ASKED = [("User-Agent", "Mercato/0 (+mailto:essai@example.org)"), ("Accept", "text/html")]


def kinds_of(path: Path) -> list[tuple[str, str | None, bytes]]:
    """Type, what it belongs to, and body of each record."""
    with path.open("rb") as file:
        return [
            (one.rec_type, one.rec_headers.get_header("WARC-Concurrent-To"), one.content_stream().read())
            for one in ArchiveIterator(file, check_digests="raise")
        ]


def test_request_and_response_belong_together(tmp_path: Path) -> None:
    with writer(tmp_path) as warc:
        capture = warc.response(URL, 200, "OK", HEADERS, PAGE, NOW, ASKED)
    kinds = kinds_of(tmp_path / capture.file)
    assert [kind for kind, _, _ in kinds] == ["warcinfo", "response", "request"]
    with (tmp_path / capture.file).open("rb") as file:
        _, response, request = list(ArchiveIterator(file))
    assert request.rec_headers.get_header("WARC-Concurrent-To") == response.rec_headers.get_header("WARC-Record-ID")
    assert request.http_headers.get_header("User-Agent") == ASKED[0][1]
    assert request.http_headers.get_header("Host")


def test_an_unchanged_body_is_kept_once(tmp_path: Path) -> None:
    with writer(tmp_path) as warc:
        first = warc.response(URL, 200, "OK", HEADERS, PAGE, NOW)
        before = read_answer(tmp_path, first)
        warc.revisit(URL, 200, "OK", HEADERS, NOW, before, ASKED)
    assert [kind for kind, _, _ in kinds_of(tmp_path / first.file)] == ["warcinfo", "response", "revisit", "request"]
    with (tmp_path / first.file).open("rb") as file:
        revisit = next(one for one in ArchiveIterator(file) if one.rec_type == "revisit")
    told = revisit.rec_headers.get_header
    assert told("WARC-Profile") == "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    assert (told("WARC-Refers-To-Target-URI"), told("WARC-Refers-To-Date")) == (before.url, before.date)
    assert int(told("Content-Length")) < len(PAGE)
    assert before.body == PAGE
    assert before.header("content-type") == HEADERS[0][1]


def test_a_large_file_is_followed_by_another(tmp_path: Path) -> None:
    with WarcWriter(tmp_path, software="Mercato/0", now=NOW, largest=1) as warc:
        captures = [warc.response(URL, 200, "OK", HEADERS, body, NOW) for body in (b"un", b"deux", b"trois")]
    assert len({capture.file for capture in captures}) == 3
    assert [read_capture(tmp_path, capture) for capture in captures] == [b"un", b"deux", b"trois"]


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.Phare.example/A/?b=2&a=1#haut", "example,phare)/a?a=1&b=2"),
        ("http://phare.example", "example,phare)/"),
        ("http://phare.example:8080/x", "example,phare:8080)/x"),
        ("http://127.0.0.1:80/x", "127.0.0.1)/x"),
    ],
)
def test_index_keys(url: str, key: str) -> None:
    assert cdxj.surt(url) == key


def test_every_closed_file_has_its_index(tmp_path: Path) -> None:
    with writer(tmp_path) as warc:
        capture = warc.response(URL, 200, "OK", HEADERS, PAGE, NOW, ASKED)
        warc.revisit(URL, 200, "OK", HEADERS, NOW, read_answer(tmp_path, capture))
    merged = RawArchive(tmp_path).merge_index().read_text(encoding="utf-8").splitlines()
    assert len(merged) == 2
    key, stamp, fields = merged[0].split(" ", 2)
    assert (key, stamp) == ("example,fil)/%c3%a9lodie?q=a%20b", NOW.strftime("%Y%m%d%H%M%S"))
    found = [json.loads(line.split(" ", 2)[2]) for line in merged]
    first = next(each for each in found if each["mime"] == "text/html")
    assert (first["offset"], first["length"], first["filename"]) == (
        str(capture.offset), str(capture.length), capture.file,
    )  # fmt: skip
    assert {each["mime"] for each in found} == {"text/html", "warc/revisit"}
    assert len({each["digest"] for each in found}) == 1
    assert fields


def test_inspection_finds_what_is_wrong(tmp_path: Path) -> None:
    with writer(tmp_path) as warc:
        one = warc.response(URL, 200, "OK", HEADERS, b"un", NOW)
        two = warc.response(URL, 200, "OK", HEADERS, b"deux", NOW)
    known = {one.file: {one.offset: one, two.offset: two}}
    (good,) = inspect(RawArchive(tmp_path), known)
    assert (good.records, good.pages, good.problems) == (3, 2, ())

    (swapped,) = inspect(RawArchive(tmp_path), {one.file: {one.offset: replace(one, sha256=two.sha256)}})
    assert swapped.problems == (f"record at byte {one.offset} is not the page that an article has",)

    path = tmp_path / one.file
    whole = path.read_bytes()
    path.write_bytes(whole[:-5])
    (torn,) = inspect(RawArchive(tmp_path), known)
    assert any("torn" in problem for problem in torn.problems)
    path.unlink()
    (missing,) = inspect(RawArchive(tmp_path), known)
    assert missing.problems == ("is missing, with the pages of 2 articles",)
