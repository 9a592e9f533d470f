"""Which feeds a web page names, for whoever has the address of an outlet but not of its feed. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.etree import ParserError  # type: ignore[import-untyped]  # no stubs
from lxml.html import HtmlElement, document_fromstring  # type: ignore[import-untyped]  # no stubs

from mercato.text import squeeze
from mercato.urls import url_key, web_url

MOST_OFFERS = 12

_FEED_TYPES = {
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/feed+json",
    "application/json",  # JSON Feed 1.0
}
_COMMENTS = re.compile(r"/comments?/|commentaires|comments?[-/]feed|feed/comments", re.IGNORECASE)
_FEED_LINK = re.compile(
    r"(?:/(?:feed|rss|atom|flux)(?:\.xml|\.json)?/?$)|(?:/(?:index|feed|rss|atom|news)\.(?:xml|rdf|rss)$)|"
    r"[?&](?:format=feed|feed=rss2?|outputType=xml)|\.rss$|sitemap[-_]?news",
    re.IGNORECASE,
)


def offers(markup: str, url: str) -> tuple[str, ...]:
    """Addresses of the feeds that the page `markup`, fetched from `url`, names: those it declares before those it
    merely links to, feeds of comments left out, each once.
    """
    try:
        tree = document_fromstring(markup)
    except (ValueError, ParserError):
        return ()
    found: dict[str, str] = {}
    for link in (*_declared(tree), *_linked(tree)):
        address = web_url(link, url)
        if address and not _COMMENTS.search(address):
            found.setdefault(url_key(address), address)
    return tuple(found.values())[:MOST_OFFERS]


def _declared(tree: HtmlElement) -> Iterator[str]:
    """<link rel="alternate" type="application/rss+xml">, as every feed reader looks for (rssboard.org)."""
    for link in tree.iter("link"):
        kinds = (link.get("rel") or "").lower().split()
        type_ = (link.get("type") or "").lower().partition(";")[0].strip()
        about_comments = "commentaire" in squeeze(link.get("title") or "").lower()
        if link.get("href") and type_ in _FEED_TYPES and "alternate" in kinds and not about_comments:
            yield link.get("href")


def _linked(tree: HtmlElement) -> Iterator[str]:
    for anchor in tree.iter("a"):
        href = (anchor.get("href") or "").strip()
        if _FEED_LINK.search(href):
            yield href
