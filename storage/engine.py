"""Opening the database: SQLite or PostgreSQL, with the same promises on both.

A writer sees what earlier writers committed and commits as a whole or not at all; a reader sees one snapshot. On
SQLite that takes WAL, BEGIN IMMEDIATE for writers and BEGIN for readers: the driver's own transactions lose updates,
and a writer that begins as a reader fails at once when another has committed in between, whatever its time-out.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import sqlalchemy
from filelock import FileLock
from filelock import Timeout as LockTimeout
from sqlalchemy import URL, Connection, Engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from mercato.errors import StorageError
from mercato.i18n import mark, phrase
from storage.json_values import dumps
from storage.migrations import HEAD
from storage.prepared import begin
from storage.schema import is_current, migrate, version_of

Transaction = Connection
"""An open transaction. Callers only pass it back to the functions of this room."""

# How long a writer waits for another one. A transaction here takes milliseconds; a minute of waiting is a fault.
BUSY_TIMEOUT_SECONDS = 15.0
_CONNECT_TIMEOUT_SECONDS = 10  # the driver's own is two minutes: too long for a person who waits for an answer
# Several processes may start at once on a database whose search index is being made anew.
_MIGRATION_TIMEOUT_SECONDS = 300.0
_MAPPED_BYTES = 0x7FFF0000  # the most that SQLite maps unless it was built for more; what lies beyond is read as before
_ADVISORY_LOCKS = 0x6D657263  # "merc": the class of our advisory locks, any number that no other program uses
_WRITING = "mercato_writing"


class Database:
    """The archive, open. Safe to share between threads; every process opens its own.

    Reading and writing raise StorageError, with the remedy, for everything that the driver reports.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def dialect(self) -> str:
        """ "sqlite" or "postgresql"."""
        return self._engine.dialect.name

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """A transaction that sees one moment of the database and cannot change it."""
        options = (
            {} if self.dialect == "sqlite" else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        )
        with _explained(self._engine), self._engine.connect() as connection:
            connection.execution_options(**options)
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self, exclusive: str | None = None) -> Iterator[Transaction]:
        """A transaction that is committed on exit and rolled back when the block raises.

        Of those with the same `exclusive` name only one runs at a time: for decisions that rest on what was read.
        On SQLite every writer is alone anyway, so keep networks, mail servers and extraction out of the block.
        """
        with _explained(self._engine), self._engine.connect() as connection:
            connection.execution_options(**{_WRITING: True})
            with connection.begin():
                if exclusive is not None:
                    _wait_for_turn(connection, exclusive)
                yield connection

    @contextmanager
    def outside_transactions(self) -> Iterator[Callable[[str], Sequence[Any]]]:
        """A way to run statements that no transaction may hold, such as VACUUM: text in, rows out."""
        with _explained(self._engine), self._engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            if self.dialect == "postgresql":
                driver.autocommit = True
            else:
                driver.execute("PRAGMA query_only = OFF")

            def run(statement: str) -> Sequence[Any]:
                cursor = driver.execute(statement)
                return cursor.fetchall() if cursor.description else ()

            try:
                yield run
            except _driver_errors(driver) as error:
                raise _storage_error(self._engine.url, error) from error
            finally:
                connection.invalidate()  # its mode is not that of the pool's others

    @contextmanager
    def session(self) -> Iterator[Connection]:
        """A connection of its own outside any transaction, for locks that last as long as it does. PostgreSQL only.

        Use it within `explained`. It is closed at the end and never given to anybody else: its locks go with it.
        """
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            yield connection
        finally:
            connection.invalidate()
            connection.close()

    def explained(self) -> AbstractContextManager[None]:
        """Turn what the driver raises inside into StorageError, as reading and writing do."""
        return _explained(self._engine)

    def close(self) -> None:
        """Close every connection; the database can be opened again."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _driver_errors(driver: Any) -> type[Exception]:
    """The class of all that the driver of this connection reports: DB-API 2.0 has every connection tell it."""
    if isinstance(driver, sqlite3.Connection):
        return sqlite3.Error
    import psycopg  # noqa: PLC0415  # an optional extra

    return psycopg.Error


def _wait_for_turn(tx: Transaction, name: str) -> None:
    """Hold the advisory lock of that name until the transaction ends. SQLite's BEGIN IMMEDIATE is one already."""
    if tx.dialect.name == "postgresql":
        number = zlib.crc32(name.encode()) >> 1  # PostgreSQL's integer has a sign
        begin(tx, f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCKS}, {number})")


def open_database(url: str) -> Database:
    """Open the database at `url`, made or brought to this program's version where necessary.

    `url` is "sqlite:///path" or "postgresql+psycopg://user:password@host/database". Several processes may open a
    fresh database at once. Raises StorageError when it cannot be opened, SchemaError when a newer Mercato wrote it.
    """
    parsed = _parse(url)
    engine = _engine(parsed)
    database = Database(engine)
    try:
        with _explained(engine):
            # Looked at without a lock first: whoever only reads must not wait for a long writer.
            if not _is_ready(database):
                _make_ready(database, engine)
    except BaseException:
        database.close()
        raise
    return database


def _is_ready(database: Database) -> bool:
    with database.reading() as tx:
        return _journals_ahead(tx) and is_current(tx)


def _journals_ahead(tx: Transaction) -> bool:
    return tx.dialect.name != "sqlite" or tx.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def _make_ready(database: Database, engine: Engine) -> None:
    with _start_lock(engine.url):
        _use_wal(engine)
        if engine.dialect.name == "sqlite":
            _keep_as_it_was(database, _sqlite_file(engine.url))
        with database.writing(exclusive="migrate") as tx:
            migrate(tx)


def _keep_as_it_was(database: Database, file: Path) -> None:
    """Copy an SQLite database of an earlier version beside itself before it is brought to this one."""
    with database.reading() as tx:
        found = version_of(tx)
        copy = file.with_name(f"{file.name}.at-{found}")
        if found in {None, HEAD} or copy.exists():
            return
        part = copy.with_name(copy.name + ".part")
        source: Any = tx.connection.driver_connection
        target = sqlite3.connect(part)
        try:
            source.backup(target)
        finally:
            target.close()
        part.rename(copy)


def _parse(url: str) -> URL:
    """The URL's parts. Raises StorageError for one that no database of ours has."""
    accepted = phrase('expected "sqlite:///mercato.db" or "postgresql+psycopg://user:password@host/database"')
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StorageError(phrase("storage.url is no database URL; {accepted}", accepted=accepted)) from error
    shown = parsed.render_as_string(hide_password=True)
    if parsed.drivername not in {"sqlite", "postgresql+psycopg"}:
        raise StorageError(
            phrase("storage.url = {shown}: no such kind of database; {accepted}", shown=shown, accepted=accepted)
        )
    if parsed.drivername == "sqlite":
        if parsed.database in {None, "", ":memory:"}:
            raise StorageError(
                phrase(
                    "storage.url = {shown}: a database in memory would be lost at once; {accepted}",
                    shown=shown,
                    accepted=accepted,
                )
            )
        folder = _sqlite_file(parsed).parent
        if not folder.is_dir():
            raise StorageError(
                phrase(
                    "storage.url = {shown}: the folder {folder} does not exist; make it first",
                    shown=shown,
                    folder=folder,
                )
            )
    return parsed


def _sqlite_file(url: URL) -> Path:
    return Path(url.database or "").absolute()


def _engine(url: URL) -> Engine:
    if url.drivername == "sqlite":
        engine = sqlalchemy.create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_SECONDS}, json_serializer=dumps)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    try:
        patience = {} if "connect_timeout" in url.query else {"connect_timeout": _CONNECT_TIMEOUT_SECONDS}
        engine = sqlalchemy.create_engine(url, connect_args=patience, json_serializer=dumps, pool_pre_ping=True)
    except ModuleNotFoundError as error:
        raise StorageError(
            phrase(
                "storage.url = {url}: the PostgreSQL driver is missing; install it with: pip install "
                '"mercato[postgresql]"',
                url=url.render_as_string(),
            )
        ) from error
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver begins no transaction of its own; _begin_sqlite does
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # what is taken out must not stay readable in the file's free pages
    # A commit of another process empties a reader's own cache; mapped, the file is read without a call for each page.
    connection.execute(f"PRAGMA mmap_size = {_MAPPED_BYTES}")
    connection.execute("PRAGMA synchronous = NORMAL")  # with WAL: a power cut may lose the last commits, never the file


def _prepare_postgresql(connection: Any, _record: object) -> None:
    # Our statements are short. To begin a second process or to compile a plan takes longer than it saves, the more so
    # where the machine has few cores and the crawl wants one of them.
    connection.execute("SET max_parallel_workers_per_gather = 0")
    connection.execute("SET jit = off")
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    # Straight to the driver: SQLAlchemy's own way costs as much as a short transaction's statements.
    driver: Any = connection.connection.driver_connection
    writing = connection.get_execution_options().get(_WRITING, False)
    if connection.info.get(_WRITING) != writing:  # what this driver's connection was last told
        driver.execute(f"PRAGMA query_only = {'OFF' if writing else 'ON'}")
        connection.info[_WRITING] = writing
    driver.execute("BEGIN IMMEDIATE" if writing else "BEGIN")


def _use_wal(engine: Engine) -> None:
    """Switch SQLite to write-ahead logging, so that readers and a writer do not wait for each other.

    The file remembers it, but a restored backup does not. It cannot be done inside a transaction.
    """
    if engine.dialect.name != "sqlite":
        return
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA journal_mode = WAL")
    finally:
        connection.close()


@contextmanager
def _start_lock(url: URL) -> Iterator[None]:
    """Hold other processes that open the same SQLite file; PostgreSQL has advisory locks for that."""
    if url.drivername != "sqlite":
        yield
        return
    path = f"{_sqlite_file(url)}.lock"
    try:
        with FileLock(path, timeout=_MIGRATION_TIMEOUT_SECONDS):
            yield
    except LockTimeout as error:
        raise StorageError(
            phrase(
                "{database}: another process has held {path} for {seconds:.0f} seconds "
                "while it brings the database up to date; wait for it, or end it if it hangs",
                database=url.database,
                path=path,
                seconds=_MIGRATION_TIMEOUT_SECONDS,
            )
        ) from error
    except OSError as error:
        raise StorageError(
            phrase("{path} cannot be written: {why}; check the rights on its folder", path=path, why=error.strerror)
        ) from error


@contextmanager
def _explained(engine: Engine) -> Iterator[None]:
    """Turn what SQLAlchemy and the driver raise into StorageError with the place and the remedy."""
    driver: Any = engine.dialect.loaded_dbapi
    try:
        yield
    except DBAPIError as error:
        raise _storage_error(engine.url, error.orig or error) from error
    except (SQLAlchemyError, driver.Error) as error:
        raise _storage_error(engine.url, error) from error


def _storage_error(url: URL, cause: BaseException) -> StorageError:
    shown = url.render_as_string(hide_password=True)
    said = " ".join(str(cause).split())
    return StorageError(
        phrase("{shown}: {said}; {remedy}", shown=shown, said=said, remedy=phrase(_remedy(url, said, cause)))
    )


def _remedy(url: URL, said: str, cause: BaseException) -> str:
    """What a person can do about it. SQLite names its faults in words, PostgreSQL by a code."""
    if url.drivername == "sqlite":
        return next((remedy for sign, remedy in _SQLITE_REMEDIES.items() if sign in said), _FAULT)
    code = getattr(cause, "sqlstate", None) or _NO_CODE
    return next((remedy for sign, remedy in _POSTGRESQL_REMEDIES.items() if code.startswith(sign)), _FAULT)


_FAULT = mark("if trying again does not help, please report this as a fault of Mercato")

_SQLITE_REMEDIES = {
    "locked": mark("another program has been writing for long: end it, or try again"),
    "readonly": mark("check the rights on the file and its folder"),
    "unable to open": mark("check the path and the rights on the file and its folder"),
    "not a database": mark("the file holds something else: move it away, or set storage.url to another path"),
    "malformed": mark("the file is damaged: restore a backup, or save what can be read with sqlite3's .recover"),
    "full": mark("make room on the disk and try again"),
    "disk I/O": mark("check the disk and the rights on the file and its folder"),
}

# Source: PostgreSQL manual, appendix A, "PostgreSQL Error Codes".
_NO_CODE = "none"
_POSTGRESQL_REMEDIES = {
    _NO_CODE: mark("check that the server runs, that storage.url names it rightly and that it lets this user in"),
    "28": mark("check user and password in storage.url"),
    "3D000": mark("make the database first: createdb"),
    "42501": mark("give the user the right to create and use tables in this database"),
    "53": mark("the server lacks room, memory or connections: see its log"),
    "57P": mark("the server was shut down: try again when it is back"),
}
