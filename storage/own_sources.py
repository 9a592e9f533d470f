"""Sources that people added on the page, and those that they paused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select

from mercato.model import Source
from storage.engine import Transaction
from storage.statements import insert, upsert
from storage.tables import own_sources, pauses


def every(tx: Transaction) -> tuple[Source, ...]:
    """The sources that were added on the page, in the order in which they were."""
    rows = tx.execute(select(own_sources).order_by(own_sources.c.added, own_sources.c.id))
    return tuple(Source(id=row.id, name=row.name, feed=row.feed) for row in rows)


def beside(tx: Transaction, configured: Sequence[Source]) -> tuple[Source, ...]:
    """The sources `configured` in the settings file and, behind them, those added on the page under other
    identifiers."""
    taken = {source.id for source in configured}
    return (*configured, *(source for source in every(tx) if source.id not in taken))


def add(tx: Transaction, source: Source, at: datetime, by: str) -> None:
    """Follow `source` from now on; the same identifier again replaces it."""
    row = {"id": source.id, "name": source.name, "feed": source.feed, "added": at, "by": by}
    upsert(tx, own_sources, [row])


def remove(tx: Transaction, source: str) -> bool:
    """Follow a source no longer that was added on the page; returns whether there was one. Its articles stay."""
    return bool(tx.execute(delete(own_sources).where(own_sources.c.id == source)).rowcount)


def pause(tx: Transaction, source: str, at: datetime, by: str) -> None:
    """Let no cycle visit the source until `resume`; pausing again changes nothing."""
    tx.execute(insert(tx, pauses).values(source=source, since=at, by=by).on_conflict_do_nothing())


def resume(tx: Transaction, source: str) -> None:
    """Visit the source again."""
    tx.execute(delete(pauses).where(pauses.c.source == source))


def paused(tx: Transaction) -> dict[str, datetime]:
    """The paused sources, each with since when."""
    return {row.source: row.since for row in tx.execute(select(pauses))}


def active(tx: Transaction, sources: Sequence[Source]) -> list[Source]:
    """Those of `sources` that nobody paused."""
    held = paused(tx)
    return [source for source in sources if source.id not in held]
