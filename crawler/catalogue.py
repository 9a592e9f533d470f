"""The catalogue of outlets: data in sources.toml, checked as a whole before any of it is used.

A mistake in the catalogue is a mistake of ours or of a contributor, so it is refused with its line instead of being
skipped: an outlet that vanishes silently would be news that vanishes silently.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from mercato.errors import CatalogueError
from mercato.i18n import phrase
from mercato.model import Confidence, Paywall, Source
from mercato.text import squeeze
from mercato.urls import url_key, web_url

CATALOGUE_FILE = "sources.toml"

COUNTRIES = frozenset({"002", "BE", "CA", "CH", "CM", "DZ", "FR", "LU", "MA", "SN", "TN"})
"""ISO 3166-1 codes of the newsrooms; 002 is Africa in UN M49. Closed, so that a slip of the finger is caught."""

LANGUAGES = frozenset({"fr", "en"})

TOPICS = frozenset(
    {
        "ai", "apple", "business", "consumer", "crypto", "developers", "digital", "games", "general", "it", "media",
        "public", "science", "security", "startups", "tech",
    }
)  # fmt: skip

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")  # the same as mercato.settings accepts
_SECRETS = re.compile(r"(access_?)?token|(api_?)?key|secret|password|passwd|auth|signature", re.IGNORECASE)
_TABLE = re.compile(r"^[ \t]*\[\[[ \t]*source[ \t]*\]\]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Field:
    accepts: Callable[[Any], bool]
    wanted: str


def has_secret(url: str) -> bool:
    """Whether `url` holds what belongs to one reader: a user name, a password or a parameter named like a key."""
    try:
        parts = urlsplit(url)
        return bool(parts.username or parts.password) or any(
            _SECRETS.fullmatch(name) for name, _ in parse_qsl(parts.query, keep_blank_values=True)
        )
    except ValueError:
        return False


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value) and value == squeeze(value) and value.isprintable()


def _is_address(value: Any) -> bool:
    return isinstance(value, str) and web_url(value) == value and not has_secret(value)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(_is_text(item) for item in value)


def _one_of(choices: frozenset[str]) -> _Field:
    return _Field(lambda value: isinstance(value, str) and value in choices, f"one of {', '.join(sorted(choices))}")


_ADDRESS = _Field(_is_address, "an absolute http or https address without user name, token or key")
_FIELDS: Mapping[str, _Field] = {
    "id": _Field(_is_id, "1 to 64 of a-z, 0-9 and -, not beginning with -"),
    "name": _Field(_is_text, "a name on one line, without white space around it"),
    "homepage": _ADDRESS,
    "feed": _ADDRESS,
    "language": _one_of(LANGUAGES),
    "country": _one_of(COUNTRIES),
    "topic": _one_of(TOPICS),
    "paywall": _one_of(frozenset(Paywall)),
    "confidence": _one_of(frozenset(Confidence)),
    "quirks": _Field(_are_texts, "a list of sentences, each on one line; [] when there are none"),
}


@lru_cache(maxsize=1)
def load_catalogue() -> tuple[Source, ...]:
    """The outlets of crawler/sources.toml, in its order.

    Raises CatalogueError with every mistake of the file.
    """
    return parse_catalogue(files("crawler").joinpath(CATALOGUE_FILE).read_text(encoding="utf-8"), CATALOGUE_FILE)


def parse_catalogue(text: str, file: str) -> tuple[Source, ...]:
    """The sources that the catalogue `text` lists, in its order; `file` names it in messages.

    Every field is required, none may be added, ids and feed addresses are given once (addresses that differ in
    scheme, "www." or final slash alone count as the same).

    Raises CatalogueError with every mistake at once, each with line, id and key.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(file, [phrase("is not valid TOML: {why}", why=error)]) from error
    entries = data.get("source", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise CatalogueError(file, [phrase('source: expected tables that begin with "[[source]]"')])
    places = _places(text, entries)
    mistakes = [f"{key}: no such table; only [[source]] is known" for key in data if key != "source"]
    for place, entry in zip(places, entries, strict=True):
        mistakes += [f"{place}: {mistake}" for mistake in _mistakes(entry)]
    mistakes += _doubles(places, entries)
    if mistakes:
        raise CatalogueError(file, mistakes)
    return tuple(_source(entry) for entry in entries)


def followed(settings_sources: Sequence[Source], use_catalogue: bool) -> tuple[Source, ...]:
    """The outlets to visit: the catalogue, if it is wanted, overlaid with those of the user's settings.

    An entry of the settings takes the place of the catalogue's entry that has its id; one with the same feed address
    under another id leaves, or the feed would be visited twice. What is the user's own comes last, in its order.

    Raises CatalogueError when the catalogue is wanted and broken.
    """
    if not use_catalogue:
        return tuple(settings_sources)
    own = {source.id: source for source in settings_sources}
    feeds = {url_key(source.feed) for source in settings_sources}
    kept = [source for source in load_catalogue() if source.id in own or url_key(source.feed) not in feeds]
    replaced = {source.id for source in kept} & own.keys()
    return (
        *(own.get(source.id, source) for source in kept),
        *(source for source in settings_sources if source.id not in replaced),
    )


def _places(text: str, entries: Sequence[Mapping[str, Any]]) -> list[str]:
    """Where each entry begins: «line 12, "numerama"»; tomllib keeps no lines, so the headings are looked up."""
    lines = [text.count("\n", 0, match.start()) + 1 for match in _TABLE.finditer(text)]
    if len(lines) != len(entries):  # entries written inline, or a heading inside a string
        return [_named(f"entry {number}", entry) for number, entry in enumerate(entries, start=1)]
    return [_named(f"line {line}", entry) for line, entry in zip(lines, entries, strict=True)]


def _named(place: str, entry: Mapping[str, Any]) -> str:
    name = entry.get("id", entry.get("name"))
    return f'{place}, "{name}"' if isinstance(name, str) else place


def _mistakes(entry: Mapping[str, Any]) -> Iterator[str]:
    for key in entry.keys() - _FIELDS.keys():
        yield f"{key}: no such key; known are {', '.join(_FIELDS)}"
    for key, field in _FIELDS.items():
        if key not in entry:
            yield f"{key} is missing: expected {field.wanted}"
        elif not field.accepts(entry[key]):
            yield f"{key} = {entry[key]!r}: expected {field.wanted}"


def _doubles(places: Sequence[str], entries: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """One sentence per id or feed address that an earlier entry has already."""
    seen: dict[tuple[str, str], str] = {}
    for place, entry in zip(places, entries, strict=True):
        for key in _keys(entry):
            first = seen.setdefault(key, place)
            if first != place:
                yield f"{place}: {key[0]} is given already at {first}"


def _keys(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if isinstance(entry.get("id"), str):
        yield "id", entry["id"]
    if _is_address(entry.get("feed")):
        yield "feed", url_key(entry["feed"])


def _source(entry: Mapping[str, Any]) -> Source:
    typed = {
        "paywall": Paywall(entry["paywall"]),
        "confidence": Confidence(entry["confidence"]),
        "quirks": tuple(entry["quirks"]),
    }
    return Source(**{**entry, **typed})
