"""From an article's text to the sentences that count: page clutter is found and set aside, offsets are kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import islice

from ahocorasick_rs import AhoCorasick

from alerts.lexicon import Lexicon
from mercato.model import article_text
from mercato.text import Token, fold, sentences, tokens

MAX_SENTENCES = 90
"""Sentences that are examined; news stands at the top, and digests hold some forty items."""
MAX_TOKENS = 160
"""Words of a sentence that are examined; what is longer is no sentence but a list or an attack."""
MAX_CHARACTERS = 24_000
_LEAD_SENTENCES = 3
_LONG_PARAGRAPH = 150  # characters: a paragraph this long after a list of teasers is article text again

_SHORT = 80  # characters


class Zone(StrEnum):
    """Where in the article a sentence stands."""

    TITLE = "title"
    LEAD = "lead"
    BODY = "body"
    ITEM = "item"  # a line of a digest or list


@dataclass(frozen=True, slots=True)
class Block:
    """A line of the page: its span in the article's text, and whether it is part of the article."""

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
_COUNT = re.compile(r"^\d+ |[!?]| \(?\d+\)?$")
"""What stands around a header: « 12 commentaires », « À lire aussi ! », « Réactions (3) »."""
_COMMENTER = re.compile(r"^(?:@\w+|[\w.-]{3,20}\d{1,4}|\w+_\w+)\s*(?::|il y a|le \d)")


def read(title: str, body: str, lexicon: Lexicon) -> Reading:
    """The article's blocks and sentences, with offsets into `article_text(title, body)`."""
    text = article_text(title, body)
    blocks = tuple(_blocks(title, text, lexicon))
    return Reading(text, blocks, tuple(_sentences(text, blocks, lexicon)))


def _blocks(title: str, text: str, lexicon: Lexicon) -> Iterator[Block]:
    """Every line of the article, told apart from what belongs to the page around it."""
    if title.strip():
        yield Block(0, len(title), Zone.TITLE)
    state = ""
    for match in _LINE.finditer(text, len(title), min(len(text), MAX_CHARACTERS)):
        line = match[0]
        if not line.strip():
            continue
        folded = fold(line).strip(" .:>»|-•●\t")
        state, why = _clutter(line, folded, state, lexicon)
        bullet = _BULLET.match(line)
        # A list item begins behind its bullet: « - B : X est nommée » reads like « B : X est nommée ».
        start = match.start() + (bullet.end() if bullet else 0)
        yield Block(start, match.end(), Zone.ITEM if bullet else Zone.BODY, why)


def _clutter(line: str, folded: str, state: str, lexicon: Lexicon) -> tuple[str, str]:
    """The state after this line (the header of the clutter it stands in) and why the line is clutter, if it is."""
    head, _, rest = folded.partition(":")
    if _COUNT.sub("", head).strip() in lexicon.words("clutter.headers"):
        return ("" if len(rest.strip()) > 3 else head), f"header “{head.strip()}”"
    if _COMMENTER.match(line.strip()):
        return "commentaires", "reader's comment"
    if len(line) < 400 and _holds(folded, lexicon.words("clutter.lines")):
        return state, "page furniture"
    if _is_furniture(line, lexicon):
        return state, "page furniture"
    if state and ("comment" in state or not _is_paragraph(line)):
        return state, f"below “{state.strip()}”"
    question = line.rstrip().endswith("?") and len(line) < 110 and "«" not in line
    menu = line.count("|") >= 3 or line.count("•") >= 4
    return "", "question of an interview or FAQ" if question else "menu" if menu else ""


def _is_furniture(text: str, lexicon: Lexicon) -> bool:
    """Whether a short line or sentence speaks of the page; in a longer one the same words may be the article's."""
    return len(text) < _SHORT and _holds(fold(text), lexicon.words("clutter.sentences"))


def _holds(folded: str, marks: frozenset[str]) -> bool:
    """Whether one of the marks stands in the text, not inside a word such as « publicitaire »."""
    return any(_alone(mark).search(folded) for mark in _finder(marks).find_matches_as_strings(folded, overlapping=True))


@lru_cache(maxsize=8)
def _finder(marks: frozenset[str]) -> AhoCorasick:
    """The automaton for a list of marks, which is asked of every line and sentence."""
    return AhoCorasick(sorted(marks))


@lru_cache(maxsize=1024)
def _alone(mark: str) -> re.Pattern[str]:
    before, after = r"(?<!\w)" if mark[0].isalnum() else "", r"(?!\w)" if mark[-1].isalnum() else ""
    return re.compile(before + re.escape(mark) + after)


def _is_paragraph(line: str) -> bool:
    """Whether a line is long and ends as sentences do: article text again after a list of teasers."""
    return len(line) >= _LONG_PARAGRAPH and line.rstrip()[-1] in '.!?…»"'


def _sentences(text: str, blocks: tuple[Block, ...], lexicon: Lexicon) -> Iterator[Sentence]:
    """The sentences of the blocks that count, up to the limits above."""
    index = body = 0
    title = fold(text[: blocks[0].end]) if blocks and blocks[0].zone is Zone.TITLE else ""
    digest = any(re.search(rf"\b{word}\b", title) for word in lexicon.words("gate.digest"))
    for block in blocks:
        if block.clutter:
            continue
        for start, end in sentences(text, block.start, block.end):
            if block.zone is not Zone.TITLE and _is_furniture(text[start:end], lexicon):
                continue
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
