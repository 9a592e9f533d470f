"""What people decided by hand of stories: kept for ever, applied whenever stories are worked out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select

from mercato.model import Relation, Ruling
from storage.engine import Transaction
from storage.json_values import decode_claims, encode_all
from storage.statements import insert
from storage.tables import rulings

_EVERY = select(rulings).order_by(rulings.c.at, rulings.c.id)


def add(tx: Transaction, ruling: Ruling) -> None:
    """Record a ruling; the same again changes nothing."""
    row = {
        "id": ruling.id,
        "at": ruling.at,
        "relation": ruling.relation.value,
        "some": encode_all(ruling.some),
        "others": encode_all(ruling.others),
    }
    tx.execute(insert(tx, rulings).on_conflict_do_nothing(), row)


def withdraw(tx: Transaction, ruling: Ruling) -> None:
    """Take a ruling away, as if nobody had made it; that somebody did stays among the acts on the story."""
    tx.execute(delete(rulings).where(rulings.c.id == ruling.id))


def every(tx: Transaction) -> list[Ruling]:
    """All rulings, the earliest first; few by nature, for each is a person's act."""
    return [_ruling(row) for row in tx.execute(_EVERY)]


def made_at(tx: Transaction, at: datetime) -> list[Ruling]:
    """The rulings made at exactly this moment."""
    return [_ruling(row) for row in tx.execute(_EVERY.where(rulings.c.at == at))]


def _ruling(row: Row[Any]) -> Ruling:
    return Ruling(
        id=row.id,
        at=row.at,
        relation=Relation(row.relation),
        some=decode_claims(row.some),
        others=decode_claims(row.others),
    )
