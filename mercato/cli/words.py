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


def word(state: Reason | FeedOutcome | HealthState | Delivery, language: str) -> str:
    """`state` in a few words of `language`, one of `mercato.i18n.LANGUAGES`."""
    if isinstance(state, Reason):
        return refusal_label(state, language)
    return catalogue(language).gettext(_WORDS[type(state)][state])
