"""Flows and months out of moves: firms in any spelling, by firm and by sector."""

from __future__ import annotations

from alerts.stories.flows import Flow
from mercato.model import Kind, Route, Status
from review.currents import Firms, broadest, months


def moves(month: str, origin: str | None, destination: str, stories: int, status: Status = Status.CONFIRMED) -> Route:
    return Route(
        month=month, origin=origin, destination=destination, people=stories, stories=stories, status=status,
        kind=Kind.HIRE,
    )  # fmt: skip


def flow(origin: str, destination: str, stories: int) -> Flow:
    return Flow(period="", origin=origin, destination=destination, people=stories, stories=stories)


MOVES = [
    moves("2026-02", "Nébulia", "Corvex", 2),
    moves("2026-03", "Nebulia", "Corvex", 1),
    moves("2026-03", "Apple", "OpenAI", 2),
    moves("2026-03", "Corvex", "corvex", 5),
    moves("2026-03", None, "Corvex", 1),
]


def test_a_firm_is_the_same_in_any_spelling_and_takes_nobody_from_itself() -> None:
    assert broadest(MOVES, Firms(), 10) == [flow("Nébulia", "Corvex", 3), flow("Apple", "OpenAI", 2)]
    assert broadest(MOVES, Firms(), 1) == [flow("Nébulia", "Corvex", 3)]


def test_a_rumour_is_a_movement_but_no_flow() -> None:
    rumour = moves("2026-03", "Apple", "OpenAI", 9, Status.RUMOURED)
    assert broadest([*MOVES, rumour], Firms(sector="ai"), 10) == [flow("Apple", "OpenAI", 2)]
    assert months([rumour], Firms()) == [("2026-03", 9)]


def test_firm_and_sector_on_either_side() -> None:
    assert broadest(MOVES, Firms(firm="NÉBULIA"), 10) == [flow("Nébulia", "Corvex", 3)]
    assert broadest(MOVES, Firms(sector="ai"), 10) == [flow("Apple", "OpenAI", 2)]
    assert broadest(MOVES, Firms(sector="telecoms"), 10) == []
    assert broadest(MOVES, Firms(firm="Corvex", sector="ai"), 10) == []


def test_months_count_what_names_one_firm_only_too() -> None:
    assert months(MOVES, Firms()) == [("2026-02", 2), ("2026-03", 9)]
    assert months(MOVES, Firms(sector="ai")) == [("2026-03", 2)]
