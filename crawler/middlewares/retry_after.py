"""Hosts that ask for rest get it, across cycles and restarts (RFC 9110, 10.2.3; RFC 6585, 4).

Scrapy knows no Retry-After and would ask again at once.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from crawler.pipelines import Archive, archive_of
from crawler.refusals import Refused, resting

_TOO_MANY = HTTPStatus.TOO_MANY_REQUESTS
_ASKING_FOR_REST = {_TOO_MANY, HTTPStatus.SERVICE_UNAVAILABLE}
UNSAID = timedelta(minutes=15)  # what 429 without Retry-After is taken to mean
LONGEST = timedelta(hours=24)  # a longer rest is a mistake, or a ban that a person should look at


class RetryAfter:
    """Keeps requests from resting hosts and puts hosts to rest."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._rests = archive.rests()

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        """Make it for the crawl `crawler`."""
        return cls(archive_of(crawler))

    def process_request(self, request: Request) -> None:
        """Raises Refused while the host rests."""
        until = self._rests.get(_host(request.url))
        if until is not None and until > self._archive.now():
            raise Refused(resting(until))

    def process_response(self, request: Request, response: Response) -> Response:
        """Note the rest that the answer asks for; 503 without Retry-After is an ordinary failure."""
        if response.status in _ASKING_FOR_REST:
            now = self._archive.now()
            told = (response.headers.get("Retry-After") or b"").decode("latin-1")
            wait = rest_asked_for(told, now) or (UNSAID if response.status == _TOO_MANY else None)
            if wait is not None:
                host, until = _host(request.url), now + wait
                self._rests[host] = until
                self._archive.rest(host, until, f"{response.status} {HTTPStatus(response.status).phrase}")
        return response


def rest_asked_for(header: str, now: datetime) -> timedelta | None:
    """The span that a Retry-After header asks for, in seconds or as a date, capped; None when it asks for none."""
    header = header.strip()
    try:
        seconds = float(header) if header.isdecimal() else (parsedate_to_datetime(header) - now).total_seconds()
        wait = min(timedelta(seconds=min(seconds, LONGEST.total_seconds())), LONGEST)
    except (ValueError, TypeError):
        return None
    return wait if wait > timedelta(0) else None


def _host(url: str) -> str:
    """Host and port: two ports of one address are two servers."""
    return urlsplit(url).netloc.rpartition("@")[2].lower()
