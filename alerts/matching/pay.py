"""Every sum that an article plainly calls the pay of one who moves, with what it consists of. Pure.

Which sum is a mover's pay is decided with points (deciding.py), one for each mover. Contradictory figures are told
side by side, though, so here the grammar says what stands beside that one: a sum that is the value of a noun of pay,
in a sentence that speaks of this mover and of nobody else nearer by.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from alerts.lexicon import Lexicon, NameType
from alerts.matching.amounts import Figure, figures, plain_spaces
from alerts.matching.article import Article
from alerts.matching.composition import composition, governing, phrases
from alerts.matching.features.scene import Scene
from alerts.matching.names import Entity
from alerts.matching.parties import Party
from alerts.matching.phrases import Chunk
from alerts.pay import combined
from mercato.model import Amount, Composition, Pay, PayPart
from mercato.text import fold

_LOOSE = frozenset({"contrat", "contrats", "enveloppe", "paquet", "en tout", "au total"})
"""Nouns of pay that firms use of each other too."""
_OWN = re.compile(r"\b(?:son|sa|ses)\s+$")


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum of the article with the noun that it is the value of and with what it consists of."""

    figure: Figure
    noun: str | None
    owned: bool  # « son salaire »
    composition: Composition


@dataclass(frozen=True, slots=True)
class _Nouns:
    """The lexicon's nouns of pay as patterns."""

    any: re.Pattern[str]
    loose: frozenset[str]
    given: re.Pattern[str]  # what makes an offer somebody's
    former: re.Pattern[str]  # what makes it the pay of the post that is left


def sums(article: Article) -> tuple[Sum, ...]:
    """Every sum of the article that could be pay, in reading order."""
    found = list(figures(article))
    spans: dict[int, list[tuple[int, int]]] = {}
    for figure in found:
        spans.setdefault(figure.sentence, []).append((figure.start, figure.end))
    return tuple(_sum(figure, spans, article) for figure in found)


def read_pay(
    mover: Party, amount: Amount | None, denied: Amount | None, scene: Scene, found: Sequence[Sum]
) -> tuple[Pay, ...]:
    """What the article says of the mover's pay: the sums decided upon, and those that are plainly his beside them."""
    told: dict[tuple[Amount, bool], list[Composition]] = {}
    for sum_ in found:
        key = (sum_.figure.amount, sum_.figure.denied)
        if key in ((amount, False), (denied, True)) or _is_plain(mover, sum_, scene):
            told.setdefault(key, []).append(sum_.composition)
    return tuple(Pay(amount=value, composition=combined(some), denied=no) for (value, no), some in told.items())


def _sum(figure: Figure, spans: dict[int, list[tuple[int, int]]], article: Article) -> Sum:
    folded, own = plain_spaces(article.folded[figure.sentence]), spans[figure.sentence]
    which = own.index((figure.start, figure.end))
    later = figure.sentence + 1
    behind = plain_spaces(article.folded[later]) if later < len(article.folded) and later not in spans else ""
    nouns = _nouns(article.lexicon)
    noun = governing(folded, own, which, nouns.any, article.lexicon)
    place = folded.rfind(noun, 0, figure.start) if noun else -1
    owned = place >= 0 and _OWN.search(folded[:place]) is not None
    return Sum(figure, noun, owned, composition(folded, own, which, behind, article.lexicon))


@lru_cache(maxsize=8)
def _nouns(lexicon: Lexicon) -> _Nouns:
    return _Nouns(
        any=phrases(lexicon, *PayPart, "offers"),
        loose=_LOOSE | lexicon.words("pay.offers") | lexicon.words("pay.shares"),
        given=phrases(lexicon, "given"),
        former=phrases(lexicon, "former"),
    )


def _is_plain(mover: Party, sum_: Sum, scene: Scene) -> bool:
    """Whether the sentence leaves no doubt that the sum is this mover's pay."""
    if sum_.noun is None:
        return False
    nouns, figure = _nouns(scene.article.lexicon), sum_.figure
    folded = plain_spaces(scene.article.folded[figure.sentence])
    if sum_.noun in nouns.loose and not nouns.given.search(folded[: figure.start]):
        return False
    if nouns.former.search(folded):
        return False
    return _speaks_of(mover, figure, scene) or (sum_.owned and _goes_on_about(mover, figure, scene))


def _speaks_of(mover: Party, figure: Figure, scene: Scene) -> bool:
    """Whether the mover is the person named last before the sum, the only one named, or the only one spoken of."""
    named = _people(scene, figure.sentence)
    if not named:
        return [party for party in scene.parties.movers if _is_in(party, figure.sentence)] == [mover]
    ahead = [person for place, person in named if place < figure.start]
    return mover.entity in ahead[-1:] or (not ahead and {person for _, person in named} == {mover.entity})


def _goes_on_about(mover: Party, figure: Figure, scene: Scene) -> bool:
    """Whether the sentence names nobody and the one before it names the mover alone: « Son salaire … »."""
    if figure.sentence == 0 or _people(scene, figure.sentence):
        return False
    return {person for _, person in _people(scene, figure.sentence - 1)} == {mover.entity}


def _is_in(party: Party, sentence: int) -> bool:
    return any(place.sentence == sentence for place in party.places)


def _people(scene: Scene, index: int) -> list[tuple[int, Entity]]:
    """The persons that a sentence names, each with its place in characters of it; a surname stands for its bearer."""
    phrase = scene.article.phrases[index]
    base, tokens = phrase.sentence.start, phrase.sentence.tokens
    bearers = {fold(who.entity.name).split()[-1]: who.entity for who in scene.parties.movers if who.entity}
    found = []
    for item in phrase.items:
        if item.kind is Chunk.NAME and item.entity:
            person = item.entity if item.entity.type is NameType.PERSON else bearers.get(fold(item.entity.name))
            if person:
                found.append((tokens[item.start].start - base, person))
    return found
