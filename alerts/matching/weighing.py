"""Points: what each feature is worth for a question, by the tables that script/train fits (alerts/lexicon/points).

A question («is this the mover?», «is this the destination?») is answered by adding up the points of the features that
hold: logistic regression, so a sum is the logarithm of the odds, and 0 means as likely as not among the training
articles (for the statuses: if «yes» were as common as «no»). Nothing else enters, so every answer can be retraced by
hand from the tables.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import fsum

from alerts.matching.features.scene import Features, Sight, Span
from mercato.model import Evidence

ALWAYS = ""
"""The row of a table that counts whatever else holds."""
_DECISIVE = 6
_WORD = re.compile(r"\w{3}")
"""Words shorter than that say nothing to a reader out of their place."""
_LEAST = 0.1
"""Points below which words are not worth showing."""

Points = Mapping[str, float]


def weigh(seen: Features | Sight, points: Points) -> float:
    """The sum of the points of all features that hold; of the places, those of the weightiest.

    Rounded once, by `fsum`: the built-in sum rounds otherwise from Python 3.12 on, and equal points must stay equal.
    """
    return points.get(ALWAYS, 0.0) + _sum(seen, points)


def witnessed(sight: Sight, points: Points) -> Features:
    """The features that count: of the whole, and of the weightiest place."""
    best = max(sight.places, key=lambda place: _sum(place, points), default={})
    return {**sight.whole, **best}


def _sum(seen: Features | Sight, points: Points) -> float:
    if isinstance(seen, Sight):
        return _sum(seen.whole, points) + max((_sum(place, points) for place in seen.places), default=0.0)
    return fsum(points.get(name, 0.0) for name in seen)


def decisive(features: Features, points: Points, text: str, why: str) -> tuple[Evidence, ...]:
    """The words that weigh most, for or against, as evidence named `why`; a word's features are added up."""
    by_span: dict[Span, float] = {}
    for name, span in features.items():
        if span and name in points and (span in by_span or _WORD.search(text, *span)):
            by_span[span] = by_span.get(span, 0.0) + points[name]
    weighty = sorted(by_span.items(), key=lambda item: (-abs(item[1]), item[0]))[:_DECISIVE]
    return tuple(
        Evidence(start=start, end=end, text=text[start:end], why=why, points=round(value, 2))
        for (start, end), value in weighty
        if abs(value) >= _LEAST
    )
