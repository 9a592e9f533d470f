"""Who works on the jobs of an archive that several machines share."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from storage.engine import Transaction
from storage.statements import upsert
from storage.tables import workers

REMEMBERED = timedelta(hours=1)
"""How long a worker that says no more is still listed: long enough to see that it died."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerRecord:
    """A worker as it last introduced itself."""

    number: int  # by which jobs name it
    host: str
    pid: int
    queue: str  # which jobs it takes
    began: datetime
    seen: datetime  # when it last said that it lives


def introduce(tx: Transaction, worker: WorkerRecord) -> None:
    """Record that the worker lives; those that have said nothing for REMEMBERED are forgotten."""
    upsert(tx, workers, [asdict(worker)])
    tx.execute(delete(workers).where(workers.c.seen < worker.seen - REMEMBERED))


def leave(tx: Transaction, numbers: Collection[int]) -> None:
    """Forget the workers with these numbers: they have ended in good order."""
    tx.execute(delete(workers).where(workers.c.number.in_(numbers)))


def everyone(tx: Transaction) -> list[WorkerRecord]:
    """The workers that are remembered, by host and process."""
    order = (workers.c.host, workers.c.pid, workers.c.queue)
    return [WorkerRecord(**row._asdict()) for row in tx.execute(select(workers).order_by(*order))]
