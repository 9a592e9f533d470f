"""The review page over a database of a test's own, served on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mercato.cli.page import room
from mercato.model import Watch
from mercato.settings import CrawlSettings, MailSettings, ReviewSettings, Settings, StorageSettings
from review.server import address_of, listen, serving
from scheduler.jobs import Newsroom, open_newsroom
from scheduler.pulse import Pulse

NOW = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)


def settings(folder: Path, url: str = "sqlite:///mercato.db", **review: Any) -> Settings:
    """Settings of a page in `folder`."""
    return Settings(
        file=None,
        folder=folder,
        language="fr",
        storage=StorageSettings(url=url),
        crawl=CrawlSettings(contact="https://journal.example/contact", catalogue=False),
        mail=MailSettings.model_validate({}),
        review=ReviewSettings(port=0, **review),
        sources=(),
        watches=(Watch(name="ia"),),
    )


@contextmanager
def served(chosen: Settings, pulse: Pulse | None = None) -> Iterator[tuple[Newsroom, str]]:
    """The newsroom and the page's address, without a slash at its end, until the block ends; `pulse` is that of a
    service beside it."""
    with (
        open_newsroom(chosen) as news,
        listen(chosen.review.host, chosen.review.port) as listening,
        serving(room(news, pulse), listening),
    ):
        yield news, address_of(listening).rstrip("/")
