"""Who wins and who loses: how many people went from which firm to which, period by period. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from alerts.organisations import organisation_words, same_organisation
from alerts.stories.ladder import FIRM
from mercato.model import Kind, Route

NO_MOVE = frozenset({Kind.OFFER, Kind.RETENTION, Kind.BOARD})
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
        if not route.origin or not route.destination or route.status not in FIRM or route.kind in NO_MOVE:
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
    """One name per firm: the first of those that mean it.

    Two names mean one firm only where one of them begins or ends with the whole of the other: a few look-ups find them,
    however many firms share the word «Banque».
    """
    known: dict[str, str] = {}
    met: dict[str, int] = {}  # the names that are shown, in the order in which they were met
    whole: dict[str, str] = {}
    part: dict[tuple[str, ...], str] = {}

    def name(firm: str) -> str:
        if firm not in known:
            words = organisation_words(firm)
            ends = _ends(words)
            near = {other for end in ends if (other := whole.get("".join(end)))}
            if words in part:
                near.add(part[words])
            same = (other for other in sorted(near, key=met.__getitem__) if same_organisation(firm, other))
            known[firm] = next(same, firm)
            if known[firm] == firm:
                met[firm] = len(met)
                whole.setdefault("".join(words), firm)
                for end in ends:
                    part.setdefault(end, firm)
        return known[firm]

    return name


def _ends(words: tuple[str, ...]) -> set[tuple[str, ...]]:
    """The beginnings and the ends of a name, the name itself among them."""
    return {end for length in range(1, len(words) + 1) for end in (words[:length], words[-length:])}
