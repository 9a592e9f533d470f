"""What an event of a story changed, as people read it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from alerts.stories.novelty import amount_text, figure_told
from alerts.turns import turn_label
from mercato.model import Amount, Novelty, Period, StoryEvent

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def event(novelty: Novelty, before: str, after: str) -> StoryEvent:
    return StoryEvent(id="e", story="s", article="a", at=NOW, novelty=novelty, before=before, after=after)


@pytest.mark.parametrize(
    ("novelty", "before", "after", "told"),
    [
        (Novelty.AMOUNT, "", "25000000..25000000 USD total", "25 millions de dollars"),
        (
            Novelty.AMOUNT,
            "25000000..25000000 USD total; 1000000.. EUR year",
            "..40000000 USD total",
            "jusqu’à 40 millions de dollars (déjà donné : 25 millions de dollars et plus de 1 million d’euros par an)",
        ),
        (
            Novelty.AMOUNT,
            "100000000..100000000 USD total",
            "100000000..100000000 USD total denied",
            "100 millions de dollars, démenti (déjà donné : 100 millions de dollars)",
        ),
        (Novelty.STATUS, "rumoured", "denied", "Rumeur → Démenti"),
        (Novelty.RETRACTED, "25000000..25000000 USD total", "", "25 millions de dollars"),
        (Novelty.RETRACTED, "Dupont; Fils", "", "Dupont; Fils"),
        (Novelty.DESTINATION, "", "Fondation 4000..5000", "Fondation 4000..5000"),
        (Novelty.CORRECTED, "destination=Kalibrix", "destination=Ondelune", "rejoint : Kalibrix → Ondelune"),
        (
            Novelty.CORRECTED,
            "amount=2000000..2000000 EUR total",
            "amount=200000..200000 EUR total",
            "rémunération : 2 millions d’euros → 200 000 €",
        ),
        (Novelty.CORRECTED, "role=directrice", "role=", "poste : directrice → (rien)"),
        (Novelty.REPEAT, "", "", ""),
    ],
)
def test_a_turn_is_told_in_words(novelty: Novelty, before: str, after: str, told: str) -> None:
    plain = turn_label(event(novelty, before, after), "fr").replace("\N{NO-BREAK SPACE}", " ")
    assert plain.replace("\N{NARROW NO-BREAK SPACE}", " ") == told


@pytest.mark.parametrize("period", list(Period))
@pytest.mark.parametrize(("low", "high"), [(1, 1), (None, 5), (7, None), (1, 9)])
def test_an_amount_is_read_back_from_its_text(low: int | None, high: int | None, period: Period) -> None:
    amount = Amount(min=low, max=high, currency="CHF", period=period)
    assert figure_told(amount_text(amount)) == (amount, False)
    assert figure_told(f"{amount_text(amount)} denied") == (amount, True)
