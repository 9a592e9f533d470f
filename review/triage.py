"""The queue: one story after the other, with the text that flagged it, judged by one key each."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from mercato.model import Story
from review.dossier import Reading, choices, dossier_of, reading_of, slot_values
from review.forms import Fields, local_path
from review.rendering import page
from review.room import room_of, visitor_of
from scheduler import merging
from storage import review_queue, verdicts
from storage import stories as dossiers
from storage.engine import Transaction

pages = APIRouter(include_in_schema=False)

_SHOWN = 12
COUNTED = 200
"""Counted up to here: what waits beyond changes nothing for who is judging."""


@pages.get("/")
def queue(request: Request) -> Response:
    """The story at hand, and those that wait after it."""
    room, visitor = room_of(request), visitor_of(request)
    wanted, article = request.query_params.get("story", ""), request.query_params.get("article", "")
    with room.news.database.reading() as tx:
        found = dossier_of(tx, wanted) if wanted else None
        place = (found.original.updated, found.original.id) if found else None
        newer = review_queue.waiting(tx, 1, after=place) if place else []
        following = review_queue.waiting(tx, _SHOWN, before=place)
        if found is None and following:
            found, following = dossier_of(tx, following[0][0]), following[1:]
        last = next((ruling for ruling in verdicts.latest(tx, 1)), None)
        values: dict[str, Any] = {
            "dossier": found,
            "following": dossiers.get_all(tx, [story for story, _ in following]),
            "newer": newer[0][0] if newer else "",
            "waiting": review_queue.count_waiting(tx, COUNTED),
            "most": COUNTED,
            "reading": _reading(tx, found.story, article, visitor.language) if found else None,
            "last": last,
            "judged": dossiers.get(tx, last.story) if last else None,
            "begun": found is not None or bool(dossiers.latest(tx, 1)),
        }
    after = f"/?story={following[0][0]}" if following else "/"
    slots = slot_values(found.story, visitor.language) if found else {}
    return page(request, "triage.html", next=after, nav="triage", slot_values=slots, **values, **choices(room))


def _reading(tx: Transaction, story: Story, wanted: str, language: str) -> Reading | None:
    """The article that the person chose; else the one with the most evidence."""
    told = {telling.article: telling for telling in story.tellings}
    best = max(story.tellings, key=lambda telling: telling.score, default=None)
    article = wanted if wanted in told else best.article if best else ""
    return reading_of(tx, article, language, story) if article else None


@pages.post("/undo")
def undo(request: Request, fields: Fields) -> Response:
    """Take the last act on the story that was judged last back, and show that story again."""
    room, visitor = room_of(request), visitor_of(request)
    with room.news.database.writing(exclusive="join") as tx:
        standing = verdicts.last_standing(tx)
        if standing is None:
            return RedirectResponse(local_path(fields.get("next")), 303)
        merging.undo(tx, standing, room.clock(), visitor.name)
    return RedirectResponse(f"/?story={standing}", 303)
