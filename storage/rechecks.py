"""Flagged pages that are asked for again, and what their outlets changed in them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, exists, or_, select, update

from mercato.model import Article, Extraction, Recheck
from storage.articles import article_of
from storage.engine import Transaction
from storage.prepared import Prepared, Write
from storage.statements import batches, insert_new, one_of
from storage.tables import amendments, articles, judgements, rechecks, rulings

AFTER = (timedelta(hours=1), timedelta(days=1), timedelta(days=7))
"""When a page is looked at again, after it was first seen: the most errors are mended within the hour."""

_STALE = timedelta(days=14)  # a look that is overdue for longer is not made: the archive is being worked through anew

# Made once: every joining asks it, and making it takes as long as running it.
_RULED = exists(select(rulings.c.id))
_MARKED = Prepared(
    select(articles.c.id, judgements.c.again, rechecks.c.article, rechecks.c.checked, _RULED.label("ruled"))
    .outerjoin_from(articles, judgements, judgements.c.article == articles.c.id)
    .outerjoin(rechecks, and_(rechecks.c.article == articles.c.id, rechecks.c.outcome == Recheck.CHANGED.value))
    .where(one_of(articles.c.id), or_(judgements.c.again, rechecks.c.article.is_not(None), _RULED))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What sets articles that come to the stories apart from those that come for the first time."""

    again: frozenset[str]  # those whose judgement is no news, because they were read again
    changed: Mapping[str, datetime]  # those whose page was found changed and whose moves nobody has compared yet; when
    ruled: bool  # whether people have ruled on any story: in most archives nobody has


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A field of a move that an outlet changed, for the record."""

    article: str
    story: str
    at: datetime
    slot: str
    before: str
    after: str


def enrolments(dialect: str, some: Iterable[Article]) -> list[Write]:
    """What has the pages of these articles looked at again, but for those never read; known ones stay as they are."""
    fresh = {"stage": 0, "outcome": Recheck.WAITING.value, "checked": None, "gone_since": None}
    rows = [
        {**fresh, "article": article.id, "due": article.first_seen + AFTER[0]}
        for article in sorted(some, key=lambda article: article.id)
        if article.extraction is not Extraction.SUMMARY
    ]
    return [(insert_new(dialect, rechecks, tuple(rows[0])), rows)] if rows else []


def due(tx: Transaction, now: datetime, limit: int, sources: Collection[str] = ()) -> list[Article]:
    """The articles, all or those of `sources`, whose page is to be looked at again now; what waits longest first."""
    when = (rechecks.c.due <= now, rechecks.c.due > now - _STALE)
    theirs = (articles.c.source.in_(sources),) if sources else ()
    chosen = select(articles).join(rechecks, rechecks.c.article == articles.c.id).where(*when, *theirs)
    return [article_of(row) for row in tx.execute(chosen.order_by(rechecks.c.due, articles.c.id).limit(limit))]


def record(tx: Transaction, article: str, outcome: Recheck, now: datetime) -> None:
    """Note what a look showed, and when the next one is due."""
    seen, gone = tx.execute(
        select(articles.c.first_seen, rechecks.c.gone_since)
        .join(rechecks, rechecks.c.article == articles.c.id)
        .where(articles.c.id == article)
    ).one()
    stage = sum(seen + after <= now for after in AFTER)
    still_gone = gone if outcome is Recheck.UNREADABLE else None
    values = {
        "stage": stage,
        "due": seen + AFTER[stage] if stage < len(AFTER) else None,
        "checked": now,
        "outcome": outcome.value,
        "gone_since": (gone or now) if outcome is Recheck.GONE else still_gone,
    }
    tx.execute(update(rechecks).where(rechecks.c.article == article).values(**values))


def marks(tx: Transaction, ids: Collection[str]) -> Marks:
    """What is to be known of these articles when they come to the stories."""
    rows = [row for batch in batches(ids) for row in _MARKED.rows(tx, {"some": batch})]
    return Marks(
        again=frozenset(row.id for row in rows if row.again),
        changed={row.id: row.checked for row in rows if row.article is not None},
        ruled=any(row.ruled for row in rows),
    )


def compared(tx: Transaction, ids: Collection[str], found: Sequence[Change]) -> None:
    """Note that the moves of these changed articles were compared, and what the outlets had corrected."""
    for batch in batches(ids):
        done = update(rechecks).where(rechecks.c.article.in_(batch)).values(outcome=Recheck.COMPARED.value)
        tx.execute(done)
    for change in found:
        fields = {"slot": change.slot, "before": change.before, "after": change.after}
        values = {"article": change.article, "story": change.story, "at": change.at, **fields}
        tx.execute(amendments.insert().values(**values))


def gone(tx: Transaction, ids: Collection[str]) -> dict[str, datetime]:
    """Those of the articles whose page has vanished (404 or 410), with the moment when that was first seen."""
    found: dict[str, datetime] = {}
    for batch in batches(ids):
        which = (rechecks.c.article.in_(batch), rechecks.c.gone_since.is_not(None))
        rows = tx.execute(select(rechecks.c.article, rechecks.c.gone_since).where(*which))
        found |= {row.article: row.gone_since for row in rows}
    return found


def history(tx: Transaction, story: str) -> list[Change]:
    """What outlets corrected in a story, in order."""
    rows = tx.execute(select(amendments).where(amendments.c.story == story).order_by(amendments.c.number))
    return [
        Change(article=row.article, story=row.story, at=row.at, slot=row.slot, before=row.before, after=row.after)
        for row in rows
    ]
