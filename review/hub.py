"""Where WebSub hubs call: what `scheduler.pushes` says. The token in the address is all the right that is needed."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response

from review.room import room_of
from scheduler.pushes import Reply, receive, verify

PATH = "/m/hub/"
pages = APIRouter(include_in_schema=False)


@pages.get(PATH + "{token}")
def asked(request: Request, token: str) -> Response:
    """A hub wants to know whether we asked it to call."""
    room = room_of(request)
    return _response(verify(room.news.database, token, request.query_params, room.clock()))


@pages.post(PATH + "{token}")
async def told(request: Request, token: str) -> Response:
    """A hub tells that a feed has news."""
    room, body = room_of(request), await request.body()
    signature = request.headers.get("x-hub-signature", "")
    return _response(await run_in_threadpool(receive, room.news.database, token, signature, body, room.clock()))


def _response(reply: Reply) -> Response:
    return PlainTextResponse(reply.text, reply.status)
