"""What a site says about programs that read it for their data, in every place where it can say so. Pure.

A reservation of rights (directive (EU) 2019/790, article 4(3); CPI L.122-5-3) must be machine-readable; these are the
forms that exist: TDMRep (W3C community group, 2022: /.well-known/tdmrep.json, the header "tdm-reservation", the meta
tag of the same name), ai.txt (Spawning, 2023), X-Robots-Tag and <meta name="robots"> with "noai" and kin. A header
wins over the file, as TDMRep wants it, in both directions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from protego import Protego

from mercato.model import Licence
from mercato.urls import host_of

TDMREP = "/.well-known/tdmrep.json"
AI_TXT = "/ai.txt"

_HEADER = "tdm-reservation"
_NO = frozenset({"noai", "noml", "noindex", "none"})
"""Words of X-Robots-Tag and of the robots meta tag after which a page is known by title and link only. The last two
speak of search engines, and Mercato keeps a searchable archive."""

_WORD = re.compile(r"[a-z-]+")


@dataclass(frozen=True, slots=True)
class Notice:
    """What a site says at one place: whether rights are reserved, and its words as evidence."""

    reserved: bool
    where: str  # such as "tdmrep.json" or "header"
    words: str
    policy: str = ""  # address of the terms under which a licence is given


@dataclass(frozen=True, slots=True)
class SiteRules:
    """What a host's documents say: nothing, or rules by path."""

    tdmrep: Sequence[tuple[str, Notice]] = ()  # pattern of a path → notice, in the file's order
    ai_txt: Protego | None = None

    def notice(self, url: str, agent: str) -> Notice | None:
        """What is said of `url` to the program `agent`; None: nothing."""
        parts = urlsplit(url)
        path = parts.path or "/"
        for pattern, notice in self.tdmrep:
            if _covers(pattern, path):
                return notice
        if self.ai_txt is not None and not self.ai_txt.can_fetch(url, agent):
            return Notice(reserved=True, where="ai.txt", words=f"ai.txt forbids {path} to {agent}")
        return None


def site_rules(tdmrep: str, ai_txt: str) -> SiteRules:
    """The rules in the texts of a host's two documents; "" where it has none."""
    return SiteRules(tuple(_tdmrep(tdmrep)), _ai_txt(ai_txt))


def from_headers(headers: Mapping[str, Iterable[str]], agent: str) -> Notice | None:
    """What an answer's headers (names in lower case) say; None: nothing."""
    for value in headers.get(_HEADER, ()):
        if value.strip() in {"0", "1"}:
            policy = next(iter(headers.get("tdm-policy", ())), "")
            return Notice(value.strip() == "1", "header", f"tdm-reservation: {value.strip()}", policy)
    return _robots(headers.get("x-robots-tag", ()), agent, "header")


def from_meta(meta: Mapping[str, str], agent: str) -> Notice | None:
    """What a page's meta tags (names in lower case) say; None: nothing."""
    told = meta.get(_HEADER, "").strip()
    if told in {"0", "1"}:
        return Notice(
            told == "1", "meta", f'<meta name="tdm-reservation" content="{told}">', meta.get("tdm-policy", "")
        )
    return _robots([meta.get("robots", ""), meta.get(agent.lower(), "")], agent, "meta")


def archiving_refused(headers: Mapping[str, Iterable[str]], meta: Mapping[str, str], agent: str) -> bool:
    """Whether an answer's headers or a page's meta tags (names in lower case) ask that no copy be kept."""
    values = (*headers.get("x-robots-tag", ()), meta.get("robots", ""), meta.get(agent.lower(), ""))
    return any("noarchive" in words for words in _directives(values, agent))


def licensed(licences: Iterable[Licence], url: str) -> Licence | None:
    """The licence that the operator has recorded for the host of `url`; None: none."""
    host = host_of(url)
    return next((each for each in licences if host == each.host or host.endswith(f".{each.host}")), None)


def _tdmrep(text: str) -> Iterable[tuple[str, Notice]]:
    try:
        entries = json.loads(text) if text.strip() else []
    except (ValueError, RecursionError):
        return
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and str(entry.get("tdm-reservation")) in {"0", "1"}:
            policy = entry.get("tdm-policy")
            yield (
                str(entry.get("location") or "/"),
                Notice(
                    reserved=str(entry["tdm-reservation"]) == "1",
                    where="tdmrep.json",
                    words=json.dumps(entry, ensure_ascii=False)[:500],
                    policy=policy if isinstance(policy, str) else "",
                ),
            )


def _covers(pattern: str, path: str) -> bool:
    """Whether a location of tdmrep.json, a path with "*" and a final "$" as in RFC 9309, covers `path`."""
    # Not by a regular expression: of pattern and path, both a stranger's, one could be made that takes hours.
    first, *others = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    place, last = len(first), ""
    if pattern.endswith("$"):
        if not others:
            return path == first
        *others, last = others
    for part in others:
        found = path.find(part, place)
        if found < 0:
            return False
        place = found + len(part)
    return path.endswith(last, place)


def _ai_txt(text: str) -> Protego | None:
    """ai.txt has the grammar of robots.txt; a web page in its place, which many servers send, says nothing."""
    return Protego.parse(text) if "disallow" in text.lower() and not text.lstrip().startswith("<") else None


def _robots(values: Iterable[str], agent: str, where: str) -> Notice | None:
    for words in _directives(values, agent):
        found = [word for word in words if word in _NO]
        if found:
            return Notice(reserved=True, where=where, words=f"robots: {', '.join(found)}")
    return None


def _directives(values: Iterable[str], agent: str) -> Iterator[list[str]]:
    """The words of directives to all programs, or to ours by name ("Mercato: noai")."""
    for value in values:
        addressed, colon, rest = (part.strip().lower() for part in value.partition(":"))
        if not colon or not _WORD.fullmatch(addressed) or addressed in _DATED:
            yield _WORD.findall(value.lower())
        elif addressed == agent.lower():
            yield _WORD.findall(rest)


_DATED = frozenset({"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"})
