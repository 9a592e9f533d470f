"""Whether the raw archive still is what was written: every record of every file, and every page that an article has."""

# warcio carries no types:
# mypy: allow-untyped-calls

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import IO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from mercato.model import Capture
from storage.raw_archive import RawArchive
from storage.warc import OPEN, record_ends


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCheck:
    """What was found in one WARC file."""

    file: str
    records: int = 0
    pages: int = 0  # of articles, found where the database says
    problems: tuple[str, ...] = ()


def inspect(raw: RawArchive, captures: Mapping[str, Mapping[int, Capture]]) -> Iterator[FileCheck]:
    """Check the files of `raw`, wherever they are, against themselves and against `captures`, by file and offset: one
    after the other.

    A file of which the database knows pages, but which is not there, is reported too.
    """
    written = {path.name.removesuffix(OPEN) for path in raw.folder.glob(f"*.warc.gz{OPEN}")}
    closed = set(raw.names())  # after the others: what is closed meanwhile is in both
    for name in sorted(closed | written | captures.keys()):
        known = captures.get(name, {})
        try:
            if name in closed:
                yield _check(name, partial(raw.reading, name), known)
            elif name in written:
                yield _check(name + OPEN, partial(raw.written, name), known)
            else:
                yield _missing(name, known)
        except FileNotFoundError:
            yield _missing(name, known)


def _missing(name: str, known: Mapping[int, Capture]) -> FileCheck:
    return FileCheck(file=name, problems=(f"is missing, with the pages of {len(known)} articles",))


def _check(name: str, reading: Callable[[], IO[bytes]], known: Mapping[int, Capture]) -> FileCheck:
    problems = []
    with reading() as file:
        whole = max(record_ends(file), default=0)
        size = file.seek(0, os.SEEK_END)
    if name.endswith(OPEN):
        problems.append("was not closed: it is being written, or the next crawl closes it")
    elif whole != size:
        problems.append(f"is torn: {size - whole} bytes after the last whole record")
    found: dict[int, str] = {}
    records = 0
    try:
        with reading() as file:
            for offset, digest, complaint in _records(file):
                records += 1
                found[offset] = digest
                if complaint:
                    problems.append(f"record at byte {offset}: {complaint}")
    except (ArchiveLoadFailed, zlib.error, EOFError) as error:
        problems.append(f"cannot be read after record {records}: {error}")
    wrong = [offset for offset, capture in known.items() if found.get(offset) != capture.sha256]
    problems += [f"record at byte {offset} is not the page that an article has" for offset in sorted(wrong)]
    return FileCheck(file=name, records=records, pages=len(known) - len(wrong), problems=tuple(problems))


def _records(file: IO[bytes]) -> Iterator[tuple[int, str, str]]:
    """Offset, SHA-256 of the payload, and what its own digests object to, of each record."""
    records = ArchiveIterator(file, check_digests=True)
    for record in records:
        digest = hashlib.sha256(record.raw_stream.read()).hexdigest()
        yield records.get_record_offset(), digest, "; ".join(record.digest_checker.problems)
