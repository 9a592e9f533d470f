"""The way into the archive: the raw page to its WARC file, the article to the database, nothing else.

Everything is committed per item, so that a crawl that is killed has lost nothing that it had read. Database calls are
short and run on the crawl's own thread.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from crawler import polling
from crawler.items import Catch, RawPage
from crawler.polling import Pace
from crawler.tally import Tally
from mercato import __version__
from mercato.errors import ArchiveError, MercatoError
from mercato.model import Article, Capture, FeedState, HostDocument, Source
from mercato.settings import Settings
from storage import aliases, articles, feeds, rights, warc
from storage.engine import Database, Transaction, open_database
from storage.turns import HostTurns
from storage.warc import WarcWriter

SOFTWARE = f"Mercato/{__version__}"


@dataclass(slots=True)
class Archive:
    """The part of storage that a crawl needs, and the clock by which it is written."""

    database: Database
    folder: Path | None  # of raw pages; None: they are not kept
    now: Callable[[], datetime]
    _closing: ExitStack
    turns: HostTurns | None = None  # None: no other process asks the same hosts
    on_text: Callable[[Transaction], None] | None = None  # called in each transaction that brings a text to judge
    _writer: WarcWriter | None = field(default=None, init=False)

    def states(self) -> dict[str, FeedState]:
        """What is remembered of each feed, by source."""
        with self.database.reading() as tx:
            return feeds.states(tx)

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

    def keep_page(self, raw: RawPage, article: str) -> Capture | None:
        """Write a response to the WARC file of this crawl, which is made with the first one.

        When the archive holds these very bytes as the page of `article`, only that they were seen again.
        """
        if self.folder is None:
            return None
        if self._writer is None:
            writer = WarcWriter(self.folder, software=SOFTWARE, now=self.now())
            self._writer = self._closing.enter_context(writer)
        same = self._same_page(raw, article)
        if same is None:
            return self._writer.response(raw.url, raw.status, raw.reason, raw.headers, raw.body, raw.fetched, raw.asked)
        capture, before = same
        self._writer.revisit(raw.url, raw.status, raw.reason, raw.headers, raw.fetched, before, raw.asked)
        return capture

    def _same_page(self, raw: RawPage, article: str) -> tuple[Capture, warc.Archived] | None:
        """The archived page of `article`, if it can be read and has the same bytes."""
        with self.database.reading() as tx:
            known = articles.get(tx, article)
        capture = known.capture if known else None
        if capture is None or self.folder is None or capture.sha256 != hashlib.sha256(raw.body).hexdigest():
            return None
        try:
            return capture, warc.read_answer(self.folder, capture)
        except ArchiveError:
            return None  # lost since: then the page is kept anew

    def save(self, article: Article, entry: str) -> articles.Saved:
        """Commit an article, and that the link with the identifier `entry` leads to it."""
        with self.database.writing() as tx:
            saved = articles.save(tx, article)
            if entry != article.id:
                aliases.add(tx, entry, article.id)
            if self.on_text is not None and saved is not articles.Saved.KNOWN:
                self.on_text(tx)
            return saved

    def title(self, article: str) -> str | None:
        """The title of the article with this identifier; None when it is not in the archive."""
        with self.database.reading() as tx:
            found = articles.get(tx, article)
        return found.title if found else None


@contextmanager
def open_archive(
    settings: Settings, now: Callable[[], datetime], on_text: Callable[[Transaction], None] | None = None
) -> Iterator[Archive]:
    """Open database and raw archive for a crawl, closing first what killed crawls left open.

    `on_text` is called in every transaction that brings a text to judge. Raises StorageError and ArchiveError.
    """
    folder = settings.archive
    if folder is not None and folder.is_dir():
        warc.recover(folder)
    with open_database(settings.database_url) as database, ExitStack() as closing:
        turns = closing.enter_context(HostTurns(database)) if settings.shares_work else None
        yield Archive(database, folder, now, closing, turns, on_text)


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

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        """Make it for the crawl `crawler`."""
        return cls(archive_of(crawler), crawler.spider.tally, crawler.spider.give_up)

    def process_item(self, item: Catch) -> Catch:
        """Archive the raw page, commit the article, count it. An archive that cannot be written ends the crawl."""
        try:
            capture = self._archive.keep_page(item.raw, item.article.id) if item.raw else None
            article = replace(item.article, capture=capture)
            saved = self._archive.save(article, item.entry)
        except MercatoError as error:
            self._stop(str(error))
            raise
        self._tally.articles_new += saved is articles.Saved.NEW
        self._tally.articles_known += saved is not articles.Saved.NEW
        return item
