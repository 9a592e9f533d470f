"""The sums of money that an article names, and the features of one as a mover's pay."""

from __future__ import annotations

import re
from itertools import pairwise

from alerts.matching.amounts import Figure, figures, plain_spaces
from alerts.matching.features.scene import PREFIXES, Features, Scene
from alerts.matching.parties import Party

__all__ = ["Figure", "figures", "pay_features"]

_WORD = re.compile(r"[a-z']+")
_STEM = 7
_BEFORE = 14
_AFTER = 10


def pay_features(mover: Party, figure: Figure, scene: Scene) -> Features:
    """What speaks for the sum as this mover's pay, bonus or package."""
    out: Features = {f"pay={figure.pay}": None, f"denied={figure.denied}": None}
    amount = figure.amount
    out[f"digits={len(str(amount.max or amount.min))}"] = out[f"period={amount.period}"] = None
    out[f"{PREFIXES[scene.rows[figure.sentence].zone]}zone"] = None
    out[f"sentences={min(4, *(abs(place.sentence - figure.sentence) for place in mover.places))}"] = None
    out[f"named={mover.named}"] = None
    for item in scene.readings:
        if mover.is_mover_of(item.candidate):
            out[f"kind={item.candidate.kind}"] = out[f"read={item.candidate.amount == amount}"] = None
    _words(figure, scene, out)
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
