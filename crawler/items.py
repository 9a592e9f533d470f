"""The values that pass between the worker processes, the spider and the pipeline.

Apart from the readers that make them, so that the crawl process need not load feedparser or trafilatura.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from mercato.model import Article, Extraction, FeedEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """What a feed says, and what had to be left out of it."""

    entries: Sequence[FeedEntry]
    dropped: Mapping[str, int] = field(default_factory=dict)  # reason → how many entries
    complaint: str = ""  # the parser's, when it had to be lenient
    ttl: float | None = None  # seconds that the feed asks to leave between two visits
    hub: str | None = None  # WebSub hub
    topic: str | None = None  # the feed's own address as it gives it: what its hub knows it by
    sitemaps: Sequence[str] = ()  # to be read in its place: it is an index of these


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What the feed told about a page before it was fetched; it wins over the page's own metadata."""

    title: str = ""
    summary: str = ""
    author: str | None = None
    published: datetime | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What could be read from a page."""

    title: str
    text: str
    own_title: str | None = None  # what the page itself says, where `title` is the feed's
    author: str | None = None
    published: datetime | None = None
    language: str | None = None
    canonical: str | None = None  # the address that the page gives as its own, absolute
    extraction: Extraction = Extraction.FULL
    note: str = ""
    notices: Mapping[str, str] = field(default_factory=dict)  # the page's meta tags that speak of rights


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPage:
    """A response as it goes into the archive."""

    url: str
    status: int
    reason: str
    headers: Sequence[tuple[str, str]]
    body: bytes
    fetched: datetime
    asked: Sequence[tuple[str, str]] | None = None  # headers of the request


@dataclass(frozen=True, slots=True, kw_only=True)
class Catch:
    """An article on its way into the archive: the only kind of item that the spider yields."""

    article: Article = field(repr=False)  # Scrapy logs items; whole pages do not belong into a log
    entry: str  # article_id of the link in the feed; another than article.id when that link leads elsewhere
    raw: RawPage | None = field(default=None, repr=False)  # None: the page was not had
    fresh: bool = False  # the archive holds nothing of this article
    again: bool = False  # a page that was looked at again and tells something else
