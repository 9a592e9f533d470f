"""Conditional requests (RFC 9110, 13.1): ask for a feed only if it changed since it was read.

Not Scrapy's HTTP cache: that one takes a feed unchanged for a day as fresh for hours and does not ask at all.
"""

from __future__ import annotations

from scrapy import Request

VALIDATORS = "mercato_validators"
"""Key of Request.meta: (address they belong to, ETag or None, Last-Modified or None)."""


class ConditionalGet:
    """Sends the validators with the request to the address that gave them, and not with where it redirects to."""

    def process_request(self, request: Request) -> None:
        """Set or remove the two headers; Scrapy copies them to redirected requests."""
        url, etag, last_modified = request.meta.get(VALIDATORS, (None, None, None))
        for name, value in (("If-None-Match", etag), ("If-Modified-Since", last_modified)):
            request.headers.pop(name, None)
            if value and url == request.url:
                request.headers[name] = value
