"""Dates of feeds and pages made aware UTC moments, without ever loading a natural-language date parser."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from mercato.text import fold

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)  # older than the French-language web press
AHEAD = timedelta(days=2)  # wrong time zones and embargoes stay below that

_MONTHS = {
    "jan": "Jan", "fev": "Feb", "mar": "Mar", "avr": "Apr", "mai": "May", "juin": "Jun", "juil": "Jul", "aou": "Aug",
    "sep": "Sep", "oct": "Oct", "nov": "Nov", "dec": "Dec",
}  # fmt: skip
_FRENCH = re.compile(
    r"^(?:(?:lun|mar|mer|jeu|ven|sam|dim)[a-z]*\.?,?\s+)?(\d{1,2})(?:er)?\s+"
    r"(jan|fev|mar|avr|mai|juin|juil|aou|sep|oct|nov|dec)[a-z]*\.?\s+(\d{4})\b(.*)$"
)


def credible(moment: datetime | None, now: datetime) -> datetime | None:
    """`moment` in UTC, or None when no article can have come out then."""
    if moment is None:
        return None
    try:
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        return None
    return moment if EARLIEST <= moment <= now + AHEAD else None


def parse_date(text: str, now: datetime) -> datetime | None:
    """A date in ISO 8601 or RFC 2822 form, the latter in French too; None when it is neither or not credible.

    A date without a zone is taken as UTC: at most an hour or two wrong for the French-language press of Europe.
    """
    text = text.strip()
    for read in (datetime.fromisoformat, parsedate_to_datetime, _french):
        try:
            return credible(read(text), now)
        except (ValueError, OverflowError):
            continue
    return None


def _french(text: str) -> datetime:
    """«mer. 18 mars 2026 09:30:00 +0100»: some content systems put the reader's language into RSS dates.

    Raises ValueError when it is not of that form.
    """
    found = _FRENCH.match(fold(text))
    if found is None:
        raise ValueError(f"not a French date: {text!r}")
    day, month, year, rest = found.groups()
    return parsedate_to_datetime(f"{day} {_MONTHS[month]} {year} {rest.strip() or '00:00:00'}".upper())
