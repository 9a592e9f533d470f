"""Backups that restore: database, raw pages and settings, under load, checked, and thinned out as they age.

A backup is a folder named after its moment, with a manifest that is written last: a folder without one is not whole.
Closed WARC files never change, so all backups share one copy of each.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO

from pydantic import BaseModel, ConfigDict, ValidationError

from mercato import __version__
from mercato.errors import BackupError, StoreError
from mercato.i18n import phrase
from mercato.settings import Settings, load_settings
from scheduler.forgetting import Found, forget_again
from scheduler.jobs import Clock, open_newsroom
from scheduler.plan import is_due
from storage import objections, snapshots
from storage.engine import Database, open_database
from storage.raw_archive import RawArchive, raw_archive
from storage.snapshots import Snapshot
from storage.warc import whole_length

MANIFEST = "manifest.json"
_SHARED = "archive"  # raw pages that all backups share
_SETTINGS = "settings"
_NAME = "%Y-%m-%dT%H%M%SZ"
_CHUNK = 1 << 20


class FileEntry(BaseModel):
    """A file of a backup."""

    model_config = ConfigDict(frozen=True)

    path: str  # relative to the folder of all backups
    size: int
    sha256: str
    name: str  # where it belongs: relative to the folder of the settings


class Manifest(BaseModel):
    """What a backup holds; written when all of it is on the disk."""

    model_config = ConfigDict(frozen=True)

    version: int = 1
    made: datetime
    mercato: str
    engine: str
    revision: str
    counts: dict[str, int]
    columns: dict[str, list[str]]
    database: list[FileEntry]
    settings: list[FileEntry]
    archive: list[FileEntry]

    @property
    def files(self) -> list[FileEntry]:
        """All of them."""
        return [*self.database, *self.settings, *self.archive]


@dataclass(frozen=True, slots=True)
class Backup:
    """A whole backup."""

    folder: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        """Its moment, as the command line names it."""
        return self.folder.name

    @property
    def size(self) -> int:
        """Bytes of all its files, shared ones included."""
        return sum(entry.size for entry in self.manifest.files)


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of a restore."""

    settings: Path
    archive: int  # raw files that were put back
    forgotten: Found | None  # what was forgotten again; None: nobody had to be


def folder_of(settings: Settings) -> Path:
    """The folder of all backups."""
    return settings.folder / settings.backup.folder


def create(settings: Settings, database: Database, now: datetime) -> Backup:
    """Make a backup and check it, then let go of those that the rotation does not keep. Raises BackupError."""
    root = folder_of(settings)
    folder = root / now.astimezone(UTC).strftime(_NAME)
    try:
        folder.mkdir(parents=True, mode=0o700)
        snapshot = snapshots.take(database, folder)
        manifest = Manifest(
            made=now,
            mercato=__version__,
            engine=snapshot.engine,
            revision=snapshot.revision,
            counts=dict(snapshot.counts),
            columns=dict(snapshot.columns),
            database=[_entry(root, path, path.name) for path in snapshot.files],
            settings=list(_save_settings(settings, root, folder)),
            archive=list(_save_archive(settings, root, folder)) if settings.backup.archive else [],
        )
        _write(folder / MANIFEST, manifest.model_dump_json(indent=1).encode())
    except FileExistsError as error:
        raise BackupError(
            phrase("{folder} exists already: another backup is being made; try again", folder=folder)
        ) from error
    except OSError as error:
        raise BackupError(
            phrase(
                "{folder} cannot be written: {why}; make room, or set [backup]",
                folder=folder,
                why=error.strerror or error,
            )
        ) from error
    made = Backup(folder, manifest)
    _rotate(settings, now)
    return made


def is_owed(settings: Settings, now: datetime) -> bool:
    """Whether the schedule of [backup] asks for one at `now`."""
    if not settings.backup.schedule:
        return False
    newest = next(iter(every(settings)), None)
    return newest is None or is_due(settings.backup.schedule, settings.backup.timezone, newest.manifest.made, now)


def create_owed(settings: Settings, database: Database, now: datetime) -> None:
    """Make the backup that the schedule asks for at `now`, if it does. Raises BackupError."""
    if is_owed(settings, now):
        create(settings, database, now)


def every(settings: Settings) -> list[Backup]:
    """The whole backups, the newest first."""
    found = [read(path.parent) for path in folder_of(settings).glob(f"*/{MANIFEST}")]
    return sorted(found, key=lambda backup: backup.manifest.made, reverse=True)


def find(settings: Settings, name: str) -> Backup:
    """The backup of that name, of the folder at that path, or the newest for «latest». Raises BackupError."""
    if name == "latest":
        newest = next(iter(every(settings)), None)
        if newest is None:
            raise BackupError(
                phrase('{folder} holds no backup; "mercato backup" makes one', folder=folder_of(settings))
            )
        return newest
    path = Path(name) if (Path(name) / MANIFEST).exists() else folder_of(settings) / name
    if not (path / MANIFEST).exists():
        raise BackupError(
            phrase(
                '{name}: no such backup, or one that was not finished; "mercato backup --list" shows them', name=name
            )
        )
    return read(path)


def read(folder: Path) -> Backup:
    """The backup in that folder. Raises BackupError when its manifest cannot be read."""
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValidationError) as error:
        raise BackupError(phrase("{file} cannot be read; use another backup", file=folder / MANIFEST)) from error
    return Backup(folder.resolve(), manifest)


def verify(backup: Backup) -> list[str]:
    """What is wrong with a backup: each file against its digest, the database as a database; [] when all is well."""
    root = backup.folder.parent
    problems = []
    for entry in backup.manifest.files:
        path = root / entry.path
        if not path.exists():
            problems.append(f"{entry.path} is missing")
        elif _sha256(path) != entry.sha256:
            problems.append(f"{entry.path} is not what was written")
    if not problems and backup.manifest.engine == "sqlite":
        counts = snapshots.read_sqlite(root / backup.manifest.database[0].path).counts
        problems += [] if counts == backup.manifest.counts else ["the database does not hold what the manifest says"]
    return problems


def restore(settings: Settings, backup: Backup, clock: Clock) -> Restored:
    """Put a backup in the place of the present archive; the present one's register of objections is kept and carried
    out on what came back. Raises BackupError for a backup that is not whole, before anything is changed.
    """
    _must_be_whole(backup)
    requests, raw = _register(settings), raw_archive(settings)
    away = _in_store(raw)
    root = backup.folder.parent
    snapshots.put_back(settings.database_url, _snapshot(backup))
    count = _put_archive_back(settings, root, backup, away)
    again = _forget_again(settings, requests, clock)
    return Restored(settings.file or settings.folder, count, again)


def restore_into(folder: Path, backup: Backup, clock: Clock) -> Restored:
    """Put a backup, settings included, into a new folder: a move to another machine, or a look at what there was.

    Raises BackupError when the folder holds something, or the backup is not whole.
    """
    _must_be_whole(backup)
    if folder.exists() and any(folder.iterdir()):
        raise BackupError(phrase("{folder} is not empty; name a new folder", folder=folder))
    root = backup.folder.parent
    for entry in backup.manifest.settings:
        target = _inside(folder, entry.name)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / entry.path, target)
    if not backup.manifest.settings:
        raise BackupError(phrase("{name} holds no settings: restore it in place", name=backup.name))
    return restore(load_settings(_inside(folder, backup.manifest.settings[0].name), {}), backup, clock)


def _must_be_whole(backup: Backup) -> None:
    problems = verify(backup)
    if problems:
        raise BackupError(
            phrase(
                "{name} is not whole: {problems}; nothing was changed",
                name=backup.name,
                problems="; ".join(problems[:5]),
            )
        )


def _inside(folder: Path, name: str) -> Path:
    """The path of that name in `folder`; a manifest must not lead out of it."""
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise BackupError(
            phrase("the manifest names {name}, which lies outside its folder: it was tampered with", name=name)
        )
    return path


def _snapshot(backup: Backup) -> Snapshot:
    manifest, root = backup.manifest, backup.folder.parent
    files = tuple(root / entry.path for entry in manifest.database)
    return Snapshot(
        engine=manifest.engine,
        revision=manifest.revision,
        counts=manifest.counts,
        columns=manifest.columns,
        files=files,
    )


def _register(settings: Settings) -> objections.Register | None:
    """The objections that stand now; None when the present database cannot be opened, as after its loss."""
    if not _exists(settings.database_url):
        return None
    with open_database(settings.database_url) as database, database.reading() as tx:
        return objections.register(tx)


def _exists(url: str) -> bool:
    return not url.startswith("sqlite:///") or Path(url.removeprefix("sqlite:///")).exists()


def _forget_again(settings: Settings, requests: objections.Register | None, clock: Clock) -> Found | None:
    with open_newsroom(settings) as room:
        with room.database.writing() as tx:
            if requests is not None:
                objections.adopt(tx, requests)
            standing = bool(objections.veil(tx))
        return forget_again(room, clock) if standing and requests is not None else None


def _in_store(raw: RawArchive | None) -> Mapping[str, int]:
    """What need not be put back, by name; nothing where the store cannot be reached: what is there twice goes later."""
    try:
        return raw.store.sizes() if raw and raw.store else {}
    except StoreError:
        return {}


def _put_archive_back(settings: Settings, root: Path, backup: Backup, away: Mapping[str, int]) -> int:
    count = 0
    for entry in backup.manifest.archive if settings.archive else ():
        target = _inside(settings.archive or Path(), Path(entry.name).name)
        if away.get(target.name, -1) >= entry.size:
            continue  # in the store: as it was, or with what was written behind it since
        if not target.exists() or target.stat().st_size != entry.size:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(root / entry.path, target)
            count += 1
    return count


def _save_settings(settings: Settings, root: Path, folder: Path) -> Iterator[FileEntry]:
    """The settings file first, then the user's own lexicon."""
    if settings.file is None or not settings.file.exists():
        return
    own = settings.lexicon_folder
    others = sorted(own.rglob("*.toml")) if own and own.is_relative_to(settings.folder) else []
    for path in (settings.file, *others):
        name = path.relative_to(settings.folder)
        target = folder / _SETTINGS / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with path.open("rb") as source:
            _copy(source, target, path.stat().st_size)
        yield _entry(root, target, str(name))


def _save_archive(settings: Settings, root: Path, folder: Path) -> Iterator[FileEntry]:
    """Closed files once for all backups, wherever they are; of one that is being written, its whole records so far."""
    raw = raw_archive(settings)
    if raw is None:
        return
    known = {entry.path: entry for backup in every(settings) for entry in backup.manifest.archive}
    for path in sorted(raw.folder.glob("*.warc.gz.open")):
        try:
            yield _save_open(root, folder, path)
        except FileNotFoundError:
            continue  # its writer has closed it meanwhile, and it is met below
    for name, size in raw.sizes().items():
        yield _save_closed(root, raw, name, size, known)


def _save_open(root: Path, folder: Path, path: Path) -> FileEntry:
    length = whole_length(path)
    target = folder / _SHARED / path.name.removesuffix(".open")
    target.parent.mkdir(parents=True, exist_ok=True)
    with path.open("rb") as source:
        _copy(source, target, length)
    return _entry(root, target, target.name)


def _save_closed(root: Path, raw: RawArchive, name: str, size: int, known: Mapping[str, FileEntry]) -> FileEntry:
    target = root / _SHARED / name
    shared = known.get(_relative(root, target))
    if target.exists() and shared is not None and target.stat().st_size == size == shared.size:
        return shared
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with raw.reading(name) as source:
        _copy(source, target, size)
    return _entry(root, target, name)


def _copy(reader: IO[bytes], target: Path, length: int) -> None:
    """Copy the first `length` bytes of a file onto the disk; they appear whole or not at all."""
    part = target.with_name(target.name + ".part")
    with part.open("wb") as writer:
        remaining = length
        while remaining and (chunk := reader.read(min(_CHUNK, remaining))):
            writer.write(chunk)
            remaining -= len(chunk)
        writer.flush()
        os.fsync(writer.fileno())
    part.chmod(0o600)
    part.replace(target)


def _write(path: Path, content: bytes) -> None:
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.chmod(0o600)
    part.replace(path)


def _entry(root: Path, path: Path, name: str) -> FileEntry:
    return FileEntry(path=_relative(root, path), size=path.stat().st_size, sha256=_sha256(path), name=name)


def _relative(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def kept(moments: Collection[datetime], daily: int, weekly: int, monthly: int) -> frozenset[datetime]:
    """The backups that the rotation keeps: the newest, and the newest of each of the last days, ISO weeks and months
    that have one. Pure.
    """
    newest_first = sorted(moments, reverse=True)
    spans: Sequence[tuple[int, Callable[[date], object]]] = (
        (daily, lambda day: day),
        (weekly, lambda day: day.isocalendar()[:2]),
        (monthly, lambda day: (day.year, day.month)),
    )
    chosen = set(newest_first[:1])
    for count, span in spans:
        of: dict[object, datetime] = {}
        for moment in newest_first:
            of.setdefault(span(moment.astimezone(UTC).date()), moment)
        chosen |= set(list(of.values())[:count])
    return frozenset(chosen)


def _rotate(settings: Settings, now: datetime) -> None:
    """Delete the backups that the rotation does not keep, those that were never finished, and what no backup shares."""
    held = settings.backup
    backups = every(settings)
    keep = kept([backup.manifest.made for backup in backups], held.daily, held.weekly, held.monthly)
    root = folder_of(settings)
    for backup in backups:
        if backup.manifest.made not in keep:
            shutil.rmtree(backup.folder)
    for path in root.iterdir():
        if path.is_dir() and path.name != _SHARED and not (path / MANIFEST).exists() and _is_old(path, now):
            shutil.rmtree(path)
    used = {entry.path for backup in every(settings) for entry in backup.manifest.archive}
    for path in (root / _SHARED).glob("*.warc.gz"):
        if _relative(root, path) not in used:
            path.unlink()


def _is_old(path: Path, now: datetime) -> bool:
    """Whether an unfinished backup was left behind: one that is being made is younger than a day."""
    try:
        made = datetime.strptime(path.name, _NAME).replace(tzinfo=UTC)
    except ValueError:
        return False  # not ours
    return (now - made).days >= 1


def as_json(backup: Backup) -> Mapping[str, object]:
    """The JSON contract of `mercato backup --json`."""
    manifest = backup.manifest
    shown = {"made": manifest.made, "engine": manifest.engine, "revision": manifest.revision}
    counted = {"articles": manifest.counts.get("articles", 0), "stories": manifest.counts.get("stories", 0)}
    return {"name": backup.name, **shown, **counted, "files": len(manifest.files), "bytes": backup.size}
