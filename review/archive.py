"""The archive: search with filters and facets, an article as it was read, its raw page replayed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from mercato.errors import ArchiveError, StoreError
from mercato.model import Article, Status, Story, Verdict, article_text
from mercato.text import fold
from review.differences import Piece, difference
from review.dossier import explained, reading_of
from review.forms import filters_of, place_of, place_text
from review.passages import harmless
from review.reckoning import reckoning
from review.rendering import page
from review.room import room_of, visitor_of
from review.watching import FILTERS, as_watch
from storage import articles, browse, own_watches, versions
from storage import stories as dossiers
from storage.engine import Transaction
from storage.raw_archive import raw_archive
from storage.story_index import Side
from storage.versions import Version

pages = APIRouter(include_in_schema=False)

PAGE = 20
_NEAR = 8  # names offered where none is just what was asked for

# The page as the outlet served it may hold anything: no script, form, frame or request leaves this sandbox.
_SANDBOX = {
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'self'",
    "Referrer-Policy": "no-referrer",
}


@pages.get("/archive")
def archive(request: Request) -> Response:
    """Articles that fit the filters, the newest first, with facets on the first page."""
    room, visitor = room_of(request), visitor_of(request)
    filters, before = filters_of(request, visitor.zone), place_of(request.query_params.get("before"))
    with room.news.database.reading() as tx:
        sources = browse.source_names(tx)
        hits, facets = (
            (browse.articles_page(tx, filters, PAGE, before), None)
            if before
            else browse.first_page(tx, filters, PAGE, sources)
        )
        stories = {story.id: story for story in dossiers.get_all(tx, [one for hit in hits for one in hit.stories])}
        near = {} if hits or before else _near(tx, filters)
        searches = [(search, as_watch(search)) for search in own_watches.searches(tx)]
    values: dict[str, Any] = {
        "hits": hits,
        "told": {
            hit.id: sorted((stories[one] for one in hit.stories), key=lambda story: not _fits(story, filters))
            for hit in hits
        },
        "facets": facets,
        "sources": sorted(sources.items(), key=lambda outlet: fold(outlet[1])),
        "near": near,
        "searches": searches,
        "kept": {name: value for name in FILTERS if (value := request.query_params.get(name))},
    }
    asked = {name: value for name, value in request.query_params.items() if name != "before"}
    older = place_text((hits[-1].told, hits[-1].id)) if len(hits) == PAGE else ""
    return page(
        request,
        "archive.html",
        nav="archive",
        asked=asked,
        filters=filters,
        older=older,
        statuses=list(Status),
        verdicts=list(Verdict),
        **values,
    )


def _fits(story: Story, filters: browse.Filters) -> bool:
    """Whether a story is one that its article was found for: a list of appointments tells a dozen others."""
    firms = [fold(firm) for firm in (story.origin, story.destination) if firm]
    people = [fold(person) for person in story.people]
    return (
        (not filters.firm or fold(filters.firm) in firms)
        and (not filters.person or fold(filters.person) in people)
        and (not filters.status or story.status is filters.status)
        and (not filters.amount or bool(story.figures))
    )


def _near(tx: Transaction, filters: browse.Filters) -> dict[str, list[str]]:
    """Names that hold what was asked for as a firm or a person: «Gunter» finds «Tom Gunter»."""
    firms = browse.names_like(tx, filters.firm, _NEAR, Side.ORIGIN, Side.DESTINATION)
    people = browse.names_like(tx, filters.person, _NEAR, Side.PERSON)
    found = {"firm": (filters.firm, firms), "person": (filters.person, people)}
    return {field: [name for name in names if fold(name) != fold(text)] for field, (text, names) in found.items()}


@pages.get("/articles/{article}")
def article(request: Request, article: str) -> Response:
    """An article as it was read, its evidence marked, and what the matcher made of it."""
    room, visitor = room_of(request), visitor_of(request)
    with room.news.database.reading() as tx:
        reading = reading_of(tx, article, visitor.language)
        if reading is None:
            raise HTTPException(404)
        told = dossiers.get_all(tx, dossiers.of_article(tx, article))
        former = versions.of_article(tx, article)
    # Made anew, which takes a while for a long text: only for who asks.
    wanted = request.query_params.get("reasoning") == "1"
    reasoning = harmless(reckoning(explained(room, reading.article), visitor.language)) if wanted else ""
    return page(
        request,
        "article.html",
        nav="archive",
        reading=reading,
        stories=told,
        reasoning=reasoning,
        edits=_edits(reading.article, former),
        threshold=room.news.lexicon.thresholds["flag"],
        replay=bool(reading.article.capture and room.news.settings.archive),
    )


def _edits(article: Article, former: Sequence[Version]) -> list[tuple[datetime, list[tuple[Piece, ...]]]]:
    """When the outlet edited the article, the last time first, each with what it changed."""
    texts = [article_text(version.title, version.body) for version in former] + [article.text]
    found = [(version.until, difference(*pair)) for version, pair in zip(former, pairwise(texts), strict=True)]
    return found[::-1]


@pages.get("/articles/{article}/raw")
def raw(request: Request, article: str) -> Response:
    """The page as the outlet served it, from the raw archive, in a sandbox: nothing in it runs or loads."""
    room = room_of(request)
    with room.news.database.reading() as tx:
        found = articles.get(tx, article)
    kept = raw_archive(room.news.settings)
    if found is None or found.capture is None or kept is None:
        raise HTTPException(404)
    try:
        body = kept.answer(found.capture).body
    except StoreError as error:
        raise HTTPException(503, str(error)) from error
    except ArchiveError as error:
        raise HTTPException(404, str(error)) from error
    return Response(body, media_type="text/html", headers=_SANDBOX)
