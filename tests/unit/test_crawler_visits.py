"""What is remembered of a visit, when validators may be kept, and when to come again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from crawler import polling, refusals
from crawler.addresses import addresses, is_front_page, same_site
from crawler.middlewares.retry_after import LONGEST, rest_asked_for
from crawler.refusals import Refusal
from crawler.visits import Visit, begin, is_gap
from mercato.model import FeedEntry, FeedOutcome, FeedState, Source

HOUR = timedelta(hours=1)
SOURCE = Source(id="phare", name="Le Phare", feed="https://phare.example/feed")
PACE = polling.pace([(SOURCE, None)], HOUR)


def visit(now: datetime, before: FeedState | None = None) -> Visit:
    return begin(SOURCE, before, now, PACE)


def test_validators_wait_for_the_last_page(now: datetime) -> None:
    going = visit(now)
    going.read = going.succeed(FeedOutcome.FRESH, "2 entries", etag='"a"', last_modified="hier", body_sha256="f00")
    going.waiting = {"un", "deux"}

    meanwhile = going.unfinished()
    assert (meanwhile.etag, meanwhile.last_modified, meanwhile.body_sha256) == (None, None, None)
    assert meanwhile.next_due == now
    assert going.settle("un", retry=False) is None
    done = going.settle("deux", retry=False)
    assert done is not None
    assert (done.etag, done.last_modified, done.body_sha256) == ('"a"', "hier", "f00")
    assert done.next_due is not None
    assert now < done.next_due <= now + HOUR * polling.LONGEST


def test_a_page_to_be_asked_again_keeps_validators_away(now: datetime) -> None:
    going = visit(now)
    going.read = going.succeed(FeedOutcome.FRESH, "1 entry", etag='"a"', body_sha256="f00")
    going.waiting = {"un"}
    done = going.settle("un", retry=True)
    assert done is not None
    assert (done.etag, done.body_sha256) == (None, None)


def test_failures_in_a_row_double_the_pause(now: datetime) -> None:
    state, pauses = None, []
    for _ in range(7):
        state = visit(now, state).fail(Refusal("dns", "no such host"))
        assert state.next_due is not None
        pauses.append(state.next_due - now)
    assert pauses == [HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 16 * HOUR, 24 * HOUR, 24 * HOUR]
    assert state is not None
    assert (state.outcome, state.failures, state.detail) == (FeedOutcome.UNREACHABLE, 7, "no such host")
    well = visit(now, state).succeed(FeedOutcome.FRESH, "fine")
    assert (well.failures, well.reason, well.offers) == (0, "", ())


def test_what_was_read_before_survives_a_failure(now: datetime) -> None:
    before = visit(now - HOUR).succeed(FeedOutcome.FRESH, "fine", etag='"a"')
    state = visit(now, before).fail(refusals.status(403, "Forbidden"))
    assert (state.outcome, state.etag, state.last_success) == (FeedOutcome.BLOCKED, '"a"', now - HOUR)
    assert state.next_due == now + timedelta(days=1)


def test_a_site_that_keeps_refusing_is_asked_less_and_less(now: datetime) -> None:
    state, pauses = None, []
    for _ in range(4):
        state = visit(now, state).fail(refusals.status(403, "Forbidden"), ["https://phare.example/autre"])
        assert state.next_due is not None
        pauses.append((state.next_due - now).days)
    assert pauses == [1, 7, 30, 30]
    assert state is not None
    assert (state.reason, state.offers) == ("http-403", ("https://phare.example/autre",))


def entry(number: int, published: datetime | None) -> FeedEntry:
    url = f"https://phare.example/{number}"
    return FeedEntry(url=url, link=url, title="", published=published)


def test_gaps(now: datetime) -> None:
    before = visit(now - HOUR).succeed(FeedOutcome.FRESH, "fine", new=2, newest_entry=now - HOUR)
    later = [entry(number, now - HOUR / 2) for number in range(3)]
    assert is_gap(before, later, known=0)
    assert is_gap(before, [entry(1, None)], known=0)
    assert not is_gap(before, later, known=1)
    assert not is_gap(before, [*later, entry(9, now - 2 * HOUR)], known=0)
    assert not is_gap(before, [], known=0)
    assert not is_gap(FeedState(source="phare", url=SOURCE.feed), later, known=0)


def test_another_address_is_another_feed(now: datetime) -> None:
    before = FeedState(source="phare", url="https://ancien.example/feed", etag='"a"', failures=9)
    assert visit(now, before).before == FeedState(source="phare", url=SOURCE.feed)


def test_a_visit_that_was_not_made_is_no_failure(now: datetime) -> None:
    before = visit(now - HOUR).succeed(FeedOutcome.FRESH, "fine", etag='"a"')
    state = visit(now, before).postpone(refusals.resting(now + 3 * HOUR))
    assert (state.outcome, state.failures, state.next_due) == (FeedOutcome.RESTING, 0, now + 3 * HOUR)
    assert (state.etag, state.last_attempt) == ('"a"', now - HOUR)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("120", timedelta(minutes=2)),
        (" 120 ", timedelta(minutes=2)),
        ("99999999999999999999", LONGEST),
        ("Wed, 18 Mar 2026 10:30:00 GMT", HOUR),
        ("Wed, 18 Mar 2099 10:30:00 GMT", LONGEST),
        ("Wed, 18 Mar 2020 10:30:00 GMT", None),
        ("0", None),
        ("-5", None),
        ("bientôt", None),
        ("", None),
    ],
)
def test_retry_after_in_seconds_or_as_a_date(header: str, wait: timedelta | None, now: datetime) -> None:
    assert rest_asked_for(header, now) == wait


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://www.phare.example/a", "http://phare.example/b", True),
        ("https://tech.phare.example/a", "https://phare.example/b", True),
        ("https://phare.example/a", "https://faux-phare.example/b", False),
        ("http://127.0.0.1:8001/a", "http://127.0.0.1:8002/a", False),
    ],
)
def test_sites(one: str, other: str, same: bool) -> None:
    assert same_site(one, other) is same


def test_front_pages() -> None:
    assert is_front_page("https://phare.example")
    assert is_front_page("https://phare.example/?utm_source=rss#haut")
    assert not is_front_page("https://phare.example/?p=12")


@pytest.mark.parametrize(
    ("fetched", "canonical", "expected"),
    [
        ("https://p.example/a?utm_source=x", None, ["https://p.example/a"]),
        ("https://p.example/amp/a", "https://p.example/a", ["https://p.example/a", "https://p.example/amp/a"]),
        ("https://p.example/a", "https://autre.example/a", ["https://p.example/a"]),
        ("https://p.example/a", "https://p.example/", ["https://p.example/a"]),
        ("https://p.example/", None, []),
    ],
)
def test_addresses_an_article_may_be_kept_under(fetched: str, canonical: str | None, expected: list[str]) -> None:
    assert list(addresses(fetched, canonical)) == expected
