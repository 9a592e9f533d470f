"""One crawl cycle: a child process with a deadline, a lock and an exit code.

The service stays small and survives whatever a crawl meets: a crash, a page that hangs a parser, a leak. The child is
`scheduler.cycle_process`: it reads a `Job` from standard input and writes one CycleReport, as JSON, to standard
output; its logs go to standard error, or to the files of [log].
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from time import monotonic
from types import FrameType

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from crawler.catalogue import followed
from crawler.lock import AlreadyRunningError, only_crawl
from crawler.pipelines import Archive, open_archive
from crawler.tally import Tally
from mercato import logs
from mercato.errors import CycleError, MercatoError
from mercato.i18n import phrase
from mercato.model import EXIT_CODES, Article, CycleCode, CycleReport, Source
from mercato.settings import Settings
from scheduler.work import Task, Work
from storage import runs
from storage.engine import Transaction

GRACE_SECONDS = 25.0  # for a clean stop: a page under way, its extraction, the archive; then SIGKILL
_LOOK_EVERY = 0.2  # seconds
_MOST_AGAIN = 40  # pages looked at again in one cycle: few at a time, whatever has piled up
_REPORT = TypeAdapter(CycleReport)


class Job(BaseModel):
    """What the child is told."""

    model_config = ConfigDict(frozen=True)

    settings: Settings
    sources: tuple[str, ...] = ()
    due_only: bool = False
    pages: bool = True
    verbosity: int = 0


def run_cycle(
    settings: Settings,
    *,
    sources: Collection[str] = (),
    due_only: bool = False,
    pages: bool = True,
    deadline: float | None = None,
    stop: threading.Event | None = None,
    verbosity: int = 0,
) -> CycleReport:
    """Visit the feeds with the identifiers `sources` (all when empty), or those of them whose time has come.

    Without `pages` the feeds are only looked at: their entries stay for the next cycle.

    Starts one child process and waits for it: `deadline` seconds (by default crawl.deadline), then it is stopped.
    SIGINT and SIGTERM, when this is the main thread, and `stop`, stop it cleanly: what it has read stays. Never
    raises for what happens in the child: the report's code and detail tell.
    """
    started = monotonic()
    job = Job(settings=settings, sources=tuple(sources), due_only=due_only, pages=pages, verbosity=verbosity)
    command = (sys.executable, "-m", "scheduler.cycle_process", str(os.getpid()))
    try:
        # A file, not a pipe: what a pipe does not hold at once, 64 kB on Linux, would wait for a reader that starts up.
        with tempfile.TemporaryFile() as told:
            told.write(job.model_dump_json(by_alias=True).encode())
            told.seek(0)
            process = subprocess.Popen(  # noqa: S603  # our own module
                command, stdin=told, stdout=subprocess.PIPE, start_new_session=True
            )
    except OSError as error:
        return CycleReport(code=CycleCode.CRASHED, detail=f"the crawl process could not be started: {error}")
    limit = settings.crawl.deadline if deadline is None else deadline
    child = _Child(process, started + limit, stop or threading.Event())
    with process, _signals_to(child.interrupt):
        output = child.wait()
    return replace(child.report(output), seconds=round(monotonic() - started, 3))


@dataclass(slots=True)
class _Child:
    """A cycle's process under supervision."""

    process: subprocess.Popen[bytes]
    ends: float  # of time.monotonic()
    stop: threading.Event
    why: CycleCode | None = None  # why it was asked to stop
    killed_at: float = field(default=float("inf"))

    def wait(self) -> bytes:
        """Wait for the child's end; returns what it wrote."""
        while True:
            try:
                output, _ = self.process.communicate(timeout=_LOOK_EVERY)
            except subprocess.TimeoutExpired:
                self._look()
            else:
                return output

    def _look(self) -> None:
        now = monotonic()
        if now >= self.killed_at:
            self.process.kill()
        elif self.why is None and self.stop.is_set():
            self._terminate(CycleCode.INTERRUPTED, now)
        elif self.why is None and now >= self.ends:
            self._terminate(CycleCode.DEADLINE, now)

    def interrupt(self) -> None:
        """A person or the system wants the end: cleanly the first time, at once the second."""
        if self.why is CycleCode.INTERRUPTED:
            self.process.kill()
        else:
            self._terminate(CycleCode.INTERRUPTED, monotonic())

    def _terminate(self, why: CycleCode, now: float) -> None:
        self.why, self.killed_at = why, now + GRACE_SECONDS
        self.process.terminate()

    def report(self, output: bytes) -> CycleReport:
        """What the child reported, or what its silence means."""
        details = {
            CycleCode.DEADLINE: "the cycle took longer than crawl.deadline and was stopped",
            CycleCode.INTERRUPTED: "the cycle was interrupted",
        }
        try:
            report = _REPORT.validate_json(output.strip().rpartition(b"\n")[2])
        except ValidationError:
            how = self.process.returncode
            died = f"the crawl process died ({f'signal {-how}' if how < 0 else f'exit code {how}'})"
            report = CycleReport(code=CycleCode.CRASHED, detail=f"{died}; what it had read is in the archive")
        if self.why is None or report.code in {CycleCode.CONFIGURATION, CycleCode.LOCKED}:
            return report
        return replace(report, code=self.why, detail=details[self.why])


@contextmanager
def _signals_to(interrupt: Callable[[], None]) -> Iterator[None]:
    """Call `interrupt` for SIGINT and SIGTERM meanwhile. Only the main thread can; others have their stop event."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(_signum: int, _frame: FrameType | None) -> None:
        interrupt()

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def main() -> int:
    """The child: run the job from standard input, report to standard output; returns the exit code."""
    job = Job.model_validate_json(sys.stdin.buffer.read())
    started = monotonic()
    try:
        logs.begin(job.settings)
        with _alone(job.settings):
            report = _run(job, started)
    except AlreadyRunningError as error:
        report = CycleReport(code=CycleCode.LOCKED, detail=str(error))
    except MercatoError as error:
        report = CycleReport(code=CycleCode.CONFIGURATION, detail=str(error))
    sys.stdout.write(_REPORT.dump_json(report).decode() + "\n")
    return EXIT_CODES[report.code]


def _alone(settings: Settings) -> AbstractContextManager[None]:
    """One crawl at a time on one machine alone; where work is shared, one per host, by the turns of the archive."""
    return nullcontext() if settings.shares_work else only_crawl(settings.folder)


def _matching_of(settings: Settings) -> Callable[[Transaction], None] | None:
    """What makes a text due to be judged; None where whoever started the cycle judges afterwards."""
    if not settings.shares_work:
        return None
    from scheduler.queue import deferring  # noqa: PLC0415  # one machine alone needs no queue

    defer = deferring()
    return lambda tx: defer(tx, Work(Task.MATCH))


def _run(job: Job, started: float) -> CycleReport:
    """The cycle itself, under the lock. Raises MercatoError when it cannot begin."""
    sources = _chosen(job)
    with open_archive(job.settings, _now, _matching_of(job.settings)) as archive:
        if not job.sources:
            sources = archive.active(sources)
        if job.due_only:
            sources = archive.due(sources)
        again = _again(job, archive)
        if not sources and not again:
            return Tally().report(CycleCode.OK, monotonic() - started, "no feed is due")
        return _recorded(job, sources, again, archive, started)


def _again(job: Job, archive: Archive) -> Sequence[Article]:
    """The pages to look at again, of the outlets that the cycle is for: where machines share the work, no cycle is for
    all of them."""
    wanted = job.settings.crawl.corrections and job.pages
    return archive.rechecks(_MOST_AGAIN, job.sources) if wanted else ()


def _recorded(
    job: Job, sources: Sequence[Source], again: Sequence[Article], archive: Archive, started: float
) -> CycleReport:
    # Imported here: the parent process imports this module too and has no use for Scrapy.
    from crawler.process import crawl  # noqa: PLC0415

    with archive.database.writing() as tx:
        run = runs.start(tx, _now())
    code, tally = crawl(job.settings, sources, archive, pages=job.pages, rechecks=again, verbosity=job.verbosity)
    report = tally.report(code, monotonic() - started)
    succeeded = [source.name for source in sources if source.id in tally.visited - tally.failed.keys()]
    with archive.database.writing() as tx:
        runs.record_visits(tx, run, tally.lines, _now())
        runs.finish(tx, run, report, _now(), tuple(tally.failed.values()), succeeded)
    return report


def _chosen(job: Job) -> Sequence[Source]:
    """The sources that the job names, or all that are followed. Raises CycleError for a name that none has."""
    sources = followed(job.settings.sources, job.settings.crawl.catalogue)
    unknown = sorted(set(job.sources) - {source.id for source in sources})
    if unknown:
        raise CycleError(
            phrase(
                'no such source: {names}; "mercato sources list" shows those that are followed',
                names=", ".join(unknown),
            )
        )
    return [source for source in sources if not job.sources or source.id in job.sources]


def _now() -> datetime:
    return datetime.now(UTC)
