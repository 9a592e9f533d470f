"""The sums of money that an article names, and the features of one as a mover's pay."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from alerts.lexicon import Lexicon, NameType
from alerts.matching.amounts import Figure, figures, plain_spaces
from alerts.matching.currencies import CHEAP
from alerts.matching.features.scene import PREFIXES, Features, Scene
from alerts.matching.parties import How, Party
from alerts.matching.phrases import Chunk

__all__ = ["Figure", "figures", "pay_features"]

_WORD = re.compile(r"[a-z']+")
_STEM = 7
_BEFORE = 14
_AFTER = 10
_SENSES = (
    "pay", "earns", "pays", "funding", "turnover", "value", "deal", "cost", "legal", "loss", "before", "another",
    "each", "unsaid",
)  # fmt: skip
"""The lists of pay.toml that say what a sum is of."""
_NEARBY = 25
_ASIDE = 60
"""Characters between a sum and a word that is at it, and one that is near it."""
_FARTHEST = 150
_BEHIND, _OUTSIDE = 15, 100
"""Characters by which a word behind the sum, or outside its clause, counts as farther off."""
_CLAUSE = re.compile(r"[;:(]| (?:tandis que|alors que|quand|mais) ")
_MOST_MOVERS = 3
_LOOKED_BACK = 4
"""Sentences before a sum in which the person whom it goes on about may have been named."""


def pay_features(mover: Party, figure: Figure, scene: Scene) -> Features:
    """What speaks for the sum as this mover's pay, bonus or package."""
    out: Features = {f"pay={figure.pay}": None, f"denied={figure.denied}": None, f"told={figure.told}": None}
    amount = figure.amount
    size = len(str(amount.max or amount.min)) - 2 * (amount.currency in CHEAP)
    for name in (f"digits={size}", f"digits={size} {amount.period}", f"digits={size} {figure.pay}"):
        out[name] = None
    out[f"period={amount.period}"] = None
    out[f"rivals={min(3, figure.rivals)} {figure.pay}"] = None
    out[f"{PREFIXES[scene.rows[figure.sentence].zone]}zone"] = None
    out[f"sentences={min(4, *(abs(place.sentence - figure.sentence) for place in mover.places))}"] = None
    out[f"named={mover.named}"] = None
    for item in scene.readings_of(mover):
        out[f"kind={item.candidate.kind}"] = out[f"read={item.candidate.amount == amount}"] = None
    _words(figure, scene, out)
    _ties(mover, figure, scene, _senses(figure, scene, out), out)
    return out


def _words(figure: Figure, scene: Scene, out: Features) -> None:
    """The words before and behind the sum: as a bag, in pairs, and the nearest apart."""
    base = scene.article.sentences[figure.sentence].start
    folded = plain_spaces(scene.article.folded[figure.sentence])
    before = [(m[0][:_STEM], m.span()) for m in _WORD.finditer(folded, 0, figure.start)][::-1]
    after = [(m[0][:_STEM], m.span()) for m in _WORD.finditer(folded, figure.end)]
    for side, words, bag, pairs, near in (("before", before, _BEFORE, 7, 4), ("after", after, _AFTER, 5, 3)):
        for place, (word, (start, end)) in enumerate(words[:bag]):
            span = (base + start, base + end)
            if len(word) > 2:
                out.setdefault(f"{side}={word}", span)
                out.setdefault(f"around={word}", span)
                if place < near:
                    out.setdefault(f"near-{side}={word}", span)
        for (word, one), (following, other) in pairwise(words[: pairs + 1]):
            ends = (base + min(one[0], other[0]), base + max(one[1], other[1]))
            out.setdefault(f"{side}2={word} {following}", ends)


@lru_cache(maxsize=8)
def _cues(lexicon: Lexicon) -> re.Pattern[str]:
    """The beginnings of words that say what a sum is of, each kind a group."""
    kinds = (
        f"(?P<{sense}>{'|'.join(map(re.escape, sorted(lexicon.words(f'sums.{sense}'), key=len, reverse=True)))})"
        for sense in _SENSES
    )
    return re.compile(rf"(?<![\w])(?:{'|'.join(kinds)})")


def _senses(figure: Figure, scene: Scene, out: Features) -> str:
    """Tell the kinds of words around the sum by where they stand; the answer is the kind of the nearest."""
    base = scene.article.sentences[figure.sentence].start
    folded = plain_spaces(scene.article.folded[figure.sentence])
    begins, ends = _clause(folded, figure)
    found: list[tuple[int, str]] = []
    reach = (max(0, figure.start - _FARTHEST), figure.end + _FARTHEST)
    for match in _cues(scene.article.lexicon).finditer(folded, *reach):
        before = match.start() < figure.start
        gap = figure.start - match.end() if before else match.start() - figure.end
        if gap < 0:
            continue
        sense, side = match.lastgroup or "", "<" if before else ">"
        near = "at" if gap <= _NEARBY else "near" if gap <= _ASIDE else "far"
        inside = begins <= match.start() < ends
        span = (base + match.start(), base + match.end())
        out.setdefault(f"sense={sense}", span)
        out.setdefault(f"sense{side}{near}={sense}", span)
        if inside:
            out.setdefault(f"clause{side}={sense}", span)
        found.append((gap + (0 if before else _BEHIND) + (0 if inside else _OUTSIDE), sense))
    nearest = min(found, default=(0, "none"))[1]
    out[f"nearest={nearest}"] = out[f"nearest={nearest} {figure.amount.period}"] = None
    return nearest


def _clause(folded: str, figure: Figure) -> tuple[int, int]:
    """Where the clause of the sum begins and ends."""
    begins = max((found.end() for found in _CLAUSE.finditer(folded, 0, figure.start)), default=0)
    after = _CLAUSE.search(folded, figure.end)
    return begins, after.start() if after else len(folded)


@dataclass(frozen=True, slots=True)
class _Spoken:
    """Somebody of whom a sentence speaks: the character where, how, and whether it is the mover."""

    place: int
    how: How
    own: bool


def _ties(mover: Party, figure: Figure, scene: Scene, nearest: str, out: Features) -> None:
    """Whether the sentence of the sum, its clause or the one before it speaks of the mover, and who is between."""
    folded = plain_spaces(scene.article.folded[figure.sentence])
    spoken = _spoken(mover, figure.sentence, scene)
    begins, ends = _clause(folded, figure)
    clause = [who for who in spoken if begins <= who.place < ends]
    tie = _tie(spoken, figure.start) if spoken else _tie_before(mover, figure.sentence, scene)
    within = _tie(clause, figure.start) if clause else "nobody"
    movers = min(_MOST_MOVERS, len(scene.parties.movers))
    number = "one" if mover.named or mover.label else "group"
    for name in (movers, nearest, figure.pay, number, figure.amount.period):
        out[f"tie={tie} {name}"] = None
    for name in (tie, nearest):
        out[f"within={within} {name}"] = None
    out[f"tie={tie}"] = out[f"within={within}"] = None
    out[f"movers={movers}"] = out[f"persons={min(4, scene.parties.persons)}"] = None
    for who in spoken:
        if who.own:
            out[f"own={who.how} {'<' if who.place < figure.start else '>'}"] = None
    if scene.parties.movers[0] is mover:
        out["first"] = None


def _spoken(mover: Party, index: int, scene: Scene) -> list[_Spoken]:
    """Everybody of whom a sentence speaks, in order: named persons, and the places of all who may move.

    Those named in one row with the mover, or meant by one word, are no others: « X et Y », « elles ».
    """
    base, row = scene.article.sentences[index].start, scene.rows[index]
    own: dict[int, How] = {place.chunk: place.how for place in mover.places if place.sentence == index}
    shared = {other for chunk in own for other in range(row.listed(chunk)[0], row.listed(chunk)[1] + 1)}
    found = [_Spoken(row.spans[chunk][0] - base, how, True) for chunk, how in own.items()]
    for chunk, how in _others(mover, index, scene):
        if chunk not in shared:
            found.append(_Spoken(row.spans[chunk][0] - base, how, False))
    return sorted(found, key=lambda who: who.place)


def _others(mover: Party, index: int, scene: Scene) -> Iterator[tuple[int, How]]:
    """The chunks of a sentence that speak of somebody else than the mover."""
    for chunk, item in enumerate(scene.article.phrases[index].items):
        named = item.kind is Chunk.NAME and item.entity and item.entity.type is NameType.PERSON
        if named and item.entity is not mover.entity:
            yield chunk, How.NAME
    for party, place in scene.pointers.get(index, ()):
        if party is not mover:
            yield place.chunk, place.how


def _tie(spoken: list[_Spoken], start: int) -> str:
    """How those of whom a text speaks tie its sum to the mover."""
    own = [who for who in spoken if who.own]
    ahead = [who for who in spoken if who.place < start]
    if not own:
        return "others"
    if len(own) == len(spoken):
        return "alone-before" if ahead else "alone-behind"
    if ahead and ahead[-1].own:
        return "last"
    if any(who.own for who in ahead):
        return "first" if ahead[0].own else "between"
    return "behind" if ahead else "next" if spoken[0].own else "after-others"


def _tie_before(mover: Party, index: int, scene: Scene) -> str:
    """How the sentences before one that speaks of nobody tie it to the mover."""
    for back in range(1, min(index, _LOOKED_BACK) + 1):
        spoken = _spoken(mover, index - back, scene)
        if spoken:
            own = [who for who in spoken if who.own]
            only = "only" if len(own) == len(spoken) else "last" if spoken[-1].own else "among" if own else "others"
            return f"back-{only}" if back == 1 else f"far-{only}"
    return "silent"
