"""Flows and months out of moves: firms in any spelling, by firm and by sector."""

from __future__ import annotations

from review.currents import Firms, Flow, flows, months
from storage.browse import DatedMove


def told(month: str, origin: str | None, destination: str | None, times: int) -> list[DatedMove]:
    return [DatedMove(f"{month} {origin} {number}", month, origin, destination) for number in range(times)]


MOVES = [
    *told("2026-02", "Nébulia", "Corvex", 2),
    *told("2026-03", "Nebulia", "Corvex", 1),
    *told("2026-03", "Apple", "OpenAI", 2),
    *told("2026-03", "Corvex", "corvex", 5),
    *told("2026-03", None, "Corvex", 1),
]


def test_a_firm_is_the_same_in_any_spelling_and_takes_nobody_from_itself() -> None:
    assert flows(MOVES, 10) == [Flow("Nebulia", "Corvex", 3), Flow("Apple", "OpenAI", 2)]
    assert flows(MOVES, 1) == [Flow("Nebulia", "Corvex", 3)]


def test_firm_and_sector_on_either_side() -> None:
    assert flows(Firms(firm="NÉBULIA").among(MOVES), 10) == [Flow("Nebulia", "Corvex", 3)]
    assert flows(Firms(sector="ai").among(MOVES), 10) == [Flow("Apple", "OpenAI", 2)]
    assert flows(Firms(sector="telecoms").among(MOVES), 10) == []
    assert flows(Firms(firm="Corvex", sector="ai").among(MOVES), 10) == []


def test_months_count_what_names_one_firm_only_too() -> None:
    assert months(Firms().among(MOVES)) == [("2026-02", 2), ("2026-03", 9)]
    assert months(Firms(sector="ai").among(MOVES)) == [("2026-03", 2)]
