"""Crawl cycles: when they ran, what they saw, which outlets they could not read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, select, update

from mercato.errors import StorageError
from mercato.model import CycleCode, CycleReport, FeedOutcome, SourceHealth, Visited
from storage.engine import Transaction
from storage.json_values import decode_report, encode
from storage.statements import upsert
from storage.tables import runs, visits

VISITS_KEPT = timedelta(days=60)
"""How long the record of single visits stays: two months of a busy catalogue are some 300,000 short rows."""

CYCLES_LOOKED_THROUGH = 500
"""How far back a success is looked for: a day's cycles of a busy service, each of which failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """A crawl cycle as it is remembered."""

    id: int
    started: datetime
    finished: datetime | None  # None: it is running, or was killed
    report: CycleReport | None
    failed: tuple[str, ...] = ()  # names of the outlets that could not be read


def start(tx: Transaction, now: datetime) -> int:
    """Record that a cycle begins; returns its number."""
    number: int = tx.execute(runs.insert().values(started=now).returning(runs.c.id)).scalar_one()
    return number


def finish(
    tx: Transaction, run: int, report: CycleReport, now: datetime, failed: Sequence[str], succeeded: Sequence[str] = ()
) -> None:
    """Record how a cycle ended, and the names of the outlets that could not and could be read.

    Raises StorageError when no cycle of that number was started.
    """
    plain = replace(report, refused=dict(report.refused))
    values = {"finished": now, "report": encode(plain), "failed": list(failed), "succeeded": list(succeeded)}
    if tx.execute(update(runs).where(runs.c.id == run).values(**values)).rowcount != 1:
        raise StorageError(f"cycle {run} was never started in this database")


def health(tx: Transaction, start: datetime, end: datetime) -> SourceHealth:
    """What the cycles that ended after `start` and up to `end` could see.

    An outlet counts as failed when the last thing heard of it in that time is a failure. Cycles need not visit every
    outlet, so the number checked is that of the names heard of, or the largest cycle's where names were not given.
    """
    window = (runs.c.finished > start, runs.c.finished <= end)
    failing: dict[str, bool] = {}
    largest = 0
    for row in tx.execute(select(runs).where(*window).order_by(runs.c.finished, runs.c.id)):
        failing |= dict.fromkeys(row.succeeded, False) | dict.fromkeys(row.failed, True)
        largest = max(largest, row.report["sources"])
    failed = tuple(sorted(name for name, down in failing.items() if down))
    return SourceHealth(checked=max(largest, len(failing)), failed=failed)


def record_visits(tx: Transaction, run: int, visited: Sequence[Visited], now: datetime) -> None:
    """Record what the cycle asked each source for and what it got; forget visits older than VISITS_KEPT."""
    rows = [
        {**asdict(visit), "run": run, "outcome": visit.outcome.value, "skipped": dict(visit.skipped)}
        for visit in visited
    ]
    upsert(tx, visits, rows)
    tx.execute(delete(visits).where(visits.c.at < now - VISITS_KEPT))


def visits_of(tx: Transaction, source: str, limit: int) -> list[Visited]:
    """The newest visits of a source, the last one first."""
    rows = tx.execute(select(visits).where(visits.c.source == source).order_by(visits.c.at.desc()).limit(limit))
    values = ({**row._asdict(), "outcome": FeedOutcome(row.outcome)} for row in rows)
    return [Visited(**{key: value for key, value in row.items() if key != "run"}) for row in values]


def last(tx: Transaction, limit: int) -> list[RunRecord]:
    """The newest cycles, the last begun first."""
    order = (runs.c.started.desc(), runs.c.id.desc())
    return [_record(row) for row in tx.execute(select(runs).order_by(*order).limit(limit))]


def last_finished(tx: Transaction) -> RunRecord | None:
    """The newest cycle that has ended; None when none ever did."""
    newest = select(runs).where(runs.c.finished.is_not(None)).order_by(runs.c.id.desc()).limit(1)
    row = tx.execute(newest).one_or_none()
    return _record(row) if row else None


def last_success(tx: Transaction) -> datetime | None:
    """When the newest cycle ended that could read outlets, if not all of them; None when none of the last
    CYCLES_LOOKED_THROUGH did."""
    ended = select(runs.c.finished, runs.c.report).where(runs.c.finished.is_not(None))
    newest = tx.execute(ended.order_by(runs.c.id.desc()).limit(CYCLES_LOOKED_THROUGH))
    good = {CycleCode.OK.value, CycleCode.PARTIAL.value}
    return next((row.finished for row in newest if row.report["code"] in good), None)


def _record(row: Row[Any]) -> RunRecord:
    return RunRecord(
        id=row.id,
        started=row.started,
        finished=row.finished,
        report=decode_report(row.report),
        failed=tuple(row.failed or ()),
    )
