"""The ledger of digests and the way of each to its recipients.

Watch and period are unique, so a window is composed exactly once. What is composed is frozen here and handed over at
least once: a crash between the mail server's answer and our commit leaves SENDING behind, and handing over again
repeats the same Message-ID. SMTP has no second phase, so "exactly once" cannot be had.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, and_, func, or_, select, update

from mercato.errors import StorageError
from mercato.model import Delivery, Message, StoryEvent, Window
from storage.engine import Transaction
from storage.statements import batches, insert, upsert
from storage.stories import event_of
from storage.tables import deliveries as parcels
from storage.tables import digest_events, story_events, watches
from storage.tables import digests as ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A frozen message on its way to one recipient."""

    digest: str
    watch: str
    period: str
    recipient: str
    message: Message
    attempts: int  # how often it was handed to the mail server
    state: Delivery  # PENDING; SENDING when a crash left it behind


class DeliveryRecord(NamedTuple):
    """How far a digest has come on its way to one recipient."""

    recipient: str
    state: Delivery
    detail: str  # the mail server's last answer, or the file that was written


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestRecord:
    """A line of the ledger."""

    id: str
    watch: str
    period: str
    composed_at: datetime
    stories: int
    updates: int
    message_id: str | None  # None: there was nothing to say in that window
    deliveries: tuple[DeliveryRecord, ...] = ()


def began(tx: Transaction, watch: str, now: datetime) -> datetime:
    """When the watch was first seen; that is now, when it is new.

    Until the transaction ends the watch belongs to it: a second composer waits here, then sees what the first did.
    """
    statement = insert(tx, watches).values(watch=watch, began=now)
    # Writing the old value over itself locks the row on PostgreSQL; on SQLite the whole transaction is alone anyway.
    kept = statement.on_conflict_do_update(index_elements=["watch"], set_={"began": watches.c.began})
    moment: datetime = tx.execute(kept.returning(watches.c.began)).scalar_one()
    return moment


def beginning(tx: Transaction, watch: str) -> datetime | None:
    """When the watch was first seen; None when it never was. Unlike `began` it records nothing."""
    return tx.execute(select(watches.c.began).where(watches.c.watch == watch)).scalar()


def last_end(tx: Transaction, watch: str) -> datetime | None:
    """The end of the newest window in the ledger of a watch; None when it has none yet."""
    return tx.execute(select(func.max(ledger.c.window_end)).where(ledger.c.watch == watch)).scalar()


def untold(tx: Transaction, watch: str, start: datetime, end: datetime) -> list[StoryEvent]:
    """What was learnt after `start` and up to and including `end`, and no digest of this watch has told, in order."""
    already = (
        select(digest_events.c.event)
        .join(ledger, ledger.c.id == digest_events.c.digest)
        .where(digest_events.c.event == story_events.c.id, ledger.c.watch == watch)
    )
    window = and_(story_events.c.at > start, story_events.c.at <= end)
    order = (story_events.c.at, story_events.c.story, story_events.c.position)
    return [event_of(row) for row in tx.execute(select(story_events).where(window, ~already.exists()).order_by(*order))]


def told(tx: Transaction, watch: str) -> frozenset[str]:
    """Identifiers of the stories that digests of this watch have told."""
    statement = (
        select(story_events.c.story)
        .join(digest_events, digest_events.c.event == story_events.c.id)
        .join(ledger, ledger.c.id == digest_events.c.digest)
        .where(ledger.c.watch == watch)
    )
    return frozenset(tx.execute(statement.distinct()).scalars())


def freeze(
    tx: Transaction,
    watch: str,
    window: Window,
    message: Message | None,
    recipients: Iterable[str],
    events: Iterable[StoryEvent],
    stories: int,
    updates: int,
) -> str | None:
    """Put a composed digest into the ledger, with its message for every recipient and the events that it tells.

    Without a message the window is recorded as one in which there was nothing to say. Returns the digest's
    identifier; None when watch and period are in the ledger already, and then nothing is changed.
    """
    row = _digest_columns(watch, window, message) | {"stories": stories, "updates": updates}
    statement = insert(tx, ledger).values(**row).on_conflict_do_nothing(index_elements=["watch", "period"])
    digest: str | None = tx.execute(statement.returning(ledger.c.id)).scalar()
    if digest is None:
        return None
    if message:
        upsert(tx, parcels, [_fresh_delivery(digest, to, message.date) for to in dict.fromkeys(recipients)])
    for batch in batches(event.id for event in events):
        tx.execute(digest_events.insert(), [{"digest": digest, "event": event} for event in sorted(batch)])
    return digest


def _identifier(watch: str, period: str) -> str:
    return hashlib.sha256(f"{watch}\n{period}".encode()).hexdigest()[:16]


def _digest_columns(watch: str, window: Window, message: Message | None) -> dict[str, Any]:
    return {
        "id": _identifier(watch, window.period),
        "watch": watch,
        "period": window.period,
        "window_start": window.start,
        "window_end": window.end,
        "missed": window.missed,
        "first": window.first,
        "composed_at": message.date if message else window.end,
        "message_id": message.message_id if message else None,
        "subject": message.subject if message else None,
        "text": message.text if message else None,
        "html": message.html if message else None,
        "sender": message.sender if message else None,
        "date": message.date if message else None,
    }


def _fresh_delivery(digest: str, recipient: str, at: datetime) -> dict[str, Any]:
    return {
        "digest": digest,
        "recipient": recipient,
        "state": Delivery.PENDING.value,
        "attempts": 0,
        "next_try": None,
        "detail": "",
        "changed_at": at,
    }


def pending(tx: Transaction, now: datetime) -> list[Parcel]:
    """What is to be handed over now: PENDING whose next try is due, and SENDING that a crash left behind.

    Only one sender may be at work: to a second one the first one's SENDING looks like a crash. The oldest first.
    """
    due = or_(parcels.c.next_try.is_(None), parcels.c.next_try <= now)
    waiting = and_(parcels.c.state == Delivery.PENDING.value, due)
    left_behind = parcels.c.state == Delivery.SENDING.value
    statement = (
        select(ledger, parcels.c.recipient, parcels.c.attempts, parcels.c.state)
        .join(parcels, parcels.c.digest == ledger.c.id)
        .where(or_(waiting, left_behind))
        .order_by(ledger.c.composed_at, ledger.c.id, parcels.c.recipient)
    )
    return [_parcel(row) for row in tx.execute(statement)]


def _parcel(row: Row[Any]) -> Parcel:
    return Parcel(
        digest=row.id,
        watch=row.watch,
        period=row.period,
        recipient=row.recipient,
        message=_message(row),
        attempts=row.attempts,
        state=Delivery(row.state),
    )


def _message(row: Row[Any]) -> Message:
    return Message(
        message_id=row.message_id,
        subject=row.subject,
        text=row.text,
        html=row.html,
        sender=row.sender,
        date=row.date,
    )


def record(
    tx: Transaction,
    digest: str,
    recipient: str,
    state: Delivery,
    at: datetime,
    detail: str = "",
    next_try: datetime | None = None,
) -> None:
    """Record how far a delivery has come; SENDING counts an attempt and must be committed before the hand-over.

    `detail` is the mail server's answer or the file written. Raises StorageError when there is no such delivery.
    """
    attempts = parcels.c.attempts + int(state is Delivery.SENDING)
    statement = (
        update(parcels)
        .where(parcels.c.digest == digest, parcels.c.recipient == recipient)
        .values(state=state.value, attempts=attempts, changed_at=at, detail=detail, next_try=next_try)
    )
    if tx.execute(statement).rowcount != 1:
        raise StorageError(f"the outbox holds no digest {digest} for {recipient}: it was never frozen for them")


def digests(tx: Transaction, limit: int = 50) -> list[DigestRecord]:
    """The newest lines of the ledger first, each with its deliveries by recipient."""
    newest = select(ledger).order_by(ledger.c.composed_at.desc(), ledger.c.id.desc()).limit(limit)
    rows = tx.execute(newest).all()
    sent = _deliveries(tx, [row.id for row in rows])
    return [_digest(row, tuple(sent[row.id])) for row in rows]


def message(tx: Transaction, digest: str) -> Message | None:
    """The mail of the digest with this identifier, as it was frozen; None when there is none or it had nothing to
    say."""
    row = tx.execute(select(ledger).where(ledger.c.id == digest, ledger.c.message_id.is_not(None))).one_or_none()
    return _message(row) if row else None


def deliveries(tx: Transaction, watch: str, period: str) -> tuple[DeliveryRecord, ...]:
    """The deliveries of one digest by recipient; none when there was nothing to say, or no such digest."""
    digest = _identifier(watch, period)
    return tuple(_deliveries(tx, [digest])[digest])


def _deliveries(tx: Transaction, digest_ids: Sequence[str]) -> dict[str, list[DeliveryRecord]]:
    found: dict[str, list[DeliveryRecord]] = defaultdict(list)
    for batch in batches(digest_ids):
        theirs = select(parcels).where(parcels.c.digest.in_(batch)).order_by(parcels.c.recipient)
        for row in tx.execute(theirs):
            found[row.digest].append(DeliveryRecord(row.recipient, Delivery(row.state), row.detail))
    return found


def _digest(row: Row[Any], sent: tuple[DeliveryRecord, ...]) -> DigestRecord:
    return DigestRecord(
        id=row.id,
        watch=row.watch,
        period=row.period,
        composed_at=row.composed_at,
        stories=row.stories,
        updates=row.updates,
        message_id=row.message_id,
        deliveries=sent,
    )
