"""Articles of invented outlets, an hour after another, for the tests of stories."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from mercato.model import Article

MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)


def an_article(outlet: str, hour: int) -> Article:
    """An article that `outlet` published so many hours after MONDAY, and that was seen at once."""
    published = MONDAY + timedelta(hours=hour)
    return Article(
        id=f"{outlet}-{hour}",
        url=f"https://{outlet.lower()}.example/{hour}",
        source=outlet,
        outlet=outlet,
        title=f"{outlet} raconte",
        published=published,
        first_seen=published,
    )
