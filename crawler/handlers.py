"""Scrapy's HTTP client with a limit on the headers of an answer, which no setting of Scrapy's has."""

from __future__ import annotations

from typing import Any

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from twisted.web._newclient import HEADER, STATUS

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
    """Downloads http and https; an answer with overlong headers fails with OverlongHeadersError as its cause."""

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self._pool._factory = _Factory  # noqa: SLF001  # where Scrapy itself puts its own
