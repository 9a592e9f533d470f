"""What is kept beside each story so that it is found fast: its names, folded, and its place among the changes.

Written in the transaction that writes the story, like the full-text index; what people ruled on stories that were
withdrawn follows them in the same step.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import delete, select

from mercato.model import Story
from mercato.text import fold
from storage import verdicts
from storage.engine import Transaction
from storage.prepared import Prepared, Write, run_all
from storage.statements import batches, one_of, upserts
from storage.tables import story_names


class Side(StrEnum):
    """Where in a story a name stands."""

    PERSON = "person"
    ORIGIN = "origin"
    DESTINATION = "destination"


# Made once: making it takes as long as running it.
_NAMES_OF = Prepared(delete(story_names).where(one_of(story_names.c.story)))


def renew(tx: Transaction, changed: Collection[Story], old: Collection[str]) -> None:
    """Bring the index up to date with stories that have just been written; `old` are those that existed before."""
    _forget_names(tx, [story.id for story in changed if story.id in old])
    run_all(tx, additions(tx.dialect.name, changed))
    # Nobody can have ruled on a story before it was there.
    verdicts.follow(tx, [story for story in changed if story.id in old])


def forget_changes(tx: Transaction, changed: Collection[Story], before: Mapping[str, Story]) -> None:
    """Where the versions `before` are at hand of the stories that existed: take the names away that some have lost."""
    known = [(story, before[story.id]) for story in changed if story.id in before]
    _forget_names(tx, [story.id for story, old in known if not _keys(old) <= _keys(story)])


def additions(dialect: str, changed: Collection[Story]) -> list[Write]:
    """What writes the names of stories, and that they have changed, once they and their tellings are written."""
    rows = {
        (story.id, side.value, fold(name)): (name, story.updated) for story in changed for side, name in _names(story)
    }
    columns = ("story", "side", "key", "name", "updated")
    names = [dict(zip(columns, (*key, *told), strict=True)) for key, told in rows.items()]
    return [*upserts(dialect, story_names, names), verdicts.changes(dialect, (story.id for story in changed))]


def follow_changes(tx: Transaction, changed: Collection[Story], before: Mapping[str, Story]) -> None:
    """Let what people ruled follow stories that were withdrawn, or came back; it stays while a story goes on being
    told."""
    known = ((story, before[story.id]) for story in changed if story.id in before)
    verdicts.follow(tx, [story for story, old in known if not (old.tellings and story.tellings)])


def nearby(tx: Transaction, story: Story, within: timedelta, limit: int) -> list[str]:
    """Identifiers of the other told stories that name a firm of `story` and changed last at most `within` before or
    after it: the nearest in time first. Only the index of names is read, so that a firm of which thousands of stories
    tell costs little more than any other."""
    firms = {fold(name) for side, name in _names(story) if side is not Side.PERSON}
    statement = (
        select(story_names.c.story, story_names.c.updated)
        .where(story_names.c.key.in_(firms), story_names.c.side.in_([Side.ORIGIN.value, Side.DESTINATION.value]))
        .where(story_names.c.story != story.id)
        .where(story_names.c.updated.between(story.updated - within, story.updated + within))
    )
    moments = {row.story: row.updated for row in tx.execute(statement)}
    return heapq.nsmallest(limit, moments, key=lambda other: (abs(moments[other] - story.updated), other))


def _forget_names(tx: Transaction, ids: Collection[str]) -> None:
    for batch in batches(ids):
        _NAMES_OF.run(tx, [{"some": batch}])


def _keys(story: Story) -> set[tuple[Side, str]]:
    return {(side, fold(name)) for side, name in _names(story)}


def _names(story: Story) -> Iterator[tuple[Side, str]]:
    """The names of a told story; a withdrawn one is found under none."""
    if not story.tellings:
        return
    yield from ((Side.PERSON, person) for person in story.people)
    yield from ((Side.ORIGIN, story.origin),) if story.origin else ()
    yield from ((Side.DESTINATION, story.destination),) if story.destination else ()
