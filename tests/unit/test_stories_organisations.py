"""Whether two names mean one organisation."""

from __future__ import annotations

import pytest

from alerts.organisations import covers, organisation_words, same_organisation


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("la SNCF", "SNCF"),
        ("Société Générale", "societe generale"),
        ("Open AI", "OpenAI"),
        ("Mistral", "Mistral AI"),
        ("DeepMind", "Google DeepMind"),
        ("Google", "Google DeepMind"),
        ("Groupe Seb", "Groupe SEB SA"),
    ],
)
def test_names_of_one_organisation(one: str, other: str) -> None:
    assert same_organisation(one, other)
    assert same_organisation(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [("AI", "Mistral AI"), ("Apple", "Appen"), ("Air France", "Air Liquide"), ("xAI", "X"), ("", "Meta"), ("…", "…")],
)
def test_names_of_two_organisations(one: str, other: str) -> None:
    assert not same_organisation(one, other)


def test_an_organisation_covers_its_parts_and_not_conversely() -> None:
    assert covers("Google", "Google DeepMind")
    assert covers("google", "Google")
    assert not covers("Google DeepMind", "Google")
    assert not covers("DeepMind", "Google DeepMind")
    assert not covers("", "Google")


def test_an_article_alone_is_a_name() -> None:
    assert organisation_words("The") == ("the",)
