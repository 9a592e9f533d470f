"""French spacing, one-line text from outside, shortening."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.typography import french_spaces, one_line, shorten


@pytest.mark.parametrize(
    ("given_text", "set_text"),
    [
        ("Rumeur : il part", "Rumeur\u00a0: il part"),
        ("Part-il ?", "Part-il\u202f?"),
        ("Il part ; elle reste !", "Il part\u202f; elle reste\u202f!"),
        ("Vraiment ?!", "Vraiment\u202f?!"),
        ("« oui »", "«\u00a0oui\u00a0»"),
        ("«\u202foui\u202f» ?", "«\u00a0oui\u00a0»\u202f?"),
        ("80 000 €", "80\u202f000\u00a0€"),
        ("1 200 000 dollars", "1\u202f200\u202f000 dollars"),
        ("200 millions de dollars", "200\u00a0millions de dollars"),
        ("en mars 2026 350 personnes", "en mars 2026 350 personnes"),
        ("à 10:30, voir https://a.example/?b=c;d", "à 10:30, voir https://a.example/?b=c;d"),
        ("What? Really: no", "What? Really: no"),
        ("", ""),
    ],
)
def test_french_spaces(given_text: str, set_text: str) -> None:
    assert french_spaces(given_text) == set_text


@given(st.text(alphabet="ab :;!?«»0€\u00a0\u202f\u2009", max_size=40))
def test_french_spaces_never_adds_nor_removes_words_and_is_idempotent(text: str) -> None:
    once = french_spaces(text)
    assert "".join(once.split()) == "".join(text.split())
    assert french_spaces(once) == once


@given(st.text(max_size=300), st.integers(min_value=2, max_value=120))
def test_one_line_is_harmless(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert line.splitlines() in ([], [line])
    assert not {unicodedata.category(c) for c in line} & {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert not any("\u202a" <= c <= "\u202e" or "\u2066" <= c <= "\u2069" for c in line)


def test_one_line_keeps_ordinary_names_and_no_break_spaces() -> None:
    assert one_line("  Zoë O’Brien-Łukasz 李\u00a0: \U0001f680 ", 80) == "Zoë O’Brien-Łukasz 李\u00a0: \U0001f680"


def test_one_line_shows_text_that_turns_round_as_it_is_stored() -> None:
    assert one_line("exe\u202egnp.ecilA", 80) == "exegnp.ecilA"


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("court", 10, "court"),
        ("une phrase assez longue", 12, "une phrase…"),
        ("anticonstitutionnellement", 10, "anticonst…"),
        ("abc, def", 5, "abc…"),
    ],
)
def test_shorten(text: str, limit: int, short: str) -> None:
    assert shorten(text, limit) == short
