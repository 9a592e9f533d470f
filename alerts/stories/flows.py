"""Who wins and who loses: how many people went from which firm to which, period by period. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from alerts.organisations import organisation_words, same_organisation
from alerts.stories.ladder import FIRM
from mercato.model import Kind, Route

_NO_MOVE = frozenset({Kind.OFFER, Kind.RETENTION, Kind.BOARD})
"""What is no change of employer even when it is established."""


class Span(StrEnum):
    """The length of the periods that flows are counted by."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What went from one firm to another in one period."""

    period: str  # "2026-03", "2026-Q1", "2026", or "" for all time
    origin: str
    destination: str
    people: int  # at least: a group without a count is counted as one
    stories: int


def flows(routes: Iterable[Route], span: Span) -> list[Flow]:
    """Established moves between two different firms, counted; the newest period first, the largest flow first in it.

    A firm is the same under every name that `same_organisation` takes for one; the first that is met is shown.
    """
    people, stories = Counter[tuple[str, str, str]](), Counter[tuple[str, str, str]]()
    name = _one_name()
    for route in routes:
        if not route.origin or not route.destination or route.status not in FIRM or route.kind in _NO_MOVE:
            continue
        origin, destination = name(route.origin), name(route.destination)
        if origin == destination:
            continue
        key = _period(route.month, span), origin, destination
        people[key] += route.people
        stories[key] += route.stories
    found = [
        Flow(period=key[0], origin=key[1], destination=key[2], people=people[key], stories=stories[key])
        for key in people
    ]
    found.sort(key=lambda flow: (-flow.people, flow.origin, flow.destination))
    return sorted(found, key=lambda flow: flow.period, reverse=True)


def _period(month: str, span: Span) -> str:
    year, _, number = month.partition("-")
    match span:
        case Span.MONTH:
            return month
        case Span.QUARTER:
            return f"{year}-Q{(int(number) + 2) // 3}"
        case Span.YEAR:
            return year
        case Span.ALL:
            return ""


def _one_name() -> Callable[[str], str]:
    """One name per firm: the first of those that mean it."""
    by_word: dict[str, list[str]] = {}
    known: dict[str, str] = {}

    def name(firm: str) -> str:
        if firm not in known:
            words = organisation_words(firm) or (firm,)
            ends = {words[0], words[-1], "".join(words)}
            same = (other for word in sorted(ends) for other in by_word.get(word, ()) if same_organisation(firm, other))
            known[firm] = next(same, firm)
            for word in ends:
                by_word.setdefault(word, []).append(known[firm])
        return known[firm]

    return name
