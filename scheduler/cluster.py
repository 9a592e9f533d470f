"""One machine of several that share an archive: what it does when a job comes, and what it finds to be due.

What is due is read from the database, like everything else: a plan that found nothing to hand on costs nothing, and
a job that is lost is found to be due again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event

from crawler.catalogue import followed
from mercato.errors import CycleError
from mercato.i18n import phrase
from mercato.model import CycleCode, CycleReport, Source
from mercato.urls import host_of
from scheduler import backup, crews, pruning, queue
from scheduler.composing import freeze_owed
from scheduler.crews import Crews
from scheduler.cycle import run_cycle
from scheduler.handover import deliver
from scheduler.jobs import Clock, Newsroom, hand_to_desks, join_pending, match_pending
from scheduler.pulse import Pulse
from scheduler.reprocess import decode, reprocess
from scheduler.work import Task, Work
from storage import articles, facts, feeds
from storage import stories as dossiers
from storage.engine import Database, Transaction, open_database

_PLAN_EVERY = timedelta(seconds=15)
_LOOK_EVERY = 5.0  # seconds: how soon another machine plans when one has gone
_FAILED_KEPT = timedelta(days=7)
_PRUNED = "jobs pruned"  # name of the fact: on which day failed jobs were last let go of
_PLANNED = "jobs planned"  # name of the fact: when
_BROKEN = frozenset({CycleCode.CRASHED, CycleCode.CONFIGURATION, CycleCode.LOCKED})


@dataclass(frozen=True, slots=True)
class _Machine:
    """This machine's part in the work."""

    room: Newsroom
    clock: Clock
    stop: Event
    pulse: Pulse
    crews: Crews

    def perform(self, work: Work) -> None:
        """Do one piece of work. Raises what keeps it from being done: it is tried again later."""
        deeds: Mapping[Task, Callable[[str], object]] = {
            Task.CRAWL: self._crawl,
            Task.MATCH: lambda _: match_pending(self.room, self.clock),
            Task.JOIN: lambda _: join_pending(self.room),
            Task.COMPOSE: self._compose,
            Task.SEND: lambda _: deliver(self.room, self.clock),
            Task.REPROCESS: self._reprocess,
            Task.PRUNE: lambda _: self._prune(),
            Task.BACKUP: lambda _: backup.create_owed(self.room.settings, self.room.database, self.clock()),
        }
        deeds[work.task](work.subject)

    def _crawl(self, host: str) -> None:
        """Visit the feeds of the host that are due now: another worker may have done so since the job was deferred."""
        with self.room.database.reading() as tx:
            due = host in _due_by_host(self.room, tx, self.clock)
        if not due or self.stop.is_set():
            return
        report = self.crews.visit(host)
        if report.code in _BROKEN:
            raise CycleError(phrase("{host}: {detail}", host=host, detail=report.detail))

    def _compose(self, name: str) -> None:
        """Freeze what the watch is owed. One that has left the settings is owed nothing."""
        for watch in self.room.watches():
            if watch.name == name:
                freeze_owed(self.room, watch, self.clock(), None)

    def _reprocess(self, order: str) -> None:
        """Do one part of the archive again; when this machine is stopped meanwhile another one goes on with it."""
        reprocess(self.room, decode(order), self.clock, stop=self.stop)
        if self.stop.is_set():
            with self.room.database.writing() as tx:
                self.room.defer(tx, Work(Task.REPROCESS, order))

    def _prune(self) -> None:
        queue.forget_failed(self.room.settings.database_url, int(_FAILED_KEPT / timedelta(hours=1)))
        pruning.prune_owed(self.room, self.clock)

    def plan(self) -> None:
        """Hand on what has become due by the clock, and what a crash left undone, unless another machine just did."""
        room, now = self.room, self.clock()
        self.pulse.beat(now)
        with room.database.writing(exclusive="plan") as tx:
            planned = facts.get(tx, _PLANNED)
            if planned and abs(now - datetime.fromisoformat(planned)) < _PLAN_EVERY:
                return
            facts.put(tx, _PLANNED, now.isoformat())
            for host in _due_by_host(room, tx, self.clock):
                room.defer(tx, Work(Task.CRAWL, host))
            if articles.unjudged(tx, room.lexicon.fingerprint, 1):
                room.defer(tx, Work(Task.MATCH))
            if dossiers.is_any_unjoined(tx, room.lexicon.fingerprint):
                room.defer(tx, Work(Task.JOIN))
            hand_to_desks(room, tx)
            room.defer(tx, Work(Task.SEND))
            if facts.get(tx, _PRUNED) != now.date().isoformat() or pruning.is_owed(room, now):
                facts.put(tx, _PRUNED, now.date().isoformat())
                room.defer(tx, Work(Task.PRUNE))
            if backup.is_owed(room.settings, now):
                room.defer(tx, Work(Task.BACKUP))


def _due_by_host(room: Newsroom, tx: Transaction, clock: Clock) -> dict[str, list[Source]]:
    """The sources to visit now, by the host of their feed."""
    sources = followed(room.sources(), room.settings.crawl.catalogue)
    due: dict[str, list[Source]] = {}
    for source in feeds.due(tx, sources, clock()):
        due.setdefault(_host(source), []).append(source)
    return due


def _host(source: Source) -> str:
    """The host of a feed, as crawls take turns: "www." and the bare name are nearly always one machine."""
    return host_of(source.feed).removeprefix("www.")


def keep_watch(room: Newsroom, clock: Clock, stop: Event, pulse: Pulse) -> None:
    """Work on what is due until `stop` is set, together with every machine that does the same. `pulse` beats as often
    as this machine has looked at what is due. Raises StorageError.
    """

    def crawl(hosts: Sequence[str]) -> CycleReport:
        every = followed(room.sources(), room.settings.crawl.catalogue)
        names = [source.id for source in every if _host(source) in hosts]
        settings = room.settings.model_copy(update={"sources": room.sources()})
        return run_cycle(settings, sources=names, due_only=True, stop=stop)

    machine = _Machine(room, clock, stop, pulse, Crews(crawl, room.settings.service.crawlers, stop))
    # A database of its own for what the queue looks after: jobs that take every connection must not silence it.
    with open_database(room.settings.database_url) as database:
        queue.keep_watch(_watchman(room, database, machine), stop)


def _watchman(room: Newsroom, database: Database, machine: _Machine) -> queue.Watchman:
    return queue.Watchman(
        database=database,
        url=room.settings.database_url,
        visits=room.settings.service.crawlers * crews.LARGEST,
        perform=machine.perform,
        plan=machine.plan,
        clock=machine.clock,
        seconds=_LOOK_EVERY,
    )
