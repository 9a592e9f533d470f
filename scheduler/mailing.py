"""Where the rooms meet on the way out: compose what is owed, freeze it in the ledger, hand it over.

Composing is exactly once: watch and period are unique in the ledger, and the frozen message never changes. Handing
over is at least once with a fixed Message-ID: only a crash between the server's OK and our commit repeats one.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from mercato.errors import MercatoError
from mercato.i18n import phrase
from mercato.model import Delivery, Edition, Watch
from scheduler.composing import Composed, freeze_owed, preview
from scheduler.handover import deliver
from scheduler.jobs import Clock, Newsroom
from scheduler.plan import NotDue
from storage import outbox

log = logging.getLogger(__name__)

__all__ = ["Composed", "DigestState", "Digested", "deliver", "preview", "send_owed"]


class DigestState(StrEnum):
    """What became of a digest; the values are part of the JSON contract."""

    SENT = "sent"
    WRITTEN = "written"
    NOTHING = "nothing"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Digested:
    """One watch's digest and what became of it."""

    watch: str
    state: DigestState
    period: str | None = None
    edition: Edition = Edition.DIGEST
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

    `since` asks for a digest now, whatever the schedule, of what was learnt after that moment and not told yet. One
    line per mail comes back, and one per watch that is owed none. A watch whose digest cannot be composed fails alone.
    """
    owed = [(watch, _frozen(room, watch, clock(), since)) for watch in watches]
    deliver(room, clock)
    return [outcome for watch, mails in owed for outcome in _outcomes(room, watch, mails)]


def _frozen(room: Newsroom, watch: Watch, now: datetime, since: datetime | None) -> list[Composed] | NotDue | None:
    """What was composed and frozen for `watch`; None when that failed, which the log tells."""
    try:
        return freeze_owed(room, watch, now, since)
    except MercatoError:
        raise
    except Exception:  # a job boundary: a watch that cannot be composed must not keep back the others' mails
        log.exception(
            "the digest of the watch %s could not be composed; it is tried again at the next look", watch.name
        )
        return None


def _outcomes(room: Newsroom, watch: Watch, owed: list[Composed] | NotDue | None) -> list[Digested]:
    if owed is None:
        reason = phrase("it could not be composed; the log says why")
        return [Digested(watch=watch.name, state=DigestState.FAILED, detail=reason)]
    if isinstance(owed, NotDue):
        return [Digested(watch=watch.name, state=DigestState.NOTHING, next_run=owed.next_run)]
    return [_outcome(room, composed) for composed in owed]


def _outcome(room: Newsroom, owed: Composed) -> Digested:
    watch, window, message = owed.watch.name, owed.window, owed.message
    blank = Digested(
        watch=watch,
        state=DigestState.NOTHING,
        period=window.period,
        edition=window.edition,
        next_run=owed.next_run,
    )
    if message is None:
        return blank
    with room.database.reading() as tx:
        sent = outbox.deliveries(tx, watch, window.period)
    states = {delivery.state for delivery in sent}
    return replace(
        blank,
        state=_overall(states),
        stories=owed.stories,
        updates=owed.updates,
        backlog=owed.backlog,
        recipients=tuple(delivery.recipient for delivery in sent if delivery.recipient),
        message_id=message.message_id,
        path=next((delivery.detail for delivery in sent if delivery.state is Delivery.WRITTEN), None),
        detail="; ".join(d.detail for d in sent if d.detail and d.state is not Delivery.WRITTEN),
    )


def _overall(states: AbstractSet[Delivery]) -> DigestState:
    """One word for the deliveries of a digest: what failed weighs most, since somebody has to act."""
    if states - {Delivery.SENT, Delivery.WRITTEN, Delivery.WITHDRAWN}:
        return DigestState.FAILED
    return DigestState.SENT if Delivery.SENT in states else DigestState.WRITTEN
