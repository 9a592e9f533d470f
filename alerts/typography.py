"""How text is set: made safe for one line, shortened, spaced by the French rules.

Spacing follows the Office québécois de la langue française and the Imprimerie nationale: a no-break space before the
colon and inside guillemets, a narrow one before ; ! ? and between the digits of a number.
"""

from __future__ import annotations

import re
import unicodedata

NBSP = "\u00a0"
NNBSP = "\u202f"

_SPACES = rf"[ {NBSP}{NNBSP}\u2009]+"
_RULES = (
    (re.compile(rf"{_SPACES}(?=:(?:\s|$))"), NBSP),
    (re.compile(rf"{_SPACES}(?=[;!?](?:[\s;!?.…»)\]]|$))"), NNBSP),
    (re.compile(rf"«{_SPACES}"), f"«{NBSP}"),
    (re.compile(rf"{_SPACES}»"), f"{NBSP}»"),
    (re.compile(rf"(?<=\d){_SPACES}(?=[€$£%°])"), NBSP),
    (re.compile(rf"(?<=\d){_SPACES}(?=(?:millions?|milliards?)\b)"), NBSP),
    (re.compile(r"(?<!\d)(\d{1,3})((?:[ \u00a0\u202f]\d{3})+)(?!\d)"), None),
)
# Kept although they are format characters: joiners are part of emoji and of some scripts' spelling.
_JOINERS = "\u200c\u200d"


def french_spaces(text: str) -> str:
    """`text` with each space that French typography wants unbreakable made so; no space is added or removed.

    Idempotent. Addresses and times («10:30») stay as they are, since they hold no space before their colon.
    """
    for pattern, space in _RULES:
        text = pattern.sub(space, text) if space else pattern.sub(_narrow_digits, text)
    return text


def _narrow_digits(number: re.Match[str]) -> str:
    return re.sub(r"\D", NNBSP, number[0])


def one_line(text: str, limit: int) -> str:
    """`text` from outside, fit for one line of a mail or of a header: at most `limit` characters.

    Control characters, line ends, lone surrogates, private-use and direction-changing characters are gone, so that it
    can neither start a header nor show other words than it holds. No-break spaces stay where they were.
    """
    # Four times the limit is plenty for what survives, and keeps a megabyte of title from costing a second.
    head = text[: 4 * limit + 64]
    # What Python calls printable holds nothing that has to go; most text is, and is spared a look at each character.
    kept = head if head.isprintable() else "".join(map(_harmless, head))
    if "  " in kept:
        kept = re.sub(r" {2,}", " ", kept)
    return shorten(kept.strip(f" {NBSP}{NNBSP}"), limit)


def _harmless(character: str) -> str:
    if character in _JOINERS or character in (NBSP, NNBSP):
        return character
    category = unicodedata.category(character)
    if character.isspace() or category in ("Cc", "Zl", "Zp"):
        return " "
    return "" if category in ("Cf", "Cs", "Co", "Cn") else character


def shorten(text: str, limit: int) -> str:
    """`text` cut to at most `limit` characters, between words where there is a space in the last third, with «…»."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    space = head.rfind(" ")
    if space >= 2 * limit // 3:
        head = head[:space]
    return head.rstrip(f" ,;:-–—{NBSP}{NNBSP}") + "…"


def capitalised(text: str) -> str:
    """`text` with a capital first letter; the rest is left alone."""
    return text[:1].upper() + text[1:]
