"""Whose words an article uses: its own, another page's, or a machine's translation. Pure.

Nobody can see copying from one text alone, so only what the page shows counts: where it stands, what it says of itself,
and an address that it gives as its source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from mercato.model import Article, Voice
from mercato.text import fold

# A host stands for itself and for everything below it. Aggregators and portals publish other people's articles.
_ECHOES = frozenset(
    {"flipboard.com", "msn.com", "newsbreak.com", "news.google.com", "smartnews.com", "squidapp.co", "upday.com"}
)
# Sites whose French is made by a machine from articles in another language.
_TRANSLATED = frozenset(
    {
        "archyde.com",
        "archysport.com",
        "fr24news.com",
        "globe-echo.com",
        "nouvelles-du-monde.com",
        "vietnam.vn",
        "world-today-news.com",
    }
)
_TRANSLATION_MARKS = (
    "traduction automatique",
    "traduction par ia",
    "traduit automatiquement",
    "traduite automatiquement",
    "traduit avec deepl",
    "traduit avec google",
    "traduit de l'anglais par une machine",
    "traduit par deepl",
    "traduit par google",
    "traduit par une ia",
)

# Newsletters, agencies and authors that belong to one medium: their word is its word.
_BELONGS: Mapping[str, tuple[str, ...]] = {
    "AFP": ("Agence France-Presse", "l'AFP"),
    "Bloomberg": ("Bloomberg News", "Bloomberg Technology", "Power On", "Mark Gurman", "Gurman"),
    "Financial Times": ("The Financial Times", "FT"),
    "La Lettre": ("La Lettre A",),
    "New York Times": ("The New York Times", "NYT", "DealBook"),
    "The Information": ("The Briefing",),
    "The Verge": ("Command Line",),
    "Wall Street Journal": ("The Wall Street Journal", "WSJ"),
}
_OWNERS = {fold(name): owner for owner, names in _BELONGS.items() for name in names}

_END = 400
"""Characters at either end of a text in which a page tells where it comes from."""

_SOURCE_LINE = re.compile(r"\b(?:source|via|lien d'origine|article original) ?: ?https?://(?:www\.)?([a-z0-9.-]+)")


def voice_of(article: Article) -> Voice:
    """Whose words the article uses, as far as its page shows."""
    host = _host(article.url)
    ends = fold(f"{article.title}\n{article.body[:_END]}\n{article.body[-_END:]}")
    if _below(host, _TRANSLATED) or any(mark in ends for mark in _TRANSLATION_MARKS):
        return Voice.TRANSLATED
    named = _SOURCE_LINE.search(ends)
    if _below(host, _ECHOES) or (named and not _same_site(named[1], host)):
        return Voice.ECHO
    return Voice.OWN


def origin_name(source: str) -> str:
    """The medium whose word a cited source is: «Power On» is Bloomberg's newsletter."""
    return _OWNERS.get(fold(source), source)


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _below(host: str, sites: Iterable[str]) -> bool:
    return any(host == site or host.endswith(f".{site}") for site in sites)


def _same_site(one: str, other: str) -> bool:
    return _below(one, [other]) or _below(other, [one])
