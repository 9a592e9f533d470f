"""One page, fetched with the manners of a crawl: robots.txt, rests, guards of addresses, limits of size and time."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Self

import scrapy
from scrapy import Request
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler import answers, refusals
from crawler.documents import Documents
from crawler.pipelines import Archive
from crawler.process import scrapy_settings
from crawler.refusals import STOPPING, Refusal
from mercato.errors import FetchError
from mercato.i18n import phrase
from mercato.settings import Settings


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """A page as it was answered."""

    url: str  # behind redirects
    body: bytes
    charset: str | None  # as the HTTP header declares it


class _OnePage(scrapy.Spider):
    """Asks for one page and keeps what came of it. Not in crawler.spiders: it is no crawl of its own."""

    name = "one-page"
    documents: Documents

    def __init__(self, *, url: str, archive: Archive, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.archive = archive  # the middlewares ask it which hosts rest
        self.stopping = False
        self.outcome: FetchedPage | Refusal = STOPPING
        self._url = url

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> Self:
        """Make the spider; Scrapy calls it with the arguments of the crawl."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.documents = Documents(crawler, spider.archive)  # the middlewares ask it for robots.txt
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """The one request."""
        yield Request(self._url, callback=self.answered, errback=self.failed, dont_filter=True)

    def answered(self, response: Response) -> None:
        """Keep the page, or why it is none."""
        page = FetchedPage(response.url, response.body, answers.charset(response))
        self.outcome = answers.not_a_page(response) or page

    def failed(self, failure: Failure) -> None:
        """Keep why there was no answer."""
        self.outcome = refusals.failure(failure.value)


def fetch_page(settings: Settings, url: str, archive: Archive) -> FetchedPage:
    """The page at `url`; nothing is stored, but for the rest that its host may ask for.

    Can be called once in the life of a process. Raises FetchError with the reason when the page cannot be had.
    """
    knobs = scrapy_settings(settings, 0)
    knobs.set("ITEM_PIPELINES", {}, priority="cmdline")
    knobs.set("LOG_INSTALL_ROOT_HANDLER", False, priority="cmdline")
    # What matters is the outcome: the caller's handlers would print all, and so would the last resort. The process
    # takes away what handlers there are before it.
    logging.getLogger("scrapy").propagate = False
    process = AsyncCrawlerProcess(knobs)
    logging.getLogger("scrapy").addHandler(logging.NullHandler())
    crawler = process.create_crawler(_OnePage)
    task = process.crawl(crawler, url=url, archive=archive)
    process.start()
    error = task.exception() if task.done() and not task.cancelled() else None
    if error is not None:
        raise error
    outcome = crawler.spider.outcome if isinstance(crawler.spider, _OnePage) else STOPPING
    if isinstance(outcome, Refusal):
        raise FetchError(
            phrase(
                "{url}: {detail}; save the page as an .html file and give that instead", url=url, detail=outcome.detail
            )
        )
    return outcome
