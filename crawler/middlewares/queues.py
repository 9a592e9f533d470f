"""Which queue a request waits in, and that none waits once the crawl is being stopped."""

from __future__ import annotations

from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request

from crawler.refusals import STOPPING, Refused


class QueuePerHost:
    """One queue per host. Scrapy keeps the queue of the first host when a request is redirected to another one."""

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        """Make it for the crawl `crawler`."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Name the queue ("www." and the bare name are nearly always one machine). Raises Refused during a stop."""
        if self._crawler.spider.stopping:
            raise Refused(STOPPING)
        request.meta["download_slot"] = (urlsplit(request.url).hostname or "").removeprefix("www.")
