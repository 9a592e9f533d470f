"""Files at an address that fsspec knows: a folder that several machines mount, or a bucket of an object store.

Buckets (S3 and what speaks like it, Google Cloud Storage, Azure) are reached with obstore, which needs nothing else:
botocore, on which s3fs rests, cannot be installed beside our other requirements. It takes its credentials from where
its documentation says, never from our settings. A file appears under its name whole and compared, or not at all.
"""

# fsspec carries no types:
# mypy: allow-untyped-calls

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import fsspec
from fsspec.implementations.local import LocalFileSystem

from mercato.errors import StoreError
from mercato.i18n import phrase

PART = ".part"
"""What ends the name of a file that is on its way."""

_BUCKETS = frozenset({"s3", "s3a", "gs", "gcs", "az", "azure", "abfs", "abfss", "adl"})
_BLOCK = 8 << 20  # bytes asked for at once: a round trip costs more than the half of them that may not be wanted
_RETRIES = {"max_retries": 2, "retry_timeout": timedelta(seconds=20)}
"""A store that is down is asked again at the next occasion; meanwhile files wait where they are."""


@dataclass(frozen=True, slots=True)
class ObjectStore:
    """A folder or bucket, by its address; nothing is asked before the first call.

    Every method raises StoreError when it cannot be reached or used, with what to do about it.
    """

    url: str

    def sizes(self) -> dict[str, int]:
        """The bytes of each file, by name; those on their way are listed with their suffix."""
        with self._asked("its files cannot be listed") as (files, root):
            if isinstance(files, LocalFileSystem) and not files.isdir(root):
                raise StoreError(phrase("{url}: there is no such folder; mount it, or make it", url=self.url))
            files.invalidate_cache()
            try:
                found = files.ls(root, detail=True)
            except FileNotFoundError:
                return {}  # object stores know no empty folder
        return {one["name"].rpartition("/")[2]: one["size"] for one in found if one["type"] == "file"}

    def size(self, name: str) -> int:
        """The bytes of a file. Raises FileNotFoundError."""
        with self._asked(f"{name} cannot be looked up") as (files, root):
            return int(files.info(f"{root}/{name}")["size"])

    def part(self, name: str, start: int, end: int) -> bytes:
        """The bytes of a file from `start` to before `end`. Raises FileNotFoundError."""
        with self._asked(f"{name} cannot be read") as (files, root):
            return bytes(files.cat_file(f"{root}/{name}", start=start, end=end))

    def open(self, name: str) -> io.BufferedReader:
        """A file to read, in any order. Raises FileNotFoundError."""
        return io.BufferedReader(_Reader(self, name, self.size(name)), _BLOCK)

    def put(self, source: Path) -> None:
        """Copy a file here under its name; it counts as here once it was read back and is the same. Raises OSError
        when `source` cannot be read.
        """
        with source.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        part = source.name + PART
        with self._asked(f"{source.name} cannot be written") as (files, root):
            files.put_file(str(source), f"{root}/{part}")
            if isinstance(files, LocalFileSystem):
                _to_disk(Path(root) / part)
            if self.sha256(part) != digest:
                raise StoreError(
                    phrase(
                        "{url}: {name} came back otherwise than it was written; check the store",
                        url=self.url,
                        name=source.name,
                    )
                )
            files.mv(f"{root}/{part}", f"{root}/{source.name}")

    def sha256(self, name: str, length: int | None = None) -> str:
        """The SHA-256 of a file, or of its first `length` bytes: 64 hexadecimal digits. Raises FileNotFoundError."""
        size = self.size(name) if length is None else length
        with io.BufferedReader(_Reader(self, name, size), _BLOCK) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def delete(self, name: str) -> None:
        """Let go of a file, and of what is on its way under its name; nothing happens when there is none."""
        for one in (name, name + PART):
            with self._asked(f"{one} cannot be deleted") as (files, root):
                try:
                    files.rm_file(f"{root}/{one}")
                except FileNotFoundError:
                    continue

    @contextmanager
    def _asked(self, what: str) -> Iterator[tuple[Any, str]]:
        """The driver, and the folder as it names it; what the driver raises is put into words."""
        files, root, failures = _connected(self.url)
        try:
            yield files, root
        except FileNotFoundError:
            raise
        except failures as error:
            why = str(error).partition("\n")[0]
            raise StoreError(
                phrase(
                    "{url}: {what}: {why}; check that the store can be reached, its address (captures in "
                    "[storage]) and the credentials in the environment",
                    url=self.url,
                    what=what,
                    why=why,
                )
            ) from error


class _Reader(io.RawIOBase):
    """A file of a store, read piece by piece."""

    def __init__(self, store: ObjectStore, name: str, size: int) -> None:
        super().__init__()
        self._store, self._name, self._size, self._at = store, name, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        end = min(self._at + len(buffer), self._size)
        if self._at >= end:
            return 0
        got = self._store.part(self._name, self._at, end)
        buffer[: len(got)] = got
        self._at += len(got)
        return len(got)


def _connected(url: str) -> tuple[Any, str, tuple[type[Exception], ...]]:
    """The driver for an address, the folder as that driver names it, and what it raises. Drivers are kept by fsspec."""
    scheme = urlsplit(url).scheme if "://" in url else "file"
    try:
        if scheme in _BUCKETS:
            return _bucket(scheme, url)
        files, root = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise StoreError(phrase("{url}: no such store can be used here: {why}", url=url, why=error)) from error
    return files, root.rstrip("/"), (OSError,)


def _bucket(scheme: str, url: str) -> tuple[Any, str, tuple[type[Exception], ...]]:
    try:
        # Imported here: most archives lie in a folder, and need no driver for buckets.
        from obstore.exceptions import BaseError  # noqa: PLC0415
        from obstore.fsspec import FsspecStore  # noqa: PLC0415
    except ImportError as error:
        raise StoreError(
            phrase('{url}: buckets need one more package: pip install "mercato[objects]"', url=url)
        ) from error
    driver: Any = FsspecStore  # its overloads want the scheme spelt out
    files = driver(scheme, retry_config=_RETRIES)
    return files, url.partition("://")[2].rstrip("/"), (OSError, ValueError, BaseError)


def _to_disk(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
