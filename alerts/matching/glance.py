"""What the top of an article tells at a glance, without grammar: how its sentences put words that may tell a move,
people and employers together, and what it is about.

The gate adds up the points of these features (alerts/lexicon/points/gate.tsv, fitted by script/train to articles that
pass its first question), as the questions behind it do with theirs.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from math import fsum
from typing import NamedTuple

from alerts.lexicon import Lexicon
from mercato.text import fold

_LEAD = 320
"""Characters of a body that make its lead."""
_SUBJECT = 400
"""Characters of a body whose words say what the article is about."""
_STEM = 7
"""Letters of a word that count, as in the features of the grammar's sentences."""
_BESIDE = 20
"""Characters of a title between the beginnings of a telling word and of a name beside it."""
_MANY = 4
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?=\S)[^.!?\n]*)*")
_CAPITAL = re.compile(r"(?<=[ \u00a0’'(«-])[A-ZÀ-Ý]")
_PRONOUN = re.compile(r"\b(?:il|elle|ils|elles|je|lui|leur|celui-ci|celle-ci|dernier|derniere)\b")
_WORD = re.compile(r"(?<!\w)[a-zà-ÿœ]\w{2,}")
"""Names are left out: what is said of a firm that everybody knows holds for one that nobody knows."""
_COUNTED = ("rare", "common", "context", "post", "group", "firm")
CLEAR = frozenset({"rare before firm", "rare before tie", "title with both"})
"""Who stands before a telling word, in a sentence that names an employer, is looked at whatever the points come to; so
is a title with somebody, a firm and a telling word."""


class Hit(NamedTuple):
    """A word of the gate's lists in the top: where it begins, and what it is to the gate."""

    place: int
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class Top:
    """The part of an article that the gate looks at, with the places of what it found there, in order."""

    title: str
    text: str
    folded: str
    hits: Sequence[Hit]
    persons: Sequence[int]


def glance(top: Top, employers: Sequence[int], lexicon: Lexicon) -> frozenset[str]:
    """The features of an article's top; `employers` are the places of names that their surroundings make employers."""
    seen = set(_subject(top, lexicon))
    for match in _SENTENCE.finditer(top.text):
        seen.update(_sentence(top, employers, *match.span()))
    counts = Counter(kind for hit in top.hits for kind in hit.kinds)
    seen.update(f"{kind}={min(_MANY, counts[kind])}" for kind in _COUNTED)
    seen.add(f"persons={min(_MANY - 1, len(top.persons))}")
    if employers:
        seen.add("tie")
    return frozenset(seen)


def is_promising(seen: Collection[str], lexicon: Lexicon) -> bool:
    """Whether a top with these features may tell a move."""
    points = lexicon.tables["gate"]
    earned = points.get("", 0.0) + fsum(points.get(name, 0.0) for name in seen)
    return earned >= lexicon.thresholds["gate"] or not CLEAR.isdisjoint(seen)


def _subject(top: Top, lexicon: Lexicon) -> Iterator[str]:
    """The words of title and lead that say what the article is about."""
    small = lexicon.words("function.stops")
    behind = len(top.title)
    for name, text in (("title", top.title), ("lead", top.text[behind : behind + _SUBJECT])):
        for word in map(fold, _WORD.findall(text)):
            if word not in small:
                yield f"{name}-word={word[:_STEM]}"


def _sentence(top: Top, employers: Sequence[int], start: int, end: int) -> Iterator[str]:
    """How a sentence puts each of its telling words beside people and employers."""
    low, high = (bisect_left(top.hits, (place,)) for place in (start, end))
    hits = top.hits[low:high]
    telling = [hit for hit in hits if not hit.kinds.isdisjoint(("rare", "common"))]
    if not telling:
        return
    persons = [place for place in top.persons if start <= place < end]
    capital = _CAPITAL.search(top.text, start, end) is not None
    tie = any(start <= place < end for place in employers)
    pronoun = _PRONOUN.search(top.folded, start, end) is not None
    zone = "title" if end <= len(top.title) + 1 else "lead" if start < len(top.title) + _LEAD else "body"
    for hit in telling:
        others = Counter(kind for other in hits if other is not hit for kind in other.kinds)
        kind = "rare" if "rare" in hit.kinds else "common"
        named = "name" if capital else "none"
        who = "before" if persons and persons[0] < hit.place else "behind" if persons else ""
        who = who or next((kind for kind in ("group", "post") if others[kind]), "pronoun" if pronoun else named)
        firm = "firm" if others["firm"] else "tie" if tie else named
        yield f"{zone} {kind}"
        if zone == "title" and firm == "firm" and any(abs(place - hit.place) <= _BESIDE for place in persons):
            yield "title with both"
        yield f"{kind} {who} {firm}"
