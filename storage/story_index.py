"""What is kept beside each story so that it is found fast: its names, folded, and its place among the changes.

Written in the transaction that writes the story, like the full-text index; what people ruled on stories that were
withdrawn follows them in the same step.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

from sqlalchemy import delete

from mercato.model import Story
from mercato.text import fold
from storage import verdicts
from storage.engine import Transaction
from storage.statements import batches, upsert
from storage.tables import story_names


class Side(StrEnum):
    """Where in a story a name stands."""

    PERSON = "person"
    ORIGIN = "origin"
    DESTINATION = "destination"


def renew(tx: Transaction, changed: Sequence[Story]) -> None:
    """Bring the index up to date with stories that have just been written."""
    for batch in batches(story.id for story in changed):
        tx.execute(delete(story_names).where(story_names.c.story.in_(batch)))
    rows = {
        (story.id, side.value, fold(name)): (name, story.updated) for story in changed for side, name in _names(story)
    }
    columns = ("story", "side", "key", "name", "updated")
    upsert(tx, story_names, [dict(zip(columns, (*key, *told), strict=True)) for key, told in rows.items()])
    verdicts.mark_changed(tx, (story.id for story in changed))
    verdicts.follow(tx, changed)


def _names(story: Story) -> Iterator[tuple[Side, str]]:
    """The names of a told story; a withdrawn one is found under none."""
    if not story.tellings:
        return
    yield from ((Side.PERSON, person) for person in story.people)
    yield from ((Side.ORIGIN, story.origin),) if story.origin else ()
    yield from ((Side.DESTINATION, story.destination),) if story.destination else ()
