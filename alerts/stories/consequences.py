"""What follows from a move: the seat left empty and who takes it, departures that belong together. Pure.

A chain («X replaces Y, who went to Z») is read off the links of story after story: Y's story is linked to X's, and
X's to that of whoever takes the seat that X left.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from alerts.organisations import same_organisation
from alerts.stories.bundles import told
from alerts.stories.ladder import FIRM
from alerts.stories.names import likeness
from alerts.stories.recalls import news
from alerts.stories.resemblance import stems
from alerts.stories.silhouettes import SEASON, silhouette
from mercato.model import Kind, Status, Story

_TOGETHER = timedelta(days=30)
"""Departures from one firm to the same place within a month are told as one wave."""

_STAYING = frozenset({Kind.OFFER, Kind.RETENTION, Kind.BOARD, Kind.PROMOTION})


class LinkKind(StrEnum):
    """How another story belongs to this one; the values are part of the JSON contract."""

    SUCCESSOR = "successor"  # its mover takes the seat that this one leaves
    INTERIM = "interim"  # its mover keeps the seat that this one leaves until somebody takes it
    PREDECESSOR = "predecessor"  # its mover left the seat that this one takes
    TOGETHER = "together"  # its mover leaves the same firm for the same place, or is told of in the same breath


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Another story that belongs to this one."""

    kind: LinkKind
    story: Story


class SeatState(StrEnum):
    """What has become of a seat that was left; the values are part of the JSON contract."""

    VACANT = "vacant"  # nobody is known to have taken it
    INTERIM = "interim"
    FILLED = "filled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """The seat that a story's mover leaves, as far as it is told."""

    organisation: str
    role: str
    state: SeatState
    taken_by: Story | None


def neighbours(story: Story) -> frozenset[str]:
    """The keys under which the stories lie that `links` may link with this one."""
    return silhouette(story.tellings).neighbours()


def links(story: Story, others: Iterable[Story]) -> tuple[Link, ...]:
    """How `others` belong to `story`, the earliest first; those that do not are left out."""
    ordered = sorted(others, key=lambda other: (_first(other), other.id))
    found = ((kind, other) for other in ordered if other.id != story.id and (kind := _link(story, other)))
    return tuple(Link(kind=kind, story=other) for kind, other in found)


def seat(story: Story, linked: Iterable[Link]) -> Seat | None:
    """The seat that the story's mover leaves; None where none is told, or where the move is not established."""
    roles = _left(story)
    if story.origin is None or not roles or story.status not in FIRM:
        return None
    by_kind = {link.kind: link.story for link in linked}
    for kind, state in ((LinkKind.SUCCESSOR, SeatState.FILLED), (LinkKind.INTERIM, SeatState.INTERIM)):
        if kind in by_kind:
            return Seat(organisation=story.origin, role=roles[0], state=state, taken_by=by_kind[kind])
    return Seat(organisation=story.origin, role=roles[0], state=SeatState.VACANT, taken_by=None)


def _link(story: Story, other: Story) -> LinkKind | None:
    if not (story.tellings and other.tellings) or _same_people(story, other):
        return None
    if _succeeds(other, story):
        return LinkKind.INTERIM if other.kind is Kind.INTERIM else LinkKind.SUCCESSOR
    if _succeeds(story, other):
        return LinkKind.PREDECESSOR
    return LinkKind.TOGETHER if _together(story, other) else None


def _succeeds(comer: Story, leaver: Story) -> bool:
    """Whether the one takes the seat that the other leaves: the firm alone is not enough, the seat must be told."""
    if not (comer.people and leaver.people) or leaver.status not in FIRM or comer.status in _UNDONE:
        return False
    if not _is(comer.destination, leaver.origin) or _is(comer.origin, leaver.destination) is True:
        return False
    if abs(_first(comer) - _first(leaver)) > SEASON:
        return False
    left, taken = stems(" ".join(_left(leaver))), stems(" ".join(_taken(comer)))
    if left and taken and not taken <= _TOP:
        return bool(left & taken)
    return bool(_articles(comer) & _articles(leaver))


_TOP = stems("tête, commandes, barre, rênes")
"""Words for the top of a firm that name no seat («prend la tête de…»): they differ from the title of whoever leaves."""

_UNDONE = frozenset({Status.DENIED, Status.FAILED, Status.REVERSED})


def _together(story: Story, other: Story) -> bool:
    if {story.status, other.status} - FIRM or {story.kind, other.kind} & _STAYING:
        return False
    if not _is(story.origin, other.origin) or abs(_first(story) - _first(other)) > _TOGETHER:
        return False
    return _is(story.destination, other.destination) or bool(_articles(story) & _articles(other))


def _same_people(story: Story, other: Story) -> bool:
    return any(likeness(one, two) for one in story.people for two in other.people)


def _left(story: Story) -> list[str]:
    """The seats that are left: roles told without a destination."""
    return _roles(story, taken=False)


def _taken(story: Story) -> list[str]:
    return _roles(story, taken=True)


def _roles(story: Story, *, taken: bool) -> list[str]:
    moves = (move for telling in news(story.tellings) for move in telling.moves)
    return list(dict.fromkeys(move.role for move in moves if move.role and (move.destination is not None) is taken))


def _articles(story: Story) -> set[str]:
    return {telling.article for telling in news(story.tellings)}


def _first(story: Story) -> datetime:
    return min(told(telling) for telling in news(story.tellings))


def _is(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and same_organisation(one, other)
