"""Pay as the text states it: bounds, scales, currencies, periods, and figures that are no pay."""

from __future__ import annotations

import pytest

from alerts.lexicon import load_lexicon
from alerts.matching.amounts import amount_in, find_amount
from alerts.matching.article import Article
from alerts.matching.reading import read
from mercato.model import Amount, Period

LEXICON = load_lexicon()


def pay(sentence: str) -> Amount | None:
    article = Article(read("Un titre", sentence, LEXICON), LEXICON)
    return find_amount(article, 1)


@pytest.mark.parametrize(
    ("sentence", "low", "high", "currency", "period"),
    [
        ("Elle touchera une prime d’un demi-million d’euros.", 500_000, 500_000, "EUR", Period.TOTAL),
        ("Son salaire ira de 70 000 à 90 000 francs par année.", 70_000, 90_000, "CHF", Period.YEAR),
        ("Sa rémunération est plafonnée à 120 000 euros.", None, 120_000, "EUR", Period.TOTAL),
        ("Son salaire ne pourra dépasser 64 000 euros.", None, 64_000, "EUR", Period.TOTAL),
        ("Une indemnité de 9 millions de francs CFA lui revient.", 9_000_000, 9_000_000, "XOF", Period.TOTAL),
        ("Il percevra 2 millions de couronnes par an.", 2_000_000, 2_000_000, "SEK", Period.YEAR),
        ("Elle percevra 150 000 euros par an, selon les ventes.", 150_000, 150_000, "EUR", Period.YEAR),
        ("Il n’a pas été recruté, malgré une offre de 300 000 dollars par an.", 300_000, 300_000, "USD", Period.YEAR),
    ],
)
def test_pay(sentence: str, low: int | None, high: int | None, currency: str, period: Period) -> None:
    assert pay(sentence) == Amount(min=low, max=high, currency=currency, period=period)


@pytest.mark.parametrize(
    "sentence",
    [
        "La société a levé 30 millions de francs l’an dernier.",
        "Le contrat vaut 14 millions de dollars sur cinq ans.",
        "Le tribunal l’a condamnée à verser 4 millions d’euros.",
        "Je n’ai pas touché 50 millions de dollars, dit-il de sa prime.",
    ],
)
def test_no_pay(sentence: str) -> None:
    assert pay(sentence) is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("40 millions de dollars", Amount(min=40_000_000, max=40_000_000, currency="USD")),
        (
            "10 à 20\u00a0millions d’euros par an",
            Amount(min=10_000_000, max=20_000_000, currency="EUR", period=Period.YEAR),
        ),
        ("plus de 80\u202f000\u00a0€", Amount(min=80_000, max=None, currency="EUR")),
        ("beaucoup", None),
        ("12 ans", None),
    ],
)
def test_a_sum_in_a_few_words_needs_no_sentence_around_it(text: str, wanted: Amount | None) -> None:
    assert amount_in(text) == wanted
