"""Pay as the text states it: bounds, scales, currencies, periods, and figures that are no pay."""

from __future__ import annotations

import pytest

from alerts.lexicon import load_lexicon
from alerts.matching.amounts import amount_in, figures, find_amount
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
        ("Elle gagnera deux millions et demi d’euros par an.", 2_500_000, 2_500_000, "EUR", Period.YEAR),
        ("Il touchera trois cent cinquante mille euros brut par an.", 350_000, 350_000, "EUR", Period.YEAR),
        ("Sa rémunération sera de 350 k€.", 350_000, 350_000, "EUR", Period.TOTAL),
        ("Un package de 1,2 M€ lui est promis.", 1_200_000, 1_200_000, "EUR", Period.TOTAL),
        ("Elle touche 130'000 francs par an.", 130_000, 130_000, "CHF", Period.YEAR),
        ("Son salaire sera entre 300 et 400 000 euros.", 300_000, 400_000, "EUR", Period.TOTAL),
        ("Son fixe passe de 900 000 à 1,1 million d’euros.", 1_100_000, 1_100_000, "EUR", Period.TOTAL),
        ("Il percevra 9.500 dollars par mois.", 114_000, 114_000, "USD", Period.YEAR),
        ("Son salaire annuel est de 180 000 euros.", 180_000, 180_000, "EUR", Period.YEAR),
        ("Il recevra 4 millions de dollars singapouriens.", 4_000_000, 4_000_000, "SGD", Period.TOTAL),
        ("Elle percevra 45 millions de shillings ougandais.", 45_000_000, 45_000_000, "UGX", Period.TOTAL),
        ("À Oslo, il touchera 3 millions de couronnes.", 3_000_000, 3_000_000, "NOK", Period.TOTAL),
        ("À Montréal, son salaire est de 287 000 $.", 287_000, 287_000, "CAD", Period.TOTAL),
        ("Sa prime de bienvenue est de CHF 200'000.", 200_000, 200_000, "CHF", Period.TOTAL),
        ("Il touchera 90 000 livres au maximum.", None, 90_000, "GBP", Period.TOTAL),
        ("Son salaire est de 300 000 euros au moins.", 300_000, None, "EUR", Period.TOTAL),
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


def highest(body: str) -> list[tuple[int | None, str]]:
    article = Article(read("Un titre", body, LEXICON), LEXICON)
    return [(figure.amount.max, figure.amount.currency) for figure in figures(article)]


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("Elle touchera 290 000 francs, contre 205 000 auparavant.", [(290_000, "CHF"), (205_000, "CHF")]),
        ("Le premier toucherait 2 millions de dollars. La seconde, 950 000.", [(2_000_000, "USD"), (950_000, "USD")]),
        ("Elle touchera 290 000 francs. Le groupe compte 205 000 clients.", [(290_000, "CHF")]),
        ("Le groupe compte 205 000 clients et vise 300 000.", []),
    ],
)
def test_a_sum_without_a_currency_has_that_of_the_sum_before(body: str, wanted: list[tuple[int, str]]) -> None:
    assert highest(body) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("40 millions de dollars", Amount(min=40_000_000, max=40_000_000, currency="USD")),
        (
            "10 à 20\u00a0millions d’euros par an",
            Amount(min=10_000_000, max=20_000_000, currency="EUR", period=Period.YEAR),
        ),
        ("plus de 80\u202f000\u00a0€", Amount(min=80_000, max=None, currency="EUR")),
        ("des millions d’euros", None),
        ("40 % de hausse", None),
        ("beaucoup", None),
        ("12 ans", None),
    ],
)
def test_a_sum_in_a_few_words_needs_no_sentence_around_it(text: str, wanted: Amount | None) -> None:
    assert amount_in(text) == wanted


def test_endless_figures_are_no_sum_and_no_crowd() -> None:
    assert highest(f"Iris Valembois rejoint Corvex pour {'1' * 20_000} euros.") == []
