"""What each polling rule makes readers wait, at the same number of requests, on a month of invented arrivals.

Sources publish at rates and hours that no rule knows: each learns them from what its visits find, as in real life.
Rates are log-normal about the counts that are known of French-language outlets; hours differ from newsroom to newsroom,
weekends are quiet, and every few days something breaks that a third of the outlets report within hours. The rules of
the feed readers are those of their sources (miniflux 2 entry_frequency, NewsBlur, CommaFeed), their intervals scaled by
one factor so that all make as many requests as ours. Delays are minutes from publication to the next visit.
"""

from __future__ import annotations

import argparse
import bisect
import math
import random
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from crawler import polling
from mercato.model import FeedState, Source

START = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday
DAY = 86_400.0
WARM_UP = 7  # days in which rules learn and nothing is measured
FAMILIES = (("startups", 0.30), ("tech", 0.40), ("consumer", 0.30))


@dataclass(frozen=True, slots=True)
class Outlet:
    source: Source
    arrivals: Sequence[float]  # seconds after START


@dataclass(slots=True)
class Seen:
    """What a rule of a feed reader remembers of a source: when it last saw entries arrive."""

    arrivals: list[float]
    subscribers: int = 5


Rule = Callable[[Outlet, Seen, float, random.Random], float]
"""Seconds until the next visit, after one at the given second."""


def outlets(count: int, days: int, seed: int) -> list[Outlet]:
    chance = random.Random(seed)
    breaking = [chance.uniform(0, days * DAY) for _ in range(days // 3)]
    made = []
    for number in range(count):
        topic = chance.choices([name for name, _ in FAMILIES], [share for _, share in FAMILIES])[0]
        source = Source(id=f"s{number}", name=f"S{number}", feed=f"https://s{number}.example/feed", topic=topic)
        per_day = min(max(chance.lognormvariate(math.log(7), 1.0), 0.2), 100)
        made.append(Outlet(source, arrivals(chance, per_day, days, breaking)))
    return made


def arrivals(chance: random.Random, per_day: float, days: int, breaking: Sequence[float]) -> list[float]:
    """Poisson arrivals by thinning, with the outlet's own hours and weekends, and its part of what breaks."""
    peak, width, weekend = chance.gauss(9.5, 1.5), chance.uniform(3.5, 6.0), chance.uniform(0.15, 0.8)
    hours = [0.05 + math.exp(-(((hour - peak) / width) ** 2) / 2) for hour in range(24)]
    mean = sum(hours) / 24 * (5 + 2 * weekend) / 7
    most = max(hours) / mean
    found, moment = [], 0.0
    while moment < days * DAY:
        moment += chance.expovariate(per_day * most / DAY)
        share = hours[int(moment / 3600) % 24] * (weekend if int(moment / DAY) % 7 >= 5 else 1.0) / mean
        if chance.random() < share / most:
            found.append(moment)
    found += [event + chance.expovariate(1 / 5400) for event in breaking if chance.random() < 1 / 3]
    return sorted(each for each in found if each < days * DAY)


def fixed(_outlet: Outlet, _seen: Seen, _now: float, _chance: random.Random) -> float:
    return 1800.0


def miniflux(_outlet: Outlet, seen: Seen, now: float, _chance: random.Random) -> float:
    last_week = len(seen.arrivals) - bisect.bisect(seen.arrivals, now - 7 * DAY)
    return min(max(7 * DAY / last_week, 300.0), DAY) if last_week else DAY


def commafeed(_outlet: Outlet, seen: Seen, now: float, _chance: random.Random) -> float:
    silent = (now - seen.arrivals[-1]) / DAY if seen.arrivals else 99.0
    if silent >= 7:
        return 14_400.0 if silent >= 30 else 7_200.0 if silent >= 14 else 3_600.0
    last = seen.arrivals[-30:]
    gap = (last[-1] - last[0]) / (len(last) - 1) if len(last) > 1 else 14_400.0
    return min(max(gap / 2, 300.0), 14_400.0)


def newsblur(_outlet: Outlet, seen: Seen, now: float, chance: random.Random) -> float:
    month = len(seen.arrivals) - bisect.bisect(seen.arrivals, now - 30 * DAY)
    a_day = month / min(max(now / DAY, 1.0), 30.0)
    minutes = 15.0 if a_day >= 1 else 60.0 - 60.0 * a_day if month else 720.0
    return max(minutes, 6.0) * 60 * (1 + chance.random() / 4)


def run_rule(made: Sequence[Outlet], rule: Rule, factor: float, days: int, seed: int) -> list[list[float]]:
    """The moments at which each outlet is visited."""
    chance, visits = random.Random(seed), []
    for outlet in made:
        seen, index, now, mine = Seen([]), 0, chance.uniform(0, 1800), []
        while now < days * DAY:
            mine.append(now)
            index = _take(outlet, seen, index, now)
            now += rule(outlet, seen, now, chance) * factor
        visits.append(mine)
    return visits


def _take(outlet: Outlet, seen: Seen, index: int, now: float) -> int:
    end = bisect.bisect(outlet.arrivals, now)
    seen.arrivals.extend(outlet.arrivals[index:end])
    return end


def run_ours(made: Sequence[Outlet], interval: float, days: int, seed: int) -> list[list[float]]:
    """Visits by crawler.polling, with its pace computed anew every day, as every cycle does from the same numbers."""
    chance = random.Random(seed)
    states = [FeedState(source=outlet.source.id, url=outlet.source.feed) for outlet in made]
    visits: list[list[float]] = [[] for _ in made]
    due, indexes = [chance.uniform(0, interval) for _ in made], [0] * len(made)
    for day in range(days):
        pace = polling.pace(zip((o.source for o in made), states, strict=True), timedelta(seconds=interval))
        for number, outlet in enumerate(made):
            while due[number] < min((day + 1) * DAY, days * DAY):
                now = due[number]
                visits[number].append(now)
                end = bisect.bisect(outlet.arrivals, now)
                moment = START + timedelta(seconds=now)
                learnt = polling.learn(states[number], end - indexes[number], moment)
                indexes[number] = end
                state = replace(learnt, last_success=moment)
                states[number] = state
                until = polling.next_visit(outlet.source, state, pace, moment, jitter=chance.random())
                due[number] = (until - START).total_seconds()
    return visits


@dataclass(frozen=True, slots=True)
class Outcome:
    requests: float  # a day and outlet
    empty: float
    mean: float
    p95: float
    weighted: float
    weighted_p95: float


def measure(made: Sequence[Outlet], visits: Sequence[Sequence[float]], days: int) -> Outcome:
    delays: list[tuple[float, float]] = []
    requests = useful = 0
    for outlet, mine in zip(made, visits, strict=True):
        worth = polling.weight(outlet.source)
        counted = [moment for moment in mine if moment >= WARM_UP * DAY]
        found = [bisect.bisect_left(mine, each) for each in outlet.arrivals if each >= WARM_UP * DAY]
        fresh = [each for each in outlet.arrivals if each >= WARM_UP * DAY]
        delays += [((mine[at] - each) / 60, worth) for each, at in zip(fresh, found, strict=True) if at < len(mine)]
        requests += len(counted)
        useful += len(set(found))
    plain = sorted(delay for delay, _ in delays)
    total = sum(worth for _, worth in delays)
    return Outcome(
        requests=requests / (days - WARM_UP) / len(made),
        empty=1 - useful / requests,
        mean=statistics.fmean(plain),
        p95=plain[int(len(plain) * 0.95)],
        weighted=sum(delay * worth for delay, worth in delays) / total,
        weighted_p95=_weighted_quantile(delays, 0.95 * total),
    )


def _weighted_quantile(delays: Sequence[tuple[float, float]], mass: float) -> float:
    passed = 0.0
    for delay, worth in sorted(delays):
        passed += worth
        if passed >= mass:
            return delay
    return 0.0


def at_budget(made: Sequence[Outlet], rule: Rule, requests: float, days: int, seed: int) -> Outcome:
    """The rule with its intervals scaled until it makes as many requests, within half a percent."""
    low, high = 0.01, 100.0
    for _ in range(24):
        factor = math.sqrt(low * high)
        found = measure(made, run_rule(made, rule, factor, days, seed), days)
        if abs(found.requests - requests) <= 0.005 * requests:
            break
        low, high = (factor, high) if found.requests > requests else (low, factor)
    return found


def line(name: str, outcomes: Sequence[Outcome]) -> str:
    def mean(field: str) -> float:
        return statistics.fmean(getattr(outcome, field) for outcome in outcomes)

    cells = [f"{mean('requests'):.1f}", f"{mean('empty'):.0%}"]
    cells += [f"{mean(field):.1f}" for field in ("mean", "p95", "weighted", "weighted_p95")]
    return f"| {name} | " + " | ".join(cells) + " |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--outlets", type=int, default=110)
    parser.add_argument("--days", type=int, default=35, help="of which the first 7 are not measured")
    parser.add_argument("--interval", type=float, default=1200.0, help="seconds between two visits on average")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    options = parser.parse_args()
    rules = {"fixed": fixed, "miniflux": miniflux, "CommaFeed": commafeed, "NewsBlur": newsblur}
    results: dict[str, list[Outcome]] = {name: [] for name in ("Mercato", *rules)}
    for seed in options.seeds:
        made = outlets(options.outlets, options.days, seed)
        ours = measure(made, run_ours(made, options.interval, options.days, seed), options.days)
        results["Mercato"].append(ours)
        for name, rule in rules.items():
            results[name].append(at_budget(made, rule, ours.requests, options.days, seed))
    print("| rule | requests a day and outlet | empty | mean delay | p95 | weighted mean | weighted p95 |")
    print("|---|---|---|---|---|---|---|")
    for name, outcomes in results.items():
        print(line(name, outcomes))
    ours, even = (statistics.fmean(o.weighted for o in results[name]) for name in ("Mercato", "fixed"))
    print(f"\nTalent-weighted mean delay against fixed: {ours / even - 1:+.1%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
