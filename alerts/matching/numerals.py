"""French numerals in folded text, in figures, in words or in both: what they are worth and where they stand. Pure.

« 1,2 million », « 300'000 », « trois cent cinquante mille », « deux millions et demi », « un demi-million », « un
million trois », « huit cent nonante mille », « une centaine de milliers », « 250 k ». The words are the cardinal
numbers of Grevisse, “Le bon usage”, with the tens of Switzerland and Belgium.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_UNITS = {
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9,
    "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "vingt": 20,
    "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "septante": 70, "huitante": 80, "octante": 80,
    "quatre-vingt": 80, "quatre-vingts": 80, "quatre vingt": 80, "quatre vingts": 80, "nonante": 90,
}  # fmt: skip
_COLLECTIVES = {
    "dizaine": 10, "douzaine": 12, "quinzaine": 15, "vingtaine": 20, "trentaine": 30, "quarantaine": 40,
    "cinquantaine": 50, "soixantaine": 60, "centaine": 100,
}  # fmt: skip
_SCALES = {
    "mille": 10**3, "millier": 10**3, "milliers": 10**3, "k": 10**3, "lakh": 10**5, "lakhs": 10**5,
    "million": 10**6, "millions": 10**6, "m": 10**6, "mio": 10**6, "crore": 10**7, "crores": 10**7,
    "milliard": 10**9, "milliards": 10**9, "md": 10**9, "mds": 10**9, "mrd": 10**9, "mia": 10**9,
}  # fmt: skip
_PARTS = {"un quart": 0.25, "trois quarts": 0.75}
_HUNDREDS = frozenset({"cent", "cents"})
_HALVES = frozenset({"demi", "demie"})


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_DIGITS = r"(?:\d{1,3}(?:[ .']\d{3}){1,5}(?!\d)(?:,\d{1,9})?|\d{1,15}(?!\d)(?:[.,]\d{1,9})?)"
_MONEY = r"(?=\s?(?:[€$£¥]|d'|de |us\b|eur|usd|chf|cad|gbp|f?cfa|frs?\b|f\b))"
_SCALE = rf"(?:(?:milliards?|millions?|milliers?|mille|crores?|lakhs?|mds?|mrd|mia|mio)(?![a-z])|[km]{_MONEY})"
_WORD = rf"(?:(?:{_any([*_UNITS, *_HUNDREDS, *_HALVES])}|millions?|milliards?|mille)(?![a-z]))"
_WORDS = rf"(?!millions?|milliards?|cents\b|demi){_WORD}(?:(?: et |-et-|[ -]){_WORD})*"
_GROUPED = r"\d{3}[ .']\d{3}(?!\d)"
_NUMERAL = re.compile(
    rf"(?<!\w)(?<!\d[.,])(?:"
    rf"{_DIGITS}(?:[ -]?{_SCALE}(?: {_GROUPED}| et demie?\b| {_WORDS})?)?"
    rf"|(?:une )?(?:{_any(_COLLECTIVES)}) (?:de |d'){_SCALE}"
    rf"|(?:{_any(_PARTS)}) (?:de |d'){_SCALE}"
    rf"|{_WORDS}(?: (?:de |d')?(?:milliers|crores?|lakhs?)(?![a-z]))?"
    rf")"
)
_TOKEN = re.compile(
    rf"(?P<digits>{_DIGITS})|(?P<part>{_any(_PARTS)})(?= de | d')|(?P<collective>{_any(_COLLECTIVES)})"
    rf"|(?P<scale>{_any(_SCALES)})(?![a-z])|(?P<half>demie?)|(?P<hundred>cents?)|(?P<unit>{_any(_UNITS)})(?![a-z])"
)
_COLLOQUIAL = 10
"""« Un million trois » is 1,3 million: the digit behind the scale counts tenths of it."""


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number in a folded text: its characters there, its value, and whether it names its own scale."""

    start: int
    end: int
    value: float
    scale: int  # of « millions »: 10⁶; 1 for plain figures
    bare: bool  # figures of less than four digits without a scale: « 300 », which may borrow one


def numerals(folded: str) -> Iterator[Numeral]:
    """Every number of a folded text with ordinary spaces, in order."""
    for match in _NUMERAL.finditer(folded):
        count = _Count()
        for token in _TOKEN.finditer(match[0]):
            count.take(token)
        value = count.total()
        yield Numeral(match.start(), match.end(), value, count.scale, count.scale == 1 and value < 1000)


def number(folded: str) -> float | None:
    """The value of a text that is one number and nothing else, None for any other text."""
    found = next(numerals(folded), None)
    return found.value if found and (found.start, found.end) == (0, len(folded)) else None


class _Count:
    """Adds up the words of one number from left to right."""

    def __init__(self) -> None:
        self.scale = 1
        self._last = 1  # the scale that was told last
        self._whole = 0.0
        self._open: float | None = None  # what the next scale multiplies
        self._loose = False  # whether a lone unit has come behind a scale

    def take(self, token: re.Match[str]) -> None:
        """Count one more word."""
        text = token[0]
        if token["scale"]:
            self._multiply(_SCALES[text])
        elif token["half"]:
            self._halve()
        elif token["hundred"]:
            self._open = 100 * (self._open if self._open and self._open < 100 else 1)
            self._loose = False
        else:
            self._add(_plain(token))

    def total(self) -> float:
        """The value of the words so far."""
        rest = self._open or 0
        if self._loose and self._last >= _SCALES["million"]:
            rest *= self._last / _COLLOQUIAL
        return self._whole + rest

    def _add(self, value: float) -> None:
        self._loose = self._open is None and self._whole > 0 and 0 < value < _COLLOQUIAL
        goes_on = self._open is not None and _fits(self._open, value)
        self._open = (self._open or 0) + value if goes_on else value

    def _multiply(self, scale: int) -> None:
        if self._open is None and self._whole and scale > self.scale:  # « mille milliards »
            self._whole *= scale
        else:
            self._whole += (1 if self._open is None else self._open) * scale
        self.scale, self._last = max(scale, self.scale), scale
        self._open, self._loose = None, False

    def _halve(self) -> None:
        if self._open is None and self._whole:
            self._whole += self.scale / 2  # « un million et demi »
        else:
            self._open = 0.5 if self._open in {None, 1} else (self._open or 0) + 0.5  # « un demi-million »


def _fits(before: float, value: float) -> bool:
    """Whether the value goes on with the number before: « soixante » and « douze », not « deux » and « trois »."""
    tens = before % 100
    if tens == 0:
        return before > 0 and value < 100
    return (tens % 10 == 0 and value < 10 and tens != 10) or (tens in {60, 80} and value < 20) or _is_teen(tens, value)


def _is_teen(tens: float, value: float) -> bool:
    return tens in {10, 70, 90} and 7 <= value <= 9


def _plain(token: re.Match[str]) -> float:
    """The value of figures, of a unit, of a collective or of a part."""
    text = token[0]
    if token["digits"]:
        plain = text.replace(" ", "").replace("'", "")
        if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", plain):
            plain = plain.replace(".", "")
        return float(plain.replace(",", "."))
    return _PARTS.get(text) or _COLLECTIVES.get(text) or _UNITS[text]
