"""How many of the stories that somebody judged were kept, counted by the database: by watch, family and source."""

from __future__ import annotations

import json
from collections import Counter
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Integer, Text, cast, func, select

from mercato.model import Cause, Verdict
from storage.engine import Transaction
from storage.tables import standings


class By(StrEnum):
    """What judged stories are sorted by; the values are columns of `standings`."""

    WATCH = "watches"
    FAMILY = "families"
    SOURCE = "sources"


class Counted(NamedTuple):
    """How many stories of a sort were judged, and how many of them kept."""

    name: str
    judged: int
    kept: int


_JUDGED = standings.c.verdict.is_not(None)
_KEPT = func.coalesce(func.sum(cast(standings.c.verdict == Verdict.KEEP.value, Integer)), 0)


def overall(tx: Transaction) -> Counted:
    """All stories that were kept or rejected."""
    row = tx.execute(select(func.count(), _KEPT).where(_JUDGED)).one()
    return Counted("", row[0], row[1])


def counted(tx: Transaction, by: By) -> list[Counted]:
    """Judged stories by each name in the list that `by` names, the most judged first."""
    # The database counts by whole lists, few of which differ: taking the list of every story apart takes longer.
    names = cast(standings.c[by.value], Text)
    judged: Counter[str] = Counter()
    kept: Counter[str] = Counter()
    for text, number, good in tx.execute(select(names, func.count(), _KEPT).where(_JUDGED).group_by(names)):
        for name in json.loads(text):
            judged[name] += number
            kept[name] += good
    found = (Counted(name, number, kept[name]) for name, number in judged.items())
    return sorted(found, key=lambda tally: (-tally.judged, tally.name))


def causes(tx: Transaction) -> list[tuple[Cause, int]]:
    """Why stories were rejected, the most frequent cause first."""
    number = func.count()
    statement = select(standings.c.cause, number).where(_JUDGED, standings.c.cause.is_not(None))
    rows = tx.execute(statement.group_by(standings.c.cause).order_by(number.desc(), standings.c.cause))
    return [(Cause(cause), total) for cause, total in rows]
