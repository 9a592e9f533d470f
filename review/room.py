"""What the pages need of the house, and who is asking."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from fastapi import Request

from mercato.i18n import LANGUAGES
from mercato.model import FeedState, Source
from scheduler.jobs import Newsroom
from scheduler.pulse import Pulse

LANGUAGE_COOKIE = "mercato_language"
_USUAL_ZONE = "Europe/Paris"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletLine:
    """An outlet's health as the page shows it."""

    id: str
    name: str
    feed: str
    country: str  # ISO 3166-1, or 002 for Africa; "" where nobody knows
    state: str  # in the reader's words
    advice: str  # what there is to know or to do
    needs_attention: bool
    last_success: datetime | None
    next_due: datetime | None


Outlets = Callable[[Mapping[str, FeedState], datetime, str], Sequence[OutletLine]]
"""The followed outlets' health, from what is remembered of their feeds, now, in a language."""


OneOutlet = Callable[[Source, FeedState | None, datetime, str], OutletLine]
"""One outlet's health, followed or not, from what is remembered of its feed, now, in a language."""


@dataclass(frozen=True, slots=True)
class Room:
    """What every page works with."""

    news: Newsroom
    clock: Callable[[], datetime]
    outlets: Outlets
    outlet: OneOutlet
    pulse: Pulse | None = None  # of the service in this process; None where the page is served alone
    previewing: Lock = field(default_factory=Lock)  # held while a feed is tried: each trial is a crawl


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is asking, and how they want to be answered."""

    name: str
    language: str
    zone: str  # IANA


def room_of(request: Request) -> Room:
    """The house that the request came to."""
    room: Room = request.app.state.room
    return room


def visitor_of(request: Request) -> Visitor:
    """Who is asking: the language of their cookie, else that of the settings; the zone of the first watch."""
    settings = room_of(request).news.settings
    wanted = request.cookies.get(LANGUAGE_COOKIE, "")
    return Visitor(
        name=getattr(request.state, "visitor", "") or "local",
        language=wanted if wanted in LANGUAGES else settings.language,
        zone=settings.watches[0].timezone if settings.watches else _USUAL_ZONE,
    )
