"""The gate's second question: does the top of an article look like news of a move?"""

from dataclasses import replace

import pytest

from alerts.lexicon import load_lexicon
from alerts.matching.gate import gate, seen_at_a_glance
from alerts.matching.glance import is_promising
from mercato.model import Reason

LEXICON = load_lexicon()
NEWS = (
    "Le Galaxy Z est de retour : notre test complet",
    (
        "Samsung lance un nouveau modèle de téléphone qui arrive en France ce mercredi. Il prend des photos en haute "
        "définition et propose une autonomie de deux jours, selon le fabricant. Les utilisateurs peuvent recevoir des "
        "notifications. Le prix passe de 999 à 799 euros. Jean Dumas, analyste, le juge notamment très réussi."
    ),
)


def test_ordinary_news_with_the_words_of_a_move_is_not_read() -> None:
    assert seen_at_a_glance(*NEWS, LEXICON) is not None, "the first question lets it through"
    assert gate(*NEWS, LEXICON) is Reason.TOO_WEAK


def test_without_the_second_question_it_would_be_read() -> None:
    lenient = replace(LEXICON, thresholds={**LEXICON.thresholds, "gate": -99.0})
    assert gate(*NEWS, lenient) is None


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Zorvane perd son directeur technique", "Imre Falk rejoint Plumbec, a annoncé lundi la société."),
        ("", "La directrice des données de Zorvane, Imra Falk, est recrutée par Plumbec."),
        ("Imre Falk quitte Zorvane pour Plumbec", ""),
    ],
)
def test_moves_between_firms_that_nobody_knows_are_read(title: str, body: str) -> None:
    assert gate(title, body, LEXICON) is None


def test_a_digest_is_read_whatever_its_top_looks_like() -> None:
    title, body = NEWS
    assert gate(f"Nominations : {title}", body, LEXICON) is None


def test_somebody_before_a_telling_word_beside_a_firm_is_clear() -> None:
    seen = seen_at_a_glance("L'actualité de la semaine", "Lundi, Imre Falk a rejoint Google comme ingénieur.", LEXICON)
    assert seen is not None
    assert "rare before firm" in seen
    assert is_promising({"rare before firm"}, replace(LEXICON, tables={**LEXICON.tables, "gate": {"": -50.0}}))


def test_a_title_with_somebody_a_firm_and_a_telling_word_is_clear() -> None:
    assert gate("Meta souffle Arnav Patel à OpenAI", "Le chercheur arrive lundi.", LEXICON) is None


def test_names_are_no_words_of_the_subject() -> None:
    words = seen_at_a_glance("Imre Falk quitte Google pour Zorvane", "Le directeur part.", LEXICON) or frozenset()
    assert {word for word in words if word.startswith("title-word=")} == {"title-word=quitte"}
