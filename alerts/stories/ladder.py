"""How firmly an event is established, from what its tellings say one after the other. Pure.

rumoured → reported → confirmed only climbs: an echo of the rumour that comes out after the confirmation lowers nothing.
A denial or a failure is shown whenever it comes, and only a confirmation gets past it: the press repeating its report
against a party's denial does not.
"""

from __future__ import annotations

from collections.abc import Iterable

from mercato.model import Status

_RUNGS = {Status.RUMOURED: 0, Status.REPORTED: 1, Status.CONFIRMED: 2}
_ENDS = frozenset({Status.DENIED, Status.FAILED})
FIRM = frozenset({Status.REPORTED, Status.CONFIRMED})
"""What is told as having happened."""


def climb(statuses: Iterable[Status]) -> Status | None:
    """The status after `statuses`, in the order in which they were told; None for none."""
    reached: Status | None = None
    for status in statuses:
        if reached is None or _gets_past(status, reached):
            reached = status
    return reached


def _gets_past(status: Status, reached: Status) -> bool:
    if status in _ENDS or status is Status.CONFIRMED:
        return True
    return reached not in _ENDS and _RUNGS[status] > _RUNGS[reached]


def at_least(status: Status, rung: Status) -> bool:
    """Whether `status` stands on that rung or above it; denials and failures stand on none."""
    return status not in _ENDS and _RUNGS[status] >= _RUNGS[rung]
