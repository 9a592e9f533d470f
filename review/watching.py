"""Watches: those of the settings file to be read, those of the page to be tried, saved and removed; saved searches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from alerts.sectors import known_sectors
from alerts.typography import one_line
from alerts.watches import concerns, parent_by
from mercato.errors import RulingError, SettingsError
from mercato.i18n import catalogue, mark
from mercato.model import Standing, Status, Story, Watch
from mercato.settings import checked_watch
from review.forms import Fields
from review.passages import harmless
from review.rendering import page
from review.room import Room, room_of, visitor_of
from scheduler.plan import next_tick
from storage import own_watches, verdicts
from storage import stories as dossiers
from storage.own_watches import SavedSearch

pages = APIRouter(include_in_schema=False)

_TRIAL = timedelta(days=90)
_MOST_TRIED = 3_000  # stories that a trial looks at
_SHOWN = 100
_NAMES = 50  # names in one field of a watch
_NAME = 80

_LISTS = ("organisations", "people", "muted", "recipients")
_CHOICES = ("sectors", "statuses")
_TEXTS = ("name", "schedule")
_USUAL = "0 8 * * mon-fri"
_OTHERWISE = mark("something else")
_WANTED = {
    "name": mark("a name of at most 80 characters"),
    "recipients": mark("mail addresses, such as you@example.org"),
    "schedule": mark("five cron fields, such as “0 8 * * mon-fri”: every weekday at 8:00"),
}
FILTERS = ("q", "outlet", "firm", "person", "status", "verdict", "from", "to", "amount")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a watch would have told, and how that differs from what the watch of its name tells now."""

    told: list[Story]  # the latest first
    added: frozenset[str]  # identifiers
    lost: list[Story]
    replaces: bool  # there is a watch of that name


@pages.get("/watches")
def watches(request: Request) -> Response:
    """The watches with their next run; one of the page to change; and a trial of what was filled in."""
    room = room_of(request)
    own = _own(room)
    edited = own.get(request.query_params.get("edit", ""))
    asked = _fields_of(edited) if edited else _asked(request)
    wrong: Mapping[str, str] = {}
    trial = None
    if request.query_params.get("try") == "1":
        try:
            trial = _trial(room, _watch(asked), own.get(asked["name"]))
        except SettingsError as error:
            wrong = _wrong(error, visitor_of(request).language)
    now = room.clock()
    values: dict[str, Any] = {
        "lines": [(watch, next_tick(watch, now)) for watch in room.news.watches()],
        "own": own,
        "asked": asked,
        "trial": trial,
        "wrong": wrong,
        "sectors": known_sectors(),
        "statuses": list(Status),
    }
    return page(request, "watches.html", nav="watches", shown=_SHOWN, days=_TRIAL.days, usual=_USUAL, **values)


def _own(room: Room) -> dict[str, Watch]:
    """The watches of the page that are in force."""
    taken = {watch.name for watch in room.news.settings.watches}
    return {watch.name: watch for watch in room.news.watches() if watch.name not in taken}


def _asked(request: Request) -> dict[str, Any]:
    """The fields of the form as an address gives them."""
    given = request.query_params
    texts = {name: harmless(given.get(name, ""))[:2_000] for name in (*_TEXTS, *_LISTS)}
    return texts | {name: given.getlist(name)[:_NAMES] for name in _CHOICES}


def _fields_of(watch: Watch) -> dict[str, Any]:
    """The fields of the form that describe a watch."""
    lists = {name: ", ".join(getattr(watch, name)) for name in _LISTS}
    return {"name": watch.name, "schedule": watch.schedule, **lists, **{n: list(getattr(watch, n)) for n in _CHOICES}}


def _watch(asked: Mapping[str, Any]) -> Watch:
    """The watch that the fields describe. Raises SettingsError with what is wrong with it."""
    lists = {name: list(_names(asked[name])) for name in _LISTS}
    name, schedule = asked["name"].strip(), asked["schedule"].strip() or _USUAL
    chosen = {name: list(asked[name]) for name in _CHOICES}
    return checked_watch({"name": name, "schedule": schedule, **lists, **chosen})


def _wrong(error: SettingsError, language: str) -> dict[str, str]:
    """What each field at fault should hold."""
    say = catalogue(language).gettext
    return {name: say(_WANTED.get(name, _OTHERWISE)) for name in error.fields}


def _names(text: str) -> tuple[str, ...]:
    """The names in a field, separated by commas, semicolons or line ends."""
    parts = text.replace(";", ",").replace("\n", ",").split(",")
    return tuple(dict.fromkeys(name for part in parts if (name := part.strip())))[:_NAMES]


def _trial(room: Room, watch: Watch, present: Watch | None) -> Trial:
    """What `watch` would have told in the last months, against `present`."""
    with room.news.database.reading() as tx:
        recent = [story for story in dossiers.latest(tx, _MOST_TRIED) if story.updated >= room.clock() - _TRIAL]
        standings = verdicts.standing_of(tx, [story.id for story in recent])
    shown = [verdicts.corrected(story, standings.get(story.id, Standing())) for story in recent]
    parent = parent_by(room.news.lexicon)
    told = [story for story in shown if concerns(watch, story, parent=parent)]
    before = [story for story in shown if present and concerns(present, story, parent=parent)]
    kept = {story.id for story in told}
    return Trial(
        told=told,
        added=frozenset(kept - {story.id for story in before}),
        lost=[story for story in before if story.id not in kept],
        replaces=present is not None,
    )


@pages.post("/watches")
def save(request: Request, fields: Fields) -> Response:
    """Keep a watch that was tried."""
    room = room_of(request)
    asked = {name: fields.get(name, "") for name in (*_TEXTS, *_LISTS)}
    watch = _watch(asked | {name: _names(fields.get(name, "")) for name in _CHOICES})
    if watch.name in {known.name for known in room.news.settings.watches}:
        raise RulingError(mark("{name}: the settings file has a watch of this name; change it there"), name=watch.name)
    with room.news.database.writing() as tx:
        own_watches.save(tx, watch, room.clock(), visitor_of(request).name)
    return RedirectResponse("/watches", 303)


@pages.post("/watches/remove")
def remove(request: Request, fields: Fields) -> Response:
    """Forget a watch of the page; its mails stay in the ledger."""
    with room_of(request).news.database.writing() as tx:
        found = own_watches.remove(tx, fields.get("name", ""))
    if not found:
        raise HTTPException(404)
    return RedirectResponse("/watches", 303)


@pages.post("/searches")
def save_search(request: Request, fields: Fields) -> Response:
    """Keep a search of the archive under a name."""
    name = one_line(fields.get("name", ""), _NAME)
    if not name:
        raise RulingError(mark("a saved search needs a name"))
    asked = {key: fields[key] for key in FILTERS if fields.get(key)}
    room = room_of(request)
    with room.news.database.writing() as tx:
        own_watches.save_search(tx, SavedSearch(name, asked), room.clock(), visitor_of(request).name)
    return RedirectResponse(f"/archive?{urlencode(asked)}", 303)


@pages.post("/searches/remove")
def remove_search(request: Request, fields: Fields) -> Response:
    """Forget a saved search."""
    with room_of(request).news.database.writing() as tx:
        own_watches.remove_search(tx, fields.get("name", ""))
    return RedirectResponse("/archive", 303)


def as_watch(search: SavedSearch) -> dict[str, str]:
    """The fields of a watch to be that come nearest to a saved search, for its owner to look over: a watch knows names
    and statuses, no words, so the words are offered as the name of a firm."""
    asked = search.asked
    found = {
        "name": search.name,
        "organisations": asked.get("firm", "") or ("" if asked.get("person") else asked.get("q", "")),
        "people": asked.get("person", ""),
        "statuses": asked.get("status", ""),
        "try": "1",
    }
    return {key: value for key, value in found.items() if value}
