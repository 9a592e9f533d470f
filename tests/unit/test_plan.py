"""When a digest is due: schedules against the ledger, with the days that gain or lose an hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mercato.model import Edition, Watch, Window
from scheduler.plan import NotDue, due, next_tick, quiet_until, weekly_due

PARIS = Watch(name="ia", schedule="0 8 * * mon-fri", timezone="Europe/Paris")
NIGHT = Watch(name="nuit", schedule="30 2 * * *", timezone="Europe/Paris")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_watch_unknown_to_the_ledger_is_owed_its_first_window_at_once() -> None:
    now = at("2026-03-18T09:30")
    assert due(PARIS, None, now) == Window(start=now, end=now, first=True)


@pytest.mark.parametrize(
    ("last_end", "now", "tick", "missed"),
    [
        pytest.param("2026-03-17T07:00", "2026-03-18T07:00", "2026-03-18T07:00", 0, id="on the dot"),
        pytest.param("2026-03-17T07:00", "2026-03-18T09:30", "2026-03-18T07:00", 0, id="late by hours"),
        pytest.param("2026-03-13T07:05", "2026-03-18T09:30", "2026-03-18T07:00", 2, id="over a weekend and two days"),
    ],
)
def test_a_window_is_due_once_its_tick_has_passed(last_end: str, now: str, tick: str, missed: int) -> None:
    window = due(PARIS, at(last_end), at(now))
    assert window == Window(start=at(last_end), end=at(now), tick=at(tick), missed=missed)


def test_nothing_is_due_before_the_next_tick() -> None:
    assert due(PARIS, at("2026-03-18T07:00"), at("2026-03-18T09:30")) == NotDue(next_run=at("2026-03-19T07:00"))


def test_a_clock_set_back_owes_nothing_twice() -> None:
    served = at("2026-03-18T07:00")
    assert due(PARIS, served, served - timedelta(days=3)) == NotDue(next_run=at("2026-03-19T07:00"))


def test_days_of_the_week_by_number_mean_what_cron_means() -> None:
    numbered = Watch(name="chiffres", schedule="0 8 * * 1-5", timezone="Europe/Paris")
    assert next_tick(numbered, at("2026-03-20T12:00")) == at("2026-03-23T07:00")  # Friday noon → Monday


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        pytest.param("2026-03-28T12:00", ["2026-03-29T01:00", "2026-03-30T00:30"], id="02:30 does not exist"),
        pytest.param("2026-10-24T12:00", ["2026-10-25T00:30", "2026-10-26T01:30"], id="02:30 comes twice"),
    ],
)
def test_nights_that_gain_or_lose_an_hour_run_once(after: str, expected: list[str]) -> None:
    ticks = [next_tick(NIGHT, at(after))]
    ticks.append(next_tick(NIGHT, ticks[0]))
    assert ticks == [at(moment) for moment in expected]


def test_a_watch_of_every_minute_that_slept_for_a_month_is_owed_one_window() -> None:
    busy = Watch(name="minute", schedule="* * * * *")
    now = at("2026-03-18T09:30")
    window = due(busy, now - timedelta(days=30), now)
    assert isinstance(window, Window)
    assert due(busy, window.end, now + timedelta(seconds=30)) == NotDue(next_run=now + timedelta(minutes=1))


@given(
    moment=st.integers(min_value=1_735_689_600, max_value=1_893_456_000).map(lambda s: datetime.fromtimestamp(s, UTC)),
    schedule=st.sampled_from(["0 8 * * mon-fri", "30 2 * * *", "*/20 * * * *", "0 0 29 2 *", "15 6-20/2 1 * *"]),
    zone=st.sampled_from(["Europe/Paris", "America/Montreal", "Africa/Dakar", "Asia/Ho_Chi_Minh"]),
)
def test_the_next_tick_lies_ahead_and_serving_it_is_not_owed_again(moment: datetime, schedule: str, zone: str) -> None:
    watch = Watch(name="w", schedule=schedule, timezone=zone)
    tick = next_tick(watch, moment)
    assert tick > moment
    window = due(watch, moment, tick)
    assert isinstance(window, Window)
    assert window.tick == tick
    assert isinstance(due(watch, window.end, tick), NotDue)


@pytest.mark.parametrize(
    ("quiet", "now", "until"),
    [
        ("22:00-07:00", "2026-03-18T20:59", None),
        ("22:00-07:00", "2026-03-18T21:00", "2026-03-19T06:00"),
        ("22:00-07:00", "2026-03-19T05:59", "2026-03-19T06:00"),
        ("22:00-07:00", "2026-03-19T06:00", None),
        ("22:00-07:00", "2026-03-28T22:30", "2026-03-29T05:00"),  # the night that loses an hour
        ("22:00-07:00", "2026-10-24T21:30", "2026-10-25T06:00"),  # the night that gains one
        ("12:00-14:00", "2026-03-18T11:30", "2026-03-18T13:00"),
        ("12:00-14:00", "2026-03-18T10:59", None),
        ("", "2026-03-18T02:00", None),
    ],
)
def test_quiet_hours(quiet: str, now: str, until: str | None) -> None:
    watch = Watch(name="w", quiet=quiet)
    assert quiet_until(watch, at(now)) == (at(until) if until else None)


WEEKLY = Watch(name="w", weekly="0 9 * * mon")


@pytest.mark.parametrize(
    ("last_end", "now", "start", "tick"),
    [
        ("2026-03-09T08:00", "2026-03-16T08:00", "2026-03-08T23:00", "2026-03-16T08:00"),
        ("2026-03-23T08:00", "2026-03-30T07:00", "2026-03-22T23:00", "2026-03-30T07:00"),  # the hour is lost within it
        ("2026-03-02T08:00", "2026-03-18T12:00", "2026-03-08T23:00", "2026-03-16T08:00"),  # one missed: only the newest
    ],
)
def test_the_week_that_is_owed(last_end: str, now: str, start: str, tick: str) -> None:
    expected = Window(start=at(start), end=at(tick), tick=at(tick), edition=Edition.WEEKLY)
    assert weekly_due(WEEKLY, at(last_end), at(now)) == expected


def test_no_week_is_owed_twice_or_before_the_watch_began_or_unasked() -> None:
    now = at("2026-03-16T08:00")
    assert weekly_due(WEEKLY, now, now + timedelta(days=6)) is None
    assert weekly_due(WEEKLY, None, now) is None
    assert weekly_due(Watch(name="w"), at("2026-03-01T08:00"), now) is None
