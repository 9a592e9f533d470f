"""What hubs are answered when they call: for the page that serves `/m/hub/TOKEN`.

W3C WebSub, sections 5 and 7. A call with news makes the feed due at once, nothing more: nobody can put words into an
outlet's mouth, and a hub that sends nothing, or too much, costs nothing.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from crawler.push import LEASE
from storage import feeds, hubs
from storage.engine import Database

_LATELY = timedelta(days=1)  # within which a hub confirms what it was asked
_LEASES = (timedelta(minutes=5), timedelta(days=60))  # what is believed of a hub's lease
_METHODS = frozenset({"sha1", "sha256", "sha384", "sha512"})  # section 7.1


@dataclass(frozen=True, slots=True)
class Reply:
    """Status and text of the answer to a hub."""

    status: int
    text: str = ""


def verify(database: Database, token: str, query: Mapping[str, str], now: datetime) -> Reply:
    """The answer to a hub that asks whether we asked, or says that it declines (section 5.3 and 5.2)."""
    with database.reading() as tx:
        known = hubs.of_token(tx, token)
    if known is None or query.get("hub.topic") != known.topic:
        return Reply(HTTPStatus.NOT_FOUND)
    mode, challenge = query.get("hub.mode"), query.get("hub.challenge", "")
    if mode == "denied":
        with database.writing() as tx:
            hubs.refuse(tx, token, query.get("hub.reason", "")[:200] or "the hub declined")
        return Reply(HTTPStatus.OK)
    if mode != "subscribe" or not challenge or now - known.asked > _LATELY:
        return Reply(HTTPStatus.NOT_FOUND)
    with database.writing() as tx:
        hubs.confirm(tx, token, now + _lease(query.get("hub.lease_seconds", "")))
    return Reply(HTTPStatus.OK, challenge)


def receive(database: Database, token: str, signature: str, body: bytes, now: datetime) -> Reply:
    """The answer to a hub that tells of news; `signature` is its header X-Hub-Signature.

    A wrong signature is answered like a right one, as the standard wants it, and changes nothing.
    """
    with database.reading() as tx:
        known = hubs.of_token(tx, token)
    if known is None:
        return Reply(HTTPStatus.GONE)
    if is_signed(body, signature, known.secret):
        with database.writing() as tx:
            hubs.called(tx, token, now)
            feeds.hasten(tx, known.source, now)
    return Reply(HTTPStatus.ACCEPTED)


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Whether `signature`, "sha256=…" or another method of the standard, was made of `body` with `secret`."""
    method, _, given = signature.partition("=")
    if method not in _METHODS:
        return False
    expected = hmac.new(secret.encode(), body, method).hexdigest()
    return hmac.compare_digest(expected.encode(), given.strip().lower().encode())


def _lease(seconds: str) -> timedelta:
    lease = timedelta(seconds=int(seconds)) if seconds.isdecimal() and len(seconds) < 10 else LEASE
    return min(max(lease, _LEASES[0]), _LEASES[1])
