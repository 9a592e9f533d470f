"""The whole database at one moment, as files, and back: while others go on reading and writing.

SQLite is copied by its online backup API in one step: in smaller steps it begins anew at every foreign write and
never ends under load. PostgreSQL is read by COPY in one REPEATABLE READ transaction, as text that any version reads,
so that no client program need be installed; it is put back in one transaction, by the migrations of its time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from isal import igzip
from sqlalchemy import Connection, inspect, select, text
from sqlalchemy import func as sql
from sqlalchemy.engine import make_url

from mercato.errors import BackupError
from mercato.i18n import phrase
from storage import upkeep
from storage.engine import Database, open_database
from storage.schema import migrate, version_of
from storage.tables import metadata

SQLITE_FILE = "database.sqlite3"
_COPY_SUFFIX = ".copy.gz"
_INDEX = "article_search"
_LEVEL = 1  # of isal, which packs three gigabytes in the time in which zlib packs half a one; files grow by 7 %
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What a copy of the database holds."""

    engine: str  # "sqlite" or "postgresql"
    revision: str  # of the schema
    counts: Mapping[str, int]  # rows by table
    columns: Mapping[str, list[str]]  # by table, in the order of the copy; PostgreSQL only
    files: tuple[Path, ...]


def take(database: Database, folder: Path) -> Snapshot:
    """Copy the database as it is at one moment into `folder`. Raises BackupError when the copy is not whole."""
    if database.dialect == "sqlite":
        return _take_sqlite(database, folder / SQLITE_FILE)
    with database.reading() as tx:
        return _take_postgresql(tx, folder)


def _take_sqlite(database: Database, target: Path) -> Snapshot:
    with database.reading() as tx:
        source: Any = tx.connection.driver_connection
        with closing(sqlite3.connect(target)) as copy:
            source.backup(copy, pages=-1)
    with closing(sqlite3.connect(target)) as copy:
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a journal beside it
    return read_sqlite(target)


def read_sqlite(path: Path) -> Snapshot:
    """What the SQLite copy at `path` holds. Raises BackupError when SQLite finds it damaged."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as copy:
            found = [row[0] for row in copy.execute("PRAGMA integrity_check")]
            if found != ["ok"]:
                raise BackupError(
                    phrase(
                        "{path}: the copy is damaged ({why}); make another one, and check the disk",
                        path=path,
                        why=found[0],
                    )
                )
            revision = copy.execute("SELECT version_num FROM alembic_version").fetchone()[0]
            tables = {row[0] for row in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            counts = {name: _count(copy, name) for name in sorted(metadata.tables.keys() & tables)}
    except sqlite3.Error as error:
        raise BackupError(phrase("{path}: no whole copy of a database: {why}", path=path, why=error)) from error
    return Snapshot(engine="sqlite", revision=revision, counts=counts, columns={}, files=(path,))


def _count(copy: sqlite3.Connection, table: str) -> int:
    number: int = copy.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]  # noqa: S608  # names of our own
    return number


def _take_postgresql(tx: Connection, folder: Path) -> Snapshot:
    counts: dict[str, int] = {}
    columns: dict[str, list[str]] = {}
    files: list[Path] = []
    for name in (*(table.name for table in metadata.sorted_tables), _INDEX):
        columns[name] = [column["name"] for column in inspect(tx).get_columns(name)]
        path = folder / f"{name}{_COPY_SUFFIX}"
        with igzip.open(path, "wb", compresslevel=_LEVEL) as target:
            for chunk in _copied(tx, f"COPY {_listed(name, columns[name])} TO STDOUT"):
                target.write(chunk)
        if name != _INDEX:
            counts[name] = tx.execute(select(sql.count()).select_from(metadata.tables[name])).scalar_one()
        files.append(path)
    revision = version_of(tx) or ""
    return Snapshot(engine="postgresql", revision=revision, counts=counts, columns=columns, files=tuple(files))


def _listed(table: str, columns: list[str]) -> str:
    return f'"{table}" ({", ".join(f"{chr(34)}{column}{chr(34)}" for column in columns)})'


def _copied(tx: Connection, statement: str) -> Iterator[bytes]:
    driver: Any = tx.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        yield from copy


def put_back(url: str, snapshot: Snapshot) -> None:
    """Make the database at `url` what `snapshot` holds, and bring it to this program's version.

    SQLite: the present file, if there is one, stays beside it with the suffix «.before-restore». PostgreSQL: our tables
    are replaced in one transaction. Nobody else may be writing. Raises BackupError when what came of it is not what
    was copied, and then PostgreSQL is as before; StorageError as `open_database` does.
    """
    engine = "sqlite" if url.startswith("sqlite") else "postgresql"
    if engine != snapshot.engine:
        raise BackupError(
            phrase(
                "the backup is of {engine}, but storage.url names {present}: restore it to a database of its "
                'own kind, then move it with "mercato migrate"',
                engine=snapshot.engine,
                present=engine,
            )
        )
    if engine == "sqlite":
        _put_back_sqlite(Path(make_url(url).database or ""), snapshot)
    else:
        _put_back_postgresql(url, snapshot)
    with open_database(url) as database:
        _compare(database, snapshot)


def _put_back_sqlite(target: Path, snapshot: Snapshot) -> None:
    part = target.with_name(target.name + ".restoring")
    part.write_bytes(b"")
    with closing(sqlite3.connect(snapshot.files[0])) as source, closing(sqlite3.connect(part)) as copy:
        source.backup(copy, pages=-1)
    if read_sqlite(part).counts != snapshot.counts:
        raise BackupError(
            phrase(
                "{part}: does not hold what the backup's manifest says; the present database is untouched", part=part
            )
        )
    for suffix in ("-wal", "-shm", ""):
        old = target.with_name(target.name + suffix)
        if old.exists():
            old.rename(old.with_name(f"{target.name}.before-restore{suffix}"))
    part.rename(target)


def _put_back_postgresql(url: str, snapshot: Snapshot) -> None:
    with open_database(url) as database, database.writing(exclusive="migrate") as tx:
        for name in (_INDEX, "alembic_version", *(table.name for table in reversed(metadata.sorted_tables))):
            tx.execute(text(f'DROP TABLE IF EXISTS "{name}" CASCADE'))
        migrate(tx, snapshot.revision)
        for name, columns in snapshot.columns.items():
            path = next(file for file in snapshot.files if file.name == f"{name}{_COPY_SUFFIX}")
            if name in metadata.tables:
                tx.execute(text(f'TRUNCATE "{name}" CASCADE'))  # what a migration has put there
            _copy_in(tx, f"COPY {_listed(name, columns)} FROM STDIN", path)
        _set_counters(tx, snapshot)


def _copy_in(tx: Connection, statement: str, path: Path) -> None:
    driver: Any = tx.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(statement) as copy, igzip.open(path, "rb") as source:
        while chunk := source.read(_CHUNK):
            copy.write(chunk)


def _set_counters(tx: Connection, snapshot: Snapshot) -> None:
    """Let numbered rows go on counting behind the highest that was copied."""
    for table in metadata.sorted_tables:
        for column in table.primary_key:
            if column.identity is not None and table.name in snapshot.columns:
                highest = f'(SELECT coalesce(max("{column.name}"), 0) + 1 FROM "{table.name}")'  # noqa: S608  # our own names
                counter = f"pg_get_serial_sequence('{table.name}', '{column.name}')"
                tx.execute(text(f"SELECT setval({counter}, {highest}, false)"))


def _compare(database: Database, snapshot: Snapshot) -> None:
    problems = upkeep.check(database)
    with database.reading() as tx:
        for name, count in snapshot.counts.items():
            found = tx.execute(select(sql.count()).select_from(metadata.tables[name])).scalar_one()
            if found != count and name != "facts":
                problems.append(f"{name}: {found} rows instead of {count}")
    if problems:
        raise BackupError(
            phrase(
                "what was restored is not what was copied: {problems}; try another backup",
                problems="; ".join(problems[:5]),
            )
        )
