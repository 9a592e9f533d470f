"""Facts about the database itself, such as the version of what can be made anew from other tables."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select

from storage.statements import upsert
from storage.tables import facts


def get(tx: Connection, name: str) -> str | None:
    """The value of a fact; None when it was never recorded."""
    return tx.execute(select(facts.c.value).where(facts.c.name == name)).scalar()


def put(tx: Connection, name: str, value: str) -> None:
    """Record a fact, over what was recorded before."""
    upsert(tx, facts, [{"name": name, "value": value}])


def forget(tx: Connection, name: str) -> None:
    """Forget a fact; one that was never recorded is forgotten already."""
    tx.execute(delete(facts).where(facts.c.name == name))
