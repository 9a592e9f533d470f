from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from storage_samples import HOUR, MINUTE, NOW, article, event, message, story, window

from mercato.model import Delivery, Edition, StoryEvent, digest_id
from storage import articles, outbox, stories
from storage.engine import Database

A = article()
EVENTS = tuple(event(str(number), "s1", A, NOW - (3 - number) * HOUR) for number in range(4))
LEASE = 5 * MINUTE
TWO = ("a@fil.example", "b@fil.example")


@pytest.fixture(autouse=True)
def _events(database: Database) -> None:
    with database.writing() as tx:
        articles.save(tx, A)
        stories.save(tx, [story("s1", [A], events=EVENTS), story("s2", [A], events=(event("x", "s2", A, NOW),))])


def frozen(database: Database, watch: str = "ia", events: tuple[StoryEvent, ...] = EVENTS[:2]) -> str:
    with database.writing() as tx:
        digest = outbox.freeze(tx, watch, window(), message(), TWO, events, stories=1, updates=2)
    assert digest is not None
    return digest


def test_a_watch_begins_once(database: Database) -> None:
    with database.writing() as tx:
        assert outbox.beginning(tx, "ia") is None
        assert outbox.began(tx, "ia", NOW) == NOW
        assert outbox.began(tx, "ia", NOW + HOUR) == NOW
        assert outbox.beginning(tx, "ia") == NOW
        assert outbox.began(tx, "éco", NOW + HOUR) == NOW + HOUR


def test_watch_and_period_are_unique(database: Database) -> None:
    first = frozen(database)
    with database.writing() as tx:
        again = outbox.freeze(tx, "ia", window(), message(subject="x"), ("c@fil.example",), EVENTS[2:], 9, 9)
        assert again is None
        assert outbox.untold(tx, "ia", NOW - 24 * HOUR, NOW) == [*EVENTS[2:], event("x", "s2", A, NOW)]
        assert len(outbox.reserve(tx, "w", NOW, NOW + LEASE)) == len(TWO)
        tick = NOW - 30 * MINUTE
        other = outbox.freeze(tx, "ia", window(tick=tick), None, TWO, (), 0, 0)
        assert other not in (None, first)
        assert {line.period for line in outbox.digests(tx)} == {"2026-03-18T09:30Z", "2026-03-18T09:00Z"}


def test_untold_events_are_those_of_the_window_that_no_digest_of_this_watch_told(database: Database) -> None:
    with database.writing() as tx:
        assert outbox.untold(tx, "ia", NOW - 3 * HOUR, NOW - HOUR) == [EVENTS[1], EVENTS[2]]
    frozen(database)
    with database.writing() as tx:
        assert outbox.untold(tx, "ia", NOW - 24 * HOUR, NOW - HOUR) == [EVENTS[2]]
        assert outbox.untold(tx, "éco", NOW - 24 * HOUR, NOW - HOUR) == [*EVENTS[:3]]
        assert outbox.told(tx, "ia") == {"s1"}
        assert outbox.told(tx, "éco") == frozenset()


def test_the_last_window_of_each_watch(database: Database) -> None:
    frozen(database)
    with database.writing() as tx:
        assert outbox.last_end(tx, "ia", NOW) == NOW
        assert outbox.last_end(tx, "éco", NOW) is None
        outbox.freeze(tx, "ia", window(start=NOW, end=NOW + HOUR), None, TWO, (), 0, 0)
        assert outbox.last_end(tx, "ia", NOW) == NOW + HOUR


def test_a_window_with_nothing_to_say_is_recorded_and_sends_nothing(database: Database) -> None:
    with database.writing() as tx:
        digest = outbox.freeze(tx, "ia", window(), None, TWO, (), 0, 0)
        assert digest is not None
        assert outbox.reserve(tx, "w", NOW, NOW + LEASE) == []
        assert outbox.digests(tx) == [
            outbox.DigestRecord(
                id=digest,
                watch="ia",
                period="2026-03-18T09:30Z",
                composed_at=NOW,
                stories=0,
                updates=0,
                message_id=None,
            )
        ]
        assert outbox.deliveries(tx, "ia", "2026-03-18T09:30Z") == ()


def test_the_message_is_frozen_for_every_recipient(database: Database) -> None:
    digest = frozen(database)
    assert taken(database) == [
        outbox.Parcel(
            digest=digest,
            watch="ia",
            period="2026-03-18T09:30Z",
            recipient=recipient,
            route="mail",
            edition=Edition.DIGEST,
            message=message(),
            attempts=0,
            state=Delivery.PENDING,
        )
        for recipient in TWO
    ]


def taken(database: Database, holder: str = "one", now: datetime = NOW, **options: Any) -> list[outbox.Parcel]:
    with database.writing() as tx:
        return outbox.reserve(tx, holder, now, now + LEASE, **options)


def recipients(parcels: Iterable[outbox.Parcel]) -> list[str]:
    return [parcel.recipient for parcel in parcels]


def test_the_way_of_a_parcel(database: Database) -> None:
    frozen(database)
    first, _ = taken(database)
    with database.writing() as tx:
        assert outbox.begin(tx, first, "one", NOW, NOW + LEASE)
        assert outbox.settle(tx, first, "one", Delivery.PENDING, NOW, "451 plus tard", NOW + HOUR)
        outbox.release(tx, "one")
    assert recipients(taken(database)) == [TWO[1]]
    assert [(parcel.recipient, parcel.attempts) for parcel in taken(database, now=NOW + HOUR)] == [
        (TWO[1], 0),
        (TWO[0], 1),
    ], "what was never tried comes first"
    with database.writing() as tx:
        assert outbox.settle(tx, first, "one", Delivery.SENT, NOW, "250 ok")
    with database.reading() as tx:
        (line,) = outbox.digests(tx)
        assert line.deliveries == ((TWO[0], Delivery.SENT, "250 ok"), (TWO[1], Delivery.PENDING, ""))
        assert outbox.deliveries(tx, "ia", line.period) == line.deliveries
        assert (line.stories, line.updates, line.message_id) == (1, 2, message().message_id)


def test_two_senders_never_hold_the_same_parcel(database: Database) -> None:
    frozen(database)
    assert recipients(taken(database, "one", limit=1)) == [TWO[0]]
    assert recipients(taken(database, "two")) == [TWO[1]]
    assert taken(database, "three") == []
    with database.writing() as tx:
        outbox.release(tx, "one")
    assert recipients(taken(database, "three")) == [TWO[0]]


def test_what_a_crash_left_behind_is_free_when_its_time_has_passed(database: Database) -> None:
    frozen(database)
    first, second = taken(database, "one")
    with database.writing() as tx:
        assert outbox.begin(tx, first, "one", NOW, NOW + LEASE)
    assert taken(database, "two", NOW + LEASE - MINUTE) == []
    again = taken(database, "two", NOW + LEASE)
    assert [(parcel.recipient, parcel.state, parcel.attempts) for parcel in again] == [
        (TWO[0], Delivery.SENDING, 1),
        (TWO[1], Delivery.PENDING, 0),
    ]
    with database.writing() as tx:
        assert not outbox.begin(tx, second, "one", NOW, NOW + LEASE), "too late: it is another sender's"
        assert not outbox.settle(tx, first, "one", Delivery.SENT, NOW)


def test_a_person_is_asked_about_what_was_cut_off(database: Database) -> None:
    digest = frozen(database)
    first, _ = taken(database)
    with database.writing() as tx:
        outbox.begin(tx, first, "one", NOW, NOW + LEASE)
        assert outbox.set_aside(tx, NOW + MINUTE) == 0
        assert outbox.set_aside(tx, NOW + LEASE) == 1
    assert recipients(taken(database, "two", NOW + LEASE)) == [TWO[1]]
    with database.writing() as tx:
        assert not outbox.decide(tx, digest, TWO[1], Delivery.SENT, NOW), "nobody doubts that one"
        assert outbox.decide(tx, digest, TWO[0], Delivery.PENDING, NOW)
    assert recipients(taken(database, "three", NOW + LEASE)) == [TWO[0]]


def test_trouble_of_the_route_is_not_held_against_a_parcel(database: Database) -> None:
    frozen(database)
    first, _ = taken(database)
    with database.writing() as tx:
        outbox.begin(tx, first, "one", NOW, NOW + LEASE)
        assert outbox.postpone(tx, first, "one", NOW, "nobody there", NOW + MINUTE)
        outbox.release(tx, "one")
    assert taken(database, down={outbox.MAIL}) == []
    assert [(parcel.recipient, parcel.attempts) for parcel in taken(database, now=NOW + MINUTE)] == [
        (TWO[1], 0),
        (TWO[0], 0),
    ]


def test_silent_watches_wait(database: Database) -> None:
    frozen(database)
    assert taken(database, silent={"ia"}) == []
    assert recipients(taken(database, silent={"éco"})) == list(TWO)


@pytest.mark.parametrize(
    "state",
    [Delivery.WRITTEN, Delivery.REFUSED, Delivery.FAILED, Delivery.SENT, Delivery.WITHDRAWN, Delivery.UNCERTAIN],
)
def test_settled_parcels_do_not_wait(database: Database, state: Delivery) -> None:
    frozen(database)
    first, _ = taken(database)
    with database.writing() as tx:
        assert outbox.settle(tx, first, "one", state, NOW)
        outbox.release(tx, "one")
    assert recipients(taken(database, now=NOW + 48 * HOUR)) == [TWO[1]]


def test_routes_besides_mail_have_parcels_of_their_own(database: Database) -> None:
    with database.writing() as tx:
        outbox.freeze(tx, "ia", window(), message(), TWO[:1], (), 0, 0, ("webhook:crm", "channel:équipe"))
        assert outbox.addressed(tx, digest_id("ia", window().period)) == ("ia", window().period, TWO[:1])
        assert outbox.addressed(tx, "nix") is None
    assert {parcel.recipient: parcel.route for parcel in taken(database)} == {
        TWO[0]: "mail",
        "webhook:crm": "webhook:crm",
        "channel:équipe": "channel:équipe",
    }


def test_a_thread_is_every_mail_that_told_the_story(database: Database) -> None:
    with database.writing() as tx:
        for hours in (0, 1, 2):
            sent = replace(message(), message_id=f"<{hours}@x>", date=NOW + hours * HOUR)
            outbox.freeze(tx, "ia", window(end=NOW + hours * HOUR), sent, TWO, EVENTS[hours : hours + 1], 0, 0)
        assert outbox.thread(tx, "ia", {"s1"}) == ("<0@x>", "<1@x>", "<2@x>")
        assert outbox.thread(tx, "ia", {"s2"}) == ()
        assert outbox.thread(tx, "éco", {"s1"}) == ()


def test_each_edition_has_its_own_ledger(database: Database) -> None:
    with database.writing() as tx:
        instant = window(edition=Edition.INSTANT)
        outbox.freeze(tx, "ia", instant, message(references=("<1@x>",), link_base="https://x"), TWO, (), 1, 0)
        assert outbox.last_end(tx, "ia", NOW) is None
        assert outbox.last_end(tx, "ia", NOW, Edition.INSTANT) == instant.end
        assert outbox.mails_since(tx, "ia", [Edition.INSTANT], NOW - HOUR) == 1
        assert outbox.mails_since(tx, "ia", [Edition.INSTANT], NOW) == 0
        assert outbox.mails_since(tx, "ia", [Edition.CORRECTION], NOW - HOUR) == 0
    assert {parcel.message for parcel in taken(database)} == {message(references=("<1@x>",), link_base="https://x")}, (
        "frozen whole"
    )


def test_the_ledger_lists_the_newest_first(database: Database) -> None:
    with database.writing() as tx:
        for hours in range(4):
            later = window(end=NOW + hours * HOUR)
            outbox.freeze(tx, "ia", later, replace(message(), date=later.end), TWO, (), 0, 0)
        assert [line.composed_at for line in outbox.digests(tx, 3)] == [NOW + hours * HOUR for hours in (3, 2, 1)]


def test_a_recipient_given_twice_gets_one_mail(database: Database) -> None:
    with database.writing() as tx:
        outbox.freeze(tx, "ia", window(), message(), (*TWO, *TWO), (EVENTS[0], EVENTS[0]), 1, 0)
        assert len(outbox.reserve(tx, "w", NOW, NOW + LEASE)) == 2
