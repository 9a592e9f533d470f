"""Where the rooms meet on the way out: compose what is owed, freeze it in the ledger, hand it over.

Composing is exactly once: watch and period are unique in the ledger, and the frozen message never changes. Handing
over is at least once with a fixed Message-ID: only a crash between the server's OK and our commit repeats one.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from filelock import FileLock, Timeout

from alerts.delivery.files import write_eml
from alerts.delivery.smtp import Mailer
from alerts.digest import compose
from alerts.render import render
from alerts.watches import concerns
from mercato.errors import DeliveryError, RefusedError
from mercato.model import Delivery, Digest, Message, Status, Story, StoryEvent, Watch, Window
from scheduler.jobs import Clock, Newsroom
from scheduler.plan import NotDue, due, next_tick
from storage import outbox, runs, verdicts
from storage import stories as dossiers
from storage.engine import Transaction
from storage.verdicts import corrected, is_refused

log = logging.getLogger(__name__)

_LATE = timedelta(days=7)
"""How far behind its window a digest still looks for what it has not told: news learnt while a digest was being
composed must not fall between two windows, and news of last month found by a better lexicon is no news."""

_FIRST_RETRY = timedelta(minutes=5)
_LAST_RETRY = timedelta(hours=6)
_MOST_ATTEMPTS = 16
"""Sixteen attempts at doubling distances up to six hours span about three days; RFC 5321 (4.5.4.1) has a sender give
up after four or five, and a digest is stale before that."""


class DigestState(StrEnum):
    """What became of a digest; the values are part of the JSON contract."""

    SENT = "sent"
    WRITTEN = "written"
    NOTHING = "nothing"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """What one watch is owed, in words, before anything is recorded or sent."""

    digest: Digest
    message: Message | None  # None: the window holds nothing to tell
    events: tuple[StoryEvent, ...]

    @property
    def stories(self) -> int:
        """Stories that the reader has not had yet."""
        return sum(card.new for card in self.digest.cards)

    @property
    def updates(self) -> int:
        """Stories that the reader has had and that changed."""
        return len(self.digest.cards) - self.stories


@dataclass(frozen=True, slots=True, kw_only=True)
class Digested:
    """One watch's digest and what became of it."""

    watch: str
    state: DigestState
    period: str | None = None
    stories: int = 0
    updates: int = 0
    backlog: int = 0
    recipients: tuple[str, ...] = ()
    message_id: str | None = None
    path: str | None = None
    detail: str = ""
    next_run: datetime | None = None


def send_owed(
    room: Newsroom, clock: Clock, watches: Sequence[Watch], *, since: datetime | None = None
) -> list[Digested]:
    """Freeze what `watches` are owed and hand over everything that waits, also from earlier runs.

    `since` asks for a digest now, whatever the schedule, of what was learnt after that moment and not told yet.
    """
    owed = [(watch, _freeze_owed(room, watch, clock(), since)) for watch in watches]
    deliver(room, clock)
    return [_outcome(room, watch, composed) for watch, composed in owed]


def preview(room: Newsroom, watch: Watch, now: datetime, since: datetime | None) -> Composed | NotDue:
    """What `send_owed` would freeze for `watch` at `now`; records and sends nothing."""
    with room.database.reading() as tx:
        return _owed(room, tx, watch, now, since)


def _freeze_owed(room: Newsroom, watch: Watch, now: datetime, since: datetime | None) -> Composed | NotDue:
    with room.database.writing(exclusive="compose") as tx:
        owed = _owed(room, tx, watch, now, since)
        outbox.began(tx, watch.name, now)
        # A scheduled window is recorded even when it holds nothing, so that it is not owed again.
        if isinstance(owed, Composed) and (owed.message or owed.digest.window.tick):
            # A watch without recipients is written to the outbox folder, addressed to nobody.
            recipients = (watch.recipients or ("",)) if owed.message else ()
            window = owed.digest.window
            outbox.freeze(tx, watch.name, window, owed.message, recipients, owed.events, owed.stories, owed.updates)
        return owed


def _owed(room: Newsroom, tx: Transaction, watch: Watch, now: datetime, since: datetime | None) -> Composed | NotDue:
    """The window that is due; between two windows, for an instant watch, what is confirmed and cannot wait."""
    if since is not None:
        return _compose(room, tx, watch, Window(start=since, end=now), since)
    last_end = outbox.last_end(tx, watch.name)
    window = due(watch, last_end, now)
    if isinstance(window, NotDue):
        urgent = _urgent(room, tx, watch, now) if watch.instant else None
        return urgent or window
    began = outbox.beginning(tx, watch.name) or now
    return _compose(room, tx, watch, window, max(began, window.start - _LATE))


def _urgent(room: Newsroom, tx: Transaction, watch: Watch, now: datetime) -> Composed | None:
    began = outbox.beginning(tx, watch.name) or now
    window = Window(start=now, end=now)
    composed = _compose(room, tx, watch, window, max(began, now - _LATE), only=Status.CONFIRMED)
    return composed if composed.message else None


def _compose(
    room: Newsroom, tx: Transaction, watch: Watch, window: Window, earliest: datetime, only: Status | None = None
) -> Composed:
    """Put into words what `watch` has not been told of the events after `earliest`; nothing of it in a first window."""
    events = [] if window.first else outbox.untold(tx, watch.name, earliest, window.end)
    stories = _stories(tx, watch, events, only)
    events = [event for event in events if event.story in stories]
    digest = compose(
        watch,
        window,
        stories,
        events,
        outbox.told(tx, watch.name),
        backlog=dossiers.count_opened_before(tx, window.end) if window.first else 0,
        health=runs.health(tx, window.start, window.end),
        next_run=next_tick(watch, window.end),
    )
    tell = bool(digest.cards) or window.first
    message = render(digest, sender=room.settings.mail.sender, now=window.end) if tell else None
    return Composed(digest=digest, message=message, events=tuple(events) if message else ())


def _stories(tx: Transaction, watch: Watch, events: Sequence[StoryEvent], only: Status | None) -> dict[str, Story]:
    """The stories of `events` that concern `watch`, by identifier."""
    concerned = {event.story: None for event in events}
    standings = verdicts.standing_of(tx, concerned)
    found = (story for story in dossiers.get_all(tx, concerned) if not is_refused(standings.get(story.id)))
    shown = (corrected(story, standings[story.id]) if story.id in standings else story for story in found)
    return {
        story.id: story
        for story in shown
        # A story without tellings is withdrawn: another one has turned out to tell its event.
        if story.tellings and concerns(watch, story) and only in (None, story.status)
    }


def deliver(room: Newsroom, clock: Clock) -> None:
    """Hand over every mail that waits and whose next try has come; one process at a time does."""
    lock = FileLock(room.settings.folder / ".mercato-delivery.lock", blocking=False)
    try:
        with lock:
            _deliver(room, clock)
    except Timeout:
        log.info("another process is delivering; the mails that wait are its business")


def _deliver(room: Newsroom, clock: Clock) -> None:
    with room.database.reading() as tx:
        waiting = outbox.pending(tx, clock())
    with ExitStack() as stack:
        mailer = stack.enter_context(Mailer(room.settings.mail)) if room.settings.mail.url else None
        for parcel in waiting:
            # Left behind by a crash between the server's OK and our commit: by default sent again, under its old
            # Message-ID; with on_crash = "ask" a person decides.
            if parcel.state is Delivery.SENDING and room.settings.mail.on_crash == "ask":
                continue
            _record(room, parcel, Delivery.SENDING, clock())
            state, detail, wait = _hand_over(room, mailer, parcel)
            next_try = clock() + wait if wait else None
            _record(room, parcel, state, clock(), detail, next_try)


def _hand_over(room: Newsroom, mailer: Mailer | None, parcel: outbox.Parcel) -> tuple[Delivery, str, timedelta | None]:
    """The new state of the parcel, what there is to say about it, and how long to wait before the next try."""
    if mailer is None or not parcel.recipient:
        path = write_eml(parcel.message, parcel.recipient or room.settings.mail.sender, room.settings.outbox)
        return Delivery.WRITTEN, str(path), None
    try:
        mailer.send(parcel.message, parcel.recipient)
    except RefusedError as error:
        log.error("%s", error)
        return Delivery.REFUSED, str(error), None
    except DeliveryError as error:
        log.warning("%s", error)
        if parcel.attempts + 1 >= _MOST_ATTEMPTS:
            return Delivery.FAILED, str(error), None
        return Delivery.PENDING, str(error), min(_FIRST_RETRY * 2**parcel.attempts, _LAST_RETRY)
    return Delivery.SENT, "", None


def _record(
    room: Newsroom,
    parcel: outbox.Parcel,
    state: Delivery,
    at: datetime,
    detail: str = "",
    next_try: datetime | None = None,
) -> None:
    with room.database.writing() as tx:
        outbox.record(tx, parcel.digest, parcel.recipient, state, at, detail, next_try)


def _outcome(room: Newsroom, watch: Watch, owed: Composed | NotDue) -> Digested:
    if isinstance(owed, NotDue):
        return Digested(watch=watch.name, state=DigestState.NOTHING, next_run=owed.next_run)
    window, message = owed.digest.window, owed.message
    blank = Digested(watch=watch.name, state=DigestState.NOTHING, period=window.period, next_run=owed.digest.next_run)
    if message is None:
        return blank
    with room.database.reading() as tx:
        sent = outbox.deliveries(tx, watch.name, window.period)
    states = {delivery.state for delivery in sent}
    return replace(
        blank,
        state=_overall(states),
        stories=owed.stories,
        updates=owed.updates,
        backlog=owed.digest.backlog,
        recipients=tuple(delivery.recipient for delivery in sent if delivery.recipient),
        message_id=message.message_id,
        path=next((delivery.detail for delivery in sent if delivery.state is Delivery.WRITTEN), None),
        detail="; ".join(d.detail for d in sent if d.detail and d.state is not Delivery.WRITTEN),
    )


def _overall(states: AbstractSet[Delivery]) -> DigestState:
    """One word for the deliveries of a digest: what failed weighs most, since somebody has to act."""
    if states - {Delivery.SENT, Delivery.WRITTEN}:
        return DigestState.FAILED
    return DigestState.SENT if Delivery.SENT in states else DigestState.WRITTEN
