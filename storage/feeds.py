"""What is remembered of feeds and hosts between two cycles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select, update

from mercato.model import FeedOutcome, FeedState, Source
from storage.engine import Transaction
from storage.statements import insert, upsert
from storage.tables import feeds, host_rests

LONGEST_REST = timedelta(hours=25)
"""No host is given a longer rest (crawler.middlewares.retry_after caps it at a day)."""


def states(tx: Transaction) -> dict[str, FeedState]:
    """The state of every feed that was ever visited, by source identifier."""
    return {row.source: _state(row) for row in tx.execute(select(feeds))}


def record(tx: Transaction, state: FeedState) -> None:
    """Remember `state` in place of the source's former one.

    Validators belong into the same transaction as the feed's entries, or after it: saved earlier, a crash in between
    would lose the entries for ever.
    """
    lists = {"offers": list(state.offers) or None, "hours": list(state.hours) or None}
    upsert(tx, feeds, [{**asdict(state), "outcome": state.outcome.value, **lists}])


def hasten(tx: Transaction, source: str, now: datetime) -> None:
    """Make the feed of `source` due now. Again, or when it is due anyway, changes nothing."""
    tx.execute(update(feeds).where(feeds.c.source == source, feeds.c.next_due > now).values(next_due=now))


def due(tx: Transaction, sources: Sequence[Source], now: datetime) -> list[Source]:
    """Those of `sources` to visit now: never visited, moved to another address, or due by their state.

    A visit in the future was written by a clock that ran ahead: what it planned does not count.
    """
    known = states(tx)
    return [source for source in sources if _is_due(source, known.get(source.id), now)]


def _is_due(source: Source, state: FeedState | None, now: datetime) -> bool:
    if state is None or state.url != source.feed or state.next_due is None or state.next_due <= now:
        return True
    return state.last_attempt is not None and state.last_attempt > now


def _state(row: Row[Any]) -> FeedState:
    tuples = {"offers": tuple(row.offers or ()), "hours": tuple(row.hours or ())}
    return FeedState(**{**row._asdict(), "outcome": FeedOutcome(row.outcome), **tuples})


def rests(tx: Transaction, now: datetime) -> dict[str, datetime]:
    """The hosts to leave alone now, and until when. Longer than LONGEST_REST is the word of a clock that ran ahead."""
    current = (host_rests.c.until > now, host_rests.c.until <= now + LONGEST_REST)
    rows = tx.execute(select(host_rests.c.host, host_rests.c.until).where(*current))
    return {row.host: row.until for row in rows}


def rest(tx: Transaction, host: str, until: datetime, why: str) -> None:
    """Leave `host` alone until then; a longer rest that it asked for earlier stays. `why` is what it answered."""
    statement = insert(tx, host_rests).values(host=host, until=until, why=why)
    longer = statement.excluded
    tx.execute(
        statement.on_conflict_do_update(
            index_elements=["host"],
            set_={"until": longer.until, "why": longer.why},
            where=longer.until > host_rests.c.until,
        )
    )
