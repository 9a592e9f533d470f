"""What a page says about itself in meta tags and JSON-LD: a light pass over the parsed tree. Pure.

A quarter of the cost of trafilatura's own metadata pass, which tries many more places and may load a date parser that
costs seconds per process.

Vocabularies: The Open Graph protocol (ogp.me), schema.org NewsArticle and its paywall markup, Dublin Core.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lxml.html import HtmlElement  # type: ignore[import-untyped]  # no stubs

from crawler.dates import parse_date
from mercato.text import squeeze
from mercato.urls import web_url

_TITLES = ("og:title", "twitter:title", "dc.title", "dcterms.title", "headline")
_AUTHORS = ("author", "article:author", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author")
_DATES = (
    "article:published_time", "og:article:published_time", "datepublished", "date", "dc.date", "dcterms.date",
    "dc.date.issued", "dcterms.created", "parsely-pub-date", "sailthru.date", "pubdate", "publishdate",
)  # fmt: skip
_NOTICES = ("tdm-reservation", "tdm-policy", "robots", "mercato")
_TIERS = ("article:content_tier", "og:article:content_tier")
_ARTICLE_TYPES = ("article", "newsarticle", "reportagenewsarticle", "blogposting", "webpage", "liveblogposting")
_MOST_NODES = 2_000  # of a JSON-LD graph; real ones hold dozens
_DEEPEST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What the page says about itself; absent things are None."""

    title: str | None = None
    author: str | None = None
    published: datetime | None = None
    language: str | None = None
    canonical: str | None = None
    notices: Mapping[str, str] = field(default_factory=dict)  # tags that speak to programs: robots, tdm-reservation …
    types: frozenset[str] = frozenset()  # of the objects of its JSON-LD, lower case
    paid: bool = False  # the page itself says that only a part of it is free


def read_metadata(tree: HtmlElement, url: str, now: datetime) -> Metadata:
    """The metadata of the page `tree` that was fetched from `url`; dates are judged against `now`."""
    meta = _meta_tags(tree)
    linked = sorted(_linked_data(tree), key=_rank)
    return Metadata(
        title=_title(tree, meta, linked),
        author=_author(meta, linked),
        published=_published(tree, meta, linked, now),
        language=_language(tree, meta, linked),
        canonical=_canonical(tree, url),
        types=frozenset(map(_kind, linked)),
        notices={name: meta[name] for name in _NOTICES if name in meta},
        paid=any(meta.get(key, "").lower() == "locked" for key in _TIERS) or any(map(_is_paid, linked)),
    )


def _meta_tags(tree: HtmlElement) -> dict[str, str]:
    """Name, property or itemprop of each meta tag in lower case, with the first content that is not empty."""
    found: dict[str, str] = {}
    for tag in tree.iter("meta"):
        content = squeeze(tag.get("content") or "")
        for kind in ("name", "property", "itemprop"):
            name = (tag.get(kind) or "").strip().lower()
            if name and content:
                found.setdefault(name, content)
    return found


def _linked_data(tree: HtmlElement) -> Iterator[Mapping[str, Any]]:
    """Every object of the page's JSON-LD, however deep; broken blocks are passed over."""
    for script in tree.iterfind(".//script[@type='application/ld+json']"):
        try:
            data = json.loads(script.text or "", strict=False)
        except (ValueError, RecursionError):
            continue
        yield from _objects(data)


def _objects(data: Any) -> Iterator[Mapping[str, Any]]:
    stack = [(data, 0)]
    seen = 0
    while stack and seen < _MOST_NODES:
        node, depth = stack.pop()
        seen += 1
        if isinstance(node, dict):
            yield node
        children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        if depth < _DEEPEST:
            stack.extend((child, depth + 1) for child in children if isinstance(child, dict | list))


def _rank(node: Mapping[str, Any]) -> int:
    """Articles first, web pages after them, everything else last."""
    kind = _kind(node)
    return 2 if kind not in _ARTICLE_TYPES else 1 if kind == "webpage" else 0


def _kind(node: Mapping[str, Any]) -> str:
    kind = node.get("@type")
    kind = kind[0] if isinstance(kind, list) and kind else kind
    return kind.lower() if isinstance(kind, str) else ""


def _first(linked: list[Mapping[str, Any]], key: str) -> Any:
    """The value of `key` in the first article or web page that has one."""
    return next((node[key] for node in linked if _kind(node) in _ARTICLE_TYPES and node.get(key)), None)


def _title(tree: HtmlElement, meta: Mapping[str, str], linked: list[Mapping[str, Any]]) -> str | None:
    headline = _first(linked, "headline")
    headings = [squeeze(heading.text_content()) for heading in tree.iter("h1")]
    candidates = [
        *(meta.get(key, "") for key in _TITLES[:2]),
        squeeze(headline) if isinstance(headline, str) else "",
        *(meta.get(key, "") for key in _TITLES[2:]),
        headings[0] if len(headings) == 1 else "",
        squeeze(tree.findtext(".//title") or ""),
    ]
    return next(filter(None, candidates), None)


def _author(meta: Mapping[str, str], linked: list[Mapping[str, Any]]) -> str | None:
    names = list(_names(_first(linked, "author"))) or [meta[key] for key in _AUTHORS if key in meta][:1]
    people = dict.fromkeys(name for name in names if name and "://" not in name and "@" not in name)
    return ", ".join(list(people)[:5]) or None


def _names(author: Any) -> Iterator[str]:
    for one in author if isinstance(author, list) else [author]:
        name = one.get("name") if isinstance(one, dict) else one
        if isinstance(name, str):
            yield squeeze(name)


def _published(
    tree: HtmlElement, meta: Mapping[str, str], linked: list[Mapping[str, Any]], now: datetime
) -> datetime | None:
    told = [_first(linked, "datePublished"), *(meta.get(key) for key in _DATES)]
    told += [tag.get("datetime") for tag in tree.iterfind(".//article//time[@datetime]")][:1]
    dates = (parse_date(text, now) for text in told if isinstance(text, str))
    return next(filter(None, dates), None)


def _language(tree: HtmlElement, meta: Mapping[str, str], linked: list[Mapping[str, Any]]) -> str | None:
    root = tree.getroottree().getroot()
    told = [root.get("lang"), root.get("xml:lang"), meta.get("og:locale"), _first(linked, "inLanguage")]
    for tag in told:
        code = tag.strip()[:2].lower() if isinstance(tag, str) else ""
        if len(code) == 2 and code.isalpha():
            return code
    return None


def _canonical(tree: HtmlElement, url: str) -> str | None:
    for link in tree.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split():
            return web_url(link.get("href") or "", url)
    return None


def _is_paid(node: Mapping[str, Any]) -> bool:
    """schema.org's paywall markup, on the article itself; true booleans and their spellings as text both occur."""
    free = node.get("isAccessibleForFree")
    return _kind(node) in _ARTICLE_TYPES and (free is False or (isinstance(free, str) and free.lower() == "false"))
