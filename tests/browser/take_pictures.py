"""Takes the pictures of docs/pictures; run by script/pictures."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from mail_browser import WIDTHS, Scheme, chromium, shown
from mail_samples import a_full_digest, a_week
from PIL import Image
from playwright.sync_api import Browser, Page

from mercato import press
from mercato.cli.demo import demo_settings
from mercato.cli.desk import utc_now
from mercato.cli.page import room
from review.server import address_of, listen, serving
from scheduler.jobs import crawl, open_newsroom
from scheduler.mailing import send_owed

_HEIGHT = {"phone": 1900, "desktop": 1700}
_END = """limit => {
  const whole = document.documentElement.scrollHeight;
  if (whole <= limit) return whole;
  const ends = [...document.querySelectorAll('.card')].map(card => Math.ceil(card.getBoundingClientRect().bottom) + 16);
  return Math.max(...ends.filter(end => end <= limit));
}"""
_SCHEMES: tuple[Scheme, ...] = ("light", "dark")


_PAGES: dict[str, tuple[str, Scheme, tuple[int, int]]] = {
    "triage": ("/", "light", (1280, 900)),
    "dossier": ("/archive?q=raghunathan", "light", (1280, 900)),
    "archive": ("/archive?q=debauche", "light", (1280, 900)),
    "flows-dark": ("/flows", "dark", (1280, 900)),
    "watches": ("/watches?try=1&name=Essai&organisations=Wavelane", "light", (1280, 900)),
}
"""Where each page is, in which scheme, and how much of it is shown; a dossier is reached through the archive."""


def main(folder: Path) -> None:
    """Write the pictures into `folder`."""
    with chromium() as browser, TemporaryDirectory() as made, _bundled_press(Path(made)) as address:
        for name, (path, scheme, size) in _PAGES.items():
            _take_page(browser, address + path, scheme, size, folder / f"{name}.png")
        for name, message in (("digest", a_full_digest()), ("week", a_week())):
            for device in WIDTHS:
                for scheme in _SCHEMES:
                    with shown(browser, message.html, device, scheme) as page:
                        _take(page, device, folder / f"{name}-{device}-{scheme}.png")


@contextmanager
def _bundled_press(folder: Path) -> Iterator[str]:
    """The address of the review page over the bundled press."""
    now = datetime.now(UTC)
    with press.serve(now) as server, open_newsroom(demo_settings(folder, server.sources)) as news:
        crawl(news, utc_now)
        send_owed(news, utc_now, news.settings.watches, since=now - timedelta(days=60))
        with listen("127.0.0.1", 0) as listening, serving(room(news), listening):
            yield address_of(listening).rstrip("/")


def _take_page(browser: Browser, url: str, scheme: Scheme, size: tuple[int, int], target: Path) -> None:
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, locale="fr-FR", timezone_id="Europe/Paris"
    )
    page = context.new_page()
    page.goto(url)
    if target.stem == "dossier":
        page.locator(".tells a").first.click()
    page.wait_for_load_state("networkidle")
    _write(page.screenshot(), target)
    context.close()


def _take(page: Page, device: str, target: Path) -> None:
    """Write what the page shows down to the last card that is there as a whole."""
    height = page.evaluate(_END, _HEIGHT[device])
    box = {"x": 0, "y": 0, "width": WIDTHS[device], "height": height}
    _write(page.screenshot(clip=box, full_page=True), target)


def _write(shot: bytes, target: Path) -> None:
    picture = Image.open(io.BytesIO(shot))
    # Text on plain grounds needs no more colours, and a third of the bytes.
    few = picture.convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(target, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
