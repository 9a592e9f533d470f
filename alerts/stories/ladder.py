"""How firmly an event is established, from what its tellings say one after the other. Pure.

rumoured → reported → confirmed only climbs: an echo of the rumour that comes out after the confirmation lowers nothing.
A denial or a failure is shown whenever it comes, and only a confirmation gets past it: the press repeating its report
against a party's denial does not. What was confirmed and then fell through is reversed; a denial after a confirmation
is a denial. A confirmation after any of these is a new turn of the same event.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from alerts.organisations import same_organisation
from alerts.stories.bundles import told
from mercato.model import Move, Status, Story, Telling, Voice

_RUNGS = {Status.RUMOURED: 0, Status.REPORTED: 1, Status.CONFIRMED: 2}
_ENDS = frozenset({Status.DENIED, Status.FAILED, Status.REVERSED})
FIRM = frozenset({Status.REPORTED, Status.CONFIRMED})
"""What is told as having happened."""

_AT_ONCE, _SOON = timedelta(0), timedelta(days=3)


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
    for telling, moves in heard_together(story.tellings):
        for move in moves:
            before = found[-1].status if found else None
            after = before if move.background else _step(before, move.status)
            if after is not None and after is not before:
                found.append(Rung(status=after, at=told(telling), telling=telling))
    return tuple(found)


def heard(telling: Telling) -> tuple[Move, ...]:
    """The moves of a telling as surely as its voice can tell them: an echo reports, it never confirms."""
    if telling.voice is Voice.OWN:
        return telling.moves
    return tuple(_reported(move) for move in telling.moves)


def heard_together(tellings: Sequence[Telling]) -> list[tuple[Telling, tuple[Move, ...]]]:
    """Each telling, in the order in which they came out, with its moves as surely as the others let them be taken.

    A denial or a refusal is often retold with the words of the move itself. So one outlet alone that seems to confirm
    it within days merely reports it, unless a person read the article.
    """
    plain = [(telling, heard(telling)) for telling in tellings]
    ends = [(told(telling), move) for telling, moves in plain for move in moves if move.status in _ENDS]
    if not ends:
        return plain
    return [
        (telling, tuple(_reported(move) if _is_doubtful(telling, move, ends, plain) else move for move in moves))
        for telling, moves in plain
    ]


def _is_doubtful(
    telling: Telling,
    move: Move,
    ends: Iterable[tuple[datetime, Move]],
    plain: Iterable[tuple[Telling, tuple[Move, ...]]],
) -> bool:
    """Whether the move is confirmed by one outlet alone within days of a denial or a refusal of the same."""
    if move.status is not Status.CONFIRMED or not move.evidence:
        return False
    ended = [at for at, end in ends if _SOON >= told(telling) - at >= _AT_ONCE and _same_destination(end, move)]
    if not ended:
        return False
    since = min(ended)
    confirming = {
        other.outlet
        for other, moves in plain
        if told(other) >= since and any(some.status is Status.CONFIRMED for some in moves)
    }
    return len(confirming) < 2


def _same_destination(end: Move, move: Move) -> bool:
    if end.destination is None or move.destination is None:
        return True
    return same_organisation(end.destination, move.destination)


def _reported(move: Move) -> Move:
    return replace(move, status=Status.REPORTED) if move.status is Status.CONFIRMED else move


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
