"""Which story comes first in a mail: how sure, how high, how much, how many. Hand-set weights, the same for everybody.

A denial weighs as much as a confirmation for readers who have had the rumour: they must not miss it. To others it is
little more than a rumour.
"""

from __future__ import annotations

from collections.abc import Mapping

from mercato.model import Kind, Status, Story
from mercato.text import fold

_STATUS: Mapping[Status, float] = {
    Status.CONFIRMED: 4,
    Status.DENIED: 2.5,
    Status.REPORTED: 3,
    Status.FAILED: 2,
    Status.REVERSED: 2.5,
    Status.RUMOURED: 1.5,
}
# Beginnings of folded roles and initials, by seniority.
_HEADS = ("pdg", "ceo", "p.-d.g", "president", "directeur general", "directrice generale", "dg", "fondat", "cofondat")
_CHIEFS = (
    "cto",
    "cfo",
    "coo",
    "cio",
    "dsi",
    "directeur",
    "directrice",
    "direction",
    "vice-president",
    "chef",
    "cheffe",
    "scientifique en chef",
    "chief",
)
_QUIET_KINDS = frozenset({Kind.BOARD, Kind.RETENTION, Kind.OFFER})
_DENIED_TO_ITS_READERS = 4


def importance(story: Story, *, told: bool = False) -> float:
    """A weight between about 1 and 12 for readers who have been `told` of the story or not; higher comes first."""
    denied = told and story.status is Status.DENIED
    return (
        (_DENIED_TO_ITS_READERS if denied else _STATUS[story.status])
        + _seniority(story.role)
        + _pay(story)
        + _crowd(story)
        + min(len({telling.outlet for telling in story.tellings}), 5) * 0.2
        - (0.5 if story.kind in _QUIET_KINDS else 0)
    )


def _seniority(role: str | None) -> float:
    folded = fold(role or "")
    if folded.startswith(_HEADS):
        return 1.5 if "adjoint" in folded or "delegue" in folded else 2.5
    return 1 if folded.startswith(_CHIEFS) else 0


def _pay(story: Story) -> float:
    """One point from a million on, two from ten, three from a hundred; currencies are close enough for that."""
    given = (figure.amount for figure in story.figures if not figure.denied)
    highest = max((amount.max or amount.min or 0 for amount in given), default=0)
    return float(sum(highest >= step for step in (1_000_000, 10_000_000, 100_000_000)))


def _crowd(story: Story) -> float:
    movers = max(len(story.people), (story.group.count or 2) if story.group else 0)
    return 1.5 if movers >= 10 else 0.5 if movers >= 3 else 0
