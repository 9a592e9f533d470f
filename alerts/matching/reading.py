"""From an article's text to the sentences that count: page clutter is found and set aside, offsets are kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from alerts.lexicon import Lexicon
from alerts.matching.clutter import TRIMMED, laid_out, last_lines, parts_of
from mercato.model import article_text
from mercato.text import Token, fold, sentences, tokens

MAX_SENTENCES = 90
"""Sentences that are examined; news stands at the top, and digests hold some forty items."""
MAX_TOKENS = 160
"""Words of a sentence that are examined; what is longer is no sentence but a list or an attack."""
MAX_CHARACTERS = 24_000
_LEAD_SENTENCES = 3
_MASTHEAD = 5
"""Lines at the top of a page among which its title may stand once more."""
_LONGEST_SECTION = 60  # characters of « Accueil > Cloud », which stands above it


class Zone(StrEnum):
    """Where in the article a sentence stands."""

    TITLE = "title"
    LEAD = "lead"
    BODY = "body"
    ITEM = "item"  # a line of a digest or list


@dataclass(frozen=True, slots=True)
class Block:
    """A line of the page, or a part of one: its span in the article's text, and whether it is part of the article."""

    start: int
    end: int
    zone: Zone
    clutter: str = ""  # why it does not count


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that counts, with its words."""

    index: int
    zone: Zone
    start: int
    end: int
    tokens: tuple[Token, ...]
    question: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """An article as it is examined."""

    text: str
    blocks: tuple[Block, ...]
    sentences: tuple[Sentence, ...]


_LINE = re.compile(r"[^\n]+")
_BULLET = re.compile(r"\s*(?:[•●▪◦*‣➤→►✅🔹🔸👉📌➡️-]|\d{1,2}[.)/])\s*(?=\S)")


def read(title: str, body: str, lexicon: Lexicon) -> Reading:
    """The article's blocks and sentences, with offsets into `article_text(title, body)`."""
    text = article_text(title, body)
    blocks = tuple(_blocks(title, text, lexicon))
    return Reading(text, blocks, tuple(_sentences(text, blocks, lexicon)))


def _blocks(title: str, text: str, lexicon: Lexicon) -> Iterator[Block]:
    """Every line of the article, told apart from what belongs to the page around it."""
    if title.strip():
        yield Block(0, len(title), Zone.TITLE)
    lines = [line for line in _LINE.finditer(text, len(title), min(len(text), MAX_CHARACTERS)) if line[0].strip()]
    teasers = 0 if _is_digest(title, lexicon) else last_lines([line[0] for line in lines])
    above = _above_the_text(title, [line[0] for line in lines[:_MASTHEAD]])
    for match in lines[:above]:
        yield Block(match.start(), match.end(), Zone.BODY, "title once more")
    del lines[:above]
    state = ""
    for number, line in enumerate(laid_out([found.span() for found in lines])):
        state, parts = parts_of(text, line, state, lexicon)
        bullet = _BULLET.match(text[line.start : line.end])
        # A list item begins behind its bullet: « - B : X est nommée » reads like « B : X est nommée ».
        begin = line.start + (bullet.end() if bullet else 0)
        teaser = "title of another article" if number >= len(lines) - teasers and not bullet else ""
        for part in parts:
            yield Block(max(begin, part.start), part.end, Zone.ITEM if bullet else Zone.BODY, part.why or teaser)


def _above_the_text(title: str, lines: Sequence[str]) -> int:
    """How many of the first lines are a page's section and its title once more, which says nothing that it did not."""
    folded = fold(title).strip(TRIMMED)
    repeated = next((number for number, line in enumerate(lines) if fold(line).strip(TRIMMED) == folded), None)
    if not folded or repeated is None or any(len(line) > _LONGEST_SECTION for line in lines[:repeated]):
        return 0
    return repeated + 1


def _is_digest(title: str, lexicon: Lexicon) -> bool:
    """Whether a title announces a list of moves: « Carnet », « Nominations de la semaine »."""
    folded = fold(title)
    return any(re.search(rf"\b{word}\b", folded) for word in lexicon.words("gate.digest"))


def _sentences(text: str, blocks: tuple[Block, ...], lexicon: Lexicon) -> Iterator[Sentence]:
    """The sentences of the blocks that count, up to the limits above."""
    index = body = 0
    digest = _is_digest(text[: blocks[0].end] if blocks and blocks[0].zone is Zone.TITLE else "", lexicon)
    for block in blocks:
        if block.clutter:
            continue
        for start, end in sentences(text, block.start, block.end):
            if index >= MAX_SENTENCES:
                return
            zone = block.zone
            if zone is Zone.BODY:
                zone = Zone.LEAD if body < _LEAD_SENTENCES else Zone.BODY
            if digest and zone is not Zone.TITLE:
                zone = Zone.ITEM
            if index == 0:
                zone = Zone.TITLE  # an article without a title is announced by its first sentence
            body += zone is not Zone.TITLE
            yield _sentence(index, zone, text, start, end)
            index += 1


def _sentence(index: int, zone: Zone, text: str, start: int, end: int) -> Sentence:
    """The sentence with its words, at most MAX_TOKENS of them."""
    words = tuple(_with_guillemets(islice(tokens(text, start, end), MAX_TOKENS), text))
    last = next((word.text for word in reversed(words) if word.text not in {"»", ")"}), "")
    return Sentence(index, zone, start, end, words, last == "?")


_QUOTES = {"“": "«", "„": "«", "”": "»"}


def _with_guillemets(words: Iterable[Token], text: str) -> Iterator[Token]:
    """The words with « and » for quotation marks of every kind, so that what follows need know these alone.

    A straight one opens where it touches the next word only, closes where it touches the one before, and else is the
    other half of the last.
    """
    inside = False
    for word in words:
        sign = _QUOTES.get(word.text, word.text)
        if sign == '"':
            before, after = text[max(0, word.start - 1) : word.start], text[word.end : word.end + 1]
            touching = bool(before.strip(" \n\t('’")), bool(after.strip())
            closes = inside if touching[0] == touching[1] else touching[0]
            sign = "»" if closes else "«"
        if sign in {"«", "»"}:
            inside = sign == "«"
            word = word._replace(text=sign, folded=sign)  # noqa: PLW2901
        yield word
