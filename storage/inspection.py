"""Whether the raw archive still is what was written: every record of every file, and every page that an article has."""

# warcio carries no types:
# mypy: allow-untyped-calls

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from mercato.model import Capture
from storage.warc import record_ends


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCheck:
    """What was found in one WARC file."""

    file: str
    records: int = 0
    pages: int = 0  # of articles, found where the database says
    problems: tuple[str, ...] = ()


def inspect(folder: Path, captures: Mapping[str, Mapping[int, Capture]]) -> Iterator[FileCheck]:
    """Check the files of `folder` against themselves and against `captures`, by file and offset: one after the other.

    A file of which the database knows pages, but which is not there, is reported too.
    """
    present = {path.name.removesuffix(".open"): path for path in sorted(folder.glob("*.warc.gz*")) if _is_warc(path)}
    for name in sorted(present.keys() | captures.keys()):
        known = captures.get(name, {})
        if name in present:
            yield _check(present[name], known)
        else:
            yield FileCheck(file=name, problems=(f"is missing, with the pages of {len(known)} articles",))


def _is_warc(path: Path) -> bool:
    return path.name.endswith((".warc.gz", ".warc.gz.open"))


def _check(path: Path, known: Mapping[int, Capture]) -> FileCheck:
    problems = []
    with path.open("rb") as file:
        whole = max(record_ends(file), default=0)
    size = path.stat().st_size
    if path.suffix == ".open":
        problems.append("was not closed: it is being written, or the next crawl closes it")
    elif whole != size:
        problems.append(f"is torn: {size - whole} bytes after the last whole record")
    found: dict[int, str] = {}
    records = 0
    try:
        for offset, digest, complaint in _records(path):
            records += 1
            found[offset] = digest
            if complaint:
                problems.append(f"record at byte {offset}: {complaint}")
    except (ArchiveLoadFailed, zlib.error, EOFError) as error:
        problems.append(f"cannot be read after record {records}: {error}")
    wrong = [offset for offset, capture in known.items() if found.get(offset) != capture.sha256]
    problems += [f"record at byte {offset} is not the page that an article has" for offset in sorted(wrong)]
    return FileCheck(file=path.name, records=records, pages=len(known) - len(wrong), problems=tuple(problems))


def _records(path: Path) -> Iterator[tuple[int, str, str]]:
    """Offset, SHA-256 of the payload, and what its own digests object to, of each record."""
    with path.open("rb") as file:
        records = ArchiveIterator(file, check_digests=True)
        for record in records:
            digest = hashlib.sha256(record.raw_stream.read()).hexdigest()
            yield records.get_record_offset(), digest, "; ".join(record.digest_checker.problems)
