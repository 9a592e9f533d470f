"""Records taken out of the raw archive: files are written anew without them, and say so.

The records that stay are copied byte for byte, so that their digests hold. The new file has a name of its own and a
warcinfo record that tells how many records were removed and when; the old one is deleted after the database knows
where the pages lie now.
"""

# warcio carries no types:
# mypy: allow-untyped-calls

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import IO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.warcwriter import WARCWriter

from mercato.errors import ArchiveError
from mercato.i18n import phrase
from mercato.model import Capture
from storage import cdxj
from storage.raw_archive import RawArchive
from storage.veil import Veil

_REVISION = re.compile(r"(?:\.r(\d+))?\.warc\.gz$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record of a WARC file, as far as deciding about it goes."""

    offset: int
    length: int
    kind: str  # "response", "request"…
    url: str
    goes: bool  # by itself
    identity: str  # WARC-Record-ID
    belongs_to: str  # the record that it was made together with, or whose body it stands for


@dataclass(frozen=True, slots=True, kw_only=True)
class Excision:
    """A file that was written anew."""

    old: str
    new: Path  # in the folder of this machine
    moved: dict[int, int]  # old offset → new offset of each record that stayed
    removed: int


def beside(raw: RawArchive, name: str, kept: Collection[int]) -> list[Record]:
    """The records of a finished WARC file that must go when of its pages only those at the offsets `kept` stay.

    Asks the index first, so that a file that holds nothing else is not read. Raises ArchiveError.
    """
    if raw.offsets(name) <= set(kept):
        return []

    def goes(kind: str, offset: int, _heading: str, _body: bytes) -> bool:
        return kind not in {"warcinfo", "request"} and offset not in kept

    return _all(raw, name, goes)


def naming(raw: RawArchive, name: str, veil: Veil, dropped: Callable[[int], bool]) -> list[Record]:
    """The records of a finished WARC file that must go; `dropped` tells of offsets that go whatever they hold.

    A request goes with its answer, and a revisit with what it stands for. Raises ArchiveError when the file cannot be
    read.
    """

    def names(_kind: str, offset: int, heading: str, body: bytes) -> bool:
        return dropped(offset) or bool(veil.named(heading) or veil.named_in_bytes(body))

    return _all(raw, name, names)


def _all(raw: RawArchive, name: str, goes: Callable[[str, int, str, bytes], bool]) -> list[Record]:
    """The records that go, and those that go with them."""
    try:
        with raw.reading(name) as file:
            records = list(_records(file, goes))
    except (OSError, ArchiveLoadFailed) as error:
        raise ArchiveError(
            phrase('{name} cannot be read: {why}; "mercato archive verify" tells more', name=name, why=error)
        ) from error
    going = {record.identity for record in records if record.goes}
    addresses = {record.url for record in records if record.goes}
    return [r for r in records if r.goes or r.belongs_to in going or (r.kind == "revisit" and r.url in addresses)]


def _records(file: IO[bytes], goes: Callable[[str, int, str, bytes], bool]) -> Iterator[Record]:
    reader = ArchiveIterator(file)
    for record in reader:
        head = record.rec_headers
        heading = " ".join(value for _, value in head.headers)
        http = " ".join(value for _, value in record.http_headers.headers) if record.http_headers else ""
        body = record.content_stream().read()
        offset = reader.get_record_offset()
        yield Record(
            offset=offset,
            length=reader.get_record_length(),
            kind=record.rec_type,
            url=head.get_header("WARC-Target-URI") or "",
            goes=goes(record.rec_type, offset, f"{heading} {http}", body),
            identity=head.get_header("WARC-Record-ID") or "",
            belongs_to=head.get_header("WARC-Concurrent-To") or "",
        )


def without(raw: RawArchive, name: str, going: list[Record], *, why: str, software: str, now: datetime) -> Excision:
    """Write a file anew without these records, under another name in the folder of this machine, wherever the old one
    is; `why` they are removed is noted in it. Raises ArchiveError.

    The old file stays: it is to be deleted when the database knows of the new one.
    """
    gone = {record.offset for record in going}
    new = raw.folder / _fresh_name(name, raw.sizes())
    part = new.with_name(new.name + ".part")
    moved: dict[int, int] = {}
    try:
        with raw.reading(name) as places, raw.reading(name) as source, part.open("wb") as target:
            _note(target, new.name, f"{len(gone)} records were removed: {why}", software, now)
            for offset, length in _places(places):
                if offset not in gone:
                    moved[offset] = target.tell()
                    source.seek(offset)
                    target.write(source.read(length))
            target.flush()
            os.fsync(target.fileno())
        part.rename(new)
        cdxj.write(new)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise ArchiveError(
            phrase("{name} cannot be written anew: {why}; make room and try again", name=name, why=error.strerror)
        ) from error
    return Excision(old=name, new=new, moved=moved, removed=len(gone))


def _fresh_name(name: str, taken: Collection[str]) -> str:
    """A name that no file has: one that was written anew before a crash must stay where the database says."""
    found = _REVISION.search(name)
    first = int(found[1] or 0) + 1 if found else 1
    stem = _REVISION.sub("", name)
    return next(fresh for number in count(first) if (fresh := f"{stem}.r{number}.warc.gz") not in taken)


def _note(target: IO[bytes], name: str, what: str, software: str, now: datetime) -> None:
    writer = WARCWriter(target, gzip=True, warc_version="WARC/1.1")
    info = {
        "software": software,
        "format": "WARC File Format 1.1",
        "description": f"written anew; {what}",
    }
    record = writer.create_warcinfo_record(name, info)
    record.rec_headers.replace_header("WARC-Date", now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"))
    writer.write_record(record)


def _places(file: IO[bytes]) -> Iterator[tuple[int, int]]:
    reader = ArchiveIterator(file)
    for record in reader:
        record.content_stream().read()
        yield reader.get_record_offset(), reader.get_record_length()


def relocated(excision: Excision, known: dict[int, Capture]) -> dict[int, Capture | None]:
    """Where the pages of `known`, by their old offset, lie now; None: nowhere any more."""
    return {
        offset: Capture(
            file=excision.new.name, offset=excision.moved[offset], length=capture.length, sha256=capture.sha256
        )
        if offset in excision.moved
        else None
        for offset, capture in known.items()
    }
