"""A watch's newest stories as a feed, for a command, a file or the review page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from itertools import islice

from alerts.syndication import atom, json_feed
from alerts.watches import as_heard, concerns
from mercato.model import Story, Watch
from scheduler.composing import knowledge
from scheduler.jobs import Newsroom
from storage import readers, verdicts
from storage import stories as dossiers

_ENTRIES = 50
_PAGE = 100
_LOOKED_AT = 2000  # stories: a watch that fits fewer than one in forty has a shorter feed rather than a slow one


class FeedFormat(StrEnum):
    """How a watch's stories are written for feed readers."""

    ATOM = "atom"
    JSON = "json"


def feed_of(room: Newsroom, watch: Watch, form: FeedFormat, now: datetime, home: str = "") -> bytes:
    """The watch's latest stories in that format, UTF-8; `home` is the address at which the feed itself is served."""
    stories = list(islice(_stories(room, watch, now), _ENTRIES))
    sender = room.settings.mail.sender
    if form is FeedFormat.ATOM:
        return atom(watch, stories, sender=sender, now=now, home=home)
    return json_feed(watch, stories, sender=sender, home=home).encode()


def _stories(room: Newsroom, watch: Watch, now: datetime) -> Iterator[Story]:
    """What the watch wants and has not muted, the newest change first."""
    parent, outlets = knowledge(room, watch)
    place: tuple[datetime, str] | None = None
    with room.database.reading() as tx:
        muted = readers.muted(tx, watch.name, now)
        for _ in range(_LOOKED_AT // _PAGE):
            page = dossiers.latest(tx, _PAGE, place)
            for story in verdicts.as_ruled(tx, page):
                if story.id not in muted and concerns(watch, story, parent=parent, outlets=outlets):
                    yield as_heard(watch, story)
            if len(page) < _PAGE:
                return
            place = (page[-1].updated, page[-1].id)
