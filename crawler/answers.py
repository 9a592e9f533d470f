"""HTTP answers read: what they are, what they declare, how they go into the archive. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.message import Message
from http import HTTPStatus

from scrapy.http import Response

from crawler import refusals
from crawler.items import RawPage
from crawler.refusals import Refusal
from mercato.urls import web_url

_PAGE_TYPES = {"", "text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml"}
_MAX_AGE = re.compile(r"\bmax-age\s*=\s*\"?(\d+)", re.IGNORECASE)
# Servers of strangers write this, so neither may look at a sign more than a few times.
_LINK = re.compile(r"<([^<>]*)>([^<]*)")
_REL = re.compile(r";\s*rel\s*=\s*\"?([^\";,]*)", re.IGNORECASE)
_ABOUT_THE_TRANSFER = {"content-encoding", "transfer-encoding", "content-length"}  # untrue of the unpacked body


def header(response: Response, name: str) -> str | None:
    """The value of a header field, or None."""
    value = response.headers.get(name)
    return value.decode("latin-1").strip() or None if value else None


def max_age(response: Response) -> timedelta | None:
    """How long the answer stays fresh by its Cache-Control and Age (RFC 9111, 4.2); None: it does not say."""
    found = _MAX_AGE.search(header(response, "Cache-Control") or "")
    if found is None:
        return None
    age = header(response, "Age") or "0"
    return timedelta(seconds=max(int(found[1][:9]) - (int(age[:9]) if age.isdecimal() else 0), 0))


def linked(response: Response, relation: str) -> str | None:
    """The address that a Link header names as "hub" or "self" (W3C WebSub, section 4); None: none."""
    for value in response.headers.getlist("Link"):
        for target, parameters in _LINK.findall(value.decode("latin-1")):
            if any(relation in relations.lower().split() for relations in _REL.findall(parameters)):
                return web_url(target, response.url)
    return None


def charset(response: Response) -> str | None:
    """The character set that the Content-Type declares, or None."""
    return _content_type(response).get_content_charset()


def status(response: Response) -> Refusal:
    """What an answer other than 200 means."""
    if 300 <= response.status < 400:
        target = header(response, "Location") or "nowhere"
        kind = "a page" if web_url(target, response.url) else "no web address"
        return Refusal("redirects", f"{response.status} redirects to {kind}: {target[:200]}")
    return refusals.status(response.status, _phrase(response.status))


def not_a_page(response: Response) -> Refusal | None:
    """Why an answer cannot be read as an article's page; None when it can."""
    if response.status != HTTPStatus.OK:
        return status(response)
    kind = _content_type(response).get_content_type() if header(response, "Content-Type") else ""
    if kind not in _PAGE_TYPES or response.body.startswith(b"%PDF"):
        return Refusal("not-html", f"not a web page but {kind or 'a PDF document'}")
    return None


def raw_page(response: Response, fetched: datetime) -> RawPage:
    """The answer as it goes into the archive: the body unpacked, the headers that are still true of it."""
    fields = [(name.decode("latin-1"), values) for name, values in response.headers.items()]
    return RawPage(
        url=response.url,
        status=response.status,
        reason=_phrase(response.status),
        headers=tuple(
            (name, value.decode("latin-1"))
            for name, values in fields
            if name.lower() not in _ABOUT_THE_TRANSFER
            for value in values
        ),
        body=response.body,
        fetched=fetched,
        asked=_asked(response),
    )


def _asked(response: Response) -> Sequence[tuple[str, str]] | None:
    """The headers of the request that was answered, as they were sent."""
    if response.request is None:
        return None
    fields = response.request.headers.items()
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, values in fields for value in values)


def _content_type(response: Response) -> Message:
    message = Message()
    message["Content-Type"] = header(response, "Content-Type") or "text/html"
    return message


def _phrase(code: int) -> str:
    """The standard reason phrase: Scrapy does not keep the server's own."""
    try:
        return HTTPStatus(code).phrase
    except ValueError:
        return ""
