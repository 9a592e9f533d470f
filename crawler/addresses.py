"""Where an article really lives, once its page has been fetched. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from mercato.text import fold
from mercato.urls import canonical_url, web_url

SAME_TITLE = 0.75
"""What titles of one article share at least, between a feed and its page, or before and after an edit."""

_WORD = re.compile(r"\w{3,}")


def likeness(one: str, other: str) -> float:
    """How much of the longer title's words the other has too, from 0 to 1; short words do not count."""
    if fold(one) == fold(other):
        return 1.0
    words, others = (set(_WORD.findall(fold(title))) for title in (one, other))
    return len(words & others) / max(len(words), len(others), 1)


def same_site(one: str, other: str) -> bool:
    """Whether two addresses belong to one site: the same host and port, but for "www." or a subdomain."""
    hosts = [urlsplit(canonical_url(url)).netloc.removeprefix("www.") for url in (one, other)]
    short, long = sorted(hosts, key=len)
    return long == short or long.endswith(f".{short}")


def is_front_page(url: str) -> bool:
    """Whether `url` is a site's front page: where dead articles are often redirected to."""
    parts = urlsplit(canonical_url(url))
    return parts.path.strip("/") == "" and not parts.query


def addresses(fetched: str, canonical: str | None) -> Iterator[str]:
    """Canonical addresses that the page fetched from `fetched` may be kept under, the best first.

    `canonical` is what the page calls its own address: believed within its own site only, since a page must not be
    able to pass for another outlet's.
    """
    if canonical and web_url(canonical) and same_site(canonical, fetched) and not is_front_page(canonical):
        yield canonical_url(canonical)
    if not is_front_page(fetched):
        yield canonical_url(fetched)
