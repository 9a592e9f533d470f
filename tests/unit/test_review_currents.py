"""Flows and months out of moves: firms in any spelling, by firm and by sector."""

from __future__ import annotations

from alerts.stories.flows import Flow
from mercato.model import Kind, Status
from review.currents import Firms, broadest, months
from storage.browse import DatedMove


def moves(
    month: str, origin: str | None, destination: str, stories: int, status: Status = Status.CONFIRMED
) -> list[DatedMove]:
    names = (f"{month} {origin} {status} {number}" for number in range(stories))
    return [DatedMove(name, month, origin, destination, 1, status, Kind.HIRE) for name in names]


def flow(origin: str, destination: str, stories: int) -> Flow:
    return Flow(period="", origin=origin, destination=destination, people=stories, stories=stories)


MOVES = [
    *moves("2026-02", "Nébulia", "Corvex", 2),
    *moves("2026-03", "Nebulia", "Corvex", 1),
    *moves("2026-03", "Apple", "OpenAI", 2),
    *moves("2026-03", "Corvex", "corvex", 5),
    *moves("2026-03", None, "Corvex", 1),
]


def test_a_firm_is_the_same_in_any_spelling_and_takes_nobody_from_itself() -> None:
    assert broadest(MOVES, 10) == [flow("Nébulia", "Corvex", 3), flow("Apple", "OpenAI", 2)]
    assert broadest(MOVES, 1) == [flow("Nébulia", "Corvex", 3)]


def test_a_rumour_is_a_movement_but_no_flow() -> None:
    rumour = moves("2026-03", "Apple", "OpenAI", 9, Status.RUMOURED)
    assert broadest(Firms(sector="ai").among([*MOVES, *rumour]), 10) == [flow("Apple", "OpenAI", 2)]
    assert months(rumour) == [("2026-03", 9)]


def test_firm_and_sector_on_either_side() -> None:
    assert broadest(Firms(firm="NÉBULIA").among(MOVES), 10) == [flow("Nébulia", "Corvex", 3)]
    assert broadest(Firms(sector="ai").among(MOVES), 10) == [flow("Apple", "OpenAI", 2)]
    assert broadest(Firms(sector="telecoms").among(MOVES), 10) == []
    assert broadest(Firms(firm="Corvex", sector="ai").among(MOVES), 10) == []


def test_months_count_what_names_one_firm_only_too() -> None:
    assert months(Firms().among(MOVES)) == [("2026-02", 2), ("2026-03", 9)]
    assert months(Firms(sector="ai").among(MOVES)) == [("2026-03", 2)]
