"""Units that the text itself places in a firm: « Kerlo Labs, la filiale de recherche du groupe Wexelia »."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from alerts.lexicon import Lexicon
from alerts.matching.candidates import Span
from alerts.matching.reading import Sentence

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
