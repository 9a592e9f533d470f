"""The names of what people do and choose on the page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum

from babel import Locale
from babel.dates import format_skeleton

from alerts.reasons import refusal_label
from alerts.stories.consequences import LinkKind, SeatState
from mercato.i18n import catalogue, mark
from mercato.model import Act, Cause, Delivery, Extraction, Reason, Slot, Verdict

# One table for each enumeration: members of different ones may be equal as text.
_WORDS: Mapping[type[StrEnum], Mapping[str, str]] = {
    Act: {
        Act.KEEP: mark("story kept"),
        Act.REJECT: mark("rejected"),
        Act.CORRECT: mark("corrected"),
        Act.ASSIGN: mark("assigned"),
        Act.MUTE: mark("muted"),
        Act.MERGE: mark("merged"),
        Act.SPLIT: mark("article taken out"),
        Act.UNDO: mark("taken back"),
    },
    Cause: {
        Cause.NOT_A_MOVE: mark("Nobody moves"),
        Cause.OUT_OF_SCOPE: mark("Not the tech industry"),
        Cause.OLD_NEWS: mark("Old news"),
        Cause.WRONG_FACTS: mark("Wrong facts"),
        Cause.DUPLICATE: mark("Told by another story"),
        Cause.UNRELIABLE: mark("Source not reliable"),
    },
    Slot: {
        Slot.WHO: mark("Who (semicolons between names)"),
        Slot.ORIGIN: mark("Leaves"),
        Slot.DESTINATION: mark("Joins"),
        Slot.ROLE: mark("Role"),
        Slot.AMOUNT: mark("Pay"),
        Slot.STATUS: mark("Status"),
    },
    LinkKind: {
        LinkKind.SUCCESSOR: mark("successor"),
        LinkKind.INTERIM: mark("interim"),
        LinkKind.PREDECESSOR: mark("predecessor"),
        LinkKind.TOGETHER: mark("leaves too"),
    },
    SeatState: {
        SeatState.VACANT: mark("nobody known yet"),
        SeatState.INTERIM: mark("in the interim: {who}"),
        SeatState.FILLED: mark("taken by {who}"),
    },
    Verdict: {Verdict.KEEP: mark("Kept"), Verdict.REJECT: mark("Rejected")},
    Extraction: {
        Extraction.FULL: mark("whole text"),
        Extraction.SUMMARY: mark("summary of the feed only"),
        Extraction.TEASER: mark("beginning only: the rest is for subscribers"),
    },
    Delivery: {
        Delivery.PENDING: mark("waits"),
        Delivery.SENDING: mark("cut off while it was sent"),
        Delivery.SENT: mark("sent"),
        Delivery.WRITTEN: mark("written to a file"),
        Delivery.REFUSED: mark("refused"),
        Delivery.FAILED: mark("given up"),
        Delivery.UNCERTAIN: mark("cut off: did it arrive?"),
        Delivery.WITHDRAWN: mark("not wanted any more"),
    },
}


def country_label(code: str, language: str) -> str:
    """The name of a country or region, as Unicode's CLDR gives it."""
    return str(Locale.parse(language).territories.get(code, code))


def month_label(month: str, language: str, *, short: bool = False) -> str:
    """«novembre 2026» for «2026-11», or `short` «nov. 2026», as CLDR writes a month that stands alone."""
    first = datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC)
    return str(format_skeleton("yMMM" if short else "yMMMM", first, locale=language))


def word(value: StrEnum, language: str) -> str:
    """`value` in a few words of `language`, one of `mercato.i18n.LANGUAGES`."""
    if isinstance(value, Reason):
        return refusal_label(value, language)
    return catalogue(language).gettext(_WORDS[type(value)][value])
