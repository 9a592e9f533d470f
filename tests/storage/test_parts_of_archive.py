"""A part of the archive is read page by page in the order of identifiers, at the same price on every page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, text
from storage_samples import article, match

from storage import articles
from storage.articles import Part
from storage.engine import Database, Transaction

START = datetime(2026, 3, 1, tzinfo=UTC)
FINGERPRINT = "ab12" * 16


@pytest.fixture
def archive(database: Database) -> Database:
    """Thirty judged articles of two outlets, a day apart; the last ten judged by another lexicon."""
    with database.writing() as tx:
        for number in range(30):
            day = START + timedelta(days=number)
            one = article(str(number), source="ab"[number % 2], published=day, first_seen=day)
            articles.save(tx, one)
            by = FINGERPRINT if number < 20 else "cd34" * 16
            articles.judge(tx, one.id, by, match(), day)
    return database


PARTS = {
    "all": (Part(), 30),
    "source": (Part(source="a"), 15),
    "since": (Part(since=START + timedelta(days=20)), 10),
    "until": (Part(until=START + timedelta(days=5)), 5),
    "by": (Part(by="ab12"), 20),
    "but by": (Part(but_by=FINGERPRINT), 10),
    "several": (Part(source="b", since=START + timedelta(days=10), by="cd"), 5),
}


@pytest.mark.parametrize("name", PARTS)
def test_pages_give_every_article_of_a_part_once_and_in_order(archive: Database, name: str) -> None:
    which, owed = PARTS[name]
    found: list[str] = []
    with archive.reading() as tx:
        while page := articles.part(tx, which, found[-1] if found else "", 4):
            found += [one.id for one, _ in page]
        assert articles.count_part(tx, which) == owed
    assert len(found) == owed
    assert found == sorted(set(found))


@contextmanager
def asked(tx: Transaction) -> Iterator[list[tuple[str, Any]]]:
    """What the database is asked in the block."""
    seen: list[tuple[str, Any]] = []

    def note(_: object, __: object, statement: str, parameters: object, *rest: object) -> None:
        seen.append((statement, parameters))

    event.listen(tx, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(tx, "before_cursor_execute", note)


def plan_of(archive: Database, ask: Callable[[Transaction], object]) -> list[str]:
    """The steps of all that `ask` asks of an analysed archive."""
    if archive.dialect != "sqlite":
        pytest.skip("PostgreSQL weighs the sort against the order by what it knows of the table's size")
    with archive.writing() as tx:
        tx.execute(text("ANALYZE"))
    with archive.reading() as tx:
        with asked(tx) as seen:
            ask(tx)
        plans = [tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all() for statement, values in seen]
    return [row[3] for plan in plans for row in plan]


@pytest.mark.parametrize("name", PARTS)
def test_no_page_sorts_the_part(archive: Database, name: str) -> None:
    plan = plan_of(archive, lambda tx: articles.part(tx, PARTS[name][0], "a", 4))
    assert not any("TEMP B-TREE" in step for step in plan), plan


def test_no_batch_to_be_judged_sorts_the_others(archive: Database) -> None:
    plan = plan_of(archive, lambda tx: articles.unjudged(tx, "ef56" * 16, 4))
    assert not any("TEMP B-TREE" in step for step in plan), plan
