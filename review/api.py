"""The archive for programs: read only, described by OpenAPI at /api/openapi.json.

Identifiers are permanent. `after` follows the archive: every change of a story, its withdrawal and every verdict gives
it a new, higher `serial`, so a program that keeps the last one misses nothing and reads nothing twice.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from mercato.i18n import mark
from mercato.model import Act, Cause, Kind, PayPart, Slot, Standing, Status, Verdict
from review.exports import story_record
from review.rendering import page
from review.room import room_of
from storage import articles, browse, verdicts
from storage import stories as dossiers

routes = APIRouter(prefix="/api/v1", tags=["archive"])
pages = APIRouter(include_in_schema=False)

_Limit = Annotated[int, Query(ge=1, le=500, description=mark("At most so many."))]
_After = Annotated[
    int, Query(ge=0, le=2**62, description=mark("The last serial that you have; 0: from the beginning."))
]
_Since = Annotated[
    datetime | None, Query(description=mark("Leave out stories whose news is older: a moment with its zone."))
]
_Before = Annotated[int | None, Query(ge=1, le=2**62, description=mark("The number of the last ruling that you have."))]
_Words = Annotated[
    str, Query(min_length=1, max_length=500, description=mark("Words that must all occur, in any form."))
]
_Id = Annotated[str, Path(pattern="^[0-9a-f]{4,16}$", description=mark("Permanent identifier, or its beginning."))]


class GroupOut(BaseModel):
    """Movers without names."""

    label: str
    count: int | None


class AmountOut(BaseModel):
    """A figure and who gave it."""

    min: int | None
    max: int | None
    currency: str
    period: str
    outlet: str
    source: str | None
    article: str
    denied: bool  # whoever is named says that it is not so
    consists_of: list[PayPart]  # what is told of it; the package is all of it together
    multi_year: bool
    years: int | None  # over which it is paid, where a number is told


class TellingOut(BaseModel):
    """An article that tells the story."""

    id: str
    url: str
    outlet: str
    title: str
    published: datetime | None


class StoryOut(BaseModel):
    """A story, corrected by people; or, with `deleted`, what is left of one."""

    id: str
    deleted: bool
    updated: datetime
    serial: int | None = None
    merged_into: str | None = None
    headline: str | None = None
    people: list[str] = []
    group: GroupOut | None = None
    origin: str | None = None
    destination: str | None = None
    role: str | None = None
    status: Status | None = None
    kind: Kind | None = None
    amounts: list[AmountOut] = []
    original_sources: list[str] = []
    articles: list[TellingOut] = []
    opened: datetime | None = None
    verdict: Verdict | None = None
    cause: Cause | None = None
    watches: list[str] = []


class StoriesOut(BaseModel):
    """Stories in the order of their changes, and where to go on."""

    stories: list[StoryOut]
    after: int  # to be given back as `after`
    more: bool


class ArticleOut(BaseModel):
    """An article: facts, title and link, and the stories that it tells; never the outlet's text."""

    id: str
    url: str
    outlet: str
    title: str
    published: datetime | None
    first_seen: datetime
    language: str | None
    stories: list[str]


class HitOut(BaseModel):
    """An article that was found."""

    id: str
    url: str
    outlet: str
    title: str
    published: datetime | None
    snippet: str
    stories: list[str]
    story: str | None


class RulingOut(BaseModel):
    """What a person did to a story."""

    number: int
    story: str
    at: datetime
    act: Act
    cause: Cause | None
    slot: Slot | None
    value: str
    undoes: int | None


@routes.get("/stories", summary=mark("Stories in the order in which they changed last"))
def stories(request: Request, after: _After = 0, updated_after: _Since = None, limit: _Limit = 100) -> StoriesOut:
    """All stories from the earliest change on, withdrawn ones as tombstones. `updated_after` leaves out those whose
    news is older; what people ruled since is told by `after` only."""
    with room_of(request).news.database.reading() as tx:
        changes = browse.changes(tx, after, limit + 1)
        shown = changes[:limit]
        found = {story.id: story for story in dossiers.get_all(tx, [change.story for change in shown])}
        standings = verdicts.standing_of(tx, found)
    told = [
        StoryOut(**story_record(found[change.story], standings.get(change.story, Standing())), serial=change.serial)
        for change in shown
        if updated_after is None or found[change.story].updated > _aware(updated_after)
    ]
    return StoriesOut(stories=told, after=shown[-1].serial if shown else after, more=len(changes) > limit)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise HTTPException(422, "updated_after needs a zone, for example 2026-03-18T09:30:00Z")
    return moment


_NOT_FOUND: dict[int | str, dict[str, Any]] = {404: {"description": "There is no such thing in the archive."}}


@routes.get("/stories/{story}", summary=mark("One story"), responses=_NOT_FOUND)
def story(request: Request, story: _Id) -> StoryOut:
    """The story with this identifier, or the only one whose identifier begins so."""
    with room_of(request).news.database.reading() as tx:
        found = dossiers.get(tx, story)
        if found is None:
            raise HTTPException(404)
        return StoryOut(**story_record(found, verdicts.standing(tx, found.id)))


@routes.get("/articles/{article}", summary=mark("One article"), responses=_NOT_FOUND)
def article(request: Request, article: _Id) -> ArticleOut:
    """Facts, title and link of the article, and the stories that it tells."""
    with room_of(request).news.database.reading() as tx:
        found = articles.get(tx, article)
        if found is None:
            raise HTTPException(404)
        told = dossiers.of_article(tx, article)
    return ArticleOut(
        id=found.id,
        url=found.url,
        outlet=found.outlet,
        title=found.title,
        published=found.published,
        first_seen=found.first_seen,
        language=found.language,
        stories=told,
    )


@routes.get("/search", summary=mark("Articles that hold every word, the newest first"))
def search(request: Request, q: _Words, limit: _Limit = 20) -> list[HitOut]:
    """Whatever accents, gender and number; the hit words of a snippet stand between ‹ and ›."""
    with room_of(request).news.database.reading() as tx:
        hits = browse.articles_page(tx, browse.Filters(query=q), limit)
    return [HitOut.model_validate(hit, from_attributes=True) for hit in hits]


@routes.get("/rulings", summary=mark("What people ruled, the newest first"))
def rulings(request: Request, before: _Before = None, limit: _Limit = 100) -> list[RulingOut]:
    """Acts on stories; the next page is what comes `before` the last one's number."""
    with room_of(request).news.database.reading() as tx:
        found = verdicts.latest(tx, limit, before)
    return [RulingOut.model_validate(ruling, from_attributes=True) for ruling in found]


@pages.get("/api")
def described(request: Request) -> Response:
    """What programs can ask for, told to people: made of the same description that programs read."""
    whole, base = request.app.openapi(), str(request.base_url).rstrip("/")
    asked = [(path, methods["get"]) for path, methods in whole["paths"].items() if "get" in methods]
    return page(request, "api.html", nav="", operations=asked, schemas=whole["components"]["schemas"], base=base)
