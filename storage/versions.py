"""Former texts of articles that their outlets edited."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select

from mercato.model import Article
from storage.engine import Transaction
from storage.tables import article_versions

MOST = 50
"""Versions kept of one article: a live page that changes every hour would else fill the archive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A text that an article had."""

    number: int  # from 1, the first
    until: datetime  # when another text took its place
    title: str
    body: str


def keep(tx: Transaction, article: Article, until: datetime) -> None:
    """Keep the text of `article`, which another one is about to replace; belongs into the transaction that does so."""
    held = select(func.count()).select_from(article_versions).where(article_versions.c.article == article.id)
    number = tx.execute(held).scalar_one() + 1
    if number <= MOST:
        row = {"article": article.id, "number": number, "until": until, "title": article.title, "body": article.body}
        tx.execute(article_versions.insert().values(**row))


def forget(tx: Transaction, ids: Collection[str]) -> None:
    """Let go of the former texts of these articles."""
    tx.execute(delete(article_versions).where(article_versions.c.article.in_(ids)))


def of_article(tx: Transaction, article: str) -> list[Version]:
    """The former texts of an article, the first one first."""
    found = select(article_versions).where(article_versions.c.article == article).order_by(article_versions.c.number)
    return [Version(number=row.number, until=row.until, title=row.title, body=row.body) for row in tx.execute(found)]
