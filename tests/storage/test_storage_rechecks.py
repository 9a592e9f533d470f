"""When flagged pages are looked at again, and what is remembered of it."""

from __future__ import annotations

from dataclasses import replace

from storage_samples import HOUR, NOW, article, story

from mercato.model import Extraction, Recheck
from storage import articles, rechecks, stories
from storage.engine import Database


def enrolled(database: Database) -> str:
    page, unread = article(), replace(article("unread"), extraction=Extraction.SUMMARY)
    with database.writing() as tx:
        for each in (page, unread):
            articles.save(tx, each)
        stories.save(tx, [story("a" * 16, [page])])
        stories.mark_joined(tx, flagged=[page, unread])
        stories.mark_joined(tx, flagged=[page])
    return page.id


def test_looks_come_after_an_hour_a_day_and_a_week(database: Database) -> None:
    page = enrolled(database)
    for passed, expected in ((0.9, []), (1, [page]), (2, []), (25, [page]), (7 * 24 + 1, [page]), (30 * 24, [])):
        with database.writing() as tx:
            due = [each.id for each in rechecks.due(tx, NOW + passed * HOUR, 10)]
            assert due == expected
            for each in due:
                rechecks.record(tx, each, Recheck.SAME, NOW + passed * HOUR)


def test_looks_that_were_missed_are_not_made_up_for(database: Database) -> None:
    enrolled(database)
    with database.reading() as tx:
        assert len(rechecks.due(tx, NOW + 10 * 24 * HOUR, 10)) == 1
        assert rechecks.due(tx, NOW + 20 * 24 * HOUR, 10) == []


def test_a_page_is_gone_until_it_answers_again(database: Database) -> None:
    page = enrolled(database)
    steps = ((Recheck.GONE, NOW), (Recheck.GONE, NOW), (Recheck.UNREADABLE, NOW), (Recheck.SAME, None))
    for step, (outcome, expected) in enumerate(steps):
        with database.writing() as tx:
            rechecks.record(tx, page, outcome, NOW + step * HOUR)
            assert rechecks.gone(tx, [page]).get(page) == expected


def test_changes_wait_for_their_comparison_and_are_kept(database: Database) -> None:
    page = enrolled(database)
    change = rechecks.Change(article=page, story="a" * 16, at=NOW, slot="role", before="un", after="deux")
    with database.writing() as tx:
        rechecks.record(tx, page, Recheck.CHANGED, NOW)
        assert rechecks.marks(tx, [page]).changed == {page: NOW}
        rechecks.compared(tx, [page], [change])
        assert rechecks.marks(tx, [page]).changed == {}
        assert rechecks.history(tx, "a" * 16) == [change]
