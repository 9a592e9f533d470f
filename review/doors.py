"""Who may come in: on loopback everybody of this machine; elsewhere whoever knows the password, whom a reverse proxy
vouches for, or, for reading by programs, who bears a token.

Sessions and counts of failed tries live in memory: a restart logs everybody out and forgets nothing that matters.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from fastapi import APIRouter, Request
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mercato.errors import SettingsError
from mercato.i18n import phrase
from mercato.settings import ReviewSettings
from review.forms import Fields, here, local_path
from review.guard import SAFE
from review.rendering import page

log = logging.getLogger(__name__)

pages = APIRouter(include_in_schema=False)

SESSION_COOKIE = "mercato_session"
_LIFE = timedelta(hours=12)
_FREE_TRIES = 5
_FIRST_WAIT = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(minutes=15)
_MOST_SESSIONS = 1_000
_MOST_ADDRESSES = 10_000
_OPEN = ("/login", "/static/", "/m/")
_FOR_PROGRAMS = ("/api/", "/export/", "/health", "/metrics")
_FOR_TOKENS = (*_FOR_PROGRAMS, "/stories.atom")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_OWNER = "owner"


@dataclass(frozen=True, slots=True)
class _Tries:
    """Failed tries of one address, and until when it must wait."""

    failed: int
    until: datetime


class Doors:
    """Decides who comes in. Raises SettingsError for settings that would let everybody in from elsewhere."""

    def __init__(self, settings: ReviewSettings, clock: Callable[[], datetime]) -> None:
        if settings.host not in _LOOPBACK and not (settings.password or settings.user_header):
            remedy = phrase(
                "set a password (mercato review --make-password), or user_header, where a reverse proxy names the user"
            )
            raise SettingsError(
                "[review]",
                [phrase("host = {host!r}: to listen beyond this machine, {remedy}", host=settings.host, remedy=remedy)],
            )
        self._settings = settings
        self._clock = clock
        self._sessions: dict[str, datetime] = {}
        self._tries: dict[str, _Tries] = {}

    @property
    def are_open(self) -> bool:
        """Whether everybody who reaches the page may read and judge."""
        return not (self._settings.password or self._settings.user_header)

    def visitor(self, connection: HTTPConnection) -> str:
        """The name of who is asking; "" when they may not come in."""
        if self.are_open:
            return "local"
        if self._settings.user_header:
            return connection.headers.get(self._settings.user_header, "")[:100]
        if connection.url.path.startswith(_FOR_TOKENS) and self._bears_token(connection.headers):
            return "token"
        ends = self._sessions.get(_digest(connection.cookies.get(SESSION_COOKIE, "")))
        return _OWNER if ends and ends > self._clock() else ""

    def _bears_token(self, headers: Headers) -> bool:
        kind, _, token = headers.get("authorization", "").partition(" ")
        given = _digest(token.strip())
        return kind.lower() == "bearer" and any(hmac.compare_digest(given, known) for known in self._settings.tokens)

    def must_wait(self, address: str) -> bool:
        """Whether the address has failed too often to try again now."""
        tries = self._tries.get(address)
        return bool(tries and tries.until > self._clock())

    def log_in(self, address: str, password: str) -> str:
        """A new session's secret when the password is right; else "", and every failure makes the next wait longer."""
        now = self._clock()
        if not _is_right(self._settings.password, password):
            failed = self._tries[address].failed + 1 if address in self._tries else 1
            wait = min(_FIRST_WAIT * 2 ** min(max(0, failed - _FREE_TRIES), 10), _LONGEST_WAIT)
            _make_room(self._tries, _MOST_ADDRESSES)
            self._tries[address] = _Tries(failed, now + (wait if failed >= _FREE_TRIES else timedelta()))
            log.warning("a wrong password for the review page from %s (tries: %d)", address, failed)
            return ""
        self._tries.pop(address, None)
        self._sessions = {key: ends for key, ends in self._sessions.items() if ends > now}
        _make_room(self._sessions, _MOST_SESSIONS)
        secret = secrets.token_urlsafe(32)
        self._sessions[_digest(secret)] = now + _LIFE
        log.info("somebody came in to the review page from %s", address)
        return secret

    def log_out(self, secret: str) -> None:
        """End a session."""
        self._sessions.pop(_digest(secret), None)


def _make_room(kept: dict[str, object] | dict[str, datetime] | dict[str, _Tries], most: int) -> None:
    while len(kept) >= most:
        del kept[next(iter(kept))]


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _is_right(known: str, password: str) -> bool:
    try:
        return PasswordHasher().verify(known, password)
    except (VerificationError, InvalidHashError):
        return False


def make_password(password: str) -> str:
    """What [review] password must hold for `password`: its Argon2id hash (RFC 9106)."""
    return PasswordHasher().hash(password)


def make_token() -> tuple[str, str]:
    """A new token, and what [review] tokens must hold for it: its SHA-256."""
    token = secrets.token_urlsafe(32)
    return token, _digest(token)


class Doorkeeper:
    """Lets in whom the doors know; leads people to the password and tells programs that a token is wanted."""

    def __init__(self, app: ASGIApp, *, doors: Doors) -> None:
        self._app = app
        self._doors = doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        visitor = self._doors.visitor(connection)
        if not visitor and not connection.url.path.startswith(_OPEN):
            await _shut(connection)(scope, receive, send)
            return
        scope.setdefault("state", {})["visitor"] = visitor
        scope["state"]["session"] = visitor == _OWNER
        changing = scope["method"] not in SAFE and not connection.url.path.startswith(_OPEN)
        await self._app(scope, receive, _noted(scope, visitor, send) if changing else send)


def _noted(scope: Scope, visitor: str, send: Send) -> Send:
    """`send`, which leaves a line in the log of who asked for which change, and what came of it."""
    path = scope["raw_path"].decode("ascii", "replace")  # as it came, percent-encoded: no line end can forge a line

    async def noting(message: Message) -> None:
        if message["type"] == "http.response.start":
            log.info("%r asked the review page for %s %s: %d", visitor, scope["method"], path, message["status"])
        await send(message)

    return noting


def _shut(connection: HTTPConnection) -> Response:
    if connection.url.path.startswith(_FOR_PROGRAMS):
        return PlainTextResponse("a token is wanted", 401, {"WWW-Authenticate": "Bearer"})
    wanted = here(Request(connection.scope))
    return RedirectResponse("/login" + (f"?{urlencode({'next': wanted})}" if wanted != "/" else ""), 303)


@pages.get("/login")
def ask(request: Request) -> Response:
    """The form for the password."""
    return _door(request, request.query_params.get("next"))


def _door(request: Request, wanted: str | None, *, status: int = 200, wrong: str = "") -> Response:
    """The form for the password, and where it leads."""
    return page(request, "login.html", status=status, nav="", wrong=wrong, next=local_path(wanted))


@pages.post("/login")
def log_in(request: Request, fields: Fields) -> Response:
    """Let in who knows the password."""
    doors: Doors = request.app.state.doors
    address = request.client.host if request.client else ""
    if doors.must_wait(address):
        return _door(request, fields.get("next"), status=429, wrong="wait")
    secret = doors.log_in(address, fields.get("password", ""))
    if not secret:
        return _door(request, fields.get("next"), status=403, wrong="password")
    response = RedirectResponse(local_path(fields.get("next")), 303)
    # Behind a proxy that speaks TLS the request itself is plain; the browser says where its form was.
    schemes = {request.url.scheme, urlsplit(request.headers.get("origin", "")).scheme}
    response.set_cookie(SESSION_COOKIE, secret, httponly=True, samesite="strict", secure="https" in schemes, path="/")
    return response


@pages.post("/logout")
def log_out(request: Request) -> Response:
    """End the session."""
    doors: Doors = request.app.state.doors
    doors.log_out(request.cookies.get(SESSION_COOKIE, ""))
    response = RedirectResponse("/login", 303)
    response.delete_cookie(SESSION_COOKIE)
    return response
