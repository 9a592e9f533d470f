"""Which address leads where, what stands before every page, and what people see when something is wrong."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from fastapi.exception_handlers import http_exception_handler
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from mercato import __version__
from mercato.errors import MercatoError, RulingError, SettingsError
from mercato.i18n import LANGUAGES, catalogue, mark
from review import (
    api,
    archive,
    doors,
    dossier,
    exports,
    hub,
    links,
    mails,
    market,
    monitoring,
    outlets,
    quality,
    triage,
    watching,
)
from review.doors import Doors
from review.forms import Fields, before, local_path
from review.guard import HEADERS, Guard
from review.monitoring import Monitor
from review.rendering import page
from review.room import LANGUAGE_COOKIE, Room, visitor_of

_YEAR = 365 * 24 * 3600
_FOR_PROGRAMS = "/api/"


def build(room: Room) -> FastAPI:
    """The review page over `room`, ready to be served."""
    app = FastAPI(
        title="Mercato",
        version=__version__,
        summary="Who leaves which company for which, as the French-language tech press tells it.",
        openapi_url="/api/openapi.json",
        docs_url=None,  # the usual browsers of OpenAPI load their scripts from elsewhere
        redoc_url=None,
    )
    app.state.room = room
    people = (triage, dossier, archive, market, outlets, watching, mails, quality)
    programs = (api, exports, doors, links, hub, monitoring)
    for pages in (*people, *programs):
        app.include_router(pages.pages)
    app.include_router(api.routes)
    app.add_api_route("/language", _language, methods=["POST"], include_in_schema=False)
    app.add_api_route("/help", _help, include_in_schema=False)
    app.mount("/static", _Assets(packages=[("review", "static")]), name="static")
    app.add_exception_handler(HTTPException, _wrong)
    app.add_exception_handler(MercatoError, _failed)
    app.add_exception_handler(Exception, _broken)
    settings = room.news.settings.review
    app.state.monitor = Monitor(room)
    app.state.doors = Doors(settings, room.clock)
    app.add_middleware(doors.Doorkeeper, doors=app.state.doors)
    public = urlsplit(room.news.settings.mail.public_url).hostname or settings.host
    hosts = frozenset({settings.host, public, *settings.hosts})
    app.add_middleware(Guard, hosts=hosts, language=room.news.settings.language)
    return app


class _Assets(StaticFiles):
    """Style and script: kept by browsers until the next start, asked for again by their version."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        """The file, with leave to keep it for an hour."""
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]  # passed through
        response.headers["Cache-Control"] = "private, max-age=3600"
        return response


def _language(fields: Fields) -> Response:
    """Remember the visitor's language."""
    response = RedirectResponse(local_path(fields.get("next")), 303)
    if fields.get("language") in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, fields["language"], max_age=_YEAR, httponly=True, samesite="strict")
    return response


def _help(request: Request) -> Response:
    """The keys, and where things are."""
    return page(request, "help.html", nav="help")


async def _wrong(request: Request, error: Exception) -> Response:
    """A refusal as a page for people and as JSON for programs."""
    if not isinstance(error, HTTPException):
        raise error
    if request.url.path.startswith(_FOR_PROGRAMS):
        return await http_exception_handler(request, error)
    say = catalogue(visitor_of(request).language).gettext
    # Where nothing else was said the standard's own phrase stands there, which tells nobody anything.
    detail = "" if error.detail == HTTPStatus(error.status_code).phrase else say(error.detail)
    answer = _refusal(request, error.status_code, detail)
    answer.headers.update(error.headers or {})
    return answer


async def _failed(request: Request, error: Exception) -> Response:
    """An error of Mercato's own, in words: what was asked makes no sense, or the archive does not answer."""
    assert isinstance(error, MercatoError), "only those are handed over"
    said = error.said(catalogue(visitor_of(request).language).gettext)
    return _refusal(request, 400 if isinstance(error, SettingsError | RulingError) else 503, said)


async def _broken(request: Request, _: Exception) -> Response:
    """A mistake of ours, which the server's log tells. Answered outside of the guard, whose headers are set here."""
    if request.url.path.startswith(_FOR_PROGRAMS):
        return JSONResponse({"detail": HTTPStatus.INTERNAL_SERVER_ERROR.phrase}, 500, dict(HEADERS))
    say = catalogue(visitor_of(request).language).gettext
    answer = _refusal(request, 500, say(mark("Mercato made a mistake; the server’s log tells which.")))
    answer.headers.update(HEADERS)
    return answer


def _refusal(request: Request, code: int, detail: str) -> Response:
    """What could not be done and why, with the way back to where that was asked for."""
    return page(request, "error.html", status=code, nav="", code=code, detail=detail, back=before(request))
