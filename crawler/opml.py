"""Lists of feeds as OPML 2.0 (http://opml.org/spec2.opml), the format that every feed reader reads and writes.

What is ours alone (id, country, paywall ...) travels in attributes with the prefix "mercato:", which other readers
ignore. What others write is taken as it comes: folders in folders, attributes in any case, missing titles.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from enum import StrEnum
from itertools import count, groupby
from typing import TypeVar
from xml.parsers import expat

from babel import Locale

from mercato.errors import CatalogueError
from mercato.i18n import phrase
from mercato.model import Confidence, Paywall, Source
from mercato.text import fold, squeeze
from mercato.urls import host_of, url_key, web_url

_NAMESPACE = "urn:x-mercato:opml"
_PREFIX = "mercato:"
_Member = TypeVar("_Member", bound=StrEnum)
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
# What XML 1.0 cannot hold, not even escaped (https://www.w3.org/TR/xml/#charsets).
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Grouping(StrEnum):
    """What the folders of a written list stand for."""

    COUNTRY = "country"
    TOPIC = "topic"


def to_opml(
    sources: Sequence[Source],
    title: str,
    now: datetime,
    *,
    grouping: Grouping = Grouping.COUNTRY,
    language: str = "fr",
) -> str:
    """`sources` as an OPML document with one folder per country or topic; `language` is that of country names.

    Characters that XML cannot hold are left out. `from_opml` gives the same sources back, but for quirks.
    """
    root = ET.Element("opml", {"version": "2.0", "xmlns:mercato": _NAMESPACE})
    head = ET.SubElement(root, "head")
    ET.SubElement(head, "title").text = _writable(title)
    ET.SubElement(head, "dateCreated").text = format_datetime(now)
    body = ET.SubElement(root, "body")

    filed = [(_folder(source, grouping, language), source) for source in sources]
    filed.sort(key=lambda pair: (fold(pair[0]), pair[0]))
    for folder, members in groupby(filed, key=lambda pair: pair[0]):
        parent = ET.SubElement(body, "outline", {"text": folder, "title": folder}) if folder else body
        for _, source in members:
            ET.SubElement(parent, "outline", _attributes(source))
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def from_opml(document: str | bytes, file: str = "OPML") -> tuple[list[Source], list[str]]:
    """The feeds that an OPML document lists, each once, and a sentence for every outline that was refused.

    Bytes are read in the encoding that they declare. An outline without our id gets one made of its name, or of its
    host; the innermost folder gives the topic. Ids are unique within the result.

    Raises CatalogueError, naming line and column, when the document is not well-formed XML, when it declares entities
    (which can grow without bound or reach for files), or when it is no OPML.
    """
    reading = _Reading(file)
    reading.feed(document)
    sources: list[Source] = []
    refused: list[str] = []
    by_feed: dict[str, str] = {}
    ids: set[str] = set()
    for outline in reading.outlines:
        url = _feed_address(outline.get("xmlurl"))
        if url is None:
            refused.append(f"{outline.place}: {_why_refused(outline)}")
        elif (key := url_key(url)) in by_feed:
            refused.append(f'{outline.place}: the same feed as "{by_feed[key]}", which is kept')
        else:
            source = _source(outline, url, ids)
            by_feed[key] = source.name
            ids.add(source.id)
            sources.append(source)
    return sources, refused


def _writable(text: str) -> str:
    return _UNWRITABLE.sub("", text)


def _folder(source: Source, grouping: Grouping, language: str) -> str:
    if grouping is Grouping.TOPIC:
        return _writable(source.topic)
    territories: Mapping[str, str] = Locale.parse(language).territories
    return territories.get(source.country, _writable(source.country))


def _attributes(source: Source) -> dict[str, str]:
    """The attributes of a source's outline, standard ones first; empty ones are left out."""
    attributes = {
        "type": "rss",  # what the specification asks for, whatever the format of the feed
        "text": source.name,
        "title": source.name,
        "xmlUrl": source.feed,
        "htmlUrl": source.homepage,
        "language": source.language,
        f"{_PREFIX}id": source.id,
        f"{_PREFIX}country": source.country,
        f"{_PREFIX}topic": source.topic,
        f"{_PREFIX}paywall": source.paywall,
        f"{_PREFIX}confidence": source.confidence,
    }
    return {name: _writable(value) for name, value in attributes.items() if value}


@dataclass(slots=True)
class _Outline:
    line: int
    attributes: Mapping[str, str]
    folder: str  # name of the innermost folder around it
    is_folder: bool = False  # it holds outlines and has no feed of its own

    def get(self, name: str) -> str:
        return squeeze(self.attributes.get(name, ""))

    @property
    def label(self) -> str:
        return self.get("text") or self.get("title")

    @property
    def place(self) -> str:
        return f'line {self.line}, "{self.label}"' if self.label else f"line {self.line}"


@dataclass(slots=True)
class _Reading:
    """One pass of expat over a document: collects the outlines that are no folders, refuses what is dangerous.

    expat is used directly because it loads nothing by itself and says where it stumbled. Namespaces are not resolved:
    exporters forget to declare their prefixes, and that must not cost the user the list.
    """

    file: str
    _parser: expat.XMLParserType = field(default_factory=expat.ParserCreate)
    _open: list[_Outline | None] = field(default_factory=list)  # per enclosing element, the innermost outline so far
    _seen: list[_Outline] = field(default_factory=list)

    @property
    def outlines(self) -> list[_Outline]:
        return [outline for outline in self._seen if not outline.is_folder]

    def feed(self, document: str | bytes) -> None:
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.EntityDeclHandler = self._refuse_entity
        try:
            self._parser.Parse(document, True)
        except expat.ExpatError as error:
            place = f"line {error.lineno}, column {error.offset + 1}"
            raise CatalogueError(
                self.file,
                [
                    phrase(
                        "{place}: is not well-formed XML: {why}",
                        place=place,
                        why=expat.ErrorString(error.code),
                    )
                ],
            ) from error
        except (ValueError, LookupError) as error:  # an encoding that Python does not have, or not for 8 bits
            raise CatalogueError(
                self.file, [phrase("is in an encoding that cannot be read: {why}; save it as UTF-8", why=error)]
            ) from error

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._open and name.lower() != "opml":
            raise self._error(f"is no OPML: expected <opml>, found <{name}>")
        parent = self._open[-1] if self._open else None
        if name.lower() != "outline":
            self._open.append(parent)
            return
        if parent is not None:
            parent.is_folder = not parent.get("xmlurl")
        lowered = {key.lower(): value for key, value in attributes.items()}
        outline = _Outline(self._parser.CurrentLineNumber, lowered, parent.label if parent else "")
        self._seen.append(outline)
        self._open.append(outline)

    def _end(self, name: str) -> None:
        del name  # expat has checked that it closes what is open
        self._open.pop()

    def _refuse_entity(self, name: str, *rest: object) -> None:
        del rest
        raise self._error(f'declares the entity "{name}"; entities are refused, remove the declaration')

    def _error(self, sentence: str) -> CatalogueError:
        place = f"line {self._parser.CurrentLineNumber}, column {self._parser.CurrentColumnNumber + 1}"
        return CatalogueError(self.file, [phrase("{place}: {sentence}", place=place, sentence=sentence)])


def _feed_address(link: str) -> str | None:
    """`link` as an http or https address, or None; the "feed:" that some readers put in front is taken off."""
    if link.lower().startswith("feed:"):
        rest = link[len("feed:") :]
        link = f"http:{rest}" if rest.startswith("//") else rest
    return web_url(link)


def _why_refused(outline: _Outline) -> str:
    link = outline.get("xmlurl")
    if link:
        return f"xmlUrl = {link!r} is no http or https address"
    return "has no feed address (xmlUrl)"


def _source(outline: _Outline, url: str, taken: set[str]) -> Source:
    host = host_of(url)
    name = outline.label or host
    own = outline.get(f"{_PREFIX}id")
    wanted = own if _ID.fullmatch(own) else _slug(name) or _slug(host) or "feed"
    return Source(
        id=next(candidate for candidate in _candidates(wanted) if candidate not in taken),
        name=name,
        feed=url,
        homepage=web_url(outline.get("htmlurl")) or "",
        language=outline.get("language").lower()[:2] or "fr",
        country=outline.get(f"{_PREFIX}country"),
        topic=outline.get(f"{_PREFIX}topic") or outline.folder,
        paywall=_member(Paywall, outline.get(f"{_PREFIX}paywall"), Paywall.UNKNOWN),
        confidence=_member(Confidence, outline.get(f"{_PREFIX}confidence"), Confidence.HIGH),
    )


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", fold(text.removeprefix("www."))).strip("-")[:64].strip("-")


def _candidates(wanted: str) -> Iterator[str]:
    yield wanted
    for number in count(2):
        suffix = f"-{number}"
        yield wanted[: 64 - len(suffix)] + suffix


def _member(kind: type[_Member], value: str, otherwise: _Member) -> _Member:
    return kind(value) if value in set(kind) else otherwise
