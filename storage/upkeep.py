"""Looking after the database itself: room given back, statistics renewed, nothing left of what was deleted."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text

from storage.engine import Database, Transaction
from storage.tables import metadata

_PATIENCE = 30  # looks, a second apart, for a moment without readers

Run = Callable[[str], Sequence[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintained:
    """What maintenance came to."""

    before: int  # bytes
    after: int
    clean: bool  # nothing of what was deleted is left in the database's own files


def maintain(database: Database) -> Maintained:
    """Write the database anew without what was deleted, join the segments of the search index, renew statistics.

    Takes twice the room of the database for a while; writers wait, on PostgreSQL readers too. On PostgreSQL old
    versions of rows stay in the write-ahead log until the server reuses its files.
    """
    with database.outside_transactions() as run:
        before = _size(database, run)
        clean = _sqlite(run) if database.dialect == "sqlite" else _postgresql(run)
        return Maintained(before=before, after=_size(database, run), clean=clean)


def refresh(database: Database) -> None:
    """The light part of maintenance, which keeps nobody waiting: statistics, and a step of joining index segments."""
    with database.outside_transactions() as run:
        if database.dialect == "sqlite":
            run("INSERT INTO article_search(article_search, rank) VALUES ('merge', 500)")
            run("PRAGMA optimize")
        else:
            run("ANALYZE")


def check(database: Database) -> list[str]:
    """What is wrong inside the database, in the words of the database; [] when all is well."""
    if database.dialect == "postgresql":
        return []
    with database.outside_transactions() as run:
        found = [row[0] for row in run("PRAGMA integrity_check")]
        found = [] if found == ["ok"] else found
        return found + [f"{row[0]}: a row refers to one that is missing" for row in run("PRAGMA foreign_key_check")]


def size(tx: Transaction) -> int:
    """Bytes of the database, without its write-ahead log."""
    pages = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    asked = pages if tx.dialect.name == "sqlite" else "SELECT pg_database_size(current_database())"
    return int(tx.execute(text(asked)).scalar_one())


def _sqlite(run: Run) -> bool:
    # Joined first: the segments of the full-text index keep deleted words until they are.
    run("INSERT INTO article_search(article_search) VALUES ('optimize')")
    run("VACUUM")
    run("ANALYZE")
    # The write-ahead log holds the old pages until nobody reads them any more.
    for _ in range(_PATIENCE):
        busy = run("PRAGMA wal_checkpoint(TRUNCATE)")[0][0]
        if not busy:
            return True
        time.sleep(1)
    return False


def _postgresql(run: Run) -> bool:
    for table in (*sorted(metadata.tables), "article_search"):
        run(f'VACUUM (FULL, ANALYZE) "{table}"')
    # The statistics quote frequent values; the owner of a database may vacuum its catalogues.
    run("VACUUM (FULL) pg_statistic")
    return True


def _size(database: Database, run: Run) -> int:
    if database.dialect == "postgresql":
        return int(run("SELECT pg_database_size(current_database())")[0][0])
    files = [Path(row[2]) for row in run("PRAGMA database_list") if row[2]]
    return sum(path.stat().st_size for path in files if path.exists())
