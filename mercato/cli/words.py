"""The names of states and reasons, for people: what the programs' JSON spells as codes."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from alerts.reasons import refusal_label
from crawler.health import HealthState
from mercato.i18n import catalogue, mark
from mercato.model import Delivery, FeedOutcome, Reason

# One table for each enumeration: members of different ones may be equal as text.
_WORDS: Mapping[type[StrEnum], Mapping[str, str]] = {
    FeedOutcome: {
        FeedOutcome.NEVER: mark("not visited"),
        FeedOutcome.FRESH: mark("read"),
        FeedOutcome.NOT_MODIFIED: mark("unchanged"),
        FeedOutcome.EMPTY: mark("empty"),
        FeedOutcome.BROKEN: mark("not a feed"),
        FeedOutcome.BLOCKED: mark("refuses programs"),
        FeedOutcome.GONE: mark("gone"),
        FeedOutcome.UNREACHABLE: mark("no answer"),
        FeedOutcome.RESTING: mark("asked for a pause"),
    },
    HealthState: {
        HealthState.NEW: mark("not visited"),
        HealthState.FRESH: mark("fresh"),
        HealthState.QUIET: mark("quiet"),
        HealthState.FROZEN: mark("frozen"),
        HealthState.EMPTY: mark("empty"),
        HealthState.BROKEN: mark("not a feed"),
        HealthState.BLOCKED: mark("refuses programs"),
        HealthState.GONE: mark("gone"),
        HealthState.UNREACHABLE: mark("no answer"),
        HealthState.RESTING: mark("asked for a pause"),
    },
    Delivery: {
        Delivery.PENDING: mark("waiting"),
        Delivery.SENDING: mark("being sent"),
        Delivery.SENT: mark("sent"),
        Delivery.WRITTEN: mark("written"),
        Delivery.REFUSED: mark("refused for good"),
        Delivery.FAILED: mark("given up"),
        Delivery.UNCERTAIN: mark("cut off: did it arrive?"),
        Delivery.WITHDRAWN: mark("not wanted any more"),
    },
}

_UNREAD: Mapping[str, str] = {
    "broken-feed": mark("not a feed"),
    "busy": mark("its host was busy with another crawler"),
    "certificate": mark("invalid certificate"),
    "connection": mark("the connection failed"),
    "cookie-wall": mark("a cookie wall"),
    "dns": mark("unknown host"),
    "elsewhere": mark("the link leads to another article"),
    "error-page": mark("an error page"),
    "headers": mark("endless headers"),
    "ignored": mark("left aside by Scrapy"),
    "link-list": mark("a list of links"),
    "live-blog": mark("a live blog"),
    "no-text": mark("no article text"),
    "not-html": mark("not a web page"),
    "paywall": mark("only its beginning is public"),
    "private-address": mark("an address in a private network"),
    "redirects": mark("redirects that lead nowhere"),
    "reserved": mark("rights reserved: title and link only"),
    "resting": mark("its host asked for a pause"),
    "robots": mark("robots.txt forbids it"),
    "robots-unreadable": mark("robots.txt cannot be read"),
    "scheme": mark("not a web address"),
    "stopping": mark("the crawl was stopped"),
    "timeout": mark("no answer in time"),
    "too-complex": mark("more tags than any article"),
    "too-large": mark("larger than crawl.max_bytes"),
    "web-page": mark("a web page, not a feed"),
    "worker": mark("its text could not be extracted"),
}


def unread_label(reason: str, language: str) -> str:
    """Why a page or feed was not had, in a few words, from the code that cycles count it under; a code that has no
    words is told as it is."""
    messages = catalogue(language)
    if reason.startswith("http-"):
        return messages.gettext("the site answered {status}").format(status=reason.removeprefix("http-"))
    return messages.gettext(_UNREAD[reason]) if reason in _UNREAD else reason


def word(state: Reason | FeedOutcome | HealthState | Delivery, language: str) -> str:
    """`state` in a few words of `language`, one of `mercato.i18n.LANGUAGES`."""
    if isinstance(state, Reason):
        return refusal_label(state, language)
    return catalogue(language).gettext(_WORDS[type(state)][state])
