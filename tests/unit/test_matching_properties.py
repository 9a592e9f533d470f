"""Whatever the text: the matcher answers, twice the same, with evidence that stands in the article."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.lexicon import load_lexicon
from alerts.matching import explain, judge, to_json
from alerts.matching.reading import MAX_SENTENCES, MAX_TOKENS, read
from mercato.cli.reckoning import explanation_lines
from mercato.model import article_text

LEXICON = load_lexicon()
WORDS = st.sampled_from(
    (
        "Noam_Kessler Lina Vogt Meta OpenAI X quitte rejoint a été nommé débauche de chez pour le départ directeur "
        "technique patron deux chercheurs d’ l' ex- , : ; ( ) « » ? . \n \n\n qui et selon Bloomberg aurait ne pas son "
        "il en 2019 IA œ ² 200_millions_de_dollars par_an À_lire_aussi • start-up"
    )
    .replace("_", "\u00a0")
    .split(" ")
)
SENTENCES = st.lists(WORDS, max_size=60).map(" ".join)


def check(title: str, body: str) -> None:
    judgement = judge(title, body, LEXICON)
    assert judgement == judge(title, body, LEXICON)
    text = article_text(title, body)
    for move in judgement.moves:
        assert bool(move.person) != bool(move.group)
        for piece in move.evidence:
            assert text[piece.start : piece.end] == piece.text
    assert to_json("x", judgement)["id"] == "x"


@settings(max_examples=150, deadline=None)
@given(SENTENCES, SENTENCES)
def test_french_like_text(title: str, body: str) -> None:
    check(title, body)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text(title: str, body: str) -> None:
    check(title, body)
    assert list(explanation_lines(explain(title, body, LEXICON), "fr"))


@pytest.mark.parametrize(
    "body",
    [
        "Meta débauche Noam Kessler chez OpenAI et " * 4000,
        "Noam Kessler " * 15_000,
        "«" * 50_000 + "Meta recrute Lina Vogt" + "»" * 50_000,
        "Meta recrute " + "A" * 200_000,
        "X\n" * 60_000,
        "a" + "\u0301" * 100_000,
    ],
    ids=["endless sentence", "capitals", "nested quotes", "one word", "lines", "combining marks"],
)
def test_hostile_text_is_read_up_to_the_caps(body: str) -> None:
    title = "Meta débauche Noam Kessler chez OpenAI"
    reading = read(title, body, LEXICON)
    assert len(reading.sentences) <= MAX_SENTENCES
    assert all(len(sentence.tokens) <= MAX_TOKENS for sentence in reading.sentences)
    check(title, body)
