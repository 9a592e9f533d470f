"""Why a page or a feed was not had: one vocabulary for the report, the archive and people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)

from mercato.model import FeedOutcome


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something was not had. `reason` is counted, `detail` is for people."""

    reason: str
    detail: str
    passing: bool = False  # asking again later makes sense
    outcome: FeedOutcome = FeedOutcome.UNREACHABLE  # what it means when a feed is refused
    until: datetime | None = None  # when to come back, where the site said so


class Refused(IgnoreRequest):
    """A request that Mercato itself does not make, or an answer that it does not take."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.detail)
        self.refusal = refusal


def private_address(detail: str) -> Refusal:
    """The address is none of the public internet."""
    return Refusal("private-address", detail)


def robots_forbid() -> Refusal:
    """robots.txt forbids it."""
    return Refusal("robots", "robots.txt forbids it", outcome=FeedOutcome.BLOCKED)


def robots_unreadable(why: str) -> Refusal:
    """robots.txt could not be had, which RFC 9309 (2.3.1.4) wants read as a ban."""
    return Refusal(
        "robots-unreadable", f"robots.txt could not be read ({why}), so nothing may be fetched", passing=True
    )


def reserved(where: str, policy: str = "") -> Refusal:
    """The site reserves its rights against programs that read for data."""
    licences = f"; licences: {policy}" if policy else ""
    return Refusal("reserved", f"rights reserved ({where}), so title and link only{licences}")


def resting(until: datetime) -> Refusal:
    """The host asked to be left alone."""
    detail = f"the site asked to be left alone until {until:%Y-%m-%d %H:%M} UTC"
    return Refusal("resting", detail, passing=True, outcome=FeedOutcome.RESTING, until=until)


BUSY = Refusal("busy", "another crawler has been asking this host for too long", passing=True)
"""Said when a host's turn does not come: it is asked again in a later cycle."""

STOPPING = Refusal("stopping", "the crawl is being stopped", passing=True)
"""Said of requests that were not sent before the end: nothing is known of what they ask for."""


def status(code: int, phrase: str) -> Refusal:
    """The server answered with something else than the thing itself."""
    outcomes = {
        401: FeedOutcome.BLOCKED, 403: FeedOutcome.BLOCKED, 451: FeedOutcome.BLOCKED, 404: FeedOutcome.GONE,
        410: FeedOutcome.GONE, 429: FeedOutcome.RESTING,
    }  # fmt: skip
    passing = code >= 500 or code in {408, 425, 429}
    return Refusal(f"http-{code}", f"{code} {phrase}".strip(), passing, outcomes.get(code, FeedOutcome.UNREACHABLE))


# Scrapy's exceptions, the more special first. Their own messages carry Python internals and are shortened.
_FAILURES: tuple[tuple[type[Exception], Refusal], ...] = (
    (DownloadTimeoutError, Refusal("timeout", "no complete answer in time", passing=True)),
    (CannotResolveHostError, Refusal("dns", "the host's name cannot be resolved", passing=True)),
    (DownloadConnectionRefusedError, Refusal("connection", "the host refuses connections", passing=True)),
    (DownloadCancelledError, Refusal("too-large", "larger than crawl.max_bytes")),
    (ResponseDataLossError, Refusal("connection", "the connection broke off", passing=True)),
    (UnsupportedURLSchemeError, Refusal("scheme", "not an http or https address")),
    (ValueError, Refusal("redirects", "redirects to what is no web address")),  # Scrapy's, when it makes the request
)


def failure(error: BaseException | None) -> Refusal:
    """What a failed request came to."""
    if isinstance(error, Refused):
        return error.refusal
    for kind, refusal in _FAILURES:
        if isinstance(error, kind):
            return refusal
    if isinstance(error, IgnoreRequest):
        return _ignored(str(error))
    if isinstance(error, DownloadFailedError) and "certificate" in _with_causes(error).lower():
        return Refusal("certificate", "the site's certificate is not valid", passing=True)
    if isinstance(error, DownloadFailedError) and "OverlongHeaders" in _with_causes(error):
        return Refusal("headers", "its headers are longer than any page needs")
    return Refusal("connection", f"the connection failed ({type(error).__name__})", passing=True)


def _ignored(message: str) -> Refusal:
    """Scrapy has one exception for these two and tells them apart in words only."""
    if "redirections" in message:
        return Refusal("redirects", "too many redirects")
    if "DOWNLOAD_MAXSIZE" in message:
        return Refusal("too-large", "larger than crawl.max_bytes once unpacked")
    return Refusal("ignored", message)


def _with_causes(error: BaseException | None) -> str:
    """The messages of an error and of what led to it; Twisted wraps TLS errors twice."""
    told: list[str] = []
    while error is not None and len(told) < 5:
        told.append(f"{error} {getattr(error, 'reasons', '')}")
        error = error.__cause__ or error.__context__
    return " ".join(told)
