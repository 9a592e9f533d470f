"""A real Chromium, and the page served over the bundled press."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from mercato import press
from mercato.cli.demo import demo_settings
from mercato.cli.page import room
from review.server import address_of, listen, serving
from scheduler.jobs import Newsroom, crawl, open_newsroom
from scheduler.mailing import send_owed


@pytest.fixture(scope="module")  # while Playwright runs, no other test of this process can run an event loop
def chromium() -> Iterator[Browser]:
    """The system's Chromium. Where there is none its tests are skipped, but on CI that is a failure."""
    path = next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
    )
    if not path:
        if os.environ.get("CI"):
            pytest.fail("CI must test in a browser: no Chromium")
        pytest.skip("no Chromium")
    with sync_playwright() as playwright:
        # Containers often run as root, for whom Chromium's own sandbox does not start.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    """The bundled press, crawled, judged, joined and mailed."""
    folder = tmp_path_factory.mktemp("press")
    now = datetime.now(UTC)

    def clock() -> datetime:
        return datetime.now(UTC)

    with press.serve(now) as server, open_newsroom(demo_settings(folder, server.sources)) as news:
        crawl(news, clock)
        send_owed(news, clock, news.settings.watches, since=now - timedelta(days=60))
        yield news


@pytest.fixture(scope="session")
def address(newsroom: Newsroom) -> Iterator[str]:
    """Where the page is served."""
    with listen("127.0.0.1", 0) as listening, serving(room(newsroom), listening):
        yield address_of(listening).rstrip("/")


@pytest.fixture
def tab(chromium: Browser, tmp_path: Path) -> Iterator[Page]:
    """A fresh tab in French whose every complaint fails the test."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="fr-FR", accept_downloads=True)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(f"a dialog: {dialog.message}"))
    yield page
    context.close()
    assert complaints == []
