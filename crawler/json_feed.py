"""JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1): JSON in, plain items out. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

VERSION = "https://jsonfeed.org/version/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item as the feed gives it; absent things are "" or None. `content` is HTML."""

    link: str
    guid: str | None
    title: str
    summary: str
    content: str
    author: str | None
    published: str | None


def is_json_feed(text: str) -> bool:
    """Whether `text` looks like JSON at all: no other format of feeds begins with a brace."""
    return text.lstrip().startswith("{")


def read(text: str) -> Mapping[str, Any] | None:
    """The feed's object; None when `text` is no JSON Feed."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or not isinstance(data.get("items"), list):
        return None
    return data if str(data.get("version", "")).startswith(VERSION) else None


def items(feed: Mapping[str, Any]) -> Iterator[Item]:
    """The items, in the feed's order; those that are no objects are passed over."""
    for raw in feed["items"]:
        if isinstance(raw, dict):
            yield Item(
                link=_text(raw, "url") or _text(raw, "external_url") or _text(raw, "id"),
                guid=str(raw["id"]) if raw.get("id") else None,
                title=_text(raw, "title"),
                summary=_text(raw, "summary"),
                content=_text(raw, "content_html") or _paragraphs(_text(raw, "content_text")),
                author=_author(raw) or _author(feed),
                published=_text(raw, "date_published") or _text(raw, "date_modified") or None,
            )


def hub(feed: Mapping[str, Any]) -> str | None:
    """The address of the feed's WebSub hub; None when it names none."""
    hubs = feed.get("hubs")
    named = [each for each in hubs if isinstance(each, dict)] if isinstance(hubs, list) else []
    return next((_text(each, "url") for each in named if _text(each, "url")), None)


def _text(raw: Mapping[str, Any], key: str) -> str:
    value = raw.get(key)
    return value if isinstance(value, str) else ""


def _author(raw: Mapping[str, Any]) -> str | None:
    """1.1 has "authors", 1.0 had "author"."""
    authors = raw.get("authors") or [raw.get("author")]
    named = [each for each in authors if isinstance(each, dict)] if isinstance(authors, list) else []
    return ", ".join(_text(each, "name") for each in named[:5] if _text(each, "name")) or None


def _paragraphs(text: str) -> str:
    """Plain text as markup, because what reads it takes markup."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return "".join(f"<p>{line}</p>" for line in escaped.split("\n") if line.strip())
