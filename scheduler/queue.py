"""The queue of jobs that several machines share: procrastinate's, in the archive's own PostgreSQL.

A job is deferred on the connection of the transaction that makes it due, so both are committed or neither. Of the
jobs with one name at most one waits and at most one runs, in the whole cluster. A worker that dies is known by its
silence: the others then give its jobs to whoever is free. Delivery is at least once, and every job can bear it.
"""

from __future__ import annotations

import asyncio
import logging
import math
import os
import socket
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Any

from mercato.errors import QueueError
from mercato.i18n import phrase

try:
    import procrastinate
    from procrastinate import App, JobContext, PsycopgConnector, SyncPsycopgConnector
    from procrastinate.exceptions import AlreadyEnqueued, ConnectorException, UniqueViolation
    from procrastinate.jobs import Job, Status
    from procrastinate.schema import SchemaManager
    from procrastinate.worker import Worker
except ModuleNotFoundError as missing:
    raise QueueError(
        phrase(
            'service.engine = "procrastinate" needs the package procrastinate; install it with: pip install '
            '"mercato[cluster]", or set service.engine = "local"'
        )
    ) from missing

from scheduler.work import Defer, Task, Work
from storage import facts, workers
from storage.engine import Database, Transaction
from storage.workers import WorkerRecord

log = logging.getLogger(__name__)

Perform = Callable[[Work], None]
Clock = Callable[[], datetime]

HEARTBEAT = 5.0  # seconds
SILENCE = 15.0
"""Seconds without a heartbeat after which a worker is taken for dead: three of them missed. Its jobs are given to
others at the next look, HEARTBEAT seconds later at most, and found by them within POLL."""
POLL = 1.0  # seconds; a job whose lock has become free is announced to nobody

_CRAWL, _DESK, _AGAIN = "crawl", "desk", "again"
_DESK_HANDS = 3  # jobs of the desk at once: judging keeps one busy, composing and sending must not wait for it
_PREFIX = "mercato."
_SCHEMA = "procrastinate"  # name of the fact
_ATTEMPTS = 6  # after 4, 16, 20, 20, 20 seconds; then the next plan finds what is due
_BACK_OFF = 4
_LONGEST_BACK_OFF = 20
"""Seconds. While a failed job waits no plan can put the same work into the queue: waiting longer than others need to
notice that a worker has died would punish outlets for crawls that were killed, and mails for a lost database."""
_LOOK_EVERY = 0.2  # seconds: how soon a stop is noticed
_LONGEST_WAIT = 15.0  # seconds between two tries to reach the database
_REAPPEARING = 5.0  # seconds that a worker has run before the next failure counts as a new one

# Composing comes before judging: what is nearly done must not wait for what has begun.
_PRIORITY = {Task.SEND: 4, Task.COMPOSE: 3, Task.JOIN: 2, Task.MATCH: 1}


def deferring() -> Defer:
    """What hands work on to the queue."""
    # Never opened: every job goes by the connection of a transaction of ours.
    app = App(connector=SyncPsycopgConnector())

    def defer(tx: Transaction, work: Work) -> None:
        _defer(app, tx, work)

    return defer


def _defer(app: App, tx: Transaction, work: Work, attempt: int = 1, seconds: int = 0) -> None:
    """Put the work into the queue, to be done in so many seconds, unless work of its name waits there already."""
    later: dict[str, Any] = {"schedule_in": {"seconds": seconds}} if seconds else {}
    job = app.configure_task(
        _PREFIX + work.task,
        queue=_queue_of(work.task),
        lock=work.name if work.alone else None,
        queueing_lock=work.name,
        priority=_PRIORITY.get(work.task, 0),
        connection=tx.connection.driver_connection,
        **later,
    )
    try:
        # A job of that name may wait already; without a savepoint PostgreSQL would give up the transaction.
        with tx.begin_nested():
            job.defer(subject=work.subject, attempt=attempt)
    except AlreadyEnqueued:
        log.debug("%s waits already", work.name)


def _queue_of(task: Task) -> str:
    return {Task.CRAWL: _CRAWL, Task.REPROCESS: _AGAIN}.get(task, _DESK)


def prepare(database: Database) -> None:
    """Make the tables of the queue, or bring them to the version of procrastinate that is installed.

    Its own files of statements are run, in one transaction. Several machines may do so at once.
    """
    present = procrastinate.__version__
    with database.writing(exclusive="procrastinate") as tx:
        recorded = facts.get(tx, _SCHEMA)
        if recorded == present:
            return
        driver = tx.connection.driver_connection
        assert driver is not None, "the transaction is open"
        for statements in [SchemaManager.get_schema()] if recorded is None else _upgrades(recorded):
            driver.execute(statements)
        facts.put(tx, _SCHEMA, present)


def _upgrades(since: str) -> Iterator[str]:
    """The statements that lead from one version of procrastinate to the installed one, in order.

    Source: procrastinate's manual, «Migrations»: files are named after the version that they lead to.
    """
    for path in sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql")):
        if _version(path.name.partition("_")[0]) > _version(since):
            yield path.read_text(encoding="utf-8")


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:3] if part.isdigit())


@dataclass(frozen=True, slots=True, kw_only=True)
class Watchman:
    """One machine's share of the work: what it does, and what it looks after meanwhile."""

    database: Database
    url: str  # of the same database
    visits: int  # hosts visited at once
    perform: Perform  # called on a thread of its own
    plan: Callable[[], None]  # defers what has become due; called every few seconds
    clock: Clock
    seconds: float  # between two plans


def keep_watch(man: Watchman, stop: Event) -> None:
    """Work on the queue until `stop` is set, then finish what is under way.

    A database that goes away is waited for, however long it takes.
    """
    asyncio.run(_keep_watch(man, stop))


async def _keep_watch(man: Watchman, stop: Event) -> None:
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(man.visits + _DESK_HANDS + 8, thread_name_prefix="mercato"))
    wait = 1.0
    while not stop.is_set():
        began = loop.time()
        try:
            await _shift(man, stop)
        except Exception:  # the job boundary: a database that restarts must not end the service
            log.exception("the queue cannot be worked on; trying again in %.0f s", wait)
        if loop.time() - began > _REAPPEARING:
            wait = 1.0
        await _pause(stop, wait)
        wait = min(wait * 2, _LONGEST_WAIT)


async def _shift(man: Watchman, stop: Event) -> None:
    """Work until `stop` is set or the connection to the database is lost."""
    prepare(man.database)
    app = App(connector=PsycopgConnector(conninfo=_conninfo(man.url), min_size=1, max_size=6, timeout=10.0))
    under_way: set[int] = set()
    for task in Task:
        _register(app, task, man, under_way)
    async with app.open_async():
        hands = [_hand(app, _CRAWL, man.visits), _hand(app, _DESK, _DESK_HANDS), _hand(app, _AGAIN, 1)]
        ended = Event()
        side = [
            asyncio.create_task(_rescue(man, app, ended)),
            asyncio.create_task(_recover(app, hands, under_way, ended)),
            asyncio.create_task(_repeat(man.plan, man.seconds, ended)),
            asyncio.create_task(_introduce(man, hands, ended)),
        ]
        try:
            await _until_one_ends(hands, side, stop)
        finally:
            ended.set()
            await asyncio.gather(*side, return_exceptions=True)


def _hand(app: App, queue: str, jobs: int) -> Worker:
    return Worker(
        app,
        queues=[queue],
        name=f"{queue}@{socket.gethostname()}:{os.getpid()}",
        concurrency=jobs,
        fetch_job_polling_interval=POLL,
        update_heartbeat_interval=HEARTBEAT,
        stalled_worker_timeout=SILENCE,
        delete_jobs="successful",
        install_signal_handlers=False,  # the command line has its own
    )


async def _until_one_ends(hands: list[Worker], side: list[asyncio.Task[None]], stop: Event) -> None:
    """Run the workers; one that ends, because it lost the database, ends the others. Raises what ended them."""
    running = [asyncio.create_task(hand.run()) for hand in hands]
    stopping = asyncio.create_task(_pause(stop, math.inf))
    await asyncio.wait([*running, *side, stopping], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    for hand in hands:
        hand.stop()
    failures = await asyncio.gather(*running, return_exceptions=True)
    done = [task.exception() for task in side if task.done() and not task.cancelled()]
    for failure in (*failures, *done):
        if failure is not None:
            raise failure


def _register(app: App, task: Task, man: Watchman, under_way: set[int]) -> None:
    """Let the app's workers do tasks of that kind; the numbers of the jobs that they do are kept in `under_way`."""
    # procrastinate's own retries would leave a failed job in the way for ever when a younger one of its name waits.
    later = App(connector=SyncPsycopgConnector())

    def run(context: JobContext, subject: str, attempt: int = 1) -> None:
        work, number = Work(task, subject), context.job.id or 0
        under_way.add(number)
        try:
            man.perform(work)
        except Exception:
            if attempt < _ATTEMPTS:
                with man.database.writing() as tx:
                    _defer(later, tx, work, attempt + 1, min(_BACK_OFF**attempt, _LONGEST_BACK_OFF))
            raise
        finally:
            under_way.discard(number)

    app.task(name=_PREFIX + task, queue=_queue_of(task), pass_context=True)(run)


async def _pause(stop: Event, seconds: float) -> None:
    """Wait so long, or until `stop` is set: signal handlers and other threads set it, so it has to be looked at."""
    loop = asyncio.get_running_loop()
    ends = loop.time() + seconds
    while not stop.is_set() and loop.time() < ends:  # noqa: ASYNC110  # an event of threads, not of this loop
        await asyncio.sleep(_LOOK_EVERY)


async def _repeat(look: Callable[[], None], seconds: float, ended: Event) -> None:
    while not ended.is_set():
        await asyncio.to_thread(look)
        await _pause(ended, seconds)


async def _rescue(man: Watchman, app: App, ended: Event) -> None:
    """Give the jobs of silent workers to others. No job itself: nothing in the queue can hold it up."""
    while not ended.is_set():
        # Of several machines one looks at a time: a job that another has just taken up must not be taken from it.
        with man.database.writing(exclusive="rescue"):
            for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENCE):
                await _give_back(app, job)
        await _pause(ended, HEARTBEAT)


async def _recover(app: App, hands: list[Worker], under_way: set[int], ended: Event) -> None:
    """Give back the jobs that the queue thinks are being done here and that are not: those whose end could not be
    recorded, because the database went away and came back in that moment."""
    missed: set[int] = set()
    while not ended.is_set():
        listed: dict[int, Job] = {}
        for number in [hand.worker_id for hand in hands if hand.worker_id is not None]:
            doing = await app.job_manager.list_jobs_async(status=Status.DOING.value, worker_id=number)
            listed |= {job.id or 0: job for job in doing}
        # Looked at twice: one that has just been taken up, or just ended, is not missing.
        lost = listed.keys() - under_way
        for number in lost & missed:
            await _give_back(app, listed[number])
        missed = lost - missed
        await _pause(ended, HEARTBEAT)


async def _give_back(app: App, job: Job) -> None:
    log.warning("nobody does the job %s any more; it is taken up again", job.task_kwargs)
    try:
        await app.job_manager.retry_job(job)
    except UniqueViolation:
        # A younger job of the same name waits: it does the same work, as soon as this one is out of its way.
        await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=True)
    except ConnectorException:
        log.info("the job %s has ended meanwhile", job.task_kwargs)


async def _introduce(man: Watchman, hands: list[Worker], ended: Event) -> None:
    """Say again and again who works here, for `mercato workers`."""
    began, known = man.clock(), set[int]()
    while not ended.is_set():
        for hand in hands:
            if hand.worker_id is not None:
                known.add(hand.worker_id)
                await asyncio.to_thread(_introduce_one, man, hand, hand.worker_id, began)
        await _pause(ended, HEARTBEAT if known else _LOOK_EVERY)
    with man.database.writing() as tx:
        workers.leave(tx, known)


def _introduce_one(man: Watchman, hand: Worker, number: int, began: datetime) -> None:
    record = WorkerRecord(
        number=number,
        host=socket.gethostname(),
        pid=os.getpid(),
        queue=next(iter(hand.queues or ()), ""),
        began=began,
        seen=man.clock(),
    )
    with man.database.writing() as tx:
        workers.introduce(tx, record)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the queue looks like at one moment."""

    doing: Mapping[int, tuple[Work, ...]]  # number of the worker → its work
    waiting: Mapping[Task, int]
    failed: Mapping[Task, int]  # given up after several tries, or overtaken by younger work of the same name


def standing(url: str) -> Standing:
    """What is being done by whom, what waits and what has failed; `url` is the database's. Raises QueueError."""
    app = App(connector=SyncPsycopgConnector(conninfo=_conninfo(url), min_size=1, timeout=10.0))
    try:
        with app.open():
            running = list(app.job_manager.list_jobs(status=Status.DOING.value))
            counted = {task["name"]: task for task in app.job_manager.list_tasks()}
    except (ConnectorException, OSError) as error:
        said = " ".join(str(error.__cause__ or error).split())
        raise QueueError(
            phrase('the queue cannot be read: {said}; start "mercato run" once: it makes the queue', said=said)
        ) from error
    doing: dict[int, tuple[Work, ...]] = {}
    for job in running:
        doing[job.worker_id or 0] = (*doing.get(job.worker_id or 0, ()), _work_of(job))
    return Standing(doing=doing, waiting=_count(counted, Status("todo")), failed=_count(counted, Status.FAILED))


def _work_of(job: Job) -> Work:
    return Work(Task(job.task_name.removeprefix(_PREFIX)), str(job.task_kwargs.get("subject", "")))


def _count(counted: Mapping[str, Mapping[str, Any]], status: Status) -> dict[Task, int]:
    counts = {task: counted.get(_PREFIX + task, {}).get(status.value, 0) for task in Task}
    return {task: count for task, count in counts.items() if count}


def forget_failed(url: str, hours: int) -> None:
    """Delete the jobs that failed so many hours ago; those that succeeded are deleted at once."""

    async def forget() -> None:
        app = App(connector=PsycopgConnector(conninfo=_conninfo(url), min_size=1))
        async with app.open_async():
            await app.job_manager.delete_old_jobs(nb_hours=hours, include_failed=True)

    asyncio.run(forget())


def _conninfo(url: str) -> str:
    """The database's URL as libpq reads it."""
    return "postgresql" + url.removeprefix("postgresql+psycopg")
