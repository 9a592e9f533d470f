"""Whose words an article uses: its own, another page's, or a machine's translation. Pure but for its own data file.

Nobody can see copying from one text alone, so only what the page shows counts: where it stands, what it says of itself,
and an address that it gives as its source.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from urllib.parse import urlsplit

from mercato.model import Article, Voice
from mercato.text import fold

_END = 400
"""Characters at either end of a text in which a page tells where it comes from."""

_SOURCE_LINE = re.compile(r"\b(?:source|via|lien d'origine|article original) ?: ?https?://(?:www\.)?([a-z0-9.-]+)")


def voice_of(article: Article) -> Voice:
    """Whose words the article uses, as far as its page shows."""
    known = _known()
    host = _host(article.url)
    ends = fold(f"{article.title}\n{article.body[:_END]}\n{article.body[-_END:]}")
    if _below(host, known.translated) or any(mark in ends for mark in known.marks):
        return Voice.TRANSLATED
    named = _SOURCE_LINE.search(ends)
    if _below(host, known.echo) or (named and not _same_site(named[1], host)):
        return Voice.ECHO
    return Voice.OWN


def origin_name(source: str) -> str:
    """The medium whose word a cited source is: «Power On» is Bloomberg's newsletter."""
    return _known().owners.get(fold(source), source)


class _Known:
    """What voices.toml says."""

    def __init__(self) -> None:
        data = tomllib.loads(files("alerts.stories").joinpath("voices.toml").read_text(encoding="utf-8"))
        self.echo = frozenset[str](data["echo"]["hosts"])
        self.translated = frozenset[str](data["translated"]["hosts"])
        self.owners: dict[str, str] = {fold(name): owner for owner, names in data["belongs"].items() for name in names}
        self.marks = tuple(fold(mark) for mark in data["translated"]["marks"])


@lru_cache(maxsize=1)
def _known() -> _Known:
    return _Known()


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _below(host: str, sites: Iterable[str]) -> bool:
    return any(host == site or host.endswith(f".{site}") for site in sites)


def _same_site(one: str, other: str) -> bool:
    return _below(one, [other]) or _below(other, [one])
