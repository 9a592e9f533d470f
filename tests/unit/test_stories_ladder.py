"""How firmly an event is established after several tellings."""

from __future__ import annotations

import pytest

from alerts.stories.ladder import climb
from mercato.model import Status

RUMOURED, REPORTED, CONFIRMED = Status.RUMOURED, Status.REPORTED, Status.CONFIRMED
DENIED, FAILED = Status.DENIED, Status.FAILED


@pytest.mark.parametrize(
    ("told", "reached"),
    [
        ([RUMOURED, REPORTED, CONFIRMED], CONFIRMED),
        ([CONFIRMED, RUMOURED, REPORTED], CONFIRMED),
        ([REPORTED, RUMOURED], REPORTED),
        ([RUMOURED, DENIED], DENIED),
        ([CONFIRMED, DENIED], DENIED),
        ([RUMOURED, DENIED, REPORTED, RUMOURED], DENIED),
        ([RUMOURED, DENIED, CONFIRMED], CONFIRMED),
        ([REPORTED, FAILED], FAILED),
        ([FAILED, CONFIRMED], CONFIRMED),
        ([FAILED, RUMOURED], FAILED),
    ],
)
def test_the_ladder_climbs_and_shows_denials(told: list[Status], reached: Status) -> None:
    assert climb(told) is reached


def test_nothing_told_reaches_nothing() -> None:
    assert climb([]) is None
