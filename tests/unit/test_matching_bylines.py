"""Which lines of a page only name its author or its date."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.lexicon import load_lexicon
from alerts.matching.bylines import is_byline
from alerts.matching.reading import read


@pytest.mark.parametrize(
    "line",
    [
        "Par Jérôme Gauthier",
        "par Jérôme G.",
        "Par Jérôme Gauthier et Anne Dupin, à Lyon",
        "Rédigé par Jérôme G.",
        "Par la rédaction avec AFP",
        "Propos recueillis par Anne Dupin",
        "Jérôme Gauthier · 3 mars 2026",
        "Anne Dupin, le 3 mars 2026",
        "Awa Thiam-Lefèvre ·",
        "16 février 2026 à 09:48",
        "Publié le 16 février 2026, mis à jour le 17 à 8h30",
    ],
)
def test_a_line_that_names_the_author_or_the_date_is_set_aside(line: str) -> None:
    assert is_byline(line)
    news = "Jeanne Roustan quitte Doctolib pour Mirakl, a annoncé lundi l'éditeur."
    reading = read("Un titre", f"{line}\n{news}", load_lexicon())
    assert [reading.text[s.start : s.end] for s in reading.sentences[1:]] == [news]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "A",
        "Le jour",
        "Jérôme Gauthier",  # may head an item of a column
        "Orange – Anne Dupin",
        "• Orange",
        "Par ici la sortie",
        "Par Anne Dupin, qui quitte Doctolib",
        "Par décret, Anne Dupin est nommée",
        "Mars 2026 : Anne Dupin part",
        "Nommée par Doctolib",
        "Anne Dupin rejoint Doctolib le 3 mars 2026",
        "Mistral – 3 recrues",
    ],
)
def test_a_line_that_may_say_more_counts(line: str) -> None:
    assert not is_byline(line)


@given(st.text(max_size=120))
def test_any_line_is_answered(line: str) -> None:
    assert is_byline(line) in {True, False}
