"""From what a feed and a page tell to the article that is kept. Pure."""

from __future__ import annotations

from datetime import datetime

from crawler.items import Hints, Page
from crawler.personal_data import without_contacts
from crawler.refusals import Refusal
from mercato.model import Article, Extraction, FeedEntry, Source, article_id
from mercato.text import squeeze

_TITLE_FROM_SUMMARY = 100  # characters, where a feed gives no title


def hints(entry: FeedEntry, source: Source) -> Hints:
    """What the feed tells of the page that is about to be read."""
    return Hints(
        title=entry.title,
        summary=entry.summary,
        author=entry.author,
        published=entry.published,
        language=source.language,
    )


def from_page(page: Page, url: str, source: Source, now: datetime) -> Article:
    """The article of a page that was read, under its canonical address `url`."""
    return Article(
        id=article_id(url),
        url=url,
        source=source.id,
        outlet=source.name,
        title=page.title,
        body=without_contacts(page.text),
        author=page.author,
        language=page.language,
        published=page.published,
        first_seen=now,
        extraction=page.extraction,
        note=page.note,
    )


def whole_from_feed(entry: FeedEntry, source: Source, now: datetime) -> Article:
    """The article of a feed that carries it whole, so that its page need not be asked for."""
    return Article(
        id=article_id(entry.url),
        url=entry.url,
        source=source.id,
        outlet=source.name,
        title=entry.title or squeeze(entry.summary[:_TITLE_FROM_SUMMARY]),
        body=without_contacts(entry.summary),
        author=entry.author,
        language=source.language,
        published=entry.published,
        first_seen=now,
        extraction=Extraction.FULL,
        note="the text is that of the feed, which carries it whole",
    )


def from_feed(entry: FeedEntry, source: Source, refusal: Refusal, now: datetime) -> Article:
    """The article of a page that could not be had or read, as the feed tells it, with the reason."""
    return Article(
        id=article_id(entry.url),
        url=entry.url,
        source=source.id,
        outlet=source.name,
        title=entry.title or squeeze(entry.summary[:_TITLE_FROM_SUMMARY]) or entry.url,
        body="" if refusal.reason == "reserved" else without_contacts(entry.summary),
        author=entry.author,
        language=source.language,
        published=entry.published,
        first_seen=now,
        extraction=Extraction.SUMMARY,
        note=refusal.detail,
        retry_page=refusal.passing,
    )
