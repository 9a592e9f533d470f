"""What sums of money consist of, by the words at them, and whose pay they plainly are."""

from __future__ import annotations

import pytest

from alerts.lexicon import load_lexicon
from alerts.matching.article import Article
from alerts.matching.judging import reason
from alerts.matching.output import to_json
from alerts.matching.pay import read_pay, sums
from alerts.matching.reading import read
from mercato.model import Composition, Match, Move, PayPart

LEXICON = load_lexicon()
SALARY, BONUS, SIGNING = PayPart.SALARY, PayPart.BONUS, PayPart.SIGNING_BONUS
SHARES, OPTIONS, SEVERANCE, PACKAGE = PayPart.SHARES, PayPart.OPTIONS, PayPart.SEVERANCE, PayPart.PACKAGE


def compositions(body: str) -> list[Composition]:
    return [found.composition for found in sums(Article(read("Un titre", body, LEXICON), LEXICON))]


@pytest.mark.parametrize(
    ("sentence", "parts"),
    [
        ("Elle touchera un salaire fixe de 400 000 euros.", (SALARY,)),
        ("Une prime de bienvenue de 2 millions d’euros lui est promise.", (SIGNING,)),
        ("Le bonus à la signature atteindrait 3 millions de dollars.", (SIGNING,)),
        ("Elle reçoit 5 millions de dollars en actions.", (SHARES,)),
        ("Il obtient 900 000 euros de BSPCE.", (OPTIONS,)),
        ("Il repart avec des stock-options pour 2 millions d’euros.", (OPTIONS,)),
        ("Son bonus s’élève à 300 000 euros.", (BONUS,)),
        ("Sa part variable monte à 120 000 euros.", (BONUS,)),
        ("Il part avec une indemnité de départ de 700 000 euros.", (SEVERANCE,)),
        ("Un package de 12 millions de dollars, salaire, bonus et actions.", (PACKAGE, SALARY, BONUS, SHARES)),
        ("Sa rémunération totale dépasse 6 millions d’euros.", (PACKAGE,)),
        ("Sa rémunération fixe dépasse 600 000 euros.", (SALARY,)),
        ("Elle touchera un salaire de 400 000 euros, hors actions.", (SALARY,)),
        ("Elle aurait obtenu 8 millions d’euros.", ()),
    ],
)
def test_words_at_a_sum_say_what_it_consists_of(sentence: str, parts: tuple[PayPart, ...]) -> None:
    assert [found.parts for found in compositions(sentence)] == [parts]


@pytest.mark.parametrize(
    ("sentence", "first", "second"),
    [
        ("Un salaire de 500 000 euros et une prime de 2 millions d’euros.", SALARY, BONUS),
        ("Elle aura 500 000 euros de salaire, 2 millions d’euros en actions.", SALARY, SHARES),
        ("Une prime d’arrivée de 90 000 euros, assortie d’un fixe de 200 000 euros.", SIGNING, SALARY),
    ],
)
def test_two_sums_of_a_sentence_keep_their_own_words(sentence: str, first: PayPart, second: PayPart) -> None:
    assert [found.parts for found in compositions(sentence)] == [(first,), (second,)]


@pytest.mark.parametrize(
    ("body", "multi_year", "years"),
    [
        ("Un package de 8 millions de dollars sur quatre ans.", True, 4),
        ("Un package pluriannuel de 8 millions de dollars.", True, None),
        ("Un package de 8 millions de dollars. La somme serait versée sur trois ans.", True, 3),
        ("Un package de 8 millions de dollars. La société existe depuis trois ans.", False, None),
        ("Un salaire de 800 000 dollars par an.", False, None),
    ],
)
def test_years_over_which_a_sum_is_paid(body: str, multi_year: bool, years: int | None) -> None:
    (found,) = compositions(body)
    assert (found.multi_year, found.years) == (multi_year, years)


def test_the_next_sentence_may_say_what_a_sum_consists_of() -> None:
    (found,) = compositions("Un contrat de 9 millions d’euros. Le montant comprend une prime d’arrivée et des actions.")
    assert found.parts == (PACKAGE, SIGNING, SHARES)


def moves(title: str, body: str) -> tuple[Move, ...]:
    judgement = reason(title, body, LEXICON, None).judgement
    assert isinstance(judgement, Match)
    return judgement.moves


TITLE = "Intelligence artificielle : Maëlle Kerdraon quitte Mistral AI pour Google DeepMind"
LEAD = "La chercheuse Maëlle Kerdraon rejoint Google DeepMind après trois ans chez Mistral AI. "


def plainly(body: str, person: str) -> list[int | None]:
    """The sums that are the person's by the grammar alone, whatever the points say."""
    scene = reason(TITLE, body, LEXICON, None).scene
    assert scene is not None
    (party,) = (party for party in scene.parties.movers if party.name == person)
    return [pay.amount.max for pay in read_pay(party, None, None, scene, sums(scene.article))]


def test_two_sums_of_one_mover_stand_side_by_side() -> None:
    body = (
        LEAD + "Elle touchera un salaire de 900 000 euros. Kerdraon obtient une prime d’arrivée de 2 millions d’euros."
    )
    (told,) = (move.pay for move in moves(TITLE, body) if move.person == "Maëlle Kerdraon")
    assert [(pay.amount.max, pay.composition.parts) for pay in told] == [
        (900_000, (SALARY,)),
        (2_000_000, (SIGNING,)),
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "Le patron du laboratoire, Aurélien Quintard, touche un salaire de 3 millions d’euros.",
        "Mistral AI a signé un contrat de 40 millions d’euros avec une banque.",
        "La société a levé 200 millions d’euros.",
    ],
)
def test_another_persons_pay_and_a_firms_business_are_not_the_movers_pay(sentence: str) -> None:
    assert plainly(LEAD + sentence, "Maëlle Kerdraon") == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Kerdraon touchera un salaire de 3 millions d’euros.",
        "Un package de 3 millions d’euros a été promis à Maëlle Kerdraon.",
        "Le patron du laboratoire, Aurélien Quintard, a offert à Kerdraon une prime de 3 millions d’euros.",
        "Son salaire serait de 3 millions d’euros.",
    ],
)
def test_a_sum_is_the_pay_of_whoever_is_named_last_before_it_or_alone(sentence: str) -> None:
    assert plainly(LEAD + sentence, "Maëlle Kerdraon") == [3_000_000]


def test_pay_of_somebody_who_does_not_move_here_is_an_aside_and_no_part_of_the_answer() -> None:
    body = (
        LEAD + "Le patron du laboratoire, Aurélien Quintard, touche un package de 30 millions de dollars sur cinq ans."
    )
    found = moves(TITLE, body)
    (aside,) = (move for move in found if move.aside)
    assert (aside.person, aside.background) == ("Aurélien Quintard", True)
    assert [pay.composition for pay in aside.pay] == [Composition(parts=(PACKAGE,), multi_year=True, years=5)]
    judgement = reason(TITLE, body, LEXICON, None).judgement
    told = to_json("a", judgement)["moves"]
    assert isinstance(told, list)
    assert "Aurélien Quintard" not in [move["person"] for move in told]


def test_what_is_denied_of_a_sum_is_kept_apart_from_what_others_claim_of_it() -> None:
    body = (
        LEAD + "Selon un concurrent, Kerdraon obtenait un package de 9 millions d’euros. "
        "Kerdraon a démenti toute prime d’arrivée de 9 millions d’euros : c’est faux, dit-elle."
    )
    (told,) = (move.pay for move in moves(TITLE, body) if move.person == "Maëlle Kerdraon")
    assert {(pay.denied, pay.composition.parts) for pay in told} == {(False, (PACKAGE,)), (True, (SIGNING,))}
