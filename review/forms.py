"""What arrives in forms and addresses, read without trust: what makes no sense is left out, never an error page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from enum import StrEnum
from typing import Annotated, TypeVar
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

from fastapi import Depends, HTTPException, Request

from mercato.model import Status, Verdict
from review.passages import harmless
from storage.browse import Filters, Place

Choice = TypeVar("Choice", bound=StrEnum)

_LONGEST = 500  # characters of a field
_MOST_FIELDS = 40
_YEARS = range(1900, 9000)  # a date far outside of them is a slip, and a year beside it may be no date at all


async def _fields(request: Request) -> dict[str, str]:
    body = await request.body()
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise HTTPException(400, "no form") from error
    # What people name is shown to people: no field needs characters that are not seen.
    return {name: harmless(value).strip()[:_LONGEST] for name, value in pairs}


Fields = Annotated[Mapping[str, str], Depends(_fields)]
"""The fields of a form that was sent, each trimmed; of several of one name the last."""


def chosen(kind: type[Choice], text: str | None) -> Choice | None:
    """The member of `kind` that `text` names."""
    return kind(text) if text in set(kind) else None


def local_path(text: str | None, otherwise: str = "/") -> str:
    """`text` when it is a path on this page, for where to go next; anything that could lead elsewhere is not."""
    if not text or not text.startswith("/") or text.startswith(("//", "/\\")):
        return otherwise
    parts = urlsplit(text)
    plain = not parts.scheme and not parts.netloc and not any(ord(c) < 0x21 or ord(c) > 0x7E or c == "\\" for c in text)
    return text if plain else otherwise


def here(request: Request) -> str:
    """The address that was asked for, as a path of this page, for coming back to it; "/" after a form was sent."""
    query = f"?{request.url.query}" if request.url.query else ""
    return local_path(request.url.path + query) if request.method in ("GET", "HEAD") else "/"


def before(request: Request) -> str:
    """The page of ours that the request came from; "" where the browser does not say."""
    came = urlsplit(request.headers.get("referer", ""))
    ours = came.netloc == request.headers.get("host")
    return local_path(came.path + (f"?{came.query}" if came.query else ""), "") if ours else ""


def filters_of(request: Request, zone: str) -> Filters:
    """The filters that an address asks for; dates count in `zone`, both days included."""
    asked = request.query_params
    return Filters(
        query=asked.get("q", "")[:_LONGEST],
        source=asked.get("outlet", "")[:_LONGEST],
        since=_day(asked.get("from"), zone, time.min),
        until=_day(asked.get("to"), zone, time.max),
        firm=asked.get("firm", "")[:_LONGEST].strip(),
        person=asked.get("person", "")[:_LONGEST].strip(),
        status=chosen(Status, asked.get("status")),
        amount=asked.get("amount") == "1",
        verdict=chosen(Verdict, asked.get("verdict")),
        unjudged=asked.get("verdict") == "none",
    )


def _day(text: str | None, zone: str, moment: time) -> datetime | None:
    try:
        day = datetime.fromisoformat((text or "")[:10])
        if day.year not in _YEARS:
            return None
        return datetime.combine(day.date(), moment, ZoneInfo(zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def place_of(text: str | None) -> Place | None:
    """A place in a list as `place_text` writes it."""
    moment, _, identifier = (text or "").partition("~")
    try:
        at = datetime.fromisoformat(moment)
        return (at.astimezone(UTC), identifier[:64]) if at.tzinfo and identifier else None
    except (ValueError, OverflowError):
        return None


def place_text(place: Place) -> str:
    """A place in a list, for an address."""
    return f"{place[0].astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}~{place[1]}"
