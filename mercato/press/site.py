"""What each invented outlet answers: pages, feeds, robots.txt, all rendered once for an edition."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from mercato.press.content import HERE, Outlet, bios
from mercato.press.edition import Block, Printed

_BOLD = re.compile(r"\*\*(.+?)\*\*")
_FEED_TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "rdf": "application/rdf+xml"}
_RELATED = 3  # links to the outlet's own other articles under each page


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One answer of a site."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    location: str = ""
    etag: str | None = None
    modified: datetime | None = None


def build_site(
    outlet: Outlet, edition: Sequence[Printed], bases: Mapping[str, str], now: datetime
) -> dict[str, Resource]:
    """Every resource of an outlet by path and query; `bases` gives the address of each outlet's site by its id."""
    own = [article for article in edition if article.outlet.id == outlet.id]
    press = _Press(outlet, bases, now)
    newest = own[0].published if own else None
    site = {
        "/robots.txt": Resource(body=press.robots().encode(), content_type="text/plain"),
        "/": press.page("index.html", newest, articles=own),
        outlet.feed.path: press.feed([a for a in edition if a in own or outlet.id in a.piece.also_in]),
    }
    for article in own:
        if article.piece.redirect:
            site[article.feed_path] = Resource(status=302, location=bases[outlet.id] + article.path)
        if not article.piece.missing:
            related = [other for other in own if other is not article][:_RELATED]
            site[article.path] = press.page(f"{outlet.id}.html", article.published, article=article, related=related)
    return site


def not_found(outlet: Outlet, bases: Mapping[str, str], now: datetime) -> Resource:
    """The page of an outlet for addresses that it does not have."""
    page = _Press(outlet, bases, now).page("not-found.html", None)
    return Resource(status=404, body=page.body, content_type=page.content_type)


class _Press:
    """The templates, with what every page of one outlet needs."""

    def __init__(self, outlet: Outlet, bases: Mapping[str, str], now: datetime) -> None:
        self._outlet = outlet
        self._base = bases[outlet.id]
        self._now = now
        self._templates = _environment()
        self._templates.globals |= {
            "outlet": outlet,
            "base": self._base,
            "now": now,
            "bios": bios(),
            "page_url": lambda article: bases[article.outlet.id] + article.path,
            "feed_url": lambda article: bases[article.outlet.id] + self._tracked(article),
        }

    def _tracked(self, article: Printed) -> str:
        """The feed's link to an article; an article of the group's other outlet gets this outlet's tracker."""
        if article.outlet.id == self._outlet.id:
            return article.feed_path
        return article.path + self._outlet.tracker

    def robots(self) -> str:
        """robots.txt, open but for the paths that the outlet closes."""
        closed = [f"Disallow: {path}" for path in self._outlet.disallow] or ["Disallow:"]
        return "\n".join(["User-agent: *", *closed, "", f"Sitemap: {self._base}/sitemap.xml", ""])

    def page(self, template: str, modified: datetime | None, **values: object) -> Resource:
        """An HTML page in the outlet's charset, which it may fail to declare."""
        declared = f"; charset={self._outlet.charset}" if self._outlet.charset_declared else ""
        body = self._templates.get_template(template).render(values).encode(self._outlet.charset, "xmlcharrefreplace")
        return self._validated(body, f"text/html{declared}", modified)

    def feed(self, articles: Sequence[Printed]) -> Resource:
        """The feed, in the outlet's format; "page" gives the page of maintenance that stands in its place."""
        style = self._outlet.feed
        if style.format == "page":
            return self.page("maintenance.html", None)
        ordered = articles[::-1] if style.oldest_first else articles
        text = self._templates.get_template(f"{style.format}.xml").render(articles=ordered)
        body = (_damage(text) if style.broken else text).encode(self._outlet.charset, "xmlcharrefreplace")
        newest = max((article.published for article in articles), default=None)
        return self._validated(body, _FEED_TYPES[style.format], newest)

    def _validated(self, body: bytes, content_type: str, modified: datetime | None) -> Resource:
        kind = self._outlet.validators
        etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"' if kind in {"both", "etag"} else None
        dated = modified if kind in {"both", "last-modified"} else None
        return Resource(body=body, content_type=content_type, etag=etag, modified=dated)


def _damage(feed: str) -> str:
    """`feed` with the faults that home-made publishing systems produce: bare ampersands, an entity that XML does not
    know, and an end that was cut off."""
    return feed.replace("&amp;", "&").replace(" :", "&nbsp;:").removesuffix("</channel>\n</rss>")


def _environment() -> Environment:
    templates = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= {
        "rich": _rich,
        "long_date": lambda moment: format_date(moment.date(), "EEEE d MMMM y", "fr"),
        "day": lambda moment: format_date(moment.date(), "d MMMM y", "fr"),
        "clock": lambda moment: f"{moment:%Hh%M}",
        "iso": lambda moment: moment.isoformat(timespec="seconds"),
        "rfc822": format_datetime,
    }
    return templates


def _rich(block: Block) -> Markup:
    """A block's text as HTML."""
    return Markup(_BOLD.sub(r"<strong>\1</strong>", str(escape(block.text))))  # noqa: S704 - escaped just before
