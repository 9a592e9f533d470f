"""The ledger of digests and the way of each to its recipients.

Watch and period are unique, so a window is composed exactly once. What is composed is frozen here and handed over at
least once: a crash between the mail server's answer and our commit leaves SENDING behind, and handing over again
repeats the same Message-ID. SMTP has no second phase, so "exactly once" cannot be had.

A sender takes a few parcels at a time for a while that it names (`reserve`), notes each before it is handed over
(`begin`) and what became of it (`settle`). No transaction is open while a mail server is spoken to. Several senders
can be at work: what one has taken is the others' only when its time has passed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Row, and_, delete, func, or_, select, tuple_, update

from mercato.model import Delivery, Edition, Message, StoryEvent, Window, digest_id
from storage.engine import Transaction
from storage.statements import batches, insert, upsert
from storage.stories import event_of
from storage.tables import deliveries as parcels
from storage.tables import digest_events, quiet_events, story_events, watches
from storage.tables import digests as ledger

MAIL = "mail"
"""The route of mail addresses; others are «channel:NAME» and «webhook:NAME»."""


AHEAD = timedelta(days=1)
"""What lies further ahead than that was written while the clock ran ahead: if it counted, the watch would be silent
until then. A clock that is set back by less repeats no period and owes nothing until it has come round again."""

_MAY_HAVE_ARRIVED = (Delivery.SENT, Delivery.WRITTEN, Delivery.SENDING, Delivery.UNCERTAIN, Delivery.FAILED)
"""What was cut off or given up may have arrived all the same: a connection can break after the content was sent."""

_HELD_BY_NOBODY: Mapping[str, None] = {"holder": None, "held_until": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A frozen message on its way to one recipient."""

    digest: str
    watch: str
    period: str
    recipient: str  # a mail address, or the route where that is all
    route: str  # MAIL, «channel:NAME» or «webhook:NAME»
    edition: Edition
    message: Message
    attempts: int  # how often it was handed over
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
    edition: Edition = Edition.DIGEST
    composed_at: datetime
    stories: int
    updates: int
    message_id: str | None  # None: there was nothing to say in that window
    subject: str = ""
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


def last_end(tx: Transaction, watch: str, now: datetime, edition: Edition = Edition.DIGEST) -> datetime | None:
    """The end of the newest window of that edition in the ledger of a watch; None when it has none yet.

    Windows beyond `AHEAD` do not count.
    """
    theirs = and_(ledger.c.watch == watch, ledger.c.edition == edition.value, ledger.c.window_end <= now + AHEAD)
    return tx.execute(select(func.max(ledger.c.window_end)).where(theirs)).scalar()


def untold(tx: Transaction, watch: str, start: datetime, end: datetime) -> list[StoryEvent]:
    """What was learnt after `start` and up to and including `end`, and no digest of this watch has told, in order;
    without what came of reading the past again."""
    already = (
        select(digest_events.c.event)
        .join(ledger, ledger.c.id == digest_events.c.digest)
        .where(digest_events.c.event == story_events.c.id, ledger.c.watch == watch)
    )
    silenced = select(quiet_events.c.event).where(quiet_events.c.event == story_events.c.id)
    window = and_(story_events.c.at > start, story_events.c.at <= end, ~silenced.exists())
    order = (story_events.c.at, story_events.c.story, story_events.c.position)
    return [event_of(row) for row in tx.execute(select(story_events).where(window, ~already.exists()).order_by(*order))]


def hush(tx: Transaction, events: Iterable[str]) -> None:
    """Keep these events out of every mail to come: they came of reading the past again."""
    rows = [{"event": event} for event in sorted(set(events))]
    if rows:
        tx.execute(insert(tx, quiet_events).on_conflict_do_nothing(), rows)


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
    routes: Iterable[str] = (),
) -> str | None:
    """Put a composed digest into the ledger, with its message for every recipient and the events that it tells.

    `recipients` get it by mail; each of `routes` («channel:team», «webhook:crm») gets it besides. Without a message
    the window is recorded as one in which there was nothing to say. Returns the digest's identifier; None when watch
    and period are in the ledger already, and then nothing is changed.
    """
    row = _digest_columns(watch, window, message) | {"stories": stories, "updates": updates}
    statement = insert(tx, ledger).values(**row).on_conflict_do_nothing(index_elements=["watch", "period"])
    digest: str | None = tx.execute(statement.returning(ledger.c.id)).scalar()
    if digest is None:
        return None
    if message:
        addressees = [(to, MAIL) for to in dict.fromkeys(recipients)] + [(to, to) for to in dict.fromkeys(routes)]
        upsert(tx, parcels, [_fresh_delivery(digest, to, route, message.date) for to, route in addressees])
    for batch in batches(event.id for event in events):
        tx.execute(digest_events.insert(), [{"digest": digest, "event": event} for event in sorted(batch)])
    return digest


def _digest_columns(watch: str, window: Window, message: Message | None) -> dict[str, Any]:
    return {
        "id": digest_id(watch, window.period),
        "watch": watch,
        "period": window.period,
        "edition": window.edition.value,
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
        "thread": list(message.references) if message and message.references else None,
        "link_base": (message.link_base or None) if message else None,
        "payload": (message.payload or None) if message else None,
    }


def _fresh_delivery(digest: str, recipient: str, route: str, at: datetime) -> dict[str, Any]:
    return {
        "digest": digest,
        "recipient": recipient,
        "route": route,
        "state": Delivery.PENDING.value,
        "attempts": 0,
        "next_try": None,
        "detail": "",
        "changed_at": at,
        "holder": None,
        "held_until": None,
    }


def reserve(
    tx: Transaction,
    holder: str,
    now: datetime,
    until: datetime,
    *,
    silent: Collection[str] = (),
    down: Collection[str] = (),
    limit: int = 50,
) -> list[Parcel]:
    """Take up to `limit` parcels that can be handed over now for the sender `holder`, at most until `until`.

    Those are PENDING ones whose next try is due, of watches that are not `silent` and by routes that are not `down`,
    and what another sender had taken and left: no sender holds a parcel longer than it said, so that one has crashed.
    Two senders never get the same parcel, on either database.
    """
    free = or_(parcels.c.held_until.is_(None), parcels.c.held_until <= now)
    due = or_(parcels.c.next_try.is_(None), parcels.c.next_try <= now)
    waiting = and_(parcels.c.state == Delivery.PENDING.value, due)
    cut_off = parcels.c.state == Delivery.SENDING.value
    statement = (
        select(parcels.c.digest, parcels.c.recipient)
        .join(ledger, ledger.c.id == parcels.c.digest)
        .where(or_(waiting, cut_off), free, ledger.c.watch.not_in(silent), parcels.c.route.not_in(down))
        # What was never tried comes first: an address that fails again and again keeps nobody waiting.
        .order_by(parcels.c.next_try.nulls_first(), ledger.c.composed_at, parcels.c.digest, parcels.c.recipient)
        .limit(limit)
        .with_for_update(of=parcels, skip_locked=True)
    )
    keys = [tuple(row) for row in tx.execute(statement)]
    if not keys:
        return []
    chosen = tuple_(parcels.c.digest, parcels.c.recipient).in_(keys)
    tx.execute(update(parcels).where(chosen).values(holder=holder, held_until=until))
    taken = {(row.digest, row.recipient): row for row in tx.execute(select(parcels).where(chosen))}
    letters = _letters(tx, [digest for digest, _ in keys])
    return [_parcel(taken[key], letters[key[0]]) for key in keys]


def _letters(tx: Transaction, digest_ids: Iterable[str]) -> dict[str, Row[Any]]:
    """The ledger's lines with these identifiers: each frozen mail is read once, however many it goes to."""
    found: dict[str, Row[Any]] = {}
    for batch in batches(digest_ids):
        found |= {row.id: row for row in tx.execute(select(ledger).where(ledger.c.id.in_(batch)))}
    return found


def _parcel(row: Row[Any], letter: Row[Any]) -> Parcel:
    return Parcel(
        digest=row.digest,
        watch=letter.watch,
        period=letter.period,
        recipient=row.recipient,
        route=row.route,
        edition=Edition(letter.edition),
        message=_message(letter),
        attempts=row.attempts,
        state=Delivery(row.state),
    )


def _message(letter: Row[Any]) -> Message:
    return Message(
        message_id=letter.message_id,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        sender=letter.sender,
        date=letter.date,
        references=tuple(letter.thread or ()),
        link_base=letter.link_base or "",
        payload=letter.payload or "",
    )


def begin(tx: Transaction, parcel: Parcel, holder: str, now: datetime, until: datetime) -> bool:
    """Note that `holder` hands the parcel over from now on, at most until `until`; to be committed before it does.

    False when the parcel is not the holder's any more, because it took too long to come to it: then it must not be
    handed over.
    """
    values = {"state": Delivery.SENDING.value, "attempts": parcels.c.attempts + 1, "held_until": until}
    return _changed(tx, parcel, holder, now, values)


def settle(
    tx: Transaction,
    parcel: Parcel,
    holder: str,
    state: Delivery,
    now: datetime,
    detail: str = "",
    next_try: datetime | None = None,
) -> bool:
    """Record what became of a parcel and let go of it; `detail` is the server's answer or the file written.

    False when another sender has taken the parcel meanwhile: what that one records is what counts.
    """
    values = {"state": state.value, "detail": detail, "next_try": next_try}
    return _changed(tx, parcel, holder, now, {**values, **_HELD_BY_NOBODY})


def postpone(tx: Transaction, parcel: Parcel, holder: str, now: datetime, detail: str, next_try: datetime) -> bool:
    """Let go of a parcel that no attempt is held against: its route as a whole was the trouble."""
    back = {"state": Delivery.PENDING.value, "attempts": parcels.c.attempts - 1}
    values = {**back, "detail": detail, "next_try": next_try, **_HELD_BY_NOBODY}
    return _changed(tx, parcel, holder, now, values)


def release(tx: Transaction, holder: str) -> None:
    """Let go of everything that `holder` took and has not begun to hand over."""
    mine = and_(parcels.c.holder == holder, parcels.c.state == Delivery.PENDING.value)
    tx.execute(update(parcels).where(mine).values(**_HELD_BY_NOBODY))


def _changed(tx: Transaction, parcel: Parcel, holder: str, now: datetime, values: Mapping[str, Any]) -> bool:
    mine = and_(parcels.c.digest == parcel.digest, parcels.c.recipient == parcel.recipient, parcels.c.holder == holder)
    return tx.execute(update(parcels).where(mine).values(changed_at=now, **values)).rowcount == 1


def set_aside(tx: Transaction, now: datetime) -> int:
    """Mark as UNCERTAIN what was cut off while it was handed over, for a person to decide; returns how many."""
    free = or_(parcels.c.held_until.is_(None), parcels.c.held_until <= now)
    cut_off = and_(parcels.c.state == Delivery.SENDING.value, free)
    values = {"state": Delivery.UNCERTAIN.value, "changed_at": now, **_HELD_BY_NOBODY}
    return tx.execute(update(parcels).where(cut_off).values(**values)).rowcount


def decide(tx: Transaction, digest: str, recipient: str, state: Delivery, now: datetime) -> bool:
    """A person's word on a delivery that waits for one: PENDING hands it over again, SENT says that it arrived.

    False when there is no such delivery that is UNCERTAIN, REFUSED or FAILED.
    """
    open_to_doubt = (Delivery.UNCERTAIN.value, Delivery.REFUSED.value, Delivery.FAILED.value)
    which = and_(parcels.c.digest == digest, parcels.c.recipient == recipient, parcels.c.state.in_(open_to_doubt))
    values = {"state": state.value, "attempts": 0, "next_try": None, "changed_at": now}
    return tx.execute(update(parcels).where(which).values(**values)).rowcount == 1


def unfreeze(tx: Transaction, ids: Iterable[str]) -> list[str]:
    """Take digests that nobody has been sent yet out of the ledger, so that they are composed anew; returns those.

    One that a sender holds, or that went to a single reader, stays: it would be told twice.
    """
    taken: list[str] = []
    for digest in sorted(set(ids)):
        theirs = tx.execute(select(parcels).where(parcels.c.digest == digest).with_for_update()).all()
        untouched = all(
            row.state == Delivery.PENDING.value and not row.attempts and row.holder is None for row in theirs
        )
        if theirs and untouched:
            for table in (parcels, digest_events):
                tx.execute(delete(table).where(table.c.digest == digest))
            tx.execute(delete(ledger).where(ledger.c.id == digest))
            taken.append(digest)
    return taken


def telling(tx: Transaction, stories: Collection[str]) -> frozenset[str]:
    """The digests that told any of these stories."""
    found: set[str] = set()
    for batch in batches(stories):
        statement = (
            select(digest_events.c.digest)
            .join(story_events, story_events.c.id == digest_events.c.event)
            .where(story_events.c.story.in_(batch))
        )
        found.update(tx.execute(statement.distinct()).scalars())
    return frozenset(found)


def written(tx: Transaction, digests: Collection[str]) -> list[tuple[str, str, Message]]:
    """Digest, recipient and mail of every file that was written of these digests."""
    found: list[tuple[str, str, Message]] = []
    for batch in batches(digests):
        letters = _letters(tx, batch)
        of = and_(parcels.c.digest.in_(batch), parcels.c.state == Delivery.WRITTEN.value)
        rows = tx.execute(select(parcels.c.digest, parcels.c.recipient).where(of))
        found += [(row.digest, row.recipient, _message(letters[row.digest])) for row in rows]
    return found


def addressed(tx: Transaction, digest: str) -> tuple[str, str, tuple[str, ...]] | None:
    """Watch, period and mail addresses of a digest; None when the ledger holds none of that identifier."""
    line = tx.execute(select(ledger.c.watch, ledger.c.period).where(ledger.c.id == digest)).one_or_none()
    if line is None:
        return None
    theirs = select(parcels.c.recipient).where(parcels.c.digest == digest, parcels.c.route == MAIL)
    return line.watch, line.period, tuple(tx.execute(theirs.order_by(parcels.c.recipient)).scalars())


def thread(tx: Transaction, watch: str, stories: Collection[str]) -> tuple[str, ...]:
    """Message-IDs of the mails of a watch that told any of `stories`, the oldest first."""
    found: dict[str, datetime] = {}
    for batch in batches(stories):
        statement = (
            select(ledger.c.message_id, ledger.c.composed_at)
            .join(digest_events, digest_events.c.digest == ledger.c.id)
            .join(story_events, story_events.c.id == digest_events.c.event)
            .where(ledger.c.watch == watch, story_events.c.story.in_(batch), ledger.c.message_id.is_not(None))
        )
        found |= {row.message_id: row.composed_at for row in tx.execute(statement.distinct())}
    return tuple(sorted(found, key=lambda name: (found[name], name)))


def had(tx: Transaction, watch: str, stories: Collection[str]) -> frozenset[str]:
    """The mail addresses that a mail of a watch about any of `stories` reached, or may have reached."""
    arrived = parcels.c.state.in_([state.value for state in _MAY_HAVE_ARRIVED])
    found: set[str] = set()
    for batch in batches(stories):
        statement = (
            select(parcels.c.recipient)
            .join(ledger, ledger.c.id == parcels.c.digest)
            .join(digest_events, digest_events.c.digest == ledger.c.id)
            .join(story_events, story_events.c.id == digest_events.c.event)
            .where(ledger.c.watch == watch, story_events.c.story.in_(batch), parcels.c.route == MAIL, arrived)
        )
        found.update(tx.execute(statement.distinct()).scalars())
    return frozenset(found - {""})


def told_by(tx: Transaction, digest: str) -> frozenset[str]:
    """Identifiers of the stories that this one digest tells."""
    events = select(story_events.c.story).join(digest_events, digest_events.c.event == story_events.c.id)
    return frozenset(tx.execute(events.where(digest_events.c.digest == digest).distinct()).scalars())


def mails_since(tx: Transaction, watch: str, editions: Collection[Edition], since: datetime) -> int:
    """How many mails of these editions a watch has had after `since`, but for those beyond `AHEAD`."""
    kinds = [edition.value for edition in editions]
    lately = and_(ledger.c.composed_at > since, ledger.c.composed_at <= since + AHEAD)
    sent = and_(ledger.c.watch == watch, ledger.c.edition.in_(kinds), lately)
    return tx.execute(
        select(func.count()).select_from(ledger).where(sent, ledger.c.message_id.is_not(None))
    ).scalar_one()


def count_unsent(tx: Transaction) -> dict[Delivery, int]:
    """How many deliveries are still on their way, or wait for a person to decide."""
    states = [state.value for state in (Delivery.PENDING, Delivery.SENDING, Delivery.UNCERTAIN)]
    counted = select(parcels.c.state, func.count()).where(parcels.c.state.in_(states)).group_by(parcels.c.state)
    return {Delivery(state): number for state, number in tx.execute(counted)}


def last_delivered(tx: Transaction) -> datetime | None:
    """When a mail was last handed over, or written to the outbox folder; None when none ever was."""
    states = (Delivery.SENT.value, Delivery.WRITTEN.value)
    newest = select(func.max(parcels.c.changed_at)).where(parcels.c.state.in_(states))
    last: datetime | None = tx.execute(newest).scalar_one()
    return last


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
    digest = digest_id(watch, period)
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
        edition=Edition(row.edition),
        composed_at=row.composed_at,
        stories=row.stories,
        updates=row.updates,
        message_id=row.message_id,
        subject=row.subject or "",
        deliveries=sent,
    )
