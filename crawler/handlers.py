"""Scrapy's HTTP client with what no setting of Scrapy's has: a limit on the headers of an answer, and a last look
before a request leaves.
"""

from __future__ import annotations

from time import monotonic
from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.http import Response
from twisted.web._newclient import HEADER, STATUS

from crawler.pipelines import archive_of
from crawler.refusals import STOPPING, Refused

LONGEST_HEAD = 256 * 1024
"""Bytes of status line and headers; real answers stay below 16 kB. Without a limit, headers without end took 279 MB in
ten seconds, and 200,000 of them six seconds of CPU."""


class OverlongHeadersError(Exception):
    """An answer's headers go beyond LONGEST_HEAD."""


class _Parser(_LenientHTTPClientParser):
    head = 0

    def dataReceived(self, data: bytes) -> None:  # noqa: N802  # Twisted's name
        if self.state in {STATUS, HEADER}:
            self.head += len(data)
            if self.head > LONGEST_HEAD:
                raise OverlongHeadersError(f"more than {LONGEST_HEAD} bytes of headers")
        super().dataReceived(data)  # type: ignore[no-untyped-call]


class _Protocol(_LenientHTTP11ClientProtocol):
    def request(self, request: Any) -> Any:
        answer = super().request(request)
        # As Scrapy does it, and for its reason: Twisted hard-codes the class of the parser.
        self._parser.__class__ = _Parser
        return answer


class _Factory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: Any) -> Any:  # noqa: N802, ARG002  # Twisted's name
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class BoundedHandler(HTTP11DownloadHandler):
    """Downloads http and https; an answer with overlong headers fails with OverlongHeadersError as its cause, and
    nothing is sent once the crawl is being stopped, or has lost its turns to ask the hosts.
    """

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self._pool._factory = _Factory  # noqa: SLF001  # where Scrapy itself puts its own
        # Twisted would ask once more at once when a kept connection breaks; Scrapy's own retry keeps the pause.
        self._pool.retryAutomatically = False

    async def download_request(self, request: Request) -> Response:
        """Send it, and return the answer. Raises Refused when it may not be sent any more.

        Requests wait behind the pause of their host, so what was true when they were made need not be true now.
        """
        spider: Any = self._crawler.spider
        turns = archive_of(self._crawler).turns
        if turns is not None and not turns.are_ours():
            spider.give_up("the database was lost, and with it the turns of the hosts")
        if spider.stopping:
            raise Refused(STOPPING)
        try:
            return await super().download_request(request)
        finally:
            self._rest(request)

    def _rest(self, request: Request) -> None:
        """Let the host's pause begin with the end of the answer.

        Scrapy counts from the moment when the request was taken out of its queue; it may have left later than that,
        and a server that is slow to answer would be given no rest at all.
        """
        slot = self._crawler.engine.downloader.slots.get(request.meta["download_slot"])
        if slot is not None:
            slot.lastseen = monotonic()
