from __future__ import annotations

from dataclasses import replace

import pytest
from storage_samples import HOUR, MINUTE, NOW, article, event, message, story, window

from mercato.errors import StorageError
from mercato.model import Delivery, StoryEvent
from storage import articles, outbox, stories
from storage.engine import Database

A = article()
EVENTS = tuple(event(str(number), "s1", A, NOW - (3 - number) * HOUR) for number in range(4))
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
        assert [parcel.recipient for parcel in outbox.pending(tx, NOW)] == list(TWO)
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
        assert outbox.last_end(tx, "ia") == NOW
        assert outbox.last_end(tx, "éco") is None
        outbox.freeze(tx, "ia", window(start=NOW, end=NOW + HOUR), None, TWO, (), 0, 0)
        assert outbox.last_end(tx, "ia") == NOW + HOUR


def test_a_window_with_nothing_to_say_is_recorded_and_sends_nothing(database: Database) -> None:
    with database.writing() as tx:
        digest = outbox.freeze(tx, "ia", window(), None, TWO, (), 0, 0)
        assert digest is not None
        assert outbox.pending(tx, NOW + HOUR) == []
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
    with database.reading() as tx:
        parcels = outbox.pending(tx, NOW)
    assert parcels == [
        outbox.Parcel(
            digest=digest,
            watch="ia",
            period="2026-03-18T09:30Z",
            recipient=recipient,
            message=message(),
            attempts=0,
            state=Delivery.PENDING,
        )
        for recipient in TWO
    ]


def test_the_way_of_a_parcel(database: Database) -> None:
    digest = frozen(database)

    def record(state: Delivery, detail: str = "", **more: object) -> None:
        with database.writing() as tx:
            outbox.record(tx, digest, TWO[0], state, NOW, detail, **more)  # type: ignore[arg-type]

    def waiting(now: object = NOW) -> list[tuple[str, int, Delivery]]:
        with database.reading() as tx:
            return [(parcel.recipient, parcel.attempts, parcel.state) for parcel in outbox.pending(tx, now)]  # type: ignore[arg-type]

    other = (TWO[1], 0, Delivery.PENDING)
    record(Delivery.SENDING)
    assert waiting() == [(TWO[0], 1, Delivery.SENDING), other], "left behind by a crash"
    record(Delivery.PENDING, "451 plus tard", next_try=NOW + MINUTE)
    assert waiting() == [other]
    assert waiting(NOW + MINUTE) == [(TWO[0], 1, Delivery.PENDING), other]
    record(Delivery.SENDING)
    record(Delivery.SENT, "250 ok")
    assert waiting(NOW + HOUR) == [other]
    with database.reading() as tx:
        (line,) = outbox.digests(tx)
        assert line.deliveries == ((TWO[0], Delivery.SENT, "250 ok"), (TWO[1], Delivery.PENDING, ""))
        assert outbox.deliveries(tx, "ia", line.period) == line.deliveries
        assert (line.stories, line.updates, line.message_id) == (1, 2, message().message_id)


@pytest.mark.parametrize("state", [Delivery.WRITTEN, Delivery.REFUSED, Delivery.FAILED, Delivery.SENT])
def test_settled_parcels_do_not_wait(database: Database, state: Delivery) -> None:
    digest = frozen(database)
    with database.writing() as tx:
        outbox.record(tx, digest, TWO[0], state, NOW)
        assert [parcel.recipient for parcel in outbox.pending(tx, NOW + HOUR)] == [TWO[1]]


def test_an_unknown_delivery_is_refused(database: Database) -> None:
    with pytest.raises(StorageError, match=r"holds no digest nix for x@fil\.example"), database.writing() as tx:
        outbox.record(tx, "nix", "x@fil.example", Delivery.SENT, NOW)


def test_the_ledger_lists_the_newest_first(database: Database) -> None:
    with database.writing() as tx:
        for hours in range(4):
            later = window(end=NOW + hours * HOUR)
            outbox.freeze(tx, "ia", later, replace(message(), date=later.end), TWO, (), 0, 0)
        assert [line.composed_at for line in outbox.digests(tx, 3)] == [NOW + hours * HOUR for hours in (3, 2, 1)]


def test_a_recipient_given_twice_gets_one_mail(database: Database) -> None:
    with database.writing() as tx:
        outbox.freeze(tx, "ia", window(), message(), (*TWO, *TWO), (EVENTS[0], EVENTS[0]), 1, 0)
        assert len(outbox.pending(tx, NOW)) == 2
