"""For whoever watches over the service: whether it is well, and its figures for Prometheus.

Everything is read from the archive when it is asked for: nothing is counted along the way, so nothing is lost by a
restart, and every machine of a shared archive tells the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from fastapi import APIRouter, Request
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from pydantic import BaseModel
from starlette.responses import JSONResponse, PlainTextResponse, Response

from mercato import __version__
from mercato.errors import StorageError
from review.room import Room
from storage import articles, outbox, runs, stories, upkeep
from storage.engine import Transaction

_Label = TypeVar("_Label", bound=str)

pages = APIRouter(include_in_schema=False)

_LONGEST_WITHOUT_CRAWL = timedelta(days=1)
"""Even quiet outlets are asked several times a day: a service that read none for so long brings nothing any more."""


class Problem(StrEnum):
    """Why the service is not well."""

    DATABASE = "database"  # it does not answer
    SCHEDULER = "scheduler"  # the service in this process does nothing any more
    CRAWL = "crawl"  # the service runs, but no cycle has been able to read an outlet for a day


class Scheduler(StrEnum):
    """What is known of the service that crawls and sends."""

    ALIVE = "alive"
    SILENT = "silent"
    ELSEWHERE = "elsewhere"  # the page is served alone: the service is another process, or there is none


class Health(BaseModel):
    """The answer of /health."""

    healthy: bool
    problems: list[Problem]
    scheduler: Scheduler
    up_since: datetime
    last_crawl: datetime | None  # the last cycle that could read outlets
    last_digest: datetime | None  # the last mail that was handed over or written


class Monitor:
    """The service seen from outside: its health, and the registry of its figures."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._began = room.clock()
        self.registry = CollectorRegistry()
        self.registry.register(_Figures(room, self._began))

    def health(self) -> Health:
        """Whether the database answers and the service works. Never raises for either."""
        crawled = delivered = None
        problems = []
        try:
            with self._room.news.database.reading() as tx:
                crawled, delivered = runs.last_success(tx), outbox.last_delivered(tx)
        except StorageError:
            problems.append(Problem.DATABASE)
        scheduler = self._scheduler()
        if scheduler is Scheduler.SILENT:
            problems.append(Problem.SCHEDULER)
        if scheduler is not Scheduler.ELSEWHERE and Problem.DATABASE not in problems and self._is_stale(crawled):
            problems.append(Problem.CRAWL)
        return Health(
            healthy=not problems,
            problems=problems,
            scheduler=scheduler,
            up_since=self._began,
            last_crawl=crawled,
            last_digest=delivered,
        )

    def _scheduler(self) -> Scheduler:
        pulse = self._room.pulse
        if pulse is None:
            return Scheduler.ELSEWHERE
        return Scheduler.ALIVE if pulse.is_felt(self._room.clock()) else Scheduler.SILENT

    def _is_stale(self, crawled: datetime | None) -> bool:
        latest = max(self._began, crawled or self._began)
        return self._room.clock() - latest > _LONGEST_WITHOUT_CRAWL


class _Figures(Collector):
    """The figures of the archive at the moment of the scrape. Names and units follow Prometheus's own advice
    («Metric and label naming»): base units, and moments in place of ages."""

    def __init__(self, room: Room, began: datetime) -> None:
        self._room = room
        self._began = began

    def collect(self) -> Iterator[Metric]:
        """Every figure. Raises StorageError when the database does not answer."""
        yield InfoMetricFamily("mercato_build", "Version of Mercato", {"version": __version__})
        yield _moment("mercato_start", "When this process began to serve", self._began)
        with self._room.news.database.reading() as tx:
            found = [*_of_archive(tx), *_of_cycles(tx), *_of_mails(tx), *self._of_judging(tx)]
        yield from found

    def _of_judging(self, tx: Transaction) -> Iterator[Metric]:
        number, oldest = articles.backlog(tx, self._room.news.lexicon.fingerprint)
        yield _gauge("mercato_unjudged_articles", "Articles that the present lexicon has not judged", number)
        yield _moment("mercato_oldest_unjudged_article", "When the oldest of them was published", oldest)


def _of_archive(tx: Transaction) -> Iterator[Metric]:
    counted = articles.count_by_source(tx)
    yield _by("mercato_articles", "Articles in the archive, by the outlet that named them first", "outlet", counted)
    yield _by("mercato_stories", "Stories by how far they are established", "status", stories.count_by_status(tx))
    yield _gauge("mercato_database_bytes", "Size of the database without its write-ahead log", upkeep.size(tx))


def _of_cycles(tx: Transaction) -> Iterator[Metric]:
    yield _moment("mercato_last_successful_crawl", "When a cycle last read outlets", runs.last_success(tx))
    last = runs.last_finished(tx)
    if last is None or last.report is None:
        return
    report = last.report
    yield _moment("mercato_cycle_end", "When the last cycle ended", last.finished)
    yield _gauge("mercato_cycle_duration_seconds", "How long the last cycle took", report.seconds)
    yield _gauge("mercato_cycle_outlets", "Outlets that the last cycle visited", report.sources)
    yield _gauge("mercato_cycle_failed_outlets", "Outlets that the last cycle could not read", report.failed)
    yield _gauge("mercato_cycle_pages", "Pages that the last cycle read", report.pages)
    yield _gauge("mercato_cycle_new_articles", "Articles that the last cycle found", report.articles_new)
    refused = "Pages that the last cycle did not read, by reason"
    yield _by("mercato_cycle_refused_pages", refused, "reason", report.refused)


def _of_mails(tx: Transaction) -> Iterator[Metric]:
    yield _by("mercato_unsent_mails", "Mails that are not delivered yet", "state", outbox.count_unsent(tx))
    yield _moment("mercato_last_mail", "When a mail was last delivered", outbox.last_delivered(tx))


def _gauge(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(name, told, value)


def _moment(name: str, told: str, moment: datetime | None) -> Metric:
    """A moment in seconds since 1970; no sample when there is none."""
    family = GaugeMetricFamily(f"{name}_timestamp_seconds", f"{told}, UTC", labels=())
    if moment is not None:
        family.add_metric((), moment.timestamp())
    return family


def _by(name: str, told: str, label: str, counted: Mapping[_Label, int]) -> Metric:
    family = GaugeMetricFamily(name, told, labels=(label,))
    for value, number in sorted(counted.items()):
        family.add_metric((str(value),), number)
    return family


def _monitor(request: Request) -> Monitor:
    monitor: Monitor = request.app.state.monitor
    return monitor


@pages.get("/health")
def health(request: Request) -> Response:
    """200 when all is well, else 503; both with the reasons as JSON."""
    found = _monitor(request).health()
    return JSONResponse(found.model_dump(mode="json"), 200 if found.healthy else 503)


@pages.get("/metrics")
def metrics(request: Request) -> Response:
    """The figures, in the format that the scraper prefers."""
    encode, kind = choose_encoder(request.headers.get("accept", ""))
    try:
        return Response(encode(_monitor(request).registry), headers={"Content-Type": kind})
    except StorageError as error:
        return PlainTextResponse(str(error), 503)
