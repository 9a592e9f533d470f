"""News sitemaps (sitemaps.org protocol 0.9 with Google's news extension) and indexes of sitemaps. Pure.

Publishers keep the last two days in them, up to 1,000 addresses: a second way in where a feed holds ten entries only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree  # type: ignore[import-untyped]  # no stubs

from mercato.text import squeeze

_SITEMAP = re.compile(r"\s*(?:<\?[^>]*\?>\s*|<!--.*?-->\s*)*<(?:\w+:)?(urlset|sitemapindex)\b", re.DOTALL)
_DATES = ("publication_date", "lastmod")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One address of a sitemap; absent things are ""."""

    link: str
    title: str = ""
    published: str = ""
    language: str = ""


def kind(text: str) -> str:
    """ "urlset" for a sitemap, "sitemapindex" for an index of them, "" for anything else."""
    found = _SITEMAP.match(text)
    return found[1] if found else ""


def read(text: str) -> tuple[list[Listed], str]:
    """The addresses of a sitemap or of an index, in its order, and what was wrong with the XML ("": nothing).

    Entities are not resolved and nothing is loaded; broken XML is read up to where it breaks.
    """
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    root = etree.fromstring(text.encode(), parser)
    complaint = parser.error_log[0].message if len(parser.error_log) else ""
    return ([] if root is None else list(_listed(root))), complaint


def _listed(root: etree._Element) -> Iterator[Listed]:
    for child in root:
        if _name(child) in {"url", "sitemap"}:
            told: dict[str, str] = {}
            for node in child.iter():
                if node is not child and node.text:
                    told.setdefault(_name(node), squeeze(node.text))
            published = next((told[key] for key in _DATES if key in told), "")
            yield Listed(
                link=told.get("loc", ""),
                title=told.get("title", ""),
                published=published,
                language=told.get("language", ""),
            )


def _name(node: etree._Element) -> str:
    """The name without its namespace: sites get the namespaces wrong, never the names."""
    return etree.QName(node).localname if isinstance(node.tag, str) else ""
