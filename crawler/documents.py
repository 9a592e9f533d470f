"""The documents in which a host lays down its rules: asked for once a day, kept as evidence, used when it is down."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from scrapy import Request
from scrapy.exceptions import DownloadFailedError, IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler.pipelines import Archive
from mercato.model import HostDocument

ROBOTS_TXT = "/robots.txt"
EXEMPT = "mercato_robots_exempt"
"""Key of Request.meta: set on the request for robots.txt itself."""

MAX_AGE = timedelta(hours=24)
"""RFC 9309, 2.4: a copy of robots.txt should not be used for longer, unless the host cannot be reached."""

FALLBACK_AGE = timedelta(days=30)
"""How long an older copy stands in for a document of a host that fails (RFC 9309, 2.3.1.4: a reasonable period)."""

LONGEST = 500 * 1024
"""Bytes that are read of a document (RFC 9309, 2.5: at least 500 kibibytes)."""

_PRIORITY = 1000  # nothing else of the host may go before it
_UNREACHABLE = 0


class Documents:
    """Asks each origin for each document at most once per crawl, and only when what is kept is a day old."""

    def __init__(self, crawler: Any, archive: Archive) -> None:
        self._crawler = crawler
        self._archive = archive
        self._asked: dict[tuple[str, str], asyncio.Future[HostDocument]] = {}

    async def get(self, origin: str, name: str) -> HostDocument:
        """The document at the path `name` of `origin` (scheme, host and port), with the status of its answer.

        Raises what kept the request from being answered, unless an older copy can stand in.
        """
        key = (origin, name)
        if key not in self._asked:
            self._asked[key] = asyncio.ensure_future(self._newest(origin, name))
        return await asyncio.shield(self._asked[key])

    async def _newest(self, origin: str, name: str) -> HostDocument:
        kept, now = self._archive.document(origin, name), self._archive.now()
        if kept is not None and timedelta(0) <= now - kept.last_seen < MAX_AGE:
            return kept
        fallback = kept if kept is not None and now - kept.last_seen < FALLBACK_AGE else None
        try:
            document = self._read(await self._ask(origin, name), origin, name)
        except (IgnoreRequest, DownloadFailedError):
            if fallback is None:
                raise
            return fallback
        if document.status >= 500:
            return fallback or document
        self._archive.keep_document(document)
        return document

    async def _ask(self, origin: str, name: str) -> Response:
        meta = {EXEMPT: True} if name == ROBOTS_TXT else {}
        request = Request(f"{origin}{name}", priority=_PRIORITY, meta=meta, callback=NO_CALLBACK)
        response: Response = await self._crawler.engine.download_async(request)
        return response

    def _read(self, response: Response, origin: str, name: str) -> HostDocument:
        now, found = self._archive.now(), response.status == 200
        text = response.body[:LONGEST].decode("utf-8-sig", "ignore") if found else ""
        return HostDocument(origin=origin, name=name, status=response.status, text=text, first_seen=now, last_seen=now)
