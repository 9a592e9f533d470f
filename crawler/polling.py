"""When to ask a feed again. Pure: the moment and the chance are arguments.

Requests are a budget: `interval` seconds between two visits on average over all sources. It is spent where it shortens
the wait for news most. With new entries at `rate` a day, each worth `weight`, n visits a day leave an expected wait of
weight × rate / 2n, so the sum over all sources is smallest for n proportional to sqrt(rate × weight) (Sia, Cho, Cho:
Efficient monitoring algorithm for fast news alerts, IEEE TKDE 2007). The same holds for the hours of a week. Alone,
this rule lets a few entries wait very long; so long waits cost more than in proportion, whatever the weight (TAIL),
which bends the square root towards a cube root where pauses are long. benchmarks/polling.py compares it with what feed
readers do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache, lru_cache
from math import sqrt

from mercato.model import FeedState, Source

PRIOR_RATE = 6.0
"""Entries a day of a source of which nothing is known: about the median of the outlets that were counted."""

PRIOR_STRENGTH = 2.0
"""Entries that the prior is worth: after a week of watching even a slow source says more about itself."""

MEMORY = timedelta(days=14)
"""Half-life of what was seen: a fortnight bridges a holiday and follows a newsroom that grows."""

MOST_FROM_WINDOW = 10.0
"""Entries that the first look at a feed counts for: its window may stem from one busy day."""

TAIL = 2.5
"""What an entry that waits for n mean intervals costs besides n times its weight: TAIL × n², whatever its weight."""

HOURS_STRENGTH = 24.0
"""Entries that the usual hours are worth against those that were seen."""

SHORTEST = 0.1
"""Least pause, in mean intervals."""

LONGEST = 4.0
"""Longest pause, in mean intervals."""

LONGEST_ASKED = timedelta(hours=5)
"""What a feed's own TTL and Cache-Control may ask for at most; NetNewsWire's bound, against forgotten settings."""

JITTER = 0.1
"""Width of the spread around a pause, as a share of it: visits of many feeds must not fall into step."""

TOPIC_WEIGHTS: Mapping[str, float] = {
    "startups": 3.0, "it": 3.0, "business": 3.0, "ai": 3.0, "digital": 3.0,
    "tech": 1.0, "developers": 1.0, "security": 1.0, "media": 1.0, "crypto": 1.0, "public": 1.0, "general": 1.0,
    "consumer": 0.4, "games": 0.4, "apple": 0.4, "science": 0.4,
}  # fmt: skip
"""How likely news of a topic's outlets is a talent move, against the ordinary: judged by hand, not measured."""

_SECONDS_A_DAY = 86_400.0
_WEEK = 168  # hours
_SLOTS = 48  # of FeedState.hours
_FADING_STEP = timedelta(days=1)

# New entries by local hour in newsrooms, 1.0 on average: hardly any at night, most before noon and after lunch.
_HOURS = (
    0.15, 0.1, 0.1, 0.1, 0.15, 0.4, 1.0, 1.5, 1.9, 2.0, 1.9, 1.8,
    1.5, 1.4, 1.7, 1.7, 1.8, 1.7, 1.4, 0.9, 0.6, 0.45, 0.35, 0.25,
)  # fmt: skip
_WEEKEND = 0.4  # of a weekday's
_LEAST_HOUR = 0.12  # of the average: below that, the profile says more than anybody knows
_MOST_SAMPLED = 500  # sources from which the price is told, evenly chosen among more

# Hours ahead of UTC in winter; an hour's daylight saving is less than the profile resolves.
_AHEAD: Mapping[str, int] = {"CA": -5, "SN": 0, "002": 0, "": 1}


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a set of sources is visited: its mean interval, and the price of a visit that keeps the budget."""

    interval: timedelta
    price: float  # expected cost of waiting, in the units of _pause, that is worth one visit


def weight(source: Source) -> float:
    """What news of `source` is worth: its own weight, else that of its topic, else 1."""
    return TOPIC_WEIGHTS.get(source.topic, 1.0) if source.weight is None else source.weight


def rate(state: FeedState | None) -> float:
    """New entries a day to be expected: mean of the Gamma posterior over Poisson arrivals, from PRIOR_RATE."""
    arrivals, observed = (state.arrivals, state.observed) if state else (0.0, 0.0)
    return (PRIOR_STRENGTH + arrivals) / (PRIOR_STRENGTH / PRIOR_RATE + observed)


def first_look(state: FeedState, entries: int, window: float | None) -> FeedState:
    """`state` after the first visit: the span of the feed's own dates, in seconds, tells the rate."""
    if entries < 2 or not window:
        return state
    counted = min(float(entries - 1), MOST_FROM_WINDOW)
    return replace(state, arrivals=counted, observed=counted / (entries - 1) * window / _SECONDS_A_DAY)


def learn(state: FeedState, new: int, now: datetime) -> FeedState:
    """`state` after a visit at `now` that found `new` unknown entries; older experience fades."""
    if state.last_success is None or now <= state.last_success:
        return state
    passed = now - state.last_success
    fading = 0.5 ** (passed / MEMORY)
    hours = state.hours or (0.0,) * _SLOTS
    if new or passed > _FADING_STEP:  # else the fading is left to the next visit that brings something
        slot = _slot(now.weekday() * 24 + now.hour)
        total = sum(hours)
        kept = state.arrivals * fading / total if total > state.arrivals * fading else 1.0
        hours = tuple(each * kept + (new if number == slot else 0) for number, each in enumerate(hours))
    return replace(
        state,
        arrivals=state.arrivals * fading + new,
        observed=state.observed * fading + passed.total_seconds() / _SECONDS_A_DAY,
        hours=hours,
    )


def _slot(hour: int) -> int:
    """Which number of FeedState.hours belongs to an hour of the week."""
    return hour % 24 + (24 if hour % _WEEK >= 120 else 0)


def pace(sources: Iterable[tuple[Source, FeedState | None]], interval: timedelta) -> Pace:
    """The pace at which these sources are visited every `interval` on average."""
    known = [(rate(state), weight(source)) for source, state in sources]
    known = known[:: max(len(known) // _MOST_SAMPLED, 1)]
    low, high = 1e-6, 1e6
    for _ in range(40 if known else 0):  # bisection on a monotone sum
        middle = sqrt(low * high)
        visits = sum(1 / _pause(per_day * share, worth, middle) for per_day, worth in known for share in _SHARES)
        low, high = (middle, high) if visits > len(known) * len(_SHARES) else (low, middle)
    return Pace(interval, high)


def next_visit(
    source: Source,
    state: FeedState,
    pace: Pace,
    now: datetime,
    *,
    jitter: float,
    asked: timedelta | None = None,
) -> datetime:
    """When to ask the feed of `source` again, after a visit at `now` that left `state`.

    `jitter` lies between 0 and 1. `asked` is what the answer's Cache-Control wants left between two visits; together
    with the feed's own TTL it only makes the pause longer. A feed whose window is short is asked before it overflows.
    """
    mean = pace.interval.total_seconds()
    pause = mean * _through_the_hours(now, state, weight(source), pace, _AHEAD.get(source.country, 1))
    if state.window:
        pause = min(pause, max(state.window / 2, SHORTEST * mean))
    pause *= 1 + JITTER * (jitter - 0.5)
    floor = max(asked or timedelta(), timedelta(seconds=state.ttl or 0.0))
    return now + max(timedelta(seconds=pause), min(floor, LONGEST_ASKED))


def _pause(per_day: float, worth: float, price: float) -> float:
    """The pause n, in mean intervals, at which per_day × (worth × n² + TAIL × n³) is the price, within the limits."""
    wanted = price / max(per_day, 1e-6)
    pause: float = (wanted / TAIL) ** (1 / 3)
    if worth:
        pause = min(pause, sqrt(wanted / worth))
    for _ in range(4):  # Newton's method from above on a convex function
        value = pause * pause * (worth + TAIL * pause) - wanted
        pause -= value / (pause * (2 * worth + 3 * TAIL * pause))
    return min(max(pause, SHORTEST), LONGEST)


@cache
def _week() -> Sequence[float]:
    """New entries in each local hour of the week, 1 on average."""
    raw = [max(_HOURS[hour % 24] * (_WEEKEND if hour >= 120 else 1.0), _LEAST_HOUR) for hour in range(_WEEK)]
    return tuple(each * _WEEK / sum(raw) for each in raw)


_SHARES = tuple(sorted(_week())[10::21])  # eight hours that stand for all of a week


@lru_cache(maxsize=4096)
def _rhythm(hours: Sequence[float], ahead: int) -> Sequence[float]:
    """New entries in each hour of the week, UTC, 1 on average: what was seen, filled up with what is usual.

    Neighbouring hours are taken together: what comes at 9:50 might as well come at 10:10.
    """
    usual, expected = _usual(ahead)
    if not hours:
        return usual
    filled = (each + HOURS_STRENGTH * share for each, share in zip(hours, expected, strict=True))
    counted = [each / (5 if slot < 24 else 2) for slot, each in enumerate(filled)]
    scale = _WEEK / (sum(hours) + HOURS_STRENGTH)
    smooth = [max(_neighbours(counted, slot) * scale, _LEAST_HOUR / 2) for slot in range(_SLOTS)]
    return tuple(smooth[:24] * 5 + smooth[24:] * 2)


@cache
def _usual(ahead: int) -> tuple[Sequence[float], Sequence[float]]:
    """What is usual so many hours ahead of UTC: in each hour of the week, and as shares of FeedState.hours."""
    week = tuple(_week()[(hour + ahead) % _WEEK] for hour in range(_WEEK))
    shares = [0.0] * _SLOTS
    for hour, each in enumerate(week):
        shares[_slot(hour)] += each / _WEEK
    return week, tuple(shares)


def _neighbours(counted: Sequence[float], slot: int) -> float:
    start, hour = slot // 24 * 24, slot % 24
    return 0.5 * counted[slot] + 0.25 * (counted[start + (hour - 1) % 24] + counted[start + (hour + 1) % 24])


def _through_the_hours(now: datetime, state: FeedState, worth: float, pace: Pace, ahead: int) -> float:
    """The pause in mean intervals, hour by hour as dense as the newsroom's hours deserve."""
    week, hour, per_day = _rhythm(state.hours, ahead), now.weekday() * 24 + now.hour, rate(state)
    left_of_hour = (3600.0 - (now.minute * 60 + now.second)) / pace.interval.total_seconds()
    passed, due, pause = 0.0, 1.0, LONGEST
    for step in range(_WEEK):
        pause = _pause(per_day * week[(hour + step) % _WEEK], worth, pace.price)
        if due * pause <= left_of_hour:
            break
        due -= left_of_hour / pause
        passed += left_of_hour
        left_of_hour = 3600.0 / pace.interval.total_seconds()
    return passed + due * pause
