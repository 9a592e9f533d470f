"""Backups restore: taken while others write, checked, thinned out, and refused when something is wrong with them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import local_site
import pytest
from postgresql_server import url_of

from mercato.errors import BackupError
from mercato.model import Article, Extraction, article_id
from mercato.settings import Settings, load_settings
from scheduler import backup
from scheduler.jobs import open_newsroom
from scheduler.putting_away import put_away
from storage import articles, objections, search, upkeep
from storage.engine import Database, open_database
from storage.warc import WarcWriter, read_capture

NOW = datetime(2026, 3, 18, 3, 30, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    plain = local_site.settings_for(tmp_path, {"phare": "http://127.0.0.1:9/feed"})
    return plain.model_copy(update={"storage": plain.storage.model_copy(update={"url": database_url})})


def write(database: Database, folder: Path, number: int) -> None:
    """What a crawl writes of one page: the raw page, then the article."""
    url = f"https://fil.example/{number}"
    with WarcWriter(folder, software="test", now=NOW) as writer:
        capture = writer.response(url, 200, "OK", [("Content-Type", "text/html")], b"<p>corps</p>" * 50, NOW)
    article = Article(
        id=article_id(url),
        url=url,
        source="phare",
        outlet="Le Phare",
        title=f"Titre {number}",
        body=f"Le numéro{number} raconte une arrivée. " * 20,
        first_seen=NOW,
        extraction=Extraction.FULL,
        capture=capture,
    )
    with database.writing() as tx:
        articles.save(tx, article)


@contextmanager
def writers(settings: Settings, database: Database, count: int) -> Iterator[list[int]]:
    """Threads that write pages all the while; gives the numbers of those that were committed."""
    stop, done = threading.Event(), list[int]()

    def work(first: int) -> None:
        for number in range(first, 10_000_000, count):
            if stop.is_set():
                return
            write(database, settings.archive or Path(), number)
            done.append(number)

    threads = [threading.Thread(target=work, args=(first,)) for first in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield done
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def test_a_backup_under_load_restores_and_starts(settings: Settings) -> None:
    with open_database(settings.database_url) as database, writers(settings, database, 2) as done:
        while len(done) < 20:
            pass
        before = set(done)
        made = backup.create(settings, database, NOW)
    assert backup.verify(made) == []
    with open_database(settings.database_url) as database, database.writing() as tx:
        articles.save(tx, replace(articles.latest(tx, 1)[0], body="Gâté par une erreur."))
    backup.restore(settings, made, lambda: NOW)
    with open_newsroom(settings) as room, room.database.reading() as tx:
        assert upkeep.check(room.database) == []
        assert articles.count(tx) == made.manifest.counts["articles"] >= len(before)
        assert {hit.title for n in before for hit in search.search(tx, f"numéro{n}")} == {f"Titre {n}" for n in before}
        assert search.search(tx, "gâté") == []
        for file in articles.captures(tx).values():
            for capture in file.values():
                assert read_capture(settings.archive or Path(), capture)
    with open_database(settings.database_url) as database:
        write(database, settings.archive or Path(), 99_999_999)  # numbered rows go on behind the highest


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_backup_moves_to_a_new_folder(settings: Settings, tmp_path: Path) -> None:
    storage = load_settings(settings.file, {}).storage
    local = settings.model_copy(update={"storage": storage.model_copy(update={"captures": str(tmp_path / "store")})})
    (tmp_path / "store").mkdir()
    with open_database(local.database_url) as database:
        write(database, local.archive or Path(), 1)
        assert put_away(local) == 1
        made = backup.create(local, database, NOW)
    assert backup.restore(local, made, lambda: NOW).archive == 0, "what the store holds is not put back beside it"
    target = tmp_path / "elsewhere"
    restored = backup.restore_into(target, made, lambda: NOW)
    moved = load_settings(restored.settings, {})
    assert moved.folder == target
    with open_newsroom(moved) as room, room.database.reading() as tx:
        (article,) = articles.latest(tx, 2)
        assert article.capture
        assert read_capture(moved.archive or Path(), article.capture)
    with pytest.raises(BackupError, match="not empty"):
        backup.restore_into(target, made, lambda: NOW)


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_damaged_backup_changes_nothing(settings: Settings) -> None:
    with open_database(settings.database_url) as database:
        write(database, settings.archive or Path(), 1)
        made = backup.create(settings, database, NOW)
        write(database, settings.archive or Path(), 2)
    for entry in made.manifest.files:
        path = made.folder.parent / entry.path
        whole = path.read_bytes()
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        assert backup.verify(made) == [f"{entry.path} is not what was written"]
        with pytest.raises(BackupError, match="nothing was changed"):
            backup.restore(settings, made, lambda: NOW)
        path.write_bytes(whole)
    with open_database(settings.database_url) as database, database.reading() as tx:
        assert articles.count(tx) == 2


@pytest.mark.parametrize("kind", ["sqlite"])
def test_rotation_keeps_days_weeks_and_months_and_shares_raw_files(settings: Settings) -> None:
    held = settings.model_copy(
        update={"backup": settings.backup.model_copy(update={"daily": 2, "weekly": 2, "monthly": 2})}
    )
    with open_database(held.database_url) as database:
        write(database, held.archive or Path(), 1)
        for day in range(0, 70, 5):
            backup.create(held, database, NOW + day * DAY)
    names = [made.name for made in backup.every(held)]
    assert names == ["2026-05-22T033000Z", "2026-05-17T033000Z", "2026-04-27T033000Z"]
    shared = list((backup.folder_of(held) / "archive").iterdir())
    assert len(shared) == 1
    assert all(backup.verify(made) == [] for made in backup.every(held))


def test_what_is_kept_of_many() -> None:
    every_hour = [NOW - timedelta(hours=hours) for hours in range(24 * 400)]
    kept = sorted(backup.kept(every_hour, 7, 4, 12), reverse=True)
    assert kept[0] == NOW
    assert len(kept) == 7 + 2 + 11  # the newest of some weeks and months are those of days too
    assert backup.kept(every_hour, 0, 0, 0) == {NOW}
    assert backup.kept([], 7, 4, 12) == frozenset()


@pytest.mark.parametrize("kind", ["sqlite"])
def test_the_schedule_owes_one_after_its_moment(settings: Settings) -> None:
    nightly = settings.model_copy(
        update={"backup": settings.backup.model_copy(update={"schedule": "30 3 * * *", "timezone": "UTC"})}
    )
    assert not backup.is_owed(settings, NOW)
    assert backup.is_owed(nightly, NOW)
    with open_database(nightly.database_url) as database:
        backup.create(nightly, database, NOW)
    assert not backup.is_owed(nightly, NOW + 0.9 * DAY)
    assert backup.is_owed(nightly, NOW + DAY)


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_restore_forgets_again_who_was_forgotten_since(settings: Settings) -> None:
    with open_database(settings.database_url) as database:
        write(database, settings.archive or Path(), 1)
        with database.writing() as tx:
            articles.save(tx, replace(articles.latest(tx, 1)[0], body="Élodie Zyvancourt arrive.", capture=None))
        made = backup.create(settings, database, NOW)
        with database.writing() as tx:
            line = objections.Objection(id="a" * 16, at=NOW, reference="1", report={})
            objections.record(tx, line, ["Élodie Zyvancourt"], objections.salt(tx, "s" * 64))
    restored = backup.restore(settings, made, lambda: NOW)
    assert restored.forgotten is not None
    with open_database(settings.database_url) as database, database.reading() as tx:
        assert articles.latest(tx, 1)[0].body == "[nom retiré] arrive."
        assert [request.id for request in objections.every(tx)] == ["a" * 16]


@pytest.mark.postgresql
def test_a_backup_of_another_kind_of_database_is_refused(tmp_path: Path, postgresql_database: tuple[str, str]) -> None:
    local = local_site.settings_for(tmp_path, {"phare": "http://127.0.0.1:9/feed"})
    with open_database(local.database_url) as database:
        made = backup.create(local, database, NOW)
    other = local.model_copy(update={"storage": local.storage.model_copy(update={"url": url_of(*postgresql_database)})})
    with pytest.raises(BackupError, match="mercato migrate"):
        backup.restore(other, made, lambda: NOW)
