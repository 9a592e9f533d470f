"""Reading archived pages again, because extraction has become better: no site is asked."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from email.message import Message
from pathlib import Path

from crawler.items import Hints, Page
from crawler.personal_data import without_contacts
from crawler.workers import Workers
from mercato.errors import ArchiveError, ExtractionError, WorkerError
from mercato.model import Article
from scheduler.jobs import Newsroom
from storage import articles
from storage.articles import Saved
from storage.warc import Archived, read_answer

_BATCH = 50  # pages read, and articles written, at a time


@dataclass(slots=True)
class Reread:
    """What reading the archive again came to."""

    pages: int = 0
    changed: int = 0
    refused: Counter[str] = field(default_factory=Counter)  # reason → pages that give no article


def reextract(room: Newsroom, source: str | None = None) -> Reread:
    """Extract every archived page again, or those of the outlet `source`; what changed is judged again later.

    An article is never made poorer: a page that gives less than before, or nothing, changes nothing. Raises
    ArchiveError when the raw archive is switched off.
    """
    folder = room.settings.archive
    if folder is None:
        raise ArchiveError(
            'the raw archive is switched off (archive = "" in [storage]): there is nothing to read again'
        )
    return asyncio.run(_reread(room, folder, source))


async def _reread(room: Newsroom, folder: Path, source: str | None) -> Reread:
    workers, told = Workers(room.settings.crawl.workers), Reread()
    try:
        for batch in _batches(room, source):
            found = await asyncio.gather(*(_read(workers, folder, article, told) for article in batch))
            with room.database.writing() as tx:
                saved = [articles.save(tx, article) for article in found if article is not None]
            told.changed += sum(one is Saved.UPDATED for one in saved)
    finally:
        await workers.close()
    return told


def _batches(room: Newsroom, source: str | None) -> Iterator[Sequence[Article]]:
    after = ""
    while True:
        with room.database.reading() as tx:
            batch = articles.archived(tx, after, _BATCH, source)
        if not batch:
            return
        yield batch
        after = batch[-1].id


async def _read(workers: Workers, folder: Path, article: Article, told: Reread) -> Article | None:
    """The article as its archived page gives it today; None when it gives none, which is counted."""
    if article.capture is None:
        return None
    told.pages += 1
    try:
        answer = read_answer(folder, article.capture)
        page = await workers.page(answer.body, answer.url, _charset(answer), _hints(article), article.first_seen)
    except ArchiveError:
        told.refused["archive"] += 1
    except ExtractionError as error:
        told.refused[error.reason] += 1
    except WorkerError:
        told.refused["worker"] += 1
    else:
        return _reread_article(article, page)
    return None


def _reread_article(article: Article, page: Page) -> Article:
    return replace(
        article,
        body=without_contacts(page.text),
        author=article.author or page.author,
        language=page.language or article.language,
        published=article.published or page.published,
        extraction=page.extraction,
        note=page.note,
    )


def _hints(article: Article) -> Hints:
    """What the archive already knows; it came from the feed first."""
    return Hints(title=article.title, author=article.author, published=article.published, language=article.language)


def _charset(answer: Archived) -> str | None:
    message = Message()
    message["Content-Type"] = answer.header("Content-Type") or "text/html"
    return message.get_content_charset()
