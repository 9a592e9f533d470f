"""A real Chromium that shows mails as mail programs do: by width and by colour scheme."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from playwright.sync_api import Browser, Error, Page, sync_playwright

Scheme = Literal["light", "dark"]
WIDTHS = {"phone": 390, "desktop": 1000}


class NoBrowserError(Exception):
    """There is no Chromium on this machine."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window. Raises NoBrowserError."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as play:
        try:
            browser = play.chromium.launch(executable_path=path, args=["--no-sandbox"])
        except Error as error:
            raise NoBrowserError(str(error)) from error
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def shown(browser: Browser, html: str, device: str, scheme: Scheme) -> Iterator[Page]:
    """The page of a mail on a device; nothing may be loaded from anywhere."""
    context = browser.new_context(
        viewport={"width": WIDTHS[device], "height": 800},
        color_scheme=scheme,
        offline=True,
        device_scale_factor=1,
        java_script_enabled=True,
    )
    try:
        page = context.new_page()
        page.set_content(html)
        yield page
    finally:
        context.close()
