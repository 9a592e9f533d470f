"""Names that the text itself says to mean another one: units of a firm (« Kerlo Labs, la filiale de recherche du groupe
Wexelia »), and abbreviations (« l'Agence du numérique public, l'ANP »).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from alerts.lexicon import Lexicon
from alerts.matching.candidates import Span
from alerts.matching.reading import Sentence
from mercato.text import Token

_LONGEST = 10  # words between a unit and its firm
_OPENING = frozenset({",", "("})
_CLOSING = frozenset({",", ";", ":", ".", ")", "(", "«", "»", "qui", "que", "qu'", "et", "dont"})
_OF = frozenset({"de", "d'", "du", "des"})


def units(
    spans: Sequence[Span], sentences: Sequence[Sentence], lexicon: Lexicon
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The keys of each unit and of the firm that it belongs to, as appositions tell: units count as their parents."""
    for unit, firm in pairwise(spans):
        if unit.sentence != firm.sentence or unit.key == firm.key or firm.start - unit.end > _LONGEST:
            continue
        between = [token.folded for token in sentences[unit.sentence].tokens[unit.end : firm.start]]
        if between and between[0] in _OPENING and _tells_a_unit(between[1:], lexicon):
            yield unit.key, firm.key


def _tells_a_unit(words: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether words such as « la filiale ivoirienne du groupe » stand between both names."""
    nouns = lexicon.words("organisation_heads.units")
    head = next((place for place, word in enumerate(words[:3]) if word in nouns), None)
    if head is None or _CLOSING & set(words):
        return False
    behind = words[head + 1 :]
    links = [place for place, word in enumerate(behind) if word in _OF]
    return bool(links) and all(word in lexicon.words("organisation_heads.firms") for word in behind[links[-1] + 1 :])


_FARTHEST = 14  # words between the beginning of a name and its abbreviation
_SMALL_WORDS = frozenset(
    ["de", "d'", "du", "des", "la", "le", "l'", "les", "et", "a", "au", "aux", "en", "pour", "of", "for", "the", "and"]
)


def abbreviations(
    spans: Sequence[Span], sentences: Sequence[Sentence]
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The keys of each abbreviation and of the name that it stands for: « l'Agence du numérique public, l'ANP, »,
    « Institut national de l'image (INI) ».
    """
    for place, short in enumerate(spans):
        words = sentences[short.sentence].tokens
        if not _brackets(words, short):
            continue
        for long in reversed(spans[:place]):
            if long.sentence != short.sentence or short.start - long.start > _FARTHEST:
                break
            initials = [word.folded[0] for word in words[long.start : short.start] if word.folded not in _SMALL_WORDS]
            if long.end - long.start > 1 and _stands_for(short.key[-1], [*filter(str.isalpha, initials)]):
                yield short.key, long.key
                break


def _brackets(words: Sequence[Token], short: Span) -> bool:
    """Whether the span is one word of capitals behind « ( », or behind a comma with its article."""
    text = words[short.start].text
    if short.end - short.start > 1 or len(text) < 2 or not text.isalpha() or short.start < 2:
        return False
    before = [word.folded for word in words[short.start - 2 : short.start]]
    return before[1] == "(" or (text.isupper() and before[0] == "," and before[1] in {"la", "le", "l'"})


def _stands_for(short: str, initials: Sequence[str]) -> bool:
    """Whether the letters of `short` are initials of the words, in order, from the first on."""
    left = iter(initials)
    return short[:1] == "".join(initials[:1]) and all(letter in left for letter in short)
