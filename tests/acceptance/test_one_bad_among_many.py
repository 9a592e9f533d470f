"""One article or watch that breaks off keeps back no other: the rest is judged, joined and mailed."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from mail_room import NOW, Moody, newsroom, serving, with_mail
from sqlalchemy import update

from mercato.model import Article, Match, NoMatch, Reason, Watch, article_id
from scheduler.jobs import Newsroom, join_pending, match_pending
from scheduler.mailing import DigestState, send_owed
from storage import articles, stories
from storage.engine import Database
from storage.tables import judgements

MOVE = "Noémie Castellan quitte Vexora pour devenir directrice technique de Lumidata."
ORDINARY = "Le prix du cuivre recule de deux pour cent."


@pytest.fixture
def room(database: Database, tmp_path: Path) -> Newsroom:
    return newsroom(database, tmp_path)


def article(number: int, title: str) -> Article:
    url = f"https://presse.example/{number}"
    return Article(
        id=article_id(url), url=url, source="fil", outlet="Le Fil", title=title, body=title,
        published=NOW - timedelta(hours=2), first_seen=NOW - timedelta(hours=number),
    )  # fmt: skip


def store(room: Newsroom, *some: Article) -> None:
    with room.database.writing() as tx:
        for one in some:
            articles.save(tx, one)


def without_limits(room: Newsroom) -> Newsroom:
    """The same newsroom with a lexicon that breaks off on whatever passes its gate."""
    broken = replace(room.lexicon, thresholds={k: v for k, v in room.lexicon.thresholds.items() if k == "gate"})
    return replace(room, lexicon=broken)


def corrupt(room: Newsroom, one: Article) -> None:
    with room.database.writing() as tx:
        tx.execute(update(judgements).where(judgements.c.article == one.id).values(moves=[{"person": 3}]))


def told(room: Newsroom) -> set[str]:
    with room.database.reading() as tx:
        return {telling.article for story in stories.latest(tx, 9) for telling in story.tellings}


def test_an_article_that_cannot_be_judged_is_told_and_the_others_are_judged(
    room: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    bad, plain = article(1, MOVE), article(2, ORDINARY)
    store(room, bad, plain)
    assert match_pending(without_limits(room), lambda: NOW) == 0
    with room.database.reading() as tx:
        assert articles.judgement(tx, bad.id) == NoMatch(reason=Reason.FAILED)
        assert articles.judgement(tx, plain.id) not in (None, NoMatch(reason=Reason.FAILED))
    assert bad.url in caplog.text
    assert "Traceback" in caplog.text


def test_a_story_keeps_the_article_that_a_later_lexicon_breaks_off_on(room: Newsroom) -> None:
    bad = article(1, MOVE)
    store(room, bad)
    assert match_pending(room, lambda: NOW) == 1
    join_pending(room)
    later = without_limits(room)
    later = replace(later, lexicon=replace(later.lexicon, fingerprint="later"))
    assert match_pending(later, lambda: NOW) == 0
    join_pending(later)
    assert told(room) == {bad.id}
    with room.database.reading() as tx:
        assert isinstance(articles.judgement(tx, bad.id), Match)
        assert articles.unjudged(tx, "later", 9) == []


def test_an_article_that_cannot_be_joined_waits_and_the_others_are_joined(
    room: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    first, bad, last = (article(n, MOVE.replace("Castellan", name)) for n, name in enumerate(("Adret", "Brun", "Cure")))
    store(room, first, bad, last)
    assert match_pending(room, lambda: NOW) == 3
    corrupt(room, bad)
    with caplog.at_level(logging.ERROR):
        join_pending(room)
    assert told(room) == {first.id, last.id}
    assert bad.id in caplog.text
    with room.database.reading() as tx:
        assert stories.unjoined(tx, room.lexicon.fingerprint, 9) == [bad.id]


def test_a_watch_that_cannot_be_composed_fails_alone(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    inbox = Moody()
    broken, whole = Watch(name="cassée", timezone="Nulle/Part"), Watch(name="ia", recipients=("ana@example.org",))
    with serving(inbox) as port:
        room = with_mail(newsroom(database, tmp_path), f"smtp://127.0.0.1:{port}")
        store(room, article(1, MOVE))
        match_pending(room, lambda: NOW)
        join_pending(room)
        failed, sent = send_owed(room, lambda: NOW, [broken, whole], since=NOW - timedelta(days=1))
    assert (failed.watch, failed.state) == ("cassée", DigestState.FAILED)
    assert (sent.watch, sent.state) == ("ia", DigestState.SENT)
    assert [to for to, _ in inbox.mails] == ["ana@example.org"]
    assert "cassée" in caplog.text
