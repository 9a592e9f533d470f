"""What axe-core finds wrong with a page, in both colour schemes."""

from __future__ import annotations

from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def violations(page: Page) -> list[tuple[str, str]]:
    """Rule and element of each violation, as the page is shown now."""
    found = Axe().run(page).response["violations"]
    return [(one["id"], node["html"]) for one in found for node in one["nodes"]]


def violations_in_both_schemes(page: Page) -> list[tuple[str, str]]:
    """The violations of the page in light and in dark."""
    found: list[tuple[str, str]] = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        found += violations(page)
    return found
