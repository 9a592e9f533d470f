"""Frozen mails on their way out: taken from the ledger a few at a time, handed over one by one, each by its route.

Several senders may be at work, in one process or on two machines: each takes parcels for as long as handing one over
can last at most, so what is still taken after that was left behind by a crash. No transaction is open while a mail
server is spoken to.
"""

from __future__ import annotations

import logging
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from alerts.delivery.chat import notify
from alerts.delivery.files import write_eml
from alerts.delivery.smtp import Mailer
from alerts.delivery.webhook import post
from alerts.links import personal
from mercato.errors import DeliveryError, RefusedError, RelayError
from mercato.model import Delivery, Edition
from scheduler.composing import routes
from scheduler.jobs import Clock, Newsroom
from scheduler.plan import quiet_until
from storage import outbox, readers
from storage.engine import Transaction
from storage.outbox import MAIL, Parcel

log = logging.getLogger(__name__)

_STEPS = 10
"""Times that a mail server can make us wait for one mail: connection, greeting, STARTTLS, greeting, login, sender,
recipient, DATA, content, answer. Each wait lasts at most mail.timeout."""

_BATCH = 20
_FIRST_RETRY = timedelta(minutes=5)
_LAST_RETRY = timedelta(hours=6)
_MOST_ATTEMPTS = 16
"""Sixteen attempts at doubling distances up to six hours span about three days; RFC 5321 (4.5.4.1) has a sender give
up after four or five, and a digest is stale before that."""


@dataclass(slots=True)
class _Round:
    """One sender at work, until nothing is left that can be handed over now."""

    room: Newsroom
    clock: Clock
    mailer: Mailer | None
    holder: str = field(default_factory=lambda: uuid4().hex)
    down: set[str] = field(default_factory=set)  # routes that are not worth another try in this round
    key: str = ""  # of the links; fetched when the first mail with links goes out

    @property
    def lease(self) -> timedelta:
        """How long handing over one parcel can last."""
        return timedelta(seconds=_STEPS * self.room.settings.mail.timeout)


def deliver(room: Newsroom, clock: Clock) -> None:
    """Hand over everything that waits and whose next try has come, by every route that works."""
    with ExitStack() as stack:
        mailer = stack.enter_context(Mailer(room.settings.mail)) if room.settings.mail.url else None
        sender = _Round(room, clock, mailer)
        stack.callback(_release, sender)
        while batch := _reserve(sender):
            for parcel in batch:
                if parcel.route not in sender.down:
                    _send(sender, parcel)


def _reserve(sender: _Round) -> list[Parcel]:
    now = sender.clock()
    silent = [watch.name for watch in sender.room.watches() if quiet_until(watch, now)]
    with sender.room.database.writing() as tx:
        if sender.room.settings.mail.on_crash == "ask":
            outbox.set_aside(tx, now)
        # What a route's failure left untouched of the last batch is free for the other senders.
        outbox.release(tx, sender.holder)
        until = now + sender.lease
        return outbox.reserve(tx, sender.holder, now, until, silent=silent, down=sender.down, limit=_BATCH)


def _release(sender: _Round) -> None:
    with sender.room.database.writing() as tx:
        outbox.release(tx, sender.holder)


def _send(sender: _Round, parcel: Parcel) -> None:
    """Hand one parcel over and record what became of it."""
    now = sender.clock()
    if not _still_wanted(sender.room, parcel):
        _settle(sender, parcel, Delivery.WITHDRAWN, "left the watch, or unsubscribed, before this mail was sent")
        return
    with sender.room.database.writing() as tx:
        mine = outbox.begin(tx, parcel, sender.holder, now, now + sender.lease)
    if not mine:
        return
    try:
        state, detail = _hand_over(sender, parcel)
    except RelayError as error:
        log.error("%s", error)
        sender.down.add(parcel.route)
        _postpone(sender, parcel, str(error))
    except RefusedError as error:
        log.error("%s", error)
        _settle(sender, parcel, Delivery.REFUSED, str(error))
    except DeliveryError as error:
        log.warning("%s", error)
        given_up = parcel.attempts + 1 >= _MOST_ATTEMPTS
        _settle(sender, parcel, Delivery.FAILED if given_up else Delivery.PENDING, str(error))
    else:
        _settle(sender, parcel, state, detail)


def _still_wanted(room: Newsroom, parcel: Parcel) -> bool:
    """Whether the parcel is still for its recipient in this moment: a mail may have waited for days."""
    watch = next((watch for watch in room.watches() if watch.name == parcel.watch), None)
    if parcel.route != MAIL:
        return watch is not None and parcel.route in routes(watch)
    with room.database.reading() as tx:
        if parcel.recipient.lower() in readers.suppressed(tx, parcel.watch):
            return False
        if watch is not None and (not parcel.recipient or parcel.recipient in watch.recipients):
            return True
        # Whoever was told the rumour is told that it is denied, although they, or the watch, have gone since.
        return parcel.edition is Edition.CORRECTION and _was_told(tx, parcel)


def _was_told(tx: Transaction, parcel: Parcel) -> bool:
    had = outbox.had(tx, parcel.watch, outbox.told_by(tx, parcel.digest))
    return parcel.recipient.lower() in {address.lower() for address in had}


def _hand_over(sender: _Round, parcel: Parcel) -> tuple[Delivery, str]:
    """The parcel's new state and what there is to say about it. Raises DeliveryError and those below it."""
    settings, (kind, _, name) = sender.room.settings, parcel.route.partition(":")
    if kind == "channel":
        notify(parcel.message, next(channel for channel in settings.channels if channel.name == name))
        return Delivery.SENT, ""
    if kind == "webhook":
        hook = next(hook for hook in settings.webhooks if hook.name == name)
        post(parcel.message, hook, sender.clock(), settings.mail.timeout)
        return Delivery.SENT, ""
    message = personal(parcel.message, parcel.digest, parcel.recipient, _key(sender, parcel))
    if sender.mailer is None or not parcel.recipient:
        return Delivery.WRITTEN, str(write_eml(message, parcel.recipient or settings.mail.sender, settings.outbox))
    sender.mailer.send(message, parcel.recipient)
    return Delivery.SENT, ""


def _key(sender: _Round, parcel: Parcel) -> str:
    if parcel.message.link_base and not sender.key:
        sender.key = link_key(sender.room)
    return sender.key


def link_key(room: Newsroom) -> str:
    """The key that signs this archive's links; made when it is first asked for."""
    with room.database.writing() as tx:
        return readers.link_key(tx, uuid4().hex + uuid4().hex)


def _settle(sender: _Round, parcel: Parcel, state: Delivery, detail: str) -> None:
    now = sender.clock()
    later = now + min(_FIRST_RETRY * 2**parcel.attempts, _LAST_RETRY) if state is Delivery.PENDING else None
    with sender.room.database.writing() as tx:
        outbox.settle(tx, parcel, sender.holder, state, now, detail, later)


def _postpone(sender: _Round, parcel: Parcel, detail: str) -> None:
    now: datetime = sender.clock()
    with sender.room.database.writing() as tx:
        outbox.postpone(tx, parcel, sender.holder, now, detail, now + _FIRST_RETRY)
