"""Stories with their tellings and events, whole in and whole out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Row, Table, delete, exists, func, select, update

from mercato.model import Article, Judgement, Kind, Novelty, Status, Story, StoryEvent, Telling
from storage import story_index
from storage.articles import untaken
from storage.engine import Transaction
from storage.json_values import decode_figures, decode_group, decode_moves, encode, encode_all
from storage.statements import SHORTEST_PREFIX, batches, begins_with, comes_before, upsert
from storage.tables import judgements, stories, story_events, tellings


def unjoined(tx: Transaction, fingerprint: str, limit: int = 500) -> list[tuple[Article, Judgement]]:
    """Articles whose judgement by the lexicon with this fingerprint the stories have not taken in, in the order in
    which they came out: flagged ones, and others that tell a story since an earlier judgement."""
    return untaken(tx, fingerprint, limit)


def mark_joined(tx: Transaction, article: str) -> None:
    """Take an article off `unjoined`, until it is judged otherwise; belongs into the transaction of `save`."""
    tx.execute(update(judgements).where(judgements.c.article == article).values(joined=True))


def save(tx: Transaction, changed: Iterable[Story]) -> None:
    """Write stories whole, over those that exist; the same again changes nothing.

    A telling that a story no longer has is taken away. Events are added and brought up to date, never taken away:
    digests point at them. The articles of both must be stored.
    """
    whole = list(changed)
    upsert(tx, stories, [_story_columns(story) for story in whole])
    for story in whole:
        kept = [telling.article for telling in story.tellings]
        tx.execute(delete(tellings).where(tellings.c.story == story.id, tellings.c.article.not_in(kept)))
    upsert(tx, tellings, [_telling_columns(s.id, place, t) for s in whole for place, t in enumerate(s.tellings)])
    upsert(tx, story_events, [_event_columns(place, event) for s in whole for place, event in enumerate(s.events)])
    story_index.renew(tx, whole)


def get(tx: Transaction, reference: str) -> Story | None:
    """The story with this identifier, or the only one whose identifier begins so (four characters or more)."""
    found = _load(tx, [reference])
    if not found and len(reference) >= SHORTEST_PREFIX:
        fits = tx.execute(select(stories.c.id).where(begins_with(stories.c.id, reference)).limit(2)).scalars().all()
        found = _load(tx, fits) if len(fits) == 1 else []
    return found[0] if found else None


def get_all(tx: Transaction, ids: Iterable[str]) -> list[Story]:
    """The stories with these identifiers in the order given; unknown ones are left out."""
    return _load(tx, ids)


def of_article(tx: Transaction, article: str) -> list[str]:
    """Identifiers of the stories that an article tells, in order."""
    statement = select(tellings.c.story).where(tellings.c.article == article).order_by(tellings.c.story)
    return list(tx.execute(statement).scalars())


def recent(tx: Transaction, since: datetime) -> list[Story]:
    """The stories that something was added to at `since` or later, those untouched for longest first."""
    order = (stories.c.updated, stories.c.id)
    return _load(tx, tx.execute(select(stories.c.id).where(stories.c.updated >= since).order_by(*order)).scalars())


def latest(tx: Transaction, limit: int, before: tuple[datetime, str] | None = None) -> list[Story]:
    """The stories that changed last first, without withdrawn ones; the next page is what comes `before` the last
    one's (updated, id)."""
    order = (stories.c.updated, stories.c.id)
    statement = select(stories.c.id).where(is_told()).order_by(*(column.desc() for column in order)).limit(limit)
    if before:
        statement = statement.where(comes_before(order, before))
    return _load(tx, tx.execute(statement).scalars())


def count_opened_before(tx: Transaction, at: datetime) -> int:
    """How many stories had been opened at that moment, which counts itself: windows begin after their start."""
    opened = select(func.count()).select_from(stories).where(stories.c.opened <= at, is_told())
    return tx.execute(opened).scalar_one()


def is_told() -> ColumnElement[bool]:
    """Not withdrawn: an article tells it; for the modules of this room."""
    return exists().where(tellings.c.story == stories.c.id)


def _load(tx: Transaction, ids: Iterable[str]) -> list[Story]:
    """The stories with these identifiers, whole, in the order given; unknown ones are left out."""
    loaded: list[Story] = []
    for batch in batches(ids):
        rows = {row.id: row for row in tx.execute(select(stories).where(stories.c.id.in_(batch)))}
        told = _by_story(tx, tellings, batch)
        events = _by_story(tx, story_events, batch)
        loaded += [_story(rows[key], told[key], events[key]) for key in batch if key in rows]
    return loaded


def _by_story(tx: Transaction, table: Table, ids: Sequence[str]) -> dict[str, list[Row[Any]]]:
    """Rows of `tellings` or `story_events` by story, each story's in its own order."""
    tie: Column[Any] = table.c.article if table is tellings else table.c.id
    grouped: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in tx.execute(select(table).where(table.c.story.in_(ids)).order_by(table.c.position, tie)):
        grouped[row.story].append(row)
    return grouped


def _story_columns(story: Story) -> dict[str, Any]:
    return {
        "id": story.id,
        "opened": story.opened,
        "updated": story.updated,
        "people": list(story.people),
        "group": encode(story.group),
        "origin": story.origin,
        "destination": story.destination,
        "role": story.role,
        "status": story.status.value,
        "kind": story.kind.value,
        "figures": encode_all(story.figures),
        "origins": list(story.origins),
    }


def _story(row: Row[Any], told: Sequence[Row[Any]], events: Sequence[Row[Any]]) -> Story:
    return Story(
        id=row.id,
        opened=row.opened,
        updated=row.updated,
        people=tuple(row.people),
        group=decode_group(row.group),
        origin=row.origin,
        destination=row.destination,
        role=row.role,
        status=Status(row.status),
        kind=Kind(row.kind),
        figures=decode_figures(row.figures),
        origins=tuple(row.origins),
        tellings=tuple(_telling(row) for row in told),
        events=tuple(event_of(row) for row in events),
    )


def _telling_columns(story: str, position: int, telling: Telling) -> dict[str, Any]:
    return {
        "story": story,
        "article": telling.article,
        "position": position,
        "url": telling.url,
        "outlet": telling.outlet,
        "source": telling.source,
        "title": telling.title,
        "published": telling.published,
        "first_seen": telling.first_seen,
        "moves": encode_all(telling.moves),
        "sources_cited": list(telling.sources_cited),
        "score": telling.score,
    }


def _telling(row: Row[Any]) -> Telling:
    return Telling(
        article=row.article,
        url=row.url,
        outlet=row.outlet,
        source=row.source,
        title=row.title,
        published=row.published,
        first_seen=row.first_seen,
        moves=decode_moves(row.moves),
        sources_cited=tuple(row.sources_cited),
        score=row.score,
    )


def _event_columns(position: int, event: StoryEvent) -> dict[str, Any]:
    return {
        "id": event.id,
        "story": event.story,
        "article": event.article,
        "position": position,
        "at": event.at,
        "novelty": event.novelty.value,
        "before": event.before,
        "after": event.after,
    }


def event_of(row: Row[Any]) -> StoryEvent:
    """The event that a row of `story_events` holds; for the modules of this room."""
    return StoryEvent(
        id=row.id,
        story=row.story,
        article=row.article,
        at=row.at,
        novelty=Novelty(row.novelty),
        before=row.before,
        after=row.after,
    )
