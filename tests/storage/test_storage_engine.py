from __future__ import annotations

import sqlite3
from pathlib import Path

import psycopg
import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from filelock import FileLock
from postgresql_server import url_of
from storage_processes import compose, fill_with_events, hold_write_lock, open_at_once, run_all, start, wait_for
from storage_processes import write_articles as write
from storage_samples import NOW, article

from mercato.errors import SchemaError, StorageError
from storage import articles, engine, outbox
from storage.engine import Database, open_database
from storage.migrations import HEAD
from storage.migrations.compare import is_ours
from storage.schema import MIGRATIONS
from storage.search import search
from storage.tables import metadata


def test_the_migrations_make_exactly_the_tables(database: Database) -> None:
    with database.reading() as tx:
        options = {"compare_type": True, "include_object": is_ours, "target_metadata": metadata}
        context = MigrationContext.configure(tx, opts=options)
        assert compare_metadata(context, metadata) == []


def test_a_missing_table_would_be_noticed(database: Database) -> None:
    with database.writing() as tx:
        tx.execute(sqlalchemy.text("DROP TABLE runs"))
        context = MigrationContext.configure(tx, opts={"include_object": is_ours, "target_metadata": metadata})
        changes = [change for change in compare_metadata(context, metadata) if isinstance(change, tuple)]
        assert [(kind, item.name) for kind, item in changes if kind == "add_table"] == [("add_table", "runs")]


def test_head_is_the_newest_revision() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_every_table_and_column_says_what_it_is_for(table: sqlalchemy.Table) -> None:
    assert table.comment
    assert [column.name for column in table.columns if not column.comment] == []


@pytest.mark.postgresql
def test_postgresql_shows_the_comments(postgresql_host: str) -> None:
    with open_database(url_of(postgresql_host, "mercato_template")) as database, database.reading() as tx:
        inspector = sqlalchemy.inspect(tx)
        for name in [*metadata.tables, "article_search"]:
            assert inspector.get_table_comment(name)["text"]
            assert [column["name"] for column in inspector.get_columns(name) if not column["comment"]] == []


def test_opening_again_keeps_what_is_there(fresh_url: str) -> None:
    for _ in range(2):
        with open_database(fresh_url) as database, database.writing() as tx:
            articles.save(tx, article())
    with open_database(fresh_url) as database, database.reading() as tx:
        assert articles.count(tx) == 1
        assert database.dialect == fresh_url.partition(":")[0].partition("+")[0]


@pytest.mark.slow
def test_processes_may_open_a_fresh_database_at_once(fresh_url: str, tmp_path: Path) -> None:
    go = tmp_path / "go"
    processes = [start(open_at_once, fresh_url, str(go)) for _ in range(4)]
    go.touch()
    for process in processes:
        process.join(60)
    codes = [process.exitcode for process in processes]
    for process in processes:
        process.close()
    assert codes == [0, 0, 0, 0]


def test_a_newer_database_is_refused(fresh_url: str) -> None:
    with open_database(fresh_url) as database, database.writing() as tx:
        tx.execute(sqlalchemy.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaError, match=f"version 9999, newer than this Mercato, which knows versions up to {HEAD}"):
        open_database(fresh_url)


@pytest.mark.slow
def test_concurrent_writers_lose_nothing(database_url: str) -> None:
    assert run_all(write, *[(database_url, first * 100, 40, 7) for first in range(4)]) == [0, 0, 0, 0]
    with open_database(database_url) as database, database.reading() as tx:
        assert articles.count(tx) == 4 * 40 + 7
        hits = search(tx, "Nébulia", limit=1000)
        assert len(hits) == len({hit.id for hit in hits}) == 4 * 40 + 7
        versions = [len(search(tx, f"version {first}", limit=1000)) for first in (0, 100, 200, 300)]
        assert sum(versions) == 7, "an edited article is found by its last text alone"


@pytest.mark.slow
def test_two_composers_tell_no_event_twice(database_url: str) -> None:
    fill_with_events(database_url, 60)
    assert run_all(compose, (database_url, 20), (database_url, 20)) == [0, 0]
    with open_database(database_url) as database, database.reading() as tx:
        told = tx.execute(sqlalchemy.text("SELECT count(*), count(DISTINCT event) FROM digest_events")).one()
        assert told[0] == told[1] == len(outbox.digests(tx))


@pytest.mark.slow
def test_a_locked_database_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'mercato.db'}"
    monkeypatch.setattr(engine, "BUSY_TIMEOUT_SECONDS", 0.2)
    with open_database(url) as database:
        holder = start(hold_write_lock, url, str(tmp_path / "held"))
        try:
            wait_for(tmp_path / "held")
            with pytest.raises(StorageError, match=r"mercato\.db: database is locked; another program"):
                database.writing().__enter__()
            with database.reading() as tx:
                assert articles.count(tx) == 0, "readers go on, and see what was committed"
            open_database(url).close()
        finally:
            holder.kill()
            holder.join()
            holder.close()
        with database.writing() as tx:
            articles.save(tx, article())
            assert articles.count(tx) == 1, "the killed process left nothing behind"


def test_a_writer_is_alone_from_its_first_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Else a transaction that reads, then writes, fails at once or loses the update of another.
    monkeypatch.setattr(engine, "BUSY_TIMEOUT_SECONDS", 0.1)
    url = f"sqlite:///{tmp_path / 'mercato.db'}"
    with open_database(url) as one, open_database(url) as two, one.writing() as tx:
        with pytest.raises(StorageError, match="database is locked"):
            two.writing().__enter__()
        assert articles.save(tx, article()) is articles.Saved.NEW


def test_articles_saved_together_come_to_the_same_as_one_after_the_other(database: Database) -> None:
    known, fuller = article("a", body="Texte connu."), article("b", body="Un texte plus long que le résumé.")
    several = [article("c"), known, fuller, article("b", body=""), article("d")]
    with database.writing() as tx:
        articles.save(tx, known)
        saved = articles.save_all(tx, several)
        found = [articles.get(tx, one.id) for one in several]
        hits = search(tx, "plus long")
        assert articles.save_all(tx, []) == []
    new, same = articles.Saved.NEW, articles.Saved.KNOWN
    assert saved == [new, same, new, same, new]
    assert found == [several[0], known, fuller, fuller, several[4]]
    assert [hit.id for hit in hits] == [fuller.id]


def test_a_fresh_file_is_made_ready_by_one_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_MIGRATION_TIMEOUT_SECONDS", 0.1)
    path = tmp_path / "mercato.db"
    with FileLock(f"{path}.lock"), pytest.raises(StorageError, match="brings the database up to date; wait for it"):
        open_database(f"sqlite:///{path}")
    open_database(f"sqlite:///{path}").close()


@pytest.mark.postgresql
def test_a_watch_belongs_to_one_composer_at_a_time(postgresql_database: tuple[str, str]) -> None:
    with open_database(url_of(*postgresql_database)) as database:
        with database.writing() as tx:
            outbox.began(tx, "ia", NOW)

        def compose_too() -> None:
            with database.writing() as tx:
                tx.execute(sqlalchemy.text("SET LOCAL lock_timeout = '100ms'"))
                assert outbox.began(tx, "éco", NOW) == NOW, "another watch is free"
                outbox.began(tx, "ia", NOW)

        with database.writing() as tx:
            outbox.began(tx, "ia", NOW)
            with pytest.raises(StorageError, match="lock timeout"):
                compose_too()


def test_readers_see_one_moment(database: Database) -> None:
    with database.reading() as reader:
        assert articles.count(reader) == 0
        with database.writing() as writer:
            articles.save(writer, article())
        assert articles.count(reader) == 0
    with database.reading() as reader:
        assert articles.count(reader) == 1


def test_readers_cannot_write(database: Database) -> None:
    with pytest.raises(StorageError, match=r"(?i)read-?only"), database.reading() as tx:
        articles.save(tx, article())
    with database.writing() as tx:
        assert articles.save(tx, article()) is articles.Saved.NEW


def test_exclusive_writers_wait_for_each_other(database: Database) -> None:
    with database.writing(exclusive="join") as tx:
        articles.save(tx, article())
    with database.writing(exclusive="join") as tx:
        assert articles.count(tx) == 1


@pytest.mark.postgresql
def test_an_exclusive_name_is_a_lock_on_postgresql(postgresql_database: tuple[str, str]) -> None:
    host, name = postgresql_database
    with (
        open_database(url_of(host, name)) as database,
        psycopg.connect(host=host, user="mercato", dbname=name) as other,
    ):
        granted = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
        for exclusive, locks in ((None, 0), ("join", 1)):
            with database.writing(exclusive=exclusive) as tx:
                articles.count(tx)
                assert other.execute(granted).fetchone() == (locks,)
            other.rollback()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mercato.db", "is no database URL"),
        ("mysql://localhost/x", "no such kind of database"),
        ("postgresql://localhost/x", r"postgresql\+psycopg://user"),
        ("sqlite://", "in memory"),
        ("sqlite:///:memory:", "in memory"),
        ("sqlite:////no/such/folder/mercato.db", "the folder /no/such/folder does not exist; make it"),
    ],
)
def test_a_url_that_cannot_be_used_is_explained(url: str, said: str) -> None:
    with pytest.raises(StorageError, match=said):
        open_database(url)


def test_a_file_that_is_no_database_is_explained(tmp_path: Path) -> None:
    path = tmp_path / "mercato.db"
    path.write_text("Ceci n’est pas une base. " * 100, encoding="utf-8")
    with pytest.raises(StorageError, match=r"mercato\.db: file is not a database; .* move it away"):
        open_database(f"sqlite:///{path}")
    assert path.read_text(encoding="utf-8").startswith("Ceci")


def test_a_folder_in_place_of_the_file_is_explained(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="unable to open database file; check the path"):
        open_database(f"sqlite:///{tmp_path}")


def test_a_server_that_is_not_there_is_explained_without_the_password() -> None:
    with pytest.raises(StorageError, match="check that the server runs") as caught:
        open_database("postgresql+psycopg://mercato:geheim@127.0.0.1:1/mercato?connect_timeout=2")
    assert "geheim" not in str(caught.value)
    assert "mercato:***@" in str(caught.value)


@pytest.mark.postgresql
def test_a_database_that_is_not_there_is_explained(postgresql_host: str) -> None:
    with pytest.raises(StorageError, match="does not exist"):
        open_database(url_of(postgresql_host, "nulle_part"))


@pytest.mark.postgresql
def test_postgresql_coming_back_is_noticed(postgresql_database: tuple[str, str]) -> None:
    host, name = postgresql_database
    with open_database(url_of(host, name)) as database:
        with psycopg.connect(host=host, user="mercato", dbname="postgres", autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        with database.writing() as tx:
            assert articles.save(tx, article()) is articles.Saved.NEW


def test_sqlite_is_set_up_for_many_processes(tmp_path: Path) -> None:
    path = tmp_path / "mercato.db"
    with open_database(f"sqlite:///{path}") as database, database.reading() as tx:
        pragmas = {
            name: tx.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        }
    normal = 1
    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": normal, "busy_timeout": 15_000}


def test_a_restored_backup_is_switched_back_to_wal(tmp_path: Path) -> None:
    with open_database(f"sqlite:///{tmp_path / 'mercato.db'}") as database, database.writing() as tx:
        articles.save(tx, article())
    with sqlite3.connect(tmp_path / "mercato.db") as connection:
        connection.execute("VACUUM INTO ?", [str(tmp_path / "copy.db")])
    connection.close()
    with open_database(f"sqlite:///{tmp_path / 'copy.db'}") as database, database.reading() as tx:
        assert tx.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert [hit.id for hit in search(tx, "marchand")] == [article().id]


def test_every_moment_survives_to_the_microsecond(database: Database) -> None:
    exact = NOW.replace(microsecond=1, year=1970)
    with database.writing() as tx:
        articles.save(tx, article(first_seen=exact, published=None))
        kept = articles.get(tx, article().id)
    assert kept is not None
    assert kept.first_seen == exact
    assert kept.first_seen.utcoffset() is not None
