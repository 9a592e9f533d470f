"""When a digest is due: the watch's cron schedule against the ledger. Pure; the clock is an argument.

A digest is due because the ledger lacks it, not because a timer fired: after a night asleep, a crash or a clock set
back, the next look at the ledger finds what is owed, once, and merges what was missed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from cronsim import CronSim

from mercato.model import Edition, Watch, Window

_MOST_MISSED = 10_000
"""Ticks counted at most: a watch that runs every minute and slept for a week; past that only «many» matters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotDue:
    """Nothing is owed before `next_run`."""

    next_run: datetime


def next_tick(watch: Watch, after: datetime) -> datetime:
    """The first scheduled moment of the watch after `after`, in UTC.

    The schedule is read in the watch's own zone, with the rules of Debian's cron on days that gain or lose an hour: a
    time that does not exist runs at once after the gap, a time that comes twice runs once.
    """
    return next(CronSim(watch.schedule, after.astimezone(ZoneInfo(watch.timezone)))).astimezone(UTC)


def due(watch: Watch, last_end: datetime | None, now: datetime) -> Window | NotDue:
    """The window that the watch is owed at `now`, given the end of its newest window in the ledger.

    A watch that the ledger does not know is owed its first window at once: it announces itself and tells no backlog.
    A clock set back before `last_end` owes nothing until the schedule has passed it again.
    """
    if last_end is None:
        return Window(start=now, end=now, first=True)
    ticks = _ticks(watch.schedule, watch.timezone, last_end, now)
    if not ticks:
        return NotDue(next_run=next_tick(watch, max(now, last_end)))
    return Window(start=last_end, end=now, tick=ticks[-1], missed=len(ticks) - 1)


def is_due(cron: str, zone: str, last: datetime, now: datetime) -> bool:
    """Whether a moment of the schedule, read in that zone, has passed since `last`."""
    return bool(_ticks(cron, zone, last, now))


def weekly_due(watch: Watch, last_end: datetime | None, now: datetime) -> Window | None:
    """The week in numbers that the watch is owed at `now`: the seven whole days before the newest tick's day, and the
    tick's own morning, which the summary leaves to the next week.

    `last_end` is the end of the newest such week in the ledger, else the moment when the watch began; None when it
    has not begun yet. Of several missed weeks only the newest is owed: older numbers are no news.
    """
    if not watch.weekly or last_end is None:
        return None
    ticks = _ticks(watch.weekly, watch.timezone, last_end, now)
    if not ticks:
        return None
    zone = ZoneInfo(watch.timezone)
    first = ticks[-1].astimezone(zone).date() - timedelta(days=7)
    start = datetime.combine(first, time.min, zone).astimezone(UTC)
    return Window(start=start, end=ticks[-1], tick=ticks[-1], edition=Edition.WEEKLY)


def quiet_until(watch: Watch, now: datetime) -> datetime | None:
    """The end of the watch's quiet hours when `now` lies within them, in UTC; None when it does not.

    The hours are read on the clock of the watch's zone; the night that loses or gains an hour is so much shorter or
    longer.
    """
    if not watch.quiet:
        return None
    zone = ZoneInfo(watch.timezone)
    local = now.astimezone(zone)
    begin, end = (time.fromisoformat(part) for part in watch.quiet.split("-"))
    clock = local.time()
    over_midnight = begin > end
    within = (clock >= begin or clock < end) if over_midnight else begin <= clock < end
    if not within:
        return None
    day = local.date() + timedelta(days=1 if over_midnight and clock >= begin else 0)
    return datetime.combine(day, end, zone).astimezone(UTC)


def _ticks(cron: str, zone: str, after: datetime, until: datetime) -> list[datetime]:
    schedule = CronSim(cron, after.astimezone(ZoneInfo(zone)))
    passed = takewhile(lambda tick: tick <= until, (tick.astimezone(UTC) for tick in schedule))
    ticks = [tick for tick, _ in zip(passed, range(_MOST_MISSED), strict=False)]
    # Past the cap the newest tick still has to name the window, or the same period would come due again and again.
    return [*ticks, until.replace(second=0, microsecond=0)] if len(ticks) == _MOST_MISSED else ticks
