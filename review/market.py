"""The market seen from above: who takes from whom, movements over time, which outlet is first."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from review.exports import csv_response
from review.forms import filters_of
from review.pictures import flows_picture, months_picture
from review.rendering import page
from review.room import room_of, visitor_of
from storage import browse
from storage.engine import Transaction

pages = APIRouter(include_in_schema=False)

_USUAL_PERIOD = timedelta(days=365)
_DRAWN = 24  # flows that one picture can show legibly
_LISTED = 500

# The picture's own styles are inline: it is a document of its own, and its links lead out of the frame.
_PICTURE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'",
}


def _period(request: Request) -> tuple[datetime, datetime, str]:
    """From when until when, and which firm, an address asks for; the last year when it says nothing."""
    filters = filters_of(request, visitor_of(request).zone)
    until = filters.until or room_of(request).clock()
    return filters.since or until - _USUAL_PERIOD, until, filters.firm


def _flows(tx: Transaction, request: Request, limit: int) -> list[browse.Flow]:
    since, until, firm = _period(request)
    return browse.flows(tx, since, until, limit, firm)


@pages.get("/flows")
def flows(request: Request) -> Response:
    """The pictures with their tables."""
    since, until, firm = _period(request)
    with room_of(request).news.database.reading() as tx:
        values: dict[str, Any] = {
            "flows": _flows(tx, request, _LISTED),
            "months": browse.months(tx, since, until),
            "speeds": browse.speeds(tx, since, until),
        }
    asked = dict(request.query_params)
    return page(
        request, "flows.html", nav="flows", since=since, until=until, firm=firm, asked=asked, drawn=_DRAWN, **values
    )


@pages.get("/flows.svg")
def flows_svg(request: Request) -> Response:
    """Who takes from whom, as a picture whose bands lead to the articles."""
    with room_of(request).news.database.reading() as tx:
        found = _flows(tx, request, _DRAWN)
    dark = request.query_params.get("scheme") == "dark"
    return Response(flows_picture(found, dark=dark), media_type="image/svg+xml", headers=_PICTURE)


@pages.get("/flows.csv")
def flows_csv(request: Request) -> Response:
    """Who takes from whom, as a table."""
    with room_of(request).news.database.reading() as tx:
        found = _flows(tx, request, _LISTED)
    rows = ((flow.origin, flow.destination, str(flow.stories)) for flow in found)
    return csv_response("flows", ("origin", "destination", "stories"), rows)


@pages.get("/months.svg")
def months_svg(request: Request) -> Response:
    """Movements over time, as a picture."""
    since, until, _ = _period(request)
    with room_of(request).news.database.reading() as tx:
        found = browse.months(tx, since, until)
    dark = request.query_params.get("scheme") == "dark"
    return Response(months_picture(found, dark=dark), media_type="image/svg+xml", headers=_PICTURE)


@pages.get("/months.csv")
def months_csv(request: Request) -> Response:
    """Movements over time, as a table."""
    since, until, _ = _period(request)
    with room_of(request).news.database.reading() as tx:
        found = browse.months(tx, since, until)
    return csv_response("months", ("month", "stories"), ((month, str(number)) for month, number in found))
