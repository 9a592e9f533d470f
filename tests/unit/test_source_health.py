"""How a source's health is told from what its visits left behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.health import FROZEN_AFTER, QUIET_AFTER, HealthState, health
from mercato.model import FeedOutcome, FeedState, Source

NOW = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SOURCE = Source(id="exemple", name="Exemple", feed="https://exemple.test/feed")
VISITED = FeedState(
    source="exemple",
    url=SOURCE.feed,
    outcome=FeedOutcome.FRESH,
    last_attempt=NOW - HOUR,
    last_success=NOW - HOUR,
    newest_entry=NOW - 2 * HOUR,
)


def seen(**changes: object) -> FeedState:
    return replace(VISITED, **changes)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        pytest.param(None, HealthState.NEW, id="nothing remembered"),
        pytest.param(FeedState(source="exemple", url=SOURCE.feed), HealthState.NEW, id="never visited"),
        pytest.param(seen(url="https://exemple.test/old"), HealthState.NEW, id="address changed since"),
        pytest.param(VISITED, HealthState.FRESH, id="an hour old"),
        pytest.param(seen(outcome=FeedOutcome.NOT_MODIFIED), HealthState.FRESH, id="unchanged, still recent"),
        pytest.param(seen(newest_entry=NOW - HOUR - QUIET_AFTER), HealthState.FRESH, id="a week to the second"),
        pytest.param(seen(newest_entry=NOW - 2 * HOUR - QUIET_AFTER), HealthState.QUIET, id="over a week"),
        pytest.param(seen(newest_entry=NOW - HOUR - FROZEN_AFTER), HealthState.QUIET, id="a month to the second"),
        pytest.param(seen(newest_entry=NOW - 2 * HOUR - FROZEN_AFTER), HealthState.FROZEN, id="over a month"),
        pytest.param(
            seen(outcome=FeedOutcome.NOT_MODIFIED, newest_entry=NOW - 400 * DAY),
            HealthState.FROZEN,
            id="304 for a year",
        ),
        pytest.param(seen(newest_entry=None), HealthState.FRESH, id="entries without dates"),
        pytest.param(seen(newest_entry=NOW + 90 * DAY), HealthState.FRESH, id="dated in the future"),
        pytest.param(seen(outcome=FeedOutcome.EMPTY), HealthState.EMPTY, id="empty"),
        pytest.param(seen(outcome=FeedOutcome.BROKEN), HealthState.BROKEN, id="no feed"),
        pytest.param(seen(outcome=FeedOutcome.BLOCKED), HealthState.BLOCKED, id="403"),
        pytest.param(seen(outcome=FeedOutcome.GONE), HealthState.GONE, id="404"),
        pytest.param(seen(outcome=FeedOutcome.UNREACHABLE), HealthState.UNREACHABLE, id="no answer"),
        pytest.param(seen(outcome=FeedOutcome.RESTING), HealthState.RESTING, id="429"),
    ],
)
def test_state(state: FeedState | None, expected: HealthState) -> None:
    assert health(SOURCE, state, NOW).state is expected


def test_a_long_pause_of_ours_freezes_nobody() -> None:
    away = seen(last_success=NOW - 60 * DAY, last_attempt=NOW - 60 * DAY, newest_entry=NOW - 60 * DAY - HOUR)
    told = health(SOURCE, away, NOW)
    assert told.state is HealthState.FRESH
    assert told.detail.endswith("which was 60 days ago")


def test_silence_is_counted_up_to_the_last_visit_that_worked() -> None:
    told = health(SOURCE, seen(newest_entry=NOW - HOUR - 10 * DAY), NOW)
    assert (told.silence, told.since) == (10 * DAY, NOW - HOUR - 10 * DAY)
    assert "10 days" in told.detail


def test_a_date_slightly_ahead_counts_as_now() -> None:
    told = health(SOURCE, seen(newest_entry=NOW + 5 * HOUR), NOW)
    assert (told.state, told.silence) == (HealthState.FRESH, timedelta(0))


@pytest.mark.parametrize("newest", [None, NOW + 90 * DAY])
def test_an_unknown_age_is_admitted(newest: datetime | None) -> None:
    told = health(SOURCE, seen(newest_entry=newest), NOW)
    assert (told.since, told.silence) == (None, None)
    assert "age is unknown" in told.detail


def test_a_failing_source_tells_what_was_seen_how_often_and_since_when() -> None:
    failing = seen(outcome=FeedOutcome.UNREACHABLE, detail="HTTP 502", failures=4, last_success=NOW - 3 * DAY)
    told = health(SOURCE, failing, NOW)
    assert (told.since, told.failures) == (NOW - 3 * DAY, 4)
    assert "HTTP 502; 4 visits in a row; worked 3 days ago" in told.detail


def test_one_failure_is_not_called_a_row() -> None:
    told = health(SOURCE, seen(outcome=FeedOutcome.GONE, failures=1, last_success=None), NOW)
    assert "in a row" not in told.detail
    assert told.detail.endswith("has never worked")


def test_a_rest_has_an_end() -> None:
    until = NOW + 2 * HOUR
    assert health(SOURCE, seen(outcome=FeedOutcome.RESTING, next_due=until), NOW).until == until
    assert health(SOURCE, seen(outcome=FeedOutcome.GONE, next_due=until), NOW).until is None


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=30), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=119), "119 minutes ago"),
        (timedelta(hours=2), "2 hours ago"),
        (timedelta(hours=47), "47 hours ago"),
        (timedelta(days=2), "2 days ago"),
    ],
)
def test_ages_are_told_in_a_fitting_unit(span: timedelta, words: str) -> None:
    state = seen(outcome=FeedOutcome.GONE, last_success=NOW - span)
    assert health(SOURCE, state, NOW).detail.endswith(f"worked {words}")


@pytest.mark.parametrize(
    ("outcome", "attention"),
    [
        (FeedOutcome.BLOCKED, True),
        (FeedOutcome.GONE, True),
        (FeedOutcome.EMPTY, True),
        (FeedOutcome.BROKEN, True),
        (FeedOutcome.UNREACHABLE, False),
        (FeedOutcome.RESTING, False),
        (FeedOutcome.FRESH, False),
    ],
)
def test_calls_for_a_person_where_waiting_does_not_help(outcome: FeedOutcome, attention: bool) -> None:
    assert health(SOURCE, seen(outcome=outcome), NOW).needs_attention is attention


moments = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(
    outcome=st.sampled_from(FeedOutcome),
    attempt=st.none() | moments,
    success=st.none() | moments,
    newest=st.none() | moments,
    now=moments,
    failures=st.integers(0, 10_000),
)
def test_every_memory_has_a_state_and_words(
    outcome: FeedOutcome,
    attempt: datetime | None,
    success: datetime | None,
    newest: datetime | None,
    now: datetime,
    failures: int,
) -> None:
    state = seen(outcome=outcome, last_attempt=attempt, last_success=success, newest_entry=newest, failures=failures)
    told = health(SOURCE, state, now)
    assert told.detail
    assert told.silence is None or told.silence >= timedelta(0)


def test_every_outcome_but_never_leads_somewhere_else_than_new() -> None:
    states = {health(SOURCE, seen(outcome=outcome), NOW).state for outcome in FeedOutcome}
    assert states == set(HealthState) - {HealthState.QUIET, HealthState.FROZEN}
