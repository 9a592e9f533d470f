"""Every frame of the lexicon catches its example, with the slots marked in it, and leaves its counter-example alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alerts.lexicon import Frame, load_lexicon
from alerts.matching.examples import failures

LEXICON = load_lexicon()


@pytest.mark.parametrize("frame", LEXICON.frames, ids=lambda frame: frame.id)
def test_example_is_caught_and_counter_example_left_alone(frame: Frame) -> None:
    assert list(failures(frame, LEXICON)) == []


def test_an_example_that_shows_nothing_is_told() -> None:
    frame = next(frame for frame in LEXICON.frames if frame.id == "arrive.rejoindre")
    lexicon = replace(LEXICON, verb_patterns={}, noun_patterns={})
    assert [text.split(":")[0] for text in failures(frame, lexicon)] == ["example"]


def test_a_counter_example_that_shows_somebody_is_told() -> None:
    frame = next(frame for frame in LEXICON.frames if frame.id == "arrive.rejoindre")
    swapped = replace(frame, example=frame.counter, counter=frame.example)
    patterns = {
        lemma: tuple(replace(row, frame=swapped) if row.frame is frame else row for row in rows)
        for lemma, rows in LEXICON.verb_patterns.items()
    }
    told = list(failures(swapped, replace(LEXICON, verb_patterns=patterns)))
    assert any(text.startswith("counter") and "Léa Martin" in text for text in told)
