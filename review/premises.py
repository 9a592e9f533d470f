"""The house itself: outlets and their feeds, cycles, watches with their trial, digests as they were sent."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from alerts.watches import concerns
from mercato.model import Standing, Story, Watch
from review.rendering import page
from review.room import Room, room_of, visitor_of
from scheduler.plan import next_tick
from storage import feeds, outbox, runs, verdicts
from storage import stories as dossiers

pages = APIRouter(include_in_schema=False)

_RUNS = 20
_DIGESTS = 100
_TRIAL = timedelta(days=90)
_MOST_TRIED = 3_000  # stories that a trial looks at
_SHOWN = 100
_NAMES = 50  # organisations or people of one watch

# A mail as its reader got it: its styles are inline, it runs nothing and loads nothing.
_MAIL = {
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'",
    "Referrer-Policy": "no-referrer",
}


@pages.get("/sources")
def sources(request: Request) -> Response:
    """The health of every outlet, and the last cycles."""
    room, visitor = room_of(request), visitor_of(request)
    with room.news.database.reading() as tx:
        states, cycles = feeds.states(tx), runs.last(tx, _RUNS)
    lines = sorted(
        room.outlets(states, room.clock(), visitor.language), key=lambda line: (not line.needs_attention, line.name)
    )
    return page(request, "sources.html", nav="sources", lines=lines, cycles=cycles)


@pages.get("/watches")
def watches(request: Request) -> Response:
    """The watches with their next run, and a trial of one to be: what it would have told."""
    room = room_of(request)
    asked = {name: request.query_params.get(name, "")[:2_000] for name in ("organisations", "people")}
    trial = Watch(name="", organisations=_names(asked["organisations"]), people=_names(asked["people"]))
    tried = bool(trial.organisations or trial.people)
    now = room.clock()
    lines = [(watch, next_tick(watch, now)) for watch in room.news.settings.watches]
    found = _tried(room, trial) if tried else []
    return page(
        request,
        "watches.html",
        nav="watches",
        lines=lines,
        asked=asked,
        trial=trial if tried else None,
        found=found[:_SHOWN],
        total=len(found),
        days=_TRIAL.days,
    )


def _names(text: str) -> tuple[str, ...]:
    """The names in a field, separated by commas, semicolons or line ends."""
    parts = text.replace(";", ",").replace("\n", ",").split(",")
    return tuple(dict.fromkeys(name for part in parts if (name := part.strip())))[:_NAMES]


def _tried(room: Room, watch: Watch) -> list[Story]:
    """The stories of the last months that the watch would have told, the latest first."""
    with room.news.database.reading() as tx:
        recent = [story for story in dossiers.latest(tx, _MOST_TRIED) if story.updated >= room.clock() - _TRIAL]
        standings = verdicts.standing_of(tx, [story.id for story in recent])
    shown = (verdicts.corrected(story, standings.get(story.id, Standing())) for story in recent)
    return [story for story in shown if concerns(watch, story)]


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
