"""The service's clock: jobs go on when the clock on the wall is set back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from threading import Event, Thread
from time import monotonic, sleep

import pytest
from apscheduler.schedulers import base

from scheduler import service
from scheduler.pulse import Pulse
from scheduler.service import Job, serve

YEAR = timedelta(days=365)


class Wall(datetime):
    """The clock on the wall, which APScheduler reads by itself."""

    ahead = timedelta(0)

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return datetime.now(tz) + cls.ahead


def test_a_clock_set_back_holds_no_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "datetime", Wall)
    monkeypatch.setattr(service, "_LOOK_SECONDS", 0.2)
    monkeypatch.setattr(Wall, "ahead", YEAR)  # the machine starts with a wrong clock
    runs, stop = list[datetime](), Event()
    jobs = {"look": Job(lambda: runs.append(Wall.now(UTC)), 1)}
    serving = Thread(target=serve, args=(jobs, lambda: Wall.now(UTC), stop))
    serving.start()
    try:
        _until(lambda: len(runs) > 1)
        Wall.ahead = timedelta(0)  # the time server sets it right
        right = datetime.now(UTC) + timedelta(days=1)
        _until(lambda: sum(run < right for run in runs) > 2)
    finally:
        stop.set()
        serving.join()


def test_a_sign_of_life_from_before_the_clock_was_set_back_is_none() -> None:
    pulse, now = Pulse(), datetime(2026, 3, 18, tzinfo=UTC)
    pulse.beat(now + YEAR)
    assert not pulse.is_felt(now)
    pulse.beat(now)
    assert pulse.is_felt(now + timedelta(seconds=30))


def _until(reached: Callable[[], bool]) -> None:
    ends = monotonic() + 20
    while not reached():
        assert monotonic() < ends, "the jobs stand still"
        sleep(0.05)
