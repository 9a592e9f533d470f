"""Column types that hold the same values on SQLite and on PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Text
from sqlalchemy.exc import DontWrapMixin
from sqlalchemy.types import TypeDecorator, TypeEngine

# PostgreSQL refuses U+0000 in text, and no database can encode half a surrogate pair; hostile pages hold both.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class NaiveDatetimeError(DontWrapMixin, ValueError):
    """A datetime without a zone was handed to the database: a mistake of the caller, not of the database."""


def storable(text: str) -> str:
    """`text` with U+FFFD for every character that a database cannot hold; offsets into it stay valid."""
    return _UNSTORABLE.sub("\ufffd", text)


def _storable(text: str | None) -> str | None:
    return None if text is None else storable(text)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, in UTC on the way out. Raises NaiveDatetimeError for a datetime without a zone.

    SQLite holds fixed-width ISO 8601 text in UTC, which sorts as time does.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], datetime | str | None]:
        """What makes a moment what the driver wants: in one step, as rows are full of moments."""
        return _iso if dialect.name == "sqlite" else _in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """The moment as the rooms want it."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _in_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.utcoffset() is None:
        raise NaiveDatetimeError(f"a datetime without a zone cannot be stored: {value!r}")
    return value.astimezone(UTC)


def _iso(value: datetime | None) -> str | None:
    # As SQLAlchemy's own type for SQLite writes it.
    moment = _in_utc(value)
    return moment.replace(tzinfo=None).isoformat(" ", "microseconds") if moment else None


class CleanText(TypeDecorator[str]):
    """Text from outside; characters that a database cannot hold become U+FFFD, one for one."""

    impl = Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None]:  # noqa: ARG002
        """What makes text what both databases take: in one step, as rows are full of texts."""
        return _storable


class Identifier(CleanText):
    """Text compared byte by byte, as SQLite does anyway: lists have the same order whatever the server's locale."""

    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        """The database's own type."""
        return Text(collation="C") if dialect.name == "postgresql" else Text()


# Plain JSON, not JSONB: it is read back whole, never queried into, and must come back as it went in.
STORED_JSON: Any = JSON(none_as_null=True)
