"""Takes the pictures of docs/pictures; run by script/pictures."""

from __future__ import annotations

import sys
from pathlib import Path

from mail_browser import WIDTHS, Scheme, chromium, shown
from mail_samples import a_full_digest, a_week

_HEIGHT = {"phone": 1500, "desktop": 1300}
_SCHEMES: tuple[Scheme, ...] = ("light", "dark")


def main(folder: Path) -> None:
    """Write the pictures into `folder`."""
    with chromium() as browser:
        for name, message in (("digest", a_full_digest()), ("week", a_week())):
            for device in WIDTHS:
                for scheme in _SCHEMES:
                    with shown(browser, message.html, device, scheme) as page:
                        whole = page.evaluate("document.documentElement.scrollHeight")
                        box = {"x": 0, "y": 0, "width": WIDTHS[device], "height": min(whole, _HEIGHT[device])}
                        target = folder / f"{name}-{device}-{scheme}.png"
                        page.screenshot(path=target, clip=box, full_page=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
