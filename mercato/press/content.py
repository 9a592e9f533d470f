"""The bundled press as data: invented outlets in `outlets.toml`, one file per article under `articles/`.

An article file is TOML between two lines of `+++`, then paragraphs separated by blank lines; a paragraph may be a
sub-heading (`## `) or a list item (`- `), and may hold bold words (`**…**`). Words in braces are dates that are put in
when an edition is made: `{jour}`, `{veille}`, `{mois+1}`, `{an-4}`.
"""

from __future__ import annotations

import re
import tomllib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import ConfigDict, TypeAdapter

HERE = Path(__file__).parent
_FENCE = "+++"
_AGE = re.compile(r"(?:(?P<days>\d+)d)? ?(?:(?P<hours>\d+)h)?")

_BREAK = re.compile(r"\n\s*\n|\n(?=- )")  # list items follow each other without a blank line
_KNOWN_KEYS_ONLY = ConfigDict(extra="forbid")

Typography = Literal["fine", "nbsp", "plain"]
Validators = Literal["both", "etag", "last-modified", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedStyle:
    """How an outlet offers its feed."""

    __pydantic_config__ = _KNOWN_KEYS_ONLY

    format: Literal["rss", "atom", "rdf", "page"]  # "page": no feed at all, an HTML page in its place
    path: str
    full: bool = False  # whole articles in the feed
    broken: bool = False  # faulty XML, as it is met in the wild
    oldest_first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """One invented outlet and its publishing system."""

    __pydantic_config__ = _KNOWN_KEYS_ONLY

    id: str
    name: str
    tagline: str
    country: str
    topic: str
    zone: str
    feed: FeedStyle
    article_path: str
    forbidden_path: str = ""
    redirect_path: str = ""
    tracker: str = ""
    typography: Typography = "plain"
    charset: str = "utf-8"
    charset_declared: bool = True
    validators: Validators = "both"
    paywall: str = "none"
    quirks: tuple[str, ...] = ()
    disallow: tuple[str, ...] = ()
    menu: tuple[str, ...] = ()
    teasers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One article as it was written, before it has a date and an address."""

    __pydantic_config__ = _KNOWN_KEYS_ONLY

    key: str
    outlet: str
    title: str
    age: timedelta  # between publication and the moment of the edition
    section: str
    paragraphs: tuple[str, ...]
    author: str = ""
    standfirst: str = ""
    also_in: tuple[str, ...] = ()  # outlets of the same group whose feed lists it too
    comments: tuple[tuple[str, str], ...] = ()
    free: int | None = None  # paragraphs before the paywall; None: all
    missing: bool = False  # in the feed, but the page answers 404
    forbidden: bool = False  # behind a path that robots.txt closes
    redirect: bool = False  # the feed's link answers 302

    @property
    def number(self) -> int:
        """A number as publishing systems give to articles; the same in every edition."""
        return 10_000 + zlib.crc32(self.key.encode()) % 80_000


@lru_cache(maxsize=1)
def outlets() -> tuple[Outlet, ...]:
    """Every outlet, in the order of the file."""
    return TypeAdapter(tuple[Outlet, ...]).validate_python(_outlets_file()["outlet"])


@lru_cache(maxsize=1)
def bios() -> Mapping[str, str]:
    """What the pages say about their authors, by name."""
    return TypeAdapter(dict[str, str]).validate_python(_outlets_file()["authors"])


@lru_cache(maxsize=1)
def pieces() -> tuple[Piece, ...]:
    """Every article, in the order of outlet and key."""
    return tuple(_piece(path) for path in sorted((HERE / "articles").glob("*/*.md")))


def parse_age(text: str) -> timedelta:
    """`text` such as "2d 3h", "5d" or "9h".

    Raises ValueError for anything else.
    """
    found = _AGE.fullmatch(text)
    if not text or found is None:
        raise ValueError(f'{text!r} is no age such as "2d 3h"')
    return timedelta(days=int(found["days"] or 0), hours=int(found["hours"] or 0))


def _outlets_file() -> dict[str, Any]:
    return tomllib.loads((HERE / "outlets.toml").read_text("utf-8"))


def _piece(path: Path) -> Piece:
    _, head, body = path.read_text("utf-8").split(_FENCE + "\n", 2)
    table = tomllib.loads(head)
    table |= {
        "key": path.stem,
        "outlet": path.parent.name,
        "age": parse_age(table["age"]),
        "paragraphs": [paragraph.strip() for paragraph in _BREAK.split(body.strip())],
    }
    return TypeAdapter(Piece).validate_python(table)
