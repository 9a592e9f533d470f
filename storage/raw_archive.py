"""Where the raw pages are: files that are being written or were just closed in a folder of this machine, closed ones
also in a store that may be shared by many. Readers need not know which.

A closed file never changes, so the copy here and the copy there are the same; the one here goes once the one there
has been compared with it. Whatever takes records out of files, and whatever moves files, does so alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from filelock import FileLock, Timeout

from mercato.errors import ArchiveError
from mercato.i18n import phrase
from mercato.model import Capture
from mercato.settings import Settings
from storage import cdxj, warc
from storage.object_store import PART, ObjectStore
from storage.warc import Archived

WARC = ".warc.gz"  # what ends the name of a closed file
_LOCK = ".mercato-archive.lock"
_PATIENCE = 1200.0  # seconds: a file of 1 GB on its way over a slow line


@dataclass(frozen=True, slots=True)
class RawArchive:
    """The WARC files of an archive. Methods that ask the store raise StoreError when it cannot be reached."""

    folder: Path
    store: ObjectStore | None = None

    def sizes(self) -> dict[str, int]:
        """The bytes of each closed file, by name, here or in the store."""
        there = self.store.sizes() if self.store else {}
        here = {path.name: size for path in self.folder.glob(f"*{WARC}") if (size := _size(path)) is not None}
        return {name: size for name, size in sorted((there | here).items()) if name.endswith(WARC)}

    def names(self) -> list[str]:
        """The names of the closed files, sorted."""
        return list(self.sizes())

    def reading(self, name: str) -> IO[bytes]:
        """A closed file, wherever it is. Raises FileNotFoundError."""
        try:
            return (self.folder / name).open("rb")
        except FileNotFoundError:
            if self.store is None:
                raise
            return self.store.open(name)

    def written(self, name: str) -> IO[bytes]:
        """A file of that name that is being written on this machine. Raises FileNotFoundError."""
        return (self.folder / (name + warc.OPEN)).open("rb")

    def answer(self, capture: Capture) -> Archived:
        """An archived answer. Raises ArchiveError when it is not there or not what was written."""
        if self.store is None or warc.is_here(self.folder, capture):
            return warc.read_answer(self.folder, capture)
        place = f"{self.store.url}/{capture.file}, record at byte {capture.offset}"
        try:
            packed = self.store.part(capture.file, capture.offset, capture.offset + capture.length)
        except FileNotFoundError as error:
            raise ArchiveError(
                phrase(
                    "{place}: neither in {folder} nor there; if it was written on another machine, that one "
                    "has not put it away yet",
                    place=place,
                    folder=self.folder,
                )
            ) from error
        return warc.unpacked(packed, capture, place)

    def offsets(self, name: str) -> frozenset[int]:
        """Where the answers and revisits of a closed file begin, by its index."""
        return frozenset(int(json.loads(line.split(" ", 2)[2])["offset"]) for line in self.index(name))

    def index(self, name: str) -> list[str]:
        """The lines of a closed file's index, each with its end; it is made where it lacks."""
        if (self.folder / name).exists():
            return cdxj.of_file(self.folder / name)
        if self.store is None:
            raise FileNotFoundError(name)
        try:
            with self.store.open(name + cdxj.SUFFIX) as file:
                return file.read().decode().splitlines(keepends=True)
        except FileNotFoundError:
            with self.store.open(name) as file:
                return sorted(cdxj.lines(name, file))

    def merge_index(self) -> Path:
        """Join the indexes of all closed files into one in the folder; returns its path."""
        return cdxj.merge(self.folder / cdxj.MERGED, (self.index(name) for name in self.names()))

    def delete(self, name: str) -> None:
        """Let go of a closed file and its index, here and in the store. Raises ArchiveError."""
        for one in (name, name + cdxj.SUFFIX):
            for path in (self.folder / one, self.folder / (one + PART)):
                try:
                    path.unlink(missing_ok=True)
                except OSError as error:
                    raise ArchiveError(
                        phrase("{path} cannot be deleted: {why}; delete it by hand", path=path, why=error.strerror)
                    ) from error
            if self.store:
                self.store.delete(one)

    @contextmanager
    def alone(self, patience: float = _PATIENCE) -> Iterator[None]:
        """Be the only one on this machine who moves, rewrites or deletes closed files. Raises ArchiveError when another
        one still does after `patience` seconds.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.folder / _LOCK, timeout=patience)
        try:
            lock.acquire()
        except Timeout as error:
            raise ArchiveError(
                phrase("{folder}: its files are being moved or rewritten; try again later", folder=self.folder)
            ) from error
        try:
            yield
        finally:
            lock.release()

    def waiting(self) -> list[Path]:
        """The closed files that are in the folder."""
        return sorted(self.folder.glob(f"*{WARC}"))

    def put_away(self) -> list[str]:
        """Move the closed files of the folder to the store; returns their names.

        Each is copied, read back and compared before it goes from here, so whatever breaks off is taken up again by
        the next run. Nothing happens without a store. Raises StoreError, and ArchiveError as `alone` does.
        """
        if self.store is None or not any(self.folder.glob(f"*{WARC}*")):
            return []
        with self.alone(0):
            there = self.store.sizes()
            for path in self.folder.glob(f"*{PART}"):
                path.unlink(missing_ok=True)
            moved = self.waiting()
            strange = [path.name for path in moved if not self._put_away(self.store, path, there)]
            for index in self.folder.glob(f"*{WARC}{cdxj.SUFFIX}"):
                if not index.with_suffix("").exists():
                    index.unlink()
        if strange:
            raise ArchiveError(
                phrase(
                    "{url} has other files named {names}; nothing was moved over them: rename them there, or "
                    "compare both",
                    url=self.store.url,
                    names=", ".join(strange),
                )
            )
        return [path.name for path in moved]

    def _put_away(self, store: ObjectStore, path: Path, there: dict[str, int]) -> bool:
        """Move one file; False when the store has another one of its name, and this one was left where it is."""
        index = path.with_name(path.name + cdxj.SUFFIX)
        if not index.exists():
            cdxj.write(path)
        if path.name not in there:
            store.put(index)
            store.put(path)
        # A backup may have brought back the beginning of a file that was being written, and has been closed since.
        elif there[path.name] < path.stat().st_size or store.sha256(path.name, path.stat().st_size) != _sha256(path):
            return False
        path.unlink()
        index.unlink()
        return True


def raw_archive(settings: Settings) -> RawArchive | None:
    """The raw archive of `settings`; None when it is switched off."""
    if settings.archive is None:
        return None
    return RawArchive(settings.archive, ObjectStore(settings.captures) if settings.captures else None)


def _size(path: Path) -> int | None:
    """The bytes of a file; None when it was moved a moment ago."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
