"""robots.txt as RFC 9309 wants it, and the delay it asks for.

Scrapy's own middleware takes every answer for rules, whatever its status, and every failure for a permission.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.exceptions import IgnoreRequest, NotConfigured

from crawler import refusals
from crawler.documents import EXEMPT, ROBOTS_TXT
from crawler.refusals import Refusal, Refused
from mercato.model import HostDocument

LONGEST_DELAY = 30.0  # seconds between two requests; a host that asks for more is given that
_BEYOND_REDIRECTS = range(300, 400)  # RFC 9309, 2.3.1.2: after five hops it may be taken as absent


@dataclass(frozen=True, slots=True)
class _Rules:
    """What robots.txt of one origin says: rules, or why there are none to go by."""

    rules: Protego | None = None  # None: everything is allowed, unless `ban` says otherwise
    ban: Refusal | None = None


class Robots:
    """Asks each origin for its robots.txt once a day, and obeys."""

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler
        self._agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._read: dict[str, _Rules] = {}

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        """Make it for the crawl `crawler`, unless the setting ROBOTSTXT_OBEY is off."""
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises Refused when robots.txt forbids the request or could not be read."""
        if request.meta.get(EXEMPT):
            return
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._read:
            self._read[origin] = await self._rules_of(origin)
        rules = self._read[origin]
        if rules.ban is not None:
            raise Refused(rules.ban)
        if rules.rules is None:
            return
        if not rules.rules.can_fetch(request.url, self._agent):
            raise Refused(refusals.robots_forbid())
        self._slow_down(request, rules.rules)

    async def _rules_of(self, origin: str) -> _Rules:
        """Whatever keeps robots.txt from being had is raised, and becomes the fate of every page of the origin."""
        try:
            return _rules(await self._crawler.spider.documents.get(origin, ROBOTS_TXT))
        except IgnoreRequest as error:
            if refusals.failure(error).reason == "redirects":
                return _Rules()
            raise

    def _slow_down(self, request: Request, rules: Protego) -> None:
        """Give the host the pause that it asks for, where that is longer than the user's own."""
        asked = rules.crawl_delay(self._agent)
        if asked is None:
            return
        downloader = self._crawler.engine.downloader
        key = downloader.get_slot_key(request)
        delay = max(min(float(asked), LONGEST_DELAY), self._crawler.settings.getfloat("DOWNLOAD_DELAY"))
        downloader.per_slot_settings[key] = {"delay": delay}  # for when Scrapy drops an idle slot and makes it anew
        if key in downloader.slots:
            downloader.slots[key].delay = delay


def _rules(document: HostDocument) -> _Rules:
    if document.status >= 500:
        return _Rules(ban=refusals.robots_unreadable(f"it answered {document.status}"))
    if document.status >= 400 or document.status in _BEYOND_REDIRECTS:
        return _Rules()
    return _Rules(rules=Protego.parse(document.text))
