"""Takes the pictures of docs/pictures; run by script/pictures."""

from __future__ import annotations

import io
import sys
from pathlib import Path

from mail_browser import WIDTHS, Scheme, chromium, shown
from mail_samples import a_full_digest, a_week
from PIL import Image
from playwright.sync_api import Page

_HEIGHT = {"phone": 1900, "desktop": 1700}
_END = """limit => {
  const whole = document.documentElement.scrollHeight;
  if (whole <= limit) return whole;
  const ends = [...document.querySelectorAll('.card')].map(card => Math.ceil(card.getBoundingClientRect().bottom) + 16);
  return Math.max(...ends.filter(end => end <= limit));
}"""
_SCHEMES: tuple[Scheme, ...] = ("light", "dark")


def main(folder: Path) -> None:
    """Write the pictures into `folder`."""
    with chromium() as browser:
        for name, message in (("digest", a_full_digest()), ("week", a_week())):
            for device in WIDTHS:
                for scheme in _SCHEMES:
                    with shown(browser, message.html, device, scheme) as page:
                        _take(page, device, folder / f"{name}-{device}-{scheme}.png")


def _take(page: Page, device: str, target: Path) -> None:
    """Write what the page shows down to the last card that is there as a whole."""
    height = page.evaluate(_END, _HEIGHT[device])
    box = {"x": 0, "y": 0, "width": WIDTHS[device], "height": height}
    picture = Image.open(io.BytesIO(page.screenshot(clip=box, full_page=True)))
    # Text on plain grounds needs no more colours, and a third of the bytes.
    few = picture.convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(target, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
