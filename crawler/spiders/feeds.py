"""The feed spider: from a list of outlets to articles, each once."""

from __future__ import annotations

import asyncio
import hashlib
import random
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from functools import partial
from http import HTTPStatus
from typing import Any, Self

import scrapy
from scrapy import Request, signals
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler import answers, articles, push, rechecking, refusals
from crawler.addresses import SAME_TITLE, addresses, likeness
from crawler.documents import EXEMPT, Documents
from crawler.items import Catch, Page, ParsedFeed, RawPage
from crawler.middlewares.conditional import VALIDATORS
from crawler.pipelines import Archive
from crawler.polling import Pace
from crawler.refusals import STOPPING, Refusal, Refused
from crawler.reservations import Reservations
from crawler.rights import Notice
from crawler.tally import Tally
from crawler.visits import Visit, begin, is_gap, span
from crawler.workers import Workers
from mercato.errors import ExtractionError, FeedError, MercatoError, WorkerError
from mercato.model import (
    Article,
    Extraction,
    FeedEntry,
    FeedOutcome,
    FeedState,
    Licence,
    Recheck,
    Source,
    article_id,
)
from mercato.settings import CrawlSettings
from mercato.urls import host_of, url_key
from storage.warc import Archived

_PERMANENT = {HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT}
FEEDS_FIRST = 10  # priority of feeds; pages have 0


class FeedsSpider(scrapy.Spider):
    """Visits feeds, then the pages of the entries that the archive does not hold."""

    name = "feeds"
    documents: Documents
    reservations: Reservations

    def __init__(
        self,
        *,
        sources: Sequence[Source],
        archive: Archive,
        crawl: CrawlSettings,
        tally: Tally,
        pace: Pace,
        licences: Sequence[Licence] = (),
        pages: bool = True,
        rechecks: Sequence[Article] = (),
        callback: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.archive = archive
        self.tally = tally
        self.workers = Workers(crawl.workers)
        self._sources = sources
        self._pages = pages
        self._rechecks = rechecks
        self._callback = callback  # where hubs may call, but for the token; "": nowhere
        self._pace = pace
        self.licences = licences
        self._chance = random.SystemRandom()
        self._visits: list[Visit] = []
        self._waiting: dict[str, list[Visit]] = {}  # identifier of a link → the visits that wait for its page
        self._titles: dict[str, str] = {}  # article of this cycle → its title
        self.stopping = False
        self._ending: asyncio.Future[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> Self:
        """Make the spider; Scrapy calls it with the arguments of the crawl."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.documents = Documents(crawler, spider.archive)
        agent = crawler.settings["ROBOTSTXT_USER_AGENT"]
        spider.reservations = Reservations(spider.documents, spider.archive, spider.licences, agent)
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
        """A request per feed, then those for pages that are looked at again."""
        states = self.archive.states()
        for source in self._sources:
            visit = begin(source, states.get(source.id), self.archive.now(), self._pace, self._chance.random())
            self._visits.append(visit)
            yield self._feed_request(visit)
        for article in self._rechecks:
            if await self.reservations.before(article.url) is None:
                before = await asyncio.to_thread(rechecking.archived, self.archive, article)
                yield rechecking.request(article, before, self.parse_again, self.again_failed)

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

    async def parse_feed(self, response: Response, visit: Visit, listed: bool = False) -> AsyncIterator[Any]:
        """Read a feed and ask for the pages of its unknown entries. `listed`: an index of sitemaps led here."""
        self.tally.visited.add(visit.source.id)
        if response.status == HTTPStatus.NOT_MODIFIED:
            self._not_modified(visit, response, "304 Not Modified")
            for request in self._hub_requests(visit, visit.before.hub, None):
                yield request
            return
        if response.status != HTTPStatus.OK:
            self._fail(visit, answers.status(response))
            return
        sha256 = hashlib.sha256(response.body).hexdigest()
        if sha256 == visit.before.body_sha256:
            self._not_modified(visit, response, "the same bytes as last time")
            return
        try:
            feed = await self.workers.feed(response.body, response.url, answers.charset(response), self.archive.now())
        except FeedError as error:
            self._fail(visit, Refusal(error.reason, str(error), outcome=FeedOutcome.BROKEN), error.offers)
            return
        except WorkerError as error:
            self._fail(visit, Refusal("broken-feed", str(error), outcome=FeedOutcome.BROKEN))
            return
        if feed.sitemaps and not listed:
            yield self._listed_request(feed.sitemaps[0], visit)
            return
        entries = {article_id(entry.url): entry for entry in feed.entries}
        known, settled = self.archive.standing(entries)
        visit.read = self._read(visit, response, feed, sha256, len(known), own=not listed)
        topic = feed.topic or answers.linked(response, "self") or visit.source.feed
        for request in self._hub_requests(visit, visit.read.hub, topic):
            yield request
        async for wanted in self._wanted(entries, settled, visit, response):
            yield wanted

    def _hub_requests(self, visit: Visit, hub: str | None, topic: str | None) -> Iterator[Request]:
        """The request that asks a feed's hub to call, when that is due and there is an address to call."""
        asked = self.archive.ask_hub(visit.source.id, hub, topic) if self._callback and hub else None
        if asked is not None:
            yield Request(
                asked.hub,
                method="POST",
                body=push.form(asked, self._callback),
                headers={"Content-Type": "application/x-www-form-urlencoded"},
                callback=self.hub_answered,
                errback=self.hub_failed,
                cb_kwargs={"token": asked.token},
                meta={EXEMPT: True},  # robots.txt speaks of pages, not of the service that the feed itself points to
                dont_filter=True,
            )

    async def hub_answered(self, response: Response, token: str) -> None:
        """Note a hub's refusal. Its consent comes to the address that it was given."""
        if not HTTPStatus(200) <= response.status < HTTPStatus(300):
            self.archive.hub_refused(token, answers.status(response).detail)

    async def hub_failed(self, failure: Failure) -> None:
        """Note that a hub could not be asked."""
        refusal = refusals.failure(failure.value)
        if refusal is not STOPPING:
            self.archive.hub_refused(failure.request.cb_kwargs["token"], refusal.detail)  # type: ignore[attr-defined]

    def _listed_request(self, url: str, visit: Visit) -> Request:
        return Request(
            url,
            callback=self.parse_feed,
            errback=self.feed_failed,
            cb_kwargs={"visit": visit, "listed": True},
            priority=FEEDS_FIRST,
            dont_filter=True,
        )

    async def feed_failed(self, failure: Failure) -> None:
        """Note why a feed could not be had. A feed whose host rests has not been visited at all."""
        visit: Visit = failure.request.cb_kwargs["visit"]  # type: ignore[attr-defined]  # Scrapy sets it
        refusal = refusals.failure(failure.value)
        if refusal is STOPPING:
            return
        if refusal.reason == "resting":
            self.tally.refused["resting"] += 1
            self._record(visit, visit.postpone(refusal))
            return
        self.tally.visited.add(visit.source.id)
        self._fail(visit, refusal)

    def _record(self, visit: Visit, state: FeedState) -> None:
        visit.state = state
        self.archive.record(state)

    def _fail(self, visit: Visit, refusal: Refusal, offers: Sequence[str] = ()) -> None:
        self.logger.info("%s: %s", visit.source.id, refusal.detail)
        self.tally.failed[visit.source.id] = visit.source.name
        self._record(visit, visit.fail(refusal, offers))

    def _not_modified(self, visit: Visit, response: Response, detail: str) -> None:
        self.tally.not_modified += 1
        asked = answers.max_age(response)
        self._record(visit, visit.succeed(FeedOutcome.NOT_MODIFIED, detail, asked=asked))

    def _read(
        self, visit: Visit, response: Response, feed: ParsedFeed, sha256: str, known: int, *, own: bool
    ) -> FeedState:
        """What to remember of a feed that was read. Validators belong to the address that gave them, so those of a
        redirect's target, or of what an index led to, are not kept: they would be sent to another one.
        """
        self.tally.refused.update(feed.dropped)
        visit.entries, visit.known = len(feed.entries), known
        own = own and not response.meta.get("redirect_urls")
        dates = [entry.published for entry in feed.entries if entry.published]
        gap = is_gap(visit.before, feed.entries, known)
        return visit.succeed(
            FeedOutcome.FRESH if feed.entries else FeedOutcome.EMPTY,
            _told(response, feed),
            new=len(feed.entries) - known if self._pages else None,
            asked=answers.max_age(response),
            etag=answers.header(response, "ETag") if own else None,
            last_modified=answers.header(response, "Last-Modified") if own else None,
            body_sha256=sha256 if own else None,
            newest_entry=max(dates, default=visit.before.newest_entry),
            window=span(feed.entries),
            ttl=feed.ttl,
            hub=feed.hub or answers.linked(response, "hub"),
            gaps=visit.before.gaps + gap,
            last_gap=visit.started if gap else visit.before.last_gap,
        )

    async def _wanted(
        self, entries: Mapping[str, FeedEntry], settled: Collection[str], visit: Visit, response: Response
    ) -> AsyncIterator[Any]:
        """What becomes of the entries that nobody has or has asked for; the visit waits for them all.

        Until then the feed is remembered without validators, so that the next visit sees all of its entries.
        """
        self.tally.articles_known += len(settled)
        unsettled = [identifier for identifier in entries if identifier not in settled]
        visit.waiting.update(unsettled)
        self._record(visit, visit.finished() or visit.unfinished())
        if not self._pages:
            return
        wanted = [identifier for identifier in unsettled if identifier not in self._waiting]
        for identifier in unsettled:
            self._waiting.setdefault(identifier, []).append(visit)
        of_feed = self.reservations.of_feed(response)
        for identifier in wanted:
            yield await self._next_step(entries[identifier], visit, of_feed)

    async def _next_step(self, entry: FeedEntry, visit: Visit, of_feed: Notice | None) -> Request | Catch:
        """An entry's page to be asked for, or its article where the page is reserved or not needed."""
        notice = of_feed or await self.reservations.before(entry.link)
        if notice is not None:
            return self._without_page(entry, visit, refusals.reserved(notice.where, notice.policy))
        if visit.spares(entry):
            article = articles.whole_from_feed(entry, visit.source, self.archive.now())
            return Catch(article=article, entry=article.id)
        visit.asked += 1
        return self._page_request(entry, visit)

    def _page_request(self, entry: FeedEntry, visit: Visit) -> Request:
        return Request(
            entry.link,
            callback=self.parse_page,
            errback=self.page_failed,
            cb_kwargs={"entry": entry, "visit": visit},
            dont_filter=True,  # a redirect to what was asked for already must be followed to its end all the same
        )

    async def parse_page(self, response: Response, entry: FeedEntry, visit: Visit) -> AsyncIterator[Any]:
        """Read an article's page; whatever is wrong with it, the article itself is kept."""
        refusal = answers.not_a_page(response)
        if refusal is not None:
            yield self._without_page(entry, visit, refusal)
            return
        self.tally.pages += 1
        notice = await self._reserved(entry.link, response)
        if notice is not None:
            yield self._without_page(entry, visit, refusals.reserved(notice.where, notice.policy))
            return
        hints, now = articles.hints(entry, visit.source), self.archive.now()
        try:
            page = await self.workers.page(response.body, response.url, answers.charset(response), hints, now)
        except ExtractionError as error:
            yield self._without_page(entry, visit, Refusal(error.reason, str(error)), response)
        except WorkerError as error:
            yield self._without_page(entry, visit, Refusal("worker", str(error), passing=True), response)
        else:
            yield self._article(entry, visit, page, response)

    async def _reserved(self, link: str, response: Response) -> Notice | None:
        """The reservation in an answer's headers, or of the site that `link` led to, where that is another one."""
        notice = self.reservations.after(response, {})
        if notice is not None or host_of(response.url) == host_of(link):
            return notice
        return await self.reservations.before(response.url)

    async def page_failed(self, failure: Failure) -> AsyncIterator[Any]:
        """Keep the article of a page that could not be had, with what the feed tells of it."""
        arguments = failure.request.cb_kwargs  # type: ignore[attr-defined]  # Scrapy sets it
        refusal = refusals.failure(failure.value)
        if refusal is not STOPPING:
            yield self._without_page(arguments["entry"], arguments["visit"], refusal)

    async def parse_again(self, response: Response, article: Article, before: Archived | None) -> AsyncIterator[Any]:
        """Look at a flagged page again; what it tells otherwise now is kept in place of what it told."""
        found: Recheck | tuple[Article, Page] | None = rechecking.first_look(response, article)
        if found is None and await self._reserved(article.url, response):
            found = Recheck.UNREADABLE
        if found is None:
            notice = partial(self.reservations.after, response)
            found = await rechecking.read_again(self.workers, self.archive, response, article, before, notice)
        if isinstance(found, Recheck):
            self.archive.rechecked(article.id, found)
            return
        changed, page = found
        yield Catch(article=changed, entry=article.id, raw=self._raw(response, page.notices), again=True)

    async def again_failed(self, failure: Failure) -> None:
        """Note that a page could not be had this time; one that was not asked for at all stays due."""
        refusal = refusals.failure(failure.value)
        if refusal is not STOPPING and refusal.reason != "resting":
            article: Article = failure.request.cb_kwargs["article"]  # type: ignore[attr-defined]  # Scrapy sets it
            self.archive.rechecked(article.id, Recheck.UNREADABLE)

    def _article(self, entry: FeedEntry, visit: Visit, page: Page, response: Response) -> Catch:
        notice = self.reservations.after(response, page.notices)
        if notice is not None:
            return self._without_page(entry, visit, refusals.reserved(notice.where, notice.policy))
        candidates = tuple(addresses(response.url, page.canonical))
        titles = self.archive.titles(map(article_id, (entry.url, *candidates)))
        url = self._address(entry, page, response, candidates, titles)
        if url is None:
            refusal = Refusal("elsewhere", f"the link leads to {response.url}, which is not this article")
            return self._without_page(entry, visit, refusal)
        if page.extraction is Extraction.TEASER:
            self.tally.refused["paywall"] += 1
        article = articles.from_page(page, url, visit.source, self.archive.now())
        visit.compare(entry, page.text, direct=article.id == article_id(entry.url))
        fresh = article.id not in titles and article.id not in self._titles
        self._titles[article.id] = article.title
        return Catch(article=article, entry=article_id(entry.url), raw=self._raw(response, page.notices), fresh=fresh)

    def _raw(self, response: Response, meta: Mapping[str, str]) -> RawPage | None:
        """The page with the tags `meta` for the archive; None where its site asks that no copy be kept."""
        if self.reservations.archiving_refused(response, meta):
            return None
        return answers.raw_page(response, self.archive.now())

    def _address(
        self,
        entry: FeedEntry,
        page: Page,
        response: Response,
        candidates: Sequence[str],
        titles: Mapping[str, str],
    ) -> str | None:
        """The one of `candidates` to keep the article under; None when the link led to something else. `titles` are
        those of the articles that the archive holds under these addresses, by identifier.

        Log-in walls, consent pages and wrong rel=canonical links give many articles one address: a redirect is not
        believed when the page's own title has nothing in common with the feed's, and no address is that already
        holds an article of another title.
        """
        if article_id(entry.url) in titles:
            return entry.url  # kept before without its page: an article never changes its identity
        direct = url_key(response.url) == url_key(entry.url)
        if not direct and entry.title and page.own_title and not likeness(entry.title, page.own_title):
            return None
        for url in candidates:
            title = self._titles.get(article_id(url)) or titles.get(article_id(url))
            if title is None or likeness(title, page.title) >= SAME_TITLE or url_key(url) == url_key(entry.url):
                return url
        return None

    def _without_page(
        self, entry: FeedEntry, visit: Visit, refusal: Refusal, response: Response | None = None
    ) -> Catch:
        """The article as its feed tells it, with the reason why there is no more; the raw page where there is one."""
        self.tally.refused[refusal.reason] += 1
        visit.skipped[refusal.reason] += 1
        article = articles.from_feed(entry, visit.source, refusal, self.archive.now())
        return Catch(article=article, entry=article.id, raw=self._raw(response, {}) if response else None)

    def on_saved(self, item: Catch) -> None:
        """An article is in the archive: finish the visits that waited for it."""
        for visit in self._waiting.pop(item.entry, ()):
            visit.kept += item.article.extraction is not Extraction.SUMMARY
            state = visit.settle(item.entry, retry=item.article.retry_page)
            if state is not None:
                self._record(visit, state)

    def on_error(self, failure: Failure) -> None:
        """An error that no callback expected. One of ours is the archive's, and going on would lose what is read."""
        if isinstance(failure.value, MercatoError):
            self.give_up(str(failure.value))

    async def on_closed(self) -> None:
        """Tell what came of each visit, and end the worker processes."""
        self.tally.lines = [line for visit in self._visits if (line := visit.line())]
        await self.workers.close()


def _told(response: Response, feed: ParsedFeed) -> str:
    """What a person should know of a feed that was read."""
    told = [f"{len(feed.entries)} entries" if feed.entries else "readable, but without an entry"]
    if feed.hub:
        told.append(f"names the hub {feed.hub}")
    if feed.complaint:
        told.append(f"broken XML, read leniently: {feed.complaint}")
    moves = response.meta.get("redirect_reasons", [])
    if moves and all(code in _PERMANENT for code in moves):
        told.append(f"moved for good to {response.url}")
    return "; ".join(told)
