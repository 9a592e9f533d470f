"""WebSub subscriptions: which hubs were asked to call, and what they answered."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select, update

from mercato.model import HubSubscription
from storage.engine import Transaction
from storage.statements import upsert
from storage.tables import hub_subscriptions

_TABLE = hub_subscriptions


def of_source(tx: Transaction, source: str) -> HubSubscription | None:
    """The subscription to the feed of `source`; None: no hub was ever asked."""
    row = tx.execute(select(_TABLE).where(_TABLE.c.source == source)).one_or_none()
    return HubSubscription(**row._asdict()) if row else None


def of_token(tx: Transaction, token: str) -> HubSubscription | None:
    """The subscription whose hub calls at the address that ends in `token`."""
    row = tx.execute(select(_TABLE).where(_TABLE.c.token == token)).one_or_none()
    return HubSubscription(**row._asdict()) if row else None


def record(tx: Transaction, subscription: HubSubscription) -> None:
    """Remember it in place of the source's former one."""
    upsert(tx, _TABLE, [asdict(subscription)])


def confirm(tx: Transaction, token: str, until: datetime) -> None:
    """The hub will call until then."""
    tx.execute(update(_TABLE).where(_TABLE.c.token == token).values(until=until, refused=""))


def refuse(tx: Transaction, token: str, why: str) -> None:
    """The hub will not call."""
    tx.execute(update(_TABLE).where(_TABLE.c.token == token).values(until=None, refused=why))


def called(tx: Transaction, token: str, at: datetime) -> None:
    """The hub has told of news."""
    tx.execute(update(_TABLE).where(_TABLE.c.token == token).values(pushed=at))
