"""What every request must pass, and the headers of every answer. Pure ASGI, before any page is looked up.

- The Host must be one of ours: else a page elsewhere could rebind its name to this address and read the archive.
- A request that changes something must come from our own pages: browsers say so in Sec-Fetch-Site, and older ones in
  Origin; what says neither is refused. (OWASP, «Cross-Site Request Forgery Prevention», fetch metadata.)
- Bodies are short forms: what is longer is refused before it is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mercato.i18n import catalogue, mark

MOST_BODY = 64_000  # bytes: the longest form is a few hundred
MOST_PUSHED = 5_000_000  # bytes: hubs send the whole feed
_MOST_TARGET = 4_000  # bytes of path and query
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}
"""What every answer bears that says nothing else."""


_SIGNED = "/m/"
_PUSHED = "/m/hub/"


class Guard:
    """Refuses what no page of ours asks for, and sets the headers that keep browsers strict."""

    def __init__(self, app: ASGIApp, *, hosts: frozenset[str], language: str) -> None:
        """`hosts` are the names, without port, under which the page may be asked for besides loopback's; refusals are
        told in `language`, since nobody knows yet who is asking."""
        self._app = app
        self._hosts = hosts | _LOOPBACK
        self._say = catalogue(language).gettext

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def strict(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = self._refusal(scope)
        if refusal:
            await PlainTextResponse(self._say(refusal[1]), refusal[0])(scope, receive, strict)
            return
        # The same headers as for GET; the server leaves the body out.
        asked = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
        await self._app(asked, _limited(receive, _most(scope)), strict)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        headers = Headers(scope=scope)
        if _name(headers.get("host", "")) not in self._hosts:
            return 421, mark("This page is not served under that name. Allow it in [review] hosts.")
        if len(scope["path"]) + len(scope["query_string"]) > _MOST_TARGET:
            return 414, mark("The address is too long.")
        if scope["method"] in SAFE:
            return None
        # The signed links of mails carry their right with them; mail programs POST to them out of the blue (RFC 8058).
        if not scope["path"].startswith(_SIGNED) and not _from_our_page(headers):
            return 403, mark("Only a page of Mercato itself may ask for this.")
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > _most(scope):
            return 413, mark("The form is too long.")
        return None


def _name(host: str) -> str:
    """The name of a Host header, without its port."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _from_our_page(headers: Headers) -> bool:
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = urlsplit(headers.get("origin", ""))
    return bool(origin.netloc) and origin.netloc == headers.get("host")


def _most(scope: Scope) -> int:
    """How many bytes a body may have there."""
    return MOST_PUSHED if scope["path"].startswith(_PUSHED) else MOST_BODY


def _limited(receive: Receive, most: int) -> Receive:
    """`receive` for at most so many bytes; chunked bodies have no length to look at beforehand."""
    read = 0

    async def limited() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > most:
            raise HTTPException(413, mark("The form is too long."))
        return message

    return limited
