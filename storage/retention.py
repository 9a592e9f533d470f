"""What has been kept long enough is let go: texts, titles, frozen mails, records of cycles.

The row of an article stays when its text goes, so that its page is never asked for again, and the judgement of its
text stays too: a better lexicon cannot judge what is not there any more.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, not_, or_, select, update

from mercato.model import Delivery, article_text
from storage import search, versions
from storage.articles import THINNED
from storage.statements import is_told
from storage.tables import articles, deliveries, digests, judgements, runs, stories, tellings, visits

_TELLS = exists().where(tellings.c.article == articles.c.id)
_WITH_TEXT = articles.c.judged_by < THINNED


def texts(tx: Connection, before: datetime, *, flagged: bool, limit: int) -> list[str]:
    """Articles whose text is older than `before`: those that tell a story, or those that tell none. Judged ones only:
    what nobody has looked at yet is never let go."""
    which = and_(articles.c.told < before, _WITH_TEXT, _TELLS if flagged else not_(_TELLS))
    return list(tx.execute(select(articles.c.id).where(which).limit(limit)).scalars())


def count_texts(tx: Connection, before: datetime, *, flagged: bool) -> int:
    """How many articles `texts` would give in all."""
    which = and_(articles.c.told < before, _WITH_TEXT, _TELLS if flagged else not_(_TELLS))
    return tx.execute(select(func.count()).select_from(articles).where(which)).scalar_one()


def thin(tx: Connection, ids: Collection[str]) -> None:
    """Let go of the texts of these articles, former ones too; they are found by their titles only from now on."""
    versions.forget(tx, ids)
    for row in tx.execute(select(articles).where(articles.c.id.in_(ids)).order_by(articles.c.id)).all():
        tx.execute(update(articles).where(articles.c.number == row.number).values(body="", judged_by=THINNED))
        search.replace(tx, row.number, article_text(row.title, row.body), article_text(row.title, ""))


def erase(tx: Connection, ids: Collection[str]) -> None:
    """Let go of all that these articles say: title, author, judgement, former texts, and the words of their
    addresses."""
    versions.forget(tx, ids)
    for row in tx.execute(select(articles).where(articles.c.id.in_(ids)).order_by(articles.c.id)).all():
        parts = urlsplit(row.url)
        values = {"title": "", "body": "", "author": None, "note": "", "url": f"{parts.scheme}://{parts.netloc}/"}
        tx.execute(update(articles).where(articles.c.number == row.number).values(**values, judged_by=THINNED))
        search.replace(tx, row.number, article_text(row.title, row.body), article_text("", ""))
        tx.execute(delete(judgements).where(judgements.c.article == row.id))


def old_stories(tx: Connection, before: datetime, limit: int) -> list[str]:
    """The told stories to which nothing was added since `before`."""
    which = and_(stories.c.updated < before, is_told())
    return list(tx.execute(select(stories.c.id).where(which).order_by(stories.c.id).limit(limit)).scalars())


def count_old_stories(tx: Connection, before: datetime) -> int:
    """How many stories `old_stories` would give in all."""
    which = and_(stories.c.updated < before, is_told())
    return tx.execute(select(func.count()).select_from(stories).where(which)).scalar_one()


def told_by_no_other(tx: Connection, ids: Collection[str]) -> list[str]:
    """The articles that tell these stories and no other."""
    theirs = select(tellings.c.article).where(tellings.c.story.in_(ids))
    others = select(tellings.c.article).where(tellings.c.story.not_in(ids))
    return list(tx.execute(theirs.where(tellings.c.article.not_in(others)).distinct()).scalars())


def flagged_pages(tx: Connection, file: str) -> frozenset[int]:
    """Offsets of the raw pages in a file that belong to articles which tell a story."""
    chosen = select(articles.c.capture_offset).where(articles.c.capture_file == file, _TELLS)
    return frozenset(tx.execute(chosen).scalars())


def count_mails(tx: Connection, before: datetime) -> int:
    """How many frozen mails are older than `before` and on their way no more."""
    return tx.execute(select(func.count()).select_from(digests).where(_old_mail(before))).scalar_one()


def blank_mails(tx: Connection, before: datetime) -> int:
    """Let go of the words of these mails; their lines in the ledger stay, so that nothing is told twice."""
    nothing = {"subject": "", "text": "", "html": "", "payload": None}
    return tx.execute(update(digests).where(_old_mail(before)).values(**nothing)).rowcount


def _old_mail(before: datetime) -> ColumnElement[bool]:
    moving = (Delivery.PENDING.value, Delivery.SENDING.value, Delivery.UNCERTAIN.value)
    waiting = exists().where(deliveries.c.digest == digests.c.id, deliveries.c.state.in_(moving))
    return and_(digests.c.composed_at < before, digests.c.message_id.is_not(None), digests.c.text != "", not_(waiting))


def count_records(tx: Connection, before: datetime) -> int:
    """How many records of cycles and visits are older than `before`."""
    return sum(
        tx.execute(select(func.count()).select_from(table).where(which)).scalar_one()
        for table, which in ((visits, visits.c.at < before), (runs, _old_run(before)))
    )


def drop_records(tx: Connection, before: datetime) -> int:
    """Delete the records of cycles and visits that are older than `before`; returns how many."""
    gone = tx.execute(delete(visits).where(visits.c.at < before)).rowcount
    return gone + tx.execute(delete(runs).where(_old_run(before))).rowcount


def _old_run(before: datetime) -> ColumnElement[bool]:
    return or_(runs.c.finished < before, and_(runs.c.finished.is_(None), runs.c.started < before))
