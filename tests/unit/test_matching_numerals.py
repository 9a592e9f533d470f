"""Numbers in figures and in words: whatever is written down is read as what it was."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from alerts.matching.numerals import number, numerals
from mercato.text import fold

_SMALL = (
    "", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize",
    "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf",
)  # fmt: skip
_TENS = ("", "", "vingt", "trente", "quarante", "cinquante", "soixante", "soixante", "quatre-vingt", "quatre-vingt")
_SWISS = (*_TENS[:7], "septante", "huitante", "nonante")


def _below_hundred(value: int, swiss: bool) -> str:
    if value < 20:
        return _SMALL[value]
    ten, unit = divmod(value, 10)
    if not swiss and ten in {7, 9}:
        unit += 10
    word = (_SWISS if swiss else _TENS)[ten]
    if not unit:
        return word + ("s" if word == "quatre-vingt" else "")
    link = " et " if unit in {1, 11} and word != "quatre-vingt" else "-"
    return word + link + _SMALL[unit]


def _below_thousand(value: int, swiss: bool) -> str:
    hundreds, rest = divmod(value, 100)
    words = [] if not hundreds else ["cent"] if hundreds == 1 else [_SMALL[hundreds], "cents" if not rest else "cent"]
    return " ".join([*words, *([_below_hundred(rest, swiss)] if rest else [])])


def spelt(value: int, *, swiss: bool = False) -> str:
    """The French words of a whole number below a million millions."""
    words = []
    for scale, name in ((10**9, "milliard"), (10**6, "million"), (10**3, "mille")):
        count, value = divmod(value, scale)
        if count:
            one = [] if name == "mille" and count == 1 else [_below_thousand(count, swiss)]
            words += [*one, name + ("s" if count > 1 and name != "mille" else "")]
    return " ".join([*words, *([_below_thousand(value, swiss)] if value else [])])


_WHOLE = st.integers(min_value=1, max_value=999 * 10**9 + 999)


@example(127_003_001, False, False)
@given(_WHOLE, st.booleans(), st.booleans())
def test_a_number_in_words_is_read_as_what_it_was(value: int, swiss: bool, reformed: bool) -> None:
    if value > 10**6 and value % 10**6 < 10:
        value += 10  # « un million trois » is said of 1,3 million
    words = spelt(value, swiss=swiss)
    assert number(fold(words.replace(" ", "-") if reformed else words)) == value


@given(_WHOLE, st.sampled_from([" ", ".", "'", "\u202f", "\u00a0", "’"]))
def test_thousands_may_be_set_off_by_any_sign(value: int, sign: str) -> None:
    assert number(fold(f"{value:,}".replace(",", sign)).replace("\u202f", " ").replace("\u00a0", " ")) == value


@given(
    st.integers(min_value=1, max_value=999),
    st.integers(min_value=0, max_value=9),
    st.sampled_from([("mille", 10**3), ("million", 10**6), ("millions", 10**6), ("milliards", 10**9), ("mds", 10**9)]),
)
def test_figures_and_a_scale_multiply(whole: int, tenths: int, scale: tuple[str, int]) -> None:
    assert number(f"{whole},{tenths} {scale[0]}") == pytest.approx((whole + tenths / 10) * scale[1])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("deux millions et demi", 2_500_000),
        ("un demi-million", 500_000),
        ("un million trois", 1_300_000),
        ("un million trois cent mille", 1_300_000),
        ("1 million 200 000", 1_200_000),
        ("trois quarts de million", 750_000),
        ("une centaine de milliers", 100_000),
        ("une dizaine de millions", 10_000_000),
        ("onze cents", 1_100),
        ("12 crores", 120_000_000),
        ("2,5 mia", 2_500_000_000),
    ],
)
def test_numbers_as_people_say_them(text: str, value: int) -> None:
    assert number(text) == value


@pytest.mark.parametrize("text", ["", "millions", "un homme", "2024-2025", "dix pour cent", "3 m"])
def test_other_texts_are_no_single_number(text: str) -> None:
    assert number(text) is None


@pytest.mark.parametrize(
    "text", ["1" * 5000, "cent " * 2000, "milliard " * 2000, "mille millions " * 900, "1 234 " * 900]
)
def test_no_text_makes_a_number_too_large(text: str) -> None:
    assert all(one.value < 10**40 for one in numerals(text))


def test_every_number_of_a_sentence_is_found_where_it_stands() -> None:
    sentence = "il passe de 300 a 400 000 euros, et de 2,5 m€ a trois millions"
    assert [(sentence[one.start : one.end], one.value) for one in numerals(sentence)] == [
        ("300", 300),
        ("400 000", 400_000),
        ("2,5 m", 2_500_000),
        ("trois millions", 3_000_000),
    ]
