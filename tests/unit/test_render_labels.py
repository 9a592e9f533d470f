"""Amounts and dates in words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from alerts.amounts import amount_label, pay_label
from alerts.phrases import date_label, day_label, short_day_label
from mercato.model import Amount, Composition, PayPart, Period

B, F = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("low", "high", "currency", "period", "french", "english"),
    [
        (200_000_000, 200_000_000, "USD", "total", f"200{B}millions de dollars", "200 million dollars"),
        (80_000, 80_000, "EUR", "total", f"80{F}000{B}€", "€80,000"),
        (250_000, 250_000, "USD", "total", f"250{F}000{B}$", "$250,000"),
        (
            10_000_000,
            40_000_000,
            "USD",
            "year",
            f"de 10 à 40{B}millions de dollars par an",
            "10 to 40 million dollars a year",
        ),
        (100_000_000, None, "USD", "total", f"plus de 100{B}millions de dollars", "more than 100 million dollars"),
        (None, 80_000, "EUR", "total", f"jusqu’à 80{F}000{B}€", "up to €80,000"),
        (None, 1_500_000_000, "USD", "total", f"jusqu’à 1,5{B}milliard de dollars", "up to 1.5 billion dollars"),
        (1_200_000, 1_200_000, "EUR", "year", f"1,2{B}million d’euros par an", "1.2 million euros a year"),
        (
            1_000_000_000,
            1_500_000_000,
            "USD",
            "total",
            f"de 1 à 1,5{B}milliard de dollars",
            "1 to 1.5 billion dollars",
        ),
        (
            800_000,
            1_200_000,
            "EUR",
            "total",
            f"de 800{F}000{B}€ à 1,2{B}million d’euros",
            "€800,000 to 1.2 million euros",
        ),
        (80_000, 90_000, "EUR", "year", f"de 80{F}000 à 90{F}000{B}€ par an", "€80,000 to €90,000 a year"),
        (
            3_000_000,
            5_000_000,
            "GBP",
            "total",
            f"de 3 à 5{B}millions de livres sterling",
            "3 to 5 million pounds sterling",
        ),
        (2_000_000, 2_000_000, "CHF", "total", f"2{B}millions de francs suisses", "2 million Swiss francs"),
        (90_000, 90_000, "CHF", "total", f"90{F}000{B}francs suisses", "90,000 Swiss francs"),
        (1_234_567, 1_234_567, "USD", "total", f"1{F}234{F}567{B}$", "$1,234,567"),
        (0, 0, "EUR", "total", f"0{B}€", "€0"),
    ],
)
def test_amount(low: int | None, high: int | None, currency: str, period: str, french: str, english: str) -> None:
    amount = Amount(min=low, max=high, currency=currency, period=Period(period))
    assert amount_label(amount, "fr") == french
    assert amount_label(amount, "en").replace(B, " ") == english


@pytest.mark.parametrize(
    ("moment", "zone", "french", "english"),
    [
        (
            datetime(2026, 3, 18, 9, 30, tzinfo=UTC),
            "Europe/Paris",
            f"mercredi 18 mars 2026 à 10{B}h{B}30",
            "Wednesday 18 March 2026 at 10:30",
        ),
        (
            datetime(2026, 7, 31, 22, 5, tzinfo=UTC),
            "Europe/Paris",
            f"samedi 1er août 2026 à 0{B}h{B}05",
            "Saturday 1 August 2026 at 0:05",
        ),
        (
            datetime(2026, 3, 18, 12, 0, tzinfo=UTC),
            "America/Montreal",
            f"mercredi 18 mars 2026 à 8{B}h",
            "Wednesday 18 March 2026 at 8:00",
        ),
        (
            datetime(2026, 3, 29, 1, 0, tzinfo=UTC),  # clocks have just gone from 2 to 3
            "Europe/Paris",
            f"dimanche 29 mars 2026 à 3{B}h",
            "Sunday 29 March 2026 at 3:00",
        ),
    ],
)
def test_date(moment: datetime, zone: str, french: str, english: str) -> None:
    assert date_label(moment, zone, "fr") == french
    assert date_label(moment, zone, "en") == english


def test_days() -> None:
    moment = datetime(2026, 2, 28, 23, 30, tzinfo=UTC)
    assert day_label(moment, "Europe/Paris", "fr") == "dimanche 1er mars 2026"
    assert short_day_label(moment, "Europe/Paris", "fr") == f"1er{B}mars 2026"
    assert short_day_label(moment, "UTC", "en") == "28 February 2026"


@pytest.mark.parametrize(
    ("composition", "french", "english"),
    [
        (Composition(), "", ""),
        (Composition(parts=(PayPart.SIGNING_BONUS,)), " (prime d’arrivée)", " (signing bonus)"),
        (
            Composition(parts=(PayPart.PACKAGE, PayPart.SALARY, PayPart.SHARES), multi_year=True, years=4),
            " (rémunération totale, dont salaire et actions, sur 4 ans)",
            " (pay in all, with salary and shares, over 4 years)",
        ),
        (
            Composition(parts=(PayPart.BONUS, PayPart.OPTIONS), multi_year=True),
            " (bonus et options sur actions, sur plusieurs années)",
            " (bonus and stock options, over several years)",
        ),
    ],
)
def test_what_a_figure_consists_of(composition: Composition, french: str, english: str) -> None:
    amount = Amount(min=3_000_000, max=3_000_000, currency="EUR")
    assert pay_label(amount, composition, "fr") == amount_label(amount, "fr") + french
    assert pay_label(amount, composition, "en") == amount_label(amount, "en") + english
