"""Other links to known articles: a feed's redirecting link must not fetch its page in every cycle."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from storage.engine import Transaction
from storage.statements import batches, upsert
from storage.tables import aliases


def add(tx: Transaction, link: str, article: str) -> None:
    """Remember that the link with the identifier `link` (`article_id` of its address) leads to a stored article."""
    upsert(tx, aliases, [{"link": link, "article": article}])


def resolve(tx: Transaction, links: Iterable[str]) -> dict[str, str]:
    """The identifiers of the articles that those of `links` lead to which are known to lead elsewhere."""
    found: dict[str, str] = {}
    for batch in batches(links):
        rows = tx.execute(select(aliases.c.link, aliases.c.article).where(aliases.c.link.in_(batch)))
        found.update((row.link, row.article) for row in rows)
    return found
