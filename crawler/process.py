"""A crawl in this process: Scrapy's settings, reactor and signals, for one run of the feed spider."""

from __future__ import annotations

import gc
import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings as ScrapySettings
from twisted.logger import globalLogBeginner

from crawler.catalogue import followed
from crawler.pipelines import Archive
from crawler.settings import user_settings
from crawler.spiders.feeds import FeedsSpider
from crawler.tally import Tally
from mercato.model import Article, CycleCode, Source
from mercato.settings import Settings

HUB_PATH = "/m/hub/"
"""Where hubs call at the service's public address, before the token; review.hub answers there."""

_LOG_LEVELS = ("ERROR", "INFO", "DEBUG")


class _ForeignCertificates(logging.Filter):
    """Keeps out of the log what Twisted has to say, at length, of every site whose certificate is not valid."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is to be logged; the site's feed or page says why it could not be had."""
        return not record.getMessage().startswith("while verifying certificate")


class _MissingReferer(logging.Filter):
    """Keeps out of the log that Scrapy misses, at each start, the middleware that `crawler.settings` switched off."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is to be logged."""
        return "RefererMiddleware" not in record.getMessage()


class _Process(AsyncCrawlerProcess):
    async def stop(self) -> None:
        """Stop as a signal asks for: after the answers that are under way."""
        for crawler in self.crawlers:
            if isinstance(crawler.spider, FeedsSpider):
                crawler.spider.stop_asking()
        await super().stop()


def crawl(
    settings: Settings,
    sources: Sequence[Source],
    archive: Archive,
    *,
    pages: bool = True,
    rechecks: Sequence[Article] = (),
    verbosity: int = 0,
) -> tuple[CycleCode, Tally]:
    """Visit the feeds of `sources`, and their pages unless told otherwise, then the pages of `rechecks` once more;
    blocks until the end.

    Can be called once in the life of a process. Stops cleanly on SIGINT and SIGTERM. Logs go to the files
    of [log]; where none are set, to standard error: errors only, with `verbosity` 1 and 2 more.
    """
    # Twisted writes what is critical to standard error as well, unless it is told that somebody else logs.
    globalLogBeginner.beginLoggingTo((), discardBuffer=True, redirectStandardIO=False)
    logging.getLogger("twisted").addFilter(_ForeignCertificates())
    logging.getLogger("scrapy.downloadermiddlewares.redirect").addFilter(_MissingReferer())
    process = _Process(scrapy_settings(settings, verbosity), install_root_handler=settings.log_file is None)
    crawler = process.create_crawler(FeedsSpider)
    tally = Tally()
    task = process.crawl(crawler, **arguments(settings, sources, archive, tally), pages=pages, rechecks=rechecks)
    # What is loaded by now stays to the end. Looked through again and again by the collector, it took a tenth of the
    # crawl's CPU, and of each worker's a seventh.
    gc.freeze()
    process.start()
    error = task.exception() if task.done() and not task.cancelled() else None
    if error is not None:
        raise error
    tally.errors = crawler.stats.get_value("spider_exceptions/count", 0)
    # Scrapy keeps no reason when a signal comes between its start and that of its engine.
    reason = crawler.stats.get_value("finish_reason")
    return (tally.code if reason in {"finished", "given-up"} else CycleCode.INTERRUPTED), tally


def arguments(settings: Settings, sources: Sequence[Source], archive: Archive, tally: Tally) -> dict[str, Any]:
    """What the feed spider is told, to visit `sources` at the pace of all that are followed."""
    every = followed(settings.sources, settings.crawl.catalogue)
    return {
        "sources": sources,
        "archive": archive,
        "crawl": settings.crawl,
        "tally": tally,
        "pace": archive.pace(every, timedelta(seconds=settings.crawl.interval)),
        "licences": settings.licences,
        "callback": f"{settings.mail.public_url}{HUB_PATH}" if settings.mail.public_url else "",
    }


def scrapy_settings(settings: Settings, verbosity: int) -> ScrapySettings:
    """Scrapy's settings: those of this project, and over them what mercato.toml decides."""
    merged = ScrapySettings()
    merged.setmodule("crawler.settings", priority="project")
    merged.setdict(user_settings(settings), priority="cmdline")
    merged.set("LOG_LEVEL", _LOG_LEVELS[min(verbosity, len(_LOG_LEVELS) - 1)], priority="cmdline")
    return merged
