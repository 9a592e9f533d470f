"""When a feed is asked again: the budget is kept, news is waited for less, every wish of the site is respected."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import polling
from mercato.model import FeedState, Source

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOON = datetime(2026, 3, 18, 11, 0, tzinfo=UTC)  # a Wednesday
NIGHT = datetime(2026, 3, 18, 1, 0, tzinfo=UTC)
SOURCE = Source(id="phare", name="Le Phare", feed="https://phare.example/feed", topic="tech", country="FR")
MEAN = timedelta(minutes=20)


def state(per_day: float, **changes: object) -> FeedState:
    """A source that was watched for so long that its rate is known."""
    plain = FeedState(source="phare", url=SOURCE.feed, arrivals=per_day * 30, observed=30.0)
    return replace(plain, **changes)


def source(topic: str, number: int = 0) -> Source:
    return replace(SOURCE, id=f"s{number}", topic=topic)


CATALOGUE = [
    (source(topic, number), state(rate))
    for number, (topic, rate) in enumerate(
        (topic, rate) for topic in ("startups", "tech", "games") for rate in (0.2, 2, 6, 20, 90)
    )
]
PACE = polling.pace(CATALOGUE, MEAN)


def pause(of: Source, what: FeedState, at: datetime = NOON, **more: object) -> timedelta:
    return polling.next_visit(of, what, PACE, at, jitter=0.5, **more) - at  # type: ignore[arg-type]


def test_the_budget_is_kept() -> None:
    visits = 0
    for each, learnt in CATALOGUE:
        moment = datetime(2026, 3, 16, tzinfo=UTC)
        while moment < datetime(2026, 3, 23, tzinfo=UTC):
            moment = polling.next_visit(each, learnt, PACE, moment, jitter=0.5)
            visits += 1
    budget = len(CATALOGUE) * timedelta(days=7) / MEAN
    assert visits == pytest.approx(budget, rel=0.1)


def test_busy_and_valuable_sources_are_asked_more_often() -> None:
    assert pause(SOURCE, state(60)) < pause(SOURCE, state(6)) < pause(SOURCE, state(0.5))
    assert pause(source("startups"), state(6)) < pause(source("tech"), state(6)) < pause(source("games"), state(6))
    assert pause(replace(SOURCE, weight=9.0), state(6)) < pause(source("startups"), state(6))


def test_newsrooms_sleep_at_night_and_where_they_are() -> None:
    assert pause(SOURCE, state(6), NOON) < pause(SOURCE, state(6), NIGHT)
    assert pause(replace(SOURCE, country="CA"), state(6), NIGHT) < pause(SOURCE, state(6), NIGHT)
    assert pause(SOURCE, state(6), NOON) < pause(SOURCE, state(6), NOON + 4 * DAY)  # a Sunday


def test_a_source_with_hours_of_its_own_is_learnt() -> None:
    nocturnal = state(6, hours=(0.0, 100.0, 80.0, *[0.0] * 45))
    assert pause(SOURCE, nocturnal, NIGHT) < pause(SOURCE, nocturnal, NOON)


@given(
    rate=st.floats(0, 500), window=st.none() | st.floats(0, 1e7), ttl=st.none() | st.floats(0, 1e9),
    jitter=st.floats(0, 1), asked=st.none() | st.timedeltas(timedelta(0), timedelta(days=900)),
    hour=st.integers(0, 24 * 14), topic=st.sampled_from(sorted(polling.TOPIC_WEIGHTS)),
)  # fmt: skip
def test_every_pause_stays_within_its_bounds(
    rate: float, window: float | None, ttl: float | None, jitter: float, asked: timedelta | None, hour: int, topic: str
) -> None:
    now = NOON + hour * HOUR
    due = polling.next_visit(source(topic), state(rate, window=window, ttl=ttl), PACE, now, jitter=jitter, asked=asked)
    least = polling.SHORTEST * (1 - polling.JITTER / 2) * MEAN
    most = max(polling.LONGEST * (1 + polling.JITTER / 2) * MEAN, polling.LONGEST_ASKED)
    assert least - timedelta(seconds=1) <= due - now <= most + timedelta(seconds=1)


def test_what_the_site_asks_for_is_respected() -> None:
    busy = state(60)
    assert pause(SOURCE, busy, asked=HOUR) == HOUR
    assert pause(SOURCE, replace(busy, ttl=7200.0), asked=HOUR) == 2 * HOUR
    assert pause(SOURCE, replace(busy, ttl=1e9)) == polling.LONGEST_ASKED
    assert pause(SOURCE, busy, asked=timedelta(seconds=1)) == pause(SOURCE, busy)


def test_a_short_window_is_read_before_it_overflows() -> None:
    rare = state(0.5, window=1200.0)
    assert pause(SOURCE, rare, NIGHT) == timedelta(seconds=600)


def test_jitter_spreads_visits_around_the_same_mean() -> None:
    early, middle, late = (
        polling.next_visit(SOURCE, state(6), PACE, NOON, jitter=jitter) - NOON for jitter in (0.0, 0.5, 1.0)
    )
    assert early < middle < late
    assert abs((early + late) / 2 - middle) < timedelta(milliseconds=1)


def test_the_rate_is_learnt_and_forgotten() -> None:
    known = replace(polling.first_look(FeedState(source="phare", url=SOURCE.feed), 20, 86_400.0), last_success=NOON)
    assert polling.rate(known) == pytest.approx(14, abs=1)
    quiet = known
    for day in range(1, 60):
        quiet = replace(polling.learn(quiet, 0, NOON + day * DAY), last_success=NOON + day * DAY)
    assert polling.rate(quiet) < 0.5
    busy = known
    for hour in range(1, 24 * 30):
        busy = replace(polling.learn(busy, 2, NOON + hour * HOUR), last_success=NOON + hour * HOUR)
    assert polling.rate(busy) == pytest.approx(48, rel=0.1)
    assert sum(busy.hours) == pytest.approx(busy.arrivals, rel=0.05)


def test_a_clock_that_was_set_back_teaches_nothing() -> None:
    known = state(6, last_success=NOON)
    assert polling.learn(known, 5, NOON - DAY) == known
    assert polling.pace([], MEAN).interval == MEAN
