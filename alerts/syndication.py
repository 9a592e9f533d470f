"""A watch's stories as a feed: Atom (RFC 4287) and JSON Feed 1.1 (jsonfeed.org). Pure.

An entry is a story, under an identifier that never changes; when something is added its `updated` moves on, and
readers show it anew. Facts, titles and links only, as in the mails.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from alerts.identity import domain_of, slug
from alerts.mail_view import safe_url
from alerts.payload import story_facts
from alerts.phrases import NAME_LIMIT, headline
from alerts.typography import one_line
from mercato.i18n import catalogue
from mercato.model import Story, Watch

_ATOM = "http://www.w3.org/2005/Atom"
_LINKS = 6


def atom(watch: Watch, stories: Sequence[Story], *, sender: str, now: datetime, home: str = "") -> bytes:
    """`stories`, the newest change first, as an Atom document in UTF-8; `home` is the feed's own public address."""
    feed = Element("feed", {"xmlns": _ATOM, "xml:lang": watch.language})
    _child(feed, "id", _identifier(sender, f"watch:{slug(watch.name)}"))
    _child(feed, "title", _title(watch))
    _child(feed, "updated", _moment(max((story.updated for story in stories), default=now)))
    _child(SubElement(feed, "author"), "name", "Mercato")
    _child(feed, "generator", "Mercato")
    if home:
        SubElement(feed, "link", {"rel": "self", "href": home})
    for story in stories:
        _entry(feed, watch, story, sender)
    document: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return document


def _entry(feed: Element, watch: Watch, story: Story, sender: str) -> None:
    entry = SubElement(feed, "entry")
    _child(entry, "id", _identifier(sender, f"story:{story.id}"))
    _child(entry, "title", headline(story, watch.language))
    _child(entry, "published", _moment(story.opened))
    _child(entry, "updated", _moment(story.updated))
    for position, (url, title) in enumerate(_links(story)):
        SubElement(entry, "link", {"rel": "related" if position else "alternate", "href": url, "title": title})
    SubElement(entry, "category", {"term": story.status.value})
    _child(entry, "summary", _summary(story))


def json_feed(watch: Watch, stories: Sequence[Story], *, sender: str, home: str = "") -> str:
    """`stories`, the newest change first, as a JSON Feed; what Mercato knows beyond it stands under `_mercato`."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _title(watch),
        "language": watch.language,
        "authors": [{"name": "Mercato"}],
        "items": [_item(watch, story, sender) for story in stories],
    }
    return json.dumps(feed | ({"feed_url": home} if home else {}), ensure_ascii=False, indent=1)


def _item(watch: Watch, story: Story, sender: str) -> dict[str, object]:
    url = next((url for url, _ in _links(story)), "")
    return {
        "id": _identifier(sender, f"story:{story.id}"),
        "title": headline(story, watch.language),
        "content_text": _summary(story),
        "date_published": _moment(story.opened),
        "date_modified": _moment(story.updated),
        "tags": [story.status.value, story.kind.value],
        **({"url": url} if url else {}),
        "_mercato": story_facts(story, watch.language),
    }


def _title(watch: Watch) -> str:
    text = catalogue(watch.language).gettext("Mercato: the watch “{watch}”")
    return text.format(watch=one_line(watch.name, NAME_LIMIT))


def _identifier(sender: str, name: str) -> str:
    """A tag URI (RFC 4151): the same on every machine that mails from the same domain."""
    return f"tag:{domain_of(sender)},2026:mercato:{name}"


def _links(story: Story) -> list[tuple[str, str]]:
    """Addresses that can be linked, with the titles of their articles."""
    told = ((safe_url(telling.url), one_line(telling.title, 180)) for telling in story.tellings[:_LINKS])
    return [(url, title) for url, title in told if url]


def _summary(story: Story) -> str:
    return " · ".join(f"{one_line(t.outlet, NAME_LIMIT)}: {one_line(t.title, 180)}" for t in story.tellings[:_LINKS])


def _child(parent: Element, name: str, text: str) -> None:
    # XML 1.0 knows no control characters; names and titles come here without them already.
    SubElement(parent, name).text = text


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
