"""What hosts say of their rules, each version kept: evidence of what was allowed when an article was read."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import select, update

from mercato.model import HostDocument
from storage.engine import Transaction
from storage.statements import upsert
from storage.tables import host_documents


def newest(tx: Transaction, origin: str, name: str) -> HostDocument | None:
    """What `origin` last said under `name`; None when it was never asked."""
    return next(iter(history(tx, origin, name, limit=1)), None)


def history(tx: Transaction, origin: str, name: str, limit: int = 100) -> list[HostDocument]:
    """The versions of a document, the last seen first."""
    table = host_documents
    chosen = select(table).where(table.c.origin == origin, table.c.name == name)
    rows = tx.execute(chosen.order_by(table.c.last_seen.desc(), table.c.first_seen.desc()).limit(limit))
    return [HostDocument(**row._asdict()) for row in rows]


def keep(tx: Transaction, document: HostDocument) -> None:
    """Record what a host said: a new version, or that it still says what it said last."""
    before = newest(tx, document.origin, document.name)
    if before is None or (before.status, before.text) != (document.status, document.text):
        upsert(tx, host_documents, [asdict(document)])
        return
    table = host_documents
    same = (table.c.origin == before.origin, table.c.name == before.name, table.c.first_seen == before.first_seen)
    tx.execute(update(table).where(*same).values(last_seen=document.last_seen))
