"""French text made comparable, without losing the way back to the original.

Folding maps case, accents, ligatures, apostrophes and the no-break spaces of French typography to plain ASCII-like
text, character by character, and remembers where each folded character came from, so that evidence found in folded
text can be shown in the reader's own words.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

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
    return "".join(map(_fold_character, text))


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
