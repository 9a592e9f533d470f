"""What a sum of money consists of, by the words at it: fixed pay, bonus, shares, all in all; over how many years. Pure.

The nouns and phrases are the lexicon's (pay.toml); here stands how far the words at a sum reach: French puts the noun
before it (« une prime de … ») or hangs it on behind (« … d'actions »), and a sentence with several sums parts the words
between two of them at the first comma or « et ».
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from alerts.lexicon import Lexicon
from mercato.model import Composition, PayPart

Span = tuple[int, int]

_BEFORE = 60
_AFTER = 110
"""Characters of a sentence within which words belong to a sum, unless another sum or clause comes between."""
_REFERRING = 200
"""Characters of the next sentence that are read when it goes on about the sum: « Le montant comprend … »."""
_GOVERNED = 45
"""Characters between a noun and its sum: « un package d'une valeur de plus de … »."""
_MOST_YEARS = 10

_CLAUSE = re.compile(r"[;:]| (?:mais|alors que|tandis que|contre|puis) ")
_PARTING = re.compile(r"[,;:]| (?:et|ou|plus|ainsi qu\w*|assorti\w*|outre|contre|auquel|auxquels|avec) ")
_HOLDS = re.compile(r"(?:[^\w(«\"]*\b(?!(?:et|qui|que|dont|par|chez|mais|ou|pour|avec)\b)[\w'-]+)*[^\w,;:()«\"]*")
_HUNG_ON = r"\s*(?:de |d'|en )\s*"
_ARTICLES = r"\s+(?:(?:les?|la|des?|du|une?|ses|son|sa|en)\s+|l'|d')*"


@dataclass(frozen=True, slots=True)
class _Words:
    """The lexicon's words for pay as patterns."""

    parts: Mapping[str, PayPart]
    part: re.Pattern[str]
    multi_year: re.Pattern[str]
    years: re.Pattern[str]
    left_out: re.Pattern[str]  # « hors », right before a part
    referring: re.Pattern[str]
    hung_on: re.Pattern[str]


def composition(folded: str, spans: Sequence[Span], which: int, behind: str, lexicon: Lexicon) -> Composition:
    """What the sum `spans[which]` of a folded sentence consists of, given the places of all its sums, in order.

    `behind` is the next sentence, folded; "" when it holds sums of its own.
    """
    words = _words(lexicon)
    texts = [_ahead(folded, spans, which, words), _behind(folded, spans, which, words)]
    if words.referring.match(behind):
        texts.append(behind[:_REFERRING])
    found = {part for text in texts for part in _parts(text, words)}
    years = next((number for text in texts for number in _years(text, words, lexicon)), None)
    multi_year = years is not None or any(words.multi_year.search(text) for text in texts)
    return Composition(parts=tuple(part for part in PayPart if part in found), multi_year=multi_year, years=years)


def governing(folded: str, spans: Sequence[Span], which: int, nouns: re.Pattern[str], lexicon: Lexicon) -> str | None:
    """The noun of which the sum is the value: « une prime [de plus] de … », « … de salaire »; None when none is."""
    words = _words(lexicon)
    ahead = _ahead(folded, spans, which, words)
    for noun in reversed(list(nouns.finditer(ahead))):
        rest = ahead[noun.end() :]
        if len(rest) <= _GOVERNED and _HOLDS.fullmatch(rest) and not _is_left_out(ahead, noun.start(), words):
            return noun[0]
    hung = words.hung_on.match(folded, spans[which][1])
    return hung["part"] if hung else None


def phrases(lexicon: Lexicon, *keys: str) -> re.Pattern[str]:
    """Any phrase of these lists of pay.toml, whole words, the longest first."""
    return _any({phrase for key in keys for phrase in lexicon.words(f"pay.{key}")})


@lru_cache(maxsize=8)
def _words(lexicon: Lexicon) -> _Words:
    parts = {phrase: part for part in PayPart for phrase in lexicon.words(f"pay.{part.value}")}
    part, numbers = _any(parts), "|".join(map(re.escape, lexicon.numbers))
    return _Words(
        parts=parts,
        part=part,
        multi_year=phrases(lexicon, "multi-year"),
        years=re.compile(
            rf"\b(?:sur|en|pendant) (?:une (?:periode|duree) (?:de |d')|les )?(?P<years>\d\d?|{numbers})"
            r" (?:prochaine?s? )?(?:ans|annees)\b"
        ),
        left_out=re.compile(rf"(?<!\w)(?:{_alternatives(lexicon.words('pay.left-out'))}){_ARTICLES}$"),
        referring=phrases(lexicon, "referring"),
        hung_on=re.compile(rf"{_HUNG_ON}(?P<part>{part.pattern})"),
    )


def _any(some: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{_alternatives(some)})(?![\w-])")


def _alternatives(some: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(some, key=lambda phrase: (-len(phrase), phrase))))


def _ahead(folded: str, spans: Sequence[Span], which: int, words: _Words) -> str:
    """The words before a sum that are its own."""
    start = spans[which][0]
    text = _parted(folded[spans[which - 1][1] : start], words)[1] if which else folded[:start]
    clause = [found.end() for found in _CLAUSE.finditer(text)]
    return text[clause[-1] if clause else 0 :][-_BEFORE:]


def _behind(folded: str, spans: Sequence[Span], which: int, words: _Words) -> str:
    """The words behind a sum that are its own."""
    end = spans[which][1]
    text = folded[end:]
    if which + 1 < len(spans):
        text = _parted(folded[end : spans[which + 1][0]], words)[0]
    clause = _CLAUSE.search(text)
    return text[: clause.start() if clause else None][:_AFTER]


def _parted(between: str, words: _Words) -> tuple[str, str]:
    """The words between two sums, the first one's and the second one's: without a sign, a noun goes before its sum."""
    sign = _PARTING.search(between)
    if sign:
        return between[: sign.start()], between[sign.end() :]
    hung = words.hung_on.match(between)
    place = hung.end() if hung else 0
    return between[:place], between[place:]


def _parts(text: str, words: _Words) -> Iterator[PayPart]:
    for found in words.part.finditer(text):
        if not _is_left_out(text, found.start(), words):
            yield words.parts[found[0]]


def _is_left_out(text: str, start: int, words: _Words) -> bool:
    return words.left_out.search(text[:start]) is not None


def _years(text: str, words: _Words, lexicon: Lexicon) -> Iterator[int]:
    for found in words.years.finditer(text):
        told = found["years"]
        number = int(told) if told.isdigit() else lexicon.numbers[told]
        if 2 <= number <= _MOST_YEARS:
            yield number
