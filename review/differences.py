"""What changed between two texts of an article, word by word where paragraphs resemble each other. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from review.passages import LONGEST, harmless

_MOST_WORDS = 400  # of two paragraphs that are compared word by word: the time grows with the product
_MOST_PARAGRAPHS = 400
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


class Change(StrEnum):
    """What happened to a piece of text."""

    KEPT = "kept"
    ADDED = "added"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that share their fate."""

    change: Change
    text: str


def difference(old: str, new: str) -> list[tuple[Piece, ...]]:
    """The paragraphs of both texts in order, each in pieces that were kept, added or taken away."""
    before, after = _paragraphs(old), _paragraphs(new)
    found: list[tuple[Piece, ...]] = []
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            found += [(Piece(Change.KEPT, text),) for text in before[i:j]]
        elif kind == "replace" and j - i == m - k:
            found += [tuple(_words(one, other)) for one, other in zip(before[i:j], after[k:m], strict=True)]
        else:
            found += [(Piece(Change.TAKEN, text),) for text in before[i:j]]
            found += [(Piece(Change.ADDED, text),) for text in after[k:m]]
    return found


def _paragraphs(text: str) -> list[str]:
    lines = (line.strip() for line in harmless(text[:LONGEST]).split("\n"))
    return [line for line in lines if line][:_MOST_PARAGRAPHS]


def _words(old: str, new: str) -> Iterator[Piece]:
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if max(len(before), len(after)) > _MOST_WORDS:
        yield from (Piece(Change.TAKEN, old), Piece(Change.ADDED, new))
        return
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Piece(Change.KEPT, _joined(before[i:j]))
            continue
        if j > i:
            yield Piece(Change.TAKEN, _joined(before[i:j]))
        if m > k:
            yield Piece(Change.ADDED, _joined(after[k:m]))


def _joined(words: Sequence[str]) -> str:
    return "".join(words)
