"""Stories with their tellings and events, whole in and whole out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Row, and_, delete, func, or_, select, union, update

from mercato.model import Article, Judgement, Kind, Novelty, Route, Status, Story, StoryEvent, Telling, Voice
from storage import rechecks, story_index, verdicts
from storage.articles import is_any_untaken, untaken, untaken_of
from storage.engine import Transaction
from storage.json_values import decode_figures, decode_group, decode_moves, encode, encode_all
from storage.prepared import Prepared, Write, rows_of_all, run_all
from storage.statements import (
    SHORTEST_PREFIX,
    among,
    batches,
    begins_with,
    comes_before,
    insertions,
    is_refused,
    is_told,
    one_of,
    upsert,
    upserts,
)
from storage.tables import articles, judgements, stories, story_events, story_keys, tellings

_NO_KEYS: Mapping[str, Collection[str]] = {}

# Made once: joining an article asks a dozen of these, and making one takes as long as running it.
_STORIES = Prepared(select(stories).where(one_of(stories.c.id)))
_KNOWN = Prepared(select(stories.c.id).where(one_of(stories.c.id)))
_TOLD = Prepared(select(tellings).where(one_of(tellings.c.story)).order_by(tellings.c.position, tellings.c.article))
_EVENTS = Prepared(
    select(story_events).where(one_of(story_events.c.story)).order_by(story_events.c.position, story_events.c.id)
)
_TELLING = select(tellings.c.story).where(one_of(tellings.c.article, "articles"))
_UNDER = select(story_keys.c.story).where(one_of(story_keys.c.key, "keys"))
_TOLD_BY = Prepared(select(stories).where(stories.c.id.in_(_TELLING)))
_SHELVED = Prepared(select(stories).where(stories.c.id.in_(_UNDER)))
_EITHER = Prepared(select(stories).where(stories.c.id.in_(union(_TELLING, _UNDER))))
_ARTICLES_OF = Prepared(select(tellings.c.story, tellings.c.article).where(one_of(tellings.c.story)))
_KEYS_OF = Prepared(select(story_keys.c.story, story_keys.c.key).where(one_of(story_keys.c.story)))
_JOINED = Prepared(update(judgements).where(one_of(judgements.c.article)).values(joined=True))


def unjoined(tx: Transaction, fingerprint: str, limit: int) -> list[str]:
    """Identifiers of articles whose judgement by this lexicon, named by its fingerprint, the stories have not taken in.

    Flagged ones, and others that tell a story since an earlier judgement, in the order in which they came out. All are
    sorted each time: ask for many, and `unjoined_of` them for their judgements.
    """
    return untaken(tx, fingerprint, limit)


def unjoined_of(tx: Transaction, fingerprint: str, some: Collection[str]) -> list[tuple[Article, Judgement]]:
    """Those of `some` articles that are still to be joined, with their judgements, in the same order."""
    return untaken_of(tx, fingerprint, some)


def is_any_unjoined(tx: Transaction, fingerprint: str) -> bool:
    """Whether `unjoined` would tell any; costs nothing."""
    return is_any_untaken(tx, fingerprint)


def mark_joined(tx: Transaction, *joined: str, flagged: Iterable[Article] = ()) -> None:
    """Take articles off `unjoined`, until they are judged otherwise, and have the pages of the flagged ones looked at
    again; belongs into the transaction of `save`."""
    marked = [(_JOINED, [{"some": batch}]) for batch in batches(joined)]
    run_all(tx, [*rechecks.enrolments(tx.dialect.name, flagged), *marked])


def save(
    tx: Transaction,
    changed: Iterable[Story],
    keys: Mapping[str, Collection[str]] = _NO_KEYS,
    old: Collection[str] | None = None,
) -> None:
    """Write stories whole, over those that exist; the same again changes nothing.

    A telling that a story no longer has is taken away. Events are added and brought up to date, never taken away:
    digests point at them. The articles of both must be stored. `keys` says by story under which keys `Stacks` finds
    it from now on; a story without keys is not found there. `old` are those that exist, where the caller knows.
    """
    whole = list(changed)
    old = known(tx, (story.id for story in whole)) if old is None else old
    upsert(tx, stories, [_story_columns(story) for story in whole])
    _take_away(tx, tellings.c.article, {s.id: {t.article for t in s.tellings} for s in whole if s.id in old})
    upsert(tx, tellings, [_telling_columns(s.id, place, t) for s in whole for place, t in enumerate(s.tellings)])
    upsert(tx, story_events, [_event_columns(place, event) for s in whole for place, event in enumerate(s.events)])
    shelve(tx, {story.id: keys.get(story.id, ()) for story in whole}, old)
    story_index.renew(tx, whole, old)


def save_changes(
    tx: Transaction,
    changed: Collection[Story],
    before: Mapping[str, Story],
    keys: Callable[[Story], Collection[str]],
) -> None:
    """Write what sets stories apart from what is stored of them: the same as `save`, with fewer questions.

    `before` holds the stored versions of all of them that exist, and `keys` gives the keys of either version.
    """
    dialect, earlier = tx.dialect.name, {story.id: before.get(story.id) for story in changed}
    for story in changed:
        _part(tx, tellings.c.article, story.id, _articles(earlier[story.id]) - _articles(story))
    new: list[dict[str, str]] = []
    for story in changed:
        old = earlier[story.id]
        wanted, held = set(keys(story)), set(keys(old) if old else ())
        _part(tx, story_keys.c.key, story.id, held - wanted)
        new += [{"key": key, "story": story.id} for key in wanted - held]
    story_index.forget_changes(tx, changed, before)
    # All at once: PostgreSQL's driver spends more on waiting for an answer than on sending what it answers.
    run_all(
        tx,
        [
            *upserts(dialect, stories, [_story_columns(story) for story in changed]),
            *upserts(dialect, tellings, [row for story in changed for row in _new_tellings(story, earlier[story.id])]),
            *upserts(
                dialect, story_events, [row for story in changed for row in _new_events(story, earlier[story.id])]
            ),
            *_insertion_of_keys(dialect, new),
            *story_index.additions(dialect, changed),
        ],
    )
    story_index.follow_changes(tx, changed, before)


def _articles(story: Story | None) -> set[str]:
    return {telling.article for telling in story.tellings} if story else set()


def _new_tellings(story: Story, before: Story | None) -> Iterator[dict[str, Any]]:
    stored = dict(enumerate(before.tellings)) if before else {}
    for place, telling in enumerate(story.tellings):
        if stored.get(place) != telling:
            yield _telling_columns(story.id, place, telling)


def _new_events(story: Story, before: Story | None) -> Iterator[dict[str, Any]]:
    stored = dict(enumerate(before.events)) if before else {}
    for place, event in enumerate(story.events):
        if stored.get(place) != event:
            yield _event_columns(place, event)


def _part(tx: Transaction, column: Column[Any], story: str, gone: Collection[str]) -> None:
    """Delete those rows of a story whose `column` holds one of the values that are gone."""
    if gone:
        tx.execute(delete(column.table).where(column.table.c.story == story, column.in_(gone)))


def _insertion_of_keys(dialect: str, rows: Sequence[Mapping[str, str]]) -> list[Write]:
    # In one order, so that two writers on PostgreSQL cannot wait for each other for ever.
    return insertions(dialect, story_keys, sorted(rows, key=lambda row: row["key"]))


def shelve(tx: Transaction, keys: Mapping[str, Collection[str]], old: Collection[str]) -> None:
    """Record under which keys stories are found: these and no others. `old` are those that may have some already."""
    held = _take_away(tx, story_keys.c.key, {story: keys[story] for story in keys if story in old})
    new = [{"key": key, "story": story} for story, some in keys.items() for key in set(some) - held[story]]
    run_all(tx, _insertion_of_keys(tx.dialect.name, new))


def _take_away(tx: Transaction, column: Column[Any], kept: Mapping[str, Collection[str]]) -> dict[str, set[str]]:
    """Delete the rows of these stories whose `column` holds none of the values kept; returns the values found."""
    table, found = column.table, defaultdict[str, set[str]](set)
    for batch in batches(kept):
        for story, value in (_ARTICLES_OF if table is tellings else _KEYS_OF).rows(tx, {"some": batch}):
            found[story].add(value)
    for story, values in found.items():
        _part(tx, column, story, values.difference(kept[story]))
    return found


class Stacks:
    """The stories of the archive as the joining of articles asks for them, each read once."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self.met: dict[str, Story] = {}  # the stories that were found to exist, as stored, withdrawn ones included

    def lookup(self, keys: Collection[str] = (), articles: Collection[str] = ()) -> list[Story]:
        """The stories that are shelved under any of these keys, and those that any of these articles tells."""
        if keys and articles:
            return self._given(_EITHER, {"keys": list(keys), "articles": list(articles)})
        if keys:
            return self._given(_SHELVED, {"keys": list(keys)})
        return self._given(_TOLD_BY, {"articles": list(articles)})

    def named(self, story: str) -> Story | None:
        """The story with this identifier, unless it is withdrawn."""
        found = self._given(_STORIES, {"some": [story]})
        return found[0] if found and found[0].tellings else None

    def _given(self, statement: Prepared, values: Mapping[str, list[str]]) -> list[Story]:
        rows = {row.id: row for row in statement.rows(self._tx, values)}
        self.met |= _whole(self._tx, {name: row for name, row in rows.items() if name not in self.met})
        return [self.met[name] for name in sorted(rows)]


def get(tx: Transaction, reference: str) -> Story | None:
    """The story with this identifier, or the only one whose identifier begins so (four characters or more)."""
    found = _load(tx, [reference])
    if not found and len(reference) >= SHORTEST_PREFIX:
        fits = tx.execute(select(stories.c.id).where(begins_with(stories.c.id, reference)).limit(2)).scalars().all()
        found = _load(tx, fits) if len(fits) == 1 else []
    return found[0] if found else None


def known(tx: Transaction, ids: Iterable[str]) -> frozenset[str]:
    """Those of `ids` that are stories, withdrawn ones included."""
    found: set[str] = set()
    for batch in batches(ids):
        found.update(row.id for row in _KNOWN.rows(tx, {"some": batch}))
    return frozenset(found)


def opened_between(tx: Transaction, start: datetime, end: datetime) -> list[str]:
    """Identifiers of the stories that were opened after `start`, up to and including `end`, the oldest first; no
    withdrawn ones."""
    span = (stories.c.opened > start, stories.c.opened <= end)
    statement = select(stories.c.id).where(*span, is_told()).order_by(stories.c.opened, stories.c.id)
    return list(tx.execute(statement).scalars())


def get_all(tx: Transaction, ids: Iterable[str]) -> list[Story]:
    """The stories with these identifiers in the order given; unknown ones are left out."""
    return _load(tx, ids)


def of_article(tx: Transaction, article: str) -> list[str]:
    """Identifiers of the stories that an article tells, in order."""
    statement = select(tellings.c.story).where(tellings.c.article == article).order_by(tellings.c.story)
    return list(tx.execute(statement).scalars())


def latest(tx: Transaction, limit: int, before: tuple[datetime, str] | None = None) -> list[Story]:
    """The stories that changed last first, without withdrawn ones; the next page is what comes `before` the last
    one's (updated, id)."""
    order = (stories.c.updated, stories.c.id)
    statement = select(stories.c.id).where(is_told()).order_by(*(column.desc() for column in order)).limit(limit)
    if before:
        statement = statement.where(comes_before(order, before))
    return _load(tx, tx.execute(statement).scalars())


def routes(tx: Transaction, since: datetime | None = None, until: datetime | None = None) -> Iterator[Route]:
    """The stories that name both firms and whose first article came out from `since` on and before `until`, in order,
    as people corrected them; without those that they rejected or merged into others."""
    changes = verdicts.route_changes(tx)
    columns = (stories.c.origin, stories.c.destination, stories.c.people, stories.c.group, stories.c.status)
    at = articles.c.told
    both = and_(stories.c.origin.is_not(None), stories.c.destination.is_not(None))
    statement = (
        select(stories.c.id, *columns, stories.c.kind, at)
        .join(tellings, and_(tellings.c.story == stories.c.id, tellings.c.position == 0))
        .join(articles, articles.c.id == tellings.c.article)
        .where(or_(both, among(stories.c.id, changes)), ~is_refused())
        .where(*([at >= since] if since else []), *([at < until] if until else []))
        .order_by(at, stories.c.id)
    )
    for row in tx.execute(statement):
        route = Route(
            month=f"{row.told:%Y-%m}",
            origin=row.origin,
            destination=row.destination,
            people=max(len(row.people), (row.group or {}).get("count") or 1),
            status=Status(row.status),
            kind=Kind(row.kind),
        )
        route = replace(route, **changes.get(row.id, {}))
        if route.origin and route.destination:
            yield route


def count_opened_before(tx: Transaction, at: datetime) -> int:
    """How many stories had been opened at that moment, which counts itself: windows begin after their start."""
    opened = select(func.count()).select_from(stories).where(stories.c.opened <= at, is_told())
    return tx.execute(opened).scalar_one()


def count_by_status(tx: Transaction) -> dict[Status, int]:
    """How many stories stand at each status; those that were withdrawn do not count."""
    counted = select(stories.c.status, func.count()).where(is_told()).group_by(stories.c.status)
    return {Status(status): number for status, number in tx.execute(counted)}


def _load(tx: Transaction, ids: Iterable[str]) -> list[Story]:
    """The stories with these identifiers, whole, in the order given; unknown ones are left out."""
    loaded: list[Story] = []
    for batch in batches(ids):
        found = _whole(tx, {row.id: row for row in _STORIES.rows(tx, {"some": batch})})
        loaded += [found[key] for key in batch if key in found]
    return loaded


def _whole(tx: Transaction, rows: Mapping[str, Any]) -> dict[str, Story]:
    """The stories of these rows of `stories`, by identifier, with what tells them and what was added to them."""
    if not rows:
        return {}
    some = {"some": list(rows)}
    told, events = map(_by_story, rows_of_all(tx, [(_TOLD, some), (_EVENTS, some)]))
    return {name: _story(row, told[name], events[name]) for name, row in rows.items()}


def _by_story(found: Iterable[Any]) -> dict[str, list[Any]]:
    """Rows of `tellings` or `story_events` by story, each story's in its own order."""
    grouped: dict[str, list[Any]] = defaultdict(list)
    for row in found:
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


def _story(row: Any, told: Sequence[Any], events: Sequence[Any]) -> Story:
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
        "voice": telling.voice.value,
        "recalled": encode_all(telling.recalled),
    }


def _telling(row: Any) -> Telling:
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
        voice=Voice(row.voice),
        recalled=decode_moves(row.recalled),
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
