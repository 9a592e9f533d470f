"""CDXJ, the index by which replay tools such as pywb find a capture: one line per answer, sorted by address and time.

Each finished WARC file has its own, beside it; `merge` joins them. Specification: the CDXJ file format of the IIPC
(iipc.github.io/warc-specifications, CDXJ 0.1); keys are Sort-friendly URI Reordering Transforms as pywb makes them.
"""

# warcio carries no types:
# mypy: allow-untyped-calls

from __future__ import annotations

import heapq
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator

SUFFIX = ".cdxj"
MERGED = "index.cdxj"

_WWW = re.compile(r"^www\d*\.")
_ADDRESS = re.compile(r"^[\d.]+$|:")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def surt(url: str) -> str:
    """The key of an address: host turned round, all in lower case, parameters sorted, no scheme, "www." or fragment."""
    parts = urlsplit(url.lower())
    host = _WWW.sub("", parts.hostname or "")
    turned = host if _ADDRESS.search(host) else ",".join(reversed(host.split(".")))
    port = f":{parts.port}" if parts.port not in {None, _DEFAULT_PORTS.get(parts.scheme)} else ""
    path = parts.path.rstrip("/") if len(parts.path) > 1 else "/"
    query = "?" + "&".join(sorted(parts.query.split("&"))) if parts.query else ""
    return f"{turned}{port}){path or '/'}{query}"


def write(warc: Path, known: Iterable[str] | None = None) -> Path:
    """Write the index of a finished WARC file beside it; returns its path. Raises OSError.

    `known` are its lines, where whoever wrote the file has kept them: then it need not be read.
    """
    index = warc.with_name(warc.name + SUFFIX)
    part = index.with_name(index.name + ".part")
    part.write_text("".join(sorted(_lines_of(warc) if known is None else known)), encoding="utf-8")
    return part.replace(index)


def _lines_of(warc: Path) -> list[str]:
    with warc.open("rb") as file:
        return list(lines(warc.name, file))


def lines(name: str, file: IO[bytes]) -> Iterator[str]:
    """A line, with its end, for each answer and revisit in the WARC file `file` of that name, in the file's order."""
    records = ArchiveIterator(file)
    for record in records:
        kind, head, http = record.rec_type, record.rec_headers, record.http_headers
        record.content_stream().read()  # or the length is not known
        if kind in {"response", "revisit"}:
            yield line(name, kind, head, http, records.get_record_offset(), records.get_record_length())


def line(name: str, kind: str, head: Any, http: Any, offset: int, length: int) -> str:
    """The line of one record: the name of its finished file, its WARC-Type, warcio's headers of the record and of the
    answer in it, and its place in bytes.
    """
    url, date = head.get_header("WARC-Target-URI"), head.get_header("WARC-Date")
    mime = (http.get_header("Content-Type") or "unk").partition(";")[0].strip() if http else "unk"
    fields = {
        "url": url,
        "mime": "warc/revisit" if kind == "revisit" else mime or "unk",
        "status": http.get_statuscode() if http else "-",
        "digest": (head.get_header("WARC-Payload-Digest") or "-").removeprefix("sha1:"),
        "length": str(length),
        "offset": str(offset),
        "filename": name,
    }
    return f"{surt(url)} {re.sub(r'[^0-9]', '', date)[:14]} {json.dumps(fields, ensure_ascii=False)}\n"


def of_file(warc: Path) -> list[str]:
    """The lines of a finished WARC file's index, which is written where it lacks."""
    index = warc.with_name(warc.name + SUFFIX)
    if not index.exists():
        write(warc)
    return index.read_text(encoding="utf-8").splitlines(keepends=True)


def merge(merged: Path, each: Iterable[Iterable[str]]) -> Path:
    """Join the lines of indexes, each sorted, into one at `merged`; returns its path. Raises OSError."""
    part = merged.with_name(merged.name + ".part")
    with part.open("w", encoding="utf-8") as target:
        target.writelines(heapq.merge(*each))
    return part.replace(merged)
