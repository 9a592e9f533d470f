from __future__ import annotations

from dataclasses import replace

from storage_samples import HOUR, MINUTE, NOW

from mercato.model import FeedOutcome, FeedState, Source
from storage import feeds
from storage.engine import Database

STATE = FeedState(
    source="fil",
    url="https://fil.example/feed",
    outcome=FeedOutcome.RESTING,
    detail="429 Too Many Requests",
    etag='W/"é"',
    last_modified="Wed, 18 Mar 2026 09:00:00 GMT",
    body_sha256="ab",
    last_attempt=NOW,
    last_success=NOW - HOUR,
    newest_entry=NOW - 2 * HOUR,
    failures=3,
    next_due=NOW + HOUR,
)
SOURCE = Source(id="fil", name="Le Fil Numérique", feed="https://fil.example/feed")


def test_states_come_back_as_they_went_in(database: Database) -> None:
    bare = FeedState(source="autre", url="https://autre.example/feed")
    with database.writing() as tx:
        feeds.record(tx, replace(STATE, failures=0))
        feeds.record(tx, STATE)
        feeds.record(tx, bare)
    with database.reading() as tx:
        assert feeds.states(tx) == {"fil": STATE, "autre": bare}


def test_due_feeds(database: Database) -> None:
    sources = [SOURCE, Source(id="autre", name="Autre", feed="https://autre.example/feed")]
    with database.writing() as tx:
        assert feeds.due(tx, sources, NOW) == sources
        feeds.record(tx, STATE)
        assert feeds.due(tx, sources, NOW) == sources[1:]
        assert feeds.due(tx, sources, NOW + HOUR) == sources
        moved = replace(SOURCE, feed="https://fil.example/nouveau")
        assert feeds.due(tx, [moved], NOW) == [moved]
        feeds.record(tx, replace(STATE, next_due=None))
        assert feeds.due(tx, [SOURCE], NOW) == [SOURCE]


def test_a_host_rests_for_the_longest_time_it_asked_for(database: Database) -> None:
    with database.writing() as tx:
        feeds.rest(tx, "fil.example", NOW + HOUR, "429, Retry-After: 3600")
        feeds.rest(tx, "fil.example", NOW + MINUTE, "503, Retry-After: 60")
        feeds.rest(tx, "autre.example", NOW + MINUTE, "503")
        feeds.rest(tx, "autre.example", NOW + 2 * MINUTE, "503")
    with database.reading() as tx:
        assert feeds.rests(tx, NOW) == {"fil.example": NOW + HOUR, "autre.example": NOW + 2 * MINUTE}
        assert feeds.rests(tx, NOW + 2 * MINUTE) == {"fil.example": NOW + HOUR}
        assert feeds.rests(tx, NOW + HOUR) == {}
