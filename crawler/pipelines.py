"""The way into the archive: the raw page to its WARC file, the article to the database, nothing else.

An item counts as kept once it is committed, and its feed's visit waits for that, so a crawl that is killed has lost
nothing that it had read. Database calls are short and run on the crawl's own thread.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from crawler import polling, push
from crawler.items import Catch, RawPage
from crawler.polling import Pace
from crawler.tally import Tally
from mercato import __version__
from mercato.errors import ArchiveError, MercatoError, StoreError
from mercato.model import Article, Capture, FeedState, HostDocument, HubSubscription, Recheck, Source
from mercato.settings import Settings
from storage import aliases, articles, feeds, hubs, objections, own_sources, rechecks, rights, warc
from storage.engine import Database, Transaction, open_database
from storage.raw_archive import RawArchive, raw_archive
from storage.turns import HostTurns
from storage.veil import Veil
from storage.warc import WarcWriter

log = logging.getLogger(__name__)

SOFTWARE = f"Mercato/{__version__}"

MOST_AT_ONCE = 8
"""Articles of one commit. Each commit costs the full-text index a segment of its own, which is merged later."""

LONGEST_WAIT = 0.25  # seconds that an article with its page waits for others to be committed with


@dataclass(slots=True)
class Archive:
    """The part of storage that a crawl needs, and the clock by which it is written."""

    database: Database
    raw: RawArchive | None  # of raw pages; None: they are not kept
    now: Callable[[], datetime]
    _closing: ExitStack
    turns: HostTurns | None = None  # None: no other process asks the same hosts
    on_text: Callable[[Transaction], None] | None = None  # called in each transaction that brings a text to judge
    _writer: WarcWriter | None = field(default=None, init=False)
    _store_failed: bool = field(default=False, init=False)

    def states(self) -> dict[str, FeedState]:
        """What is remembered of each feed, by source."""
        with self.database.reading() as tx:
            return feeds.states(tx)

    def active(self, sources: Sequence[Source]) -> list[Source]:
        """Those of `sources` that nobody paused."""
        with self.database.reading() as tx:
            return own_sources.active(tx, sources)

    def due(self, sources: Sequence[Source]) -> list[Source]:
        """Those of `sources` whose time has come."""
        with self.database.reading() as tx:
            return feeds.due(tx, sources, self.now())

    def record(self, state: FeedState) -> None:
        """Remember the visit of a feed."""
        with self.database.writing() as tx:
            feeds.record(tx, state)

    def rests(self) -> dict[str, datetime]:
        """Hosts to leave alone, and until when."""
        with self.database.reading() as tx:
            return feeds.rests(tx, self.now())

    def rest(self, host: str, until: datetime, why: str) -> None:
        """Leave `host` alone until then."""
        with self.database.writing() as tx:
            feeds.rest(tx, host, until, why)

    def pace(self, sources: Sequence[Source], interval: timedelta) -> Pace:
        """The pace at which `sources` are visited every `interval` on average, by what was learnt of them."""
        states = self.states()
        return polling.pace(((source, states.get(source.id)) for source in sources), interval)

    def document(self, origin: str, name: str) -> HostDocument | None:
        """What `origin` last said under `name`; None when it was never asked."""
        with self.database.reading() as tx:
            return rights.newest(tx, origin, name)

    def keep_document(self, document: HostDocument) -> None:
        """Keep what a host said as evidence."""
        with self.database.writing() as tx:
            rights.keep(tx, document)

    def ask_hub(self, source: str, hub: str | None, topic: str | None) -> HubSubscription | None:
        """Note that the hub of a feed is being asked to tell of its news; None: it need not be asked now.

        Without `hub` and `topic`, which an unchanged feed does not tell, a known subscription is renewed.
        """
        now = self.now()
        with self.database.writing() as tx:
            known = hubs.of_source(tx, source)
            if known is not None:
                hub, topic = hub or known.hub, topic or known.topic
            if not hub or not topic or not push.is_due(known, hub, topic, now):
                return None
            if known is not None and (known.hub, known.topic) == (hub, topic):
                asked = replace(known, asked=now)
            else:
                token, secret = secrets.token_urlsafe(24), secrets.token_urlsafe(32)
                asked = HubSubscription(source=source, topic=topic, hub=hub, token=token, secret=secret, asked=now)
            hubs.record(tx, asked)
        return asked

    def hub_refused(self, token: str, why: str) -> None:
        """Note that a hub does not want to call."""
        with self.database.writing() as tx:
            hubs.refuse(tx, token, why)

    def standing(self, ids: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
        """Those of `ids` (of articles, or of links that lead to one) that are known, and those whose page need not be
        asked for.
        """
        ids = tuple(ids)
        with self.database.reading() as tx:
            leads_to = {**{one: one for one in ids}, **aliases.resolve(tx, ids)}
            known = articles.known(tx, leads_to.values())
            done = known - articles.needing_page(tx, leads_to.values())
        return (
            frozenset(one for one in ids if leads_to[one] in known),
            frozenset(one for one in ids if leads_to[one] in done),
        )

    def keep_pages(self, items: Sequence[Catch]) -> list[Catch]:
        """`items`, the article of each with the place of its raw page in the WARC file of this crawl, which is made
        with the first one.

        Where the archive holds these very bytes as the page of an article, only that they were seen again is written.
        A page that names somebody who must not be kept is not written at all: a record cannot be changed later.
        """
        if self.raw is None or all(item.raw is None for item in items):
            return list(items)
        captures = [
            self._kept(self.raw.folder, item, item.raw) if item.raw and may else None
            for item, may in zip(items, self._may_be_kept(items), strict=True)
        ]
        return [
            replace(item, article=replace(item.article, capture=capture))
            for item, capture in zip(items, captures, strict=True)
        ]

    def _kept(self, folder: Path, item: Catch, raw: RawPage) -> Capture:
        if self._writer is None:
            writer = WarcWriter(folder, software=SOFTWARE, now=self.now())
            self._writer = self._closing.enter_context(writer)
        same = None if item.fresh else self._same_page(raw, item.article.id)
        if same is None:
            return self._writer.response(raw.url, raw.status, raw.reason, raw.headers, raw.body, raw.fetched, raw.asked)
        capture, before = same
        self._writer.revisit(raw.url, raw.status, raw.reason, raw.headers, raw.fetched, before, raw.asked)
        return capture

    def _may_be_kept(self, items: Sequence[Catch]) -> list[bool]:
        """Of each of `items` whether its page names nobody who must not be kept."""
        with self.database.reading() as tx:
            veil = objections.veil(tx)
            if not veil:
                return [True] * len(items)
            about = [objections.about(tx, item.article.id) for item in items]
        return [not known and not _names(veil, item.raw) for item, known in zip(items, about, strict=True)]

    def _same_page(self, raw: RawPage, article: str) -> tuple[Capture, warc.Archived] | None:
        """The archived page of `article`, if it can be read and has the same bytes."""
        with self.database.reading() as tx:
            known = articles.get(tx, article)
        capture = known.capture if known else None
        if capture is None or capture.sha256 != hashlib.sha256(raw.body).hexdigest():
            return None
        before = self.read_before(capture)
        return (capture, before) if before else None  # lost since: then the page is kept anew

    def read_before(self, capture: Capture) -> warc.Archived | None:
        """A page as it was read before; None when it was not kept, is lost, or cannot be reached now.

        A store that did not answer once is not asked again in this crawl: news must not wait for it.
        """
        if self.raw is None or (self._store_failed and not warc.is_here(self.raw.folder, capture)):
            return None
        try:
            return self.raw.answer(capture)
        except StoreError as error:
            self._store_failed = True
            log.warning("%s", error)
            return None
        except ArchiveError:
            return None

    def save(self, items: Sequence[Catch]) -> list[articles.Saved]:
        """Commit articles together, each with the link that leads to it, and that its page was looked at again: a
        crash in between would let a correction pass for an article as it always was.
        """
        with self.database.writing() as tx:
            saved = articles.save_all(tx, [item.article for item in items])
            for entry, article in sorted((item.entry, item.article.id) for item in items):
                if entry != article:
                    aliases.add(tx, entry, article)
            for article in sorted(item.article.id for item in items if item.again):
                rechecks.record(tx, article, Recheck.CHANGED, self.now())
            if self.on_text is not None and {articles.Saved.NEW, articles.Saved.UPDATED} & set(saved):
                self.on_text(tx)
        return saved

    def rechecks(self, limit: int, sources: Collection[str]) -> list[Article]:
        """Articles, all or those of `sources`, whose page is to be looked at again now."""
        with self.database.reading() as tx:
            return rechecks.due(tx, self.now(), limit, sources)

    def rechecked(self, article: str, outcome: Recheck) -> None:
        """Remember what a look at a page showed."""
        with self.database.writing() as tx:
            rechecks.record(tx, article, outcome, self.now())

    def titles(self, ids: Iterable[str]) -> dict[str, str]:
        """The titles of those of `ids` that are articles of the archive."""
        with self.database.reading() as tx:
            return articles.titles(tx, ids)


def _names(veil: Veil, raw: RawPage | None) -> bool:
    """Whether a page, or what was asked and answered around it, names somebody who must not be kept."""
    if raw is None:
        return False
    headers = " ".join(value for _, value in (*raw.headers, *(raw.asked or ())))
    return bool(veil.named(f"{raw.url} {headers}") or veil.named_in_bytes(raw.body))


@contextmanager
def open_archive(
    settings: Settings, now: Callable[[], datetime], on_text: Callable[[Transaction], None] | None = None
) -> Iterator[Archive]:
    """Open database and raw archive for a crawl, closing first what killed crawls left open.

    `on_text` is called in every transaction that brings a text to judge. Raises StorageError and ArchiveError.
    """
    raw = raw_archive(settings)
    if raw is not None and raw.folder.is_dir():
        warc.recover(raw.folder)
    with open_database(settings.database_url) as database, ExitStack() as closing:
        turns = closing.enter_context(HostTurns(database)) if settings.shares_work else None
        yield Archive(database, raw, now, closing, turns, on_text)


def archive_of(crawler: Any) -> Archive:
    """The archive that the spider of `crawler` was given."""
    archive: Archive = crawler.spider.archive
    return archive


class SaveArticle:
    """The only item pipeline."""

    def __init__(self, archive: Archive, tally: Tally, stop: Callable[[str], None]) -> None:
        self._archive = archive
        self._tally = tally
        self._stop = stop
        self._waiting: list[tuple[Catch, asyncio.Future[articles.Saved]]] = []

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        """Make it for the crawl `crawler`."""
        return cls(archive_of(crawler), crawler.spider.tally, crawler.spider.give_up)

    async def process_item(self, item: Catch) -> Catch:
        """Archive the raw page and commit the article, with those that come at the same time, and count it. An archive
        that cannot be written ends the crawl.
        """
        saved = await self._saved(item)
        self._tally.articles_new += saved is articles.Saved.NEW
        self._tally.articles_known += saved is not articles.Saved.NEW
        return item

    def _saved(self, item: Catch) -> asyncio.Future[articles.Saved]:
        """Done once `item` is committed. Those of a feed alone come one after the other, so they never wait."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[articles.Saved] = loop.create_future()
        self._waiting.append((item, done))
        if item.raw is None or len(self._waiting) >= MOST_AT_ONCE:
            self._commit()
        elif len(self._waiting) == 1:
            loop.call_later(LONGEST_WAIT, self._commit)
        return done

    def _commit(self) -> None:
        batch, self._waiting = self._waiting, []
        if not batch:
            return
        try:
            saved = self._archive.save(self._archive.keep_pages([item for item, _ in batch]))
        except MercatoError as error:
            self._stop(str(error))
            for _, done in batch:
                done.set_exception(error)
            return
        for (_, done), each in zip(batch, saved, strict=True):
            done.set_result(each)
