"""The raw archive: every page as it was fetched, in WARC/1.1 files (ISO 28500:2017), one per process and run.

Each record is a gzip member of its own, so a page can be read from its offset alone, by any tool for web archives. A
file carries the suffix ".open" and is locked while its process writes it; what a killed process leaves behind is
cut after its last whole record by `recover`, because readers take a torn file for a whole one without a word.
"""

# warcio carries no types:
# mypy: allow-untyped-calls

from __future__ import annotations

import base64
import fcntl
import hashlib
import os
import secrets
import string
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self
from urllib.parse import quote, urlsplit, urlunsplit

from isal import isal_zlib
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from mercato.errors import ArchiveError
from mercato.model import Capture
from storage import cdxj

_SUFFIX = ".warc.gz"
OPEN = ".open"  # what ends the name of a file that is being written
_READ_SIZE = 1 << 20
_GZIP = 16 + zlib.MAX_WBITS
_GZIP_LEVEL = 2
"""Of ISA-L's levels. Of 63 French press pages of 148 kB it made 34.8 kB in 0.3 ms of CPU each; zlib's level 9, which
warcio always takes, 30.3 kB in 6.0 ms, and its level 4 31.9 kB in 2.0 ms."""

# Describes the body as it came over the wire; the body given here is decoded, so these would mislead every reader.
_WIRE_HEADERS = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_ORIGINAL = "X-Archive-Orig-"  # the prefix that replay tools know for the header as the server sent it
_TOKEN = frozenset(string.ascii_letters + string.digits + "!#$%&'*+-.^_`|~")  # RFC 9110, section 5.6.2
_PRINTABLE = "".join(chr(code) for code in range(0x20, 0x7F))


LARGEST = 1_000_000_000
"""Bytes after which a file is closed and the next one begun: what web archives call for, and what can be copied."""


@dataclass(frozen=True, slots=True)
class Archived:
    """An answer read back from the archive."""

    url: str
    date: str  # WARC-Date
    headers: Sequence[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """The first value of a header field; None when there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class WarcWriter:
    """Writes pages into files of its own in `folder`; the first is made with the first page.

    `software` names the program in the files' warcinfo records, `now` the run in their names. A file that has reached
    `largest` bytes is closed and followed by another. Raises ArchiveError when folder or file cannot be written.
    """

    def __init__(self, folder: Path, *, software: str, now: datetime, largest: int = LARGEST) -> None:
        self._folder = folder
        self._software = software
        self._now = now
        self._largest = largest
        self._path: Path | None = None
        self._file: IO[bytes] | None = None
        self._records: WARCWriter | None = None
        self._index: list[str] = []

    def response(
        self,
        url: str,
        status: int,
        reason: str,
        headers: Sequence[tuple[str, str]],
        body: bytes,
        fetched: datetime,
        asked: Sequence[tuple[str, str]] | None = None,
    ) -> Capture:
        """Write an answer: its status line, headers and decoded body, and when it was fetched; with `asked`, the
        headers of the request, a request record beside it.

        The operating system has it when this returns, so a crash of this process cannot lose it.
        """
        with self._explaining(url):
            file, path, writer = self._ready()
            head = StatusAndHeaders(_status_line(status, reason), _headers(headers, body), "HTTP/1.1")
            head.compute_headers_buffer()
            record = writer.create_warc_record(
                _target(url),
                "response",
                payload=BytesIO(body),
                length=len(body),
                http_headers=head,
                warc_headers_dict={
                    "WARC-Date": _warc_date(fetched),
                    # Given, because warcio would read the body once more for each.
                    "WARC-Payload-Digest": _digest(body),
                    "WARC-Block-Digest": _digest(head.headers_buff or b"", body),
                },
            )
            offset, length = _append(file, writer, record)
            name = path.name.removesuffix(OPEN)
            self._note(name, record, offset, length)
            self._request(url, asked, record, fetched)
        return Capture(file=name, offset=offset, length=length, sha256=hashlib.sha256(body).hexdigest())

    def revisit(
        self,
        url: str,
        status: int,
        reason: str,
        headers: Sequence[tuple[str, str]],
        fetched: datetime,
        of: Archived,
        asked: Sequence[tuple[str, str]] | None = None,
    ) -> None:
        """Write that an answer had the body of `of`, an earlier one, without that body."""
        with self._explaining(url):
            file, path, writer = self._ready()
            record = writer.create_revisit_record(
                _target(url),
                _digest(of.body),
                of.url,
                of.date,
                http_headers=StatusAndHeaders(_status_line(status, reason), _headers(headers, of.body), "HTTP/1.1"),
                warc_headers_dict={"WARC-Date": _warc_date(fetched)},
            )
            self._note(path.name.removesuffix(OPEN), record, *_append(file, writer, record))
            self._request(url, asked, record, fetched)

    def _note(self, name: str, record: Any, offset: int, length: int) -> None:
        """Keep the record's line of the index, so that the file need not be read again for it."""
        self._index.append(cdxj.line(name, record.rec_type, record.rec_headers, record.http_headers, offset, length))

    def _ready(self) -> tuple[IO[bytes], Path, WARCWriter]:
        if self._file is not None and self._file.tell() >= self._largest:
            self.close()
        return self._opened()

    def _request(self, url: str, asked: Sequence[tuple[str, str]] | None, answer: Any, fetched: datetime) -> None:
        if asked is None:
            return
        file, _, writer = self._opened()
        parts = urlsplit(_target(url))
        target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
        host = [] if any(name.lower() == "host" for name, _ in asked) else [("Host", parts.netloc)]
        fields = [*host, *((name, _plain(value)) for name, value in asked)]
        record = writer.create_warc_record(
            _target(url),
            "request",
            http_headers=StatusAndHeaders(f"GET {target} HTTP/1.1", fields, is_http_request=True),
            warc_headers_dict={
                "WARC-Date": _warc_date(fetched),
                "WARC-Concurrent-To": answer.rec_headers.get_header("WARC-Record-ID"),
            },
        )
        _append(file, writer, record)

    @contextmanager
    def _explaining(self, url: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ArchiveError(
                f"{self._path or self._folder}: the page {url} cannot be archived: {error.strerror or error}; "
                'make room or check the rights, or switch the raw archive off with archive = "" in [storage]'
            ) from error

    def _opened(self) -> tuple[IO[bytes], Path, WARCWriter]:
        """The file to write to, made with its warcinfo record when there is none yet."""
        if self._file is None or self._path is None or self._records is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file, self._path = _create(self._folder, self._now)
            self._records = writer = WARCWriter(_Member(self._file), gzip=False, warc_version="WARC/1.1")
            info = {
                "software": _plain(self._software),
                "format": "WARC File Format 1.1",
                "conformsTo": "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            }
            record = writer.create_warcinfo_record(self._path.name.removesuffix(OPEN), info)
            record.rec_headers.replace_header("WARC-Date", _warc_date(self._now))
            _append(self._file, writer, record)
        return self._file, self._path, self._records

    def close(self) -> None:
        """Bring the file safely to disk and take its suffix ".open" off."""
        if self._file is None or self._path is None:
            return
        try:
            cdxj.write(_finish(self._file, self._path), self._index)
        except OSError as error:
            raise ArchiveError(f"{self._path} cannot be closed: {error.strerror}; check the disk") from error
        finally:
            self._file.close()
            self._file, self._records, self._index = None, None, []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Member:
    """A gzip member on its way into a file: what warcio writes of one record, packed when it flushes at its end."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> None:
        self._parts.append(data)

    def flush(self) -> None:
        record, self._parts = b"".join(self._parts), []
        packer = isal_zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, _GZIP)
        self._file.write(packer.compress(record) + packer.flush())


def _create(folder: Path, now: datetime) -> tuple[IO[bytes], Path]:
    """A fresh file, locked: the lock says that its process lives, and the system drops it with the process."""
    # By chance too: two machines may start the same process number in the same second, and share a store.
    stem = f"mercato-{now.astimezone(UTC):%Y%m%d%H%M%S}-{os.getpid()}-{secrets.token_hex(4)}"
    paths = (folder / f"{stem}-{number}{_SUFFIX}{OPEN}" for number in count(1))
    return next((file, path) for path in paths if (file := _claim(path)))


def _claim(path: Path) -> IO[bytes] | None:
    """The file at `path`, made and locked; None when there is one of that name."""
    if path.with_suffix("").exists():
        return None
    try:
        file = path.open("xb")
    except FileExistsError:
        return None
    fcntl.flock(file, fcntl.LOCK_EX)
    if _is_still(file, path):
        return file
    file.close()  # recover() came in between and took the empty file for a dead one's
    return None


def _is_still(file: IO[bytes], path: Path) -> bool:
    """Whether `path` is still the name of the open file."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _append(file: IO[bytes], writer: WARCWriter, record: object) -> tuple[int, int]:
    """Write a record at the end; returns its offset and length. A failed write leaves no half of it."""
    offset = file.tell()
    try:
        writer.write_record(record)
        file.flush()
    except OSError:
        file.seek(offset)
        file.truncate(offset)
        raise
    return offset, file.tell() - offset


def _finish(file: IO[bytes], path: Path) -> Path:
    """fsync, rename, fsync of the folder: after a power cut the file is there whole, or still ".open"."""
    file.flush()
    os.fsync(file.fileno())
    final = path.rename(path.with_suffix(""))
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return final


def _warc_date(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _status_line(status: int, reason: str) -> str:
    return f"{status} {_plain(reason)}".strip()


def _headers(headers: Sequence[tuple[str, str]], body: bytes) -> list[tuple[str, str]]:
    """The headers that fit the decoded body; those of the wire stay readable under another name."""
    kept: list[tuple[str, str]] = []
    for name, value in headers:
        token = "".join(character for character in name if character in _TOKEN)
        if not token:
            continue
        prefix = _ORIGINAL if token.lower() in _WIRE_HEADERS else ""
        kept.append((prefix + token, _plain(value)))
    return [*kept, ("Content-Length", str(len(body)))]


def _plain(value: str) -> str:
    """A header value on one line of ASCII: white space squeezed, the rest percent-encoded as UTF-8."""
    return quote(" ".join(value.split()), safe=_PRINTABLE, errors="replace")


def _target(url: str) -> str:
    return quote(url, safe=_PRINTABLE.replace(" ", ""))


def _digest(*parts: bytes) -> str:
    """The digest as warcio writes it: SHA-1 in base 32, the custom of web archives."""
    found = hashlib.sha1(usedforsecurity=False)
    for part in parts:
        found.update(part)
    return "sha1:" + base64.b32encode(found.digest()).decode()


def read_capture(folder: Path, capture: Capture) -> bytes:
    """The body of a page of a folder. Raises ArchiveError when it is not there or not what was written."""
    return read_answer(folder, capture).body


def read_answer(folder: Path, capture: Capture) -> Archived:
    """An answer of a folder. Raises ArchiveError when it is not there or not what was written."""
    place = f"{folder / capture.file}, record at byte {capture.offset}"
    try:
        with _open_capture(folder, capture) as file:
            file.seek(capture.offset)
            packed = file.read(capture.length)
    except OSError as error:
        raise ArchiveError(f"{place}: {error.strerror}; restore the file from a backup, or crawl again") from error
    return unpacked(packed, capture, place)


def unpacked(packed: bytes, capture: Capture, place: str) -> Archived:
    """The answer in the bytes of its record, which were read at `place`. Raises ArchiveError when it is not that of
    `capture`.
    """
    try:
        record = next(iter(ArchiveIterator(BytesIO(packed))), None)
        body = bytes(record.raw_stream.read()) if record else b""
    except (ArchiveLoadFailed, zlib.error) as error:
        raise ArchiveError(f"{place}: no WARC record: {error}; restore the file from a backup") from error
    if record is None or hashlib.sha256(body).hexdigest() != capture.sha256:
        raise ArchiveError(f"{place}: the page is not the one that was archived; restore the file from a backup")
    head = record.rec_headers
    fields = record.http_headers.headers if record.http_headers else ()
    return Archived(head.get_header("WARC-Target-URI"), head.get_header("WARC-Date"), tuple(fields), body)


def is_here(folder: Path, capture: Capture) -> bool:
    """Whether the folder holds the file of a capture, closed or being written."""
    final = folder / capture.file
    # Asked for twice, because the writer may rename it between two looks.
    return any(path.exists() for path in (final, final.with_name(final.name + OPEN), final))


def _open_capture(folder: Path, capture: Capture) -> IO[bytes]:
    """The file of a capture, whether its writer has finished or not."""
    final = folder / capture.file
    for path in (final, final.with_name(final.name + OPEN), final):
        # Asked for twice, because the writer may rename it between two looks.
        if path.exists():
            return path.open("rb")
    return final.open("rb")


def recover(folder: Path) -> list[Path]:
    """Close the files that dead processes left open; returns those that were saved, under their final names.

    Every whole record stays at its offset; a torn tail is cut off, a file without any whole record removed. Files
    that a living process writes are not touched, and several processes may recover at once.
    """
    saved = (_recover_one(path) for path in sorted(folder.glob(f"*{_SUFFIX}{OPEN}")))
    return [path for path in saved if path]


def _recover_one(path: Path) -> Path | None:
    try:
        file = path.open("r+b")
    except FileNotFoundError:
        return None  # its writer, or another recovery, was faster
    try:
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return None  # its writer lives
            return _close_torn(file, path) if _is_still(file, path) else None
    except OSError as error:
        raise ArchiveError(f"{path} cannot be recovered: {error.strerror}; check the disk and the rights") from error


def _close_torn(file: IO[bytes], path: Path) -> Path | None:
    """Cut the torn tail off a file whose lock is held; None when nothing whole was left."""
    whole = max(record_ends(file), default=0)
    if not whole:
        path.unlink()
        return None
    file.truncate(whole)
    final = _finish(file, path)
    cdxj.write(final)
    return final


def whole_length(path: Path) -> int:
    """How many bytes of a file that is being written are whole records. Raises OSError."""
    with path.open("rb") as file:
        return max(record_ends(file), default=0)


def record_ends(file: IO[bytes]) -> Iterator[int]:
    """Where each whole record ends, in bytes from the start. gzip's checksum says whether a member is whole."""
    file.seek(0)
    member, rest = zlib.decompressobj(_GZIP), b""
    while chunk := rest or file.read(_READ_SIZE):
        try:
            member.decompress(chunk)
        except zlib.error:
            return
        rest = member.unused_data
        if member.eof:
            yield file.tell() - len(rest)
            member = zlib.decompressobj(_GZIP)
