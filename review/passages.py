"""An article's text in paragraphs, with the words that made the matcher decide marked where they stand. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from alerts.reasons import evidence_label
from mercato.model import Article, Evidence, Judgement

_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
LONGEST = 60_000
"""Characters of a text that a page shows; a whole novel would only hide the news."""


@dataclass(frozen=True, slots=True)
class Run:
    """Words that share their marks."""

    text: str
    reasons: tuple[str, ...] = ()  # why these words count, in the reader's language
    against: bool = False  # they count against a move


Paragraph = tuple[Run, ...]


def evidence_of(judgement: Judgement | None) -> tuple[Evidence, ...]:
    """All the evidence of a judgement, of its moves and of the article as a whole."""
    if judgement is None:
        return ()
    return (*(item for move in judgement.moves for item in move.evidence), *judgement.evidence)


def passages(article: Article, evidence: Iterable[Evidence], language: str) -> tuple[Paragraph, tuple[Paragraph, ...]]:
    """The title and the paragraphs of the body, cut into runs where evidence begins and ends."""
    text = article.text[:LONGEST]
    found = [item for item in evidence if 0 <= item.start < item.end <= len(text) and len(item.text) < len(text) // 2]
    title = tuple(_runs(text, 0, min(len(article.title), len(text)), found, language))
    start = len(article.title) + 2
    return title, tuple(
        tuple(_runs(text, first, last, found, language)) for first, last in _lines(text, start) if last > first
    )


def _lines(text: str, start: int) -> Iterator[tuple[int, int]]:
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield start, end
        start = end + 1


def _runs(text: str, start: int, end: int, evidence: Sequence[Evidence], language: str) -> Iterator[Run]:
    near = [item for item in evidence if item.start < end and item.end > start]
    cuts = sorted({start, end, *(cut for item in near for cut in (item.start, item.end) if start < cut < end)})
    for first, last in pairwise(cuts):
        here = [item for item in near if item.start <= first and item.end >= last]
        labels = dict.fromkeys(harmless(evidence_label(item.why, language)) for item in here)
        against = bool(here) and sum(item.points for item in here) < 0
        yield Run(harmless(text[first:last]), tuple(labels), against)


def weighed(evidence: Iterable[Evidence]) -> list[Evidence]:
    """The evidence for people: words that count for one reason in several places once, with the sum of their points;
    the weightiest first, what speaks against a move last."""
    alike: dict[tuple[str, str], Evidence] = {}
    for item in evidence:
        key = (item.text, item.why)
        points = item.points + (alike[key].points if key in alike else 0.0)
        alike[key] = replace(alike.get(key, item), points=points)
    return sorted(alike.values(), key=lambda item: -item.points)


def harmless(text: str) -> str:
    """`text` from outside without control and direction-changing characters: it shows no other words than it holds."""
    # Looked at once per character that occurs: a page shows tens of thousands, a hundred of them different.
    hidden = {ord(character): None for character in set(text) if _is_hidden(character)}
    return text.translate(hidden) if hidden else text


def _is_hidden(character: str) -> bool:
    if character in "\n\t" or character.isalnum():
        return False
    return character in _DIRECTION or unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn")
