"""Names are found in every spelling, and nobody else's."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.veil import Veil, tombstones_of

MARCHAND = Veil(b"salt", tombstones_of(["Élodie Marchand"], "one", b"salt"))
LE_CUN = Veil(b"salt", tombstones_of(["Yann Le Cun", "Jean-Pierre N'Golo"], "two", b"salt"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Élodie Marchand quitte Nébulia", "[nom retiré] quitte Nébulia"),
        ("elodie marchand", "[nom retiré]"),
        ("MARCHAND Élodie, 42 ans", "[nom retiré], 42 ans"),
        ("E\u0301lodie\u00a0Marchand", "[nom retiré]"),
        ("Élodie Mar\u00adchand", "[nom retiré]"),
        ("@ElodieMarchand", "@[nom retiré]"),
        (
            "https://fil.example/2026/elodie-marchand-quitte-nebulia",
            "https://fil.example/2026/nom-retire-quitte-nebulia",
        ),
        ("https://fil.example/%C3%89lodie_Marchand", "https://fil.example/nom-retire"),
        ("&Eacute;lodie&nbsp;Marchand &amp; fils", "[nom retiré] &amp; fils"),
        ('{"who": "\\u00c9lodie Marchand"}', '{"who": "[nom retiré]"}'),
        ("Élodie Marchand part. « Oui », dit Marchand.", "[nom retiré] part. « Oui », dit [nom retiré]."),
        ("Élodie Marchand et É. Marchand et Mme Marchand", "[nom retiré] et [nom retiré] et Mme [nom retiré]"),
        ("Élodie Marchand et son frère Paul Marchand", "[nom retiré] et son frère Paul Marchand"),
        ("Élodie Marchand et son amie Élodie Vasseur", "[nom retiré] et son amie Élodie Vasseur"),
        ("Élodie Marchand : https://a.example/marchand-part", "[nom retiré] : https://a.example/nom-retire-part"),
        ("Élodie Marchand chez un marchand de biens", "[nom retiré] chez un marchand de biens"),
        ("Marchand quitte Nébulia", "Marchand quitte Nébulia"),
        ("Élodie Vasseur et Paul Marchand", "Élodie Vasseur et Paul Marchand"),
        ("100 % &lt;b&gt; \\u0022", "100 % &lt;b&gt; \\u0022"),
        ("", ""),
    ],
)
def test_names_are_taken_out_and_nothing_else(text: str, expected: str) -> None:
    assert MARCHAND.without(text) == expected
    assert bool(MARCHAND.named(text)) == (text != expected)


@pytest.mark.parametrize(
    "text", ["Yann LeCun", "LE CUN, Yann", "yann-lecun", "Jean-Pierre N’Golo", "N'Golo Jean Pierre"]
)
def test_particles_hyphens_and_elisions_change_nothing(text: str) -> None:
    assert LE_CUN.without(text) in {"[nom retiré]", "nom-retire"}


def test_what_is_about_the_person_may_name_them_in_short() -> None:
    assert MARCHAND.without("Marchand part", {"one"}) == "[nom retiré] part"
    assert MARCHAND.means("Marchand", {"one"})
    assert not MARCHAND.means("Marchand")
    assert not MARCHAND.means("Paul Marchand", {"one"})


def test_a_rare_surname_counts_alone() -> None:
    rare = Veil(b"s", tombstones_of(["Élodie Zyvancourt"], "o", b"s", rare=True))
    assert rare.without("Zyvancourt part") == "[nom retiré] part"
    with pytest.raises(ValueError, match="surname"):
        tombstones_of(["Zyvancourt"], "o", b"s", rare=True)


@pytest.mark.parametrize("charset", ["utf-8", "cp1252"])
def test_pages_are_looked_through_whatever_their_encoding_and_markup(charset: str) -> None:
    for page in ("<b>Élodie</b> <i>Marchand</i>", "<a href='/x'>Élo</a>die Marchand", '{"n":"\\u00c9lodie Marchand"}'):
        assert MARCHAND.named_in_bytes(page.encode(charset)) == {"one"}
    assert not MARCHAND.named_in_bytes("<b>Élodie</b> et un marchand".encode(charset))


def test_nested_values_keep_their_form() -> None:
    value = [{"person": "Élodie Marchand", "score": 1.5}, None, ["Paul"]]
    assert MARCHAND.without_in(value) == [{"person": "[nom retiré]", "score": 1.5}, None, ["Paul"]]


@settings(deadline=None)
@given(st.text(), st.text())
def test_a_name_never_gets_through(before: str, after: str) -> None:
    """Whatever stands around it, and doing it twice changes nothing more."""
    once = MARCHAND.without(f"{before} Élodie Marchand {after}")
    assert not MARCHAND.named(once)
    assert MARCHAND.without(once) == once


@settings(deadline=None)
@given(st.text())
def test_other_texts_come_back_as_they_are(text: str) -> None:
    other = Veil(b"salt", tombstones_of(["Qwertz Uiopasdf"], "one", b"salt"))
    assert other.without(text) == text
