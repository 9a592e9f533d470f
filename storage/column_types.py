"""Column types that hold the same values on SQLite and on PostgreSQL."""

from __future__ import annotations

import re
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


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, in UTC on the way out. Raises NaiveDatetimeError for a datetime without a zone.

    SQLite holds fixed-width ISO 8601 text in UTC, which sorts as time does.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment as the driver wants it."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise NaiveDatetimeError(f"a datetime without a zone cannot be stored: {value!r}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """The moment as the rooms want it."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class CleanText(TypeDecorator[str]):
    """Text from outside; characters that a database cannot hold become U+FFFD, one for one."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """The text as both databases take it."""
        return None if value is None else storable(value)


class Identifier(CleanText):
    """Text compared byte by byte, as SQLite does anyway: lists have the same order whatever the server's locale."""

    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        """The database's own type."""
        return Text(collation="C") if dialect.name == "postgresql" else Text()


# Plain JSON, not JSONB: it is read back whole, never queried into, and must come back as it went in.
STORED_JSON: Any = JSON(none_as_null=True)
