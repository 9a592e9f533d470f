"""How many of the stories that somebody judged were kept, counted by the database: by watch, family and source."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Integer, cast, func, select, true

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
    names = standings.c[by.value]
    # A list in a column becomes rows. Only PostgreSQL wants the alias to name the column.
    if tx.dialect.name == "sqlite":
        each = func.json_each(names).table_valued("value", name="each")
    else:
        each = func.json_array_elements_text(names).table_valued("value", name="each").render_derived()
    value = each.c.value
    number = func.count()
    statement = select(value, number, _KEPT).select_from(standings.join(each, true())).where(_JUDGED).group_by(value)
    return [Counted(*row) for row in tx.execute(statement.order_by(number.desc(), value))]


def causes(tx: Transaction) -> list[tuple[Cause, int]]:
    """Why stories were rejected, the most frequent cause first."""
    number = func.count()
    statement = select(standings.c.cause, number).where(_JUDGED, standings.c.cause.is_not(None))
    rows = tx.execute(statement.group_by(standings.c.cause).order_by(number.desc(), standings.c.cause))
    return [(Cause(cause), total) for cause, total in rows]
