"""Digests as they were sent."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from review.rendering import page
from review.room import room_of
from storage import outbox

pages = APIRouter(include_in_schema=False)

_DIGESTS = 100

# A mail as its reader got it: its styles are inline, it runs nothing and loads nothing.
_MAIL = {
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'",
    "Referrer-Policy": "no-referrer",
}


@pages.get("/digests")
def digests(request: Request) -> Response:
    """The digests that were composed, the newest first, with how far each has come."""
    with room_of(request).news.database.reading() as tx:
        found = outbox.digests(tx, _DIGESTS)
    return page(request, "digests.html", nav="digests", digests=found)


@pages.get("/digests/{digest}")
def digest(request: Request, digest: str) -> Response:
    """A digest with its exact content."""
    with room_of(request).news.database.reading() as tx:
        message = outbox.message(tx, digest)
    if message is None:
        raise HTTPException(404)
    return page(request, "digest.html", nav="digests", digest=digest, message=message)


@pages.get("/digests/{digest}/html")
def digest_html(request: Request, digest: str) -> Response:
    """The HTML part of a digest, as it was sent, in a sandbox."""
    with room_of(request).news.database.reading() as tx:
        message = outbox.message(tx, digest)
    if message is None:
        raise HTTPException(404)
    return Response(message.html, media_type="text/html", headers=_MAIL)
