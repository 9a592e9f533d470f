"""Whose words an article uses: its own, another page's, or a machine's translation. Pure.

Nobody can see copying from one text alone, so only what the page shows counts: where it stands, what it says of itself,
an address that it gives as its source; and what the user says of the source.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from alerts.echoes import tells_of_translation, voice_of_site
from mercato.model import Article, Voice
from mercato.text import fold

NO_VOICES: Mapping[str, Voice] = {}
"""What the user says of sources, by their identifiers: nothing."""

_END = 400
"""Characters at either end of a text in which a page tells where it comes from."""

_SOURCE_LINE = re.compile(r"\b(?:source|via|lien d'origine|article original) ?: ?https?://(?:www\.)?([a-z0-9.-]+)")


def voice_of(article: Article, voices: Mapping[str, Voice] = NO_VOICES) -> Voice:
    """Whose words the article uses, as far as its page shows; `voices` says it of the sources that the user marked."""
    said = voices.get(article.source, Voice.OWN)
    if said is not Voice.OWN:
        return said
    host = _host(article.url)
    site = voice_of_site(host)
    ends = fold(f"{article.title}\n{article.body[:_END]}\n{article.body[-_END:]}")
    if site is Voice.TRANSLATED or tells_of_translation(ends):
        return Voice.TRANSLATED
    named = _SOURCE_LINE.search(ends)
    if site is Voice.ECHO or (named and not _same_site(named[1], host)):
        return Voice.ECHO
    return Voice.OWN


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _same_site(one: str, other: str) -> bool:
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
