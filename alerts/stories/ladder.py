"""How firmly an event is established, from what its tellings say one after the other. Pure.

rumoured → reported → confirmed only climbs: an echo of the rumour that comes out after the confirmation lowers nothing.
A denial or a failure is shown whenever it comes, and only a confirmation gets past it: the press repeating its report
against a party's denial does not. What was confirmed and then fell through is reversed; a denial after a confirmation
is a denial. A confirmation after any of these is a new turn of the same event.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from alerts.stories.bundles import told
from mercato.model import Move, Status, Story, Telling, Voice

_RUNGS = {Status.RUMOURED: 0, Status.REPORTED: 1, Status.CONFIRMED: 2}
_ENDS = frozenset({Status.DENIED, Status.FAILED, Status.REVERSED})
FIRM = frozenset({Status.REPORTED, Status.CONFIRMED})
"""What is told as having happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """A status that a story reached, who said so and when."""

    status: Status
    at: datetime  # when the article came out
    telling: Telling


def climb(statuses: Iterable[Status]) -> Status | None:
    """The status after `statuses`, in the order in which they were told; None for none."""
    reached: Status | None = None
    for status in statuses:
        reached = _step(reached, status)
    return reached


def rungs(story: Story) -> tuple[Rung, ...]:
    """Every status that the story has had, in the order in which the articles came out.

    A departure that is certain stands above a destination that is not, so the last rung may be firmer than the status
    of the story, which speaks of the destination that it names.
    """
    found: list[Rung] = []
    for telling in story.tellings:
        for move in heard(telling):
            before = found[-1].status if found else None
            after = before if move.background else _step(before, move.status)
            if after is not None and after is not before:
                found.append(Rung(status=after, at=told(telling), telling=telling))
    return tuple(found)


def heard(telling: Telling) -> tuple[Move, ...]:
    """The moves of a telling as surely as its voice can tell them: an echo reports, it never confirms."""
    if telling.voice is Voice.OWN:
        return telling.moves
    return tuple(
        replace(move, status=Status.REPORTED) if move.status is Status.CONFIRMED else move for move in telling.moves
    )


def _step(reached: Status | None, told_status: Status) -> Status:
    """The status after one more telling."""
    if told_status is Status.FAILED and reached in (Status.CONFIRMED, Status.REVERSED):
        return Status.REVERSED
    return told_status if reached is None or _gets_past(told_status, reached) else reached


def _gets_past(status: Status, reached: Status) -> bool:
    if status in _ENDS or status is Status.CONFIRMED:
        return True
    return reached not in _ENDS and _RUNGS[status] > _RUNGS[reached]


def at_least(status: Status, rung: Status) -> bool:
    """Whether `status` stands on that rung or above it; denials and failures stand on none."""
    return status not in _ENDS and _RUNGS[status] >= _RUNGS[rung]
