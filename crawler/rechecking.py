"""A flagged page looked at again: is it gone, the same, or does it tell something else? Decides, fetches nothing.

What an outlet takes back becomes an erratum about named people, so a page that may be another one than the article's
takes nothing back, and neither does one that may not be read any more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from scrapy import Request
from scrapy.http import Response

from crawler import answers
from crawler.addresses import is_front_page, likeness
from crawler.items import Hints, Page
from crawler.middlewares.conditional import VALIDATORS
from crawler.personal_data import without_contacts
from crawler.pipelines import Archive
from crawler.rights import Notice
from crawler.workers import Workers
from mercato.errors import ExtractionError, WorkerError
from mercato.model import Article, Recheck
from mercato.urls import url_key
from storage.warc import Archived

_AFTER_ALL = -10  # priority: news first
_SAME_AFTER_MOVE = 0.5  # of a title's words: an outlet that corrects a headline may move the page to match it


def request(
    article: Article, before: Archived | None, callback: Callable[..., Any], errback: Callable[..., Any]
) -> Request:
    """The request for a page that was read before; conditional where its answer named validators."""
    validators = (before.header("ETag"), before.header("Last-Modified")) if before else (None, None)
    return Request(
        article.url,
        cb_kwargs={"article": article, "before": before},
        meta={VALIDATORS: (article.url, *validators)},
        priority=_AFTER_ALL,
        dont_filter=True,
        callback=callback,
        errback=errback,
    )


def archived(archive: Archive, article: Article) -> Archived | None:
    """The page as it was read before; None when it was not kept, or is lost."""
    return archive.read_before(article.capture) if article.capture else None


def first_look(response: Response, article: Article) -> Recheck | None:
    """What the answer alone tells; None: it must be read."""
    if response.status == HTTPStatus.NOT_MODIFIED:
        return Recheck.SAME
    if response.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        return Recheck.GONE
    if answers.not_a_page(response) is not None:
        return Recheck.UNREADABLE
    digest = hashlib.sha256(response.body).hexdigest()
    return Recheck.SAME if article.capture and article.capture.sha256 == digest else None


async def read_again(
    workers: Workers,
    archive: Archive,
    response: Response,
    article: Article,
    before: Archived | None,
    notice: Callable[[Mapping[str, str]], Notice | None],
) -> tuple[Article, Page] | Recheck:
    """The article as its page gives it now, and that page; SAME when its words are, UNREADABLE when it gives none,
    another page stands there, or its site reserves its rights by now, as `notice` reads in the page's tags.

    The title is the feed's. That the page's own has been changed is seen by comparing it with the page's before.
    """
    now = archive.now()
    try:
        page = await workers.page(response.body, response.url, answers.charset(response), Hints(), now)
        old = await workers.page(before.body, before.url, None, Hints(), now) if before else None
    except (ExtractionError, WorkerError):
        return Recheck.UNREADABLE
    if notice(page.notices) or _is_elsewhere(response.url, article, old, page):
        return Recheck.UNREADABLE
    title, body = _title(article, old, page), without_contacts(page.text)
    changed = replace(article, title=title, body=body, first_seen=now)  # these words; the article keeps its moment
    same = (changed.title, changed.body) == (article.title, article.body)
    return Recheck.SAME if same or page.extraction is not article.extraction else (changed, page)


def _is_elsewhere(url: str, article: Article, old: Page | None, new: Page) -> bool:
    """Whether the article's address leads to another page now: dead articles are redirected to front pages, to lists
    and to newer articles."""
    if url_key(url) == url_key(article.url):
        return False
    titles = (article.title, (old and old.own_title) or article.title)
    return is_front_page(url) or max(likeness(title, new.title) for title in titles) < _SAME_AFTER_MOVE


def _title(article: Article, old: Page | None, new: Page) -> str:
    return article.title if old is None or old.title == new.title else new.title
