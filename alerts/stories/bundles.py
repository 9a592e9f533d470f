"""Which moves of one article are told as one event. Pure.

«Durand et Martin quittent A pour B» is one event with two movers; an analysis that names five people who left A for B
at different times tells five. The moves of a bundle therefore agree in everything but the mover, and their evidence
lies close together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from alerts.organisations import organisation_words, same_organisation
from alerts.stories.names import name_words
from mercato.model import Kind, Move, Telling
from mercato.text import fold

_NEAR = 160
"""Characters between the evidence of two moves that one sentence, or a sentence and its «parmi eux», may hold."""

_DISTINCT = frozenset({Kind.DISMISSAL, Kind.OFFER, Kind.RETENTION, Kind.FOUNDING, Kind.BOARD})
"""Kinds that are an event of their own; of the others one mover may be «recruté» and the next «nommé»."""

_NO_POSITION = 1 << 30


def told(telling: Telling) -> datetime:
    """When the article came out; the same rule as `Article.told`."""
    return min(telling.published, telling.first_seen) if telling.published else telling.first_seen


def mover_key(move: Move) -> str:
    """The mover as text that is the same for every spelling of accents and word order."""
    if move.person is not None:
        return " ".join(sorted(name_words(move.person)))
    if move.group is None:
        return ""
    return f"{move.group.count or ''}:{fold(move.group.label)}"


def moves_key(moves: Iterable[Move]) -> str:
    """Who moves from where to where, as text: what a story's identifier is made of."""
    movers = sorted({mover_key(move) for move in moves})
    sides = sorted({f"{_words(move.origin)}>{_words(move.destination)}" for move in moves})
    return "|".join((*movers, *sides))


def in_reading_order(moves: Iterable[Move]) -> tuple[Move, ...]:
    """The moves once each, as they stand in the article; without evidence, in an order of their own that is fixed."""
    different = set(moves)
    if len(different) < 2:
        return tuple(different)
    return tuple(sorted(different, key=lambda move: (_start(move), move.person is None, mover_key(move), repr(move))))


def bundles(telling: Telling) -> list[Telling]:
    """The telling cut into one telling per event, in reading order."""
    parts: list[list[Move]] = []
    for move in in_reading_order(telling.moves):
        near = [part for part in parts if any(_together(move, other) for other in part)]
        joined = [other for part in near for other in part] + [move]
        parts = [part for part in parts if part not in near] + [joined]
    return [_with_moves(telling, part) for part in sorted(parts, key=_start_of)]


def combined(tellings: Iterable[Telling]) -> Telling:
    """One telling with the moves of all `tellings`, which are of one article."""
    parts = list(tellings)
    return _with_moves(parts[0], [move for part in parts for move in part.moves])


def one_bundle(some: Iterable[Move], others: Iterable[Move]) -> bool:
    """Whether a move of `some` and a move of `others`, all of one article, are told as one event."""
    rest = list(others)
    return any(_together(move, other) for move in some for other in rest)


def _with_moves(telling: Telling, moves: Iterable[Move]) -> Telling:
    ordered = in_reading_order(moves)
    return telling if ordered == telling.moves else replace(telling, moves=ordered)


def _together(one: Move, other: Move) -> bool:
    """Whether two moves of one article differ in the mover alone."""
    if one.group and other.group and one.group.count and other.group.count:
        return False
    if _circumstances(one) != _circumstances(other) or not _same_sides(one, other):
        return False
    return not _other_role(one, other) and _near(one, other)


def _circumstances(move: Move) -> tuple[object, ...]:
    kind = move.kind if move.kind in _DISTINCT else None
    return kind, move.status, move.amount


def _same_sides(one: Move, other: Move) -> bool:
    pairs = ((one.origin, other.origin), (one.destination, other.destination))
    return all(left == right or (left and right and same_organisation(left, right)) for left, right in pairs)


def _other_role(one: Move, other: Move) -> bool:
    return one.role is not None and other.role is not None and fold(one.role) != fold(other.role)


def _near(one: Move, other: Move) -> bool:
    """Whether the evidence of two moves overlaps or nearly so; moves without evidence are taken to be near."""
    gaps = [max(a.start, b.start) - min(a.end, b.end) for a in one.evidence for b in other.evidence]
    return not gaps or min(gaps) <= _NEAR


def _words(organisation: str | None) -> str:
    return " ".join(organisation_words(organisation)) if organisation else ""


def _start(move: Move) -> int:
    return min((evidence.start for evidence in move.evidence), default=_NO_POSITION)


def _start_of(part: list[Move]) -> tuple[int, str]:
    return min(map(_start, part)), moves_key(part)
