"""APScheduler's wiring and nothing else: it is the clock, the database is the ledger.

The scheduler keeps no job store: a restart forgets nothing, because what is due is read from the database. It counts
by the clock on the wall, so that a clock set back would hold every job until it has come round again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Event
from time import monotonic

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

log = logging.getLogger(__name__)

_LOOK_SECONDS = 5.0  # between two looks whether the clock was set back
_SET_BACK_SECONDS = 5.0  # what it must lose for that; time servers correct by less


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do again and again; `seconds` lie between two starts."""

    run: Callable[[], object]
    seconds: int


def serve(jobs: Mapping[str, Job], clock: Callable[[], datetime], stop: Event) -> None:
    """Run each job at once and then at its interval, until `stop` is set; then wait for those that are running.

    A job that raises is logged under its name and runs again at its next time. When the clock is set back each job runs
    at once.
    """
    scheduler = BackgroundScheduler(
        timezone="UTC",
        executors={"default": ThreadPoolExecutor(max_workers=len(jobs))},
        # A machine that slept runs each job once on waking, however many times it missed.
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for name, job in jobs.items():
        trigger = IntervalTrigger(seconds=job.seconds)
        scheduler.add_job(_run, trigger, args=(name, job), id=name, next_run_time=clock())
    scheduler.start()
    try:
        _keep_time(scheduler, clock, stop)
    finally:
        scheduler.shutdown(wait=True)


def _keep_time(scheduler: BackgroundScheduler, clock: Callable[[], datetime], stop: Event) -> None:
    """Wait for `stop`, and let no job wait for a moment that a clock set back has made a far one."""
    ahead = clock().timestamp() - monotonic()
    while not stop.wait(_LOOK_SECONDS):
        before, ahead = ahead, clock().timestamp() - monotonic()
        if before - ahead > _SET_BACK_SECONDS:
            log.warning("the clock was set back by %.0f s; every job runs now", before - ahead)
            for job in scheduler.get_jobs():
                job.modify(next_run_time=clock())


def _run(name: str, job: Job) -> None:
    try:
        job.run()
    except Exception:  # the job boundary: one failed run must not end the service
        log.exception("the job %s failed; it runs again in %d s", name, job.seconds)
