"""The links of mails: what `scheduler.answers` says, at the address that readers and their mail programs ask for.

The token is all the right that is needed. No session, cookie or page of ours stands before it, since RFC 8058 has mail
programs POST to it out of the blue.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from review.forms import Fields
from review.room import room_of
from scheduler.answers import Answer, act, show

PATH = "/m/"
"""Where the links lead."""
pages = APIRouter(include_in_schema=False)

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
"""The page is one file with its style in it; nothing from outside is ever in that style."""


@pages.get(PATH + "{token}")
def shown(request: Request, token: str) -> Response:
    """What the link would do; asking changes nothing, for mail scanners follow every link."""
    news = room_of(request).news
    return _response(show(news.database, news.watches(), token))


@pages.post(PATH + "{token}")
def acted(request: Request, token: str, fields: Fields) -> Response:
    """Do what the link asks for, or take it back."""
    room = room_of(request)
    news = room.news
    return _response(act(news.database, news.watches(), token, room.clock(), undo="undo" in fields))


def _response(answer: Answer) -> Response:
    return HTMLResponse(answer.html, answer.status, headers={"Content-Security-Policy": _POLICY})
