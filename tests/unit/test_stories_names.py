"""Whether two names mean one person."""

from __future__ import annotations

import pytest

from alerts.stories.names import Likeness, fullest, likeness, name_keys


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Ruoming Pang", "ruoming pang", Likeness.EXACT),
        ("Ruoming Pang", "Pang Ruoming", Likeness.EXACT),
        ("Isidore Makélélé-Ross", "Isidore Makelele Ross", Likeness.EXACT),
        ("Yann Le Cun", "Yann LeCun", Likeness.EXACT),
        ("Mme Zoé Œttinger", "Zoe Oettinger", Likeness.EXACT),
        ("Jean d’Alembert", "Jean D'Alembert", Likeness.EXACT),
        ("Jean-Pierre Durand", "J.-P. Durand", Likeness.VARIANT),
        ("R. Pang", "Ruoming Pang", Likeness.VARIANT),
        ("Rachel Abecassis-Thorn", "Rachel Abecassis", Likeness.VARIANT),
        ("Aleksandr Wang", "Alexandr Vang", Likeness.VARIANT),
        ("Anselm Vogtländer", "Anselm Vogtlaender", Likeness.VARIANT),
        ("Pang", "Ruoming Pang", Likeness.SURNAME),
        ("M. Van Daele", "Hector Van Daele", Likeness.SURNAME),
        ("Paul Durand", "Pierre Durand", Likeness.NONE),
        ("Pascal Durand", "Pascale Durand", Likeness.NONE),
        ("Bowen Zhang", "Bowen Zhao", Likeness.NONE),
        ("P. Durand", "Jeanne Durand", Likeness.NONE),
        ("Pang", "Wang", Likeness.NONE),
        ("", "Pang", Likeness.NONE),
    ],
)
def test_likeness_is_graded_and_symmetric(one: str, other: str, expected: Likeness) -> None:
    assert likeness(one, other) is likeness(other, one) is expected


def test_alike_names_share_a_key() -> None:
    assert name_keys("R. Pang") & name_keys("Pang Ruoming")
    assert name_keys("Vang") & name_keys("Aleksandr Wang")


def test_the_fullest_spelling_has_whole_words_and_accents() -> None:
    assert fullest(["Pang", "R. Pang", "Ruoming Pang"]) == "Ruoming Pang"
    assert fullest(["Zoe Pang", "Zoé Pang"]) == "Zoé Pang"
    assert fullest(["Zoe Pang", "Zoé Pang", "Zoe Pang"]) == "Zoe Pang"
