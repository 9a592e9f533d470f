"""Feeds of every age and state of repair: bytes in, entries out. Pure: no network, no clock.

feedparser reads RSS 0.9x, 1.0 and 2.0 and Atom, strictly first and leniently when the XML is broken; JSON Feeds and
news sitemaps have readers of their own. On hostile input any of them can take minutes, so they run in a worker process
(crawler.workers), never in the crawl itself.
"""

from __future__ import annotations

import html
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from xml.sax import SAXParseException  # nothing is parsed with it

import feedparser

from crawler import json_feed, news_sitemap
from crawler.charset import decode
from crawler.dates import credible, parse_date
from crawler.discovery import offers
from crawler.items import ParsedFeed
from mercato.errors import FeedError
from mercato.model import FeedEntry
from mercato.text import squeeze
from mercato.urls import canonical_url, url_key, web_url

MOST_ENTRIES = 400  # the widest window of the catalogue is 200 entries; what lies beyond is an archive or an attack
LONGEST_TITLE = 400  # characters
LONGEST_SUMMARY = 20_000  # characters; feeds that carry whole articles stay below that
SHORTEST_WHOLE = 1_200  # characters: what is shorter is an excerpt, or a brief that costs little to ask for
MOST_READ = 1_000  # entries that are parsed at all: feedparser takes a millisecond for each
MOST_TAGS = 200_000  # of a feed: some 100 for each entry that is read
MOST_SITEMAPS = 2  # of an index: the newest; the others are history

_BLOCK = re.compile(
    r"</?(?:p|div|br|li|ul|ol|h[1-6]|tr|table|blockquote|section|article|figure|hr)\b[^>]*>", re.IGNORECASE
)
_HIDDEN = re.compile(r"(?is)<(script|style)\b.*?</\1\s*>|<!--.*?-->")
_TAG = re.compile(r"(?i)</?[a-z!][^>]*>")
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_WEB_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)
_ENTRY_END = re.compile(r"</((?:\w+:)?(?:item|entry))\s*>", re.IGNORECASE)
_MAIL_AND_NAME = re.compile(r"^\S+@\S+\s+\((.+)\)$")
_BROKEN_OFF = re.compile(
    r"(?:\[?(?:…|\.\.\.)\]?|(?:lire|voir) (?:la suite|plus|l['’]article)[^.]{0,60}|continue reading[^.]{0,80})\W*$",
    re.IGNORECASE,
)
# What WordPress puts under every entry of a feed.
_COLOPHON = re.compile(
    r"\n(?:the post|l['’]article|cet article|this article) [^\n]{0,500}"
    r"(?:appeared first on|first appeared on|est apparu en premier sur)[^\n]*$",
    re.IGNORECASE,
)


def parse_feed(body: bytes, url: str, charset: str | None, now: datetime) -> ParsedFeed:
    """The entries of the feed `body`, in its order, each address once.

    `url` is where it was fetched (relative links count from there), `charset` what the HTTP header declared, `now` the
    moment against which dates are judged. Entries whose link cannot be opened are dropped and counted.

    Raises FeedError when no entry can be read and the document is not simply an empty feed.
    """
    text = decode(body, charset)
    if not text.strip():
        raise FeedError(f"{url} is empty: the server sent no document")
    if json_feed.is_json_feed(text):
        return _from_json(text, url, now)
    if news_sitemap.kind(text):
        return _from_sitemap(text, url, now)
    return _from_xml(text, url, now)


def _from_xml(whole: str, url: str, now: datetime) -> ParsedFeed:
    text, cut = _first_entries(whole)
    if text.count("<") > MOST_TAGS or text.count("=") > MOST_TAGS:
        raise FeedError(f"{url} has more tags than any feed of {MOST_READ} entries: it was not read")
    parsed = _parse(text, url)
    complaint = _complaint(parsed.get("bozo_exception")) if parsed.bozo else ""
    feed = _collect(
        (_entry(raw, url, now) for raw in _whole_entries(parsed.entries, text)),
        complaint=complaint,
        ttl=_ttl(parsed.feed.get("ttl")),
        hub=_linked(parsed.feed.get("links", ()), "hub", url),
        topic=_linked(parsed.feed.get("links", ()), "self", url),
    )
    if not feed.entries and (parsed.bozo or not parsed.version):
        raise _wrong(text, url, complaint)
    return (
        replace(feed, dropped={**feed.dropped, "over-limit": feed.dropped.get("over-limit", 0) + cut}) if cut else feed
    )


def _first_entries(text: str) -> tuple[str, int]:
    """The feed up to its MOST_READ-th entry, and how many entries were cut off: an archive, or an attack."""
    ends = list(_ENTRY_END.finditer(text))
    if len(ends) <= MOST_READ:
        return text, 0
    last = ends[MOST_READ - 1]
    closing = "</feed>" if last[1].lower().endswith("entry") else "</channel></rss>"
    rdf = "</rdf:RDF>" if "<rdf:RDF" in text[:2000] else closing
    return text[: last.end()] + rdf, len(ends) - MOST_READ


def _from_json(text: str, url: str, now: datetime) -> ParsedFeed:
    data = json_feed.read(text)
    if data is None:
        raise FeedError(f"{url} is JSON, but no JSON Feed; look for the outlet's feed address")
    hub = json_feed.hub(data)
    return _collect(
        (_json_entry(item, url, now) for item in json_feed.items(data)), hub=web_url(hub, url) if hub else None
    )


def _json_entry(item: json_feed.Item, base: str, now: datetime) -> FeedEntry | None:
    link = web_url(item.link, base)
    if not item.link or link is None:
        return None
    summary, whole = _told([item.summary, item.content])
    return FeedEntry(
        url=canonical_url(link),
        link=link,
        title=squeeze(html.unescape(item.title))[:LONGEST_TITLE].strip(),
        summary=summary,
        author=_clean_author(item.author or ""),
        published=parse_date(item.published, now) if item.published else None,
        guid=item.guid,
        whole=whole,
    )


def _from_sitemap(text: str, url: str, now: datetime) -> ParsedFeed:
    """The addresses of a news sitemap; of an index, its newest sitemaps, to be asked for next."""
    listed, complaint = news_sitemap.read(text)
    if news_sitemap.kind(text) == "sitemapindex":
        dated = sorted(listed, key=lambda each: each.published, reverse=True)
        links = [link for each in dated if each.link and (link := web_url(each.link, url))]
        return ParsedFeed(entries=(), sitemaps=tuple(links[:MOST_SITEMAPS]), complaint=complaint)
    feed = _collect((_listed_entry(each, url, now) for each in listed), complaint=complaint)
    if not feed.entries and complaint:
        raise FeedError(f"{url} is a broken sitemap and no address could be rescued from it: {complaint}")
    return feed


def _listed_entry(listed: news_sitemap.Listed, base: str, now: datetime) -> FeedEntry | None:
    link = web_url(listed.link, base) if listed.link else None
    if link is None:
        return None
    published = parse_date(listed.published, now) if listed.published else None
    title = squeeze(html.unescape(listed.title))[:LONGEST_TITLE].strip()
    return FeedEntry(url=canonical_url(link), link=link, title=title, published=published)


def _ttl(minutes: str | None) -> float | None:
    """RSS 2.0's <ttl>, in seconds; None where there is none that makes sense."""
    told = (minutes or "").strip()
    return int(told) * 60.0 if told.isdecimal() and len(told) < 9 and int(told) else None


def _linked(links: Iterable[Any], relation: str, url: str) -> str | None:
    """The address that the feed links to as "hub" or "self" (W3C WebSub, section 4)."""
    return next((web_url(link.get("href") or "", url) for link in links if link.get("rel") == relation), None)


def _parse(text: str, url: str) -> Any:
    """feedparser's own result. A stream, because it would take a bare string for an address or a file to open."""
    stream = io.BytesIO(_XML_DECLARATION.sub("", text, count=1).encode())
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    return feedparser.parse(stream, response_headers=headers)  # type: ignore[attr-defined, no-untyped-call]  # no types


def _complaint(error: Exception | None) -> str:
    """What the strict parser objected to, with the place."""
    if isinstance(error, SAXParseException):
        line = (error.getLineNumber() or 1) - 1  # feedparser puts a declaration of its own before the first
        return squeeze(f"line {line}: {error.getMessage()}")
    return squeeze(str(error or ""))


def _wrong(text: str, url: str, complaint: str) -> FeedError:
    if _WEB_PAGE.match(text):
        message = f"{url} is a web page, not a feed; look for the outlet's feed address"
        return FeedError(message, offers(text, url), "web-page")
    if complaint:
        return FeedError(f"{url} is broken XML and no entry could be rescued from it: {complaint}")
    return FeedError(f"{url} is neither RSS nor Atom")


def _whole_entries(entries: Sequence[Any], text: str) -> Sequence[Any]:
    """Without a last entry that was cut off: its link may be cut off too."""
    ends = len(_ENTRY_END.findall(text))
    return entries[:ends] if len(entries) == ends + 1 else entries


def _collect(
    entries: Iterable[FeedEntry | None],
    *,
    complaint: str = "",
    ttl: float | None = None,
    hub: str | None = None,
    topic: str | None = None,
) -> ParsedFeed:
    """The entries, each address once; None stands for one whose link cannot be opened."""
    kept: dict[str, FeedEntry] = {}
    dropped: Counter[str] = Counter()
    for entry in entries:
        if entry is None:
            dropped["bad-link"] += 1
        elif url_key(entry.url) in kept:
            continue
        elif len(kept) == MOST_ENTRIES:
            dropped["over-limit"] += 1
        else:
            kept[url_key(entry.url)] = entry
    return ParsedFeed(
        entries=tuple(kept.values()), dropped=dict(dropped), complaint=complaint, ttl=ttl, hub=hub, topic=topic
    )


def _link(raw: Any, base: str) -> str | None:
    """The entry's address, absolute; None when it has none that a browser would open as a page."""
    for candidate in (raw.get("link"), raw.get("id")):
        if candidate and candidate.strip():
            link = web_url(candidate, base if candidate is raw.get("link") else "")
            if link is not None:
                return link
    return None


def _entry(raw: Any, base: str, now: datetime) -> FeedEntry | None:
    """An entry of feedparser's; None when it has no address that can be opened."""
    link = _link(raw, base)
    if link is None:
        return None
    summary, whole = _told(
        [raw.get("summary") or "", *(content.get("value") or "" for content in raw.get("content", ()))]
    )
    return FeedEntry(
        url=canonical_url(link),
        link=link,
        title=_title(raw),
        summary=summary,
        author=_author(raw),
        published=_published(raw, now),
        guid=raw.get("id") or None,
        whole=whole,
    )


def _title(raw: Any) -> str:
    plain = raw.get("title_detail", {}).get("type") == "text/plain"
    title = raw.get("title") or ""
    return squeeze(html.unescape(title) if plain else plain_text(title))[:LONGEST_TITLE].strip()


def _told(parts: Iterable[str]) -> tuple[str, bool]:
    """The longest of what the feed tells of the article, and whether that looks like all of it."""
    text = _COLOPHON.sub("", max(map(plain_text, parts), key=len))
    whole = SHORTEST_WHOLE <= len(text) < LONGEST_SUMMARY and not _BROKEN_OFF.search(text)
    return text[:LONGEST_SUMMARY].strip(), whole


def _author(raw: Any) -> str | None:
    told = squeeze(raw.get("author") or "")
    behind_mail = _MAIL_AND_NAME.match(told)  # RSS wants an address there; feedparser cuts some of them in two
    return _clean_author(behind_mail[1] if behind_mail else squeeze(raw.get("author_detail", {}).get("name") or told))


def _clean_author(name: str) -> str | None:
    return None if not name or "@" in name or "://" in name else html.unescape(name)


def _published(raw: Any, now: datetime) -> datetime | None:
    for key in ("published", "updated"):
        if key not in raw:  # asked first: feedparser lets "updated" fall back on "published", with a warning
            continue
        moment = _moment(raw.get(f"{key}_parsed"))
        found = credible(moment, now) if moment else parse_date(raw[key], now)
        if found is not None:
            return found
    return None


def _moment(parts: Any) -> datetime | None:
    """feedparser's struct_time, always in UTC, as a datetime; None when it has none or no calendar has that date."""
    if parts is None:
        return None
    try:
        year, month, day, hour, minute, second = parts[:6]
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)  # 60: a leap second
    except ValueError:
        return None


def plain_text(markup: str) -> str:
    """HTML of a feed as text, a line per block. Escaped twice is read as meant once: both occur in the wild."""
    text = markup
    for _ in range(2):
        text = _TAG.sub("", _BLOCK.sub("\n", _HIDDEN.sub(" ", text)))
        unescaped = html.unescape(text)
        if unescaped == text:
            break
        text = unescaped
    return "\n".join(line for line in map(squeeze, text.split("\n")) if line)
