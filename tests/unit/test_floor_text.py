"""Folding keeps its way back; tokens and sentences are French."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mercato.text import fold, fold_with_offsets, sentences, tokens


def words(text: str) -> list[str]:
    return [token.text for token in tokens(text)]


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Été À L’ÉCOLE", "ete a l'ecole"),
        ("cœur, Æsop", "coeur, aesop"),
        ("« 3\u202f700 »", "« 3 700 »"),
        ("Kovačević Yıldırım Łukasz", "kovacevic yildirim lukasz"),
        ("漢字 Ñandú", "漢字 nandu"),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(max_size=80))
def test_both_foldings_agree_and_offsets_rise(text: str) -> None:
    folded = fold_with_offsets(text)
    assert folded.text == fold(text)
    assert list(folded.offsets) == sorted(folded.offsets)
    assert folded.offsets[-1] == len(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("l’ingénieur d'Apple", ["l’", "ingénieur", "d'", "Apple"]),
        ("Yannick Le Floc’h", ["Yannick", "Le", "Floc’h"]),
        ("Ex-Apple, aujourd’hui", ["Ex-", "Apple", ",", "aujourd’hui"]),
        ("recrute-t-elle", ["recrute", "-t-elle"]),
        ("Jean-Baptiste chez Bol.com", ["Jean-Baptiste", "chez", "Bol.com"]),
        ("nommé·e P.-D.G. chez AT&T", ["nommé·e", "P.-D.G.", "chez", "AT&T"]),
        ("250\u00a0000 euros, 1,2 M€", ["250\u00a0000", "euros", ",", "1,2", "M", "€"]),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("M. Martin part. Mme Roy reste.", ["M. Martin part.", "Mme Roy reste."]),
        ("MM. Roy et Lo partent. Ils ont dit oui.", ["MM. Roy et Lo partent.", "Ils ont dit oui."]),
        (
            "Né le 2 févr. 2003. Parti en déc. La suite vient.",
            ["Né le 2 févr. 2003.", "Parti en déc.", "La suite vient."],
        ),
        ("C’est la fin.Début mardi.", ["C’est la fin.", "Début mardi."]),
        ("C’est la fin.À lire aussi", ["C’est la fin.", "À lire aussi"]),
        ("Titre sans point\n\nSuite", ["Titre sans point", "Suite"]),
        ("« Je pars. » Elle a souri.", ["« Je pars. »", "Elle a souri."]),
        ("Vraiment ? Oui !", ["Vraiment ?", "Oui !"]),
        ("Le 3.5 de Google et v2.0 arrivent", ["Le 3.5 de Google et v2.0 arrivent"]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@given(st.text(max_size=200))
def test_tokens_and_sentences_stand_in_the_text(text: str) -> None:
    for token in tokens(text):
        assert text[token.start : token.end] == token.text
        assert token.folded == fold(token.text)
    spans = list(sentences(text))
    assert all(text[start:end].strip() == text[start:end] != "" for start, end in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))


def test_a_row_of_signs_ends_one_sentence_and_its_closing_quote_stays_with_it() -> None:
    text = "Elle part... » Il reste !? « Pourquoi ? » Nul ne sait."
    assert split(text) == ["Elle part... »", "Il reste !?", "« Pourquoi ? »", "Nul ne sait."]
