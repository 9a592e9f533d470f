"""Which stories wait for a verdict, kept beside each story: an archive whose stories are nearly all judged would
else be read through for the few that are not.

Written by `verdicts.mark_changed`, in the transaction that changes a story or what people ruled on it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, func, or_, select, tuple_

from mercato.model import ALERTING, Verdict
from storage.engine import Transaction
from storage.statements import is_told
from storage.tables import standings, stories, story_changes, story_events

_ORDER = (story_changes.c.waits, story_changes.c.story)
_LISTED = select(story_changes.c.story, story_changes.c.waits).where(story_changes.c.waits.is_not(None))


def waits(story: ColumnElement[str]) -> ScalarSelect[datetime]:
    """When the story last changed, if it waits: nobody decided on it, or something that matters to readers was added
    since; else null."""
    found = select(stories.c.updated).outerjoin(standings, standings.c.story == stories.c.id)
    return found.where(stories.c.id == story, is_told(), _is_open()).scalar_subquery()


def _is_open() -> ColumnElement[bool]:
    # Not IN: a statement with a list of values cannot be run for many stories at once.
    alerting = or_(*(story_events.c.novelty == novelty.value for novelty in sorted(ALERTING)))
    added = and_(story_events.c.story == stories.c.id, story_events.c.at > standings.c.settled, alerting)
    kept = and_(~standings.c.muted, standings.c.verdict == Verdict.KEEP.value, standings.c.merged_into.is_(None))
    return or_(standings.c.settled.is_(None), and_(kept, exists().where(added)))


def waiting(
    tx: Transaction, limit: int, before: tuple[datetime, str] | None = None, after: tuple[datetime, str] | None = None
) -> list[tuple[str, datetime]]:
    """The stories that wait for a verdict, each with when it changed, those that changed last first.

    The next page is what comes `before` a story's (updated, id); `after` gives the nearest ones on its other side,
    nearest first.
    """
    statement = _LISTED.limit(limit)
    types = [column.type for column in _ORDER]
    if after:
        statement = statement.where(tuple_(*_ORDER) > tuple_(*after, types=types)).order_by(*_ORDER)
    else:
        statement = statement.order_by(*(column.desc() for column in _ORDER))
    if before:
        statement = statement.where(tuple_(*_ORDER) < tuple_(*before, types=types))
    return [(row.story, row.waits) for row in tx.execute(statement)]


def count_waiting(tx: Transaction, most: int) -> int:
    """How many stories wait for a verdict, counted up to `most`."""
    return tx.execute(select(func.count()).select_from(_LISTED.limit(most).subquery())).scalar_one()
