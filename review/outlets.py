"""The outlets: their health, pausing them, and following one more after seeing what that would bring."""

from __future__ import annotations

import re
from collections.abc import Collection

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from alerts.typography import one_line
from mercato.errors import RulingError
from mercato.i18n import mark
from mercato.model import Match, Source
from mercato.text import fold
from mercato.urls import host_of, url_key, web_url
from review.forms import Fields
from review.rendering import page
from review.room import OutletLine, Room, room_of, visitor_of
from scheduler.previewing import preview
from storage import feeds, own_sources, runs

pages = APIRouter(include_in_schema=False)

_RUNS = 20
_NAME = 80
_SAID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")  # the same as mercato.settings accepts


@pages.get("/sources")
def sources(request: Request) -> Response:
    """The health of every outlet, and the last cycles."""
    room = room_of(request)
    with room.news.database.reading() as tx:
        cycles, paused = runs.last(tx, _RUNS), own_sources.paused(tx)
        own = {source.id for source in own_sources.every(tx)}
    lines = sorted(_lines(request), key=lambda line: (not line.needs_attention, fold(line.name)))
    return page(request, "sources.html", nav="sources", lines=lines, cycles=cycles, paused=paused, own=own)


def _lines(request: Request) -> list[OutletLine]:
    room = room_of(request)
    with room.news.database.reading() as tx:
        states = feeds.states(tx)
    return list(room.outlets(states, room.clock(), visitor_of(request).language))


@pages.post("/sources/preview")
def previewed(request: Request, fields: Fields) -> Response:
    """What following the feed at an address would bring. One at a time: each is a crawl."""
    room = room_of(request)
    source = _source(room, fields, {line.id for line in _lines(request)})
    if not room.previewing.acquire(blocking=False):
        raise HTTPException(429, mark("another preview is running; try again in half a minute"))
    try:
        found = preview(room.news, source)
    finally:
        room.previewing.release()
    flagged = sum(isinstance(judgement, Match) for _, judgement in found.judged)
    line = room.outlet(source, found.state, room.clock(), visitor_of(request).language) if found.state else None
    return page(request, "preview.html", nav="sources", found=found, flagged=flagged, line=line)


@pages.post("/sources")
def add(request: Request, fields: Fields) -> Response:
    """Follow the feed from the next cycle on."""
    room, visitor = room_of(request), visitor_of(request)
    lines = _lines(request)
    source = _source(room, fields, {line.id for line in lines})
    if url_key(source.feed) in {url_key(line.feed) for line in lines}:
        raise RulingError(mark("{feed} is followed already"), feed=source.feed)
    with room.news.database.writing() as tx:
        own_sources.add(tx, source, room.clock(), visitor.name)
    return RedirectResponse("/sources", 303)


def _source(room: Room, fields: Fields, taken: Collection[str]) -> Source:
    """The source that a form describes, under an identifier that is free. Raises RulingError for a wrong address."""
    address = web_url(fields.get("url", ""))
    if address is None:
        raise RulingError(mark("expected the address of a feed, such as https://www.example.org/feed/"))
    host = host_of(address).removeprefix("www.")
    name = one_line(fields.get("name", ""), _NAME) or host
    plain = re.sub(r"[^a-z0-9]+", "-", host.lower()).strip("-")[:60]
    stem = plain if _SAID.fullmatch(plain) else "own"
    number = next(number for number in range(1, len(taken) + 2) if _numbered(stem, number) not in taken)
    return Source(id=_numbered(stem, number), name=name, feed=address, language=room.news.settings.language)


def _numbered(stem: str, number: int) -> str:
    return stem if number == 1 else f"{stem}-{number}"


@pages.post("/sources/{source}/pause")
def pause(request: Request, source: str) -> Response:
    """Let no cycle visit the source."""
    room = room_of(request)
    if source not in {line.id for line in _lines(request)}:
        raise HTTPException(404)
    with room.news.database.writing() as tx:
        own_sources.pause(tx, source, room.clock(), visitor_of(request).name)
    return RedirectResponse(f"/sources#{source}", 303)


@pages.post("/sources/{source}/resume")
def resume(request: Request, source: str) -> Response:
    """Visit the source again."""
    with room_of(request).news.database.writing() as tx:
        own_sources.resume(tx, source)
    return RedirectResponse("/sources", 303)


@pages.post("/sources/{source}/remove")
def remove(request: Request, source: str) -> Response:
    """Follow a source no longer that was added here; its articles stay."""
    with room_of(request).news.database.writing() as tx:
        found = own_sources.remove(tx, source)
    if not found:
        raise HTTPException(404)
    return RedirectResponse("/sources", 303)
