"""Databases as every earlier version wrote them come to the present one whole, or stay as they were."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from old_schemas import FOLDER, REVISIONS, STORY, copy_rows
from storage_samples import HOUR, NOW, article, match

from mercato.errors import StorageError
from scheduler.jobs import join_batch
from storage import articles, outbox, search, stories, upkeep
from storage.engine import Database, open_database
from storage.migrations import HEAD
from storage.schema import migrate, version_of
from storage.snapshots import read_sqlite


def load(revision: str, path: Path) -> str:
    """A database of that revision at `path`; returns its URL."""
    connection = sqlite3.connect(path)
    connection.executescript((FOLDER / f"{revision}.sql").read_text(encoding="utf-8"))
    connection.close()
    return f"sqlite:///{path}"


@pytest.fixture(params=REVISIONS)
def old_url(request: pytest.FixtureRequest, tmp_path: Path, kind: str, fresh_url: str) -> str:
    """The URL of a database of an earlier revision, of either kind."""
    source = load(request.param, tmp_path / "old.db")
    if kind == "sqlite":
        return source
    engine = sa.create_engine(fresh_url)
    with engine.begin() as tx:
        migrate(tx, request.param)
        copy_rows(source, tx)
    engine.dispose()
    return fresh_url


def test_every_revision_comes_to_the_present_one_whole(old_url: str) -> None:
    with open_database(old_url) as database:
        with database.reading() as tx:
            assert version_of(tx) == HEAD
            assert [hit.id for hit in search.search(tx, "ingénieures")] == [article("move").id]
            (told,) = stories.latest(tx, 5)
            assert (told.id, told.destination, len(told.events)) == (STORY, "Corvex", 1)
            assert articles.judgement(tx, article("move").id) == match()
            (digest,) = outbox.digests(tx)
            assert [delivery.recipient for delivery in digest.deliveries] == ["ana@example.org"]
        assert upkeep.check(database) == []
        _work_goes_on(database)


def _work_goes_on(database: Database) -> None:
    later = article("later", first_seen=NOW + HOUR)
    with database.writing(exclusive="join") as tx:
        articles.save(tx, later)
        articles.judge(tx, later.id, "f" * 64, match(), NOW)
        join_batch(tx, stories.unjoined_of(tx, "f" * 64, stories.unjoined(tx, "f" * 64, 500)))
    with database.reading() as tx:
        assert len(search.search(tx, "Nébulia")) == 2
        assert {telling.article for told in stories.latest(tx, 5) for telling in told.tellings} >= {later.id}


@pytest.mark.parametrize("revision", REVISIONS)
def test_the_old_database_is_kept_beside_the_new_one(revision: str, tmp_path: Path) -> None:
    open_database(load(revision, tmp_path / "mercato.db")).close()
    connection = sqlite3.connect(tmp_path / f"mercato.db.at-{revision}")
    assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (revision,)
    assert connection.execute("SELECT count(*) FROM articles").fetchone() == (2,)
    connection.close()


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_failed_migration_leaves_the_old_state(revision: str, tmp_path: Path) -> None:
    path = tmp_path / "mercato.db"
    url = load(revision, path)
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE amendments (number INTEGER)")  # what the newest migration stumbles over
    before = _schema(connection)
    connection.close()
    with pytest.raises(StorageError, match="amendments"):
        open_database(url)
    connection = sqlite3.connect(path)
    assert _schema(connection) == before
    assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (revision,)
    connection.execute("DROP TABLE amendments")
    connection.close()
    open_database(url).close()
    assert read_sqlite(path).revision == HEAD


def _schema(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    found = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"
    return [(name, sql) for name, sql in connection.execute(found)]
