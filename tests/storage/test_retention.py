"""What was kept long enough is let go, and nothing else; what is let go does not come back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from storage_samples import NO_MATCH, NOW, article, match, message, story, window

from mercato.model import CycleReport, Delivery
from mercato.settings import CrawlSettings, MailSettings, RetentionSettings, Settings, StorageSettings
from scheduler import pruning
from scheduler.jobs import Newsroom, join_pending, match_pending, open_newsroom
from storage import articles, outbox, runs, search, stories, versions
from storage.articles import Saved
from storage.engine import Database
from storage.inspection import inspect
from storage.raw_archive import RawArchive, raw_archive
from storage.warc import WarcWriter

DAY = timedelta(days=1)


@pytest.fixture
def room(tmp_path: Path, database_url: str) -> Iterator[Newsroom]:
    settings = Settings(
        file=None,
        folder=tmp_path,
        language="fr",
        storage=StorageSettings(url=database_url),
        crawl=CrawlSettings(contact="mailto:essai@example.org"),
        mail=MailSettings(**{"from": "mercato@example.org"}),
        sources=(),
        watches=(),
    )
    with open_newsroom(settings) as opened:
        yield opened


def kept(room: Newsroom, retention: RetentionSettings) -> Newsroom:
    return replace(room, settings=room.settings.model_copy(update={"retention": retention}))


def fill(room: Newsroom, age: timedelta) -> tuple[str, str]:
    """A flagged article with its story, and one without a move, both of that age; returns their identifiers."""
    seen = NOW - age
    found = []
    with WarcWriter(room.settings.archive or Path(), software="test", now=seen) as writer:
        for name, judgement in ((f"move{age.days}", match()), (f"other{age.days}", NO_MATCH)):
            page = article(name, published=seen, first_seen=seen, body=f"Un texte{age.days} à garder ou non.")
            capture = writer.response(page.url, 200, "OK", [], b"<p>page</p>", seen)
            with room.database.writing() as tx:
                articles.save(tx, replace(page, capture=capture))
                articles.judge(tx, page.id, room.lexicon.fingerprint, judgement, seen)
                if judgement is not NO_MATCH:
                    stories.save(tx, [story(f"{age.days:016d}", [page], updated=seen)])
                stories.mark_joined(tx, page.id)
            found.append(page.id)
    return found[0], found[1]


def body(database: Database, identifier: str) -> str:
    with database.reading() as tx:
        found = articles.get(tx, identifier)
    assert found is not None
    return found.body


def with_store(room: Newsroom, folder: Path) -> tuple[Newsroom, RawArchive]:
    folder.mkdir()
    storage = room.settings.storage.model_copy(update={"captures": str(folder)})
    changed = replace(room, settings=room.settings.model_copy(update={"storage": storage}))
    raw = raw_archive(changed.settings)
    assert raw is not None
    return changed, raw


@pytest.mark.parametrize("days", [100, 2000], ids=["its text goes", "its story goes"])
def test_the_former_texts_of_an_article_go_with_it(room: Newsroom, days: int) -> None:
    move, other = fill(room, days * DAY)
    fresh, _ = fill(room, DAY)
    with room.database.writing() as tx:
        for identifier in (move, other, fresh):
            page = articles.get(tx, identifier)
            assert page is not None
            articles.save(tx, replace(page, body="Un texte que son média a corrigé.", capture=None))
            articles.judge(tx, identifier, room.lexicon.fingerprint, NO_MATCH, NOW)
    pruning.prune(kept(room, RetentionSettings(flagged_texts=30)), lambda: NOW)
    with room.database.reading() as tx:
        former = {name: len(versions.of_article(tx, name)) for name in (move, other, fresh)}
    assert former == {move: 0, other: 0, fresh: 1}


def test_texts_and_pages_go_by_age_and_by_what_they_tell(room: Newsroom, tmp_path: Path) -> None:
    room, raw = with_store(room, tmp_path / "store")
    young, middle = fill(room, 10 * DAY), fill(room, 100 * DAY)
    assert len(raw.put_away()) == 2
    old = fill(room, 400 * DAY)
    foreseen = pruning.foresee(room, NOW)
    assert (foreseen.texts, foreseen.flagged_texts, foreseen.pages) == (2, 1, 3)
    done = pruning.prune(room, lambda: NOW)
    assert replace(done, maintained=None) == foreseen
    assert [bool(body(room.database, one)) for one in (*young, *middle, *old)] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]
    with room.database.reading() as tx:
        assert len(search.search(tx, "texte10")) == 2
        assert search.search(tx, "texte400") == []
        assert len(search.search(tx, "Nébulia", limit=10)) == 6  # the titles are still found
        known = articles.captures(tx)
        pages = [capture for file in known.values() for capture in file.values()]
    assert len(pages) == 3
    assert all(raw.answer(page).body == b"<p>page</p>" for page in pages)
    assert all(not check.problems for check in inspect(raw, known))
    assert raw.names() == sorted(known), "nothing else is left, here or in the store"
    again = pruning.prune(room, lambda: NOW)
    assert (again.texts, again.flagged_texts, again.pages) == (0, 0, 0)


def test_what_is_let_go_neither_comes_back_nor_is_judged_again(room: Newsroom) -> None:
    flagged, _ = fill(room, 400 * DAY)
    pruning.prune(room, lambda: NOW)
    with room.database.writing() as tx:
        before = articles.get(tx, flagged)
        assert before is not None
        assert articles.save(tx, replace(before, body="Un texte400 qui revient.")) is Saved.KNOWN
        assert articles.unjudged(tx, "0" * 64) == []
        assert articles.unjudged(tx, "f" * 64) == []
    match_pending(room, lambda: NOW)
    join_pending(room)
    with room.database.reading() as tx:
        assert [told.id for told in stories.latest(tx, 5)] == [f"{400:016d}"]


def test_recruitment_withdraws_stories_after_two_years(room: Newsroom) -> None:
    recruiter = kept(room, RetentionSettings(profile="recruitment"))
    flagged, _ = fill(room, 800 * DAY)
    fill(room, 700 * DAY)
    assert pruning.foresee(recruiter, NOW).stories == 1
    assert pruning.prune(recruiter, lambda: NOW).stories == 1
    with room.database.reading() as tx:
        (left,) = stories.latest(tx, 5)
        gone = stories.get(tx, f"{800:016d}")
        erased = articles.get(tx, flagged)
    assert left.id == f"{700:016d}"
    assert gone is not None
    assert erased is not None
    assert (gone.people, gone.destination, gone.tellings, gone.events[0].after) == ((), None, (), "")
    assert (erased.title, erased.url) == ("", "https://fil.example/")


def test_journalism_keeps_what_was_flagged_for_good(room: Newsroom) -> None:
    journalist = kept(room, RetentionSettings(profile="journalism"))
    flagged, other = fill(room, 4000 * DAY)
    done = pruning.prune(journalist, lambda: NOW)
    assert (done.texts, done.flagged_texts, done.pages, done.stories) == (1, 0, 1, 0)
    assert body(room.database, flagged)
    assert not body(room.database, other)


def test_mails_lose_their_words_once_they_have_gone_out(room: Newsroom) -> None:
    sent, waiting = window(end=NOW - 400 * DAY), window(end=NOW - 399 * DAY)
    with room.database.writing() as tx:
        for which in (sent, waiting):
            letter = message(message_id=f"<{which.period}@fil.example>", date=which.end)
            assert outbox.freeze(tx, "ia", which, letter, ["ana@example.org"], [], 1, 0)
        (parcel,) = outbox.reserve(tx, "me", NOW, NOW + DAY, limit=1)
        outbox.settle(tx, parcel, "me", Delivery.SENT, NOW)
        runs.finish(tx, runs.start(tx, NOW - 200 * DAY), CycleReport(), NOW - 200 * DAY, (), ())
    done = pruning.prune(room, lambda: NOW)
    assert (done.mails, done.records) == (1, 1)
    with room.database.reading() as tx:
        subjects = {record.period: record.subject for record in outbox.digests(tx)}
        (still,) = outbox.deliveries(tx, "ia", sent.period)
    assert subjects == {sent.period: "", waiting.period: message().subject}
    assert still.state is Delivery.SENT


def test_the_schedule_asks_once(room: Newsroom) -> None:
    nightly = kept(room, RetentionSettings(schedule="0 4 * * *", timezone="UTC"))
    assert not pruning.is_owed(room, NOW)
    assert pruning.is_owed(nightly, NOW)
    pruning.prune(nightly, lambda: NOW)
    assert not pruning.is_owed(nightly, NOW)
    assert pruning.is_owed(nightly, NOW + DAY)


def test_own_figures_go_before_the_profile() -> None:
    own = pruning.limits(RetentionSettings(profile="recruitment", texts=0, stories=10), NOW)
    assert own.texts is None
    assert own.stories == NOW - 10 * DAY
    assert own.flagged_texts == NOW - 180 * DAY


def test_compacting_gives_room_back(room: Newsroom) -> None:
    fill(room, 10 * DAY)
    done = pruning.prune(room, lambda: NOW, compact=True)
    assert done.maintained
    assert done.maintained.clean
