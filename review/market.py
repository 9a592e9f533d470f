"""The market seen from above: who takes from whom, movements over time, which outlet is first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from alerts.sectors import known_sectors
from review.currents import Firms, broadest, months
from review.exports import csv_response
from review.forms import filters_of
from review.pictures import Format, flows_picture, months_picture
from review.rendering import page
from review.room import OutletLine, room_of, visitor_of
from review.words import month_label
from storage import browse

pages = APIRouter(include_in_schema=False)

_USUAL_PERIOD = timedelta(days=365)
_DRAWN = 24  # flows that one picture can show legibly
_LISTED = 100
_EXPORTED = 10_000

# The picture's own styles are inline: it is a document of its own, and its links lead out of the frame.
_PICTURE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """What of the market somebody wants to see."""

    since: datetime
    until: datetime
    firms: Firms
    country: str  # of the outlets that tell the moves; "": of all
    sources: tuple[str, ...]  # the outlets of that country


def _view(request: Request) -> _View:
    """What an address asks for; the last year when it says nothing of time. An unknown sector or country is none."""
    filters = filters_of(request, visitor_of(request).zone)
    until = filters.until or room_of(request).clock()
    sector, country = (request.query_params.get(name, "") for name in ("sector", "country"))
    lines = _outlets(request) if country else ()
    sources = tuple(line.id for line in lines if line.country == country)
    return _View(
        since=filters.since or until - _USUAL_PERIOD,
        until=until,
        firms=Firms(firm=filters.firm, sector=sector if sector in known_sectors() else ""),
        country=country if sources else "",
        sources=sources,
    )


def _outlets(request: Request) -> tuple[OutletLine, ...]:
    room = room_of(request)
    return tuple(room.outlets({}, room.clock(), visitor_of(request).language))


def _moves(request: Request, view: _View) -> Sequence[browse.DatedMove]:
    with room_of(request).news.database.reading() as tx:
        return view.firms.among(browse.moves(tx, view.since, view.until, view.sources))


def _moves_and_speeds(request: Request, view: _View) -> tuple[Sequence[browse.DatedMove], list[browse.Speed]]:
    with room_of(request).news.database.reading() as tx:
        moves = view.firms.among(browse.moves(tx, view.since, view.until, view.sources))
        return moves, browse.speeds(tx, [move.story for move in moves], view.sources)


@pages.get("/flows")
def seen(request: Request) -> Response:
    """The pictures with their tables."""
    view = _view(request)
    moves, speeds = _moves_and_speeds(request, view)
    values: dict[str, Any] = {
        "flows": broadest(moves, _LISTED),
        "months": months(moves),
        "speeds": speeds,
        "view": view,
        "asked": dict(request.query_params),
        "sectors": known_sectors(),
        "countries": sorted({line.country for line in _outlets(request) if line.country}),
    }
    return page(request, "flows.html", nav="flows", drawn=_DRAWN, listed=_LISTED, **values)


def _picture(drawn: bytes, form: Format) -> Response:
    return Response(drawn, media_type=form.media_type, headers=_PICTURE)


@pages.get("/flows.csv")
def flows_csv(request: Request) -> Response:
    """Who takes from whom, as a table."""
    view = _view(request)
    found = broadest(_moves(request, view), _EXPORTED)
    rows = ((flow.origin, flow.destination, str(flow.stories)) for flow in found)
    return csv_response("flows", ("origin", "destination", "stories"), rows)


@pages.get("/months.csv")
def months_csv(request: Request) -> Response:
    """Movements over time, as a table."""
    view = _view(request)
    found = months(_moves(request, view))
    return csv_response("months", ("month", "stories"), ((month, str(number)) for month, number in found))


@pages.get("/speeds.csv")
def speeds_csv(request: Request) -> Response:
    """Which outlet is first, as a table."""
    _, found = _moves_and_speeds(request, _view(request))
    rows = ((speed.outlet, str(speed.first), str(speed.shared), str(speed.told)) for speed in found)
    return csv_response("speeds", ("outlet", "first", "shared", "told"), rows)


@pages.get("/flows.{form}")
def flows_drawn(request: Request, form: Format) -> Response:
    """Who takes from whom, as a picture; in SVG its bands lead to the articles."""
    view = _view(request)
    found = broadest(_moves(request, view), _DRAWN)
    return _picture(flows_picture(found, form, dark=request.query_params.get("scheme") == "dark"), form)


@pages.get("/months.{form}")
def months_drawn(request: Request, form: Format) -> Response:
    """Movements over time, as a picture."""
    view = _view(request)
    language = visitor_of(request).language
    found = [(month_label(month, language, short=True), number) for month, number in months(_moves(request, view))]
    return _picture(months_picture(found, form, dark=request.query_params.get("scheme") == "dark"), form)
