"""Flows and months out of moves: firms in any spelling, by firm and by sector."""

from __future__ import annotations

from review.currents import Firms, Flow, flows, months
from storage.browse import Moves

MOVES = [
    Moves("2026-02", "Nébulia", "Corvex", 2),
    Moves("2026-03", "Nebulia", "Corvex", 1),
    Moves("2026-03", "Apple", "OpenAI", 2),
    Moves("2026-03", "Corvex", "corvex", 5),
    Moves("2026-03", None, "Corvex", 1),
]


def test_a_firm_is_the_same_in_any_spelling_and_takes_nobody_from_itself() -> None:
    assert flows(MOVES, Firms(), 10) == [Flow("Nebulia", "Corvex", 3), Flow("Apple", "OpenAI", 2)]
    assert flows(MOVES, Firms(), 1) == [Flow("Nebulia", "Corvex", 3)]


def test_firm_and_sector_on_either_side() -> None:
    assert flows(MOVES, Firms(firm="NÉBULIA"), 10) == [Flow("Nebulia", "Corvex", 3)]
    assert flows(MOVES, Firms(sector="ai"), 10) == [Flow("Apple", "OpenAI", 2)]
    assert flows(MOVES, Firms(sector="telecoms"), 10) == []
    assert flows(MOVES, Firms(firm="Corvex", sector="ai"), 10) == []


def test_months_count_what_names_one_firm_only_too() -> None:
    assert months(MOVES, Firms()) == [("2026-02", 2), ("2026-03", 9)]
    assert months(MOVES, Firms(sector="ai")) == [("2026-03", 2)]
