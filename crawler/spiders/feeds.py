"""The feed spider: from a list of outlets to articles, each once."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Self

import scrapy
from scrapy import Request, signals
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler import answers, articles, refusals
from crawler.addresses import SAME_TITLE, addresses, likeness
from crawler.items import Catch, Page, ParsedFeed
from crawler.middlewares.conditional import VALIDATORS
from crawler.pipelines import Archive
from crawler.refusals import STOPPING, Refusal, Refused
from crawler.tally import Tally
from crawler.visits import Visit, begin
from crawler.workers import Workers
from mercato.errors import ExtractionError, FeedError, MercatoError, WorkerError
from mercato.model import Extraction, FeedEntry, FeedOutcome, FeedState, Source, article_id
from mercato.settings import CrawlSettings
from mercato.urls import url_key

_PERMANENT = {HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT}
FEEDS_FIRST = 10  # priority of feeds; pages have 0


class FeedsSpider(scrapy.Spider):
    """Visits feeds, then the pages of the entries that the archive does not hold."""

    name = "feeds"

    def __init__(
        self,
        *,
        sources: Sequence[Source],
        archive: Archive,
        crawl: CrawlSettings,
        tally: Tally,
        pages: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.archive = archive
        self.tally = tally
        self.workers = Workers(crawl.workers)
        self._sources = sources
        self._pages = pages
        self._interval = timedelta(seconds=crawl.interval)
        self._waiting: dict[str, list[Visit]] = {}  # identifier of a link → the visits that wait for its page
        self._titles: dict[str, str] = {}  # article of this cycle → its title
        self.stopping = False
        self._ending: asyncio.Future[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> Self:
        """Make the spider; Scrapy calls it with the arguments of the crawl."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.on_saved, signal=signals.item_scraped)
        crawler.signals.connect(spider.on_error, signal=signals.spider_error)
        crawler.signals.connect(spider.on_closed, signal=signals.spider_closed)
        return spider

    def stop_asking(self) -> None:
        """Send nothing more, so that a stop takes as long as one answer. Scrapy would send what it has queued."""
        self.stopping = True
        for slot in self.crawler.engine.downloader.slots.values():
            while slot.queue:
                _, answer = slot.queue.popleft()
                answer.errback(Failure(Refused(STOPPING)))  # type: ignore[no-untyped-call]  # no types

    def give_up(self, why: str) -> None:
        """End the crawl before its time: going on would lose what is read."""
        if not self.tally.fatal:
            self.tally.fatal = why
            self.stop_asking()
            self._ending = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="given-up"))

    async def start(self) -> AsyncIterator[Any]:
        """A request per feed."""
        states = self.archive.states()
        for source in self._sources:
            visit = begin(source, states.get(source.id), self.archive.now(), self._interval)
            yield self._feed_request(visit)

    def _feed_request(self, visit: Visit) -> Request:
        before = visit.before
        return Request(
            visit.source.feed,
            callback=self.parse_feed,
            errback=self.feed_failed,
            cb_kwargs={"visit": visit},
            meta={VALIDATORS: (visit.source.feed, before.etag, before.last_modified)},
            priority=FEEDS_FIRST,
            dont_filter=True,
        )

    async def parse_feed(self, response: Response, visit: Visit) -> AsyncIterator[Any]:
        """Read a feed and ask for the pages of its unknown entries."""
        self.tally.visited.add(visit.source.id)
        if response.status == HTTPStatus.NOT_MODIFIED:
            self._not_modified(visit, "304 Not Modified")
            return
        if response.status != HTTPStatus.OK:
            self._fail(visit, answers.status(response))
            return
        sha256 = hashlib.sha256(response.body).hexdigest()
        if sha256 == visit.before.body_sha256:
            self._not_modified(visit, "the same bytes as last time")
            return
        try:
            feed = await self.workers.feed(response.body, response.url, answers.charset(response), self.archive.now())
        except (FeedError, WorkerError) as error:
            self._fail(visit, Refusal("broken-feed", str(error), outcome=FeedOutcome.BROKEN))
            return
        visit.read = self._read(visit, response, feed, sha256)
        for request in self._wanted(feed, visit):
            yield request

    async def feed_failed(self, failure: Failure) -> None:
        """Note why a feed could not be had. A feed whose host rests has not been visited at all."""
        visit: Visit = failure.request.cb_kwargs["visit"]  # type: ignore[attr-defined]  # Scrapy sets it
        refusal = refusals.failure(failure.value)
        if refusal is STOPPING:
            return
        if refusal.reason == "resting":
            self.tally.refused["resting"] += 1
            self.archive.record(visit.postpone(refusal))
            return
        self.tally.visited.add(visit.source.id)
        self._fail(visit, refusal)

    def _fail(self, visit: Visit, refusal: Refusal) -> None:
        self.logger.info("%s: %s", visit.source.id, refusal.detail)
        self.tally.failed[visit.source.id] = visit.source.name
        self.archive.record(visit.fail(refusal))

    def _not_modified(self, visit: Visit, detail: str) -> None:
        self.tally.not_modified += 1
        self.archive.record(visit.succeed(FeedOutcome.NOT_MODIFIED, detail))

    def _read(self, visit: Visit, response: Response, feed: ParsedFeed, sha256: str) -> FeedState:
        """What to remember of a feed that was read. Validators belong to the address that gave them, so those of a
        redirect's target are not kept: they would be sent to another one.
        """
        self.tally.refused.update(feed.dropped)
        redirected = bool(response.meta.get("redirect_urls"))
        dates = [entry.published for entry in feed.entries if entry.published]
        return visit.succeed(
            FeedOutcome.FRESH if feed.entries else FeedOutcome.EMPTY,
            _told(response, feed),
            etag=None if redirected else answers.header(response, "ETag"),
            last_modified=None if redirected else answers.header(response, "Last-Modified"),
            body_sha256=sha256,
            newest_entry=max(dates, default=visit.before.newest_entry),
        )

    def _wanted(self, feed: ParsedFeed, visit: Visit) -> Sequence[Request]:
        """Requests for the pages that nobody has or has asked for; the visit waits for them all.

        Until then the feed is remembered without validators, so that the next visit sees all of its entries.
        """
        entries = {article_id(entry.url): entry for entry in feed.entries}
        settled = self.archive.settled(entries)
        self.tally.articles_known += len(settled)
        open_entries = [identifier for identifier in entries if identifier not in settled]
        visit.waiting.update(open_entries)
        self.archive.record(visit.finished() or visit.unfinished())
        if not self._pages:
            return []
        wanted = [identifier for identifier in open_entries if identifier not in self._waiting]
        for identifier in open_entries:
            self._waiting.setdefault(identifier, []).append(visit)
        return [self._page_request(entries[identifier], visit.source) for identifier in wanted]

    def _page_request(self, entry: FeedEntry, source: Source) -> Request:
        return Request(
            entry.link,
            callback=self.parse_page,
            errback=self.page_failed,
            cb_kwargs={"entry": entry, "source": source},
            dont_filter=True,  # a redirect to what was asked for already must be followed to its end all the same
        )

    async def parse_page(self, response: Response, entry: FeedEntry, source: Source) -> AsyncIterator[Any]:
        """Read an article's page; whatever is wrong with it, the article itself is kept."""
        refusal = answers.not_a_page(response)
        if refusal is not None:
            yield self._without_page(entry, source, refusal)
            return
        self.tally.pages += 1
        hints, now = articles.hints(entry, source), self.archive.now()
        try:
            page = await self.workers.page(response.body, response.url, answers.charset(response), hints, now)
        except ExtractionError as error:
            yield self._without_page(entry, source, Refusal("no-text", str(error)), response)
        except WorkerError as error:
            yield self._without_page(entry, source, Refusal("worker", str(error), passing=True), response)
        else:
            yield self._article(entry, source, page, response)

    async def page_failed(self, failure: Failure) -> AsyncIterator[Any]:
        """Keep the article of a page that could not be had, with what the feed tells of it."""
        arguments = failure.request.cb_kwargs  # type: ignore[attr-defined]  # Scrapy sets it
        refusal = refusals.failure(failure.value)
        if refusal is not STOPPING:
            yield self._without_page(arguments["entry"], arguments["source"], refusal)

    def _article(self, entry: FeedEntry, source: Source, page: Page, response: Response) -> Catch:
        url = self._address(entry, page, response)
        if url is None:
            refusal = Refusal("elsewhere", f"the link leads to {response.url}, which is not this article")
            return self._without_page(entry, source, refusal)
        if page.extraction is Extraction.TEASER:
            self.tally.refused["paywall"] += 1
        article = articles.from_page(page, url, source, self.archive.now())
        self._titles[article.id] = article.title
        return Catch(article=article, entry=article_id(entry.url), raw=answers.raw_page(response, self.archive.now()))

    def _address(self, entry: FeedEntry, page: Page, response: Response) -> str | None:
        """The address to keep the article under; None when the link led to something else.

        Log-in walls, consent pages and wrong rel=canonical links give many articles one address: a redirect is not
        believed when the page's own title has nothing in common with the feed's, and no address is that already
        holds an article of another title.
        """
        if self.archive.title(article_id(entry.url)) is not None:
            return entry.url  # kept before without its page: an article never changes its identity
        direct = url_key(response.url) == url_key(entry.url)
        if not direct and entry.title and page.own_title and not likeness(entry.title, page.own_title):
            return None
        for url in addresses(response.url, page.canonical):
            title = self._title_at(url)
            if title is None or likeness(title, page.title) >= SAME_TITLE or url_key(url) == url_key(entry.url):
                return url
        return None

    def _title_at(self, url: str) -> str | None:
        identifier = article_id(url)
        return self._titles.get(identifier) or self.archive.title(identifier)

    def _without_page(
        self, entry: FeedEntry, source: Source, refusal: Refusal, response: Response | None = None
    ) -> Catch:
        """The article as its feed tells it, with the reason why there is no more; the raw page where there is one."""
        self.tally.refused[refusal.reason] += 1
        now = self.archive.now()
        article = articles.from_feed(entry, source, refusal, now)
        return Catch(article=article, entry=article.id, raw=answers.raw_page(response, now) if response else None)

    def on_saved(self, item: Catch) -> None:
        """An article is in the archive: finish the visits that waited for it."""
        for visit in self._waiting.pop(item.entry, ()):
            state = visit.settle(item.entry, retry=item.article.retry_page)
            if state is not None:
                self.archive.record(state)

    def on_error(self, failure: Failure) -> None:
        """An error that no callback expected. One of ours is the archive's, and going on would lose what is read."""
        if isinstance(failure.value, MercatoError):
            self.give_up(str(failure.value))

    async def on_closed(self) -> None:
        """End the worker processes."""
        await self.workers.close()


def _told(response: Response, feed: ParsedFeed) -> str:
    """What a person should know of a feed that was read."""
    told = [f"{len(feed.entries)} entries" if feed.entries else "readable, but without an entry"]
    if feed.complaint:
        told.append(f"broken XML, read leniently: {feed.complaint}")
    moves = response.meta.get("redirect_reasons", [])
    if moves and all(code in _PERMANENT for code in moves):
        told.append(f"moved for good to {response.url}")
    return "; ".join(told)
