"""French text made comparable, without losing the way back to the original.

Folding maps case, accents, ligatures, apostrophes and the no-break spaces of French typography to plain ASCII-like
text, character by character, and remembers where each folded character came from, so that evidence found in folded
text can be shown in the reader's own words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

_EXPANSIONS = {
    "œ": "oe",
    "Œ": "oe",
    "æ": "ae",
    "Æ": "ae",
    "ß": "ss",
    "ø": "o",
    "Ø": "o",
    "đ": "d",
    "Đ": "d",
    "ł": "l",
    "Ł": "l",
    "ı": "i",
    "’": "'",
    "‘": "'",
    "ʼ": "'",
    "`": "'",
    "´": "'",
    "“": '"',
    "”": '"',
    "–": "-",
    "—": "-",
    "‐": "-",
    "‑": "-",  # no-break hyphen
    "−": "-",
    "…": "...",
}


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    """One character folded: usually one character, several for a ligature, none for a combining mark."""
    if character in _EXPANSIONS:
        return _EXPANSIONS[character]
    if character.isspace():
        return character if character == "\n" else " "
    kept = (c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c) and c.isprintable())
    return "".join(kept).casefold()


_TABLE = {ord(character): _fold_character(character) for character in map(chr, range(0x250))}
_TABLE |= {ord(character): _fold_character(character) for character in map(chr, range(0x2000, 0x2070))}
_OUTSIDE_TABLE = re.compile(r"[^\x00-\u024f\u2000-\u206f]")


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text with the position in the original of each of its characters, plus one for its end."""

    text: str
    offsets: tuple[int, ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that the folded span `start:end` came from, with combining marks at its end."""
        if start >= end:
            return self.offsets[start], self.offsets[start]
        return self.offsets[start], self.offsets[end]


def fold(text: str) -> str:
    """`text` without case, accents, ligatures and typographic variants; for comparing, never for showing."""
    # str.translate is some ten times faster than a call per character; it covers what French is written with.
    if _OUTSIDE_TABLE.search(text):
        return "".join(map(_fold_character, text))
    return text.translate(_TABLE)


_fold_word = lru_cache(maxsize=32768)(fold)
"""`fold` for words, which come again and again."""


def fold_with_offsets(text: str) -> Folded:
    """`fold(text)` with the way back; costs a few times more."""
    pieces: list[str] = []
    offsets: list[int] = []
    for position, character in enumerate(text):
        piece = _fold_character(character)
        pieces.append(piece)
        offsets.extend([position] * len(piece))
    offsets.append(len(text))
    return Folded("".join(pieces), tuple(offsets))


def squeeze(text: str) -> str:
    """`text` on one line, every run of white space (no-break spaces too) made one plain space."""
    return " ".join(text.split())


class Token(NamedTuple):
    """A word, number or sign of a text, with its folded form and its place in the text.

    A named tuple, since an article is made into hundreds: it is built in a third of the time of a frozen dataclass.
    """

    text: str
    folded: str
    start: int
    end: int

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital letter, as names do (also « iPhone », « xAI »)."""
        return self.text[0].isupper() or (not self.text.islower() and any(map(str.isupper, self.text)))


_ELIDED = r"(?:[dljnstmcDLJNSTMC]|[qQ]u|[jJ]usqu|[lL]orsqu|[pP]uisqu)['’ʼ](?=\w)"
_TOKEN = re.compile(
    rf"""
    # What most words are: the alternatives below would say the same, but later.
    [A-ZÀ-ÖØ-Þ]?[a-zà-öø-ÿœ]+(?=[\s,;:)»]) | [a-zà-öø-ÿœ]+(?=\.\s)
    | (?!\s)
    (?: (?:aujourd|Aujourd)['’]hui | [pP]resqu['’]\w+ | [jJ]usqu['’](?:ici|alors|à) | [qQ]uelqu['’]une?
    | [eE]x-(?=\w) | anti-(?=[A-Z])
    | {_ELIDED}
    | P\.?-?D\.?-?G\.? (?=\W|$) | (?:MM?|Dr|Pr|Mme|Mlle|St|Jr|Sr|Inc|Corp|Ltd|Co)\.(?=\s)
    | \d+(?:[.,\u00a0\u202f\ ]\d{{3}})+(?!\d) | \d+[.,]\d+
    | [A-Z]\.(?=[\s A-Z]) | (?:[A-Z]\.){{2,}}
    | \w+(?:[.]\b(?:com|ai|AI|io|fr|org|net|co|tech|app|eu|ia|gouv|be|ch)\b)+
    | \w+(?:[·.]e(?:[·.]?s)?\b)
    | (?:\w+&\w+)+
    | \w+?(?=-t-(?:il|elle|on|ils|elles)\b) | -t-(?:ils?|elles?|on)\b
    | \w+?(?=-(?:il|elle|on|ils|elles|nous|vous|je|ce|tu)\b) | -(?:ils?|elles?|on|nous|vous|je|ce|tu)\b
    | \w+(?:[\u00ad\u200b\u2060'’-]+\w+)*\+?
    | [^\w\s] )
    """,
    re.VERBOSE,
)


def tokens(text: str, start: int = 0, end: int | None = None) -> Iterator[Token]:
    """The words, numbers and signs of `text[start:end]`; places count characters of the whole `text`.

    French elisions (« l' », « qu' »), the prefix « ex- » and inverted pronouns (« -t-il ») stand alone; hyphenated
    words, names such as « Le Floc'h », domain names and inclusive forms stay whole.
    """
    for match in _TOKEN.finditer(text, start, len(text) if end is None else end):
        word, place = match[0], match.start()
        yield Token(word, _fold_word(word), place, place + len(word))


_BOUNDARY = re.compile(
    r"""
    \n+
    | (?=[.!?…])  # or every letter would be asked what stands before it
    (?:
      (?<![.!?…][.!?…])  # nothing begins in the midst of a row of signs, however long
      (?<![A-Z])(?<!\bM)(?<!\bMM)(?<!\bDr)(?<!\bSt)(?<!\bJr)(?<!\bPr)(?<!\bMme)(?<!\bInc)(?<!\bCorp)(?<!\bcf)(?<!\bMlle)
      (?!(?<=janv|févr|sept)\.\s\d)(?!(?<=avr|oct|nov|déc)\.\s\d)(?!(?<=juill)\.\s\d)  # « 15 janv. 2024 »
      [.!?…]++\s*+(?: [»"”’')]++\s++(?=[\w«"“‘'(\[–—•-])(?![a-zà-ÿ]) | (?<=\s)(?=[\w«"“‘'(\[–—•-])(?![a-zà-ÿ]) )
    | (?<=[A-Z]{2})(?<!\bMM)[.!?…]++\s*+(?: [»"”’')]++\s++(?=[A-ZÀ-Ý«"“]) | (?<=\s)(?=[A-ZÀ-Ý«"“]) )
    | (?<=[a-zà-ÿ»])[.!?](?=(?:[A-ZÀ-Ý][a-zà-ÿ]+|À)\s)
    )
    """,
    re.VERBOSE,
)


def sentences(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """The spans of the sentences of `text[start:end]`, without the white space around them.

    A line break always ends a sentence. Full stops after initials and French titles do not; those that lost the
    space behind them (« fin.Début ») do.
    """
    stop = len(text) if end is None else end
    for match in _BOUNDARY.finditer(text, start, stop):
        if text[start : match.end()].strip():
            yield _trimmed(text, start, match.end())
        start = match.end()
    if text[start:stop].strip():
        yield _trimmed(text, start, stop)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space at its ends."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())
